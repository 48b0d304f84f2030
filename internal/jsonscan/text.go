package jsonscan

import (
	"encoding/json"
	"unicode/utf8"
)

// Text reads a string.
func (s *Scanner) Text() string {
	from := s.pos
	escaped := s.skipText()
	if s.err != nil {
		return ""
	}
	if !escaped {
		return string(s.data[from+1 : s.pos-1])
	}
	var text string
	if err := json.Unmarshal(s.data[from:s.pos], &text); err != nil {
		s.Fail(from, "a string with an escape that is none")
	}
	return text
}

// skipText moves behind a string and reports whether it has escapes.
func (s *Scanner) skipText() (escaped bool) {
	if c := s.Peek(); c != '"' {
		s.Fail(s.pos, "%s where a string should be", s.Found())
		return false
	}
	from := s.pos
	ascii := true
	for i := from + 1; i < len(s.data); i++ {
		switch c := s.data[i]; {
		case c == '"':
			s.pos = i + 1
			if !ascii && !utf8.Valid(s.data[from:i]) {
				s.Fail(from, "a string that is not UTF-8")
			}
			return escaped
		case c == '\\':
			escaped = true
			size := escapeSize(s.data[i:])
			if size == 0 {
				s.Fail(i, "a string with an escape that is none")
				return false
			}
			i += size - 1
		case c < ' ':
			s.Fail(i, "a control character in a string")
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	s.Fail(from, "a string that does not end")
	return false
}

// escapeSize is the length of the escape that data begins with, 0 if it is none.
func escapeSize(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	switch data[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(data) < 6 {
			return 0
		}
		for _, c := range data[2:6] {
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return 0
			}
		}
		return 6
	}
	return 0
}

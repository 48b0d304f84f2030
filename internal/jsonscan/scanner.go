// Package jsonscan reads JSON (RFC 8259) from a slice of bytes, value by value,
// without building trees: what the codecs of the map stand on. It is strict
// (whole grammar, valid UTF-8, bounded nesting), knows where it is, and reads
// decimal numbers to the nearest float64.
package jsonscan

import (
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how deep arrays and objects may be nested.
const MaxDepth = 512

// Error is the first thing that was wrong, and where it begins.
type Error struct {
	Offset int // in the data
	Why    string
}

func (e *Error) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Why) }

// Scanner reads values in the order in which they stand. After the first error
// nothing moves any more, all methods return zero values, and Err tells what
// was wrong; so it is enough to ask at the end. An array is read by
//
//	for s.Open('['); s.More(']'); {
//		x := s.Number()
//	}
//
// and an object by
//
//	for s.Open('{'); s.More('}'); {
//		switch key := s.Key(); key { … }
//	}
//
// in which each round reads exactly one value.
type Scanner struct {
	data  []byte
	pos   int
	depth int
	fresh bool // an array or object has been opened and nothing has been read of it
	err   *Error
}

// New is a scanner at the beginning of data, which it never changes.
func New(data []byte) *Scanner { return &Scanner{data: data} }

// Err is the first error, nil without one.
func (s *Scanner) Err() *Error { return s.err }

// Pos is the offset of what comes next: after Peek, of a value.
func (s *Scanner) Pos() int { return s.pos }

// Fail records an error, unless there is one already.
func (s *Scanner) Fail(offset int, format string, args ...any) {
	if s.err == nil {
		s.err = &Error{offset, fmt.Sprintf(format, args...)}
	}
}

// Peek skips white space and returns the byte after it, 0 at the end of the
// data and after an error.
func (s *Scanner) Peek() byte {
	if s.err != nil {
		return 0
	}
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\n', '\t', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// Open reads the bracket or brace that begins an array or an object.
func (s *Scanner) Open(bracket byte) {
	if s.Peek() != bracket {
		what := "an array"
		if bracket == '{' {
			what = "an object"
		}
		s.Fail(s.pos, "%s where %s should be", s.Found(), what)
		return
	}
	if s.depth++; s.depth > MaxDepth {
		s.Fail(s.pos, "nesting deeper than %d", MaxDepth)
		return
	}
	s.pos++
	s.fresh = true
}

// More reports whether the open array or object has another value, and reads
// the comma before it, or the bracket or brace that ends it.
func (s *Scanner) More(end byte) bool {
	c := s.Peek()
	if s.err != nil {
		return false
	}
	fresh := s.fresh
	s.fresh = false
	switch {
	case c == end:
		s.pos++
		s.depth--
		return false
	case fresh:
		return true
	case c == ',':
		s.pos++
		return true
	}
	s.Fail(s.pos, "%s where ',' or '%c' should be", s.Found(), end)
	return false
}

// Key reads the name of a member and the colon after it.
func (s *Scanner) Key() string {
	if c := s.Peek(); c != '"' {
		s.Fail(s.pos, "%s where the name of a member should be", s.Found())
		return ""
	}
	key := s.Text()
	if c := s.Peek(); c != ':' {
		s.Fail(s.pos, "%s where ':' should be", s.Found())
		return ""
	}
	s.pos++
	return key
}

// End checks that nothing but white space follows.
func (s *Scanner) End() {
	if s.Peek() != 0 || s.err == nil && s.pos < len(s.data) {
		s.Fail(s.pos, "%s after the end of the value", s.Found())
	}
}

// Raw reads one value of any kind and returns it as it stands, a part of the data.
func (s *Scanner) Raw() []byte {
	s.Peek()
	from := s.pos
	s.Skip()
	if s.err != nil {
		return nil
	}
	return s.data[from:s.pos]
}

// Skip reads one value of any kind and forgets it.
func (s *Scanner) Skip() {
	switch c := s.Peek(); c {
	case '{':
		for s.Open('{'); s.More('}'); {
			if s.Peek() != '"' {
				s.Key() // says what is wrong
				return
			}
			s.skipText()
			if s.Peek() != ':' {
				s.Fail(s.pos, "%s where ':' should be", s.Found())
				return
			}
			s.pos++
			s.Skip()
		}
	case '[':
		for s.Open('['); s.More(']'); {
			s.Skip()
		}
	case '"':
		s.skipText()
	case 't':
		s.word("true")
	case 'f':
		s.word("false")
	case 'n':
		s.word("null")
	default:
		s.Number()
	}
}

// Null reads null if that is what comes next, and reports whether it was.
func (s *Scanner) Null() bool {
	if s.Peek() != 'n' {
		return false
	}
	s.word("null")
	return s.err == nil
}

func (s *Scanner) word(word string) {
	if end := s.pos + len(word); end <= len(s.data) && string(s.data[s.pos:end]) == word {
		s.pos = end
		return
	}
	s.Fail(s.pos, "%s where a value should be", s.Found())
}

// Found names what comes next, for messages.
func (s *Scanner) Found() string {
	if s.pos >= len(s.data) {
		return "the end"
	}
	switch c := s.data[s.pos]; {
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '"':
		return "a string"
	case c == '-', c >= '0' && c <= '9':
		return "a number"
	case c == 't', c == 'f', c == 'n':
		for _, word := range []string{"true", "false", "null"} {
			if end := s.pos + len(word); end <= len(s.data) && string(s.data[s.pos:end]) == word {
				return word
			}
		}
	}
	r, _ := utf8.DecodeRune(s.data[s.pos:])
	return fmt.Sprintf("%q", r)
}

// Reset goes back to the beginning, without an error.
func (s *Scanner) Reset() { *s = Scanner{data: s.data} }

// Seek goes to a position that Pos has given, to read a value once more or later
// than it stands.
func (s *Scanner) Seek(pos int) {
	if s.err == nil {
		s.pos = pos
	}
}

package geojson

import "io"

// source is a window on the bytes of a reader: it finds where a value ends, so
// that the value can be read from one slice.
type source struct {
	r    io.Reader
	buf  []byte
	keep int   // what stands from here on is still wanted
	pos  int   // next byte
	base int64 // offset of buf[0]
	err  error // of r

	lines   bool // a line end ends a text
	newline bool // a line end has been passed within this text
}

const firstWindow = 1 << 16

func (s *source) offset() int64 { return s.base + int64(s.pos) }

// more reads on, and moves what is kept to the front of the window for it.
func (s *source) more() bool {
	if s.err != nil {
		return false
	}
	if s.keep > 0 {
		n := copy(s.buf, s.buf[s.keep:])
		s.buf = s.buf[:n]
		s.base += int64(s.keep)
		s.pos -= s.keep
		s.keep = 0
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), max(firstWindow, 2*cap(s.buf)))
		copy(grown, s.buf)
		s.buf = grown
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		if n < 0 || n > cap(s.buf)-len(s.buf) {
			n, err = 0, io.ErrNoProgress // a reader that breaks its contract
		}
		s.buf = s.buf[:len(s.buf)+n]
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// separator (RS) stands before each text of a sequence (RFC 8142), and nowhere
// within a text.
const separator = 0x1e

// between skips what may stand between two texts, and returns the first byte of
// the next one, 0 at the end.
func (s *source) between() (c byte, sequence bool) {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			switch c := s.buf[s.pos]; c {
			case separator:
				sequence = true
			case ' ', '\t', '\r', '\n':
			default:
				s.keep = s.pos
				s.newline = false
				return c, sequence
			}
		}
		s.keep = s.pos
		if !s.more() {
			return 0, sequence
		}
	}
}

// next skips white space within a text and returns the byte after it, 0 at the
// end of the data.
func (s *source) next() byte {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			switch c := s.buf[s.pos]; c {
			case '\n':
				s.newline = true
				if s.lines {
					return c
				}
			case ' ', '\t', '\r':
			default:
				return c
			}
		}
		if !s.more() {
			return 0
		}
	}
}

// Classes of bytes for the search of the end of a value.
const (
	opens = 1 + iota
	closes
	quote
	lineEnd
	rs
)

var classes = [256]byte{
	'{': opens, '[': opens, '}': closes, ']': closes,
	'"': quote, '\n': lineEnd, separator: rs,
}

// value moves behind the value that begins at the next byte: to where as many
// brackets and braces are closed as opened, strings apart, or a word or number
// ends. It does not look at anything else; that is done when the value is read.
// It reports false where the text ends before the value does.
func (s *source) value() bool {
	switch s.next() {
	case '{', '[', '"':
	default:
		return s.scalar()
	}
	depth := 0
	for {
		buf, i := s.buf, s.pos
		for i < len(buf) {
			c := classes[buf[i]]
			i++
			switch c {
			case opens:
				depth++
				continue
			case closes:
				depth--
			case quote:
				s.pos = i
				if !s.text() {
					return false
				}
				buf, i = s.buf, s.pos
			case lineEnd:
				s.newline = true
				if s.lines {
					s.pos = i - 1
					return false
				}
				continue
			case rs:
				s.pos = i - 1
				return false
			default:
				continue
			}
			if depth <= 0 {
				s.pos = i
				return true
			}
		}
		s.pos = i
		if !s.more() {
			return false
		}
	}
}

// text moves behind the quote that ends a string.
func (s *source) text() bool {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			switch s.buf[s.pos] {
			case '"':
				s.pos++
				return true
			case '\\':
				if s.pos+1 == len(s.buf) && !s.more() {
					return false
				}
				s.pos++
			case separator:
				return false
			case '\n':
				s.newline = true
				if s.lines {
					return false
				}
			}
		}
		if !s.more() {
			return false
		}
	}
}

// scalar moves behind a word or a number, which the end of the data may end.
func (s *source) scalar() bool {
	from := s.offset()
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			switch s.buf[s.pos] {
			case ' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"', separator:
				return s.offset() > from
			}
		}
		if !s.more() {
			return s.offset() > from
		}
	}
}

// skipTo moves behind the next byte c, or before it if it is a separator.
func (s *source) skipTo(c byte) {
	for {
		for ; s.pos < len(s.buf); s.pos++ {
			if s.buf[s.pos] == c {
				if c != separator {
					s.pos++
				}
				return
			}
		}
		s.keep = s.pos
		if !s.more() {
			return
		}
	}
}

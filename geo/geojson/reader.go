package geojson

import (
	"bytes"
	"fmt"
	"io"
	"iter"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jsonscan"
)

// Reader reads features one after the other, and holds no more than one of them
// in memory. A reader is for one use: what has been read is gone.
//
// The data are one GeoJSON text or several: a FeatureCollection, a Feature, or a
// geometry, which becomes a feature of its own. Several texts stand one per line
// (newline-delimited GeoJSON), each behind a separator (RFC 8142), or simply
// behind each other. Members may stand in any order. It is UTF-8, with or without
// a byte order mark.
//
// What has the form that RFC 7946 prescribes is read as it is, also where it
// breaks a rule: a ring that is not closed, too short or wound the wrong way, a
// collection within a collection. Notice tells of these. What has another form, such
// as a string for a coordinate, is an [*Error] in place of that feature.
//
// Numbers are read to the nearest float64. Heights and further coordinates are
// dropped. A point without coordinates ("coordinates":[]) is no geometry. Foreign
// members of a collection or a feature are kept, those of a geometry within a
// feature are not, and neither is its bounding box.
type Reader struct {
	// Notice, where it is not nil, is called for every breach of a rule, before
	// its feature is given out.
	Notice func(Notice)

	src    source
	state  state
	index  int  // of the next feature
	texts  int  // texts that have begun
	fresh  bool // no comma is due before the next feature
	rs     bool // texts stand behind separators
	one    bool // the first text stood on one line
	head   Header
	known  members // members of this collection that are there
	broken bool    // the type of this collection has been found fault with
	dec    decoder
}

// Header is what a FeatureCollection has beside its features.
type Header struct {
	BBox    []float64      // 4 or 6 numbers; nil: none
	Foreign geo.Properties // foreign members, as an object; nil: none
}

type state int

const (
	atText state = iota // between texts
	inFeatures
	afterFeatures
	atEnd
)

// NewReader reads from r, in large pieces.
func NewReader(r io.Reader) *Reader { return &Reader{src: source{r: r}} }

// ReadAll reads all features, or says what is wrong with the data: with each
// feature that cannot be read, of very many only the first twenty.
func ReadAll(r io.Reader) ([]geo.Feature, error) {
	var features []geo.Feature
	var wrong faults
	for f, err := range NewReader(r).Features() {
		if err != nil {
			wrong.add(err)
			features = nil
		} else if wrong.listed == nil {
			features = append(features, f)
		}
	}
	if err := wrong.err(); err != nil {
		return nil, err
	}
	return features, nil
}

// Header is what has been read of the last FeatureCollection beside its features:
// all of it after the loop, as members may stand behind them.
func (r *Reader) Header() Header { return r.head }

// Features gives the features, or errors in place of those that cannot be read.
//
//	for f, err := range reader.Features() {
//		if err != nil {
//			return err // or continue: the loop goes on with the next feature
//		}
//		…
//	}
//
// Errors of the data are [*Error] values. After one that leaves it open where the
// next feature begins the loop ends: the data stop in the middle, brackets do not
// match, a comma is missing outside of a feature. Where texts stand one per line or
// behind separators it goes on with the next text even then. Errors of the
// underlying reader end the loop; they come as they are.
func (r *Reader) Features() iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		for {
			f, err := r.read()
			if err == io.EOF {
				return
			}
			if err != nil {
				f = geo.Feature{}
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// read returns the next feature or fault, io.EOF at the end.
func (r *Reader) read() (geo.Feature, error) {
	for {
		var f geo.Feature
		var err error
		done := false
		switch r.state {
		case atText:
			f, done, err = r.text()
		case inFeatures:
			f, done, err = r.feature()
		case afterFeatures:
			err = r.tail()
		default:
			return f, io.EOF
		}
		if done || err != nil {
			return f, err
		}
	}
}

// text begins a text. done: it is a feature of its own.
func (r *Reader) text() (f geo.Feature, done bool, err error) {
	c, sequence := r.src.between()
	r.rs = r.rs || sequence
	if r.src.base == 0 && r.src.pos == 0 && c == 0xef {
		for len(r.src.buf) < 3 && r.src.more() {
		}
		if bytes.HasPrefix(r.src.buf, []byte("\ufeff")) {
			r.src.pos = 3
			c, sequence = r.src.between()
			r.rs = r.rs || sequence
		}
	}
	if c == 0 && r.src.err != nil && r.src.pos == len(r.src.buf) {
		r.state = atEnd
		switch {
		case r.src.err != io.EOF:
			return f, false, r.src.err
		case r.texts == 0:
			return f, false, &Error{Index: -1, Offset: r.src.offset(), Why: "there is no GeoJSON text"}
		}
		return f, false, io.EOF
	}
	if r.texts == 1 {
		r.src.lines = r.one && !r.rs
	}
	r.texts++
	r.head, r.known, r.broken = Header{}, 0, false
	if c != '{' {
		err = r.lost(r.src.offset(), -1, "%s where a GeoJSON object should be", r.found())
		if r.texts == 1 && !r.rs {
			r.state = atEnd // no reason to believe that it is GeoJSON at all
		}
		return f, false, err
	}
	r.src.pos++
	for first := true; ; first = false {
		c := r.src.next()
		if c == '}' {
			r.src.pos++
			r.endText()
			f, err = r.decode(r.src.buf[r.src.keep:r.src.pos], false)
			return f, true, err
		}
		if !first {
			if c != ',' {
				return f, false, r.lost(r.src.offset(), -1, "%s where ',' or '}' should be", r.found())
			}
			r.src.pos++
		}
		key, err := r.key()
		if err != nil {
			return f, false, err
		}
		if key == "features" && r.src.next() == '[' && r.mayHoldFeatures() {
			err := r.members(append(bytes.Clone(r.src.buf[r.src.keep:r.src.pos]), "null}"...), r.src.base+int64(r.src.keep))
			r.src.pos++
			r.state, r.fresh = inFeatures, true
			return f, false, err
		}
		if at := r.src.offset(); !r.src.value() {
			return f, false, r.cut(at, -1)
		}
	}
}

// key reads the name of a member and the colon behind it.
func (r *Reader) key() (string, error) {
	if c := r.src.next(); c != '"' {
		return "", r.lost(r.src.offset(), -1, "%s where the name of a member should be", r.found())
	}
	at := r.src.offset()
	if !r.src.value() {
		return "", r.cut(at, -1)
	}
	s := jsonscan.New(r.src.buf[at-r.src.base : r.src.pos])
	key := s.Text()
	if e := s.Err(); e != nil {
		return "", r.lost(at+int64(e.Offset), -1, "%s", e.Why)
	}
	if c := r.src.next(); c != ':' {
		return "", r.lost(r.src.offset(), -1, "%s where ':' should be", r.found())
	}
	r.src.pos++
	return key, nil
}

// mayHoldFeatures reports whether the text that has begun can be a collection: its
// type has not been given yet, or not as another one.
func (r *Reader) mayHoldFeatures() bool {
	s := jsonscan.New(r.src.buf[r.src.keep:r.src.pos])
	kind, _ := typeOf(s)
	switch kind {
	case "Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection":
		return false
	}
	return true
}

// feature reads the next feature of a collection. done: there was one.
func (r *Reader) feature() (f geo.Feature, done bool, err error) {
	r.src.keep = r.src.pos
	c := r.src.next()
	switch {
	case c == ']':
		r.src.pos++
		r.state = afterFeatures
		r.src.keep = r.src.pos
		return f, false, nil
	case r.fresh:
		r.fresh = false
	case c == ',':
		r.src.pos++
		r.src.next()
	case c == '{': // where it goes on is plain even so
		r.fresh = true
		return f, false, &Error{Index: -1, Offset: r.src.offset(), Why: "an object where ',' or ']' should be"}
	default:
		return f, false, r.lost(r.src.offset(), -1, "%s where ',' or ']' should be", r.found())
	}
	r.src.keep = r.src.pos
	if !r.src.value() {
		at := r.src.base + int64(r.src.keep)
		if at == r.src.offset() && r.src.pos < len(r.src.buf) {
			return f, false, r.lost(at, -1, "%s where a feature should be", r.found())
		}
		err := r.cut(at, r.index)
		r.index++
		return f, false, err
	}
	f, err = r.decode(r.src.buf[r.src.keep:r.src.pos], true)
	return f, true, err
}

// decode reads a feature, or with member false a geometry, from its bytes.
func (r *Reader) decode(data []byte, member bool) (geo.Feature, error) {
	base := r.src.base + int64(r.src.keep)
	index := r.index
	r.index++
	r.dec.Scanner = jsonscan.New(data)
	r.dec.begin(r.Notice != nil)
	var f geo.Feature
	if member {
		f = r.dec.feature()
	} else {
		f = r.dec.root()
	}
	r.dec.End()
	if e := r.dec.Err(); e != nil {
		if kind, _ := typeOf(jsonscan.New(data)); !member && kind == "FeatureCollection" {
			r.index = index // it is no feature
			index = -1
		}
		return f, &Error{Index: index, ID: idOf(data), Offset: base + int64(e.Offset), Why: e.Why}
	}
	if r.Notice != nil {
		r.dec.found.geometry(f.Geometry, f.BBox)
		r.dec.found.tell(r.Notice, index, f.ID, base)
	}
	return f, nil
}

// tail reads what stands behind the features up to the end of the collection.
func (r *Reader) tail() error {
	from := r.src.offset()
	for {
		c := r.src.next()
		if c == '}' {
			r.src.pos++
			break
		}
		if c != ',' {
			return r.lost(r.src.offset(), -1, "%s where ',' or '}' should be", r.found())
		}
		r.src.pos++
		if _, err := r.key(); err != nil {
			return err
		}
		if at := r.src.offset(); !r.src.value() {
			return r.cut(at, -1)
		}
	}
	const before = `{"":0`
	err := r.members(append([]byte(before), r.src.buf[from-r.src.base:r.src.pos]...), from-int64(len(before)))
	r.endText()
	if err == nil && !r.known.has(memberType) {
		err = &Error{Index: -1, Offset: r.src.offset(), Why: `the collection has no "type"`}
	}
	return err
}

// endText goes to the place between two texts.
func (r *Reader) endText() {
	r.one = !r.src.newline
	r.state = atText
}

// lost is the error after which it is not known where the next feature begins:
// reading goes on with the next text, if it is known where that begins.
func (r *Reader) lost(offset int64, index int, format string, args ...any) error {
	err := &Error{Index: index, Offset: offset, Why: fmt.Sprintf(format, args...)}
	if e := r.src.err; e != nil && e != io.EOF && r.src.pos == len(r.src.buf) {
		r.state = atEnd
		return e
	}
	r.src.keep = r.src.pos
	switch {
	case r.rs:
		r.src.skipTo(separator)
		r.state = atText
	case r.src.lines:
		r.src.skipTo('\n')
		r.state = atText
	default:
		r.state = atEnd
	}
	return err
}

// cut is the error of a value, or of a feature that begins at offset, which the
// end of the text cuts short.
func (r *Reader) cut(offset int64, index int) error {
	id := ""
	if index >= 0 {
		id = idOf(r.src.buf[offset-r.src.base : r.src.pos])
	}
	err := r.lost(offset, index, "the text ends in the middle of what begins here")
	if e, ok := err.(*Error); ok {
		e.ID = id
	}
	return err
}

// found names what comes next.
func (r *Reader) found() string {
	for len(r.src.buf)-r.src.pos < len("false") && r.src.more() {
	}
	return jsonscan.New(r.src.buf[r.src.pos:]).Found()
}

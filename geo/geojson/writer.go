package geojson

import (
	"errors"
	"io"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// Writer writes features one after the other, each on a line of its own. The
// fields are to be set before the first call of Write.
//
// Rings are written as RFC 7946 wants them: outer rings counter-clockwise, holes
// clockwise, by the sign of the area that they have in the coordinates; where that
// is zero, or rounding hides it, a ring is written as it is. Everything else is
// written as it is as well, and reads back the same: coordinates with as many digits as that takes,
// rings that are open or short, features in the given order.
type Writer struct {
	// Layout is a FeatureCollection, unless said otherwise.
	Layout Layout

	// Header is written at the beginning of a FeatureCollection.
	Header Header

	// Decimals, where it is positive, is how many decimals coordinates are rounded
	// to: 6 are 0.1 m on the ground, 7 are 0.01 m. Borders that two areas share stay shared.
	Decimals int

	// Cut divides lines and polygons at the 180th meridian ([geo.CutAntimeridian])
	// before they are written, as RFC 7946 recommends.
	Cut bool

	w     io.Writer
	buf   []byte
	begun bool
	calls int   // of Write
	some  bool  // a feature has been written
	err   error // of w, or the writer is closed
}

// Layout is how features stand in a file.
type Layout uint8

const (
	Collection Layout = iota // one FeatureCollection
	Lines                    // a Feature per line, and nothing else
	Sequence                 // a Feature per line behind a separator: GeoJSON text sequence, RFC 8142
)

var errClosed = errors.New("geojson: the writer is closed")

// NewWriter writes to w, in large pieces; Close writes the last one.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// flushAt is how much is written at a time.
const flushAt = 1 << 16

// Write writes a feature. A feature that cannot be written is left out whole,
// and the next one may be: errors of the data are [*partition.InputError] values
// that name the feature by its index in the order of the calls. An error of the
// underlying writer is final.
func (w *Writer) Write(f geo.Feature) error {
	if err := w.begin(); err != nil {
		return err
	}
	index := w.calls
	w.calls++
	length := len(w.buf)
	if why := w.feature(f); why != "" {
		w.buf = w.buf[:length]
		return &partition.InputError{Field: "features", Index: index, Label: f.ID, Why: why}
	}
	w.some = true
	if len(w.buf) >= flushAt {
		return w.flush()
	}
	return nil
}

// Close writes the end, without closing the underlying writer. A writer without
// features has written an empty collection.
func (w *Writer) Close() error {
	if w.err == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	if w.err != nil {
		return w.err
	}
	if w.Layout == Collection {
		w.buf = append(w.buf, "\n]}\n"...)
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.err = errClosed
	return nil
}

func (w *Writer) begin() error {
	if w.err != nil || w.begun {
		return w.err
	}
	if w.Layout == Collection {
		e := encoder{buf: append(w.buf, `{"type":"FeatureCollection"`...)}
		e.bbox(w.Header.BBox)
		e.foreign(w.Header.Foreign, memberType|memberBBox|memberFeatures)
		if e.why != "" {
			return &partition.InputError{Field: "Header", Index: -1, Why: e.why}
		}
		w.buf = append(e.buf, `,"features":[`...)
	}
	w.begun = true
	return nil
}

func (w *Writer) flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
		w.buf = w.buf[:0]
	}
	return w.err
}

// feature appends a feature to the buffer, or says why it cannot be written.
func (w *Writer) feature(f geo.Feature) (why string) {
	g := f.Geometry
	if w.Cut {
		var err error
		if g, err = geo.CutAntimeridian(g); err != nil {
			return err.Error()
		}
	}
	e := encoder{buf: w.buf, decimals: w.Decimals}
	switch w.Layout {
	case Collection:
		if w.some {
			e.raw(",")
		}
		e.raw("\n")
	case Sequence:
		e.raw("\x1e")
	}
	e.raw(`{"type":"Feature"`)
	switch {
	case f.NumericID:
		e.raw(`,"id":`)
		e.number(f.ID)
	case f.ID != "":
		e.raw(`,"id":`)
		e.buf = appendText(e.buf, f.ID)
	}
	e.bbox(f.BBox)
	e.foreign(f.Foreign, memberType|memberID|memberBBox|memberGeometry|memberProperties)
	e.raw(`,"properties":`)
	e.object("the properties", f.Properties)
	e.raw(`,"geometry":`)
	e.geometry(g, 0)
	e.raw("}")
	if w.Layout != Collection {
		e.raw("\n")
	}
	if e.why == "" {
		w.buf = e.buf
	}
	return e.why
}

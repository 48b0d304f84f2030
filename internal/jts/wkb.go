package jts

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// parseWKB reads hexadecimal well-known binary with the extensions that the
// cases use: an identifier of the reference system, and further ordinates in
// both ways of marking them. Both are dropped.
func parseWKB(s string) (orb.Geometry, error) {
	raw, err := hex.DecodeString(s)
	if err != nil {
		return nil, err
	}
	r := wkbReader{raw: raw}
	g := r.geometry()
	if r.err == nil && len(r.raw) > 0 {
		r.err = fmt.Errorf("%d bytes after the end of the geometry", len(r.raw))
	}
	return g, r.err
}

// wkbReader holds what is left to read. After an error it reads zeros.
type wkbReader struct {
	raw   []byte
	order binary.ByteOrder
	dims  int // ordinates of a position
	err   error
}

func (r *wkbReader) take(n int) []byte {
	if len(r.raw) < n {
		r.fail(errors.New("cut short"))
		return make([]byte, n)
	}
	b := r.raw[:n]
	r.raw = r.raw[n:]
	return b
}

func (r *wkbReader) fail(err error) {
	if r.err == nil {
		r.err, r.raw = err, nil
	}
}

// count reads the number of parts of at least size bytes each that follow.
func (r *wkbReader) count(size int) int {
	n := int64(r.order.Uint32(r.take(4)))
	if n*int64(size) > int64(len(r.raw)) {
		r.fail(fmt.Errorf("%d parts in %d bytes", n, len(r.raw)))
		return 0
	}
	return int(n)
}

func (r *wkbReader) position() (at orb.Point) {
	b := r.take(8 * r.dims)
	for i := range at {
		at[i] = math.Float64frombits(r.order.Uint64(b[8*i:]))
	}
	return at
}

func (r *wkbReader) positions() []orb.Point {
	list := make([]orb.Point, r.count(8*r.dims))
	for i := range list {
		list[i] = r.position()
	}
	return list
}

func (r *wkbReader) geometry() orb.Geometry {
	r.order = binary.BigEndian
	switch b := r.take(1)[0]; b {
	case 0:
	case 1:
		r.order = binary.LittleEndian
	default:
		r.fail(fmt.Errorf("byte order %d", b))
	}
	kind := r.order.Uint32(r.take(4))
	const hasZ, hasM, hasSystem = 0x80000000, 0x40000000, 0x20000000
	r.dims = 2
	if kind&hasZ != 0 {
		r.dims++
	}
	if kind&hasM != 0 {
		r.dims++
	}
	if kind&hasSystem != 0 {
		r.take(4)
	}
	kind &= 0x1fffffff
	switch kind / 1000 {
	case 1, 2:
		r.dims++
	case 3:
		r.dims += 2
	}
	switch kind % 1000 {
	case 1:
		at := r.position()
		if math.IsNaN(at[0]) && math.IsNaN(at[1]) {
			return orb.MultiPoint{}
		}
		return at
	case 2:
		return orb.LineString(r.positions())
	case 3:
		polygon := make(orb.Polygon, r.count(4))
		for i := range polygon {
			polygon[i] = r.positions()
		}
		return polygon
	case 4:
		return parts[orb.MultiPoint](r)
	case 5:
		return parts[orb.MultiLineString](r)
	case 6:
		return parts[orb.MultiPolygon](r)
	case 7:
		return parts[orb.Collection](r)
	}
	r.fail(fmt.Errorf("kind of geometry %d", kind))
	return nil
}

// parts reads the geometries that a collection of type L holds.
func parts[L ~[]E, E any](r *wkbReader) L {
	all := L{}
	order := r.order
	for n := r.count(5); n > 0 && r.err == nil; n-- {
		g := r.geometry()
		r.order = order
		part, ok := g.(E)
		if !ok {
			r.fail(fmt.Errorf("a %T within a %T", g, all))
			break
		}
		all = append(all, part)
	}
	return all
}

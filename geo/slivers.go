package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Slivers lists narrow strips along borders that were meant to be one but are
// drawn twice: surface that two areas share, and surface between them that no
// area covers, enclosed or open to the sea, with the strip as its witness. Build
// the coverage again with this width as its snap to close those whose ends lie
// close together.
//
// width is in the unit of the coordinates. What two areas share is a sliver if
// its mean width, twice its surface by its perimeter, is at most that. What
// lies between them is one where their borders face each other at no more than
// this distance, along a strip whose perimeter squared is at least 24 times its
// surface: about four times as long as wide, so that the corner in which two
// areas meet is none. metric measures the surfaces (nil: [Geodesic]).
//
// The error is an *partition.InputError: a width that is not finite and > 0.
func (c *Coverage) Slivers(width float64, metric Metric) ([]Finding, error) {
	if !(width > 0) || math.IsInf(width, 1) {
		var faults partition.Faults
		faults.Add(partition.InputError{Field: "width", Index: -1, Value: width, Why: "is no width: finite and above 0"}, nil)
		return nil, faults.Err()
	}
	metric = orGeodesic(metric)
	var all []Finding
	add := func(a, b int, piece orb.Polygon, what string) {
		all = append(all, Finding{Kind: Sliver, Areas: []int{a, b}, Part: -1, Ring: -1, At: piece[0][0], Witness: piece,
			Amount: surface(piece, metric), Detail: fmt.Sprintf("areas %d and %d %s a narrow strip at %v", a, b, what, piece[0][0])})
	}
	for _, o := range c.overlaps(c.suspects()) {
		for _, piece := range o.Shared {
			if area, length := planar(piece); 2*area <= width*length {
				add(o.A, o.B, piece, "share")
			}
		}
	}
	strips := c.strips(width)
	pieces := make([]orb.MultiPolygon, len(strips))
	near := c.finder()
	parallel.For(len(strips), func(i int) { pieces[i] = strips[i].open(near) })
	for i, s := range strips {
		for _, piece := range pieces[i] {
			if area, length := planar(piece); float64(length*length) >= 24*area {
				add(int(s.a), int(s.b), piece, "leave")
			}
		}
	}
	return all, nil
}

// planar is the surface and the perimeter of a polygon in its coordinates.
func planar(p orb.Polygon) (area, perimeter float64) {
	return surface(p, Plane{}), Perimeter(orb.MultiPolygon{p}, Plane{})
}

// strip is where the borders of two areas face each other.
type strip struct {
	a, b  int32
	quads orb.MultiPolygon
}

// strips are the places where sides that no area covers lie within width of such
// sides of another area, by pairs of areas.
func (c *Coverage) strips(width float64) []strip {
	open := c.borders(1, func(int32) int32 { return 0 })[0]
	half := float64(width / 2)
	around := make([]boxes.Box, len(open))
	for i, b := range open {
		box := c.box(b.edge())
		around[i] = boxes.Box{MinX: box.MinX - half, MinY: box.MinY - half, MaxX: box.MaxX + half, MaxY: box.MaxY + half}
	}
	var all []strip
	boxes.New(around).Pairs(func(i, j int) {
		e, f := open[i], open[j]
		if c.span(f) > c.span(e) {
			e, f = f, e
		}
		quad := facing(c.points[c.tail(e.half)], c.points[c.head(e.half)], c.points[c.tail(f.half)], c.points[c.head(f.half)], width)
		if quad == nil {
			return
		}
		for _, p := range distinct(nil, c.along(e.edge())) {
			for _, q := range distinct(nil, c.along(f.edge())) {
				if p != q {
					all = append(all, strip{min(p, q), max(p, q), orb.MultiPolygon{{quad}}})
				}
			}
		}
	})
	slices.SortStableFunc(all, func(s, t strip) int { return cmp.Or(cmp.Compare(s.a, t.a), cmp.Compare(s.b, t.b)) })
	merged := all[:0]
	for _, s := range all {
		if n := len(merged); n > 0 && merged[n-1].a == s.a && merged[n-1].b == s.b {
			merged[n-1].quads = append(merged[n-1].quads, s.quads...)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

func (c *Coverage) span(b border) float64 {
	p, q := c.segment(b.edge())
	return squared(p, q)
}

// facing is what lies between the edges ab and pq, right of both, where they are
// at most width apart, measured at right angles to ab; nil if they do not face
// each other.
func facing(a, b, p, q orb.Point, width float64) orb.Ring {
	length := Plane{}.Distance(a, b)
	ux, uy := (b[0]-a[0])/length, (b[1]-a[1])/length
	local := func(v orb.Point) (along, depth float64) {
		dx, dy := v[0]-a[0], v[1]-a[1]
		return float64(dx*ux) + float64(dy*uy), float64(dx*uy) - float64(dy*ux)
	}
	far, deepP := local(p)
	near, deepQ := local(q)
	if !(near < far) {
		return nil
	}
	slope := (deepP - deepQ) / (far - near)
	from, to := max(near, 0), min(far, length)
	// Where is the depth between 0 and width?
	depth := func(t float64) float64 { return deepQ + float64((t-near)*slope) }
	reach := func(limit float64) float64 { return near + (limit-deepQ)/slope }
	switch {
	case slope > 0:
		from, to = max(from, reach(0)), min(to, reach(width))
	case slope < 0:
		from, to = max(from, reach(width)), min(to, reach(0))
	case !(0 <= deepQ && deepQ <= width):
		return nil
	}
	if !(from < to) {
		return nil
	}
	at := func(t, d float64) orb.Point {
		return orb.Point{a[0] + float64(t*ux) + float64(d*uy), a[1] + float64(t*uy) - float64(d*ux)}
	}
	first, last := max(depth(from), 0), max(depth(to), 0)
	if !(first+last > 0) {
		return nil
	}
	ring := orb.Ring{at(from, 0), at(from, first), at(to, last), at(to, 0), at(from, 0)}
	for _, v := range ring {
		if !usable(v) {
			return nil
		}
	}
	return ring
}

// finder finds the shapes of areas near a place.
type finder struct {
	shapes []orb.MultiPolygon
	tree   *boxes.Tree
	around []boxes.Box // of each part
	of     []int32     // its area
}

func (c *Coverage) finder() *finder {
	f := &finder{shapes: c.shapes(c.all())}
	for area, shape := range f.shapes {
		for _, part := range shape {
			f.around = append(f.around, ringBox(part[0]))
			f.of = append(f.of, int32(area))
		}
	}
	f.tree = boxes.New(f.around)
	return f
}

func ringBox(ring orb.Ring) boxes.Box {
	box := boxes.Box{MinX: ring[0][0], MinY: ring[0][1], MaxX: ring[0][0], MaxY: ring[0][1]}
	for _, p := range ring {
		box.MinX, box.MaxX = min(box.MinX, p[0]), max(box.MaxX, p[0])
		box.MinY, box.MaxY = min(box.MinY, p[1]), max(box.MaxY, p[1])
	}
	return box
}

// open is the strip without what areas cover.
func (s *strip) open(f *finder) orb.MultiPolygon {
	var near []int32
	for _, quad := range s.quads {
		f.tree.Search(ringBox(quad[0]), func(i int) bool {
			near = append(near, f.of[i])
			return true
		})
	}
	slices.Sort(near)
	shapes := []orb.MultiPolygon{s.quads}
	for _, area := range slices.Compact(near) {
		shapes = append(shapes, f.shapes[area])
	}
	return onlyFirst(shapes)
}

package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Nearest is the area that p lies in, at distance 0, or else the one whose
// border is nearest, and how far that is; of several equally near the first.
// It is -1, at +Inf, where there are no areas or no distances: if p is not a
// point (a coordinate is NaN or infinite), or, on the earth, its latitude is
// beyond ±90.
//
// The distance is to edges that are straight in the coordinates. With
// [Geodesic], which nil stands for, it is that of the shortest path over the
// ellipsoid in metres, the antimeridian and the poles being no obstacle; a
// [StraightEdge] measures likewise here. The nearest point of an edge is found
// by iteration, to 1e-9 of the distance or a micrometre. With [Plane] it is
// found by projection. With a Metric of your own all edges are measured,
// and each is supposed to have but one nearest point.
//
// It takes some microseconds on a plane, some ten on the earth, for areas of
// short edges; O(n) with a Metric of your own.
func (l *Locator) Nearest(p orb.Point, metric Metric) (area int, distance float64) {
	if area = l.Locate(p); area >= 0 {
		return area, 0
	}
	distance = math.Inf(1)
	if !finite(p[0]) || !finite(p[1]) {
		return -1, distance
	}
	r := newGauge(p, metric)
	l.boxes.Near(distance, r.bound, func(e int) float64 {
		edge := &l.edges[e]
		_, d := r.nearest(edge.a, edge.b, distance)
		if first := int(l.areaOf[l.parts(int32(e))[0]]); d < distance || d == distance && first < area && !math.IsInf(d, 1) {
			area, distance = first, d
		}
		return distance
	})
	return area, distance
}

// Near is an area and how far it is.
type Near struct {
	Area     int
	Distance float64
}

// Within lists the areas that p lies in or that are at most so far from it, by
// distance and then by index. Distances are those of [Locator.Nearest].
//
// It takes time in proportion to the number of edges that are so near.
func (l *Locator) Within(p orb.Point, distance float64, metric Metric) []Near {
	if !finite(p[0]) || !finite(p[1]) {
		return nil
	}
	var all []Near
	if distance >= 0 {
		for _, a := range l.Owners(p) {
			all = append(all, Near{Area: a})
		}
	}
	r := newGauge(p, metric)
	l.boxes.Near(distance, r.bound, func(e int) float64 {
		edge := &l.edges[e]
		if _, d := r.nearest(edge.a, edge.b, distance); d <= distance && !math.IsInf(d, 1) {
			for _, part := range l.parts(int32(e)) {
				all = append(all, Near{int(l.areaOf[part]), d})
			}
		}
		return distance
	})
	slices.SortFunc(all, func(a, b Near) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Distance, b.Distance))
	})
	all = slices.CompactFunc(all, func(a, b Near) bool { return a.Area == b.Area })
	slices.SortStableFunc(all, func(a, b Near) int { return cmp.Compare(a.Distance, b.Distance) })
	return all
}

// NearBorder tells how near a point is to changing hands.
type NearBorder struct {
	Area     int       // the area that the point lies in; -1: none
	Behind   int       // the area beyond the border there; -1: none
	Distance float64   // to the border
	At       orb.Point // the nearest point of the border
}

// BorderDistance finds the border nearest to p, of its own area or, where it
// lies in none, of any: how far it is, and which area is on its other side. Of
// customers near a fuzzy border it tells whose they might as well be.
//
// Edges between two polygons of the area are no border of it; they should not
// overlap, or the border that they have in common is none either. Where several
// areas are behind the border, as at a corner, Behind is the first of them.
// Where the border is no edge of another area, or only of some that p lies in
// as well, it is what contains the point one millionth of the distance beyond it.
//
// What is measured, and when there is nothing to measure (Area and Behind -1,
// Distance +Inf), is as with [Locator.Nearest]; where areas overlap, the own one
// is that of [Locator.Locate].
func (l *Locator) BorderDistance(p orb.Point, metric Metric) NearBorder {
	b := NearBorder{Area: -1, Behind: -1, Distance: math.Inf(1)}
	if !finite(p[0]) || !finite(p[1]) {
		return b
	}
	own := l.Owners(p) // of several, all lie on this side of the edges that they share
	if len(own) > 0 {
		b.Area = own[0]
	}
	r := newGauge(p, metric)
	l.boxes.Near(b.Distance, r.bound, func(e int) float64 {
		edge, parts := &l.edges[e], l.parts(int32(e))
		if b.Area >= 0 && !l.borders(parts, b.Area) {
			return b.Distance
		}
		at, d := r.nearest(edge.a, edge.b, b.Distance)
		if d > b.Distance || math.IsInf(d, 1) {
			return b.Distance
		}
		if d < b.Distance {
			b.Distance, b.At, b.Behind = d, at, -1
		}
		for _, part := range parts {
			if a := int(l.areaOf[part]); (b.Behind < 0 || a < b.Behind) && !slices.Contains(own, a) {
				b.Behind = a
			}
		}
		return b.Distance
	})
	if b.Area >= 0 && b.Behind < 0 {
		const beyond = 1e-6
		for _, a := range l.Owners(orb.Point{b.At[0] + float64(beyond*(b.At[0]-p[0])), b.At[1] + float64(beyond*(b.At[1]-p[1]))}) {
			if a != b.Area {
				b.Behind = a
				break
			}
		}
	}
	return b
}

// borders reports whether an edge of the parts separates the area from something:
// an odd number of them is the area's.
func (l *Locator) borders(parts []int32, area int) bool {
	odd := false
	for _, part := range parts {
		odd = odd != (int(l.areaOf[part]) == area)
	}
	return odd
}

package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/robust"
)

// ConvexHull is the smallest convex ring around all positions of a geometry, in
// the plane of the coordinates: closed, counter-clockwise, from its leftmost
// lowest corner, without corners on straight lines. It is exact: decided by a
// robust orientation predicate, its corners are positions of g.
//
// Positions on one line give the line there and back (three positions), one
// place gives that position alone, nothing an empty ring. Positions that are
// not finite are left out. For points use orb.MultiPoint.
//
// Time O(n log n), by A. M. Andrew's monotone chain.
func ConvexHull(g orb.Geometry) orb.Ring {
	p := partsOf(g, Plane{})
	return hull(p.all())
}

// hull reorders points.
func hull(points []orb.Point) orb.Ring {
	slices.SortFunc(points, func(a, b orb.Point) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	points = slices.Compact(points)
	if len(points) < 2 {
		return slices.Clone(points)
	}
	var ring orb.Ring
	// The lower side from left to right, then the upper one back.
	for range 2 {
		start := len(ring)
		for _, p := range points {
			for len(ring) >= start+2 && robust.Orient(ring[len(ring)-2], ring[len(ring)-1], p) <= 0 {
				ring = ring[:len(ring)-1]
			}
			ring = append(ring, p)
		}
		ring = ring[:len(ring)-1] // the first of the other side
		slices.Reverse(points)
	}
	return append(ring, ring[0])
}

package geo

import (
	"cmp"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/delaunay"
	"github.com/territory-go/territory/internal/robust"
	"github.com/territory-go/territory/internal/sphere"
)

// Delaunay is the graph of points in which two are neighbours where they share an
// edge of the Delaunay triangulation, no circle through the corners of whose
// triangles holds a point: the contiguity of the areas that are nearest to each
// point (their Voronoi cells), out to any distance. Every unit has about six
// neighbours, at most 3n-6 pairs in all. The graph is connected and planar.
//
// On a [Plane] the coordinates are the plane, and the answer is exact. By every
// other metric, nil included, they are longitudes and latitudes in degrees, and
// the triangulation is that of the sphere, whatever lies across the antimeridian
// or around a pole; the few edges that would run round the far side of the earth,
// through a point opposite to the mean of all, are left out. What keeps long edges
// along the outer boundary from making neighbours is [Gabriel].
//
// Points in one place are joined to the one of lowest index, which alone is joined
// to others: a star. Points on one line make a path. Where four or more
// points lie on one empty circle, as on a grid, which diagonals are drawn depends
// on the coordinates, not on the order of the points. All borders are 0.
//
// All faults are reported, as *partition.InputError values of the field "points":
// coordinates that are not finite or out of range. O(n log n): some 0.7 µs per
// point for a million, and 400 bytes.
func Delaunay(points []orb.Point, metric Metric) (*Contiguity, error) {
	return triangulated(points, metric, nil)
}

// Gabriel is the graph of points in which two are neighbours where no third one
// lies in the circle that has the two as its diameter, or on it (Gabriel and
// Sokal, A New Statistical Approach to Geographic Variation Analysis, 1969). It is
// a part of the [Delaunay] graph that leaves out its long edges past other points
// and the diagonals of a grid, yet it is connected: it holds every shortest
// spanning tree. Some four neighbours per unit.
//
// On a [Plane] it is exact. By every other metric, nil included, the coordinates
// are longitudes and latitudes in degrees and the circles those of the sphere;
// of points all around the earth it is connected too, but edges on the far side
// that Delaunay leaves out are missing here as well. Points in one place, errors
// and cost are as for Delaunay.
func Gabriel(points []orb.Point, metric Metric) (*Contiguity, error) {
	return triangulated(points, metric, func(s sites, a, b, c int32) bool {
		if s.plane != nil {
			return robust.Angle(s.plane[a], s.plane[b], s.plane[c]) > 0
		}
		// On the sphere as well: at the points of the circle the chords meet at right angles.
		ab, ac, bc := s.chord(a, b), s.chord(a, c), s.chord(b, c)
		return ac.squared+bc.squared > ab.squared || !ac.shorter(ab) || !bc.shorter(ab)
	})
}

// chord is an edge between two sites of the sphere. The order by shorter is
// total: where rounding lets two sides of a triangle stand in each other's way,
// as with sites a millimetre apart, one of them stays, and so the graph in one
// piece.
type chord struct {
	squared float64 // length
	a, b    int32   // a < b
}

func (s sites) chord(a, b int32) chord {
	return chord{sphere.Chord2(s.sphere[a], s.sphere[b]), min(a, b), max(a, b)}
}

func (c chord) shorter(d chord) bool {
	return cmp.Or(cmp.Compare(c.squared, d.squared), cmp.Compare(c.a, d.a), cmp.Compare(c.b, d.b)) < 0
}

// triangulated is the graph of those edges of the Delaunay triangulation that
// both adjacent corners leave in place; outside may be nil.
//
// For [Gabriel] it is enough to ask these two: the half of the circle on one
// side of the edge lies within the empty circle through the corner there, unless
// the half holds that corner.
func triangulated(points []orb.Point, metric Metric, outside func(s sites, a, b, corner int32) bool) (*Contiguity, error) {
	s, err := newSites(points, metric)
	if err != nil {
		return nil, err
	}
	mesh := delaunay.New(s.chart())
	pairs := make([][2]int, 0, 3*len(points))
	mesh.Edges(func(a, b, left, right int32) {
		if outside != nil && (left >= 0 && !outside(s, a, b, left) || right >= 0 && !outside(s, a, b, right)) {
			return
		}
		pairs = append(pairs, [2]int{int(a), int(b)})
	})
	for _, same := range mesh.Same {
		pairs = append(pairs, [2]int{int(same[0]), int(same[1])})
	}
	return newContiguity(len(points), pairs, nil), nil
}

package geo

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/overlay"
	"github.com/territory-go/territory/partition"
)

// Union is the surface that lies in at least one of the areas: the outline of
// areas that need not share their borders, may overlap, and may be invalid. For
// areas with matching borders, and many unions of them, [Coverage.Dissolve] is
// quicker.
//
// # What lies in an area
//
// A point lies in an area if it lies in one of its polygons, and in a polygon if
// the outer ring, its first one, winds around it and none of its holes does. It
// does not matter in which direction and how often: rings may wind the wrong
// way, cross themselves and each other, overlap, touch, retrace their steps, or
// be open. Topology is that of straight edges in the coordinates.
//
// # What is returned
//
// Valid polygons by OGC Simple Features, always: whatever the areas are, the
// computation neither fails nor warns. Outer rings wind counter-clockwise and
// holes clockwise, as RFC 7946 wants it; all rings are closed and begin at their
// lowest vertex from the left; polygons and holes are in ascending order of these.
// Results do not depend on the order of the areas. Surfaces that have shrunk to
// lines or points are dropped. Vertices are kept where they are, also on straight
// borders, so that neighbours which were not part of this match vertex by vertex.
//
// # Accuracy
//
// New vertices, where borders cross, are rounded to a grid, as is all that
// comes within a few steps of another border. The steps along each axis are 2^-53
// of the power of two above the largest magnitude among its coordinates: for
// longitudes 2.8e-14 degrees or some 3 nanometres, and less for latitudes. Along
// either axis, no vertex moves by more than a step, and no point of a border by
// more than two. All other vertices, in real maps all but a few, have the very
// coordinates that they had in the areas. Vertices within a step of each other
// may become one.
//
// The error is an *partition.InputError for each position that is not finite, or
// if there are more than 2^29 positions. O((n + k) log n) in practice for n
// positions and k crossings of edges.
func Union(areas ...orb.MultiPolygon) (orb.MultiPolygon, error) {
	var faults partition.Faults
	checkSize(&faults, "areas", areas)
	for i, area := range areas {
		checkFinite(&faults, fmt.Sprintf("areas[%d]", i), area)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return overlay.New(areas).Region(func(in []int32) bool { return len(in) > 0 }), nil
}

// Intersection is the surface that lies in both areas. See [Union] for what lies
// in an area, what is returned and how accurate it is.
func Intersection(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return combine(a, b, func(inA, inB bool) bool { return inA && inB })
}

// Difference is the surface that lies in a and not in b. See [Union] for what
// lies in an area, what is returned and how accurate it is.
func Difference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return combine(a, b, func(inA, inB bool) bool { return inA && !inB })
}

// SymmetricDifference is the surface that lies in one of the areas and not in
// the other: what has changed between two versions of a border. See [Union] for
// what lies in an area, what is returned and how accurate it is.
func SymmetricDifference(a, b orb.MultiPolygon) (orb.MultiPolygon, error) {
	return combine(a, b, func(inA, inB bool) bool { return inA != inB })
}

func combine(a, b orb.MultiPolygon, keep func(inA, inB bool) bool) (orb.MultiPolygon, error) {
	var faults partition.Faults
	checkSize(&faults, "a and b", []orb.MultiPolygon{a, b})
	checkFinite(&faults, "a", a)
	checkFinite(&faults, "b", b)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return overlay.New([]orb.MultiPolygon{a, b}).Region(func(in []int32) bool {
		inA, inB := false, false
		for _, area := range in {
			inA, inB = inA || area == 0, inB || area == 1
		}
		return keep(inA, inB)
	}), nil
}

// checkSize adds a fault if there are more positions than indices can tell apart.
func checkSize(faults *partition.Faults, field string, areas []orb.MultiPolygon) {
	if positions(areas) > 1<<29 {
		faults.Add(partition.InputError{Field: field, Index: -1, Why: "have more than 2^29 positions"}, nil)
	}
}

// checkFinite adds a fault for each position of an area that is not finite.
func checkFinite(faults *partition.Faults, field string, area orb.MultiPolygon) {
	for i, polygon := range area {
		for j, ring := range polygon {
			for k, p := range ring {
				if p[0]-p[0] != 0 || p[1]-p[1] != 0 {
					faults.Add(partition.InputError{Field: fmt.Sprintf("%s[%d][%d]", field, i, j), Index: k, Value: p, Why: "is not finite"}, nil)
				}
			}
		}
	}
}

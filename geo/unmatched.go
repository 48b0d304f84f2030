package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/overlay"
)

// This file is where shapes whose edges do not tell the answer go to the overlay.

// united is the union of shapes that may overlap, cross each other and cross
// themselves, as valid polygons.
func united(shapes []orb.MultiPolygon) orb.MultiPolygon {
	return overlay.New(shapes).Region(func(in []int32) bool { return len(in) > 0 })
}

// uncovered is what lies in none of the shapes and is enclosed by them.
func uncovered(shapes []orb.MultiPolygon) orb.MultiPolygon {
	return overlay.New(shapes).Region(func(in []int32) bool { return len(in) == 0 })
}

// overlaps are the surfaces that two of the areas have in common, for all pairs.
func (c *Coverage) overlaps(suspects []int32) []overlay.Overlap {
	all := overlay.New(c.shapes(suspects)).Overlaps()
	for i := range all {
		o := &all[i]
		o.A, o.B = int(suspects[o.A]), int(suspects[o.B])
	}
	return all
}

// onlyFirst is what lies in the first of the shapes and in none of the others.
func onlyFirst(shapes []orb.MultiPolygon) orb.MultiPolygon {
	return overlay.New(shapes).Region(func(in []int32) bool { return len(in) == 1 && in[0] == 0 })
}

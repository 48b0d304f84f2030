package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/overlay"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// PowerDiagram divides a boundary among sites: what belongs to site j is
//
//	{x in boundary: |x - s_j|² + w_j ≤ |x - s_l|² + w_l for all l},
//
// a convex cell clipped to the boundary, which may be of several parts, with holes,
// and of any shape. Weights of nil are 0: the cells of the nearest site (Voronoi).
// A cell need not hold its site, and those of sites that nobody is with are empty.
//
// # Territories of an optimal allocation
//
// Where the cost of serving a customer of load a at x is a·|x - s_j|², and an
// allocation minimises the total under limits on loads, its price v_j of agent j
// makes customers choose the least of a·|x - s_j|² + v_j·a. Divided by a this is the
// cell of weight w_j = v_j: each customer lies in the cell of the agent that
// serves it, those that are shared on the border of two, and a new customer
// belongs where it falls. What it takes is that the load factors out of the cost:
// with the cost |x - s_j|² whatever the load, prices give cells if all loads are
// equal, a, and then the weights are a·v_j.
//
// The plane is that of the coordinates: allocate and divide in the same projection.
// For costs that are distances, not squares, the borders are branches of
// hyperbolas: [Catchments] draws them to a tolerance. [Owner] gives the owner of a
// location by the prices alone, whatever the cost.
//
// # What is returned
//
// One area per site, valid polygons as by [Union], whose accuracy applies. The
// cells tile the boundary: neighbours share their vertices, there are neither gaps
// nor overlaps. Which sites are neighbours, and where a cell ends, is decided without rounding;
// vertices are then the nearest floating-point numbers. Of sites with equal
// coordinates and weights the first one owns the cell.
//
// All faults are reported, as *partition.InputError values of the fields "sites",
// "weights" and "boundary": coordinates and weights that are not finite, another number of
// weights than sites. O((k + n)·log(k + n)) for k sites that are not very unevenly
// spread and n positions: some 0.2 ms per site on one processor, and all are used.
func PowerDiagram(sites []orb.Point, weights []float64, boundary orb.MultiPolygon) ([]orb.MultiPolygon, error) {
	var faults partition.Faults
	checkSites(&faults, sites, weights)
	checkFinite(&faults, "boundary", boundary)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if weights == nil {
		weights = make([]float64, len(sites))
	}
	cells := make([]orb.MultiPolygon, len(sites))
	box, ok := boxAround(boundary)
	if !ok || len(sites) == 0 {
		return cells, nil
	}
	areas := make([]orb.MultiPolygon, len(sites), len(sites)+1)
	p := newPower(sites, weights, box)
	parallel.For(len(sites), func(j int) {
		if ring := p.cell(j); ring != nil {
			areas[j] = orb.MultiPolygon{{ring}}
		}
	})
	areas = append(areas, boundary)
	for _, o := range overlay.New(areas).Overlaps() {
		if o.B == len(sites) {
			cells[o.A] = o.Shared
		}
	}
	return cells, nil
}

// boxAround is a box with room around all positions of an area; not ok without any.
func boxAround(area orb.MultiPolygon) (box orb.Bound, ok bool) {
	low, high := orb.Point{math.Inf(1), math.Inf(1)}, orb.Point{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range area {
		for _, ring := range polygon {
			for _, p := range ring {
				for d := range p {
					low[d], high[d] = min(low[d], p[d]), max(high[d], p[d])
				}
			}
		}
	}
	if low[0] > high[0] {
		return orb.Bound{}, false
	}
	room := max(float64(high[0]/8)-float64(low[0]/8), float64(high[1]/8)-float64(low[1]/8))
	for d := range low {
		// At least some steps of the coordinates' own resolution.
		r := max(room, math.Abs(low[d])*0x1p-40, math.Abs(high[d])*0x1p-40, 0x1p-900)
		low[d], high[d] = max(low[d]-r, -math.MaxFloat64), min(high[d]+r, math.MaxFloat64)
	}
	return orb.Bound{Min: low, Max: high}, true
}

// Owner is the site at which cost(location, site) + weight is least: who serves a
// new customer, by the prices of an allocation. Of equals it is the first one.
// Weights of nil are 0. It is -1 where there are no sites, or no cost is below +Inf;
// costs of NaN count as +Inf.
//
// A nil cost is the great-circle distance in kilometres on the sphere of
// partition.Problem, with longitudes and latitudes in degrees. With squared planar
// distances the owner is that of the cell of [PowerDiagram], but for rounding at
// borders. See there for which weights the prices of an allocation are.
//
// Owner panics, as indexing a slice would, where there are weights, but fewer than
// sites. O(k) for k sites.
func Owner(location orb.Point, sites []orb.Point, weights []float64, cost orb.DistanceFunc) int {
	if cost == nil {
		at := sphere.At(location[0], location[1])
		cost = func(_, s orb.Point) float64 { return sphere.Distance(at, sphere.At(s[0], s[1])) }
	}
	owner, least := -1, math.Inf(1)
	for j, s := range sites {
		c := cost(location, s)
		if weights != nil {
			c += weights[j]
		}
		if c < least {
			owner, least = j, c
		}
	}
	return owner
}

// ringOf closes the corners of a convex cell, which are in counter-clockwise
// order; nil where rounding leaves no surface.
func ringOf(corners []orb.Point) orb.Ring {
	corners = slices.Compact(corners)
	for len(corners) > 1 && corners[0] == corners[len(corners)-1] {
		corners = corners[:len(corners)-1]
	}
	if len(corners) < 3 {
		return nil
	}
	return append(orb.Ring(corners), corners[0])
}

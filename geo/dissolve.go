package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Dissolve returns the outlines of the territories of a plan: shape t is the
// union of the areas of territory t, and areas that the plan leaves unassigned
// are in none.
//
// The edges between areas of one territory disappear, the others are put
// together to rings. Shapes are valid by the rules of OGC: outer rings wind
// counter-clockwise and holes clockwise, as RFC 7946 wants it, and rings are
// closed, pass through no point twice and touch each other in points only.
// Parts of a territory that touch in a corner are parts of their own, and a hole
// that touches its outer ring stays a hole. Neighbouring shapes share all the
// vertices of their border.
//
// Where areas of a territory overlap or cross each other, as [Coverage.Findings]
// reports, and where an area on the outline crosses itself, the outlines do not
// follow from the edges alone; the union of this one territory is then computed
// from its shapes. No shape and no plan makes Dissolve fail.
//
// The errors are *partition.InputError values of the field "plan": nil, of
// another length than the coverage, or with territories outside -1..K-1.
//
// O(n + m log m) for n edges of the coverage, m of them between territories.
func (c *Coverage) Dissolve(plan partition.Assignment) ([]orb.MultiPolygon, error) {
	of, err := c.territories(plan)
	if err != nil {
		return nil, err
	}
	shapes := make([]orb.MultiPolygon, plan.K())
	borders := c.borders(plan.K(), c.tame(of))
	// A few batches, not one for each territory: a tracer has room for all vertices.
	batches := min(len(shapes), 16)
	parallel.For(batches, func(b int) {
		tracer := newTracer(c)
		for t := len(shapes) * b / batches; t < len(shapes)*(b+1)/batches; t++ {
			shapes[t] = tracer.union(borders[t], func(area int32) bool { return of(area) == int32(t) })
		}
	})
	return shapes, nil
}

// Outline is the union of some areas, a shape as [Coverage.Dissolve] makes them;
// no areas have none. Areas may be named more than once.
//
// The errors are *partition.InputError values of the field "units": numbers of
// areas that there are not. O(n) for n edges of the coverage.
func (c *Coverage) Outline(units []int) (orb.MultiPolygon, error) {
	var faults partition.Faults
	in := make([]bool, c.Len())
	for i, unit := range units {
		if unit < 0 || unit >= len(in) {
			faults.Add(partition.InputError{Field: "units", Index: i, Value: unit, Why: "is no area of the coverage"}, nil)
			continue
		}
		in[unit] = true
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	borders := c.borders(1, c.tame(func(area int32) int32 {
		if in[area] {
			return 0
		}
		return partition.Unassigned
	}))
	return newTracer(c).union(borders[0], func(area int32) bool { return in[area] }), nil
}

// shape is one area as it was read: snapped, divided, with its rings wound as
// they should. Rings without surface are left out.
func (c *Coverage) shape(rings []int32) orb.MultiPolygon {
	var shape orb.MultiPolygon
	part := int32(-1)
	for _, r := range rings {
		ring := c.ring(r)
		if len(ring) < 4 {
			continue
		}
		if c.rings[r].ring == 0 || part != c.rings[r].part {
			shape = append(shape, nil)
			part = c.rings[r].part
		}
		shape[len(shape)-1] = append(shape[len(shape)-1], ring)
	}
	return shape
}

// ring is the closed ring of a walk.
func (c *Coverage) ring(r int32) orb.Ring {
	halves := c.halves[c.first[r]:c.first[r+1]]
	ring := make(orb.Ring, 0, len(halves)+1)
	for _, half := range halves {
		ring = append(ring, c.points[c.tail(half)])
	}
	return append(ring, ring[0])
}

// tail and head are the vertices between which a directed edge runs.
func (c *Coverage) tail(half int32) int32 { return c.ends[half>>1][half&1] }
func (c *Coverage) head(half int32) int32 { return c.ends[half>>1][half&1^1] }

// shapes are the shapes of some areas, ascending, one for each.
func (c *Coverage) shapes(in func(area int32) bool) []orb.MultiPolygon {
	var shapes []orb.MultiPolygon
	r := 0
	for area := range int32(c.Len()) {
		var rings []int32
		for ; r < len(c.rings) && c.rings[r].area == area; r++ {
			rings = append(rings, int32(r))
		}
		if in(area) {
			shapes = append(shapes, c.shape(rings))
		}
	}
	return shapes
}

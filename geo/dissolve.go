package geo

import (
	"slices"

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
	return c.unions(plan.K(), of), nil
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
	return c.unions(1, func(area int32) int32 {
		if in[area] {
			return 0
		}
		return partition.Unassigned
	})[0], nil
}

// unions are the outlines of territories 0..k-1; of gives the territory of an
// area, negative for none.
func (c *Coverage) unions(k int, of func(area int32) int32) []orb.MultiPolygon {
	wild := make([][]int32, k) // by territory
	tame := of
	if c.wild != nil {
		tame = func(area int32) int32 {
			if c.wild[area] {
				return partition.Unassigned
			}
			return of(area)
		}
		for area, is := range c.wild {
			if t := of(int32(area)); is && t >= 0 {
				wild[t] = append(wild[t], int32(area))
			}
		}
	}
	borders := c.borders(k, tame)
	shapes := make([]orb.MultiPolygon, k)
	// A few batches, not one for each territory: a tracer has room for all vertices.
	batches := min(k, 16)
	parallel.For(batches, func(b int) {
		tracer := newTracer(c)
		for t := k * b / batches; t < k*(b+1)/batches; t++ {
			shape, clean := tracer.trace(borders[t], false)
			switch {
			case !clean:
				areas := slices.DeleteFunc(c.all(), func(area int32) bool { return of(area) != int32(t) })
				shape = united(c.shapes(areas))
			case len(wild[t]) > 0:
				shape = united(append(c.shapes(wild[t]), shape))
			}
			shapes[t] = shape
		}
	})
	return shapes
}

// shapes are areas as they were read: snapped, divided, with their rings wound as
// they should.
func (c *Coverage) shapes(areas []int32) []orb.MultiPolygon {
	shapes := make([]orb.MultiPolygon, len(areas))
	for i, area := range areas {
		r, _ := slices.BinarySearchFunc(c.rings, area, func(ring ringIndex, area int32) int { return int(ring.area) - int(area) })
		for part := int32(-1); r < len(c.rings) && c.rings[r].area == area; r++ {
			ring := c.ring(int32(r))
			if len(ring) < 4 {
				continue
			}
			if c.rings[r].part != part {
				shapes[i] = append(shapes[i], nil)
				part = c.rings[r].part
			}
			last := &shapes[i][len(shapes[i])-1]
			*last = append(*last, ring)
		}
	}
	return shapes
}

// all lists the areas.
func (c *Coverage) all() []int32 {
	areas := make([]int32, c.Len())
	for area := range areas {
		areas[area] = int32(area)
	}
	return areas
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

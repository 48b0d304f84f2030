package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// A part is one polygon of an area, numbered through all areas. A point is in a
// part if its rings wind around it an odd number of times in all, and in an
// area if it is in one of its parts.

// locatorEdge is an edge of one or more parts, from its lower end a (its western
// one if it is level) to its upper end b.
type locatorEdge struct {
	a, b orb.Point

	// key is the exclusive or of the keys of the parts (see partKey): what
	// crossing the edge does to the key of a set of parts.
	key int32

	// first is where the edge's parts begin in edgeTable.partsOf; they end
	// where those of the next edge begin.
	first int32
}

// partKey is the key of a set of one part. The key of a set is the exclusive or
// of the keys of its parts: 0 of the empty set, odd of sets of odd size, so that
// of two parts all four sets have different ones.
func partKey(part int32) int32 { return (part+1)<<1 | 1 }

// edgeTable holds every edge that has a part on one side only, once.
type edgeTable struct {
	edges   []locatorEdge // with one more at the end, which only bounds the parts of the last
	partsOf []int32       // ascending within each edge
	areaOf  []int32       // of each part; ascending
}

func (t *edgeTable) parts(edge int32) []int32 {
	return t.partsOf[t.edges[edge].first:t.edges[edge+1].first]
}

// newEdgeTable reads the areas. An edge that a part has an even number of times
// (a spike, a ring listed twice) does not separate anything and is left out.
func newEdgeTable(areas []orb.MultiPolygon) (*edgeTable, error) {
	type owned struct {
		a, b orb.Point
		part int32
	}
	var faults partition.Faults
	var t edgeTable
	count := 0
	for _, area := range areas {
		for _, polygon := range area {
			for _, ring := range polygon {
				count += len(ring)
			}
		}
	}
	if count >= math.MaxInt32/4 {
		faults.Add(partition.InputError{Field: "areas", Index: -1, Value: count, Why: "have more positions than 2^29"}, nil)
		return nil, faults.Err()
	}
	all := make([]owned, 0, count)
	for i, area := range areas {
		for j, polygon := range area {
			part := int32(len(t.areaOf))
			before := len(all)
			for k, ring := range polygon {
				for n, from := range ring {
					if !usable(from) {
						faults.Add(partition.InputError{Field: "areas", Index: i, Value: from,
							Why: fmt.Sprintf("polygon %d, ring %d, position %d is not finite, or beyond %g", j, k, n, float64(beyond))}, nil)
					}
					to := ring[0]
					if n+1 < len(ring) {
						to = ring[n+1]
					}
					// Adding 0 makes -0 a 0, so that equal ends are the same bits.
					from, to := orb.Point{from[0] + 0, from[1] + 0}, orb.Point{to[0] + 0, to[1] + 0}
					if order := comparePoints(from, to); order > 0 {
						from, to = to, from
					} else if order == 0 {
						continue
					}
					all = append(all, owned{from, to, part})
				}
			}
			if len(all) > before {
				t.areaOf = append(t.areaOf, int32(i))
			}
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y owned) int {
		if c := comparePoints(x.a, y.a); c != 0 {
			return c
		}
		if c := comparePoints(x.b, y.b); c != 0 {
			return c
		}
		return cmp.Compare(x.part, y.part)
	})
	t.edges = make([]locatorEdge, 0, len(all)/2+1)
	t.partsOf = make([]int32, 0, len(all))
	for i := 0; i < len(all); {
		e := locatorEdge{a: all[i].a, b: all[i].b, first: int32(len(t.partsOf))}
		for i < len(all) && all[i].a == e.a && all[i].b == e.b {
			part, times := all[i].part, 0
			for ; i < len(all) && all[i].a == e.a && all[i].b == e.b && all[i].part == part; i++ {
				times++
			}
			if times%2 == 1 {
				t.partsOf = append(t.partsOf, part)
				e.key ^= partKey(part)
			}
		}
		if int(e.first) < len(t.partsOf) {
			t.edges = append(t.edges, e)
		}
	}
	t.edges = append(t.edges, locatorEdge{first: int32(len(t.partsOf))})
	return &t, nil
}

// comparePoints orders points from south to north, and from west to east.
func comparePoints(a, b orb.Point) int {
	switch {
	case a[1] < b[1]:
		return -1
	case a[1] > b[1]:
		return 1
	case a[0] < b[0]:
		return -1
	case a[0] > b[0]:
		return 1
	}
	return 0
}

// reorder puts the edges in the order of rank, ties in their old order.
func (t *edgeTable) reorder(rank func(e *locatorEdge) uint32) {
	n := len(t.edges) - 1
	order := make([]uint64, n)
	for i := range order {
		order[i] = uint64(rank(&t.edges[i]))<<32 | uint64(i)
	}
	slices.Sort(order)
	edges := make([]locatorEdge, 0, n+1)
	partsOf := make([]int32, 0, len(t.partsOf))
	for _, o := range order {
		old := int32(uint32(o))
		e := t.edges[old]
		e.first = int32(len(partsOf))
		partsOf = append(partsOf, t.parts(old)...)
		edges = append(edges, e)
	}
	t.edges = append(edges, locatorEdge{first: int32(len(partsOf))})
	t.partsOf = partsOf
}

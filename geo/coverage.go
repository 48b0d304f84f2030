package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// Coverage is a set of areas, read once into the vertices and edges that they
// share. Every question about the map is answered from this one table: who
// borders whom and for how long ([Coverage.Contiguity]), the outlines of
// territories ([Coverage.Dissolve], [Coverage.Outline]), their perimeters
// ([Coverage.Perimeters]), who is surrounded by whom ([Coverage.Enclaves]), and
// what is wrong with the map ([Coverage.Findings], [Coverage.Slivers]).
//
// Islands and connected parts are the [Contiguity.Components] of its graph.
//
// A Coverage is immutable and safe for concurrent use. It keeps the areas that
// it was made of, which must not be modified as long as it is in use.
//
// # What is one vertex, what is one edge
//
// Positions that are identical are one vertex; with a snap > 0, so are
// positions that are at most snap apart. An edge is one for all rings that run
// along it, in whichever direction, and knows all the areas on its left and on
// its right: none, one, or several where areas overlap.
//
// A vertex that lies on an edge, exactly or with a snap > 0 within it, divides
// the edge: where the long side of one area runs along several shorter
// sides of its neighbours (a T-junction, a border of which one neighbour
// holds more points), they share this border all the same. Such places are
// reported as [MissingVertex]. Edges that merely cross are not divided.
//
// # Dirty input
//
// Every input is read, and nothing that is wrong with it is an error: what was
// found and what was made of it is in [Coverage.Findings]. Positions that are
// not finite are passed over; unclosed rings are closed; a ring that is flattened
// to a line bounds nothing, but still touches its neighbours. The first ring of a
// polygon is its outer one, the others are its holes, whichever way they wind.
// An area without rings is an area without neighbours.
type Coverage struct {
	areas   []orb.MultiPolygon
	snap    float64
	points  []orb.Point // the vertices, in the order in which they first occur
	rings   []ringIndex // the rings that have edges
	first   []int32     // where each of them begins in halves; one more for the end
	halves  []int32     // ring by ring the edges that it runs along: edge<<1, plus 1 from its second end to its first
	ends    [][2]int32  // of each edge, its vertices, the lower one first
	uses    []int32     // edge by edge the areas along it, ascending: area<<1, plus 1 for the area on its right
	of      []int32     // where the uses of each edge begin; one more for the end
	missing []missing   // vertices that divided the edges of rings

	isCrossed []bool // of each edge, whether it meets others elsewhere than at common ends; nil: none does
	wild      []bool // of each area, whether its edges do not tell where it is; nil: all do
}

// ringIndex says which ring of the input a ring is.
type ringIndex struct{ area, part, ring int32 }

// missing is a ring without a vertex where it has one now.
type missing struct {
	ring   int32
	vertex int32
}

// NewCoverage reads areas; unit i is areas[i]. snap is the distance, in the unit
// of the coordinates, within which two positions are one and a vertex lies on an
// edge; 0 takes positions as they are. No vertex moves by more than snap, the
// first of the positions that become one stays where it is, and an edge that a
// vertex divides bends by at most snap. A snap should be well below the length of
// the edges: those shorter than it disappear, and with them, without a finding,
// rings that are no larger. With a snap, results depend on the
// order of the areas; without, they do not. In degrees, 1e-7 is a centimetre.
//
// The error is an *partition.InputError: a snap that is negative or not finite,
// or more than 2^29 positions or areas. What is wrong with the shapes is no
// error; see [Coverage.Findings].
//
// O(n log n) for n positions, and about 200 bytes for each.
func NewCoverage(areas []orb.MultiPolygon, snap float64) (*Coverage, error) {
	var faults partition.Faults
	if !(snap >= 0) || math.IsInf(snap, 1) {
		faults.Add(partition.InputError{Field: "snap", Index: -1, Value: snap, Why: "is no distance: finite and at least 0"}, nil)
	}
	if len(areas) > 1<<29 || positions(areas) > 1<<29 {
		faults.Add(partition.InputError{Field: "areas", Index: -1, Why: "have more than 2^29 positions"}, nil)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	c := &Coverage{areas: areas, snap: snap}
	walks := c.read()
	c.index(walks)
	for round := 0; round < rounds && c.divide(walks); round++ {
		c.index(walks)
	}
	c.cross()
	c.tell()
	return c, nil
}

// Len is the number of areas.
func (c *Coverage) Len() int { return len(c.areas) }

func positions(areas []orb.MultiPolygon) int {
	n := 0
	for _, area := range areas {
		for _, part := range area {
			for _, ring := range part {
				n += len(ring)
			}
		}
	}
	return n
}

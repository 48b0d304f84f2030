package overlay

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Arrangement is the plane, cut along the borders of areas. It is immutable and
// safe for concurrent use.
//
// A point lies in an area if it lies in one of its polygons, and in a polygon if
// the outer ring winds around it and none of its holes does, in whichever
// direction and however often. Rings need not be closed, nor be simple.
//
// The grid has steps of 2^(e-53), where 2^e is the power of two above the largest
// magnitude among the coordinates of an axis. Along the axis, no vertex moves by
// more than a step, half of it to the grid and half of it back to the vertex that
// stands for all in its place; no point of a border moves by more than two.
// Vertices that are not within some steps of other borders do not move at all.
type Arrangement struct {
	x, y    axis
	sources []source    // what the rings are
	nodes   []point     // the vertices, ascending
	at      []orb.Point // where results have them
	edges   []edge      // they meet in nodes only; as sorted by arrange
	left    []int32     // state above each edge, on the left of its direction
	right   []int32     // state below it
	inside  [][]int32   // of each state, the areas there
}

// New cuts the plane along the borders of areas. Positions with a coordinate
// that is NaN or infinite are passed over. The areas are not kept.
func New(areas []orb.MultiPolygon) *Arrangement {
	a := &Arrangement{}
	in := a.node(a.read(areas))
	in = arrange(a.nodes, in)
	a.edges = in.list
	below := sweep(a.nodes, a.edges)
	s := newStates()
	a.left = make([]int32, len(below))
	a.right = make([]int32, len(below))
	for e, under := range below {
		if under >= 0 {
			a.right[e] = a.left[under]
		}
		a.left[e] = s.add(a.right[e], in.of(e))
	}
	a.inside = make([][]int32, len(s.list))
	for i, windings := range s.list {
		a.inside[i] = areasOf(windings, a.sources)
	}
	return a
}

// Region is where in says yes: the valid polygons that cover the same points. in
// is asked about lists of areas, ascending, which it must not modify; the list
// is empty for what lies in none, and with in true for it, the part without
// bounds is left out.
//
// Outer rings wind counter-clockwise, holes clockwise; all are closed, and begin
// at their lowest vertex from the left. No ring passes through a vertex twice;
// rings touch in vertices only, and the inside of a polygon is connected.
// Polygons, and the holes of each, are sorted by their first vertices.
func (a *Arrangement) Region(in func(areas []int32) bool) orb.MultiPolygon {
	kept := make([]bool, len(a.inside))
	for i, areas := range a.inside {
		kept[i] = in(areas)
	}
	var border []directed
	for e := range a.edges {
		switch l, r := kept[a.left[e]], kept[a.right[e]]; {
		case l && !r:
			border = append(border, directed(e<<1))
		case r && !l:
			border = append(border, directed(e<<1|1))
		}
	}
	return a.assemble(border)
}

// Overlap is the surface that two areas share.
type Overlap struct {
	A, B   int // A < B
	Shared orb.MultiPolygon
}

// Overlaps lists all pairs of areas that share surface, in ascending order.
//
// O(m log m) where m counts each edge on the border of what a pair shares, for
// each pair.
func (a *Arrangement) Overlaps() []Overlap {
	type part struct {
		a, b int32
		directed
	}
	var parts []part
	add := func(in, out []int32, d directed) {
		for i, p := range in {
			for _, q := range in[i+1:] {
				if !(holds(out, p) && holds(out, q)) {
					parts = append(parts, part{p, q, d})
				}
			}
		}
	}
	for e := range a.edges {
		l, r := a.inside[a.left[e]], a.inside[a.right[e]]
		add(l, r, directed(e<<1))
		add(r, l, directed(e<<1|1))
	}
	slices.SortStableFunc(parts, func(p, q part) int {
		if p.a != q.a {
			return cmp.Compare(p.a, q.a)
		}
		return cmp.Compare(p.b, q.b)
	})
	var all []Overlap
	var border []directed
	for i, p := range parts {
		border = append(border, p.directed)
		if i+1 == len(parts) || parts[i+1].a != p.a || parts[i+1].b != p.b {
			all = append(all, Overlap{int(p.a), int(p.b), a.assemble(border)})
			border = border[:0]
		}
	}
	return all
}

func holds(areas []int32, area int32) bool {
	_, ok := slices.BinarySearch(areas, area)
	return ok
}

package overlay

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// term is how often the rings of one source wind around a place more on one
// side of an edge than on the other, or at all.
type term struct{ source, winding int32 }

// edge joins two vertices, the lower one first.
type edge struct{ a, b int32 }

// compare orders edges by their lower ends, then by the upper ones.
func (e edge) compare(f edge) int {
	if e.a != f.a {
		return cmp.Compare(e.a, f.a)
	}
	return cmp.Compare(e.b, f.b)
}

// piece is an edge and what one ring adds to it: how often it runs from the
// lower to the upper end more than back.
type piece struct {
	edge
	term
}

// edges is a list of different edges in ascending order, each with its terms in
// ascending order of their sources.
type edges struct {
	list  []edge
	terms []term
	first []int32 // where the terms of each edge begin; one more for the end
}

func (e *edges) of(i int) []term { return e.terms[e.first[i]:e.first[i+1]] }

// merge makes one edge of pieces between the same vertices and adds up what
// rings do there. Edges along which every ring runs to and fro disappear.
func merge(pieces []piece) edges {
	slices.SortFunc(pieces, func(p, q piece) int {
		if c := p.edge.compare(q.edge); c != 0 {
			return c
		}
		return cmp.Compare(p.source, q.source)
	})
	var e edges
	e.list = make([]edge, 0, len(pieces))
	e.terms = make([]term, 0, len(pieces))
	e.first = make([]int32, 0, len(pieces)+1)
	for i := 0; i < len(pieces); {
		this, from := pieces[i].edge, len(e.terms)
		for i < len(pieces) && pieces[i].edge == this {
			t := pieces[i].term
			for i++; i < len(pieces) && pieces[i].edge == this && pieces[i].source == t.source; i++ {
				t.winding += pieces[i].winding
			}
			if t.winding != 0 {
				e.terms = append(e.terms, t)
			}
		}
		if len(e.terms) > from {
			e.list = append(e.list, this)
			e.first = append(e.first, int32(from))
		}
	}
	e.first = append(e.first, int32(len(e.terms)))
	return e
}

// source is a ring's place in the input.
type source struct {
	area, polygon int32 // polygons are counted through all areas
	hole          bool
}

// vertex is a position of the input on the grid.
type vertex struct {
	point
	from orb.Point
	at   int32 // place in the input
}

// read rounds all rings to the grid, sorts their vertices into a.nodes, and
// returns the edges between them. Positions that are not finite are passed over.
func (a *Arrangement) read(areas []orb.MultiPolygon) edges {
	var flat []vertex
	var ends []int // of each ring, in flat
	large := orb.Point{}
	polygons := int32(0)
	for i, area := range areas {
		for _, polygon := range area {
			for r, ring := range polygon {
				for _, p := range ring {
					if usable(p) {
						large[0], large[1] = max(large[0], p[0], -p[0]), max(large[1], p[1], -p[1])
						flat = append(flat, vertex{from: p})
					}
				}
				ends = append(ends, len(flat))
				a.sources = append(a.sources, source{area: int32(i), polygon: polygons, hole: r > 0})
			}
			polygons++
		}
	}
	a.x, a.y = newAxis(large[0]), newAxis(large[1])
	for i := range flat {
		v := &flat[i]
		v.point, v.at = point{a.x.steps(v.from[0]), a.y.steps(v.from[1])}, int32(i)
	}
	ids := a.number(flat)
	pieces := make([]piece, 0, len(ids))
	from := 0
	for s, to := range ends {
		for i := from; i < to; i++ {
			next := i + 1
			if next == to {
				next = from
			}
			switch u, v := ids[i], ids[next]; {
			case u < v:
				pieces = append(pieces, piece{edge{u, v}, term{int32(s), 1}})
			case u > v:
				pieces = append(pieces, piece{edge{v, u}, term{int32(s), -1}})
			}
		}
		from = to
	}
	return merge(pieces)
}

// number sorts the vertices, makes one node of those in one place, and returns
// the node of each by its place in the input. Of the positions that fall
// together the lowest one stands for all, whatever their order in the input.
func (a *Arrangement) number(flat []vertex) []int32 {
	slices.SortFunc(flat, func(v, w vertex) int {
		if c := v.compare(w.point); c != 0 {
			return c
		}
		if c := cmp.Compare(v.from[0], w.from[0]); c != 0 {
			return c
		}
		return cmp.Compare(v.from[1], w.from[1])
	})
	ids := make([]int32, len(flat))
	for i := range flat {
		v := &flat[i]
		if n := len(a.nodes); n == 0 || a.nodes[n-1] != v.point {
			a.nodes = append(a.nodes, v.point)
			a.at = append(a.at, orb.Point{v.from[0] + 0, v.from[1] + 0}) // never -0
		}
		ids[v.at] = int32(len(a.nodes) - 1)
	}
	return ids
}

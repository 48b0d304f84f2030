package overlay

import (
	"slices"

	"github.com/paulmach/orb"
)

// node leads every edge through the hot pixels that it passes. The crossings
// become nodes, and those nodes that may leave the grid do.
func (a *Arrangement) node(in edges) edges {
	n := noding{nodes: a.nodes, list: in.list}
	n.find()
	if len(n.crossings) > 0 {
		in.list = a.join(n.crossings, in.list)
		n.list = in.list
	}
	slices.SortFunc(n.hits, func(h, k hit) int {
		if h.edge != k.edge {
			return int(h.edge) - int(k.edge)
		}
		return a.before(in.list[h.edge], h.at, k.at)
	})
	held := make([]bool, len(a.nodes))
	pieces := make([]piece, 0, len(in.terms)+len(n.hits))
	split := false
	var chain []stop
	for i, e := range in.list {
		k := 0
		for k < len(n.hits) && int(n.hits[k].edge) == i {
			k++
		}
		chain = a.chain(chain[:0], e, n.hits[:k])
		n.hits = n.hits[k:]
		a.hold(held, chain)
		last := e.a
		for _, s := range chain[1:] {
			if s.how != through {
				continue
			}
			this, sign := edge{last, s.node}, int32(1)
			if last > s.node { // along a side of pixels, downwards
				this, sign = edge{s.node, last}, -1
			}
			split = split || this != e
			for _, t := range in.of(i) {
				pieces = append(pieces, piece{this, term{t.source, sign * t.winding}})
			}
			last = s.node
		}
	}
	for v, p := range a.nodes {
		if held[v] {
			a.at[v] = a.position(p)
		}
	}
	if !split {
		return in
	}
	return merge(pieces)
}

func (a *Arrangement) position(p point) orb.Point {
	return orb.Point{a.x.value(p.x), a.y.value(p.y)}
}

// before orders two points near an edge in its direction, in which neither
// coordinate ever turns back.
func (a *Arrangement) before(e edge, p, q point) int {
	if a.nodes[e.b].y < a.nodes[e.a].y {
		p.y, q.y = -p.y, -q.y
	}
	return p.compare(q)
}

// join adds new points to the nodes and renumbers the ends of edges, which keep
// their order.
func (a *Arrangement) join(points []point, list []edge) []edge {
	slices.SortFunc(points, point.compare)
	points = slices.Compact(points)
	nodes := make([]point, 0, len(a.nodes)+len(points))
	at := make([]orb.Point, 0, len(a.nodes)+len(points))
	ids := make([]int32, len(a.nodes))
	next := 0
	add := func(p point) {
		nodes = append(nodes, p)
		at = append(at, a.position(p))
	}
	for v, p := range a.nodes {
		for ; next < len(points) && points[next].compare(p) < 0; next++ {
			add(points[next])
		}
		if next < len(points) && points[next] == p {
			next++ // a vertex that no edge uses any more
		}
		ids[v] = int32(len(nodes))
		nodes = append(nodes, p)
		at = append(at, a.at[v])
	}
	for ; next < len(points); next++ {
		add(points[next])
	}
	a.nodes, a.at = nodes, at
	renumbered := make([]edge, len(list))
	for i, e := range list {
		renumbered[i] = edge{ids[e.a], ids[e.b]}
	}
	return renumbered
}

// stop is a node on an edge or close to it.
type stop struct {
	node int32
	how  passing
}

// chain appends the nodes along an edge, from its lower to its upper end.
func (a *Arrangement) chain(chain []stop, e edge, hits []hit) []stop {
	chain = append(chain, stop{e.a, through})
	for _, h := range hits {
		v, _ := slices.BinarySearchFunc(a.nodes, h.at, point.compare)
		chain = append(chain, stop{int32(v), h.how})
	}
	return append(chain, stop{e.b, through})
}

// hold marks the nodes that have to stay on the grid: where an edge passes close
// to a node, the node and the two nodes of the edge on either side; where two
// nodes of an edge are close to each other, both. All others are more than near
// steps away from every edge that is not theirs, farther than any two things
// move that return from the grid, by half a step in either direction: on their
// way nothing meets, and what they are part of keeps its shape.
func (a *Arrangement) hold(held []bool, chain []stop) {
	last := -1 // the stop before on the edge
	for i, s := range chain {
		if s.how == through {
			if last >= 0 {
				p, q := a.nodes[chain[last].node], a.nodes[s.node]
				if max(p.x-q.x, q.x-p.x, p.y-q.y, q.y-p.y) <= 2*near {
					held[s.node], held[chain[last].node] = true, true
				}
			}
			last = i
			continue
		}
		held[s.node] = true
		for left, k := 2, i-1; k >= 0 && left > 0; k-- {
			if chain[k].how == through {
				held[chain[k].node] = true
				left--
			}
		}
		for left, k := 2, i+1; k < len(chain) && left > 0; k++ {
			if chain[k].how == through {
				held[chain[k].node] = true
				left--
			}
		}
	}
}

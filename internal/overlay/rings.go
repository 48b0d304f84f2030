package overlay

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// directed is an edge with a direction: edge<<1 from its lower to its upper end,
// edge<<1 + 1 back. The surface that a border encloses is on its left.
type directed uint32

func (d directed) edge() int      { return int(d >> 1) }
func (d directed) reversed() bool { return d&1 == 1 }

func (a *Arrangement) from(d directed) int32 {
	if e := a.edges[d.edge()]; d.reversed() {
		return e.b
	} else {
		return e.a
	}
}

func (a *Arrangement) to(d directed) int32 { return a.from(d ^ 1) }

// assemble makes valid polygons of the complete border of a surface, given in
// ascending order. It moves along the border of each connected piece of the
// surface: a cycle, which is the outer one if it begins, at its lowest edge, with
// the surface above it. A cycle that passes through a vertex twice is cut there.
func (a *Arrangement) assemble(border []directed) orb.MultiPolygon {
	next, place := a.follow(border)
	cycle := make([]int32, len(border)) // of each edge, counted from 1
	var polygons []polygon
	owner := []int32{-1} // of each cycle, its polygon; -1 for the border of what has no bounds
	var below []int32
	cut := newCutter(len(border))
	for start := range border {
		if cycle[start] != 0 {
			continue
		}
		this := int32(len(owner))
		for i := start; cycle[i] == 0; i = int(next[i]) {
			cycle[i] = this
		}
		if border[start].reversed() {
			if below == nil {
				below = sweep(a.nodes, a.undirected(border))
			}
			if under := below[start]; under >= 0 {
				owner = append(owner, owner[cycle[under]])
			} else {
				owner = append(owner, -1)
			}
		} else {
			owner = append(owner, int32(len(polygons)))
			polygons = append(polygons, polygon{})
		}
		if owner[this] < 0 {
			continue
		}
		p := &polygons[owner[this]]
		cut.cycle(start, next, place, func(steps []int32) {
			ring := a.ring(border, steps)
			if n := len(ring); side(a.nodes[ring[n-1]], a.nodes[ring[0]], a.nodes[ring[1]]) > 0 {
				p.outer = ring
			} else {
				p.holes = append(p.holes, ring)
			}
		})
	}
	return a.polygons(polygons)
}

// polygon is rings of nodes, not closed.
type polygon struct {
	outer []int32
	holes [][]int32
}

// polygons are the positions of polygons of nodes, sorted.
func (a *Arrangement) polygons(from []polygon) orb.MultiPolygon {
	all := make(orb.MultiPolygon, 0, len(from))
	for _, p := range from {
		shape := make(orb.Polygon, 0, 1+len(p.holes))
		shape = append(shape, a.positions(p.outer))
		for _, h := range p.holes {
			shape = append(shape, a.positions(h))
		}
		slices.SortFunc(shape[1:], compareRings)
		all = append(all, shape)
	}
	slices.SortFunc(all, func(p, q orb.Polygon) int { return compareRings(p[0], q[0]) })
	return all
}

func compareRings(r, s orb.Ring) int { return slices.CompareFunc(r, s, comparePositions) }

// comparePositions orders positions as compare does points. Positions that left
// the grid can be in another order than their points.
func comparePositions(p, q orb.Point) int {
	return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]))
}

// positions is a closed ring that begins at its lowest position.
func (a *Arrangement) positions(nodes []int32) orb.Ring {
	low := 0
	for i := range nodes {
		if comparePositions(a.at[nodes[i]], a.at[nodes[low]]) < 0 {
			low = i
		}
	}
	ring := make(orb.Ring, 0, len(nodes)+1)
	for i := range nodes {
		ring = append(ring, a.at[nodes[(low+i)%len(nodes)]])
	}
	return append(ring, ring[0])
}

func (a *Arrangement) undirected(border []directed) []edge {
	list := make([]edge, len(border))
	for i, d := range border {
		list[i] = a.edges[d.edge()]
	}
	return list
}

// ring is the nodes of a simple ring, given by its steps along the border.
func (a *Arrangement) ring(border []directed, steps []int32) []int32 {
	nodes := make([]int32, 0, len(steps))
	low := 0
	for i, s := range steps {
		nodes = append(nodes, a.from(border[s]))
		if nodes[i] < nodes[low] {
			low = i
		}
	}
	return append(nodes[low:len(nodes):len(nodes)], nodes[:low]...)
}

// spoke is an edge of the border at one of its ends.
type spoke struct {
	node   int32
	border int32
	out    bool
}

// follow finds, for each edge of a border, the edge that comes next around the
// piece of surface on its left, and numbers the vertices where edges begin.
func (a *Arrangement) follow(border []directed) (next, place []int32) {
	spokes := make([]spoke, 0, 2*len(border))
	for i, d := range border {
		spokes = append(spokes, spoke{a.from(d), int32(i), true}, spoke{a.to(d), int32(i), false})
	}
	slices.SortFunc(spokes, func(s, t spoke) int {
		if s.node != t.node {
			return cmp.Compare(s.node, t.node)
		}
		return cmp.Compare(s.border, t.border)
	})
	next, place = make([]int32, len(border)), make([]int32, len(border))
	vertex := int32(0)
	for i := 0; i < len(spokes); vertex++ {
		j := i + 1
		for j < len(spokes) && spokes[j].node == spokes[i].node {
			j++
		}
		around := spokes[i:j]
		if len(around) > 2 {
			slices.SortFunc(around, func(s, t spoke) int { return a.turn(border, s, t) })
		}
		// Counter-clockwise, each piece of surface lies between an edge that
		// leaves and the next one, which arrives.
		before := around[len(around)-1]
		for _, s := range around {
			if s.out {
				place[s.border] = vertex
			} else {
				next[s.border] = before.border
			}
			before = s
		}
		i = j
	}
	return next, place
}

// turn orders spokes of one node counter-clockwise, from straight down.
func (a *Arrangement) turn(border []directed, s, t spoke) int {
	p, q := a.end(border, s), a.end(border, t)
	if right := func(v int32) bool { return v > s.node }; right(p) != right(q) {
		if right(p) {
			return -1
		}
		return 1
	}
	return -side(a.nodes[s.node], a.nodes[p], a.nodes[q])
}

// end is the node at the other end of a spoke.
func (a *Arrangement) end(border []directed, s spoke) int32 {
	if s.out {
		return a.to(border[s.border])
	}
	return a.from(border[s.border])
}

// cutter cuts cycles into rings that pass through no vertex twice.
type cutter struct {
	steps []int32
	depth []int32 // of each vertex, 1 + its place in steps; 0: not in it
}

func newCutter(n int) *cutter { return &cutter{depth: make([]int32, n)} }

// cycle cuts the cycle that begins with the given step, and calls found for
// each ring.
func (c *cutter) cycle(start int, next, place []int32, found func(steps []int32)) {
	for i := int32(start); ; {
		if d := c.depth[place[i]]; d > 0 {
			c.pop(int(d-1), place, found)
		}
		c.steps = append(c.steps, i)
		c.depth[place[i]] = int32(len(c.steps))
		if i = next[i]; int(i) == start {
			c.pop(0, place, found)
			return
		}
	}
}

func (c *cutter) pop(from int, place []int32, found func(steps []int32)) {
	found(c.steps[from:])
	for _, i := range c.steps[from:] {
		c.depth[place[i]] = 0
	}
	c.steps = c.steps[:from]
}

package overlay

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// noding finds which hot pixels every edge passes.
type noding struct {
	nodes     []point // the vertices, ascending
	list      []edge
	crossings []point // hot pixels that are no vertex; may repeat
	hits      []hit
	stack     []int32 // edges and vertices of the cells that are being divided
}

// hit is a hot pixel on an edge or close to it.
type hit struct {
	edge int32
	how  passing
	at   point
}

// leaf is the number of edges that are compared each with each.
const leaf = 12

// cell is a rectangle of the grid with its sides.
type cell struct{ minX, minY, maxX, maxY int64 }

// find fills hits and crossings. Cells are halved until few edges are left in
// each. Every hot pixel lies in one cell, and a cell has all the edges that come
// within near steps of it: what passes the pixel is found there and nowhere else.
func (n *noding) find() {
	if len(n.list) == 0 {
		return
	}
	used := make([]bool, len(n.nodes))
	for i, e := range n.list {
		used[e.a], used[e.b] = true, true
		n.stack = append(n.stack, int32(i))
	}
	edges := len(n.stack)
	for v, used := range used {
		if used {
			n.stack = append(n.stack, int32(v))
		}
	}
	whole := cell{math.MinInt64 / 4, math.MinInt64 / 4, math.MaxInt64 / 4, math.MaxInt64 / 4}
	n.divide(whole, 0, edges, patience)
}

// patience is how many times the comparisons of a cell its parts may take
// together. Long edges that lie across many cells are in each of them: there it
// pays to go on, up to a point. Bundles of edges never come apart.
const patience = 16

// divide treats a cell with the edges stack[from:mid] and the vertices
// stack[mid:]. patience is what is left of it.
func (n *noding) divide(c cell, from, mid int, patience float64) {
	if mid-from <= leaf {
		n.compare(c, from, mid)
		return
	}
	c = n.shrink(c, n.stack[from:mid])
	halves, growth := n.halve(c, n.stack[from:mid])
	if growth > 1 {
		patience /= growth
	}
	if patience < 1 {
		n.compare(c, from, mid)
		return
	}
	to := len(n.stack)
	for _, half := range halves {
		for _, e := range n.stack[from:mid] {
			if n.meets(half, e) {
				n.stack = append(n.stack, e)
			}
		}
		edges := len(n.stack)
		for _, v := range n.stack[mid:to] {
			if half.holds(n.nodes[v]) {
				n.stack = append(n.stack, v)
			}
		}
		n.divide(half, to, edges, patience)
		n.stack = n.stack[:to]
	}
}

func (c cell) holds(p point) bool {
	return c.minX <= p.x && p.x <= c.maxX && c.minY <= p.y && p.y <= c.maxY
}

// shrink is the part of a cell that the boxes of its edges reach.
func (n *noding) shrink(c cell, edges []int32) cell {
	a, b := n.box(edges[0])
	for _, e := range edges[1:] {
		lo, hi := n.box(e)
		a.x, a.y, b.x, b.y = min(a.x, lo.x), min(a.y, lo.y), max(b.x, hi.x), max(b.y, hi.y)
	}
	return cell{max(a.x, c.minX), max(a.y, c.minY), min(b.x, c.maxX), min(b.y, c.maxY)}
}

// box is the lower left and the upper right corner of the box of an edge.
func (n *noding) box(e int32) (lo, hi point) {
	a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
	return point{a.x, min(a.y, b.y)}, point{b.x, max(a.y, b.y)}
}

// halve divides a cell in the middle, across or along, whichever leaves fewer
// pairs to compare, and returns by what factor they grow; +Inf if the cell is
// too small.
func (n *noding) halve(c cell, edges []int32) (halves [2]cell, growth float64) {
	growth = math.Inf(1)
	for _, h := range c.both() {
		if h[0] == c {
			continue // too thin
		}
		pairs := 0.0
		for i := range h {
			k := 0
			for _, e := range edges {
				if n.meets(h[i], e) {
					k++
				}
			}
			pairs += float64(float64(k) * float64(k))
		}
		if g := pairs / float64(float64(len(edges))*float64(len(edges))); g < growth {
			halves, growth = h, g
		}
	}
	return halves, growth
}

// both are the two ways to divide a cell in the middle.
func (c cell) both() (ways [2][2]cell) {
	x, y := c.minX+(c.maxX-c.minX)/2, c.minY+(c.maxY-c.minY)/2
	for i := range ways {
		ways[i] = [2]cell{c, c}
	}
	ways[0][0].maxX, ways[0][1].minX = x, x+1
	ways[1][0].maxY, ways[1][1].minY = y, y+1
	return ways
}

// meets reports whether an edge may come within near steps of a cell. It may
// say yes where the edge stays a little farther away.
func (n *noding) meets(c cell, e int32) bool {
	a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
	minY, maxY := min(a.y, b.y), max(a.y, b.y)
	if b.x < c.minX-near || a.x > c.maxX+near || maxY < c.minY-near || minY > c.maxY+near {
		return false
	}
	if c.holds(a) || c.holds(b) {
		return true
	}
	// The line of the edge has the four corners of the widened cell on one side
	// if the middle is farther from it than half the cell is wide.
	dx, dy := float64(b.x-a.x), float64(b.y-a.y)
	px, py := float64(c.minX-a.x+(c.maxX-c.minX)/2), float64(c.minY-a.y+(c.maxY-c.minY)/2)
	halfX, halfY := float64((c.maxX-c.minX)/2+near+1), float64((c.maxY-c.minY)/2+near+1)
	l, r := float64(dx*py), float64(dy*px)
	reach := float64(math.Abs(dx)*halfY) + float64(math.Abs(dy)*halfX)
	return math.Abs(l-r) <= reach+float64(1e-14*(math.Abs(l)+math.Abs(r)+reach))
}

// compare finds the crossings within a cell and what passes its hot pixels.
func (n *noding) compare(c cell, from, mid int) {
	edges, vertices := n.stack[from:mid], n.stack[mid:]
	if len(edges) > leaf {
		slices.SortFunc(edges, func(e, f int32) int { return n.list[e].compare(n.list[f]) })
	}
	var hot []point
	for i, e := range edges {
		a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
		minY, maxY := min(a.y, b.y), max(a.y, b.y)
		for _, f := range edges[i+1:] {
			p, q := n.nodes[n.list[f].a], n.nodes[n.list[f].b]
			if p.x > b.x && len(edges) > leaf {
				break // edges are sorted by their left ends
			}
			if p.x > b.x || q.x < a.x || min(p.y, q.y) > maxY || max(p.y, q.y) < minY ||
				a == p || b == q || a == q || b == p {
				continue // edges with a common end cross in no other point
			}
			if at, ok := c.crossing(a, b, p, q); ok {
				hot = append(hot, at)
			}
		}
	}
	for _, v := range vertices {
		n.pass(edges, n.nodes[v])
	}
	if len(hot) == 0 {
		return
	}
	slices.SortFunc(hot, point.compare)
	for _, at := range slices.Compact(hot) {
		if _, known := slices.BinarySearchFunc(vertices, at, func(v int32, p point) int {
			return n.nodes[v].compare(p)
		}); !known {
			n.crossings = append(n.crossings, at)
			n.pass(edges, at)
		}
	}
}

// pass notes which edges pass a hot pixel. Their own ends are left out.
func (n *noding) pass(edges []int32, at point) {
	for _, e := range edges {
		a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
		if at == a || at == b {
			continue
		}
		if how := passes(a, b, at); how != far {
			n.hits = append(n.hits, hit{e, how, at})
		}
	}
}

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

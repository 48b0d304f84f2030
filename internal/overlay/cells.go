package overlay

import "math"

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
const patience = 4

// divide treats a cell with the edges stack[from:mid] and the vertices
// stack[mid:]. patience is what is left of it.
func (n *noding) divide(c cell, from, mid int, patience float64) {
	if mid-from <= leaf {
		n.compare(c, n.stack[from:mid], n.stack[mid:])
		return
	}
	c = n.shrink(c, n.stack[from:mid])
	halves, growth := n.halve(c, n.stack[from:mid])
	if growth > 1 {
		patience /= growth
	}
	if patience < 1 || growth > 0.7 && n.apart(c, n.stack[from:mid]) {
		n.compare(c, n.stack[from:mid], n.stack[mid:])
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

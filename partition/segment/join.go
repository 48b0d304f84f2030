package segment

import (
	"cmp"
	"math"

	"github.com/territory-go/territory/internal/exactsum"
)

// clump is a part or a join of parts while they are being joined.
type clump struct {
	node        int32
	first       int32 // the first of its classes
	ranked      bool
	gone        bool
	left, right int32 // the neighbours in rank; -1: none
	size        float64
	sum         *exactsum.Sum
}

// joined takes parts together two by two, until two are left; those that are
// gone are in one of them.
func (g *grower) joined(parts []clump, neighbours bool, count int, value float64) []clump {
	queue := clumps{g: g, all: parts, order: g.order[:0], count: float64(count), value: value}
	lowest, last := int32(-1), int32(-1) // in rank
	for i := range parts {
		p := &parts[i]
		p.size = queue.size(p.node)
		if p.ranked = p.ranked && neighbours; p.ranked {
			if p.left = last; last >= 0 {
				parts[last].right = int32(i)
			} else {
				lowest = int32(i)
			}
			last = int32(i)
		}
	}
	if len(parts) > 2 {
		for i := range parts {
			queue.push(int32(i))
		}
	}
	for left := len(parts); left > 2; left-- {
		a := queue.next()
		b := int32(-1)
		for _, side := range [2]int32{queue.all[a].left, queue.all[a].right} {
			if side >= 0 && (b < 0 || queue.smaller(side, b)) {
				b = side
			}
		}
		switch {
		case b >= 0:
		case lowest >= 0 && lowest != a: // a stands aside
			b = lowest
		default:
			b = queue.next()
		}
		queue.all[a].gone, queue.all[b].gone = true, true
		both := queue.join(a, b)
		if a == lowest || b == lowest {
			lowest = both
		}
		queue.push(both)
	}
	g.order = queue.order
	return queue.all
}

// clumps is a heap of clumps, the smallest on top: of equal ones that with fewer
// units, and then that with the first class.
type clumps struct {
	g     *grower
	all   []clump
	order []int32
	count float64 // of all together
	value float64
}

// size is the smaller one of a node's shares in the units and in the value, which
// is 0 at least: a join that is smaller than its parts would be joined again
// with one part after the other.
func (q *clumps) size(node int32) float64 {
	n := &q.g.nodes[node]
	share := float64(n.count) / q.count
	if q.value > 0 && !math.IsInf(q.value, 1) {
		share = min(share, max(n.value/q.value, 0))
	}
	return share
}

func (q *clumps) smaller(a, b int32) bool {
	x, y := &q.all[a], &q.all[b]
	return cmp.Or(cmp.Compare(x.size, y.size), cmp.Compare(q.g.nodes[x.node].count, q.g.nodes[y.node].count), cmp.Compare(x.first, y.first)) < 0
}

// join adds the join of two clumps, in the place of the one in rank.
func (q *clumps) join(a, b int32) int32 {
	x, y := &q.all[a], &q.all[b]
	if y.first < x.first {
		x, y = y, x
	}
	g, number := q.g, int32(len(q.g.nodes))
	m, n := &g.nodes[x.node], &g.nodes[y.node]
	both := node{up: -1, depth: m.depth, hop: m.hop, join: true, base: -1, count: m.count + n.count, leaves: m.leaves + n.leaves}
	c := clump{node: number, first: x.first, ranked: x.ranked, left: -1, right: -1}
	if g.valued {
		c.sum = g.newSum()
		c.sum.AddSum(x.sum)
		c.sum.AddSum(y.sum)
		both.value = c.sum.Float64()
	}
	from := len(g.below)
	g.below = append(g.below, x.node, y.node)
	both.part = g.below[from:len(g.below):len(g.below)]
	m.up, n.up = number, number
	g.nodes = append(g.nodes, both)
	c.size = q.size(number)

	at := int32(len(q.all))
	switch {
	case x.ranked && y.ranked: // neighbours, x the left one
		c.left, c.right = x.left, y.right
	case x.ranked: // y stands aside, and so comes after all that are ranked
		c.left, c.right = x.left, x.right
	}
	q.all = append(q.all, c)
	if c.left >= 0 {
		q.all[c.left].right = at
	}
	if c.right >= 0 {
		q.all[c.right].left = at
	}
	return at
}

func (q *clumps) push(c int32) {
	q.order = append(q.order, c)
	i := len(q.order) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !q.smaller(q.order[i], q.order[up]) {
			break
		}
		q.order[i], q.order[up] = q.order[up], q.order[i]
		i = up
	}
}

// next takes the smallest clump out that has not been joined yet.
func (q *clumps) next() int32 {
	for {
		top, last := q.order[0], len(q.order)-1
		q.order[0] = q.order[last]
		q.order = q.order[:last]
		for i := 0; ; {
			least := i
			for k := 2*i + 1; k < min(2*i+3, last); k++ {
				if q.smaller(q.order[k], q.order[least]) {
					least = k
				}
			}
			if least == i {
				break
			}
			q.order[i], q.order[least] = q.order[least], q.order[i]
			i = least
		}
		if !q.all[top].gone {
			return top
		}
	}
}

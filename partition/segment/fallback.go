package segment

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/exactsum"
)

// node is a set of combinations of classes in the one tree that a scheme makes
// of a book, whatever its minimum is. Nodes that divide the node above them by
// one class of its split alternate with joins of several classes of it.
type node struct {
	up     int32   // the node above; -1 of the top
	part   []int32 // the nodes below, by their first classes; none: one combination
	depth  int32   // hops from the top; a join of parts has the depth of its parts
	hop    hop     // the split that led here, and its class; of a join the first of its classes
	join   bool    // several classes of the split
	base   int32   // of one combination: which one; else -1
	count  int
	value  float64
	leaves int32 // combinations in it
}

// grower grows the tree from combinations sorted by their ways.
type grower struct {
	splits []split
	way    [][]hop // per combination
	base   []int32 // per combination: its number
	count  []int   // by number
	sum    []exactsum.Sum
	valued bool
	nodes  []node
}

// clump is a part or a join of parts while they are being joined.
type clump struct {
	node        int32
	first       int32 // the first of its classes
	ranked      bool
	left, right int32 // the neighbours in rank; -1: none
	gone        bool
	size        float64
	sum         exactsum.Sum
}

// grow makes the node of the combinations low..high-1, which agree in depth
// hops, and all that is below it.
func (g *grower) grow(low, high int, depth int32, up int32) (number int32, sum exactsum.Sum) {
	number = int32(len(g.nodes))
	n := node{up: up, depth: depth, base: -1, hop: hop{-1, -1}}
	if depth > 0 {
		n.hop = g.way[low][depth-1]
	}
	if len(g.way[low]) == int(depth) { // and so there is only one
		n.base, n.leaves = g.base[low], 1
		n.count = g.count[n.base]
		if g.valued {
			sum = g.sum[n.base].Clone()
			n.value = sum.Float64()
		}
		g.nodes = append(g.nodes, n)
		return number, sum
	}
	g.nodes = append(g.nodes, n)
	sp := &g.splits[g.way[low][depth].split]
	var parts []clump
	for at := low; at < high; {
		class, end := g.way[at][depth].class, at+1
		for end < high && g.way[end][depth].class == class {
			end++
		}
		c := clump{first: class, ranked: int(class) < sp.ranked, left: -1, right: -1}
		c.node, c.sum = g.grow(at, end, depth+1, number)
		parts = append(parts, c)
		at = end
	}
	own := &g.nodes[number]
	for i := range parts {
		p := &g.nodes[parts[i].node]
		own.count += p.count
		own.leaves += p.leaves
		if g.valued {
			sum.AddSum(&parts[i].sum)
		}
	}
	if g.valued {
		own.value = sum.Float64()
	}
	if sp.join == ToNeighbour || sp.join == ToOther {
		parts = g.joined(parts, sp.join == ToNeighbour, own.count, own.value)
		own = &g.nodes[number]
	}
	own.part = make([]int32, len(parts))
	for i := range parts {
		own.part[i] = parts[i].node
		g.nodes[parts[i].node].up = number
	}
	return number, sum
}

// joined takes parts together two by two, until two are left, and gives these.
func (g *grower) joined(parts []clump, neighbours bool, count int, value float64) []clump {
	queue := clumps{g: g, all: parts, count: float64(count), value: value}
	last := int32(-1)
	for i := range parts {
		queue.order = append(queue.order, int32(i))
		parts[i].size = queue.size(parts[i].node)
		if p := &parts[i]; neighbours && p.ranked {
			if p.left = last; last >= 0 {
				parts[last].right = int32(i)
			}
			last = int32(i)
		} else {
			p.ranked = false
		}
	}
	heap.Init(&queue)
	for left := len(parts); left > 2; left-- {
		a := queue.next()
		b := int32(-1)
		for _, side := range [2]int32{queue.all[a].left, queue.all[a].right} {
			if side >= 0 && (b < 0 || queue.smaller(side, b)) {
				b = side
			}
		}
		if b < 0 {
			b = queue.next()
		} else {
			queue.all[b].gone = true
		}
		queue.all[a].gone = true
		heap.Push(&queue, g.clumped(&queue, a, b))
	}
	var two []clump
	for queue.Len() > 0 {
		if i := heap.Pop(&queue).(int32); !queue.all[i].gone {
			two = append(two, queue.all[i])
		}
	}
	slices.SortFunc(two, func(a, b clump) int { return cmp.Compare(a.first, b.first) })
	return two
}

// clumped adds the join of two clumps, in the place of the one in rank.
func (g *grower) clumped(queue *clumps, a, b int32) int32 {
	x, y := &queue.all[a], &queue.all[b]
	if y.first < x.first {
		x, y = y, x
	}
	number := int32(len(g.nodes))
	p, q := &g.nodes[x.node], &g.nodes[y.node]
	n := node{up: -1, depth: p.depth, hop: p.hop, join: true, base: -1, count: p.count + q.count,
		leaves: p.leaves + q.leaves, part: []int32{x.node, y.node}}
	c := clump{node: number, first: x.first, ranked: x.ranked || y.ranked, left: -1, right: -1}
	if g.valued {
		c.sum = x.sum.Clone()
		c.sum.AddSum(&y.sum)
		n.value = c.sum.Float64()
	}
	p.up, q.up = number, number
	g.nodes = append(g.nodes, n)
	c.size = queue.size(number)

	at := int32(len(queue.all))
	switch {
	case x.ranked && y.ranked: // neighbours, x the left one
		c.left, c.right = x.left, y.right
	case x.ranked: // y stands aside, and never comes first
		c.left, c.right = x.left, x.right
	}
	queue.all = append(queue.all, c)
	if c.left >= 0 {
		queue.all[c.left].right = at
	}
	if c.right >= 0 {
		queue.all[c.right].left = at
	}
	return at
}

// clumps is a heap of clumps, the smallest on top, of equal ones that with the
// first class.
type clumps struct {
	g     *grower
	all   []clump
	order []int32
	count float64 // of all together
	value float64
}

// size is the smaller one of a node's shares in the units and in the value.
func (q *clumps) size(node int32) float64 {
	n := &q.g.nodes[node]
	share := float64(n.count) / q.count
	if q.value > 0 && !math.IsInf(q.value, 1) {
		share = min(share, n.value/q.value)
	}
	return share
}

func (q *clumps) smaller(a, b int32) bool {
	x, y := &q.all[a], &q.all[b]
	return cmp.Or(cmp.Compare(x.size, y.size), cmp.Compare(x.first, y.first)) < 0
}

// next takes the smallest clump out of the queue that has not been joined yet.
func (q *clumps) next() int32 {
	for {
		if i := heap.Pop(q).(int32); !q.all[i].gone {
			return i
		}
	}
}

func (q *clumps) Len() int           { return len(q.order) }
func (q *clumps) Less(i, j int) bool { return q.smaller(q.order[i], q.order[j]) }
func (q *clumps) Swap(i, j int)      { q.order[i], q.order[j] = q.order[j], q.order[i] }
func (q *clumps) Push(x any)         { q.order = append(q.order, x.(int32)) }
func (q *clumps) Pop() any {
	last := q.order[len(q.order)-1]
	q.order = q.order[:len(q.order)-1]
	return last
}

// cut lists the nodes that are the cells, in the order of the tree.
func cut(nodes []node, least Minimum) []int32 {
	if len(nodes) == 0 {
		return nil
	}
	var cells []int32
	todo := []int32{0}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := &nodes[at]
		if len(n.part) == 0 || sparsest(nodes, n, least) >= 0 {
			cells = append(cells, at)
			continue
		}
		for _, p := range slices.Backward(n.part) {
			todo = append(todo, p)
		}
	}
	return cells
}

// sparsest is the first of the smallest parts that do not reach the minimum; -1
// if all do.
func sparsest(nodes []node, n *node, least Minimum) int32 {
	worst := int32(-1)
	for _, p := range n.part {
		x := &nodes[p]
		if least.reachedBy(x.count, x.value) {
			continue
		}
		if worst < 0 || cmp.Or(cmp.Compare(x.count, nodes[worst].count), cmp.Compare(x.value, nodes[worst].value)) < 0 {
			worst = p
		}
	}
	return worst
}

package segment

import (
	"cmp"
	"slices"

	"github.com/territory-go/territory/internal/exactsum"
)

// node is a set of combinations of classes in the one tree that a scheme makes
// of a book, whatever its minimum is. Nodes that divide the node above them by
// one class of its split alternate with joins of several classes of it. Where
// only one combination is left, nothing is divided any more.
type node struct {
	up     int32   // the node above; -1 of the top
	part   []int32 // the nodes below; none: one combination
	depth  int32   // hops from the top; a join of parts has the depth of its parts
	hop    hop     // the split that led here, and its class; of a join the first of its classes
	join   bool    // several classes of the split
	base   int32   // of one combination: which one; else -1
	leaves int32   // combinations in it
	count  int
	value  float64
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

	parts [][]clump       // per depth, room for those of a node
	order []int32         // room for a queue
	below []int32         // room for lists of parts
	spare []*exactsum.Sum // sums that nobody needs any more
}

// newSum is an empty sum.
func (g *grower) newSum() *exactsum.Sum {
	if n := len(g.spare); n > 0 {
		s := g.spare[n-1]
		g.spare = g.spare[:n-1]
		return s
	}
	const some = 256
	sums := exactsum.Make(some)
	for i := range sums[1:] {
		g.spare = append(g.spare, &sums[1+i])
	}
	return &sums[0]
}

// drop gives the sums of clumps back, those of combinations apart.
func (g *grower) drop(parts []clump) {
	for i := range parts {
		if p := &parts[i]; p.sum != nil && g.nodes[p.node].base < 0 {
			p.sum.Reset()
			g.spare = append(g.spare, p.sum)
		}
	}
}

// grow makes the node of the combinations low..high-1, which agree in depth
// hops, and all that is below it. The sum is the node's until drop.
func (g *grower) grow(low, high, depth int) (number int32, sum *exactsum.Sum) {
	number = int32(len(g.nodes))
	g.nodes = append(g.nodes, node{up: -1, depth: int32(depth), base: -1, hop: hop{-1, -1}})
	own := &g.nodes[number]
	if depth > 0 {
		own.hop = g.way[low][depth-1]
	}
	if high == low+1 {
		own.base, own.leaves = g.base[low], 1
		own.count = g.count[own.base]
		if g.valued {
			sum = &g.sum[own.base]
			own.value = sum.Float64()
		}
		return number, sum
	}
	sp := &g.splits[g.way[low][depth].split]
	if depth == len(g.parts) {
		g.parts = append(g.parts, nil)
	}
	parts := g.parts[depth][:0]
	for at := low; at < high; {
		class, end := g.way[at][depth].class, at+1
		for end < high && g.way[end][depth].class == class {
			end++
		}
		c := clump{first: class, ranked: int(class) < sp.ranked, left: -1, right: -1}
		c.node, c.sum = g.grow(at, end, depth+1)
		parts = append(parts, c)
		at = end
	}
	own = &g.nodes[number]
	if g.valued {
		sum = g.newSum()
	}
	for i := range parts {
		p := &g.nodes[parts[i].node]
		own.count += p.count
		own.leaves += p.leaves
		if g.valued {
			sum.AddSum(parts[i].sum)
		}
	}
	if g.valued {
		own.value = sum.Float64()
	}
	if sp.join != ToParent {
		parts = g.joined(parts, sp.join == ToNeighbour, own.count, own.value)
		own = &g.nodes[number]
	}
	from := len(g.below)
	for i := range parts {
		if p := &parts[i]; !p.gone {
			g.below = append(g.below, p.node)
			g.nodes[p.node].up = number
		}
	}
	own.part = g.below[from:len(g.below):len(g.below)]
	g.drop(parts)
	g.parts[depth] = parts
	return number, sum
}

// cut lists the nodes that are the cells, in the order of their first classes.
func cut(nodes []node, least Minimum) []int32 {
	if len(nodes) == 0 {
		return nil
	}
	whole := func(at int32) bool { return len(nodes[at].part) == 0 || sparsest(nodes, &nodes[at], least) >= 0 }
	var cells, some []int32
	todo := []int32{0}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if whole(at) {
			cells = append(cells, at)
			continue
		}
		from := len(todo)
		some = append(some[:0], nodes[at].part...)
		for len(some) > 0 { // joins that are divided only stand between
			p := some[len(some)-1]
			some = some[:len(some)-1]
			if nodes[p].join && !whole(p) {
				some = append(some, nodes[p].part...)
			} else {
				todo = append(todo, p)
			}
		}
		slices.SortFunc(todo[from:], func(a, b int32) int { return cmp.Compare(nodes[b].hop.class, nodes[a].hop.class) })
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
		if worst < 0 || cmp.Or(cmp.Compare(x.count, nodes[worst].count), cmp.Compare(x.value, nodes[worst].value), cmp.Compare(x.hop.class, nodes[worst].hop.class)) < 0 {
			worst = p
		}
	}
	return worst
}

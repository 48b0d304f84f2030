package segment

import (
	"cmp"
	"slices"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Segmentation is a book divided by a scheme: which cell each unit is in, what
// the cells are, and why. It is a [partition.Assignment], immutable, and may be
// shared by goroutines. Cells are numbered by their classes, step by step, of
// joined ones by the first.
type Segmentation struct {
	scheme  *Scheme // fitted
	program *program
	base    []int32         // per unit its combination; -1: none
	key     []int64         // of the combinations
	number  map[int64]int32 // of the combination of a key
	count   []int           // per combination; 0: the units that it had have left
	sum     []exactsum.Sum  // per combination, where cells are valued
	order   []int32         // the combinations by their ways

	nodes  []node
	leaf   []int32 // per combination its node; -1 without units
	cellOf []int32 // per combination its cell; -1 without units
	at     []int32 // per cell its node
}

// Apply divides a book. Thresholds that depend on the data are fitted to this
// book first ([Scheme.Fit]); [Segmentation.Scheme] gives the scheme with them.
//
// Time is O(n·d + c·log c) for n units, d dimensions (of a List, cases until one
// holds) and c combinations of classes that occur, beside what dimensions take to
// fit and bind; memory 12 bytes a unit, of which 4 are kept, and some 600 a
// combination. The units are classified on all processors: [Classes.Of] is called
// by several goroutines.
//
// All faults are reported at once, as by [Scheme.Check]; the path of what is
// wrong with the settings of a dimension begins with dimensions[i].
func (s *Scheme) Apply(book *partition.Table) (*Segmentation, error) {
	var faults schemeFaults
	s.check(&faults)
	if book == nil {
		faults.add("book", "is nil")
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	fitted, err := s.Fit(book)
	if err != nil {
		return nil, err
	}
	p, err := compile(fitted, book)
	if err != nil {
		return nil, err
	}
	g := &Segmentation{scheme: fitted, program: p, number: make(map[int64]int32), base: make([]int32, book.Len())}
	keys := make([]int64, book.Len())
	p.keys(keys, func(i int) int { return i })
	for i, k := range keys {
		if g.base[i], err = g.combination(k, i); err != nil {
			return nil, err
		}
	}
	g.renumber()
	if p.value != nil {
		g.sum = exactsum.Make(len(g.key))
	}
	for i, b := range g.base {
		if b >= 0 {
			g.add(b, i, p, +1)
		}
	}
	g.divide()
	return g, nil
}

// keys asks for the keys of some units, in blocks on all processors.
func (p *program) keys(keys []int64, unit func(int) int) {
	const block = 1 << 13
	parallel.For((len(keys)+block-1)/block, func(b int) {
		for i := b * block; i < min(len(keys), (b+1)*block); i++ {
			keys[i] = p.code(unit(i))
		}
	})
}

// combination is the number of that which a key stands for.
func (g *Segmentation) combination(key int64, unit int) (int32, error) {
	if key < 0 {
		if key == noCell {
			return -1, nil
		}
		d := int(noCell - 1 - key)
		c, why := g.program.classes[d], "there are no classes"
		if k := len(c.Labels); k > 0 {
			why = "the classes are 0.." + number(float64(k-1))
		}
		var faults schemeFaults
		faults.value(path("dimensions", d), c.Of(unit), "is the class of unit "+number(float64(unit))+", but "+why)
		return 0, faults.err()
	}
	n, known := g.number[key]
	if !known {
		n = int32(len(g.key))
		g.number[key] = n
		g.key = append(g.key, key)
		g.count = append(g.count, 0)
	}
	return n, nil
}

// add counts a unit in, or out.
func (g *Segmentation) add(base int32, unit int, p *program, sign int) {
	g.count[base] += sign
	if p.value == nil {
		return
	}
	if x := p.value[unit]; x == x {
		g.sum[base].Add(float64(sign) * x)
	}
}

// sort puts the combinations that are not in order yet there. Ways are those of
// all combinations, where a program has no ranks; else nil.
func (g *Segmentation) sort() (ways [][]hop) {
	p, known := g.program, len(g.order)
	fresh := make([]int32, len(g.key)-known)
	for i := range fresh {
		fresh[i] = int32(known + i)
	}
	if p.rank != nil {
		rank := make([]int64, len(g.key))
		for b, key := range g.key {
			rank[b] = p.rank(key)
		}
		compare := func(a, b int32) int { return cmp.Compare(rank[a], rank[b]) }
		slices.SortFunc(fresh, compare)
		g.order = merged(g.order, fresh, compare)
		return nil
	}
	ways = make([][]hop, len(g.key))
	for b, key := range g.key {
		ways[b] = p.route(nil, key)
	}
	compare := func(a, b int32) int {
		return slices.CompareFunc(ways[a], ways[b], func(x, y hop) int { return cmp.Compare(x.class, y.class) })
	}
	slices.SortFunc(fresh, compare)
	g.order = merged(g.order, fresh, compare)
	return ways
}

// renumber gives the combinations of a new segmentation the numbers of their
// order, so that what is near in the tree is near in memory.
func (g *Segmentation) renumber() {
	g.sort()
	to, key := make([]int32, len(g.key)), make([]int64, len(g.key))
	for i, b := range g.order {
		to[b], key[i] = int32(i), g.key[b]
	}
	g.key = key
	for i, k := range key {
		g.number[k], g.order[i] = int32(i), int32(i)
	}
	for i, b := range g.base {
		if b >= 0 {
			g.base[i] = to[b]
		}
	}
}

// divide grows the tree of the combinations that have units, and cuts it into
// cells.
func (g *Segmentation) divide() {
	p := g.program
	ways := g.sort()
	grow := grower{splits: p.splits, count: g.count, sum: g.sum, valued: p.value != nil}
	grow.way, grow.base = make([][]hop, 0, len(g.key)), make([]int32, 0, len(g.key))
	var hops []hop
	for _, b := range g.order {
		if g.count[b] == 0 {
			continue
		}
		if ways != nil {
			grow.way, grow.base = append(grow.way, ways[b]), append(grow.base, b)
			continue
		}
		if cap(hops)-len(hops) < len(p.splits) { // earlier ways stay where they are
			hops = make([]hop, 0, max(len(p.splits), min(1<<16, len(p.splits)*len(g.key))))
		}
		from := len(hops)
		hops = p.route(hops, g.key[b])
		grow.way, grow.base = append(grow.way, hops[from:len(hops):len(hops)]), append(grow.base, b)
	}
	if n := len(grow.way); n > 0 {
		grow.nodes, grow.below = make([]node, 0, 2*n), make([]int32, 0, 2*n)
		grow.grow(0, n, 0)
	}
	g.nodes = grow.nodes
	g.leaf, g.cellOf = make([]int32, len(g.key)), make([]int32, len(g.key))
	for b := range g.leaf {
		g.leaf[b], g.cellOf[b] = -1, -1
	}
	for i := range g.nodes {
		if b := g.nodes[i].base; b >= 0 {
			g.leaf[b] = int32(i)
		}
	}
	g.at = cut(g.nodes, g.scheme.Minimum)
	for c, at := range g.at {
		g.mark(at, func(base int32) { g.cellOf[base] = int32(c) })
	}
}

// merged is one sorted list of two.
func merged(a, b []int32, compare func(x, y int32) int) []int32 {
	if len(a) == 0 {
		return b
	}
	all := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) <= 0 {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return append(append(all, a...), b...)
}

// mark visits the combinations below a node.
func (g *Segmentation) mark(at int32, visit func(base int32)) {
	todo := []int32{at}
	for len(todo) > 0 {
		n := &g.nodes[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		if n.base >= 0 {
			visit(n.base)
		}
		todo = append(todo, n.part...)
	}
}

// Len is the number of units.
func (g *Segmentation) Len() int { return len(g.base) }

// K is the number of cells. None is empty.
func (g *Segmentation) K() int { return len(g.at) }

// Of is the cell of a unit, or [partition.Unassigned] where no case of a list
// takes it. It panics unless 0 ≤ unit < Len.
func (g *Segmentation) Of(unit int) int {
	if b := g.base[unit]; b >= 0 {
		return int(g.cellOf[b])
	}
	return partition.Unassigned
}

// Label is that of a cell; it panics unless 0 ≤ cell < K.
func (g *Segmentation) Label(cell int) string { return label(g.pathOf(g.at[cell])) }

// Cells describes all cells. O(K) and the classes in them; nothing is kept.
func (g *Segmentation) Cells() []Cell {
	cells := make([]Cell, len(g.at))
	for c, at := range g.at {
		cells[c] = g.describe(at)
	}
	return cells
}

// Scheme is the one that was applied, fitted to the book: applied to another
// book, it uses the same thresholds. Read only.
func (g *Segmentation) Scheme() *Scheme { return g.scheme }

// Plan is the assignment as a plan of its own. O(n).
func (g *Segmentation) Plan() (*partition.Plan, error) {
	of := make([]int32, len(g.base))
	for i := range of {
		of[i] = int32(g.Of(i))
	}
	return partition.NewPlan(len(g.at), of)
}

var _ partition.Assignment = (*Segmentation)(nil)

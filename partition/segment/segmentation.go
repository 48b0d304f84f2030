package segment

import (
	"cmp"
	"slices"
	"strings"

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

// Cell is a part of the book that is divided no further.
type Cell struct {
	Label string // "Jiangsu / steel / medium + large"; "all" where nothing is divided

	// Path says step by step what is in the cell. The steps of the scheme that are
	// not in it have been dropped, because on the way there somebody would have
	// been sparse.
	Path []PathStep

	// FellBackTo names the step that the cell has fallen back to, the last of Path
	// ("all" without one); it is "" where the cell is one combination of classes,
	// divided as far as the scheme goes.
	FellBackTo string

	Combinations int     // of classes that occur and are together in the cell
	Count        int     // units
	Value        float64 // the sum over the column that the minimum names; 0 without one
	Sparse       bool    // below the minimum, as the whole book is
}

// PathStep is one step on the way to a cell.
type PathStep struct {
	By      string   // what is divided: "region level 1", "industry", "list"
	Classes []string // the classes that are in the cell; several were joined
}

// Apply divides a book. Thresholds that depend on the data are fitted to this
// book first ([Scheme.Fit]); [Segmentation.Scheme] gives the scheme with them.
//
// Time is O(n·d + c·log c) for n units, d dimensions and c combinations of
// classes that occur, beside what dimensions take to fit and bind; memory 12
// bytes a unit, of which 4 are kept, and some 200 per combination. The units are
// classified on all processors: [Classes.Of] is called by several goroutines.
//
// All faults are reported at once, as by [Scheme.Check]; the path of what is
// wrong with the settings of a dimension begins with dimensions[i].
func (s *Scheme) Apply(book *partition.Table) (*Segmentation, error) {
	var faults schemeFaults
	s.check(&faults)
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

// divide grows the tree of the combinations that have units, and cuts it into
// cells.
func (g *Segmentation) divide() {
	p := g.program
	ways := make([][]hop, len(g.key))
	var hops []hop
	for b, key := range g.key {
		if cap(hops)-len(hops) < 64 { // earlier ways stay where they are
			hops = make([]hop, 0, max(1024, min(1<<16, 8*(len(g.key)-b))))
		}
		from := len(hops)
		hops = p.route(hops, key)
		ways[b] = hops[from:len(hops):len(hops)]
	}
	compare := func(a, b int32) int {
		return slices.CompareFunc(ways[a], ways[b], func(x, y hop) int { return cmp.Compare(x.class, y.class) })
	}
	fresh := make([]int32, 0, len(g.key)-len(g.order))
	for b := len(g.order); b < len(g.key); b++ {
		fresh = append(fresh, int32(b))
	}
	slices.SortFunc(fresh, compare)
	g.order = merged(g.order, fresh, compare)

	grow := grower{splits: p.splits, count: g.count, sum: g.sum, valued: p.value != nil}
	grow.way, grow.base = make([][]hop, 0, len(ways)), make([]int32, 0, len(ways))
	for _, b := range g.order {
		if g.count[b] > 0 {
			grow.way, grow.base = append(grow.way, ways[b]), append(grow.base, b)
		}
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

// describe makes the cell of a node.
func (g *Segmentation) describe(at int32) Cell {
	n := &g.nodes[at]
	c := Cell{Path: g.pathOf(at), Combinations: int(n.leaves), Count: n.count, Value: n.value,
		Sparse: !g.scheme.Minimum.reachedBy(n.count, n.value)}
	c.Label = label(c.Path)
	if n.base < 0 {
		c.FellBackTo = "all"
		if len(c.Path) > 0 {
			c.FellBackTo = c.Path[len(c.Path)-1].By
		}
	}
	return c
}

// pathOf says step by step what is in a node.
func (g *Segmentation) pathOf(at int32) []PathStep {
	var ups []int32 // the nodes that say most of each step, from the last one up
	for n := at; n >= 0 && g.nodes[n].depth > 0; n = g.nodes[n].up {
		if len(ups) == 0 || g.nodes[n].depth < g.nodes[ups[len(ups)-1]].depth {
			ups = append(ups, n)
		}
	}
	way := make([]hop, 0, len(ups))
	for _, n := range slices.Backward(ups) {
		way = append(way, g.nodes[n].hop)
	}
	if b := g.nodes[at].base; b >= 0 { // the tree ends where only one combination is left
		way = g.program.route(way[:0], g.key[b])
	}
	var parts []PathStep
	came := make([]int32, len(g.program.classes)) // per dimension the class that it came with last, + 1
	for i, h := range way {
		sp := &g.program.splits[h.split]
		classes := []int32{h.class}
		if i < len(ups) {
			classes = g.classesOf(ups[len(ups)-1-i])
		}
		part := PathStep{By: sp.by}
		for _, c := range classes {
			again := sp.dimension >= 0 && came[sp.dimension] == c+1
			if again && len(classes) == 1 && !sp.has[c] {
				continue // nothing is below it: the step says nothing new
			}
			part.Classes = append(part.Classes, sp.label(c, again))
		}
		if len(part.Classes) > 0 {
			parts = append(parts, part)
		}
		if sp.dimension >= 0 {
			came[sp.dimension] = h.class + 1
		}
	}
	return parts
}

// label of a class, for people who see it beside those of other dimensions.
// Again is set where the step before was the same class: the finer one is not
// known.
func (sp *split) label(class int32, again bool) string {
	l := sp.labels[class]
	if again {
		return l + " unspecified"
	}
	switch l {
	case MissingLabel, UnknownLabel, FutureLabel, ElsewhereLabel, "yes", "no":
		if sp.dimension >= 0 {
			return sp.name + " " + l
		}
	}
	return l
}

// classesOf are the classes of the split that are together in a node, ascending.
func (g *Segmentation) classesOf(at int32) []int32 {
	if !g.nodes[at].join {
		return []int32{g.nodes[at].hop.class}
	}
	var classes []int32
	todo := []int32{at}
	for len(todo) > 0 {
		n := &g.nodes[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		if n.join {
			todo = append(todo, n.part...)
		} else {
			classes = append(classes, n.hop.class)
		}
	}
	slices.Sort(classes)
	return classes
}

// label of a path: "Jiangsu / steel / medium + large". Of more than four classes
// the first three are named.
func label(parts []PathStep) string {
	if len(parts) == 0 {
		return "all"
	}
	const most = 4
	steps := make([]string, len(parts))
	for i, p := range parts {
		if n := len(p.Classes); n > most {
			steps[i] = strings.Join(p.Classes[:most-1], " + ") + " + " + number(float64(n-most+1)) + " more"
		} else {
			steps[i] = strings.Join(p.Classes, " + ")
		}
	}
	return strings.Join(steps, " / ")
}

var _ partition.Assignment = (*Segmentation)(nil)

package allocate

import (
	"math"
	"slices"
)

// travelIndex searches a preparedTravel at fixed prices. It is immutable. A
// search takes O(log m) expected time where prices are smooth on the map, O(m)
// at worst, and allocates nothing.
//
// The tree is that of J. L. Bentley, "Multidimensional binary search trees used
// for associative searching", Communications of the ACM 18 (1975) 509-517,
// DOI 10.1145/361002.361007. Its boxes are those of the points, and every node
// also carries the smallest price, factor and term below it.
//
// Pruning compares squares, s²·d² > r·|r|, where d is a lower bound of the
// distance in the tree, s what a distance costs the unit at least, and r what
// the best cost so far leaves for it after price and term. r carries a margin
// far above the rounding errors of the comparison, and whatever passes is
// evaluated exactly: hence the results are those of a scan over At to the last
// bit. On the sphere d is the chord, which the arc is never shorter than.
type travelIndex struct {
	p        *preparedTravel
	price    [][]float64
	maxPrice []float64 // largest |price| per measure

	leaf []treeLeaf // with prices, where one column is enough
	node []treeNode

	// Where the agents differ in more than place and one price: a column per
	// measure, and the AgentTerm as a measure of which every unit has 1.
	columns    int         // 0: leaf and node say it all
	leafColumn []leafValue // [leaf·columns + column]
	nodeColumn []float64   // [node·columns + column]
	leafFactor []leafValue // square of the AgentFactor; nil: all alike
	nodeFactor []float64
}

// pruneMargin is the relative margin of the pruning: thousands of times the
// rounding error, and still far too small to cost time.
const pruneMargin = 1e-12

func (p *preparedTravel) Index(price [][]float64) Index { return p.index(price) }

// index takes O(m·measures) time.
func (p *preparedTravel) index(price [][]float64) *travelIndex {
	x := &travelIndex{p: p, price: make([][]float64, len(price)), maxPrice: make([]float64, len(price))}
	columns := make([][]float64, 0, len(price)+1)
	for r, v := range price {
		x.price[r] = slices.Clone(v[:p.m])
		for _, v := range x.price[r] {
			x.maxPrice[r] = max(x.maxPrice[r], math.Abs(v))
		}
		columns = append(columns, x.price[r])
	}
	if p.t.AgentTerm != nil {
		columns = append(columns, p.t.AgentTerm)
	}
	t := p.tree
	x.node, x.leaf = t.node, t.leaf
	if len(columns) == 0 && p.leafFactor == nil {
		return x
	}
	if len(columns) == 1 && p.leafFactor == nil {
		x.node, x.leaf = slices.Clone(t.node), slices.Clone(t.leaf)
		leaf, node := t.leafValues(columns[0])
		for l := range leaf {
			x.leaf[l].price = leaf[l]
		}
		for k := range node {
			x.node[k].price = node[k]
		}
		return x
	}
	x.columns = len(columns)
	x.leafColumn = make([]leafValue, t.leaves*x.columns)
	x.nodeColumn = make([]float64, 2*t.leaves*x.columns)
	for c, v := range columns {
		leaf, node := t.leafValues(v)
		for l := range leaf {
			x.leafColumn[l*x.columns+c] = leaf[l]
		}
		for k := range node {
			x.nodeColumn[k*x.columns+c] = node[k]
		}
	}
	x.leafFactor, x.nodeFactor = p.leafFactor, p.nodeFactor
	return x
}

// column is column c per agent.
func (x *travelIndex) column(c int) []float64 {
	if c < len(x.price) {
		return x.price[c]
	}
	return x.p.t.AgentTerm
}

// Find appends the agents within slack of the best; see [Index].
func (x *travelIndex) Find(
	dst []Candidate, unit int, load []float64, slack float64, allowed func(agent int) bool,
) []Candidate {
	return x.findInto(dst, unit, load, slack, -1, allowed)
}

// findInto is Find with a hint: an agent that is likely to be good, or -1. It
// makes the search faster and does not change its result.
func (x *travelIndex) findInto(
	dst []Candidate, unit int, load []float64, slack float64, hint int, allowed func(agent int) bool,
) []Candidate {
	s := x.search(unit, load, allowed)
	s.collect, s.slack, s.dst, s.from = true, max(slack, 0), dst, len(dst)
	s.run(hint)
	found := sortWithin(s.dst[s.from:], s.best.Priced+s.slack)
	return s.dst[:s.from+len(found)]
}

// candidateOrder compares by (priced, agent).
func candidateOrder(a, b Candidate) int {
	switch {
	case a.Priced < b.Priced:
		return -1
	case a.Priced > b.Priced:
		return 1
	}
	return a.Agent - b.Agent
}

// sortWithin sorts the candidates whose priced cost is at most limit and drops
// the others.
func sortWithin(c []Candidate, limit float64) []Candidate {
	if len(c) > 24 {
		c = slices.DeleteFunc(c, func(c Candidate) bool { return c.Priced > limit })
		slices.SortFunc(c, candidateOrder)
		return c
	}
	kept := 0 // few and nearly sorted: insertion
	for _, v := range c {
		if v.Priced > limit {
			continue
		}
		at := kept
		for at > 0 && candidateOrder(v, c[at-1]) < 0 {
			c[at] = c[at-1]
			at--
		}
		c[at] = v
		kept++
	}
	return c[:kept]
}

package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// search solves the whole problem by branch and bound, every agent of every
// unit being among its candidates, and improves of in place where it finds a
// better plan. bound is proved: no plan within the limits costs less, +Inf if
// there is none. done says that the search was complete, so that of is
// optimal, or outside its limits because it has to be. It is meant for small
// problems and gives up at once on large ones; time grows with nodes, memory
// with the depth of the search tree times units.
func (s *improver) search(ctx context.Context, of []int32, nodes int) (bound float64, done bool) {
	if s.m.m*s.m.r > 250 || len(s.c.agent) > 200_000 {
		return s.bound, false
	}
	a := arrange(s.m, s.c, s.prices, of)
	b := &job{soft: math.Inf(1), nodes: nodes, potential: math.Inf(1)}
	for j := range int32(s.m.m) {
		b.agents = append(b.agents, j)
	}
	if s.m.dummy >= 0 {
		b.idle = a.members[s.m.dummy]
	}
	violation, cost := s.evaluate(of)
	delta := 1e-9 * math.Max(math.Abs(cost), 1e-3)
	t := &attempt{}
	feasible := violation <= partition.FeasibleViolation
	if feasible {
		if t.load(a, b, delta) <= delta {
			return math.Max(s.bound, cost-delta), true
		}
	} else {
		t.load(a, b, math.Inf(-1))
		t.sub.ub = math.Inf(1)
	}
	t.sub.ubViol = 0
	t.sub.delta = delta
	t.sub.search(nodes, func() bool { return ctx.Err() != nil })
	if t.sub.found {
		for _, mv := range t.moves(b) {
			a.move(mv.unit, mv.pos)
		}
	}
	// Units without a choice are not part of the subproblem.
	rest := 0.0
	for i := range s.m.n {
		if s.c.start[i+1]-s.c.start[i] == 1 && a.pos[i] == 0 {
			rest += s.c.cost[s.c.start[i]]
		}
	}
	bound = math.Min(t.sub.open, t.sub.ub-delta) + rest
	return math.Max(s.bound, bound), !t.sub.stopped
}

// searchNode is a node of the search tree: its parent with one unit fixed.
type searchNode struct {
	parent       int32
	unit, option int32
	basis        int32 // place of the parent's basis in s.bases
	bound        float64
}

// maxBases is the number of values of bases kept in memory by a search.
const maxBases = 1 << 22

// search looks for a completion that costs less than ub by at least delta, by
// branch and bound on the linear relaxation. Options whose reduced cost exceeds
// what is left are dropped, and the heaviest unit that the relaxation splits is
// branched on. The search plunges from the open node with the smallest bound
// down to a leaf, so that every plunge starts where the chances are best.
//
// It leaves the best completion in best, its objective in ub, and in open a
// bound on whatever was not explored (+Inf where everything was, so that best
// is optimal up to delta).
func (s *subproblem) search(nodeLimit int, cancelled func() bool) {
	s.nodes, s.nodeLimit, s.cancelled, s.stopped = 0, nodeLimit, cancelled, false
	s.open, s.found = math.Inf(1), false
	s.prepare()
	s.crash(s.guess)
	for u := range s.units {
		s.settle(int32(u))
	}
	s.tree = append(s.tree[:0], searchNode{parent: -1, unit: -1, bound: math.Inf(-1)})
	s.queue = s.queue[:0]
	s.bases = s.bases[:0]
	for node := int32(0); ; {
		bound := s.plunge(node)
		if s.stopped {
			s.open = math.Min(s.open, bound)
		}
		if len(s.queue) == 0 || s.tree[s.queue[0]].bound >= s.ub-s.delta {
			return
		}
		if s.stopped = s.stopped || s.nodes >= s.nodeLimit; s.stopped {
			s.open = math.Min(s.open, s.tree[s.queue[0]].bound)
			return
		}
		node = s.popNode()
		s.jump(node)
	}
}

// plunge follows the most promising children from a node downwards, and puts
// their siblings into the queue. It returns the bound of the node it ended at.
func (s *subproblem) plunge(node int32) float64 {
	for {
		bound := s.tree[node].bound
		if s.stopped = s.nodes >= s.nodeLimit || s.nodes&15 == 15 && s.cancelled != nil && s.cancelled(); s.stopped {
			return bound
		}
		s.nodes++
		g, solved := s.relax(s.ub - s.delta)
		if g >= s.ub-s.delta {
			return g
		}
		g = math.Max(g, bound)
		s.tighten(g)
		if node == 0 {
			s.root.nactive, s.root.trail = s.nactive, len(s.trail)
			s.root.fixedCost = s.fixedCost
			s.root.fixedLoad = append(s.root.fixedLoad[:0], s.fixedLoad...)
		}
		whole := s.round(solved)
		if solved && whole || g >= s.ub-s.delta {
			return g
		}
		u := s.branchingUnit()
		if u < 0 {
			s.leaf()
			return g
		}
		order := s.children(u)
		least := math.Inf(1)
		for _, o := range order {
			least = math.Min(least, s.rc[o])
		}
		basis := s.keepBasis()
		for _, o := range order[1:] {
			if bound := g + s.rc[o] - least; bound < s.ub-s.delta {
				s.tree = append(s.tree, searchNode{node, u, o, basis, bound})
				s.pushNode(int32(len(s.tree) - 1))
			}
		}
		s.tree = append(s.tree, searchNode{node, u, order[0], basis, g})
		node = int32(len(s.tree) - 1)
		s.fix(u, order[0])
	}
}

// root is the state that all nodes below the root start from.
type root struct {
	nactive, trail int
	fixedCost      float64
	fixedLoad      []float64
}

// keptBasis is a row of a basis that is kept: its variable, for an option the
// key of its unit, and the price and side of the row with the same number.
type keptBasis struct {
	price     float64
	work, key int32
	side      int8
}

// keepBasis stores the basis and returns its place. When memory is short it is
// the place of the root's.
func (s *subproblem) keepBasis() int32 {
	if len(s.bases) > maxBases {
		return 0
	}
	place := int32(len(s.bases))
	for p, w := range s.work {
		key := int32(-1)
		if w >= 0 {
			key = s.key[s.owner[w]]
		}
		s.bases = append(s.bases, keptBasis{s.v[p], w, key, s.side[p]})
	}
	return place
}

// jump goes to an open node, with the basis of its parent.
func (s *subproblem) jump(node int32) {
	for _, w := range s.work {
		if w >= 0 {
			s.inPos[w] = -1
			s.share[s.owner[w]] = 0
		}
	}
	for _, o := range s.trail[s.root.trail:] {
		s.dead[o] = false
		s.alive[s.owner[o]]++
	}
	s.trail = s.trail[:s.root.trail]
	s.nactive, s.fixedCost = s.root.nactive, s.root.fixedCost
	copy(s.fixedLoad, s.root.fixedLoad)
	for k := range s.rowPos {
		s.rowPos[k] = -1
	}
	at := int(s.tree[node].basis)
	for p, b := range s.bases[at : at+s.rows] {
		s.v[p], s.side[p], s.work[p] = b.price, b.side, b.work
		if b.work < 0 {
			s.rowPos[^b.work] = int32(p)
			continue
		}
		u := s.owner[b.work]
		s.inPos[b.work] = int32(p)
		s.share[u]++
		s.rekey(u, b.key)
	}
	s.refactor()
	for q := node; s.tree[q].unit >= 0; q = s.tree[q].parent {
		s.fix(s.tree[q].unit, s.tree[q].option)
	}
	s.stale = true
}

// The queue of open nodes is a heap, smallest bound first, of two the later one.

func (s *subproblem) nodeBefore(a, b int32) bool {
	x, y := s.tree[a].bound, s.tree[b].bound
	return x < y || x == y && a > b
}

func (s *subproblem) pushNode(x int32) {
	s.queue = append(s.queue, x)
	i := len(s.queue) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !s.nodeBefore(s.queue[i], s.queue[up]) {
			break
		}
		s.queue[i], s.queue[up] = s.queue[up], s.queue[i]
		i = up
	}
}

func (s *subproblem) popNode() int32 {
	h := s.queue
	top := h[0]
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	s.queue = h
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h) {
			break
		}
		if c+1 < len(h) && s.nodeBefore(h[c+1], h[c]) {
			c++
		}
		if !s.nodeBefore(h[c], h[i]) {
			break
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
	return top
}

// tighten drops the options whose reduced cost exceeds the gap that is left.
func (s *subproblem) tighten(g float64) {
	gap := s.ub - s.delta - g
	if math.IsInf(gap, 1) {
		gap = math.MaxFloat64
	}
	for i := s.nactive - 1; i >= 0; i-- {
		u := s.active[i]
		if s.spread[u] <= gap {
			if s.alive[u] == 1 {
				s.settle(u)
			}
			continue
		}
		least := math.Inf(1)
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if !s.dead[q] && s.rc[q] < least {
				least = s.rc[q]
			}
		}
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if !s.dead[q] && s.inPos[q] < 0 && q != s.key[u] && s.rc[q]-least > gap {
				s.kill(q)
			}
		}
		s.settle(u)
	}
}

// round gives every split unit to its largest share and keeps the result if it
// is the best so far. It reports whether no unit was split and the result is
// within the windows: then no completion of the node is better.
func (s *subproblem) round(solved bool) (whole bool) {
	whole = true
	load := s.rhs
	copy(load, s.keyLoad)
	for p, w := range s.work {
		if w < 0 || !s.largest(p) {
			continue
		}
		s.addLoad(load, w, 1)
		s.addLoad(load, s.key[s.owner[w]], -1)
	}
	for p, w := range s.work {
		if w >= 0 && s.x[p] > 1e-7 && s.x[p] < 1-1e-7 {
			whole = false
			break
		}
	}
	viol := s.violation(load)
	if viol > 0 && (math.IsInf(s.soft, 1) || viol > s.ubViol) {
		return false
	}
	s.trial = append(s.trial[:0], s.key[:s.units]...)
	for p, w := range s.work {
		if w >= 0 && s.largest(p) {
			s.trial[s.owner[w]] = w
		}
	}
	return s.keep() && whole
}

// leaf looks at the only completion that a node without choice has.
func (s *subproblem) leaf() {
	s.trial = resize(s.trial, s.units)
	for u := range s.units {
		s.trial[u] = s.first[u] // dead where the unit has no option left
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if !s.dead[q] {
				s.trial[u] = q
			}
		}
	}
	s.keep()
}

// keep makes the completion at hand the best one if it is that. It reports
// whether it is one at all, within the windows where these are hard, and
// otherwise no farther outside them than the best.
func (s *subproblem) keep() bool {
	// Afresh, because keyLoad has gathered the rounding of many moves.
	load := s.rhs
	clear(load)
	cost := s.constant
	for _, o := range s.trial {
		if s.dead[o] {
			return false
		}
		cost += s.cost[o]
		s.addLoad(load, o, 1)
	}
	viol := s.violation(load)
	if viol > 0 {
		if math.IsInf(s.soft, 1) || viol > s.ubViol {
			return false
		}
		cost += float64(s.soft * viol)
	}
	if cost < s.ub-s.delta {
		s.best = append(s.best[:0], s.trial...)
		s.ub, s.ubViol, s.found = cost, viol, true
	}
	return true
}

// largest reports whether the option at position p has the largest share of its unit.
func (s *subproblem) largest(p int) bool {
	w := s.work[p]
	u := s.owner[w]
	if s.dead[w] {
		return false
	}
	if !s.dead[s.key[u]] && s.keyValue(u) >= s.x[p] {
		return false
	}
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if c := s.inPos[q]; c >= 0 && int(c) != p && !s.dead[q] && (s.x[c] > s.x[p] || s.x[c] == s.x[p] && q < w) {
			return false
		}
	}
	return true
}

// branchingUnit is the heaviest split unit; without one, the heaviest active unit.
func (s *subproblem) branchingUnit() int32 {
	unit, score := int32(-1), 0.0
	for p, w := range s.work {
		if w < 0 || s.x[p] < 1e-7 || s.x[p] > 1-1e-7 {
			continue
		}
		if h := s.weightOf(s.owner[w]) * (1 + math.Min(s.x[p], 1-s.x[p])); unit < 0 || h > score {
			unit, score = s.owner[w], h
		}
	}
	if unit >= 0 && s.alive[unit] > 1 {
		return unit
	}
	unit = -1
	for _, u := range s.active[:s.nactive] {
		if h := s.weightOf(u); s.alive[u] > 1 && (unit < 0 || h > score || h == score && u < unit) {
			unit, score = u, h
		}
	}
	return unit
}

// weightOf is the largest load of any option of the unit.
func (s *subproblem) weightOf(u int32) float64 {
	h := 0.0
	for e := int(s.first[u]) * s.r; e < int(s.first[u+1])*s.r; e++ {
		h = math.Max(h, s.load[e])
	}
	return h
}

// valueOf is the share of the unit that the relaxation gives to the option.
func (s *subproblem) valueOf(o int32) float64 {
	if p := s.inPos[o]; p >= 0 {
		return s.x[p]
	}
	if u := s.owner[o]; s.key[u] == o {
		return s.keyValue(u)
	}
	return 0
}

// children lists the options of unit u in the order in which they are to be
// tried: largest share first, then by reduced cost.
func (s *subproblem) children(u int32) []int32 {
	order := s.order[:0]
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if !s.dead[q] {
			order = append(order, q)
		}
	}
	s.order = order
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(s.valueOf(y), s.valueOf(x)), cmp.Compare(s.rc[x], s.rc[y]), cmp.Compare(x, y))
	})
	return order
}

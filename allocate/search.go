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

// level is what the search restores when it comes back to a node.
type level struct {
	key, work, rowPos []int32
	side              []int8
	v, col            []float64
	keyLoad           []float64
	fixedLoad         []float64
	fixedCost         float64
	nactive, trail    int
	pivots            int
	order             []int32 // options of the branching unit, in the order they are tried
}

// search looks for a completion that costs less than ub by at least delta, by
// depth-first branch and bound on the linear relaxation: options whose reduced
// cost exceeds what is left are dropped, and the search branches on the
// heaviest unit that the relaxation splits. It leaves the best completion in
// best, its objective in ub, and in open a bound on whatever was not explored
// (+Inf where everything was, so that best is optimal up to delta).
func (s *subproblem) search(nodeLimit int, cancelled func() bool) {
	s.nodes, s.nodeLimit, s.cancelled, s.stopped = 0, nodeLimit, cancelled, false
	s.open, s.found = math.Inf(1), false
	s.prepare()
	s.crash(s.guess)
	for u := range s.units {
		s.settle(int32(u))
	}
	s.tree = append(s.tree[:0], searchNode{parent: -1, unit: -1})
	s.queue = s.queue[:0]
	node := int32(0)
	for {
		s.plunge(node)
		if s.stopped {
			s.open = math.Min(s.open, s.tree[node].bound)
			break
		}
		if len(s.queue) == 0 || s.tree[s.queue[0]].bound >= s.ub-s.delta {
			break
		}
		if s.stopped = s.nodes >= s.nodeLimit; s.stopped {
			break
		}
		node = s.popNode()
		s.restore(0)
		s.path = s.path[:0]
		for q := node; s.tree[q].unit >= 0; q = s.tree[q].parent {
			s.path = append(s.path, q)
		}
		slices.Reverse(s.path)
		for _, q := range s.path {
			s.fix(s.tree[q].unit, s.tree[q].option)
		}
	}
	if s.stopped && len(s.queue) > 0 {
		s.open = math.Min(s.open, s.tree[s.queue[0]].bound)
	}
}

// searchNode is a node of the search tree that waits to be explored.
type searchNode struct {
	parent       int32
	unit, option int32
	bound        float64
}

// plunge follows the most promising children from a node downwards, and puts
// their siblings into the queue.
func (s *subproblem) plunge(node int32) {
	for {
		if s.stopped = s.nodes >= s.nodeLimit || s.nodes&15 == 15 && s.cancelled != nil && s.cancelled(); s.stopped {
			return
		}
		s.nodes++
		g, solved := s.relax(s.ub - s.delta)
		if g >= s.ub-s.delta {
			return
		}
		s.tighten(g)
		if node == 0 {
			s.save(0, -1)
		}
		whole := s.round(solved)
		if solved && whole || g >= s.ub-s.delta {
			return
		}
		u := s.branchingUnit()
		if u < 0 {
			return
		}
		order := s.children(u)
		least := math.Inf(1)
		for _, o := range order {
			least = math.Min(least, s.rc[o])
		}
		for _, o := range order[1:] {
			if bound := g + s.rc[o] - least; bound < s.ub-s.delta {
				s.tree = append(s.tree, searchNode{node, u, o, bound})
				s.pushNode(int32(len(s.tree) - 1))
			}
		}
		s.tree = append(s.tree, searchNode{node, u, order[0], g})
		node = int32(len(s.tree) - 1)
		s.fix(u, order[0])
	}
}

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
	// Afresh, because keyLoad has gathered the rounding of many moves.
	clear(load)
	cost := s.constant
	for _, o := range s.trial {
		if s.dead[o] {
			return false
		}
		cost += s.cost[o]
		s.addLoad(load, o, 1)
	}
	viol = s.violation(load)
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
	return whole
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

// save stores the node at the given depth, with the options of unit u in the
// order in which they are to be tried: largest share first, then by reduced cost.
func (s *subproblem) save(depth int, u int32) {
	for len(s.levels) <= depth {
		s.levels = append(s.levels, level{})
	}
	l := &s.levels[depth]
	l.key = append(l.key[:0], s.key...)
	l.work = append(l.work[:0], s.work...)
	l.rowPos = append(l.rowPos[:0], s.rowPos...)
	l.side = append(l.side[:0], s.side...)
	l.v = append(l.v[:0], s.v...)
	l.col = append(l.col[:0], s.col...)
	l.keyLoad = append(l.keyLoad[:0], s.keyLoad...)
	l.fixedLoad = append(l.fixedLoad[:0], s.fixedLoad...)
	l.fixedCost, l.nactive, l.trail, l.pivots = s.fixedCost, s.nactive, len(s.trail), s.pivots
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

// restore goes back to the node saved at the given depth.
func (s *subproblem) restore(depth int) {
	l := &s.levels[depth]
	for _, w := range s.work {
		if w >= 0 {
			s.inPos[w] = -1
			s.share[s.owner[w]] = 0
		}
	}
	copy(s.key, l.key)
	copy(s.work, l.work)
	copy(s.rowPos, l.rowPos)
	copy(s.side, l.side)
	copy(s.v, l.v)
	copy(s.col, l.col)
	copy(s.keyLoad, l.keyLoad)
	copy(s.fixedLoad, l.fixedLoad)
	s.fixedCost, s.nactive, s.pivots = l.fixedCost, l.nactive, l.pivots
	for _, o := range s.trail[l.trail:] {
		s.dead[o] = false
		s.alive[s.owner[o]]++
	}
	s.trail = s.trail[:l.trail]
	for p, w := range s.work {
		if w >= 0 {
			s.inPos[w] = int32(p)
			s.share[s.owner[w]]++
		}
	}
	s.lagrangian()
	s.stale = true
}

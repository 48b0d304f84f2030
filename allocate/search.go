package allocate

import (
	"context"
	"math"
	"sort"

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
	s.branch(0, math.Inf(-1))
}

// branch explores a node, whose parent has the given bound.
func (s *subproblem) branch(depth int, bound float64) {
	if s.stopped = s.stopped || s.nodes >= s.nodeLimit || s.nodes&15 == 15 && s.cancelled != nil && s.cancelled(); s.stopped {
		s.open = math.Min(s.open, bound)
		return
	}
	s.nodes++
	g, solved := s.relax(s.ub - s.delta)
	if g >= s.ub-s.delta {
		return
	}
	s.tighten(g)
	whole := s.round(solved)
	if solved && whole || g >= s.ub-s.delta {
		return
	}
	u := s.branchingUnit()
	if u < 0 {
		return
	}
	s.save(depth, u)
	for i := 0; i < len(s.levels[depth].order); i++ {
		if i > 0 {
			s.restore(depth)
		}
		if g >= s.ub-s.delta {
			return
		}
		s.fix(u, s.levels[depth].order[i])
		s.branch(depth+1, g)
	}
}

// tighten drops the options whose reduced cost exceeds the gap that is left.
func (s *subproblem) tighten(g float64) {
	gap := s.ub - s.delta - g
	if math.IsInf(gap, 1) {
		gap = math.MaxFloat64
	}
	for i := s.nactive - 1; i >= 0; i-- {
		u := s.active[i]
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
	l.order = l.order[:0]
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if !s.dead[q] {
			l.order = append(l.order, q)
		}
	}
	sort.Slice(l.order, func(a, b int) bool {
		x, y := l.order[a], l.order[b]
		if vx, vy := s.valueOf(x), s.valueOf(y); vx != vy {
			return vx > vy
		}
		if s.rc[x] != s.rc[y] {
			return s.rc[x] < s.rc[y]
		}
		return x < y
	})
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
}

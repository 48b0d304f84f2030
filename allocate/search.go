package allocate

import (
	"cmp"
	"math"
	"slices"
)

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
	s.queue.items = s.queue.items[:0]
	s.bases, s.keptDead = s.bases[:0], s.keptDead[:0]
	for node := int32(0); ; {
		bound := s.plunge(node)
		if s.stopped {
			s.open = math.Min(s.open, bound)
		}
		if len(s.queue.items) == 0 || s.tree[s.queue.items[0]].bound >= s.ub-s.delta {
			return
		}
		if s.stopped = s.stopped || s.nodes >= s.nodeLimit; s.stopped {
			s.open = math.Min(s.open, s.tree[s.queue.items[0]].bound)
			return
		}
		node = s.queue.pop()
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
		if !s.exclude() {
			return math.Inf(1)
		}
		g, solved := s.relax(s.ub - s.delta)
		if g >= s.ub-s.delta {
			return g
		}
		s.tighten(g)
		if node == 0 {
			s.root.nactive, s.root.trail = s.nactive, len(s.trail)
			s.root.excluded = s.cliques.done
			s.root.fixedCost = s.fixedCost
			s.root.fixedLoad = append(s.root.fixedLoad[:0], s.fixedLoad...)
		}
		whole := s.round()
		if solved && whole || g >= s.ub-s.delta {
			return math.Max(g, bound)
		}
		u := s.branchingUnit()
		if u < 0 {
			s.leaf()
			return math.Max(g, bound)
		}
		order := s.children(u)
		least := math.Inf(1)
		for _, o := range order {
			least = math.Min(least, s.rc[o])
		}
		basis := s.keepBasis()
		for _, o := range order[1:] {
			if b := math.Max(g+s.rc[o]-least, bound); b < s.ub-s.delta {
				s.tree = append(s.tree, searchNode{node, u, o, basis, b})
				s.queue.push(int32(len(s.tree) - 1))
			}
		}
		s.tree = append(s.tree, searchNode{node, u, order[0], basis, math.Max(g, bound)})
		node = int32(len(s.tree) - 1)
		s.fix(u, order[0])
	}
}

// rootState is the state that all nodes below the root start from.
type rootState struct {
	nactive, trail int
	excluded       int // of the trail, see exclude
	fixedCost      float64
	fixedLoad      []float64
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
	s.trail, s.cliques.done = s.trail[:s.root.trail], s.root.excluded
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
		// What was forbidden above the node stays so for the units in the
		// basis: it might be cheaper than their key.
		for _, q := range s.keptDead[b.deadFrom:b.deadTo] {
			s.kill(q)
		}
	}
	s.refactor()
	for q := node; s.tree[q].unit >= 0; q = s.tree[q].parent {
		s.fix(s.tree[q].unit, s.tree[q].option)
	}
	s.stale = true
}

// nodeBefore orders the open nodes by bound; of two equal ones the later is first.
func (s *subproblem) nodeBefore(a, b int32) bool {
	x, y := s.tree[a].bound, s.tree[b].bound
	return x < y || x == y && a > b
}

// tighten drops the options whose reduced cost exceeds the gap that is left
// above g, the bound at the prices that the reduced costs are computed at.
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

// branchingUnit is the heaviest split unit; without one, the heaviest active unit.
func (s *subproblem) branchingUnit() int32 {
	unit, score := int32(-1), 0.0
	for p, w := range s.work {
		if w < 0 || s.x[p] < splitTol || s.x[p] > 1-splitTol {
			continue
		}
		if h := s.weightOf(s.owner[w]) * (1 + math.Min(s.x[p], 1-s.x[p])); unit < 0 || h > score {
			unit, score = s.owner[w], h
		}
	}
	if unit >= 0 && s.alive[unit] > 1 {
		return unit
	}
	if u := s.entangledUnit(); u >= 0 {
		return u
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

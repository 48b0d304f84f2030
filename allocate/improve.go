package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// improver turns a rounded plan into a good one, by solving small subsets of
// neighbouring agents again, all else being fixed.
//
// A plan's distance from the bound of the prices is a sum over the agents: the
// regrets of their units at the prices, and the price of the room they leave.
// That sum over a subset is the most that the subset can gain, so the subsets
// with the largest sums come first, and units whose regret is larger are left
// alone. First pairs, then larger subsets, are each solved by branch and bound
// (see subproblem) up to a limit of nodes; a subset is looked at again when one
// of its agents has changed, or with a higher limit.
//
// Disjoint subsets do not influence one another, so batches of them are solved
// in parallel, and the result is the same for any number of processors.
type improver struct {
	m      *model
	c      *candidates
	prices [][]float64 // [r][m] or longer; any will do, good ones are the faster
	bound  float64     // proved, -Inf if nothing is; the search stops where the gap to it is at most gap
	gap    float64
	seed   uint64
	budget int // work allowed: search nodes, large ones counting several times
	report func(objective, violation float64, work int)
}

// run improves of in place: less violation first, then less cost. of[i] is an
// agent, or m.dummy; a unit whose agent may not serve it goes to its cheapest
// candidate. The result is never worse than the start, whenever ctx ends. work
// is what was used of the budget. Time per unit of work is a few microseconds;
// besides, O(candidates) a few dozen times.
func (s *improver) run(ctx context.Context, of []int32) (work int, stop partition.Stop) {
	start := slices.Clone(of)
	objective, violation, _ := s.m.evaluate(of)
	if s.reached(objective, violation) {
		return 0, partition.GapReached
	}
	g := newCampaign(ctx, s, of)
	stop = g.improve()
	after, broken, _ := s.m.evaluate(of)
	if worse(after, broken, objective, violation) {
		copy(of, start) // rounding may make an equal plan look better
	}
	return g.work, stop
}

// reached reports whether a plan is within the limits and the gap.
func (s *improver) reached(objective, violation float64) bool {
	return violation <= partition.FeasibleViolation && objective-s.bound <= s.gap*math.Max(math.Abs(objective), 1e-12)
}

// worse compares two plans by violation first, where either is outside its
// limits, and by objective.
func worse(objective, violation, thanObjective, thanViolation float64) bool {
	if violation <= partition.FeasibleViolation && thanViolation <= partition.FeasibleViolation {
		return objective > thanObjective
	}
	return violation > thanViolation || violation == thanViolation && objective > thanObjective
}

// search solves the whole problem by branch and bound and improves of in place
// where it finds a better plan. Every agent that may serve a unit has to be
// among its candidates. bound is proved: no plan within the limits costs less,
// +Inf if there is none. done says that the search was complete, so that of is
// optimal, to about 1e-9 of what is added up, or outside its limits because it has to be.
//
// It is meant for small problems and gives up at once on large ones, of more
// than 250 limits or 200,000 candidates. Time and memory grow with nodes.
func (s *improver) search(ctx context.Context, of []int32, nodes int) (bound float64, done bool) {
	if s.m.m*s.m.r > 250 || len(s.c.agent) > 200_000 {
		return s.bound, false
	}
	cost, violation, _ := s.m.evaluate(of)
	a := arrange(s.m, s.c, s.prices, of)
	b := &job{soft: math.Inf(1), nodes: nodes, potential: math.Inf(1)}
	for j := range int32(s.m.m) {
		b.agents = append(b.agents, j)
	}
	if s.m.dummy >= 0 {
		b.idle = a.members[s.m.dummy]
	}
	t := &attempt{}
	sub := &t.sub
	sub.delta = a.negligible()
	if gap := cost - s.bound; sub.delta == 0 && !math.IsInf(gap, 0) {
		sub.delta = 1e-12 * math.Abs(gap)
	}
	if violation <= partition.FeasibleViolation {
		if t.load(a, b, sub.delta) <= sub.delta {
			return math.Max(s.bound, cost-sub.delta), true
		}
	} else {
		t.load(a, b, math.Inf(-1))
		sub.ub = math.Inf(1)
	}
	if t.stuck && violation <= partition.FeasibleViolation {
		return math.Max(s.bound, cost-sub.delta), true
	} else if t.stuck {
		return math.Inf(1), true
	}
	sub.ubViol, sub.strict = 0, true
	sub.search(nodes, func() bool { return ctx.Err() != nil })
	if sub.found {
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
	return math.Max(s.bound, math.Min(sub.open, sub.ub-sub.delta)+rest), !sub.stopped
}

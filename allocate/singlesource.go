package allocate

import (
	"context"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// SingleSource gives every unit to one agent at nearly the least cost, and says
// how near: single sourcing, as the field calls it. It takes every [Problem]:
// any number of measures, loads that depend on the agent, lower and upper
// limits, locks, eligibility, penalties, units that must be together or apart.
//
// Guaranteed is the bound, and that a plan outside its limits is never made to
// look cheap: its violation is kept apart. Small problems are solved to the end,
// with a proof of optimality or of infeasibility (Certificate.Proof "search");
// for large ones the gap says what is known. Finding a plan within the limits is
// NP-hard by itself, so a violation above 0 does not prove that there is none.
//
// Loads of whole units are multiples of a common grain, such as 1 or 0.01; no
// plan fills a limit of 12.3 with loads of 1. And a unit heavier than an agent's
// limit cannot go there. Where limits drawn in to what such loads can meet, or
// the pairs that are left, prove more, the bound is that of the prices with these
// (Certificate.Proof "prices, limits in whole loads"); [Bound] is then below it.
//
// One measure, upper limits only and up to 262,144 pairs make a generalised
// assignment problem, the hard kind where loads depend on the agent: a senior
// needs less time than a junior. Where its gap is still open after the method
// below, the search goes on: one price per unit and a knapsack per agent give the
// bound of column generation (Certificate.Proof "knapsacks"; the prices are
// Result.UnitPrices, see [KnapsackBound]), which costs that are all multiples of
// a number raise to the next one ("knapsacks, whole costs"). Its prices show
// which exchanges are nearly free: ejection chains, accepted as in simulated
// annealing, make plans, after a contest on the problem itself has shown how many
// agents of a unit are worth a thought; the units of a few agents at a time are
// solved again to the end, more agents as long as that is quick; and branch and
// bound over all units asks again and again whether there is a plan near the
// bound, which raises the bound or ends the search. Several such searches run side by side
// and meet at fixed amounts of work.
//
// Method: the Lagrangian dual in one price per agent and measure is maximised
// smoothed, on growing samples of the units; for one measure the flow that is
// left is settled exactly (see [Transport]) and rounded from the heaviest split
// unit to the lightest, the rest making room at least cost; then subsets of
// neighbouring agents are solved again by branch and bound. Units that must be
// together are one unit throughout; those that must be apart get agents of their
// own after rounding, list by list at the least priced cost, and keep them apart
// from then on. Lists of Apart that overlap are a colouring problem: where large
// ones leave hardly any choice a violation may remain. Time is about that
// of a few dozen passes over the units, each O(log m) for [Travel] costs and O(m)
// otherwise; memory is O(n + m) and the candidates of units near a border.
//
// The default budget is 20,000 nodes divided by the number of measures, up to
// fourteen times that again as long as the plan is outside its limits, and 100,000
// for the proof where a problem is small (2,000 pairs of unit and agent). For a
// generalised assignment problem it is 400,000 chains, or knapsacks that take as long, more, one or
// two seconds; of a Budget three quarters at least are for these. With a Budget of
// math.MaxInt and a small Gap the search ends with its proof or the context.
//
// The same input, seed and version give the same bytes at any GOMAXPROCS and on
// every platform, unless the context ends early.
type SingleSource struct {
	Seed   uint64  // of the order in which equally promising subsets are tried
	Gap    float64 // stop as soon as this relative gap is proved; 0: 0.0005. Small problems go on to the optimum
	Budget int     // work allowed for improving, in search nodes; 0: a default, see below

	// Progress, if not nil, is told of the search now and then, by the calling goroutine.
	Progress func(partition.Progress)
}

// Allocate solves p. Interrupted with a plan in hand it returns that plan;
// before there is one, the cause of the interruption.
func (s SingleSource) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	m, err := begin(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := m.infeasible(ctx, false); err != nil {
		return nil, err
	}
	if m.n == 0 || m.r == 0 && m.apart == nil {
		return m.free(s.Seed), nil
	}
	x, err := m.fitting().relax(ctx, 1e-5, s.Progress)
	if err != nil {
		return nil, err
	}
	if x.m != m && x.bound > m.bound(x.prices) {
		x.proof = "prices, limits in whole loads"
	}
	of := make([]int32, m.n)
	x.round(ctx, of)
	x.m.separate(ctx, x.prices, of)
	work, stop, proved, unitPrices := s.improve(ctx, x, of)
	r := m.certified(of, x.prices, x.bound, stop, work, s.Seed)
	r.Certificate.Proof = x.proof
	if stop == partition.ProvedOptimal && !r.Certificate.Feasible() {
		return nil, m.hopeless(r.Certificate.Violation)
	}
	m.raise(r, proved, unitPrices)
	return r, nil
}

// improve searches for a better plan than of, in place. bound is what the
// search proved beyond the prices, -Inf if nothing; unitPrices are those of the
// knapsacks, nil where they were not solved.
func (s SingleSource) improve(ctx context.Context, x *relaxation, of []int32) (work int, stop partition.Stop, bound float64, unitPrices []float64) {
	m := x.m
	if ctx.Err() != nil {
		return 0, partition.Interrupted, math.Inf(-1), nil
	}
	budget, gap := s.Budget, s.Gap
	if budget == 0 {
		budget = 20_000 / max(m.r, 1)
	}
	if gap == 0 {
		gap = 5e-4
	}
	small := x.complete() && float64(m.n)*float64(m.m) <= smallProblem
	objective, violation, _ := m.evaluate(of)
	if s.Progress != nil {
		s.Progress(partition.Progress{Phase: "rounding", Objective: objective, Violation: violation, Bound: x.bound})
	}
	if c := (partition.Certificate{Objective: objective, Violation: violation, Bound: x.bound}); c.Gap() <= gap && !small {
		return 0, partition.GapReached, math.Inf(-1), nil
	}
	d := m.dense()
	if d != nil { // knapsacks make better use of more
		if budget = min(budget, 60*m.n); s.Budget > 0 {
			budget = min(budget, max(1, s.Budget/4))
		}
	}
	reach := x.reach()
	c := x.candidates(reach)
	m.mend(ctx, c, x.dual.sz.mean, of, 20*m.m)
	i := &improver{m: m.attainable(), c: c, prices: x.prices, bound: x.bound, gap: gap, seed: s.Seed, budget: budget}
	if s.Progress != nil {
		i.report = func(objective, violation float64, work int) {
			s.Progress(partition.Progress{Phase: "improving", Objective: objective, Violation: violation, Bound: x.bound, Work: work})
		}
	}
	work, stop = i.run(ctx, of)
	for tries := 0; tries < 3 && stop == partition.BudgetSpent && s.Budget == 0; tries++ {
		stray := m.astray(of)
		if len(stray) == 0 {
			break
		}
		// A plan within the limits is worth more patience than a better one:
		// the agents outside look farther, and the search gets more time.
		if !x.complete() {
			for _, j := range stray {
				x.dual.extend(j)
			}
			x.dual.gather(1, x.dual.slack, false)
			x.rows = x.dual.rows
			i.c = x.candidates(math.Inf(1))
		}
		m.mend(ctx, i.c, x.dual.sz.mean, of, 20*m.m)
		i.budget *= 2
		var more int
		more, stop = i.run(ctx, of)
		work += more
	}
	if stop == partition.Interrupted {
		return work, stop, math.Inf(-1), nil
	}
	nodes := s.Budget
	if nodes == 0 {
		nodes = 100_000
	}
	if small && d != nil { // the smallest end at once, and exactly
		if proved, done := i.search(ctx, of, min(nodes, firstLook)); done {
			return work, partition.ProvedOptimal, proved, nil
		}
	}
	if bound = math.Inf(-1); d != nil && (small || stop != partition.GapReached) {
		left := s.Budget - work
		if s.Budget == 0 {
			left = knapsackBudget
		}
		if small {
			gap = 0
		}
		out, why := s.knapsacks(ctx, x, d, of, max(left, 0), gap)
		stop = why
		work += out.Work
		bound, unitPrices = out.Lower, out.Price
		if out.Of != nil {
			copy(of, out.Of)
		}
		if out.Of != nil || stop == partition.Interrupted {
			return work, stop, bound, unitPrices
		}
	}
	if !small {
		return work, stop, bound, unitPrices
	}
	proved, done := i.search(ctx, of, nodes)
	bound = math.Max(bound, proved)
	switch {
	case done:
		stop = partition.ProvedOptimal
	case ctx.Err() != nil:
		stop = partition.Interrupted
	}
	return work, stop, bound, unitPrices
}

// astray lists the agents whose loads are outside their limits, ascending.
func (m *model) astray(of []int32) []int {
	_, violation, loads := m.evaluate(of)
	var js []int
	for j := 0; j < m.m && violation > partition.FeasibleViolation; j++ {
		for r := range m.r {
			if loads[r][j] > m.upper[r][j] || loads[r][j] < m.lower[r][j] {
				js = append(js, j)
				break
			}
		}
	}
	return js
}

// knapsackBudget is the default work for a dense problem whose gap is still open.
const knapsackBudget = 400_000

// firstLook is how many nodes a small problem is searched before knapsacks are
// asked for.
const firstLook = 2_000

// smallProblem is the number of pairs up to which a problem is searched to the end.
const smallProblem = 2000

// hopeless is the error of a complete search that found no plan.
func (m *model) hopeless(violation float64) error {
	units := make([]int, m.n)
	for i := range units {
		units[i] = i
	}
	agents := make([]int, m.m)
	for j := range agents {
		agents[j] = j
	}
	return m.inUnits(&partition.InfeasibleError{
		Why:         fmt.Sprintf("a complete search found no plan %s as long as units are not split; the nearest one breaks them by %s", m.whatBinds(), amount(violation, 3)),
		Need:        violation,
		Units:       units,
		Territories: agents,
	})
}

// free solves a problem without limits: everybody by the cheapest.
func (m *model) free(seed uint64) *Result {
	of := make([]int32, m.n)
	f := m.finder(split(make([]float64, m.r*m.agents()), m.r))
	parallel.For(groups, func(g int) {
		var s scratch
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			of[i] = int32(f.near(&s, i, 0)[0].Agent)
		}
	})
	return m.result(of, nil, partition.ProvedOptimal, 0, seed)
}

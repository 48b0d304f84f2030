package allocate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Promises says what every promise of a problem costs: each lock, preference,
// incumbency, capacity and floor, each group that must stay together or apart,
// and all promises of a kind together. See [Promise] for what cost means.
//
// All of them are priced by the result's prices: the bound of the problem
// without the promise at the same prices proves that no more can be saved. Then
// the dearest are solved for, without the promise, by Solver: what that finds is
// surely saved, and its bound says what can be saved at most.
//
// Guaranteed is that the cost of every promise lies between Saving, where it is
// Solved, else 0, and SavingAtMost, provided that the plan is feasible; that Exact
// is proved; and that an incumbency or preference counts with what serving costs
// without it, so that keeping a wish never looks like a gain.
//
// Pricing takes a few passes over the units for locks and wishes, and one
// [Bound] for each limit that has a price; solving takes what Solver takes.
//
// The same input gives the same list unless the context ends.
type Promises struct {
	Solver  Solver // nil: SingleSource{}
	Resolve int    // how many of the dearest are solved for; 0: 20, negative: none
	List    int    // how many of the dearest are listed; 0: all
}

// Price lists the promises of p by what they cost the result. Only its plan and
// prices are used, nil prices being 0; how good they are decides how tight
// SavingAtMost is before a promise is solved for.
//
// A result that splits units is an error that wraps [errors.ErrUnsupported].
// Interrupted, Price returns what it has; before it has anything, the cause.
func (s Promises) Price(ctx context.Context, p *Problem, r *Result) (*PriceList, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	x, err := newPricer(p, r)
	if err != nil {
		return nil, err
	}
	all := x.promises()
	list := &PriceList{Total: len(all)}
	priced, err := x.price(ctx, all)
	if err != nil {
		return nil, err
	}
	if priced == 0 && len(all) > 0 {
		return nil, context.Cause(ctx)
	}
	interrupted := priced < len(all)
	all = all[:priced]
	slices.SortStableFunc(all, dearer)
	resolve := s.Resolve
	if resolve == 0 {
		resolve = 20
	}
	for k := range all[:min(max(resolve, 0), len(all))] {
		if ctx.Err() != nil {
			break
		}
		if all[k].exact {
			continue
		}
		if err := x.solve(ctx, s.solver(), &all[k]); err != nil {
			if ctx.Err() != nil {
				break
			}
			return nil, err
		}
		list.Solved++
	}
	interrupted = interrupted || ctx.Err() != nil
	slices.SortStableFunc(all, dearer)
	if s.List > 0 {
		all = all[:min(s.List, len(all))]
	}
	list.Stop = partition.ProvedOptimal
	for k := range all {
		list.Promises = append(list.Promises, x.promise(&all[k]))
		if !all[k].exact {
			list.Stop = partition.BudgetSpent
		}
	}
	if interrupted {
		list.Stop = partition.Interrupted
	}
	return list, nil
}

func (s Promises) solver() Solver {
	if s.Solver == nil {
		return SingleSource{}
	}
	return s.Solver
}

// promised is a promise while it is priced: without names, as there may be as
// many as units.
type promised struct {
	kind                 PromiseKind
	count                int
	unit, agent, measure int
	list                 int
	worth, rate          float64

	saving, most  float64
	solved, exact bool
	instead       int
	balance       []Shift
	relief        float64
	order         int
}

// dearer orders by cost; equals as they were listed.
func dearer(a, b promised) int {
	return cmp.Or(cmp.Compare(b.saving, a.saving), cmp.Compare(b.most, a.most), cmp.Compare(a.order, b.order))
}

// pricer prices the promises of one problem and result.
type pricer struct {
	p *Problem // as the caller has it
	m *model   // the same compiled
	c *model   // and with units that stay together as one
	x *explainer

	of        []int32
	objective float64
	violation float64
	deviation []float64 // worst of each measure

	prices [][]float64
	base   float64 // the bound of the problem at the prices
}

func newPricer(p *Problem, r *Result) (*pricer, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	x, err := newExplainer(m, r)
	if err != nil {
		return nil, err
	}
	if len(r.Splits) > 0 {
		return nil, fmt.Errorf("allocate: the result splits units, whose promises have no single plan: %w", errors.ErrUnsupported)
	}
	c, err := m.contracted()
	if err != nil {
		return nil, err
	}
	q := &pricer{p: p, m: m, c: c, x: x, of: make([]int32, m.n), prices: r.Prices}
	for i := range q.of {
		q.of[i] = int32(r.Plan.Of(i))
	}
	if q.objective, q.violation, _ = m.evaluate(q.of); math.IsInf(q.objective, 1) {
		return nil, &partition.InputError{Field: "Result.Plan", Index: -1, Why: "breaks a lock or gives a unit to an agent that may not serve it; Verify says which"}
	}
	q.deviation = m.deviations(x.loads)
	if q.prices == nil {
		q.prices = make([][]float64, m.r)
		for k := range q.prices {
			q.prices[k] = make([]float64, m.m)
		}
	}
	q.base = c.bound(q.prices)
	return q, nil
}

// feasible reports whether the plan keeps every limit.
func (q *pricer) feasible() bool { return q.violation <= partition.FeasibleViolation }

// deviations is the worst relative deviation from the target per measure. Where a
// load depends on the agent and has no targets, the mean of the loads is one.
func (m *model) deviations(loads [][]float64) []float64 {
	worst := make([]float64, m.r)
	for r, me := range m.p.Measures {
		var targets []float64
		if m.load[r] != nil && me.Target == nil {
			var total sum
			for _, a := range loads[r] {
				total.add(a)
			}
			targets = make([]float64, m.m)
			for j := range targets {
				targets[j] = total.total() / float64(m.m)
			}
		} else {
			targets = me.Targets(m.m)
		}
		for j, a := range loads[r] {
			if a != targets[j] {
				worst[r] = math.Max(worst[r], math.Abs(a-targets[j])/targets[j])
			}
		}
	}
	return worst
}

// promises lists all promises, those of a kind in ascending order.
func (q *pricer) promises() []promised {
	var all []promised
	add := func(k promised) {
		k.count = max(k.count, 1)
		k.order = len(all)
		all = append(all, k)
	}
	together := func(kind PromiseKind, measure, from int) {
		if count := len(all) - from; count > 1 {
			add(promised{kind: kind, count: count, unit: -1, agent: -1, measure: measure, list: -1})
		}
	}
	for i, j := range q.p.Fixed {
		if j >= 0 {
			add(promised{kind: LockPromise, unit: i, agent: j, measure: -1, list: -1})
		}
	}
	together(LockPromise, -1, 0)

	from := len(all)
	terms, stays := q.wishes()
	for _, e := range terms {
		add(promised{kind: PreferencePromise, unit: e.Unit, agent: e.Agent, measure: -1, list: -1, worth: e.Cost})
	}
	together(PreferencePromise, -1, from)
	from = len(all)
	for _, e := range stays {
		add(promised{kind: IncumbencyPromise, unit: e.Unit, agent: e.Agent, measure: -1, list: -1, worth: e.Cost})
	}
	together(IncumbencyPromise, -1, from)

	for r := range q.m.r {
		from = len(all)
		for j, upper := range q.m.upper[r] {
			if !math.IsInf(upper, 1) {
				add(promised{kind: CapacityPromise, unit: -1, agent: j, measure: r, list: -1,
					worth: upper, rate: math.Max(0, q.prices[r][j])})
			}
		}
		together(CapacityPromise, r, from)
		from = len(all)
		for j, lower := range q.m.lower[r] {
			if lower > 0 {
				add(promised{kind: FloorPromise, unit: -1, agent: j, measure: r, list: -1,
					worth: lower, rate: math.Max(0, -q.prices[r][j])})
			}
		}
		together(FloorPromise, r, from)
	}
	for _, g := range [...]struct {
		kind  PromiseKind
		lists [][]int
	}{{TogetherPromise, q.p.Together}, {ApartPromise, q.p.Apart}} {
		from = len(all)
		for k, list := range g.lists {
			if len(list) > 1 {
				add(promised{kind: g.kind, unit: -1, agent: -1, measure: -1, list: k})
			}
		}
		together(g.kind, -1, from)
	}
	return all
}

// wishes adds up the wishes for each pair, and for each unit and incumbent;
// those that are worth nothing are none.
func (q *pricer) wishes() (terms, stays []Term) {
	var all, kept []Term
	for _, w := range wishesOf(q.p.Cost) {
		all = append(all, w.terms...)
		for i, j := range w.incumbent {
			if j >= 0 && w.switching != nil {
				kept = append(kept, Term{i, j, w.switching[i]})
			}
		}
	}
	flat := func(s pairTerms) (list []Term) {
		for i := range len(s.start) - 1 {
			agents, costs := s.row(i)
			for k, j := range agents {
				if costs[k] != 0 {
					list = append(list, Term{i, int(j), costs[k]})
				}
			}
		}
		return list
	}
	return flat(sortTerms(all, q.m.n, q.m.m)), flat(sortTerms(kept, q.m.n, q.m.m))
}

// solve solves the problem without the promise.
func (q *pricer) solve(ctx context.Context, solver Solver, k *promised) error {
	p := q.without(k)
	r, err := solver.Allocate(ctx, p)
	if err != nil {
		return fmt.Errorf("allocate: the problem without the promise (%s): %w", q.subject(k), err)
	}
	m, err := compile(p)
	if err != nil {
		return err
	}
	if len(r.Splits) > 0 {
		return fmt.Errorf("allocate: the Solver of Promises splits units: %w", errors.ErrUnsupported)
	}
	of := make([]int32, m.n)
	for i := range of {
		of[i] = int32(r.Plan.Of(i))
	}
	now, broken, loads := m.evaluate(q.of)
	then, left, after := m.evaluate(of)
	k.solved = true
	k.most = math.Min(k.most, math.Max(0, now-r.Certificate.Bound))
	size := math.Max(math.Abs(now), math.Abs(then))
	better := left <= partition.FeasibleViolation && then < now-float64(1e-12*size) // not by rounding alone
	if !q.feasible() {                                                     // there is nothing to keep
		better = left < broken || left == broken && then < now
	}
	if !better {
		of, then, left, after = q.of, now, broken, loads
	}
	k.saving = now - then
	k.relief = broken - left
	k.most = math.Max(k.most, k.saving) // but for rounding
	k.exact = q.feasible() && (r.Stop == partition.ProvedOptimal || k.most-k.saving <= 1e-9*size)
	if k.exact {
		k.most = k.saving
	}
	if k.unit >= 0 {
		k.instead = int(of[k.unit])
	}
	for r, d := range m.deviations(after) {
		k.balance = append(k.balance, Shift{q.m.measure(r), q.deviation[r], d})
	}
	return nil
}

// without is the problem that has not made the promise.
func (q *pricer) without(k *promised) *Problem {
	p := *q.p
	one := k.count == 1
	switch k.kind {
	case LockPromise:
		p.Fixed = nil
		if one {
			p.Fixed = slices.Clone(q.p.Fixed)
			p.Fixed[k.unit] = partition.Unassigned
		}
	case PreferencePromise:
		p.Cost = reworded(p.Cost, withoutTerm(k.unit, k.agent))
	case IncumbencyPromise:
		p.Cost = reworded(p.Cost, withoutStay(k.unit, k.agent))
	case CapacityPromise, FloorPromise:
		p.Measures = slices.Clone(p.Measures)
		me := &p.Measures[k.measure]
		me.Lower, me.Upper = slices.Clone(q.m.lower[k.measure]), slices.Clone(q.m.upper[k.measure])
		for j := range me.Upper {
			switch {
			case one && j != k.agent:
			case k.kind == CapacityPromise:
				me.Upper[j] = math.Inf(1)
			default:
				me.Lower[j] = 0
			}
		}
	case TogetherPromise:
		p.Together = withoutList(p.Together, k.list)
	case ApartPromise:
		p.Apart = withoutList(p.Apart, k.list)
	}
	return &p
}

// withoutList takes list k away; k < 0: all of them.
func withoutList(lists [][]int, k int) [][]int {
	if k < 0 {
		return nil
	}
	return slices.Delete(slices.Clone(lists), k, k+1)
}

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
// and all promises of a kind together. See [PricedPromise] for what cost means.
//
// All of them are priced by the result's prices: the bound of the problem
// without the promise at the same prices proves that no more can be saved. That
// is crude for limits, so that the ten times Resolve dearest of these are priced
// again by the best prices without them. Then the Resolve dearest promises are
// solved for, without the promise, by Solver: what that finds is surely saved,
// and its bound says what can be saved at most.
//
// Guaranteed is that the cost of every promise lies between Saving, where it is
// Solved, else 0, and SavingAtMost, provided that the plan is feasible; that Exact
// is proved; and that an incumbency or preference counts with what serving costs
// without it, so that keeping a wish never looks like a gain.
//
// Pricing takes a few passes over the units for locks and wishes, one [Bound] for
// each limit that has a price, and what the bound of [SingleSource] takes for each
// that is priced again; solving takes what Solver takes.
//
// The same input gives the same list unless the context ends.
type Promises struct {
	Solver  Solver // nil: SingleSource{}
	Resolve int    // how many of the dearest are solved for; 0: 20, negative: none, at the result's prices alone
	List    int    // how many of the dearest are listed; 0: all
}

// Price lists the promises of p by what they cost the result. Only its plan and
// prices are used, nil prices being 0; how good they are decides how tight
// SavingAtMost is before a promise is solved for.
//
// The errors are those of an invalid problem; an input error where the result does
// not fit it or its plan has a pair that may not be; one that wraps
// [errors.ErrUnsupported] where the result splits units; and those of Solver, unless
// it finds no plan because the result's own breaks limits as well. Interrupted, Price returns what it has; before it has anything, the cause.
func (s Promises) Price(ctx context.Context, p *Problem, r *Result) (*PriceList, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	x, err := newPricer(p, r)
	if err != nil {
		return nil, err
	}
	all := x.x.promises()
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
	if resolve > 0 {
		x.refine(ctx, all, 10*resolve)
		slices.SortStableFunc(all, dearer)
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
		if all[k].solved {
			list.Solved++
		}
	}
	interrupted = interrupted || ctx.Err() != nil
	slices.SortStableFunc(all, dearer)
	if s.List > 0 {
		all = all[:min(s.List, len(all))]
	}
	list.Stop = partition.ProvedOptimal
	for k := range all {
		list.Promises = append(list.Promises, x.priced(&all[k]))
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

// dearer orders by cost; equals as they were listed.
func dearer(a, b promised) int {
	return cmp.Or(cmp.Compare(b.saving, a.saving), cmp.Compare(b.most, a.most), cmp.Compare(a.order, b.order))
}

// pricer prices the promises of one problem and result.
type pricer struct {
	p     *Problem // as the caller has it
	m     *model   // the same compiled
	tight *model   // and with units that stay together as one
	c     *model   // and without units that stay apart: its bound is a sum over the units
	x     *explainer

	of        []int32
	objective float64
	violation float64
	deviation []float64 // worst of each measure

	prices [][]float64
	base   float64 // the bound of c at the prices
	most   float64 // that of tight: no less
}

func newPricer(p *Problem, r *Result) (*pricer, error) {
	x, err := newExplainer(p, r)
	if err != nil {
		return nil, err
	}
	m := x.m
	if len(r.Splits) > 0 {
		return nil, fmt.Errorf("allocate: the result splits units, whose promises have no single plan: %w", errors.ErrUnsupported)
	}
	c, err := m.contracted()
	if err != nil {
		return nil, err
	}
	q := &pricer{p: p, m: m, tight: c, c: c.loose(), x: x, of: planOf(r.Plan), prices: r.Prices}
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
	q.base, q.most = q.c.bound(q.prices), q.tight.bound(q.prices)
	return q, nil
}

// feasible reports whether the plan keeps every limit.
func (q *pricer) feasible() bool { return q.violation <= partition.FeasibleViolation }

// targets are those of measure r. Where its load depends on the agent and there
// are none, the mean of the loads is everybody's.
func (m *model) targets(r int, loads []float64) []float64 {
	me := m.p.Measures[r]
	if m.load[r] == nil || me.Target != nil {
		return me.Targets(m.m)
	}
	var total sum
	for _, a := range loads {
		total.add(a)
	}
	targets := make([]float64, m.m)
	for j := range targets {
		targets[j] = total.total() / float64(m.m)
	}
	return targets
}

// deviations is the worst relative deviation from the target per measure.
func (m *model) deviations(loads [][]float64) []float64 {
	worst := make([]float64, m.r)
	for r := range m.r {
		targets := m.targets(r, loads[r])
		for j, a := range loads[r] {
			if a != targets[j] {
				worst[r] = math.Max(worst[r], math.Abs(a-targets[j])/targets[j])
			}
		}
	}
	return worst
}

// solve solves the problem without the promise.
func (q *pricer) solve(ctx context.Context, solver Solver, k *promised) error {
	p := q.without(q.p, k)
	r, err := solver.Allocate(ctx, p)
	if errors.Is(err, partition.ErrInfeasible) && !q.feasible() {
		return nil // other promises stand against a plan as well: the prices have to do
	}
	if err != nil {
		return fmt.Errorf("allocate: the problem without the promise (%s): %w", q.x.promise(k), err)
	}
	m, err := compile(p)
	if err != nil {
		return err
	}
	if len(r.Splits) > 0 {
		return fmt.Errorf("allocate: the Solver of Promises splits units: %w", errors.ErrUnsupported)
	}
	of := planOf(r.Plan)
	now, broken, loads := m.evaluate(q.of)
	then, left, after := m.evaluate(of)
	k.solved = true
	k.most = math.Min(k.most, math.Max(0, now-r.Certificate.Bound))
	size := math.Max(math.Abs(now), math.Abs(then))
	better := left <= partition.FeasibleViolation && then < now-float64(1e-12*size) // not by rounding alone
	if !q.feasible() {                                                              // there is nothing to keep
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

// without is base, the problem as the caller has it or as it is compiled, but for
// the promise; all of its kind where k counts more than one.
func (q *pricer) without(base *Problem, k *promised) *Problem {
	p := *base
	one := k.count == 1
	switch k.kind {
	case LockPromise:
		p.Fixed = nil
		if one {
			p.Fixed = slices.Clone(base.Fixed)
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

package allocate

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/partition"
)

// Headcount answers how many people the work takes: it serves all units of a
// [partition.Problem] by the fewest territories that keep the limits,
//
//	minimise    k
//	subject to  d(i, u(t)) ≤ Reach            for each unit i of territory t with its centre u(t)
//	            Σ_{i ∈ t} value_ri ≤ Upper_r  for each measure r and each of the k territories
//
// and says how many it takes at least. The centres are different units, the
// places where people are to be based; they are in Result.Centers, and K of the
// Problem is 0. CenterCapacity, where it is given, limits Measures[0] beside
// Upper.
//
// Where there are Homes, the centres are some of these instead: who of K people
// is needed? The upper limits of the Measures hold beside Upper, the
// territories of those who are not needed are empty, and Result.Centers is nil.
//
// Certificate.Objective is the number k, and no plan has fewer than
// Certificate.Bound; often they meet. Proof names the best of
//
//	"capacity"      the work over what the largest territories can take, heavy units
//	                counted one by one, added up over the parts of the problem that
//	                are out of reach of each other
//	"out of reach"  units of which no two are in reach of a common centre
//	"weights"       weights y ≥ 0 of the units such that k-1 centres cannot hold Σ y,
//	                as none holds more than max { Σ_{i ∈ S} y_i : S within reach and limits }
//	"search"        an exhaustive search, of small problems
//
// where the maximum is that of a fractional knapsack for each measure, and the
// weights are multipliers of "every unit has a centre" in a Lagrangian
// relaxation. Among plans of the same number, one of short distances is looked for,
// Σ_i w_i·d(i, u(t)) with w the Weight of a unit, without a bound.
//
// Method: centres are opened where the units in reach weigh most, until every
// unit has a place; then one is closed after the other, its units placed by
// ejecting others, which get the harder to eject the more often they were in
// the way of success, and by moving centres, until the bound is met or the Budget
// is spent. A problem within reach of 400 pairs is solved to the end.
//
// An error that wraps [partition.ErrInfeasible] has as its witness units that
// no centre can hold, or not all of them together. Where no plan was found and
// none was proved impossible, the plan leaves units Unassigned, each of which
// counts 1 in the violation. Contiguity, Fixed, Forbidden, Seeds, a K without Homes, lower
// limits and limits that follow from targets are not supported (errors.ErrUnsupported).
// [MostAgents] looks from the other side: how many people there is enough work for.
//
// Pairs of a unit and a centre within Reach are listed, 16 million of them at
// most; beyond, each unit knows the nearest only, and of the proofs "capacity" remains.
// Finding them takes O(n²) time at worst, little where Reach is short. The
// same input gives the same bytes on every platform, unless the context ends
// early.
type Headcount struct {
	Reach  float64   // the farthest that a unit may be from its centre, in the unit of the Problem's distance; 0: no limit
	Upper  []float64 // per measure the most that one territory may have; nil: no limits
	Seed   uint64    // of the order in which equally good moves are tried
	Budget int       // work allowed for closing territories, in pairs looked at; 0: 300 million, some seconds

	// Progress, if not nil, is told of the search now and then, by the calling goroutine.
	Progress func(partition.Progress)
}

var _ partition.Method = Headcount{}

// Partition solves p. Interrupted with a plan in hand it returns that plan;
// before there is one, the cause of the interruption.
func (h Headcount) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if err := h.check(p); err != nil {
		return nil, err
	}
	if p.Len() == 0 {
		plan, err := partition.NewPlan(p.K, []int{})
		return &partition.Result{Plan: plan, Stop: partition.ProvedOptimal, Seed: h.Seed, Certificate: partition.Certificate{Proof: "capacity"}}, err
	}
	m := h.compile(p)
	if err := m.gather(ctx); err != nil {
		return nil, err
	}
	if err := m.stranded(); err != nil {
		return nil, err
	}
	s := &staffing{headModel: m, seed: h.Seed, budget: h.Budget, report: h.Progress}
	if s.budget == 0 {
		s.budget = 300_000_000
	}
	return s.solve(ctx)
}

// check reports faults of the input, all at once; else what is not supported.
func (h Headcount) check(p *partition.Problem) error {
	if err := p.Validate(); err != nil {
		return err
	}
	var f partition.Faults
	fault := func(field string, value any, why string) {
		f.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	if !(h.Reach >= 0) {
		fault("Headcount.Reach", h.Reach, "is not a number ≥ 0")
	}
	if h.Budget < 0 {
		fault("Headcount.Budget", h.Budget, "is negative")
	}
	if h.Upper != nil {
		checkLength(&f, "Headcount.Upper", len(h.Upper), len(p.Measures), "measure")
		for r, x := range h.Upper {
			if !(x >= 0) {
				f.Add(partition.InputError{Field: "Headcount.Upper", Index: r, Value: x, Why: "is not a number ≥ 0"}, nil)
			}
		}
	}
	checkPlaces(&f, p, p.Homes == nil)
	if p.Homes != nil && p.Between != nil {
		fault("Between", nil, "knows the distances of units only, not of Homes")
	}
	if p.Homes != nil && len(p.Features) > 0 {
		fault("Homes", nil, "have no Features: units need Points")
	}
	if err := f.Err(); err != nil {
		return err
	}
	const why = "Headcount chooses the territories"
	if err := refuse(
		asked{fmt.Sprintf("K = %d", p.K), p.Homes == nil && p.K != 0, "the number of territories is what is asked for: it must be 0 without Homes"},
		asked{"Contiguity", p.Contiguity != nil, why}, asked{"Fixed", p.Fixed != nil, why},
		asked{"Forbidden", len(p.Forbidden) > 0, why}, asked{"Seeds", len(p.Seeds) > 0, why},
	); err != nil {
		return err
	}
	for r, me := range p.Measures {
		lower, _ := me.Limits(p.K)
		if me.Tolerance != 0 && (me.Lower == nil || me.Upper == nil) || positive(lower) {
			return unsupported(measureField(r, me), "Headcount keeps upper limits only, which do not follow from a target")
		}
	}
	return nil
}

package allocate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Edit is what a change of the plan by hand would come to. It is plain data;
// String says it in words. The plan that was edited stays as it is: to adopt the
// edited one, take its Result.
type Edit struct {
	Steps []Step  // the net effect of the changes, one move per unit, ascending
	Extra float64 // what the plan would cost more; negative: less

	// Refused lists what no plan for the problem can hold: pairs that may not be,
	// locks, units that must be served. Where there is any, Result is nil.
	Refused []Refusal

	Breaks []Breach  // the limits that would be broken, or broken further
	Broken []Promise // what the plan keeps now and would keep no longer: locks, limits, groups, wishes

	// Violation is that of the edited plan less that of the present one.
	Violation float64

	// Result is the edited plan with its certificate: the bound is that of the
	// result that was edited, which holds for every plan, or the price bound where
	// it has none. Stop is BudgetSpent: nothing was searched.
	Result *Result
}

// Refusal is a place that the problem does not let a unit have.
type Refusal struct {
	Unit, Agent    int
	UnitName, Name string
	Why            string // "it is fixed to Bea", "the pair is not allowed", "its cost is +Inf", "it must be served"
}

// OK reports whether nothing is refused and nothing more violated than it is.
func (e *Edit) OK() bool {
	return len(e.Refused) == 0 && len(e.Breaks) == 0 && e.Violation <= partition.FeasibleViolation
}

// Edit checks and costs a change of the plan that somebody proposes: what it
// would cost, which limits and promises it would break, how far from the best
// the plan would be. The changes are moves made one after the other.
//
// Whatever the problem forbids is an answer, not an error; changes that do not
// fit the plan are input errors, and a result that splits units is an error that
// wraps [errors.ErrUnsupported]. O(n·r + promises).
func (w *WhatIf) Edit(changes partition.Changes) (*Edit, error) {
	x := w.x
	if len(x.r.Splits) > 0 {
		return nil, fmt.Errorf("allocate: a plan that splits units cannot be edited: %w", errors.ErrUnsupported)
	}
	net, err := changes.Canonical()
	if err != nil {
		return nil, err
	}
	plan, err := net.Apply(x.r.Plan)
	if err != nil {
		return nil, err
	}
	e := &Edit{}
	for _, c := range net {
		e.Steps = append(e.Steps, x.step(c.Unit, c.From, c.To))
		if why := x.refused(c.Unit, c.To); why != "" {
			e.Refused = append(e.Refused, Refusal{c.Unit, c.To, x.m.unit(c.Unit), x.name(c.To), why})
		}
	}
	before, after := planOf(x.r.Plan), planOf(plan)
	objective, violation, _ := x.m.evaluate(before)
	then, left, loads := x.m.evaluate(after)
	for _, s := range e.Steps {
		e.Extra += s.Extra
	}
	if !math.IsInf(then-objective, 0) && !math.IsNaN(then-objective) {
		e.Extra = then - objective // but for rounding the same
	}
	e.Violation = left - violation
	for k := range x.m.r {
		for j := range x.m.m {
			for _, upper := range [...]bool{true, false} {
				b := x.limit(k, j, upper)
				if b.After = loads[k][j]; x.worse(b) {
					e.Breaks = append(e.Breaks, b)
				}
			}
		}
	}
	for _, k := range w.promises() {
		if k.count == 1 && x.kept(&k, before, x.loads) && !x.kept(&k, after, loads) {
			e.Broken = append(e.Broken, x.promise(&k))
		}
	}
	if len(e.Refused) == 0 {
		bound, proof := x.r.Certificate.Bound, x.r.Certificate.Proof
		if proof == "" {
			c, err := w.chaining()
			if err != nil {
				return nil, err
			}
			bound, proof = c.c.bound(c.c.evidence(x.r.Prices)), "prices"
		}
		e.Result = &Result{
			Result: partition.Result{
				Plan: plan, Stop: partition.BudgetSpent, Seed: x.r.Seed,
				Certificate: partition.Certificate{Objective: then, Violation: left, Bound: bound, Proof: proof},
			},
			Prices: x.m.evidence(x.r.Prices), UnitPrices: slices.Clone(x.r.UnitPrices),
		}
		if c := &e.Result.Certificate; c.Feasible() {
			c.Bound = math.Min(c.Bound, then)
		}
	}
	return e, nil
}

// refused says why the problem does not let unit i have the place, or "".
func (x *explainer) refused(i, j int) string {
	if why := x.forbidden(i, i, j); why != "" {
		return why
	}
	if j == partition.Unassigned && (x.m.dummy < 0 || math.IsInf(x.m.p.Penalty[i], 1)) {
		return "it must be served"
	}
	return ""
}

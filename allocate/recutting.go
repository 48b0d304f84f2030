package allocate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// recutting is a Realign at work: the plans it has seen and the prices that
// prove something.
type recutting struct {
	Realign
	p       *Problem
	m       *model      // of p: its units are those of p, also where some must stay together
	inner   *model      // with limits that whole units can meet
	least   [][]float64 // [k][m] value that leaves each agent in every plan
	forced  []bool      // per unit: it leaves today's agent in every plan
	grouped bool        // Together or Apart ask for something
	plans   []*reallocation
	pool    []evidence
	proved  []searched
	steps   int     // runs of Solver
	work    int     // of polishing, in search nodes
	tired   int     // and how much of it is enough, in budgets of Solver
	floor   float64 // of a frontier: no plan moves less
}

// searched is the outcome of a search: no plan within the limits of moving costs
// less; +Inf: there is none.
type searched struct {
	most  []float64
	value float64
}

// reallocation is a plan with what moves in it.
type reallocation struct {
	of                   []int32
	objective, violation float64
	moved                []float64   // [k]
	leaving              [][]float64 // [k][m], by agent of today
}

// realignBudget is that of each run of Solver, over the number of measures,
// where none is given: there are many runs, and each starts a search of its own.
const realignBudget = 4000

// polishBudget is the work allowed for polishing, all in all, in such budgets.
const polishBudget = 96

func newRecutting(ctx context.Context, r Realign, p *Problem) (*recutting, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := r.check(p); err != nil {
		return nil, err
	}
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	if r.Solver.Budget == 0 {
		r.Solver.Budget = realignBudget / max(m.r, 1)
	}
	x := &recutting{Realign: r, p: p, m: m, inner: m.fitting().attainable(), tired: polishBudget}
	x.grouped = slices.ContainsFunc(p.Together, plural) || slices.ContainsFunc(p.Apart, plural)
	x.least, x.forced = r.departures(x.inner)
	for k, l := range r.Moved {
		if need := sumOf(x.least[k]); short(need, l.Most) {
			return nil, x.tooFew(k, need)
		}
	}
	return x, nil
}

// tooFew is the error of a limit of moving below what leaves today's agents in
// every plan, which are the witness.
func (x *recutting) tooFew(k int, need float64) error {
	l := x.Moved[k]
	e := &partition.InfeasibleError{Measure: l.Name, Need: need, Have: l.Most}
	for j, v := range x.least[k] {
		if v > 0 {
			e.Territories = append(e.Territories, j)
		}
	}
	for i, f := range x.forced {
		if f {
			e.Units = append(e.Units, i)
		}
	}
	have := "have"
	if len(e.Territories) == 1 {
		have = "has"
	}
	must, most := amounts(need, l.Most)
	e.Why = fmt.Sprintf("at least %s %s must leave %s, who may not keep them or %s too much, against a limit of %s",
		must, l.name(), named(e.Territories, x.m.agent), have, most)
	return e
}

// solve runs Solver with the prices on moves and remembers what it finds.
func (x *recutting) solve(ctx context.Context, move [][]float64) error {
	x.steps++
	priced := x.Priced(x.p, move)
	res, err := x.Solver.Allocate(ctx, priced)
	if err != nil {
		return err
	}
	e := evidence{move: move, prices: res.Prices, proof: proofMovePrices}
	if e.value, err = x.priceBound(x.p, move, res.Prices); err != nil {
		return err
	}
	if res.UnitPrices != nil {
		if value := KnapsackBound(priced, res.UnitPrices); value > e.value {
			e.value, e.units, e.proof = value, res.UnitPrices, proofMoveKnapsacks
		}
	}
	if c := res.Certificate; c.Proof == proofSearch && c.Bound > e.value {
		e.value, e.proof = c.Bound, proofSearch
	}
	x.pool = append(x.pool, e)
	x.add(planOf(res.Plan))
	return nil
}

// add takes a plan into the collection.
func (x *recutting) add(of []int32) *reallocation {
	a := &reallocation{of: of, leaving: split(make([]float64, len(x.Moved)*x.m.m), len(x.Moved))}
	a.objective, a.violation, _ = x.m.evaluate(of)
	for k, l := range x.Moved {
		var total sum
		for i, j := range x.Today {
			if j != partition.Unassigned && int(of[i]) != j {
				total.add(l.of(i))
				a.leaving[k][j] += l.of(i)
			}
		}
		a.moved = append(a.moved, total.total())
	}
	x.plans = append(x.plans, a)
	return a
}

// keeps reports whether the plan is within the limits of moving.
func (a *reallocation) keeps(most []float64) bool {
	for k, v := range a.moved {
		if short(v, most[k]) {
			return false
		}
	}
	return true
}

// best is the best plan within the limits of moving; nil: none is.
func (x *recutting) best(most []float64) *reallocation {
	var best *reallocation
	for _, a := range x.plans {
		if a.keeps(most) && (best == nil || worse(best.objective, best.violation, a.objective, a.violation)) {
			best = a
		}
	}
	return best
}

// bound is the best that the prices prove of plans within the limits of moving.
func (x *recutting) bound(most []float64) (value float64, by *evidence) {
	value = math.Inf(-1)
	for k := range x.pool {
		if b := x.pool[k].bound(x.least, most); by == nil || b > value {
			value, by = b, &x.pool[k]
		}
	}
	return value, by
}

// searched is the best that searches have proved of them.
func (x *recutting) searched(most []float64) float64 {
	value := math.Inf(-1)
	for _, p := range x.proved {
		covers := true
		for k := range most {
			covers = covers && most[k] <= p.most[k]
		}
		if covers {
			value = math.Max(value, p.value)
		}
	}
	return value
}

// flat is the same price for whatever agent a unit leaves.
func (x *recutting) flat(price []float64) [][]float64 {
	move := split(make([]float64, len(price)*x.m.m), len(price))
	for k, v := range price {
		for j := range move[k] {
			move[k][j] = v
		}
	}
	return move
}

// result is the plan with its evidence.
func (x *recutting) result(ctx context.Context, a *reallocation, most []float64) *Result {
	bound, by := x.bound(most)
	r := x.m.certified(a.of, by.prices, bound, partition.BudgetSpent, x.steps, x.Solver.Seed)
	r.MovePrices = x.flat(make([]float64, len(x.Moved)))
	for k := range by.move {
		copy(r.MovePrices[k], by.move[k])
	}
	c := &r.Certificate
	c.Violation, c.Bound, c.Proof = a.violation, bound, by.proof
	r.UnitPrices = by.units
	// Prices of moves may prove less than the same prices of loads do without.
	if alone, err := x.priceBound(x.p, nil, r.Prices); err == nil && alone > c.Bound {
		c.Bound, c.Proof = alone, proofMovePrices
	}
	if found := x.searched(most); found > c.Bound {
		c.Bound, c.Proof = found, proofSearch
	}
	if c.Feasible() {
		c.Bound = math.Min(c.Bound, c.Objective)
	}
	gap := x.Solver.Gap
	if gap == 0 {
		gap = 5e-4
	}
	switch {
	case ctx.Err() != nil:
		r.Stop = partition.Interrupted
	case c.Gap() <= 1e-8: // what searches leave to rounding
		r.Stop = partition.ProvedOptimal
	case c.Gap() <= gap:
		r.Stop = partition.GapReached
	}
	return r
}

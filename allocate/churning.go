package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// churning looks for a plan in which the least changes hands, and of those for a
// cheap one.
type churning struct {
	w      *WhatIf
	p      *Problem
	m      *model
	today  []int
	weight []float64 // of a unit that changes hands

	best    []int32
	churn   float64 // of best
	cost    float64
	broken  float64 // by how much best breaks limits
	atLeast float64 // churn of every plan within the limits

	recut  Realign // the cheapest plan with the churn, and its evidence; nil without
	proved *Result
}

// moving is the problem of moving little: a unit costs its weight wherever it has
// not been, and up to the trifle, a share of that, more where serving it is dear.
func (c *churning) moving(trifle float64) *Problem {
	p := *c.p
	p.Penalty = nil
	if c.p.Penalty != nil {
		p.Penalty = slices.Clone(c.p.Penalty)
		for i, a := range p.Penalty {
			if !math.IsInf(a, 1) {
				p.Penalty[i] = c.moved(i, partition.Unassigned)
			}
		}
	}
	low, high := make([]float64, c.m.n), make([]float64, c.m.n)
	if trifle > 0 {
		for i := range low {
			low[i], high[i] = math.Inf(1), math.Inf(-1)
			for j := range c.m.m {
				if a := c.m.cost(i, j); !math.IsInf(a, 1) {
					low[i], high[i] = math.Min(low[i], a), math.Max(high[i], a)
				}
			}
		}
	}
	p.Cost = CostFunc(c.m.n, c.m.m, func(i, j int) float64 {
		a := c.m.cost(i, j)
		if math.IsInf(a, 1) {
			return a
		}
		moved := c.moved(i, j)
		if high[i] > low[i] {
			moved += float64(trifle * float64(moved*((a-low[i])/(high[i]-low[i]))))
		}
		return moved
	})
	p.Allowed = nil
	return &p
}

// moved is what unit i counts with agent j. Who has no agent today is new and
// moves for nothing.
func (c *churning) moved(i, j int) float64 {
	if o := c.today[i]; o == partition.Unassigned || o == j {
		return 0
	}
	return c.weight[i]
}

// solve finds the least churn, then lowers the cost with it.
func (c *churning) solve(ctx context.Context) error {
	c.churn, c.cost, c.broken = math.Inf(1), math.Inf(1), math.Inf(1)
	r, err := c.w.Solver.Allocate(ctx, c.moving(0.01))
	if err != nil {
		return err
	}
	c.take(r.Plan)
	c.atLeast = c.least(r)

	// Those who have to move find their cheapest places, the others stay.
	stay := *c.p
	stay.Fixed = make([]int, c.m.n)
	for i, j := range c.best {
		stay.Fixed[i] = partition.Unassigned
		if int(j) == c.today[i] || c.m.fixed(i) >= 0 {
			stay.Fixed[i] = int(j)
		}
	}
	if r, err := c.w.Solver.Allocate(ctx, &stay); err == nil {
		c.take(r.Plan)
	}

	// Others may do so instead, as long as no more change hands.
	c.recut = Realign{Today: c.today, Solver: c.w.Solver}
	if ctx.Err() != nil || c.broken > 0 {
		return nil
	}
	limited := c.recut
	limited.Moved = []MoveLimit{{Value: c.weight, Most: c.churn}}
	if r, err := limited.Allocate(ctx, c.p); err == nil {
		c.recut, c.proved = limited, r
		c.take(r.Plan)
	}
	for range 2 { // half way to what is proved, as long as that can be
		if c.churn-c.atLeast <= float64(0.01*c.churn) || ctx.Err() != nil {
			return nil
		}
		less := c.recut
		less.Moved = []MoveLimit{{Value: c.weight, Most: 0.5 * (c.atLeast + c.churn)}}
		r, err := less.Allocate(ctx, c.p)
		if err != nil || !r.Certificate.Feasible() {
			return nil
		}
		c.recut, c.proved = less, r
		c.take(r.Plan)
	}
	return nil
}

// take keeps the better plan, by (limits broken, churn, cost).
func (c *churning) take(plan *partition.Plan) {
	of := planOf(plan)
	cost, broken, _ := c.m.evaluate(of)
	var churn sum
	for i, j := range of {
		churn.add(c.moved(i, int(j)))
	}
	if broken <= partition.FeasibleViolation {
		broken = 0
	}
	if d := cmp.Or(cmp.Compare(broken, c.broken), cmp.Compare(churn.total(), c.churn), cmp.Compare(cost, c.cost)); d < 0 {
		c.best, c.churn, c.cost, c.broken = of, churn.total(), cost, broken
	}
}

// least is what changes hands at least, by the prices of r or by its search.
func (c *churning) least(r *Result) float64 {
	pure := c.moving(0)
	least := math.Max(0, Bound(pure, r.Prices...))
	if r.Stop == partition.ProvedOptimal {
		// The cheapest plan costs no more than 1.01 times the least that moves.
		least = math.Max(least, r.Certificate.Bound/1.01)
	}
	whole := true
	for _, a := range c.weight {
		whole = whole && a == math.Trunc(a)
	}
	if whole && least < 1<<52 {
		least = math.Ceil(least - 1e-6)
	}
	return math.Min(least, c.churn)
}

// result is the best plan with what is known about it.
func (c *churning) result(ctx context.Context) *Result {
	var r *Result
	if c.proved == nil {
		bound := Bound(c.p, c.w.x.r.Prices...)
		r = c.m.certified(c.best, c.w.x.r.Prices, bound, partition.BudgetSpent, 0, c.w.Solver.Seed)
	} else {
		r = c.m.certified(c.best, c.proved.Prices, c.proved.Certificate.Bound, partition.BudgetSpent, c.proved.Iterations, c.w.Solver.Seed)
		r.Certificate.Proof, r.MovePrices, r.UnitPrices = c.proved.Certificate.Proof, c.proved.MovePrices, c.proved.UnitPrices
		if r.Plan.Equal(c.proved.Plan) {
			r.Stop = c.proved.Stop
		}
	}
	if ctx.Err() != nil {
		r.Stop = partition.Interrupted
	}
	return r
}

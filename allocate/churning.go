package allocate

import (
	"context"
	"errors"
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
	forced []int     // units that cannot stay, ascending

	best    []int32
	churn   float64 // of best
	cost    float64
	broken  float64     // by how much best breaks limits
	prices  [][]float64 // evidence of a bound on the cost
	bound   float64
	atLeast float64 // churn of every plan within the limits
	ended   bool    // the context did
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
	c.churn, c.cost, c.broken, c.bound, c.atLeast = math.Inf(1), math.Inf(1), math.Inf(1), math.Inf(-1), 0
	solver := Promises{Solver: c.w.Solver}.solver()
	r, err := solver.Allocate(ctx, c.moving(0.01))
	if err != nil {
		return err
	}
	if len(r.Splits) > 0 {
		return errors.New("allocate: the Solver of WhatIf splits units")
	}
	c.take(r.Plan)
	c.atLeast = c.least(r)
	c.prove(c.w.x.r.Prices)

	// Those who have to move find their cheapest places, the others stay.
	stay := *c.p
	stay.Fixed = make([]int, c.m.n)
	for i, j := range c.best {
		stay.Fixed[i] = partition.Unassigned
		if int(j) == c.today[i] || c.m.fixed(i) >= 0 {
			stay.Fixed[i] = int(j)
		}
	}
	c.try(ctx, solver, &stay)

	// At a price on moving, others may do so instead.
	size := 0.0
	for i, j := range c.best {
		if j >= 0 {
			size += math.Abs(c.m.cost(i, int(j)))
		}
	}
	weights := 0.0
	for _, a := range c.weight {
		weights += a
	}
	if size == 0 || weights == 0 {
		return nil
	}
	today := slices.Clone(c.today)
	for _, i := range c.forced {
		today[i] = partition.Unassigned // it moves at any price
	}
	for price := size / weights; price <= 1e4*size/weights; price *= 10 {
		p := *c.p
		charge := make([]float64, c.m.n)
		for i, a := range c.weight {
			charge[i] = float64(price * a)
		}
		p.Cost = &Preferring{Costs: c.p.Cost, Incumbent: today, Switching: charge}
		if c.try(ctx, solver, &p) || c.ended {
			break
		}
	}
	return nil
}

// try solves p and reports whether its plan moves no more than any so far. A
// problem without an answer is no news.
func (c *churning) try(ctx context.Context, solver Solver, p *Problem) bool {
	if c.ended = c.ended || ctx.Err() != nil; c.ended {
		return false
	}
	r, err := solver.Allocate(ctx, p)
	if err != nil || len(r.Splits) > 0 {
		return false
	}
	c.prove(r.Prices)
	return c.take(r.Plan)
}

// prove keeps the prices with the best bound on the cost.
func (c *churning) prove(prices [][]float64) {
	if bound := Bound(c.p, prices...); bound > c.bound {
		c.bound, c.prices = bound, prices
	}
}

// take keeps the better plan, by (limits broken, churn, cost), and reports
// whether this one moves no more than those before.
func (c *churning) take(plan *partition.Plan) bool {
	of := planOf(plan)
	cost, broken, _ := c.m.evaluate(of)
	var churn sum
	for i, j := range of {
		churn.add(c.moved(i, int(j)))
	}
	if broken <= partition.FeasibleViolation {
		broken = 0
	}
	total := churn.total()
	if broken > c.broken || broken == c.broken && total > c.churn {
		return false
	}
	if broken < c.broken || total < c.churn || cost < c.cost {
		c.best, c.churn, c.cost, c.broken = of, total, cost, broken
	}
	return true
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
	r := c.m.certified(c.best, c.prices, c.bound, partition.BudgetSpent, 0, c.w.x.r.Seed)
	if ctx.Err() != nil {
		r.Stop = partition.Interrupted
	}
	return r
}

package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/gap"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// dense is a model with one measure, upper limits only and not too many pairs,
// as plain numbers: the generalised assignment problem.
type dense struct {
	m       *model
	problem *gap.Problem
	grain   float64 // of costs, 0: none
}

// densePairs is the number of pairs up to which a problem is treated as dense.
const densePairs = 1 << 18

// dense returns nil where the model is not of that kind.
func (m *model) dense() *dense {
	if m.r != 1 || m.apart != nil || m.m == 0 || float64(m.n)*float64(m.agents()) > densePairs {
		return nil
	}
	for j := range m.m {
		if m.lower[0][j] > 0 {
			return nil
		}
	}
	d := &dense{m: m, problem: m.pairs(0)}
	d.grain = costGrain(d.problem.Cost)
	tolerance := partition.FeasibleViolation / 2 / float64(m.m) // what all limits together may be missed by
	for j := range m.m {
		d.problem.Room[j] += tolerance
	}
	return d
}

// pairs are the costs and the loads of one measure, the dummy's among them, and
// the upper limits.
func (m *model) pairs(r int) *gap.Problem {
	agents := m.agents()
	p := &gap.Problem{
		Units: m.n, Agents: agents,
		Cost: make([]float64, m.n*agents), Load: make([]float64, m.n*agents), Room: make([]float64, agents),
	}
	for j := range agents {
		p.Room[j] = math.Inf(1)
		if j < m.m && r < m.r {
			p.Room[j] = m.upper[r][j]
		}
	}
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			for j := range agents {
				e := j*m.n + i
				if p.Cost[e] = m.cost(i, j); !math.IsInf(p.Cost[e], 1) && r < m.r {
					p.Load[e] = m.loadOf(r, i, j)
				}
			}
		}
	})
	return p
}

// costGrain is the number of which all finite costs are multiples, however
// signed; 0 where there is none that sums are exact with.
func costGrain(cost []float64) float64 {
	sizes := make([]float64, 0, len(cost))
	for _, c := range cost {
		if !math.IsInf(c, 1) {
			sizes = append(sizes, math.Abs(c))
		}
	}
	g, exact := grain(sizes)
	if !exact {
		return 0
	}
	return g
}

// unitPrices are prices of units made of those of the loads: what the cheapest
// agent charges.
func (d *dense) unitPrices(load []float64) []float64 {
	p := d.problem
	prices := make([]float64, p.Units)
	for i := range prices {
		prices[i] = math.Inf(1)
		for j := range p.Agents {
			e := j*p.Units + i
			v := p.Cost[e]
			if j < d.m.m {
				v += float64(p.Load[e] * math.Max(0, load[j]))
			}
			prices[i] = math.Min(prices[i], v)
		}
	}
	return prices
}

// knapsacks goes on where the relaxation of split units ends: it raises the
// bound by a knapsack per agent, and improves of in place.
func (s SingleSource) knapsacks(ctx context.Context, x *relaxation, d *dense, of []int32, budget int, gapAsked float64) (gap.Outcome, partition.Stop) {
	search := &gap.Search{
		Problem: d.problem, Price: d.unitPrices(x.prices[0]), Grain: d.grain, Seed: s.Seed, Budget: budget,
		Bound: func(prices []float64, _ float64) float64 {
			return lift(d.m.knapsackBound(prices), d.grain, prices)
		},
		Stop: func() bool { return ctx.Err() != nil },
		Enough: func(cost, bound float64) bool {
			return partition.Certificate{Objective: cost, Bound: bound}.Gap() <= gapAsked
		},
	}
	if s.Progress != nil {
		objective, violation, _ := d.m.evaluate(of)
		search.Report = func(cost, bound float64, work int) {
			p := partition.Progress{Phase: "knapsacks", Objective: cost, Bound: bound, Work: work}
			if math.IsInf(cost, 1) {
				p.Objective, p.Violation = objective, violation
			}
			s.Progress(p)
		}
	}
	out := search.Run(of)
	switch {
	case out.Done:
		return out, partition.ProvedOptimal
	case out.Stopped:
		return out, partition.Interrupted
	case search.Enough(out.Cost, out.Lower):
		return out, partition.GapReached
	}
	return out, partition.BudgetSpent
}

// raise puts the best bound that is proved into the certificate: that of the
// knapsacks at the prices of the units, where there are any, or what a search
// has proved beyond it.
func (m *model) raise(r *Result, proved float64, unitPrices []float64) {
	c := &r.Certificate
	take := func(bound float64, proof string) {
		if c.Feasible() {
			bound = math.Min(bound, c.Objective)
		}
		if bound > c.Bound {
			c.Bound, c.Proof = bound, proof
		}
	}
	if unitPrices != nil && m.family == nil {
		r.UnitPrices = unitPrices
		bound := m.knapsackBound(unitPrices)
		take(bound, proofKnapsacks)
		take(lift(bound, costGrain(m.pairs(0).Cost), unitPrices), proofWholeCosts)
	}
	if c.Feasible() && (unitPrices == nil || m.family == nil || r.Stop == partition.ProvedOptimal) {
		take(proved, "search")
	}
}

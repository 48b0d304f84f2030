package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/centroid"
	"github.com/territory-go/territory/partition"
)

// means solves the objectives whose centre is the mean.
func (c Centers) means(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := c.checkMeans(p); err != nil {
		return nil, err
	}
	m, err := compileMeans(ctx, p, c.Objective == SquaredMeans)
	if err != nil {
		return nil, err
	}
	if m.n == 0 {
		return m.result(nil, c, partition.ProvedOptimal, 0), nil
	}
	s := centroid.Search{Seed: c.Seed, Steps: c.Budget}
	if s.Steps == 0 {
		s.Steps = int(math.Min(float64(m.n)*meanBudget, largestMeanBudget))
		if m.kernel.Squared {
			s.Steps = int(math.Min(float64(m.n)*squareBudget, largestSquareBudget))
		}
	}
	if c.Progress != nil {
		s.Report = func(cost, violation float64, steps int) {
			c.Progress(partition.Progress{
				Phase: "improving", Objective: cost * m.unit, Violation: violation, Bound: math.Inf(-1), Work: steps,
			})
		}
	}
	of, steps, outcome := s.Run(ctx, m.kernel, m.locked)
	if of == nil {
		return nil, context.Cause(ctx)
	}
	stop := partition.Converged
	switch outcome {
	case centroid.Spent:
		stop = partition.BudgetSpent
	case centroid.Cancelled:
		stop = partition.Interrupted
	}
	m.number(of)
	return m.result(of, c, stop, steps), nil
}

// The default budgets: steps per unit, and in all. Squares need less: k-means
// comes near by itself.
const (
	meanBudget, largestMeanBudget     = 20_000, 400e6
	squareBudget, largestSquareBudget = 12_000, 80e6
)

// number gives the territories the order of their first units where nothing
// tells them apart.
func (m *meanModel) number(of []int32) {
	if m.kernel.Locked != nil || m.kernel.Allowed != nil {
		return
	}
	for r := range m.kernel.Lower {
		for t := range m.p.K {
			if m.kernel.Lower[r][t] != m.kernel.Lower[r][0] || m.kernel.Upper[r][t] != m.kernel.Upper[r][0] {
				return
			}
		}
	}
	named := slices.Repeat([]int32{-1}, m.p.K)
	next := int32(0)
	for i, t := range of {
		if named[t] < 0 {
			named[t], next = next, next+1
		}
		of[i] = named[t]
	}
}

// result is the plan of the assignment with its certificate, computed anew from
// the problem.
func (m *meanModel) result(of []int32, c Centers, stop partition.Stop, steps int) *partition.Result {
	plan, err := partition.NewPlan(m.p.K, of)
	if err != nil {
		panic("allocate: a search gave a unit to a territory that does not exist: " + err.Error())
	}
	certificate := partition.Certificate{Objective: m.evaluate(plan), Bound: math.Inf(-1)}
	var broken sum
	for r, me := range m.p.Measures {
		for t, load := range partition.Loads(plan, me.Value) {
			broken.add(math.Max(0, math.Max(load-m.kernel.Upper[r][t], m.kernel.Lower[r][t]-load)))
		}
	}
	for t := range m.p.K {
		if plan.Count(t) == 0 {
			broken.add(1) // where locks and what is forbidden leave the search no way out
		}
	}
	certificate.Violation = broken.total()
	if certificate.Objective == 0 && certificate.Feasible() {
		certificate.Bound, certificate.Proof, stop = 0, "distances", partition.ProvedOptimal
	}
	return &partition.Result{Plan: plan, Certificate: certificate, Stop: stop, Iterations: steps, Seed: c.Seed}
}

// evaluate computes the objective in the problem's own coordinates.
func (m *meanModel) evaluate(plan *partition.Plan) float64 {
	var total sum
	for t := range m.p.K {
		mean := make([]sum, m.kernel.Dim)
		var weight sum
		for i := range plan.Units(t) {
			w := m.weight(i)
			weight.add(w)
			for d, x := range m.coordinates(i) {
				mean[d].add(float64(w * x))
			}
		}
		center := make([]float64, len(mean))
		by := weight.total()
		if by == 0 {
			continue // nothing counts here
		}
		for d := range mean {
			center[d] = mean[d].total() / by
		}
		if m.kernel.Sphere {
			length2 := 0.0
			for _, x := range center {
				length2 += square(x)
			}
			if length2 == 0 {
				center[0], length2 = 1, 1 // units that face each other: any point will do
			}
			for d := range center {
				center[d] /= math.Sqrt(length2)
			}
		}
		for i := range plan.Units(t) {
			total.add(float64(m.weight(i) * m.away(i, center)))
		}
	}
	return total.total()
}

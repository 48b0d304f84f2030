package main

import (
	"context"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// method is a strategy under its name on the command line.
type method struct {
	name, about string
	solver      func(o *options) allocate.Solver
}

// methods are the strategies that can be compared; the first is the default.
// One of your own joins by one line.
func methods() []method {
	return []method{
		{"nearest", "everyone to the cheapest agent, limits ignored", func(*options) allocate.Solver { return allocate.SolverFunc(nearest) }},
	}
}

func nearest(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
	n, k := p.Cost.Dims()
	of := make([]int, n)
	cost := 0.0
	for i := range of {
		for j := range k {
			if p.Cost.At(i, j) < p.Cost.At(i, of[i]) {
				of[i] = j
			}
		}
		cost += p.Cost.At(i, of[i])
	}
	plan, err := partition.NewPlan(k, of)
	if err != nil {
		return nil, err
	}
	violation := 0.0
	for _, m := range p.Measures {
		lower, upper := m.Limits(k)
		for j, v := range partition.Loads(plan, m.Value) {
			violation += max(0, v-upper[j], lower[j]-v)
		}
	}
	return &allocate.Result{Result: partition.Result{Plan: plan, Certificate: partition.Certificate{Objective: cost, Violation: violation, Bound: cost}}}, nil
}

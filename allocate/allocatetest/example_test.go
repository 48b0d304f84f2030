package allocatetest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/allocate/allocatetest"
)

// Portfolio is a strategy of one's own: ask several solvers, keep the best answer.
type Portfolio []allocate.Solver

func (all Portfolio) Allocate(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
	var best *allocate.Result
	for _, s := range all {
		r, err := s.Allocate(ctx, p)
		if err != nil {
			return nil, err
		}
		if best == nil || better(r, best) {
			best = r
		}
	}
	return best, nil
}

func better(a, b *allocate.Result) bool {
	if a.Certificate.Violation != b.Certificate.Violation {
		return a.Certificate.Violation < b.Certificate.Violation
	}
	return a.Certificate.Objective < b.Certificate.Objective
}

func ExampleTestSolver() {
	mine := Portfolio{allocate.Nearest{}, allocate.Greedy{}, allocate.Random{Seed: 1}, allocate.Random{Seed: 2}}
	fmt.Println("keeps the contract:", allocatetest.TestSolver(mine) == nil)

	// What such a solver cannot promise is the optimum.
	fmt.Println("is exact:", allocatetest.TestExactSolver(mine) == nil)
	// Output:
	// keeps the contract: true
	// is exact: false
}

func ExampleChecks() {
	forgetful := allocate.SolverFunc(func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
		q := *p
		q.Fixed = nil
		return allocate.Greedy{}.Allocate(ctx, &q)
	})
	for name, check := range allocatetest.Checks() {
		if err := check(forgetful); err != nil && name == "locks" {
			fmt.Printf("%s: %v\n", name, err)
		}
	}
	// Output:
	// locks: instance "fixed units": unit 0 is fixed to agent 1 and served by 0
	// unit 3 is fixed to agent 0 and served by 1
	// instance "a penalty does not free a fixed unit": unit 0 is fixed to agent 0 and not served
	// instance "fixed beyond the limit": unit 1 is fixed to agent 0 and served by 1
}

func ExampleExactChecks() {
	for name, check := range allocatetest.ExactChecks() {
		err := check(allocate.Nearest{})
		fmt.Println(name, err == nil || errors.Is(err, errors.ErrUnsupported))
	}
	// Output:
	// exact-optimum false
	// exact-infeasible false
}

func ExampleInstances() {
	for in := range allocatetest.Instances() {
		if in.Name == "upper limits" {
			r, err := allocate.Greedy{}.Allocate(context.Background(), in.Problem)
			fmt.Println(in.Optimum, in.SplitOptimum, r.Certificate.Objective, err)
		}
	}
	// Output: 19 16.5 19 <nil>
}

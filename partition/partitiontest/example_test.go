package partitiontest_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/partitiontest"
)

// Rows is a method of one's own: the first n/K units, the next, and so on. It
// knows nothing but numbers, and says so.
type Rows struct{}

func (Rows) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	n := p.Len()
	if p.K == 0 || p.Contiguity != nil || p.Fixed != nil || p.Seeds != nil || p.Forbidden != nil {
		return nil, fmt.Errorf("rows are not asked what they want: %w", errors.ErrUnsupported)
	}
	of := make([]int, n)
	for i := range of {
		of[i] = i * p.K / n
	}
	plan, err := partition.NewPlan(p.K, of)
	if err != nil {
		return nil, err
	}
	r := &partition.Result{Plan: plan, Stop: partition.Converged}
	for _, me := range p.Measures {
		lower, upper := me.Limits(p.K)
		for t, load := range partition.Loads(plan, me.Value) {
			r.Certificate.Violation += max(0, load-upper[t], lower[t]-load)
		}
	}
	return r, nil
}

func ExampleTestMethod() {
	fmt.Println("keeps the contract:", partitiontest.TestMethod(Rows{}) == nil)

	// What such a method cannot promise is to keep the limits wherever that is
	// possible.
	err := partitiontest.TestMethod(Rows{}, partitiontest.WithinLimits)
	fmt.Println("keeps the limits:", err == nil)
	// Output:
	// keeps the contract: true
	// keeps the limits: false
}

func ExampleChecks() {
	forgetful := partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
		if p.Validate() == nil {
			q := *p
			q.Fixed, q.Seeds, q.Forbidden, q.Contiguity = nil, nil, nil, nil
			p = &q
		}
		return Rows{}.Partition(ctx, p)
	})
	for name, check := range partitiontest.Checks() {
		if err := check(forgetful); name == "forbidden" {
			lines := strings.Split(err.Error(), "\n")
			fmt.Println(strings.Join(lines[:2], "\n"))
		}
	}
	// Output:
	// instance "forbidden pairs": unit 0 is in territory 0, which is forbidden
	// unit 7 is in territory 1, which is forbidden
}

func ExampleInstances() {
	for in := range partitiontest.Instances() {
		if in.Name == "a star in halves" {
			fmt.Printf("%d units, %d territories: %s\n", in.Problem.Len(), in.Problem.K, in.Tries)
			fmt.Println("has a plan:", in.Solvable)
		}
	}
	// Output:
	// 7 units, 2 territories: the middle cannot be shared
	// has a plan: false
}

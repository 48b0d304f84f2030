package main

import (
	"context"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// answer is what a strategy says about an instance.
type answer struct {
	result  *partition.Result
	recheck func() error // cost, violation and bound against the instance and the plan alone
	verify  func() error // the proof of the bound as well, where the library can verify it
}

// answer asks the strategy.
func (in *instance) answer(ctx context.Context, o *options, m method) (*answer, error) {
	if in.allocation != nil {
		r, err := m.solver(o).Allocate(ctx, in.allocation)
		if err != nil {
			return nil, err
		}
		return &answer{
			result:  &r.Result,
			recheck: func() error { return recheck(in.allocation, r) },
			verify:  func() error { return allocate.Verify(in.allocation, r) },
		}, nil
	}
	r, err := m.method(o, in).Partition(ctx, in.design)
	if err != nil {
		return nil, err
	}
	return &answer{
		result:  r,
		recheck: func() error { return recheckDesign(in, r) },
		verify:  func() error { return nil },
	}, nil
}

package allocate_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

func TestPromiseWords(t *testing.T) {
	inf := math.Inf(1)
	for want, p := range map[string]allocate.PricedPromise{
		"Fixing Bonn to Bea costs nothing.":                                                {Promise: allocate.Promise{Count: 1, UnitName: "Bonn", AgentName: "Bea"}, Exact: true, Kept: true},
		"Fixing Bonn to Bea costs 3: without it Bonn would be left unassigned.":            {Promise: allocate.Promise{Count: 1, UnitName: "Bonn", AgentName: "Bea"}, Exact: true, Saving: 3, InsteadName: "unassigned"},
		"Preferring Bea for Bonn costs about 3 by the prices, at most 4.5.":                {Promise: allocate.Promise{Kind: allocate.PreferencePromise, Worth: -1, Count: 1, UnitName: "Bonn", AgentName: "Bea"}, Saving: 3, SavingAtMost: 4.5},
		"Preferring others to Bea for Bonn costs at most 4.5.":                             {Promise: allocate.Promise{Kind: allocate.PreferencePromise, Worth: 1, Count: 1, UnitName: "Bonn", AgentName: "Bea"}, SavingAtMost: 4.5},
		"Barring Bea from Bonn costs at least 3 and at most 4.5.":                          {Promise: allocate.Promise{Kind: allocate.PreferencePromise, Worth: inf, Count: 1, UnitName: "Bonn", AgentName: "Bea"}, Saving: 3, SavingAtMost: 4.5, Solved: true},
		"Keeping Bonn with Bea, the incumbent, costs nothing, as the plan does not.":       {Promise: allocate.Promise{Kind: allocate.IncumbencyPromise, Worth: 1, Count: 1, UnitName: "Bonn", AgentName: "Bea"}, Exact: true},
		"The lower limit of 30 on Bea's hours costs 3, to rounding.":                       {Promise: allocate.Promise{Kind: allocate.FloorPromise, Worth: 30, Count: 1, AgentName: "Bea", MeasureName: "hours"}, Saving: 3, SavingAtMost: 3.00001, Solved: true},
		"All 12 upper limits on hours together cost 3.":                                    {Promise: allocate.Promise{Kind: allocate.CapacityPromise, Count: 12, MeasureName: "hours"}, Saving: 3, SavingAtMost: 3, Exact: true},
		"Keeping Bonn and Lima together costs 3.":                                          {Promise: allocate.Promise{Kind: allocate.TogetherPromise, Count: 1, UnitName: "Bonn and Lima"}, Saving: 3, Exact: true},
		"Keeping Bonn and Lima apart costs 3. The other limits would be broken by 2 less.": {Promise: allocate.Promise{Kind: allocate.ApartPromise, Count: 1, UnitName: "Bonn and Lima"}, Saving: 3, Exact: true, Relief: 2},
	} {
		require.Equal(t, want, p.String())
	}
}

func TestPromisesOptions(t *testing.T) {
	ctx, p := context.Background(), visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	require.NoError(t, err)
	all, err := allocate.Promises{}.Price(ctx, p, r)
	require.NoError(t, err)
	again, err := allocate.Promises{}.Price(ctx, p, r)
	require.NoError(t, err)
	require.Equal(t, all, again)
	require.Equal(t, partition.ProvedOptimal, all.Stop)

	few, err := allocate.Promises{Resolve: 2, List: 3}.Price(ctx, p, r)
	require.NoError(t, err)
	require.Len(t, few.Promises, 3)
	require.Equal(t, all.Total, few.Total)
	require.Equal(t, 2, few.Solved)
	require.Equal(t, partition.BudgetSpent, few.Stop)

	none, err := allocate.Promises{Resolve: -1}.Price(ctx, p, r)
	require.NoError(t, err)
	require.Zero(t, none.Solved)

	bare := &allocate.Result{Result: partition.Result{Plan: r.Plan}}
	empty, err := allocate.Promises{}.Price(ctx, &allocate.Problem{Cost: p.Cost.(*allocate.Preferring).Costs}, bare)
	require.NoError(t, err)
	require.Equal(t, &allocate.PriceList{Stop: partition.ProvedOptimal}, empty)
}

// However early the context ends, what is listed holds.
func TestPromisesInterrupted(t *testing.T) {
	t.Parallel()
	p := visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	full, err := allocate.Promises{}.Price(context.Background(), p, r)
	require.NoError(t, err)
	cost := map[[5]int]float64{}
	key := func(k allocate.PricedPromise) [5]int { return [5]int{int(k.Kind), k.Count, k.Unit, k.Agent, k.Measure} }
	for _, k := range full.Promises {
		require.True(t, k.Exact, k)
		cost[key(k)] = k.Saving
	}
	interrupted := 0
	for left := range 300 {
		list, err := allocate.Promises{}.Price(newAfter(left), p, r)
		if err != nil {
			require.ErrorIs(t, err, errEnough)
			require.Nil(t, list)
			continue
		}
		if list.Stop == partition.Interrupted {
			interrupted++
		}
		for _, k := range list.Promises {
			require.LessOrEqual(t, cost[key(k)], k.SavingAtMost+1e-9)
			if k.Solved {
				require.LessOrEqual(t, k.Saving, cost[key(k)]+1e-9)
			}
		}
	}
	require.Greater(t, interrupted, 10)

	ctx, stop := context.WithCancelCause(context.Background())
	stop(errors.New("lunch"))
	_, err = allocate.Promises{}.Price(ctx, p, r)
	require.EqualError(t, err, "lunch")
}

func TestPromisesErrors(t *testing.T) {
	ctx, p := context.Background(), visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	require.NoError(t, err)
	for want, change := range map[string]func(p *allocate.Problem, r *allocate.Result){
		"Fixed[1] (Bonn) = 7: is neither an agent, 0..2, nor Unassigned, -1": func(p *allocate.Problem, _ *allocate.Result) {
			p.Fixed = []int{-1, 7, -1, -1, -1, -1}
		},
		"Result.Plan: is nil": func(_ *allocate.Problem, r *allocate.Result) { r.Plan = nil },
		"Result.Plan: breaks a lock or gives a unit to an agent that may not serve it; Verify says which": func(p *allocate.Problem, r *allocate.Result) {
			p.Fixed = []int{(r.Plan.Of(0) + 1) % 3, -1, -1, -1, -1, -1}
		},
	} {
		p, r := *p, *r
		change(&p, &r)
		_, err := allocate.Promises{}.Price(ctx, &p, &r)
		require.ErrorIs(t, err, partition.ErrInput)
		require.EqualError(t, err, want)
	}
	split := *r
	split.Splits = []allocate.Share{{Unit: 0, Agent: 0, Fraction: 0.5}, {Unit: 0, Agent: 1, Fraction: 0.5}}
	_, err = allocate.Promises{}.Price(ctx, p, &split)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	_, err = allocate.Promises{Solver: allocate.SolverFunc(func(context.Context, *allocate.Problem) (*allocate.Result, error) {
		return nil, errors.New("on strike")
	})}.Price(ctx, p, r)
	require.EqualError(t, err, "allocate: the problem without the promise (Fixing Bonn to Bea): on strike")
}

// Of a plan that breaks its limits, promises are priced all the same: nothing is
// called exact, and what would be broken less is said.
func TestPromisesOfABrokenPlan(t *testing.T) {
	p := visitsWithPromises()
	p.Fixed = []int{0, 0, 0, 0, -1, -1} // 65 hours for 40
	plan, err := partition.NewPlan(3, []int{0, 0, 0, 0, 1, 1})
	require.NoError(t, err)
	r := &allocate.Result{Result: partition.Result{Plan: plan}}
	_, err = allocate.SingleSource{}.Allocate(context.Background(), p)
	require.ErrorIs(t, err, partition.ErrInfeasible)

	// Without one lock there is no plan either; with all of them withdrawn there is.
	list, err := allocate.Promises{Resolve: 100}.Price(context.Background(), p, r)
	require.NoError(t, err)
	relieved := 0
	for _, k := range list.Promises {
		require.False(t, k.Exact)
		require.False(t, math.IsNaN(k.Saving) || math.IsNaN(k.SavingAtMost))
		require.LessOrEqual(t, k.Saving, k.SavingAtMost)
		if k.Kind == allocate.LockPromise && k.Count > 1 {
			require.True(t, k.Solved)
			require.Positive(t, k.Relief)
			relieved++
		} else if k.Kind == allocate.LockPromise {
			require.False(t, k.Solved)
		}
		if k.Kind == allocate.CapacityPromise && k.Agent == 0 {
			require.False(t, k.Kept)
		}
	}
	require.Equal(t, 1, relieved)
}

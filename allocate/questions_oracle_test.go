package allocate_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/internal/exact"
	"github.com/territory-go/territory/partition"
)

// withoutPromise is x without a lock or limit; nil for other promises.
func withoutPromise(x *exact.Allocation, k allocate.Promise) *exact.Allocation {
	y := *x
	all := k.Count > 1
	switch k.Kind {
	case allocate.LockPromise:
		y.Fixed = slices.Clone(x.Fixed)
		for i := range y.Fixed {
			if all || i == k.Unit {
				y.Fixed[i] = -1
			}
		}
	case allocate.CapacityPromise, allocate.FloorPromise:
		limits, absent := &y.Upper, math.Inf(1)
		if k.Kind == allocate.FloorPromise {
			limits, absent = &y.Lower, 0
		}
		*limits = slices.Clone(*limits)
		row := slices.Clone((*limits)[k.Measure])
		(*limits)[k.Measure] = row
		for j := range row {
			if all || j == k.Agent {
				row[j] = absent
			}
		}
	default:
		return nil
	}
	return &y
}

// Problems of every form: several measures, loads that depend on the agent,
// penalties, travel. The default solver settles every promise of such a problem.
func TestPromisesOfEveryForm(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(77, 1))
	checked, dear := 0, 0
	for number := range 300 {
		p, x := randomProblem(rng)
		best, least := x.Best()
		if best == nil {
			continue
		}
		r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
		require.NoError(t, err)
		for _, resolve := range []int{-1, 100} {
			list, err := allocate.Promises{Resolve: resolve}.Price(context.Background(), p, r)
			require.NoError(t, err)
			for _, k := range list.Promises {
				y := withoutPromise(x, k.Promise)
				if y == nil {
					continue
				}
				_, then := y.Best()
				cost := least - then
				require.LessOrEqual(t, cost, k.SavingAtMost+1e-6, "case %d: %v", number, k)
				if resolve > 0 {
					require.True(t, k.Exact, "case %d: %v", number, k)
				}
				if k.Exact {
					require.InDelta(t, cost, k.Saving, 1e-6, "case %d: %v", number, k)
				}
				checked++
				if cost > 0 {
					dear++
				}
			}
		}
	}
	require.Greater(t, checked, 1500)
	require.Greater(t, dear, 200)
}

// The places of a unit of such a problem, and what follows.
func TestElsewhereOfEveryForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(78, 1))
	settled, stuck, followed := 0, 0, 0
	for number := range 600 {
		p, x := randomProblem(rng)
		best, least := x.Best()
		if best == nil {
			continue
		}
		plan, err := partition.NewPlan(x.Agents, best)
		require.NoError(t, err)
		r := &allocate.Result{Result: partition.Result{Plan: plan}, Prices: make([][]float64, len(x.Load))}
		for k := range r.Prices {
			for range x.Agents {
				r.Prices[k] = append(r.Prices[k], rng.NormFloat64())
			}
		}
		w, err := allocate.NewWhatIf(p, r)
		require.NoError(t, err)
		unit := rng.IntN(len(best))
		all, err := w.Elsewhere(context.Background(), unit)
		require.NoError(t, err)
		for _, a := range all {
			cheapest, ever := math.Inf(1), math.Inf(1) // with up to three others moving, and with any number
			trial := slices.Clone(best)
			trial[unit] = a.Agent
			var try func(i, moved int)
			try = func(i, moved int) {
				if i == len(best) {
					if x.Violation(trial) <= exact.Tolerance {
						cost := x.Objective(trial) - least
						ever = math.Min(ever, cost)
						if moved <= 3 {
							cheapest = math.Min(cheapest, cost)
						}
					}
					return
				}
				if i == unit {
					try(i+1, moved)
					return
				}
				for j := -1; j < x.Agents; j++ {
					trial[i] = j
					more := 0
					if j != best[i] {
						more = 1
					}
					try(i+1, moved+more)
				}
				trial[i] = best[i]
			}
			try(0, 0)
			require.LessOrEqual(t, a.TotalAtLeast-1e-6, ever, "case %d: %v", number, a)
			if !a.Settled {
				stuck++
				require.True(t, a.Exact)
				require.True(t, math.IsInf(cheapest, 1), "case %d: %v", number, a)
				continue
			}
			settled++
			if len(a.Follow) > 0 {
				followed++
			}
			// The plan is a best one: with no needless move there is nothing to gain, or it is found.
			require.GreaterOrEqual(t, a.Total, cheapest-1e-6, "case %d: %v", number, a)
			after, err := a.Changes().Apply(plan)
			require.NoError(t, err)
			require.LessOrEqual(t, x.Violation(after.Slice()), exact.Tolerance)
			require.InDelta(t, least+a.Total, x.Objective(after.Slice()), 1e-6)
		}
	}
	require.Greater(t, min(settled, stuck, followed), 100)
}

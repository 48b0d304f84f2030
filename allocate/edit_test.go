package allocate_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Edits say what Verify and plain counting say, and the plan stays as it is.
func TestEditAgainstOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(18, 16))
	var fine, refused, broken, wishes int
	for number := range 600 {
		q := randomPledge(rng)
		best, _ := q.best()
		if best == nil {
			continue
		}
		p := q.problem()
		plan, err := partition.NewPlan(q.m, best)
		require.NoError(t, err)
		prices := [][]float64{make([]float64, q.m)}
		for j := range q.m {
			prices[0][j] = rng.NormFloat64()
		}
		r := &allocate.Result{Result: partition.Result{Plan: plan}, Prices: prices}
		if number%2 == 0 {
			r.Certificate = partition.Certificate{Objective: q.objective(best), Proof: "prices"}
			r.Certificate.Bound = math.Min(allocate.Bound(p, prices...), r.Certificate.Objective)
			require.NoError(t, allocate.Verify(p, r))
		}
		w, err := allocate.NewWhatIf(p, r)
		require.NoError(t, err)
		for range 20 {
			other := slices.Clone(best)
			for range 1 + rng.IntN(2) {
				other[rng.IntN(q.n)] = rng.IntN(q.m+1) - 1
			}
			to, err := partition.NewPlan(q.m, other)
			require.NoError(t, err)
			changes, err := partition.Diff(plan, to)
			require.NoError(t, err)
			e, err := w.Edit(changes)
			require.NoError(t, err)
			require.Len(t, e.Steps, len(changes))
			require.NotEmpty(t, e.String())
			require.Equal(t, best, plan.Slice())

			cost := q.objective(other)
			if math.IsInf(cost, 1) {
				refused++
				require.NotEmpty(t, e.Refused)
				require.Nil(t, e.Result)
				require.False(t, e.OK())
				continue
			}
			require.Empty(t, e.Refused, "case %d", number)
			require.InDelta(t, cost-q.objective(best), e.Extra, 1e-9)
			require.Equal(t, other, e.Result.Plan.Slice())
			require.NoError(t, allocate.Verify(p, e.Result), "case %d", number)
			require.Equal(t, q.keeps(other), e.OK(), "case %d: %+v", number, e)
			require.Equal(t, q.keeps(other), e.Result.Certificate.Feasible())
			if e.OK() {
				fine++
			} else {
				broken++
			}
			for _, k := range e.Broken {
				switch k.Kind {
				case allocate.PreferencePromise:
					wishes++
					wanted := k.Worth < 0
					require.Equal(t, wanted, best[k.Unit] == k.Agent)
					require.Equal(t, !wanted, other[k.Unit] == k.Agent)
				case allocate.IncumbencyPromise:
					wishes++
					require.Equal(t, k.Agent, best[k.Unit])
					require.NotEqual(t, k.Agent, other[k.Unit])
				default:
					require.False(t, e.OK())
				}
			}
		}
	}
	require.Greater(t, min(fine, refused, broken, wishes), 100)
}

func TestEditErrors(t *testing.T) {
	p := visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	w, err := allocate.NewWhatIf(p, r)
	require.NoError(t, err)
	for want, c := range map[string]partition.Changes{
		"Changes[0] = unit 9: 0 -> 1: there are only 6 units":                                   {{Unit: 9, From: 0, To: 1}},
		"Changes[0] = unit 0: 0 -> 3: its To is neither a territory (0..2) nor -1 (unassigned)": {{Unit: 0, From: 0, To: 3}},
		"Changes[0] = unit 1: 0 -> 2: the unit is in 1":                                         {{Unit: 1, From: 0, To: 2}},
		"Changes[1] = unit 1: 0 -> 2: the unit is in 2 by then":                                 {{Unit: 1, From: 1, To: 2}, {Unit: 1, From: 0, To: 2}},
	} {
		_, err := w.Edit(c)
		require.ErrorIs(t, err, partition.ErrInput)
		require.EqualError(t, err, want)
	}
	e, err := w.Edit(nil)
	require.NoError(t, err)
	require.True(t, e.OK())
	require.Equal(t, "Nothing changes.", e.String())
	require.Equal(t, r.Certificate, e.Result.Certificate)

	_, err = w.Elsewhere(context.Background(), 6)
	require.EqualError(t, err, "unit = 6: is no unit: there are 6")
	split := *r
	split.Splits = []allocate.Share{{Unit: 0, Agent: 0, Fraction: 0.5}, {Unit: 0, Agent: 1, Fraction: 0.5}}
	w, err = allocate.NewWhatIf(p, &split)
	require.NoError(t, err)
	_, err = w.Edit(nil)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	places, err := w.Elsewhere(context.Background(), 0)
	require.NoError(t, err)
	require.Len(t, places, 3, "with any of the three alone")
}

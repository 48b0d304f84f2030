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

// least is the least weight that changes hands in a plan that q keeps, and the
// least cost of such a plan.
func (q *pledge) least(today []int, weight []float64) (churn, cost float64) {
	churn, cost = math.Inf(1), math.Inf(1)
	q.each(func(plan []int) {
		c := q.objective(plan)
		if math.IsInf(c, 1) || !q.keeps(plan) {
			return
		}
		moved := 0.0
		for i, j := range plan {
			if today[i] >= 0 && today[i] != j {
				moved += weight[i]
			}
		}
		if moved < churn || moved == churn && c < cost {
			churn, cost = moved, c
		}
	})
	return churn, cost
}

// Nothing changes hands that need not, and what is proved is true. The cost is
// that of the cheapest such plan, nearly always.
func TestTransitionsAgainstOracle(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(9, 11))
	var left, joined, cheapest, tight, none int
	for number := range 250 {
		q := randomPledge(rng)
		for j := range q.upper {
			q.upper[j] += float64(rng.IntN(12)) // room for those who take over
		}
		best, _ := q.best()
		if best == nil {
			continue
		}
		p := q.problem()
		plan, err := partition.NewPlan(q.m, best)
		require.NoError(t, err)
		w, err := allocate.NewWhatIf(p, &allocate.Result{Result: partition.Result{Plan: plan}})
		require.NoError(t, err)
		weight := slices.Repeat([]float64{1}, q.n)
		if number%2 == 0 {
			for i := range weight {
				weight[i] = float64(rng.IntN(5))
			}
			w.Moved = weight
		}
		agent := rng.IntN(q.m)

		check := func(tr *allocate.Transition, err error, after *pledge) {
			churn, cost := after.least(best, weight)
			if math.IsInf(churn, 1) {
				none++
				require.ErrorIs(t, err, partition.ErrInfeasible, "case %d", number)
				return
			}
			require.NoError(t, err, "case %d", number)
			require.NoError(t, tr.Realign.Verify(tr.Problem, tr.Result), "case %d", number)
			require.LessOrEqual(t, tr.Result.Certificate.Bound, cost+1e-6, "case %d", number)
			got := tr.Result.Plan.Slice()
			require.True(t, after.keeps(got))
			require.InDelta(t, after.objective(got), tr.Result.Certificate.Objective, 1e-9)
			require.InDelta(t, after.objective(got)-q.objective(best), tr.Extra, 1e-9)
			require.LessOrEqual(t, tr.AtLeast, churn+1e-9, "case %d", number)
			require.InDelta(t, churn, tr.Own.Amount+tr.Other.Amount, 1e-9, "case %d: %v", number, tr)
			require.GreaterOrEqual(t, after.objective(got), cost-1e-9)
			if after.objective(got) <= cost+1e-9 {
				cheapest++
			}
			if tr.AtLeast >= churn-1e-9 {
				tight++
			}
			again, err := tr.Changes().Apply(plan)
			require.NoError(t, err)
			require.Equal(t, got, again.Slice())
			require.NotEmpty(t, tr.String())
		}

		gone := q.clone()
		gone.base = nil
		for i := range q.n {
			gone.base = append(gone.base, slices.Clone(q.base[i]))
			gone.base[i][agent] = math.Inf(1)
			gone.wish[i][agent] = 0
			if gone.incumbent[i] == agent {
				gone.switching[i] = 0
			}
			if gone.fixed[i] == agent {
				gone.fixed[i] = -1
			}
		}
		gone.lower[agent] = 0
		tr, err := w.Leave(ctx, agent)
		if check(tr, err, gone); err == nil {
			left++
			require.Zero(t, tr.Result.Plan.Count(agent))
			require.Equal(t, plan.Count(agent), tr.Own.Units)
			for _, i := range tr.Freed {
				require.Equal(t, agent, q.fixed[i])
			}
		}

		share := q.clone()
		total := 0.0
		for _, a := range q.load {
			total += a
		}
		share.lower[agent] = min(max(share.lower[agent], 0.9*total/float64(q.m)), share.upper[agent])
		tr, err = w.Join(ctx, agent)
		if check(tr, err, share); err == nil {
			joined++
		}
	}
	require.Greater(t, min(left, joined, none), 30)
	require.Greater(t, tight, (left+joined)*3/4)
	require.Greater(t, cheapest, (left+joined)*9/10)
	t.Log(left, joined, none, tight, cheapest)
}

func TestTransitionErrors(t *testing.T) {
	ctx, p := context.Background(), visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	require.NoError(t, err)
	w, err := allocate.NewWhatIf(p, r)
	require.NoError(t, err)
	_, err = w.Leave(ctx, 3)
	require.EqualError(t, err, "agent = 3: is no agent: there are 3")
	_, err = w.Join(ctx, -1)
	require.EqualError(t, err, "agent = -1: is no agent: there are 3")
	w.Moved = []float64{1, 2, math.NaN()}
	_, err = w.Join(ctx, 1)
	require.EqualError(t, err, "WhatIf.Moved: has length 3, want 6, one per unit")
	w.Moved = []float64{1, 2, math.NaN(), -1, 0, 0}
	_, err = w.Leave(ctx, 1)
	require.EqualError(t, err, "WhatIf.Moved[2] (Lima) = NaN: is not a number\nWhatIf.Moved[3] (Bern) = -1: is negative")
	w.Moved = nil

	canceled, stop := context.WithCancelCause(ctx)
	stop(errors.New("lunch"))
	_, err = w.Leave(canceled, 1)
	require.EqualError(t, err, "lunch")
	for left := range 40 { // whenever it ends
		tr, err := w.Join(newAfter(left), 2)
		if err != nil {
			require.ErrorIs(t, err, errEnough)
		} else {
			require.NoError(t, tr.Realign.Verify(tr.Problem, tr.Result))
		}
	}

	none := &allocate.Problem{Cost: p.Cost}
	w, err = allocate.NewWhatIf(none, &allocate.Result{Result: partition.Result{Plan: r.Plan}})
	require.NoError(t, err)
	_, err = w.Join(ctx, 1)
	require.EqualError(t, err, "Measures: are none: nothing says what a fair share is")
	tr, err := w.Leave(ctx, 1)
	require.NoError(t, err)
	require.Zero(t, tr.Other.Units)
}

// Limits that follow from a tolerance are shared out among those who stay.
func TestLeaveSharesOut(t *testing.T) {
	p := visitsWithPromises()
	p.Fixed = nil
	p.Measures[0].Lower, p.Measures[0].Upper, p.Measures[0].Tolerance = nil, nil, 0.25
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	w, err := allocate.NewWhatIf(p, r)
	require.NoError(t, err)
	tr, err := w.Leave(context.Background(), 0)
	require.NoError(t, err)
	require.Equal(t, []float64{0, 47.5, 47.5}, tr.Problem.Measures[0].Target)
	require.Nil(t, p.Measures[0].Target)
	loads := partition.Loads(tr.Result.Plan, p.Measures[0].Value)
	require.Zero(t, loads[0])
	require.InDelta(t, 47.5, loads[1], 12)
}

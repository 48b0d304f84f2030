package allocate_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// families are the sets of units that must be together.
func (q *pledge) families() [][]int {
	lead := make([]int, q.n)
	for i := range lead {
		lead[i] = i
	}
	for range q.n {
		for _, list := range q.together {
			low := min(lead[list[0]], lead[list[1]])
			lead[list[0]], lead[list[1]] = low, low
		}
	}
	var all [][]int
	for i := range q.n {
		var family []int
		for h := range q.n {
			if lead[h] == i {
				family = append(family, h)
			}
		}
		if family != nil {
			all = append(all, family)
		}
	}
	return all
}

// rivals tries everything that can follow when the family goes to the place:
// the least that it costs with at most depth other families moving, with and
// without moves that are not needed, and with any number of them.
func (q *pledge) rivals(plan []int, family []int, to, depth int) (any, needed, ever float64) {
	any, needed, ever = math.Inf(1), math.Inf(1), math.Inf(1)
	families := q.families()
	now := q.objective(plan)
	q.each(func(trial []int) {
		for _, i := range family {
			if trial[i] != to {
				return
			}
		}
		cost := q.objective(trial) - now
		if math.IsInf(cost, 1) || !q.keeps(trial) {
			return
		}
		ever = math.Min(ever, cost)
		var moved [][]int
		for _, f := range families {
			if trial[f[0]] != plan[f[0]] && f[0] != family[0] {
				moved = append(moved, f)
			}
		}
		if len(moved) > depth {
			return
		}
		any = math.Min(any, cost)
		for part := range 1<<len(moved) - 1 { // does a part of the moves suffice?
			less := slices.Clone(plan)
			for _, i := range family {
				less[i] = to
			}
			for k, f := range moved {
				for _, i := range f {
					if part>>k&1 != 0 {
						less[i] = trial[i]
					}
				}
			}
			if q.keeps(less) {
				return
			}
		}
		needed = math.Min(needed, cost)
	})
	return any, needed, ever
}

// Places are ranked as trying everything ranks them, and what follows restores
// every limit, lock and group.
func TestElsewhereAgainstOracle(t *testing.T) {
	rng := rand.New(rand.NewPCG(16, 18))
	var followed, stuck, places int
	for number := range 500 {
		q := randomPledge(rng)
		best, _ := q.best()
		if best == nil {
			continue
		}
		plan, err := partition.NewPlan(q.m, best)
		require.NoError(t, err)
		r := &allocate.Result{Result: partition.Result{Plan: plan}, Prices: [][]float64{make([]float64, q.m)}}
		for j := range q.m {
			r.Prices[0][j] = rng.NormFloat64()
		}
		if number%3 == 0 {
			r.Prices = nil
		}
		p := q.problem()
		w, err := allocate.NewWhatIf(p, r)
		require.NoError(t, err)
		w.Follow = []int{0, 1, 2, -1}[number%4]
		depth := []int{3, 1, 2, 0}[number%4]
		for _, family := range q.families() {
			i := family[rng.IntN(len(family))]
			all, err := w.Elsewhere(context.Background(), i)
			require.NoError(t, err)
			for k, a := range all {
				any, needed, ever := q.rivals(best, family, a.Agent, depth)
				if k > 0 && a.Settled {
					require.True(t, all[k-1].Settled)
					require.LessOrEqual(t, all[k-1].Total, a.Total)
				}
				require.True(t, a.Exact, "case %d: all that there is is looked at", number)
				require.LessOrEqual(t, a.TotalAtLeast-1e-9, ever, "case %d: %+v", number, a)
				places++
				if !a.Settled {
					stuck++
					require.True(t, math.IsInf(any, 1), "case %d: unit %d, %+v", number, i, a)
					continue
				}
				require.GreaterOrEqual(t, a.Total, any-1e-9, "case %d: unit %d, %+v", number, i, a)
				require.LessOrEqual(t, a.Total, needed+1e-9, "case %d: unit %d, %+v", number, i, a)
				require.LessOrEqual(t, len(a.Follow), depth*len(family)+3)
				after, err := a.Changes().Apply(plan)
				require.NoError(t, err)
				require.True(t, q.keeps(after.Slice()), "case %d: %+v", number, a)
				require.InDelta(t, q.objective(best)+a.Total, q.objective(after.Slice()), 1e-9)
				if len(a.Follow) > 0 {
					followed++
				}
				for _, s := range append(slices.Clone(a.Steps), a.Follow...) {
					require.Equal(t, best[s.Unit], s.From)
					require.InDelta(t, q.cost(s.Unit, s.To)-q.cost(s.Unit, s.From), s.Extra, 1e-9)
				}
			}
		}
	}
	require.Greater(t, places, 1000)
	require.Greater(t, followed, 50)
	require.Greater(t, stuck, 50)
}

// However early the context ends, what is settled is settled.
func TestElsewhereInterrupted(t *testing.T) {
	p := visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	w, err := allocate.NewWhatIf(p, r)
	require.NoError(t, err)
	full, err := w.Elsewhere(context.Background(), 5)
	require.NoError(t, err)
	again, err := w.Elsewhere(context.Background(), 5)
	require.NoError(t, err)
	require.Equal(t, full, again)
	less := 0
	for left := range 20 {
		all, err := w.Elsewhere(newAfter(left), 5)
		require.NoError(t, err)
		require.Len(t, all, len(full))
		for _, a := range all {
			if !a.Settled {
				less++
				require.False(t, a.Exact)
				require.Contains(t, a.String(), "no moves of others were found that mend that")
			}
		}
	}
	require.Positive(t, less)
}

// Questions may be asked at the same time, and the answers do not depend on it.
func TestWhatIfIsConcurrent(t *testing.T) {
	p := visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	ask := func(w *allocate.WhatIf, unit int) []any {
		e, err := w.Explain(unit)
		require.NoError(t, err)
		places, err := w.Elsewhere(context.Background(), unit)
		require.NoError(t, err)
		edit, err := w.Edit(partition.Changes{{Unit: unit, From: r.Plan.Of(unit), To: (r.Plan.Of(unit) + 1) % 3}})
		require.NoError(t, err)
		return []any{e, places, edit}
	}
	var want, got [6][]any
	for unit := range want {
		w, err := allocate.NewWhatIf(p, r)
		require.NoError(t, err)
		want[unit] = ask(w, unit)
	}
	w, err := allocate.NewWhatIf(p, r)
	require.NoError(t, err)
	var wait sync.WaitGroup
	for unit := range got {
		wait.Go(func() { got[unit] = ask(w, unit) })
	}
	wait.Wait()
	require.Equal(t, want, got)
}

package allocate_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// cut is a small problem of re-cutting with all its plans.
type cut struct {
	p     *allocate.Problem
	today []int
	value []float64 // of moving; nil: units are counted
	plans []outcome // within the limits of loads
}

type outcome struct{ cost, moved float64 }

func (c *cut) valueOf(i int) float64 {
	if c.value == nil {
		return 1
	}
	return c.value[i]
}

// enumerate visits every plan.
func (c *cut) enumerate() {
	n, m := c.p.Cost.Dims()
	of := make([]int, n)
	var visit func(i int, cost, moved float64)
	visit = func(i int, cost, moved float64) {
		if i == n {
			if c.fits(of) {
				c.plans = append(c.plans, outcome{cost, moved})
			}
			return
		}
		for j := -1; j < m; j++ {
			at := 0.0
			switch {
			case c.p.Fixed != nil && c.p.Fixed[i] >= 0 && c.p.Fixed[i] != j:
				continue
			case j < 0 && (c.p.Penalty == nil || math.IsInf(c.p.Penalty[i], 1)):
				continue
			case j < 0:
				at = c.p.Penalty[i]
			case c.p.Allowed != nil && !c.p.Allowed(i, j):
				continue
			default:
				at = c.p.Cost.At(i, j)
			}
			if math.IsInf(at, 1) {
				continue
			}
			of[i] = j
			gone := 0.0
			if c.today[i] >= 0 && c.today[i] != j {
				gone = c.valueOf(i)
			}
			visit(i+1, cost+at, moved+gone)
		}
	}
	visit(0, 0, 0)
}

func (c *cut) fits(of []int) bool {
	_, m := c.p.Cost.Dims()
	for r, me := range c.p.Measures {
		load := make([]float64, m)
		for i, j := range of {
			if j >= 0 {
				if c.p.Load != nil && c.p.Load[r] != nil {
					load[j] += c.p.Load[r].At(i, j)
				} else {
					load[j] += me.Value[i]
				}
			}
		}
		lower, upper := me.Limits(m)
		for j := range load {
			if load[j] < lower[j]-1e-9 || load[j] > upper[j]+1e-9 {
				return false
			}
		}
	}
	return true
}

// best is the least cost of the plans that move at most so much; +Inf: there is none.
func (c *cut) best(most float64) float64 {
	least := math.Inf(1)
	for _, o := range c.plans {
		if o.moved <= most+1e-9 {
			least = math.Min(least, o.cost)
		}
	}
	return least
}

// pareto are the plans that no other one beats.
func (c *cut) pareto() []outcome {
	all := slices.Clone(c.plans)
	slices.SortFunc(all, func(a, b outcome) int {
		if d := a.moved - b.moved; math.Abs(d) > 1e-9 {
			return int(math.Copysign(1, d))
		}
		return int(math.Copysign(1, a.cost-b.cost))
	})
	var kept []outcome
	for _, o := range all {
		if k := len(kept) - 1; k < 0 || o.cost < kept[k].cost-1e-9 {
			kept = append(kept, o)
		}
	}
	return kept
}

// randomCut makes a problem of a kind that depends on the seed.
func randomCut(seed uint64) *cut {
	rng := rand.New(rand.NewPCG(seed, 7))
	n, m := 5+rng.IntN(3), 2+rng.IntN(2)
	c := &cut{today: make([]int, n)}
	cost := make([]float64, n*m)
	for k := range cost {
		cost[k] = float64(rng.IntN(30))
		if seed%3 == 0 {
			cost[k] = 30 * rng.Float64()
		}
		if rng.IntN(12) == 0 {
			cost[k] = math.Inf(1)
		}
	}
	at := func(i, j int) float64 { return cost[i*m+j] }
	p := &allocate.Problem{Cost: allocate.CostFunc(n, m, at)}
	measure := func() partition.Measure {
		me := partition.Measure{Name: "hours", Value: make([]float64, n), Tolerance: 0.2 + 0.3*rng.Float64()}
		for i := range me.Value {
			me.Value[i] = float64(1 + rng.IntN(9))
			if seed%4 == 0 {
				me.Value[i] = 0.1 * float64(1+rng.IntN(40))
			}
		}
		return me
	}
	p.Measures = append(p.Measures, measure())
	if seed%5 == 1 {
		p.Measures = append(p.Measures, measure())
	}
	if seed%5 == 2 {
		p.Load = []allocate.Costs{allocate.CostFunc(n, m, func(i, j int) float64 { return p.Measures[0].Value[i] * (1 + 0.25*float64(j)) })}
	}
	for i := range c.today {
		c.today[i] = rng.IntN(m+1) - 1
		if seed%2 == 0 {
			c.today[i] = rng.IntN(max(1, m-1)) // the last agent is new
		}
	}
	if seed%7 == 3 {
		p.Fixed = make([]int, n)
		for i := range p.Fixed {
			p.Fixed[i] = partition.Unassigned
		}
		p.Fixed[0], p.Fixed[n-1] = rng.IntN(m), c.today[n-1]
	}
	if seed%7 == 5 {
		p.Penalty = make([]float64, n)
		for i := range p.Penalty {
			p.Penalty[i] = float64(10 + rng.IntN(30))
		}
	}
	if seed%3 == 1 {
		c.value = make([]float64, n)
		for i := range c.value {
			c.value[i] = float64(rng.IntN(20))
		}
	}
	c.p = p
	c.enumerate()
	return c
}

func movedBy(today []int, plan *partition.Plan, value []float64) partition.Tally {
	var t partition.Tally
	for i, j := range today {
		if j != partition.Unassigned && plan.Of(i) != j {
			t.Units++
			if value == nil {
				t.Amount++
			} else {
				t.Amount += value[i]
			}
		}
	}
	return t
}

// Against all plans of small problems: for every limit of moving the optimum, or
// the proof that there is none; and a frontier that lacks nothing.
func TestRealignFindsTheOptimaOfSmallProblems(t *testing.T) {
	t.Parallel()
	feasible, empty := 0, 0
	for seed := range uint64(150) {
		c := randomCut(seed)
		name := fmt.Sprintf("seed %d", seed)
		pareto := c.pareto()
		f, err := allocate.Realign{Today: c.today, Points: 1000}.Frontier(context.Background(), c.p, c.value)
		if len(pareto) == 0 {
			require.ErrorIs(t, err, partition.ErrInfeasible, name)
			empty++
			continue
		}
		feasible++
		require.NoError(t, err, name)
		require.Len(t, f.Points, len(pareto), name)
		require.InDelta(t, pareto[0].moved, f.Least, 1e-6, name)
		for k, q := range f.Points {
			require.InDelta(t, pareto[k].cost, q.Certificate.Objective, 1e-6, name)
			require.InDelta(t, pareto[k].moved, q.Moved.Amount, 1e-6, name)
			require.InDelta(t, pareto[k].cost, q.Certificate.Bound, 1e-6, name)
			require.Equal(t, movedBy(c.today, q.Plan, c.value).Units, q.Moved.Units, name)
			require.NoError(t, q.Realign(allocate.Realign{Today: c.today}, c.value).Verify(c.p, &q.Result), name)
			if k+1 < len(pareto) {
				require.InDelta(t, (pareto[k].cost-pareto[k+1].cost)/(pareto[k+1].moved-pareto[k].moved), q.Benefit, 1e-6, name)
			}
		}
		for _, most := range []float64{0, 1, 2, 4, 9, 17, math.Inf(1)} {
			r := allocate.Realign{Today: c.today, Moved: []allocate.MoveLimit{{Value: c.value, Most: most}}}
			a, err := r.Allocate(context.Background(), c.p)
			want := c.best(most)
			if math.IsInf(want, 1) {
				require.ErrorIs(t, err, partition.ErrInfeasible, "%s, %v", name, most)
				continue
			}
			require.NoError(t, err, "%s, %v", name, most)
			require.NoError(t, r.Verify(c.p, a), "%s, %v", name, most)
			require.InDelta(t, want, a.Certificate.Objective, 1e-6, "%s, %v", name, most)
			require.Equal(t, partition.ProvedOptimal, a.Stop, "%s, %v", name, most)
		}
	}
	require.Greater(t, feasible, 100)
	require.Greater(t, empty, 3)
}

// Whatever the prices, no plan within the limits of moving costs less.
func TestRealignBoundHoldsForAnyPrices(t *testing.T) {
	tight := 0
	for seed := range uint64(200) {
		c := randomCut(seed)
		rng := rand.New(rand.NewPCG(seed, 8))
		_, m := c.p.Cost.Dims()
		for range 8 {
			most := float64(rng.IntN(10))
			r := allocate.Realign{Today: c.today, Moved: []allocate.MoveLimit{{Value: c.value, Most: most}}}
			move, prices := [][]float64{make([]float64, m)}, make([][]float64, len(c.p.Measures))
			for j := range move[0] {
				move[0][j] = 5 * rng.Float64() * rng.Float64()
			}
			for k := range prices {
				prices[k] = make([]float64, m)
				for j := range prices[k] {
					prices[k][j] = 0.3 * rng.NormFloat64() * float64(rng.IntN(2))
				}
			}
			best, bound := c.best(most), r.Bound(c.p, move, prices...)
			require.LessOrEqual(t, bound, best+1e-9, "seed %d", seed)
			if bound > 0.8*best {
				tight++
			}
		}
	}
	require.NotZero(t, tight)
}

// A known failure of the market: "minimise disruption" gave all 12,000 customers of
// one owner to one of three new territories, and two stayed empty. Here every
// territory gets what it must have, with the least churn, or the answer is that
// it cannot be.
func TestE9OneOwnerIsSharedOut(t *testing.T) {
	t.Parallel()
	thousand := unlessShort(1000, 100)
	n, k := 12*thousand, float64(thousand)
	today := make([]int, n) // all with agent 0
	hours := make([]float64, n)
	for i := range hours {
		hours[i] = 1
	}
	p := &allocate.Problem{
		Cost: allocate.CostFunc(n, 4, func(i, j int) float64 { return float64((i*7919+j*104729)%1000) / 10 }),
		Measures: []partition.Measure{{
			Name: "customers", Value: hours,
			Lower: []float64{0, 3 * k, 3 * k, 3 * k}, Upper: []float64{4 * k, 5 * k, 5 * k, 5 * k},
		}},
	}
	for name, c := range map[string]struct {
		leaves bool
		most   float64
		least  int // churn
	}{
		"split over three new territories": {false, 9.5 * k, 9 * thousand},
		"the least churn":                  {false, 9 * k, 9 * thousand},
		"the owner leaves":                 {true, 12 * k, 12 * thousand},
	} {
		t.Run(name, func(t *testing.T) {
			q := *p
			if c.leaves {
				q.Allowed = func(_, j int) bool { return j != 0 }
			}
			r := allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Most: c.most}}, Solver: allocate.SingleSource{Budget: 300}}
			a, err := r.Allocate(context.Background(), &q)
			require.NoError(t, err)
			require.True(t, a.Certificate.Feasible())
			require.NoError(t, r.Verify(&q, a))
			moved := movedBy(today, a.Plan, nil)
			require.GreaterOrEqual(t, moved.Units, c.least)
			require.LessOrEqual(t, moved.Amount, c.most)
			for j := 1; j < 4; j++ {
				require.GreaterOrEqual(t, a.Plan.Count(j), 3*thousand, "agent %d", j)
			}
			require.Less(t, a.Certificate.Gap(), 0.01)
		})
	}

	// With fewer moves the floors cannot be filled, and the answer says so.
	_, err := allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Most: 9*k - 1}}}.Allocate(context.Background(), p)
	var none *partition.InfeasibleError
	require.ErrorAs(t, err, &none)
	require.Equal(t, 9*k, none.Need)
	require.Equal(t, 9*k-1, none.Have)

	f, err := allocate.Realign{Today: today, Points: 3, Solver: allocate.SingleSource{Budget: 300}}.Frontier(context.Background(), p, nil)
	require.NoError(t, err)
	require.Equal(t, 9*k, f.Least)
	require.Equal(t, 9*thousand, f.Points[0].Moved.Units)
}

// frontierOf explores the frontier of a workload whose customers are with the nearest.
func frontierOf(ctx context.Context, t *testing.T, n, m, points int) (*workload, []int, *allocate.Problem, *allocate.Frontier) {
	t.Helper()
	w := newWorkload(n, m, 3)
	travel := w.travel()
	today := make([]int, n)
	for i := range today {
		for j := range m {
			if travel.At(i, j) < travel.At(i, today[i]) {
				today[i] = j
			}
		}
	}
	p := &allocate.Problem{Cost: travel, Measures: []partition.Measure{w.even(w.hours, 0.05)}}
	f, err := allocate.Realign{Today: today, Points: points, Solver: allocate.SingleSource{Budget: 300}}.Frontier(ctx, p, nil)
	require.NoError(t, err)
	return w, today, p, f
}

func TestFrontierOfAWorkload(t *testing.T) {
	t.Parallel()
	w, today, p, f := frontierOf(context.Background(), t, 800, 12, 10)
	require.Len(t, f.Points, 10)
	require.LessOrEqual(t, f.Least, f.Points[0].Moved.Amount)
	for k, q := range f.Points {
		loads := partition.Loads(q.Plan, w.hours)
		lower, upper := p.Measures[0].Limits(w.m)
		for j := range loads {
			require.GreaterOrEqual(t, loads[j], lower[j]-1e-6)
			require.LessOrEqual(t, loads[j], upper[j]+1e-6)
		}
		require.Equal(t, movedBy(today, q.Plan, nil), q.Moved)
		require.NoError(t, q.Realign(allocate.Realign{Today: today}, nil).Verify(p, &q.Result))
		require.Less(t, q.Certificate.Gap(), 0.1, "%v moved", q.Moved.Units)
		if k > 0 {
			require.Greater(t, q.Moved.Amount, f.Points[k-1].Moved.Amount)
			require.Less(t, q.Certificate.Objective, f.Points[k-1].Certificate.Objective)
			require.Less(t, q.Certificate.Bound, f.Points[k-1].Certificate.Bound+1e-9, "more freedom, less proof")
		}
	}
}

func TestFrontierIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	n, m := unlessShort(400, 150), unlessShort(8, 5)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, _, _, one := frontierOf(context.Background(), t, n, m, 6)
	runtime.GOMAXPROCS(4)
	_, _, _, four := frontierOf(context.Background(), t, n, m, 6)
	require.Equal(t, one, four)
}

func TestFrontierInterrupted(t *testing.T) {
	t.Parallel()
	full := 0
	for left := 1; left < 4000; left = left*unlessShort(3, 6)/2 + 1 {
		w := newWorkload(300, 6, 3)
		today := make([]int, 300)
		p := &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.2)}}
		f, err := allocate.Realign{Today: today, Points: 8, Solver: allocate.SingleSource{Budget: 300}}.Frontier(newAfter(left), p, nil)
		if err != nil {
			require.ErrorIs(t, err, errEnough, left)
			continue
		}
		r := allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Most: 255}}, Solver: allocate.SingleSource{Budget: 300}}
		a, err := r.Allocate(newAfter(left), p)
		require.NoError(t, err, left)
		require.NoError(t, r.Verify(p, a), left)
		within, err := r.Frontier(newAfter(left), p, w.hours)
		require.NoError(t, err, left)
		for _, q := range within.Points {
			require.LessOrEqual(t, movedBy(today, q.Plan, nil).Amount, 255.0, left)
		}
		require.NotEmpty(t, f.Points, left)
		for k, q := range f.Points {
			require.NoError(t, q.Realign(allocate.Realign{Today: today}, nil).Verify(p, &q.Result), left)
			require.True(t, k == 0 || q.Moved.Amount > f.Points[k-1].Moved.Amount)
		}
		if f.Stop == partition.Interrupted {
			full++
		}
	}
	require.NotZero(t, full, "interrupted with points in hand")
}

// An interruption leaves the cause or what there is, wherever it comes, also
// where more must move than may.
func TestRealignInterruptedBeyondItsLimit(t *testing.T) {
	for _, n := range []int{6, 400} {
		today := make([]int, n)
		p := &allocate.Problem{
			Cost: allocate.CostFunc(n, 4, func(i, j int) float64 {
				if j == 0 && i < n/2 {
					return math.Inf(1) // leaves its owner in every plan
				}
				return float64((i*7 + j*11) % 13)
			}),
			Measures: []partition.Measure{{Name: "customers", Value: slices.Repeat([]float64{1}, n), Upper: []float64{float64(n), float64(n), float64(n), float64(n)}}},
		}
		r := allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Most: 1}}}
		for looks := range 60 {
			result, err := r.Allocate(newAfter(looks), p)
			require.Error(t, err)
			require.Nil(t, result)
			frontier, err := r.Frontier(newAfter(looks), p, nil)
			require.Error(t, err)
			require.Nil(t, frontier)
		}
	}
}

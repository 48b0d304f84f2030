package allocate_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Any prices of units give a bound on all plans of whole units.
func TestKnapsackBoundHolds(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 12))
	positive := 0
	for _, c := range oracles() {
		n, _ := c.problem.Cost.Dims()
		prices := make([]float64, n)
		for range 3 {
			bound := allocate.KnapsackBound(c.problem, prices)
			require.LessOrEqual(t, bound, c.best+1e-9*math.Max(1, math.Abs(c.best)), "case %d at %v", c.number, prices)
			if bound > 0 {
				positive++
			}
			for i := range prices {
				prices[i] = 40 * (rng.Float64() - 0.1)
			}
		}
	}
	require.Greater(t, positive, len(oracles())/4)
}

// agents draws a problem whose loads depend on the agent, real ones.
func agents(rng *rand.Rand, n, m int, fill float64) *allocate.Problem {
	cost, load := make([]float64, n*m), make([]float64, n*m)
	need := 0.0
	for e := range cost {
		load[e] = 1 + 9*rng.Float64()
		cost[e] = 30 - 2*load[e] + 5*rng.Float64()
		need += load[e]
	}
	upper := make([]float64, m)
	for j := range upper {
		upper[j] = fill * need / float64(m*m)
	}
	return &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return cost[i*m+j] }),
		Measures: []partition.Measure{{Name: "hours", Upper: upper}},
		Load:     []allocate.Costs{allocate.CostFunc(n, m, func(i, j int) float64 { return load[i*m+j] })},
	}
}

// The bound is the formula: prices, and per agent the best of all sets that fit.
func TestKnapsackBoundFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		n, m := 1+rng.IntN(8), 1+rng.IntN(3)
		p := agents(rng, n, m, 0.8)
		prices := make([]float64, n)
		want := 0.0
		for i := range prices {
			prices[i] = 40 * rng.Float64()
			want += prices[i]
		}
		for j := range m {
			best := 0.0
			for set := range 1 << n {
				cost, load := 0.0, 0.0
				for i := range n {
					if set>>i&1 == 1 {
						cost += p.Cost.At(i, j) - prices[i]
						load += p.Load[0].At(i, j)
					}
				}
				if load <= p.Measures[0].Upper[j] {
					best = math.Min(best, cost)
				}
			}
			want += best
		}
		require.InDelta(t, want, allocate.KnapsackBound(p, prices), 1e-9)
	}
}

func TestKnapsackBoundOfNonsense(t *testing.T) {
	p := agents(rand.New(rand.NewPCG(1, 1)), 3, 2, 1)
	for _, prices := range [][]float64{nil, {1, 2}, {1, 2, math.NaN()}, {1, math.Inf(1), 2}} {
		require.True(t, math.IsInf(allocate.KnapsackBound(p, prices), -1), "%v", prices)
	}
	require.True(t, math.IsInf(allocate.KnapsackBound(&allocate.Problem{}, nil), -1))
	p.Allowed = func(i, _ int) bool { return i != 1 }
	require.True(t, math.IsInf(allocate.KnapsackBound(p, []float64{1, 2, 3}), 1))
}

// A problem of whole costs that is too large to be searched to the end carries
// its prices of units, and Verify sees through every bound above theirs.
func TestKnapsacksVerified(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(15, 16))
	for _, whole := range []bool{true, false} {
		p := agents(rng, 90, 12, 0.6)
		if whole {
			real := p.Cost
			p.Cost = allocate.CostFunc(90, 12, func(i, j int) float64 { return math.Round(real.At(i, j)) })
		}
		r, err := allocate.SingleSource{Gap: 1e-9, Budget: 25_000}.Allocate(context.Background(), p)
		require.NoError(t, err)
		require.NoError(t, allocate.Verify(p, r))
		require.Less(t, r.Certificate.Gap(), 0.05)
		require.Len(t, r.UnitPrices, 90)
		proved := allocate.KnapsackBound(p, r.UnitPrices)
		require.Greater(t, proved, allocate.Bound(p, r.Prices...))
		if whole {
			require.Equal(t, "knapsacks, whole costs", r.Certificate.Proof)
			require.Equal(t, math.Ceil(proved), r.Certificate.Bound)
		} else {
			require.Equal(t, "knapsacks", r.Certificate.Proof)
			require.InDelta(t, proved, r.Certificate.Bound, 1e-9)
		}

		tamper := func(change func(r *allocate.Result)) error {
			other := *r
			other.UnitPrices = append([]float64(nil), r.UnitPrices...)
			change(&other)
			return allocate.Verify(p, &other)
		}
		require.ErrorIs(t, tamper(func(r *allocate.Result) { r.Certificate.Bound++ }), allocate.ErrVerify)
		require.ErrorIs(t, tamper(func(r *allocate.Result) { r.UnitPrices = nil }), allocate.ErrVerify)
		require.ErrorIs(t, tamper(func(r *allocate.Result) { r.UnitPrices[3] = math.NaN() }), allocate.ErrVerify)
		require.ErrorIs(t, tamper(func(r *allocate.Result) { r.UnitPrices[3] += 5; r.UnitPrices[4] -= 4 }), allocate.ErrVerify)
		require.NoError(t, tamper(func(r *allocate.Result) { r.Certificate.Bound -= 0.25 }), "less than what is proved is true as well")
	}
}

// Work helps, and interrupting keeps what there is.
func TestKnapsacksInterrupted(t *testing.T) {
	t.Parallel()
	p := agents(rand.New(rand.NewPCG(17, 18)), 90, 12, 0.6)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var seen partition.Progress
	s := allocate.SingleSource{Gap: 1e-9, Budget: math.MaxInt, Progress: func(q partition.Progress) {
		if q.Phase == "knapsacks" && q.Work > unlessShort(100_000, 40_000) {
			seen = q
			cancel()
		}
	}}
	r, err := s.Allocate(ctx, p)
	require.NoError(t, err)
	require.NoError(t, allocate.Verify(p, r))
	require.Equal(t, partition.Interrupted, r.Stop)
	require.True(t, r.Certificate.Feasible())
	require.LessOrEqual(t, r.Certificate.Objective, seen.Objective+1e-9)
	require.GreaterOrEqual(t, r.Certificate.Bound, seen.Bound-1e-6)
}

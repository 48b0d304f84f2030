package allocate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestGrain(t *testing.T) {
	for _, c := range []struct {
		amounts []float64
		want    float64
		decimal bool
	}{
		{nil, 0, false},
		{[]float64{0, 0}, 0, false},
		{[]float64{7}, 7, false},
		{[]float64{0, 6, 4, 0}, 2, false},
		{[]float64{4, 6}, 2, false},
		{[]float64{1, 1, 1}, 1, false},
		{[]float64{0.75, 0.5, 2}, 0.25, false},
		{[]float64{6e9, 15e9}, 3e9, false},
		{[]float64{1e15, 1}, 1, false},
		{[]float64{1e16, 1}, 0, false},         // their sum is rounded
		{[]float64{math.Pi, math.E}, 0, false}, // no common measure
		{[]float64{0.1, 0.2, 0.3}, 0.1, true},  // though 0.3 is not 3·0.1
		{[]float64{19.99, 5, 0.25}, 0.01, true},
		{[]float64{7e-6, 3e-6}, 1e-6, true},
		{[]float64{0.1, 0.2, 0.30000001}, 1e-8, true},
		{[]float64{0.1, 1.0 / 3}, 0, false},
		{[]float64{5e-324, 1e-323}, 5e-324, false},
		{[]float64{1e290, 1e-290}, 0, false},
	} {
		g, exact := grain(c.amounts)
		require.Equal(t, c.want, g, "%v", c.amounts)
		require.Equal(t, c.want > 0 && !c.decimal, exact, "%v", c.amounts)
	}
}

// No load of whole units lies between a limit and the one drawn in.
func TestAttainableLosesNoPlan(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	drawn := 0
	for range 500 {
		n := 1 + rng.IntN(8)
		scale := []float64{1, 3, 0.125, 1e9, 0.1, 0.01}[rng.IntN(6)]
		value := make([]float64, n)
		for i := range value {
			value[i] = scale * float64(rng.IntN(12))
		}
		lower, upper := 20*scale*rng.Float64(), 0.0
		upper = lower + 20*scale*rng.Float64()
		switch rng.IntN(8) {
		case 0:
			lower = math.Inf(-1)
		case 1:
			upper = math.Inf(1)
		}
		m := &model{p: &Problem{}, n: n, m: 1, r: 1, value: [][]float64{value}, lower: [][]float64{{lower}}, upper: [][]float64{{upper}}}
		inner := m.attainable()
		lo, hi := inner.lower[0][0], inner.upper[0][0]
		require.GreaterOrEqual(t, lo, lower)
		require.LessOrEqual(t, hi, upper)
		require.Equal(t, []float64{lower, upper}, []float64{m.lower[0][0], m.upper[0][0]}, "the model itself stays")
		if lo > lower || hi < upper {
			drawn++
		}
		for set := range 1 << n {
			load := 0.0
			for i, a := range value {
				if set>>i&1 == 1 {
					load += a
				}
			}
			within := func(lo, hi float64) bool { return lo-1e-12*scale <= load && load <= hi+1e-12*scale } // sums of tenths are rounded
			require.Equal(t, within(lower, upper), within(lo, hi), "%v in [%v, %v], [%v, %v]", load, lower, upper, lo, hi)
		}
	}
	require.Greater(t, drawn, 200)
}

// Whole loads can leave no plan where split ones would: the proof is arithmetic,
// however many units there are.
func TestInfeasibleInWholeLoads(t *testing.T) {
	inf := math.Inf(1)
	free := func(n, m int) Costs { return CostFunc(n, m, func(int, int) float64 { return 1 }) }
	each := func(n int, x float64) []float64 { return slices.Repeat([]float64{x}, n) }
	for name, c := range map[string]struct {
		problem Problem
		want    []partition.InfeasibleError // nil: there is a plan
	}{
		"a thousand ones and thirty times 33.33": {
			problem: Problem{Cost: free(999, 30), Measures: []partition.Measure{{Name: "accounts", Value: each(999, 1), Upper: each(30, 33.33)}}},
			want: []partition.InfeasibleError{{
				Why: "accounts of the units that must be served is 999, but all 30 agents together may take 990 in whole loads, all multiples of 1\n" +
					"Maybe raise the upper limits by 9 in all, or add an agent",
				Measure: "accounts", Need: 999, Have: 990,
			}},
		},
		"990 fit": {problem: Problem{Cost: free(990, 30), Measures: []partition.Measure{{Value: each(990, 1), Upper: each(30, 33.33)}}}},
		"a lower limit between two loads": {
			problem: Problem{Cost: free(11, 3), Measures: []partition.Measure{{Value: each(11, 1), Lower: each(3, 3.2)}}},
			want: []partition.InfeasibleError{{
				Why:  "all 3 agents must get load 12 together in whole loads, all multiples of 1, but that of all units is 11\nMaybe lower the lower limits by 1 in all",
				Need: 12, Have: 11,
			}},
		},
		"no load between the limits": {
			problem: Problem{Cost: free(9, 2), Measures: []partition.Measure{{Value: each(9, 1), Lower: []float64{0, 3.2}, Upper: []float64{inf, 3.8}}}},
			want: []partition.InfeasibleError{{
				Why:  "load of agent 1 must lie between 3.2 and 3.8, but whole loads are multiples of 1\nMaybe raise the upper limit by 0.2",
				Need: 4, Have: 3.8,
			}},
		},
		"only two may serve six": {
			problem: Problem{Cost: free(8, 3), Allowed: func(i, j int) bool { return i > 5 || j < 2 },
				Measures: []partition.Measure{{Value: each(8, 0.5), Upper: []float64{1.6, 1.4, inf}}}},
			want: []partition.InfeasibleError{{
				Why: "load of 6 units (unit 0, unit 1, unit 2 and 3 more) is 3, but the agents that may serve them, agent 0 and agent 1, " +
					"can take 2.5 in whole loads, all multiples of 0.5\nMaybe raise what they can take by 0.5, or let another agent serve some of the units",
				Need: 3, Have: 2.5,
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := SingleSource{}.Allocate(context.Background(), &c.problem)
			if c.want == nil {
				require.NoError(t, err)
				require.True(t, r.Certificate.Feasible())
				return
			}
			found := witnesses(t, err)
			require.Len(t, found, len(c.want))
			for k, e := range found {
				e.Units, e.Territories = nil, nil
				require.Equal(t, c.want[k], *e)
			}
		})
	}
}

// A limit that is missed by no more than counts as feasible proves nothing.
func TestDrawnInForgives(t *testing.T) {
	for short, possible := range map[float64]bool{4e-7: true, 1e-5: false} {
		upper := slices.Repeat([]float64{3 - short}, 2)
		m, err := compile(&Problem{
			Cost:     CostFunc(6, 2, func(int, int) float64 { return 1 }),
			Measures: []partition.Measure{{Value: slices.Repeat([]float64{1}, 6), Upper: upper}},
		})
		require.NoError(t, err)
		err = m.infeasible(context.Background(), false)
		require.Equal(t, possible, err == nil, "%v: %v", short, err)
	}
}

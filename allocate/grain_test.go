package allocate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
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

package allocate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// projection is the minimiser of smoothMin by bisection on the threshold h with
// Σ max(0, (h - q_e)/t) = 1.
func projection(q []float64, t float64) []float64 {
	lo, hi := slices.Min(q), slices.Max(q)+t
	x := make([]float64, len(q))
	for range 200 {
		h, sum := lo+(hi-lo)/2, 0.0
		for e, v := range q {
			x[e] = math.Max(0, (h-v)/t)
			sum += x[e]
		}
		if sum < 1 {
			lo = h
		} else {
			hi = h
		}
	}
	return x
}

func smoothed(q, x []float64, t float64) float64 {
	sum := 0.0
	for e, v := range q {
		sum += v*x[e] + t/2*x[e]*x[e]
	}
	return sum
}

func TestSmoothMinIsTheProjection(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	supports := map[int]int{}
	for trial := range 3000 {
		q := make([]float64, 1+rng.IntN(20))
		for e := range q {
			switch q[e] = 10 * rng.NormFloat64(); trial % 3 {
			case 1: // ties
				q[e] = math.Floor(q[e])
			case 2: // far from zero: differences of large numbers
				q[e] += 1e6
			}
		}
		temperature := math.Exp(6*rng.Float64() - 3)
		x := make([]float64, len(q))
		value, support := smoothMin(q, x, make([]float64, 0, len(q)), temperature)

		want := projection(q, temperature)
		require.InDeltaSlice(t, want, x, 1e-7, "q %v, t %v", q, temperature)
		require.InDelta(t, smoothed(q, want, temperature), value, 1e-7*(1+math.Abs(value)))
		sum, positive := 0.0, 0
		for _, v := range x {
			require.GreaterOrEqual(t, v, 0.0)
			sum += v
			if v > 0 {
				positive++
			}
		}
		require.InDelta(t, 1, sum, 1e-9)
		require.Equal(t, positive, support)
		supports[min(support, 4)]++
	}
	for s := 1; s <= 4; s++ {
		require.Greater(t, supports[s], 100, "supports of size %d", s)
	}
}

func TestSmoothMinByHand(t *testing.T) {
	for name, c := range map[string]struct {
		q     []float64
		t     float64
		x     []float64
		value float64
	}{
		"one entry":            {[]float64{7}, 2, []float64{1}, 8},
		"all equal":            {[]float64{3, 3, 3, 3}, 2, []float64{0.25, 0.25, 0.25, 0.25}, 3.25},
		"two within reach":     {[]float64{0, 1}, 2, []float64{0.75, 0.25}, 0.25 + 0.5625 + 0.0625},
		"exactly out of reach": {[]float64{0, 2}, 2, []float64{1, 0}, 1},
		"two tied, one out":    {[]float64{5, 5, 6}, 2, []float64{0.5, 0.5, 0}, 5.5},
		"cold":                 {[]float64{2, 1, 3}, 1e-12, []float64{0, 1, 0}, 1},
		"cold and tied":        {[]float64{1, 2, 1}, 1e-12, []float64{0.5, 0, 0.5}, 1},
		"hot":                  {[]float64{1, 2}, 1e9, []float64{0.5, 0.5}, 1.5 + 0.25e9},
		"negative":             {[]float64{-1, -2}, 2, []float64{0.25, 0.75}, -1.75 + 0.5625 + 0.0625},
		"very different":       {[]float64{1e15, 0, 1e-15}, 1, []float64{0, 0.5, 0.5}, 0.25},
	} {
		x := make([]float64, len(c.q))
		value, _ := smoothMin(c.q, x, make([]float64, 0, len(c.q)), c.t)
		require.InDeltaSlice(t, c.x, x, 1e-8, name)
		require.InEpsilon(t, c.value, value, 1e-8, name)
	}
}

// As the temperature falls to zero the value falls to the minimum, from above
// by at most t/2, and it never rises on the way.
func TestSmoothMinCools(t *testing.T) {
	q := []float64{3, 1, 1.5, 1.25, 9}
	x := make([]float64, len(q))
	last := math.Inf(1)
	for temperature := 100.0; temperature > 1e-9; temperature /= 3 {
		v, _ := smoothMin(q, x, make([]float64, 0, len(q)), temperature)
		require.Less(t, v, last)
		require.GreaterOrEqual(t, v, 1.0)
		require.LessOrEqual(t, v, 1+temperature/2+1e-12)
		last = v
	}
	require.InDelta(t, 1, last, 1e-8)
	require.Equal(t, []float64{0, 1, 0, 0, 0}, x)
}

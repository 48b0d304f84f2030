package allocate

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// Whatever the weights are, they prove nothing false; and those that are
// searched for prove most of what there is to prove.
func TestHeadcountBoundsHold(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	apart, tight, cases := 0, 0, 400
	if testing.Short() {
		cases = 120
	}
	for range cases {
		n := 1 + rng.IntN(9)
		d := make([][]float64, n)
		p := &partition.Problem{Between: func(i, c int) float64 { return d[i][c] }}
		h := Headcount{Reach: 40}
		for i := range d {
			d[i] = make([]float64, n)
			for c := range d[i] {
				if d[i][c] = 100 * rng.Float64(); i == c {
					d[i][c] = 0
				} else if rng.IntN(9) == 0 {
					d[i][c] = math.Inf(1)
				}
			}
		}
		for range 1 + rng.IntN(2) {
			me := partition.Measure{Value: make([]float64, n)}
			for i := range me.Value {
				me.Value[i] = float64(rng.IntN(7))
			}
			p.Measures = append(p.Measures, me)
			h.Upper = append(h.Upper, float64(6+rng.IntN(9)))
		}
		r, err := h.Partition(context.Background(), p)
		require.NoError(t, err)
		require.Equal(t, partition.ProvedOptimal, r.Stop)
		k := r.Plan.K()

		m := h.compile(p)
		require.NoError(t, m.gather(context.Background()))
		require.LessOrEqual(t, m.capacityBound(), k)
		require.LessOrEqual(t, len(m.spread()), k)
		w := m.weigher()
		for range 20 {
			for i := range w.weight {
				w.weight[i] = math.Max(0, rng.NormFloat64()+0.5)
			}
			require.LessOrEqual(t, w.bound(), k)
		}
		(&staffing{headModel: m}).firstWeights(w)
		bound := w.raise(context.Background(), 1, n)
		require.LessOrEqual(t, bound, k)
		if bound == k {
			tight++
		}
		if k > m.capacityBound() {
			apart++
		}
	}
	require.Greater(t, apart, cases/8)
	require.Greater(t, tight, cases*3/4)
}

func TestBinBound(t *testing.T) {
	for name, c := range map[string]struct {
		value []float64
		size  float64
		want  int
	}{
		"none":        {nil, 10, 0},
		"by total":    {[]float64{3, 3, 3, 3}, 10, 2},
		"heavy":       {[]float64{6, 6, 6}, 10, 3},
		"with others": {[]float64{6, 6, 6, 5, 5, 4}, 10, 4},
		"exact":       {[]float64{0.7, 0.3, 0.6, 0.4}, 1, 2},
		"wasted":      {[]float64{7, 7, 7, 4, 4}, 10, 4}, // no 4 goes with a 7
		"halves":      {[]float64{5, 5, 5, 5}, 10, 2},
	} {
		require.Equal(t, c.want, binBound(c.value, c.size), name)
	}
}

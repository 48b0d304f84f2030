package allocate_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Units too heavy for most agents go where they fit, however cheap it would be
// to split them among those nearby: to the few who can take them, or to nobody
// at their penalty.
func TestHeavyUnitsFindWhoCanTakeThem(t *testing.T) {
	t.Parallel()
	w := newWorkload(2000, 200, 1)
	small := make([]float64, w.m)
	for j := range small {
		small[j] = 0.9 * total(w.hours) / float64(w.m)
	}
	heavy := 0
	for _, a := range w.hours {
		if a > small[0] {
			heavy++
		}
	}
	require.Greater(t, heavy, 20)
	large := append([]float64(nil), small...)
	for j := 0; j < w.m; j += 10 {
		large[j] = 400
	}
	speed := func(_, j int) float64 { return 1 + float64(j%3)/10 }
	for name, p := range map[string]*allocate.Problem{
		"penalty": {
			Cost:     w.travel(),
			Measures: []partition.Measure{{Value: w.hours, Upper: small}},
			Penalty:  w.column(func(i int) float64 { return w.hours[i] * (50 + 300*w.rng.Float64()) }),
		},
		"few can": {
			Cost:     w.travel(),
			Measures: []partition.Measure{{Value: w.hours, Upper: large}},
		},
		"few can, by agent": {
			Cost:     w.travel(),
			Measures: []partition.Measure{{Upper: large}},
			Load:     []allocate.Costs{allocate.CostFunc(w.n, w.m, func(i, j int) float64 { return w.hours[i] * speed(i, j) })},
		},
	} {
		r := solved(t, p, allocate.SingleSource{Budget: 2000})
		for i := range w.hours {
			if j := r.Plan.Of(i); j >= 0 {
				load := w.hours[i]
				if p.Load != nil {
					load = p.Load[0].At(i, j)
				}
				require.LessOrEqual(t, load, p.Measures[0].Upper[j], "%s: unit %d", name, i)
			}
		}
		require.False(t, math.IsInf(r.Certificate.Bound, 0))
	}
}

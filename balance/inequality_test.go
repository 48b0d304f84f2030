package balance_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/balance"
)

var inf, nan = math.Inf(1), math.NaN()

func TestInequality(t *testing.T) {
	ln := math.Log
	for name, c := range map[string]struct {
		x                           []float64
		gini, cv, theil, jain, mmax float64
	}{
		// Mean 2.5; pairs differ by 1,2,3,1,2,1 = 10, twice over 2·16·2.5 = 80.
		"one to four":  {[]float64{4, 1, 3, 2}, 0.25, math.Sqrt(1.25) / 2.5, (0.4*ln(0.4) + 0.8*ln(0.8) + 1.2*ln(1.2) + 1.6*ln(1.6)) / 4, 100.0 / 120, 4},
		"one has all":  {[]float64{0, 0, 0, 8}, 0.75, math.Sqrt(3), ln(4), 0.25, inf},
		"half of them": {[]float64{5, 0, 5, 0}, 0.5, 1, ln(2), 0.5, inf},
		"one to three": {[]float64{1, 3}, 0.25, 0.5, (0.5*ln(0.5) + 1.5*ln(1.5)) / 2, 0.8, 3},
		"equal":        {[]float64{7, 7, 7}, 0, 0, 0, 1, 1},
		"single":       {[]float64{42}, 0, 0, 0, 1, 1},
		"all zero":     {[]float64{0, 0}, 0, 0, 0, 1, 1},
		"none":         {nil, 0, 0, 0, 1, 1},
		"huge":         {[]float64{1e308, 1e308, 0}, 1.0 / 3, math.Sqrt(0.5), ln(1.5), 2.0 / 3, inf},
		"tiny":         {[]float64{5e-324, 5e-324, 0}, 1.0 / 3, math.Sqrt(0.5), ln(1.5), 2.0 / 3, inf},
		"negative":     {[]float64{1, -1}, nan, nan, nan, nan, nan},
		"NaN":          {[]float64{1, nan}, nan, nan, nan, nan, nan},
		"infinite":     {[]float64{1, inf}, nan, nan, nan, nan, nan},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, c.gini, balance.Gini(c.x), "Gini")
			same(t, c.cv, balance.CV(c.x), "CV")
			same(t, c.theil, balance.Theil(c.x), "Theil")
			same(t, c.jain, balance.Jain(c.x), "Jain")
			same(t, c.mmax, balance.MaxMin(c.x), "MaxMin")
		})
	}
}

func TestConcentration(t *testing.T) {
	for name, c := range map[string]struct {
		x              []float64
		hhi            float64
		q              float64
		share          float64
		shareOfAll     float64
		shareOfNothing float64
	}{
		"one to four, top quarter":     {[]float64{4, 1, 3, 2}, 0.3, 0.25, 0.4, 1, 0},
		"one to four, top 1.5 of four": {[]float64{4, 1, 3, 2}, 0.3, 0.375, 0.55, 1, 0},
		"one has all":                  {[]float64{0, 8, 0, 0}, 1, 0.5, 1, 1, 0},
		"one has all, half of one":     {[]float64{0, 8, 0, 0}, 1, 0.125, 0.5, 1, 0},
		"equal":                        {[]float64{3, 3, 3, 3, 3}, 0.2, 0.3, 0.3, 1, 0},
		"huge":                         {[]float64{1e308, 1e308}, 0.5, 0.5, 0.5, 1, 0},
		"all zero":                     {[]float64{0, 0}, 0, 0.5, 0, 0, 0},
		"none":                         {nil, 0, 0.5, 0, 0, 0},
		"negative":                     {[]float64{-1, 2}, nan, 0.5, nan, nan, nan},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, c.hhi, balance.HHI(c.x), "HHI")
			same(t, c.share, balance.TopShare(c.x, c.q), "TopShare")
			same(t, c.shareOfAll, balance.TopShare(c.x, 1), "TopShare of all")
			same(t, c.shareOfNothing, balance.TopShare(c.x, 0), "TopShare of nothing")
		})
	}
	for _, q := range []float64{-0.1, 1.1, nan} {
		require.True(t, math.IsNaN(balance.TopShare([]float64{1, 2}, q)), "q = %v", q)
	}
}

// indices are those of which a law can say that they grow with inequality.
var indices = map[string]func([]float64) float64{
	"Gini":       balance.Gini,
	"CV":         balance.CV,
	"Theil":      balance.Theil,
	"unfairness": func(x []float64) float64 { return 1 - balance.Jain(x) },
	"HHI":        balance.HHI,
	"TopShare":   func(x []float64) float64 { return balance.TopShare(x, 0.3) },
}

func TestLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		x := make([]float64, 2+rng.IntN(12))
		for i := range x {
			x[i] = float64(rng.IntN(1000))
		}
		x[0]++ // a positive total
		modified := slices.Clone(x)
		for name, index := range indices {
			was := index(x)
			require.Equal(t, modified, x, "%s leaves its argument alone", name)

			shuffled := slices.Clone(x)
			rng.Shuffle(len(x), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			require.Equal(t, was, index(shuffled), "%s: order, to the last bit", name)

			require.Equal(t, was, index(times(x, 0x1p-40)), "%s: doubling is exact", name)
			require.InDelta(t, was, index(times(x, 0.001)), 1e-12, "%s: scale", name)

			twice := index(slices.Concat(x, x))
			if name == "HHI" {
				twice *= 2 // twice the holders, half the concentration
			}
			require.InDelta(t, was, twice, 1e-12, "%s: replication", name)

			// Pigou and Dalton: giving from a larger to a smaller value, not
			// beyond equality, makes nothing more unequal.
			i, j := rng.IntN(len(x)), rng.IntN(len(x))
			if x[i] < x[j] {
				i, j = j, i
			}
			moved := slices.Clone(x)
			gift := (x[i] - x[j]) / 2 * rng.Float64()
			moved[i] -= gift
			moved[j] += gift
			require.LessOrEqual(t, index(moved), was+1e-12, "%s: transfer of %v from %d to %d of %v", name, gift, i, j, x)
			if gift > 1 && name != "TopShare" {
				require.Less(t, index(moved), was, "%s: strict transfer of %v from %d to %d of %v", name, gift, i, j, x)
			}
		}
	}
}

// Bounds that the doc comments state, and the identities between the indices.
func TestIdentities(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		n := 1 + rng.IntN(20)
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.ExpFloat64()
		}
		cv, nf := balance.CV(x), float64(n)
		require.InDelta(t, 1/(1+cv*cv), balance.Jain(x), 1e-12)
		require.InDelta(t, (1+cv*cv)/nf, balance.HHI(x), 1e-12)
		require.LessOrEqual(t, balance.Gini(x), (nf-1)/nf)
		require.LessOrEqual(t, balance.Theil(x), math.Log(nf)+1e-12)
		require.GreaterOrEqual(t, balance.Theil(x), 0.0)
	}
}

func same(t *testing.T, want, got float64, what string) {
	t.Helper()
	switch {
	case math.IsNaN(want):
		require.True(t, math.IsNaN(got), "%s = %v, want NaN", what, got)
	case math.IsInf(want, 1), want == 0:
		require.Equal(t, want, got, what)
	default:
		require.InEpsilon(t, want, got, 1e-14, what)
	}
}

func times(x []float64, f float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = v * f
	}
	return y
}

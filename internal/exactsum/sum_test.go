package exactsum_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/exactsum"
)

// exact is the sum in arithmetic of enough bits, rounded once.
func exact(x []float64) float64 {
	sum := new(big.Float).SetPrec(4096)
	for _, v := range x {
		sum.Add(sum, new(big.Float).SetFloat64(v))
	}
	f, _ := sum.Float64()
	return f + 0 // big keeps a negative zero
}

// draws are generators of numbers that are hard on sums.
func draws(r *rand.Rand) []func() float64 {
	any := func() float64 {
		for {
			if x := math.Float64frombits(r.Uint64()); !math.IsNaN(x) && !math.IsInf(x, 0) {
				return x
			}
		}
	}
	return []func() float64{
		func() float64 { return math.Round(r.ExpFloat64()*1e7) / 100 },
		func() float64 { return r.NormFloat64() },
		any,
		func() float64 { return math.Float64frombits(r.Uint64N(1<<54) | r.Uint64N(2)<<63) }, // subnormal and next to it
		func() float64 { return math.Ldexp(float64(r.IntN(7)-3), 900+r.IntN(122)) },
		func() float64 { return math.Ldexp(float64(r.IntN(7)-3), r.IntN(120)-60) }, // ties
		func() float64 { return -math.MaxFloat64 * float64(r.IntN(3)-1) },
	}
}

func TestSumIsNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 4000 {
		draw := draws(r)
		kind := round % len(draw)
		x := make([]float64, r.IntN(40))
		for i := range x {
			x[i] = draw[kind]()
			if r.IntN(8) == 0 {
				x[i] = draw[r.IntN(len(draw))]()
			}
			if i > 0 && r.IntN(4) == 0 {
				x[i] = -x[r.IntN(i)] // cancel
			}
		}
		var s exactsum.Sum
		for _, v := range x {
			s.Add(v)
		}
		want := exact(x)
		require.Equal(t, math.Float64bits(want), math.Float64bits(s.Float64()), "%v: %v, not %v", x, s.Float64(), want)

		// In another order, in groups, and with terms that are taken out again.
		r.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
		parts := exactsum.Make(3)
		for i, v := range x {
			parts[i%3].Add(v)
		}
		gone := draw[kind]()
		parts[1].Add(gone)
		var all exactsum.Sum
		for i := range parts {
			all.AddSum(&parts[i])
		}
		kept := all.Clone()
		all.Add(-gone)
		require.Equal(t, math.Float64bits(want), math.Float64bits(all.Float64()))
		require.Equal(t, math.Float64bits(exact(append(x, gone))), math.Float64bits(kept.Float64()))
	}
}

func TestSumOfNothing(t *testing.T) {
	var s, other exactsum.Sum
	require.Equal(t, uint64(0), math.Float64bits(s.Float64()))
	s.AddSum(&other)
	s.Add(math.Copysign(0, -1))
	require.Equal(t, uint64(0), math.Float64bits(s.Float64()))
	s.Add(-5)
	s.Add(5)
	require.Equal(t, uint64(0), math.Float64bits(s.Float64()))
	s.Add(3e200)
	s.Reset()
	s.Add(2)
	require.Equal(t, 2.0, s.Float64())
}

// Doubling a sum again and again passes the number of terms that limbs have room for.
func TestSumPassesCarriesOn(t *testing.T) {
	for _, x := range []float64{0.1, -0.1, 3e-310} {
		var s exactsum.Sum
		s.Add(x)
		for range 100 {
			twice := s.Clone()
			s.AddSum(&twice)
		}
		require.Equal(t, math.Ldexp(x, 100), s.Float64())
		s.Add(x)
		s.Add(-math.Ldexp(x, 100))
		require.Equal(t, x, s.Float64())
	}
	var s exactsum.Sum
	s.Add(math.MaxFloat64)
	s.Add(math.MaxFloat64)
	require.Equal(t, math.Inf(1), s.Float64())
	s.Add(-math.MaxFloat64)
	require.Equal(t, math.MaxFloat64, s.Float64())
}

func BenchmarkAdd(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, 1<<16)
	for i := range x {
		x[i] = math.Round(r.ExpFloat64()*1e7) / 100
	}
	sums := exactsum.Make(1 << 12)
	b.ResetTimer()
	for i := range b.N {
		sums[i*7919&(1<<12-1)].Add(x[i&(1<<16-1)])
	}
}

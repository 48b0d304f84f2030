package detmath_test

import (
	"hash/fnv"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/detmath"
)

// bigExp is e^y to about 150 bits by its power series: the oracle.
func bigExp(y float64) *big.Float {
	const prec = 400
	half := new(big.Float).SetPrec(prec).SetFloat64(y / 1024)
	sum := big.NewFloat(1).SetPrec(prec)
	term := big.NewFloat(1).SetPrec(prec)
	for i := int64(1); i < 80; i++ {
		term.Mul(term, half)
		term.Quo(term, new(big.Float).SetPrec(prec).SetInt64(i))
		sum.Add(sum, term)
	}
	for range 10 {
		sum.Mul(sum, sum)
	}
	return sum
}

// e^Log(x)/x - 1 is the absolute error of Log(x), which must be below two
// units in the last place of the logarithm.
func TestLogAccuracy(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	xs := []float64{
		math.SmallestNonzeroFloat64, 0x1p-1022, 1e-300, 0.5, math.Nextafter(1, 0), math.Nextafter(1, 2),
		math.Sqrt2 / 2, math.Sqrt2, 2, math.E, 10, 1e10, math.MaxFloat64,
	}
	for range 500 {
		xs = append(xs, 0.5+1.5*rng.Float64(), math.Ldexp(1+rng.Float64(), rng.IntN(2000)-1000))
	}
	for _, x := range xs {
		y := detmath.Log(x)
		ratio := bigExp(y)
		ratio.Quo(ratio, new(big.Float).SetPrec(400).SetFloat64(x))
		ratio.Sub(ratio, big.NewFloat(1))
		err, _ := ratio.Float64()
		ulp := math.Nextafter(math.Abs(y), math.Inf(1)) - math.Abs(y)
		require.LessOrEqualf(t, math.Abs(err), 2*ulp, "Log(%g) = %g", x, y)
	}
}

func TestLogSpecialValues(t *testing.T) {
	require.Equal(t, uint64(0), math.Float64bits(detmath.Log(1)), "Log(1) is +0")
	require.True(t, math.IsInf(detmath.Log(0), -1))
	require.True(t, math.IsInf(detmath.Log(math.Inf(1)), 1))
	require.True(t, math.IsNaN(detmath.Log(-1)))
	require.True(t, math.IsNaN(detmath.Log(math.NaN())))
}

// The same bits everywhere: the hash is a constant of this file, not of the
// machine that runs it.
func TestLogBits(t *testing.T) {
	h := fnv.New64a()
	rng := rand.New(rand.NewPCG(3, 4))
	var b [8]byte
	for range 100_000 {
		bits := math.Float64bits(detmath.Log(math.Ldexp(1+rng.Float64(), rng.IntN(64)-32)))
		for i := range b {
			b[i] = byte(bits >> (8 * i))
		}
		h.Write(b[:])
	}
	require.Equal(t, uint64(0x8c7728351861cdfd), h.Sum64())
}

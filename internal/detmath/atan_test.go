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

func exact(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }

// bigSinCos sums the Taylor series.
func bigSinCos(angle float64) (sin, cos *big.Float) {
	sin, cos = exact(0), exact(0)
	term := exact(1)
	for k := range 90 {
		signed := new(big.Float).Set(term)
		if k%4 >= 2 {
			signed.Neg(signed)
		}
		if k%2 == 0 {
			cos.Add(cos, signed)
		} else {
			sin.Add(sin, signed)
		}
		term.Mul(term, exact(angle))
		term.Quo(term, exact(float64(k+1)))
	}
	return sin, cos
}

// The vector turned back by the angle found points along the axis: what is
// left is the error of the angle.
func TestAtan2Accuracy(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	check := func(y, x float64) {
		a := detmath.Atan2(y, x)
		sin, cos := bigSinCos(a)
		across := new(big.Float).Sub(new(big.Float).Mul(exact(y), cos), new(big.Float).Mul(exact(x), sin))
		along := new(big.Float).Add(new(big.Float).Mul(exact(y), sin), new(big.Float).Mul(exact(x), cos))
		require.Positive(t, along.Sign(), "Atan2(%g, %g) = %g", y, x, a)
		err, _ := across.Quo(across, along).Float64()
		ulp := math.Nextafter(math.Abs(a), math.Inf(1)) - math.Abs(a)
		require.LessOrEqualf(t, math.Abs(err), 2*ulp, "Atan2(%g, %g) = %g", y, x, a)
	}
	for range 2000 {
		check(rng.NormFloat64(), rng.NormFloat64())
	}
	for range 500 {
		check(math.Ldexp(rng.NormFloat64(), rng.IntN(80)-40), rng.NormFloat64())
	}
	for _, y := range []float64{0.125, 0.375, 0.625, 0.875, 1} {
		for _, v := range []float64{math.Nextafter(y, 0), y, math.Nextafter(y, 2)} {
			check(v, 1)
			check(1, v)
			check(-v, -1)
			check(1, -v)
		}
	}
	for _, scale := range []float64{0x1p-1060, 0x1p-900, 0x1p900, 0x1p1022} {
		check(3*scale, 3.5*scale)
		check(1.5*scale, -3.5*scale)
	}
}

func TestAtan2SpecialValues(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), math.SmallestNonzeroFloat64, math.MaxFloat64}
	for _, y := range special {
		for _, x := range special {
			want, got := math.Atan2(y, x), detmath.Atan2(y, x)
			if math.IsNaN(want) {
				require.True(t, math.IsNaN(got), "Atan2(%g, %g)", y, x)
				continue
			}
			require.InDelta(t, want, got, 1e-15, "Atan2(%g, %g)", y, x)
			require.Equal(t, math.Signbit(want), math.Signbit(got), "Atan2(%g, %g)", y, x)
		}
	}
}

func TestCbrtAccuracy(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	xs := []float64{1, 8, 27, 0.125, 1000, math.SmallestNonzeroFloat64, 0x1p-1022, math.MaxFloat64, -2, -1e-300}
	for range 2000 {
		xs = append(xs, math.Ldexp(rng.NormFloat64(), rng.IntN(2000)-1000))
	}
	for _, x := range xs {
		y := detmath.Cbrt(x)
		cube := new(big.Float).Mul(exact(y), exact(y))
		cube.Mul(cube, exact(y))
		ratio := cube.Quo(cube, exact(x))
		err, _ := ratio.Sub(ratio, exact(1)).Float64()
		require.LessOrEqualf(t, math.Abs(err)/3, 2*0x1p-52, "Cbrt(%g) = %g", x, y)
	}
	for _, x := range []float64{0, math.Inf(1), math.Inf(-1)} {
		require.Equal(t, x, detmath.Cbrt(x))
	}
	require.True(t, math.IsNaN(detmath.Cbrt(math.NaN())))
}

func TestAtan2AndCbrtBits(t *testing.T) {
	h := fnv.New64a()
	rng := rand.New(rand.NewPCG(3, 4))
	var b [8]byte
	add := func(x float64) {
		bits := math.Float64bits(x)
		for i := range b {
			b[i] = byte(bits >> (8 * i))
		}
		h.Write(b[:])
	}
	for range 50_000 {
		x, y := rng.Float64()-0.5, rng.Float64()-0.5
		add(detmath.Atan2(y, x))
		add(detmath.Cbrt(math.Ldexp(x, rng.IntN(64)-32)))
	}
	require.Equal(t, uint64(0x8765e19bd3afc332), h.Sum64())
}

func BenchmarkAtan2(b *testing.B) {
	sum := 0.0
	for i := 0; b.Loop(); i++ {
		sum += detmath.Atan2(float64(i&255)-127.5, float64(i>>8&255)-127.5)
	}
	_ = sum
}

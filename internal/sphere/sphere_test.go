package sphere_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/sphere"
)

const prec = 160

func number(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

func op() *big.Float { return new(big.Float).SetPrec(prec) }

// pi by Machin's formula, 16·atan(1/5) - 4·atan(1/239).
var pi = func() *big.Float {
	atanInverse := func(k float64) *big.Float {
		sum, power := op(), op().Quo(number(1), number(k))
		for i := 0; i < 120; i++ {
			term := op().Quo(power, number(float64(2*i+1)))
			if i%2 == 1 {
				term.Neg(term)
			}
			sum.Add(sum, term)
			power.Quo(power, number(k*k))
		}
		return sum
	}
	a := op().Mul(number(16), atanInverse(5))
	return a.Sub(a, op().Mul(number(4), atanInverse(239)))
}()

// sinCos sums the Taylor series of the angle itself, without any reduction.
func sinCos(rad *big.Float) (sin, cos *big.Float) {
	sin, cos = op(), op()
	term := number(1)
	for k := 0; k < 120; k++ {
		t := op().Set(term)
		if k%4 >= 2 {
			t.Neg(t)
		}
		if k%2 == 0 {
			cos.Add(cos, t)
		} else {
			sin.Add(sin, t)
		}
		term.Mul(term, rad)
		term.Quo(term, number(float64(k+1)))
	}
	return sin, cos
}

// ulps is the error of got in units of its last place.
func ulps(got float64, want *big.Float) float64 {
	d, _ := op().Sub(number(got), want).Float64()
	w, _ := want.Float64()
	w = math.Abs(w)
	return math.Abs(d) / (math.Nextafter(w, math.Inf(1)) - w)
}

// spread visits values that fill lo..hi evenly and share no structure with
// decimal degrees.
func spread(lo, hi float64, n int, visit func(float64)) {
	for i := range n {
		u := float64(i+1) * 0.6180339887498949
		u -= math.Floor(u)
		visit(lo + float64((hi-lo)*u))
	}
}

func TestSinCosAgainstSeries(t *testing.T) {
	worst := 0.0
	check := func(deg float64) {
		rad := op().Quo(op().Mul(number(deg), pi), number(180))
		wantSin, wantCos := sinCos(rad)
		sin, cos := sphere.SinCos(deg)
		worst = max(worst, ulps(sin, wantSin), ulps(cos, wantCos))
	}
	spread(-360, 360, 3000, check)
	spread(-1e-6, 1e-6, 200, check)
	for _, deg := range []float64{45, -45, 135, 44.99999999999999, 45.00000000000001, 89.99999999999999, 90.00000000000001, 1e-300} {
		check(deg)
	}
	require.LessOrEqual(t, worst, 2.0)
}

func TestSinCosAtQuarters(t *testing.T) {
	for quarter := -8; quarter <= 8; quarter++ {
		sin, cos := sphere.SinCos(float64(90 * quarter))
		require.Equal(t, []float64{0, 1, 0, -1}[quarter&3], sin+0, "sin of %d°", 90*quarter)
		require.Equal(t, []float64{1, 0, -1, 0}[quarter&3], cos+0, "cos of %d°", 90*quarter)
	}
}

// The angle is found again by its sine: asin is checked without an asin.
func TestArcAgainstSeries(t *testing.T) {
	worst := 0.0
	check := func(h float64) { // half the chord
		got := sphere.Arc(4 * h * h)
		// Newton for sin(x) = √(h²) from the answer; two steps give 4 times its digits.
		x := op().Quo(number(got), op().Mul(number(2), number(sphere.Radius)))
		target := op().Sqrt(number(0.25 * (4 * h * h)))
		for range 2 {
			sin, cos := sinCos(x)
			sin.Sub(sin, target)
			x.Sub(x, sin.Quo(sin, cos))
		}
		want := op().Mul(x, op().Mul(number(2), number(sphere.Radius)))
		worst = max(worst, ulps(got, want))
	}
	spread(0, 0.5, 1500, func(h float64) { check(h + 1e-12) })
	spread(0.5, 0.999, 1500, check)
	spread(0, 1e-6, 200, func(h float64) { check(h + 1e-12) })
	require.LessOrEqual(t, worst, 4.0) // of asin and the two products, each at most doubled where the exponent changes
}

func TestArcEnds(t *testing.T) {
	half := math.Pi * sphere.Radius
	require.Zero(t, sphere.Arc(0))
	require.Equal(t, half, sphere.Arc(4))
	require.Equal(t, half, sphere.Arc(4.000000000000001))
	require.InDelta(t, half/2, sphere.Arc(2), 1e-11)
}

func TestDistance(t *testing.T) {
	quarter := math.Pi / 2 * sphere.Radius
	for name, c := range map[string]struct {
		lon1, lat1, lon2, lat2, want float64
	}{
		"same point":                 {116.4, 39.9, 116.4, 39.9, 0},
		"antimeridian":               {180, 12.5, -180, 12.5, 0},
		"pole by any longitude":      {77, 90, -120, 90, 0},
		"south pole":                 {77, -90, -120, -90, 0},
		"equator to pole":            {30, 0, -99, 90, quarter},
		"quarter of the equator":     {-45, 0, 45, 0, quarter},
		"antipodes":                  {10, 20, -170, -20, 2 * quarter},
		"across the antimeridian":    {179.5, 0, -179.5, 0, quarter / 90},
		"one degree of a meridian":   {5, 50, 5, 51, quarter / 90},
		"sixty degrees, 2·asin(1/2)": {0, 0, 60, 0, quarter * 2 / 3},
	} {
		a, b := sphere.At(c.lon1, c.lat1), sphere.At(c.lon2, c.lat2)
		tolerance := 1e-8
		if name == "antipodes" {
			tolerance = 1e-3
		}
		require.InDelta(t, c.want, sphere.Distance(a, b), tolerance, name)
		require.Equal(t, sphere.Distance(a, b), sphere.Distance(b, a), name)
		if c.want == 0 {
			require.Zero(t, sphere.Distance(a, b), name)
		}
	}
}

// The bits are the same on every platform: this fails where one of them fuses
// a product into a sum or computes in wider registers.
func TestGoldenBits(t *testing.T) {
	h := fnv.New64a()
	var buf [8]byte
	add := func(x float64) {
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(x))
		h.Write(buf[:])
	}
	home := sphere.At(116.39723, 39.9075)
	spread(-180, 180, 4000, func(lon float64) {
		spread(-90, 90, 3, func(lat float64) {
			v := sphere.At(lon, lat+lon/1000)
			add(v.X)
			add(v.Y)
			add(v.Z)
			add(sphere.Distance(home, v))
		})
	})
	require.Equal(t, uint64(0x2edcb4c2739ab548), h.Sum64())
}

func BenchmarkAt(b *testing.B) {
	var sum float64
	for i := 0; b.Loop(); i++ {
		v := sphere.At(float64(i%360)-179.3, float64(i%180)-89.7)
		sum += v.X
	}
	_ = sum
}

func BenchmarkArc(b *testing.B) {
	var sum float64
	for i := 0; b.Loop(); i++ {
		sum += sphere.Arc(float64(i%4000) * 1e-3)
	}
	_ = sum
}

package robust_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/robust"
	"github.com/territory-go/territory/internal/splitmix"
)

// determinant expands a matrix of rational numbers along its first row.
func determinant(m [][]*big.Rat) *big.Rat {
	if len(m) == 1 {
		return m[0][0]
	}
	sum := new(big.Rat)
	for j, x := range m[0] {
		var minor [][]*big.Rat
		for _, row := range m[1:] {
			minor = append(minor, append(append([]*big.Rat{}, row[:j]...), row[j+1:]...))
		}
		term := new(big.Rat).Mul(x, determinant(minor))
		if j%2 == 1 {
			term.Neg(term)
		}
		sum.Add(sum, term)
	}
	return sum
}

func rat(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }

func orientRational(p ...orb.Point) int {
	var m [][]*big.Rat
	for _, q := range p {
		m = append(m, []*big.Rat{rat(q[0]), rat(q[1]), rat(1)})
	}
	return determinant(m).Sign()
}

func inCircleRational(p ...orb.Point) int {
	var m [][]*big.Rat
	for _, q := range p {
		x, y := rat(q[0]), rat(q[1])
		lift := new(big.Rat).Add(new(big.Rat).Mul(x, x), new(big.Rat).Mul(y, y))
		m = append(m, []*big.Rat{x, y, lift, rat(1)})
	}
	return determinant(m).Sign()
}

// clouds are generators of points that try the predicates: spread out, on a
// small grid, on a line up to rounding, nearly on a circle, of wildly different
// sizes.
func clouds(r *splitmix.Source) map[string]func() orb.Point {
	return map[string]func() orb.Point{
		"spread": func() orb.Point { return orb.Point{r.Float(), r.Float()} },
		"grid":   func() orb.Point { return orb.Point{float64(r.Below(4)), float64(r.Below(4))} },
		"line": func() orb.Point {
			x := r.Float()
			return orb.Point{x, x * 0.7}
		},
		"near": func() orb.Point {
			return orb.Point{0.5 + float64(r.Below(5))*0x1p-53, 0.5 + float64(r.Below(5))*0x1p-53}
		},
		"circle": func() orb.Point {
			t := r.Float()
			return orb.Point{(1 - t*t) / (1 + t*t), 2 * t / (1 + t*t)}
		},
		"sizes": func() orb.Point {
			return orb.Point{math.Ldexp(r.Float()-0.5, r.Below(2000)-1000), math.Ldexp(r.Float()-0.5, r.Below(2000)-1000)}
		},
		"tiny": func() orb.Point { return orb.Point{float64(r.Below(3)) * 5e-324, float64(r.Below(3)) * 5e-324} },
		"huge": func() orb.Point {
			return orb.Point{float64(r.Below(3)-1) * math.MaxFloat64, float64(r.Below(3)-1) * math.MaxFloat64}
		},
	}
}

func TestSignsAreThoseOfRationalArithmetic(t *testing.T) {
	seed := splitmix.Source(1)
	for name, draw := range clouds(&seed) {
		t.Run(name, func(t *testing.T) {
			for range 500 {
				a, b, c, d := draw(), draw(), draw(), draw()
				require.Equal(t, orientRational(a, b, c), robust.Orient(a, b, c), "%v %v %v", a, b, c)
				require.Equal(t, inCircleRational(a, b, c, d), robust.InCircle(a, b, c, d), "%v %v %v %v", a, b, c, d)
			}
		})
	}
}

func TestKnownSigns(t *testing.T) {
	require.Equal(t, 1, robust.Orient(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{0, 1}))
	require.Equal(t, -1, robust.Orient(orb.Point{0, 0}, orb.Point{0, 1}, orb.Point{1, 0}))
	require.Equal(t, 1, robust.InCircle(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{0, 1}, orb.Point{0.5, 0.5}))
	require.Equal(t, 0, robust.InCircle(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{0, 1}, orb.Point{1, 1}))
	require.Equal(t, -1, robust.InCircle(orb.Point{0, 0}, orb.Point{1, 0}, orb.Point{0, 1}, orb.Point{2, 1}))
}

func TestNotFinite(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		p := orb.Point{bad, 0}
		require.Zero(t, robust.Orient(p, orb.Point{1, 0}, orb.Point{0, 1}))
		require.Zero(t, robust.InCircle(orb.Point{0, 0}, p, orb.Point{0, 1}, orb.Point{1, 1}))
	}
}

func BenchmarkOrient(b *testing.B) {
	for name, c := range map[string]orb.Point{"filter": {0.3, 0.9}, "exact": {0.5, 0.5}} {
		b.Run("method="+name, func(b *testing.B) {
			for b.Loop() {
				robust.Orient(orb.Point{0.1, 0.1}, orb.Point{0.7, 0.7}, c)
			}
		})
	}
}

// The sign of the scalar product against rational numbers, at angles that are
// right or all but right.
func TestAngle(t *testing.T) {
	rng := splitmix.Source(4)
	point := func(scale float64) orb.Point {
		return orb.Point{float64(rng.Below(9)) * scale, float64(rng.Below(9)) * scale}
	}
	seen := map[int]int{}
	for _, scale := range []float64{1, 0.1, 1e-300, 1e300, 1e200} {
		for range 2000 {
			a, b, c := point(scale), point(scale), point(scale)
			if rng.Below(2) == 0 {
				a[0] = math.Nextafter(a[0], 1e307)
			}
			want := new(big.Rat)
			for d := range 2 {
				r := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
				left := new(big.Rat).Sub(r(a[d]), r(c[d]))
				want.Add(want, left.Mul(left, new(big.Rat).Sub(r(b[d]), r(c[d]))))
			}
			require.Equal(t, want.Sign(), robust.Angle(a, b, c), "%v %v %v", a, b, c)
			seen[want.Sign()]++
		}
	}
	require.Len(t, seen, 3)
	require.Zero(t, robust.Angle(orb.Point{math.NaN(), 0}, orb.Point{1, 1}, orb.Point{2, 0}))
}

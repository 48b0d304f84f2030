package detmath

import "math"

// Cbrt is the cube root of x, to two units in the last place.
//
// x = 8^k·f with f in 1/8..1. From a parabola through ∛f that is good to 4 %,
// Newton's step y - (y³ - f)/(3y²) doubles the digits four times.
func Cbrt(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	f, e := math.Frexp(math.Abs(x)) // f in 1/2..1
	k := (e+3074)/3 - 1024          // e/3 rounded up; e > -1074
	f = math.Ldexp(f, e-3*k)        // in 1/8..1
	y := 0.4069 + float64(f*(0.9450-float64(0.3571*f)))
	for range 4 {
		square := float64(y * y)
		y -= (float64(square*y) - f) / (3 * square)
	}
	return math.Copysign(math.Ldexp(y, k), x)
}

package detmath

import "math"

// π in two parts: the float64 next to it and the rest.
const (
	piHi = 0x1.921fb54442d18p+1
	piLo = 0x1.1a62633145c07p-53
)

// atanQuarters are the angles whose tangents are 0, 1/4, 1/2, 3/4 and 1, each in two
// parts: the float64 next to it and the rest.
var atanQuarters = [5][2]float64{
	{0, 0},
	{0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
	{0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
	{0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
	{piHi / 4, piLo / 4},
}

// Atan2 is the angle of the vector (x, y) in -π..π, to two units in the last
// place. Zeros, infinities and NaN give what [math.Atan2] gives for them.
//
// The vector is folded into the first eighth of the circle. There, with c the
// multiple of 1/4 next to y/x,
//
//	atan(y/x) = atan(c) + atan(r), r = (y - c·x)/(x + c·y), |r| ≤ 1/8,
//
// and the series r - r³/3 + r⁵/5 - … needs nine terms.
func Atan2(y, x float64) float64 {
	if math.IsNaN(x) || math.IsNaN(y) {
		return math.NaN()
	}
	ax, ay := math.Abs(x), math.Abs(y)
	if math.IsInf(ax, 1) {
		// Only the direction counts.
		ax = 1
		if math.IsInf(ay, 1) {
			ay = 1
		} else {
			ay = 0
		}
	} else if math.IsInf(ay, 1) {
		ax, ay = 0, 1
	}
	steep := ay > ax
	if steep {
		ax, ay = ay, ax
	}
	var hi, lo float64 // the angle
	if ay > 0 {
		// Neither may x + c·y overflow, nor c·x lose digits.
		if ax > 0x1p1000 {
			ax, ay = ax/4, ay/4
		} else if ax < 0x1p-900 {
			ax, ay = ax*0x1p100, ay*0x1p100
		}
		k := int(float64(4*(ay/ax)) + 0.5)
		c := float64(k) / 4
		r := (ay - float64(c*ax)) / (ax + float64(c*ay))
		hi = atanQuarters[k][0]
		lo = atanQuarters[k][1] + atanSmall(r)
	}
	switch {
	case steep && math.Signbit(x): // π/2 + angle
		hi, lo = piHi/2+hi, lo+piLo/2
	case steep: // π/2 - angle
		hi, lo = piHi/2-hi, piLo/2-lo
	case math.Signbit(x): // π - angle
		hi, lo = piHi-hi, piLo-lo
	}
	return math.Copysign(hi+lo, y)
}

// atanSmall is the series of the arc tangent for |r| ≤ 1/8, where the first
// term left out is below 2^-58 of the first.
func atanSmall(r float64) float64 {
	z := float64(r * r)
	p := 1.0/17 - float64(z*(1.0/19))
	p = 1.0/15 - float64(z*p)
	p = 1.0/13 - float64(z*p)
	p = 1.0/11 - float64(z*p)
	p = 1.0/9 - float64(z*p)
	p = 1.0/7 - float64(z*p)
	p = 1.0/5 - float64(z*p)
	p = 1.0/3 - float64(z*p)
	return r - float64(float64(r*z)*p)
}

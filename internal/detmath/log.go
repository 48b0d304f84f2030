// Package detmath holds elementary functions that return the same bits on
// every platform. Those of package math do not: some are written in assembly
// on some architectures, and where a compiler fuses a multiplication with an
// addition the last bit changes.
package detmath

import "math"

// ln2 in two parts: float64(k)·ln2Hi is exact for every exponent k of a float64.
const (
	ln2Hi = 0x1.62e42feep-1
	ln2Lo = math.Ln2 - ln2Hi
)

// Log is the natural logarithm of x, to less than two units in the last place.
// Log(0) is -Inf, Log(+Inf) is +Inf, and Log of a negative number or NaN is NaN.
//
// x = 2^k·f with f between √½ and √2; with d = f-1 and s = d/(2+d),
//
//	ln f = 2·artanh(s) = 2s + 2s·(s²/3 + s⁴/5 + …) = d - s·(d - 2(s²/3 + s⁴/5 + …)),
//
// whose first term is exact. s² is below 0.0295, so that eleven terms of the
// series reach past the last bit.
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case math.IsInf(x, 1):
		return x
	}
	f, k := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f *= 2
		k--
	}
	d := f - 1
	s := d / (2 + d)
	z := s * s
	p := 0.0
	for odd := 23.0; odd >= 3; odd -= 2 {
		p = float64(p*z) + 1/odd
	}
	correction := float64(s * (d - float64(2*float64(z*p))))
	return float64(float64(k)*ln2Hi) + (d - (correction - float64(float64(k)*ln2Lo)))
}

// Package robust answers questions of plane geometry exactly: on which side of
// a line a point lies, and whether it lies in a circle. The answers are those of
// arithmetic without rounding, on every platform, so that algorithms built on
// them cannot contradict themselves.
//
// A floating-point filter with a proven error bound decides almost always; what
// it leaves open is computed exactly (the approach of J. R. Shewchuk, Adaptive
// Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates,
// Discrete & Computational Geometry 18, 1997).
package robust

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// epsilon is half the distance from 1 to the next number: the largest relative
// error of one operation.
const epsilon = 0x1p-53

// Orient is +1 where a, b, c turn left (counter-clockwise), -1 where they turn
// right, and 0 where they lie on a line. It is exact for all finite
// coordinates; with a coordinate that is not finite it is 0.
func Orient(a, b, c orb.Point) int {
	left := float64((a[0] - c[0]) * (b[1] - c[1]))
	right := float64((a[1] - c[1]) * (b[0] - c[0]))
	det := left - right
	// The bound holds for products that do not underflow; those that might are
	// smaller than the second term.
	bound := float64((3+16*epsilon)*epsilon*(math.Abs(left)+math.Abs(right))) + 0x1p-1000
	switch {
	case det > bound && !math.IsInf(det, 1):
		return 1
	case -det > bound && !math.IsInf(det, -1):
		return -1
	}
	return orientExact(a, b, c)
}

// orientExact adds up the six products of ax·by - ax·cy - cx·by - ay·bx + ay·cx + cy·bx
// without rounding.
func orientExact(a, b, c orb.Point) int {
	if !tame(a) || !tame(b) || !tame(c) {
		return orientBig(a, b, c)
	}
	var sum expansion
	sum.addProduct(a[0], b[1])
	sum.addProduct(-a[0], c[1])
	sum.addProduct(-c[0], b[1])
	sum.addProduct(-a[1], b[0])
	sum.addProduct(a[1], c[0])
	sum.addProduct(c[1], b[0])
	return sum.sign()
}

// tame reports whether products of the coordinates neither overflow nor lose
// digits to underflow.
func tame(p orb.Point) bool { return tameNumber(p[0]) && tameNumber(p[1]) }

func tameNumber(x float64) bool {
	x = math.Abs(x)
	return x == 0 || x > 0x1p-400 && x < 0x1p400
}

func orientBig(a, b, c orb.Point) int {
	x, ok := integers(a, b, c)
	if !ok {
		return 0
	}
	acx, acy := new(big.Int).Sub(x[0], x[4]), new(big.Int).Sub(x[1], x[5])
	bcx, bcy := new(big.Int).Sub(x[2], x[4]), new(big.Int).Sub(x[3], x[5])
	return new(big.Int).Mul(acx, bcy).Cmp(new(big.Int).Mul(acy, bcx))
}

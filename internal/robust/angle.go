package robust

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// Angle is the sign of (a-c)·(b-c): +1 where the angle of a and b at c is acute,
// 0 where it is right, or where c is a or b, and -1 where it is obtuse. It is
// exact for all finite coordinates; with one that is not finite it is 0.
func Angle(a, b, c orb.Point) int {
	x := float64((a[0] - c[0]) * (b[0] - c[0]))
	y := float64((a[1] - c[1]) * (b[1] - c[1]))
	dot := x + y
	// The bound is that of Orient, which has the same operations.
	bound := float64((3+16*epsilon)*epsilon*(math.Abs(x)+math.Abs(y))) + 0x1p-1000
	switch {
	case dot > bound && !math.IsInf(dot, 1):
		return 1
	case -dot > bound && !math.IsInf(dot, -1):
		return -1
	}
	return angleExact(a, b, c)
}

func angleExact(a, b, c orb.Point) int {
	if !tame(a) || !tame(b) || !tame(c) {
		v, ok := integers(a, b, c)
		if !ok {
			return 0
		}
		sub := func(i, j int) *big.Int { return new(big.Int).Sub(v[i], v[j]) }
		x := new(big.Int).Mul(sub(0, 4), sub(2, 4))
		y := new(big.Int).Mul(sub(1, 5), sub(3, 5))
		return x.Add(x, y).Sign()
	}
	var sum expansion // of eight products: sixteen terms, its room
	for d := range 2 {
		sum.addProduct(a[d], b[d])
		sum.addProduct(-a[d], c[d])
		sum.addProduct(-c[d], b[d])
		sum.addProduct(c[d], c[d])
	}
	return sum.sign()
}

package robust

import (
	"cmp"
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// InCircle is +1 where d lies inside the circle through a, b and c, which are
// in counter-clockwise order, -1 where it lies outside, and 0 where it lies on
// the circle. With a, b, c in clockwise order the sign is reversed; where they
// lie on a line, the circle is the half-plane on the left of it. It is exact
// for all finite coordinates; with one that is not finite it is 0.
func InCircle(a, b, c, d orb.Point) int {
	adx, ady := a[0]-d[0], a[1]-d[1]
	bdx, bdy := b[0]-d[0], b[1]-d[1]
	cdx, cdy := c[0]-d[0], c[1]-d[1]

	bcx, cbx := float64(bdx*cdy), float64(cdx*bdy)
	cax, acx := float64(cdx*ady), float64(adx*cdy)
	abx, bax := float64(adx*bdy), float64(bdx*ady)
	alift := float64(adx*adx) + float64(ady*ady)
	blift := float64(bdx*bdx) + float64(bdy*bdy)
	clift := float64(cdx*cdx) + float64(cdy*cdy)

	det := float64(alift*(bcx-cbx)) + float64(blift*(cax-acx)) + float64(clift*(abx-bax))
	size := float64((math.Abs(bcx)+math.Abs(cbx))*alift) +
		float64((math.Abs(cax)+math.Abs(acx))*blift) +
		float64((math.Abs(abx)+math.Abs(bax))*clift)
	// Where a product might underflow, the second term is larger than the loss
	// unless the differences are huge, and then the first one is.
	bound := float64((10+96*epsilon)*epsilon*size) + 0x1p-500
	switch {
	case size > 0x1p1000 || math.IsNaN(size) || alift > 0x1p450 || blift > 0x1p450 || clift > 0x1p450:
		// left to exact arithmetic
	case det > bound:
		return 1
	case -det > bound:
		return -1
	case size < 0x1p53 && whole(a) && whole(b) && whole(c) && whole(d):
		return cmp.Compare(det, 0) // nothing was rounded: grids are full of circles through four points
	}
	return inCircleBig(a, b, c, d)
}

// whole reports whether the coordinates are whole numbers whose differences are exact.
func whole(p orb.Point) bool {
	return p[0] == math.Floor(p[0]) && math.Abs(p[0]) < 0x1p52 && p[1] == math.Floor(p[1]) && math.Abs(p[1]) < 0x1p52
}

// inCircleBig computes the determinant in integers: all coordinates are brought
// to the smallest of their exponents.
func inCircleBig(a, b, c, d orb.Point) int {
	x, ok := integers(a, b, c, d)
	if !ok {
		return 0
	}
	sub := func(p, q *big.Int) *big.Int { return new(big.Int).Sub(p, q) }
	mul := func(p, q *big.Int) *big.Int { return new(big.Int).Mul(p, q) }
	adx, ady := sub(x[0], x[6]), sub(x[1], x[7])
	bdx, bdy := sub(x[2], x[6]), sub(x[3], x[7])
	cdx, cdy := sub(x[4], x[6]), sub(x[5], x[7])
	lift := func(dx, dy *big.Int) *big.Int { return new(big.Int).Add(mul(dx, dx), mul(dy, dy)) }
	cross := func(px, py, qx, qy *big.Int) *big.Int { return sub(mul(px, qy), mul(qx, py)) }
	det := mul(lift(adx, ady), cross(bdx, bdy, cdx, cdy))
	det.Add(det, mul(lift(bdx, bdy), cross(cdx, cdy, adx, ady)))
	det.Add(det, mul(lift(cdx, cdy), cross(adx, ady, bdx, bdy)))
	return det.Sign()
}

// integers are the coordinates of the points, x and y in turn, times one power
// of two that makes all of them whole; not ok if one of them is not finite.
func integers(points ...orb.Point) (x []*big.Int, ok bool) {
	least := math.MaxInt
	for _, p := range points {
		for _, v := range p {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, false
			}
			if v != 0 {
				_, e := math.Frexp(v)
				least = min(least, e-53)
			}
		}
	}
	for _, p := range points {
		for _, v := range p {
			i := new(big.Int)
			if v != 0 {
				f, e := math.Frexp(v)
				i.SetInt64(int64(math.Ldexp(f, 53)))
				i.Lsh(i, uint(e-53-least))
			}
			x = append(x, i)
		}
	}
	return x, true
}

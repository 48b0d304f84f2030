package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/robust"
)

// leftOf reports whether p, moved by an infinitesimal step north and a still
// smaller one east, lies on the left of the line from a up to b: a is the
// lower end, or the western one of a level edge, and differs from b.
//
// No moved point lies on any line, so that every question about it has an
// answer, and all of them are answers about the same point. This is what gives
// a point of a shared border exactly one owner.
func leftOf(a, b, p orb.Point) bool {
	l := float64((a[0] - p[0]) * (b[1] - p[1]))
	r := float64((a[1] - p[1]) * (b[0] - p[0]))
	det := l - r
	// Shewchuk's bound for the rounding errors of det, and a term that is
	// larger than what underflow can cost. An infinite det is not above it.
	bound := float64(orientError*(math.Abs(l)+math.Abs(r))) + 0x1p-1000
	switch {
	case det > bound:
		return true
	case -det > bound:
		return false
	}
	return leftOfExact(a, b, p)
}

const orientError = (3 + 16*0x1p-53) * 0x1p-53

func leftOfExact(a, b, p orb.Point) bool {
	if s := robust.Orient(a, b, p); s != 0 {
		return s > 0
	}
	// On the line: the step north leads to the left of it if it goes east. Of
	// an upright line the step east leads to the right.
	return b[0] > a[0]
}

// crossing reports whether the path from p to r, level first and then upright,
// crosses the edge from a up to b; all points are moved as leftOf moves them.
func crossing(a, b, p, r orb.Point) bool {
	corner := orb.Point{r[0], p[1]}
	return crossingLevel(a, b, p, corner) != crossingUpright(a, b, corner, r)
}

// crossingLevel is crossing for p and r of one height.
func crossingLevel(a, b, p, r orb.Point) bool {
	return (a[1] > p[1]) != (b[1] > p[1]) && leftOf(a, b, p) != leftOf(a, b, r)
}

// crossingUpright is crossing for p and r below each other.
func crossingUpright(a, b, p, r orb.Point) bool {
	return (a[0] > p[0]) != (b[0] > p[0]) && leftOf(a, b, p) != leftOf(a, b, r)
}

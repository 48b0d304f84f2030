package overlay

import (
	"cmp"
	"math"
	"math/bits"

	"github.com/paulmach/orb"
)

// point is a point of the grid. |x| and |y| are at most 2^53.
type point struct{ x, y int64 }

// compare orders points from left to right, on a vertical line upwards.
func (p point) compare(q point) int {
	if p.x != q.x {
		return cmp.Compare(p.x, q.x)
	}
	return cmp.Compare(p.y, q.y)
}

// axis turns one coordinate into steps of the grid and back.
type axis struct{ exponent int } // of the smallest power of two above all magnitudes

// newAxis makes the grid for coordinates of at most the given magnitude. Its
// step is 2^-53 of the power of two above it: a float64, as all its multiples
// up to 2^53 are.
func newAxis(largest float64) axis {
	_, e := math.Frexp(largest)
	return axis{max(e, -1021)} // a step of at least 2^-1074
}

func (a axis) steps(v float64) int64 {
	return int64(math.RoundToEven(math.Ldexp(v, 53-a.exponent)))
}

func (a axis) value(steps int64) float64 {
	return math.Ldexp(float64(steps), a.exponent-53)
}

// usable reports whether a position is finite.
func usable(p orb.Point) bool {
	return !(math.IsNaN(p[0]-p[0]) || math.IsNaN(p[1]-p[1]))
}

// wide is a signed integer of 128 bits. Products of differences of coordinates
// take 110 of them, differences of such products 111.
type wide struct {
	hi int64
	lo uint64
}

func product(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return wide{int64(hi) - (a>>63)&b - (b>>63)&a, lo}
}

func (a wide) minus(b wide) wide {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return wide{a.hi - b.hi - int64(borrow), lo}
}

func (a wide) compare(b wide) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	return cmp.Compare(a.lo, b.lo)
}

func (a wide) sign() int {
	switch {
	case a.hi < 0:
		return -1
	case a.hi == 0 && a.lo == 0:
		return 0
	}
	return 1
}

func (a wide) negative() wide { return wide{}.minus(a) }

// twice is 2a, for a of at most 126 bits.
func (a wide) twice() wide { return wide{a.hi<<1 | int64(a.lo>>63), a.lo << 1} }

// zeros is the number of leading zeros of a > 0.
func (a wide) zeros() int {
	if a.hi == 0 {
		return 64 + bits.LeadingZeros64(a.lo)
	}
	return bits.LeadingZeros64(uint64(a.hi))
}

// shift is a > 0 moved left by n bits, n at most the leading zeros.
func (a wide) shift(n int) wide {
	if n >= 64 {
		return wide{int64(a.lo << (n - 64)), 0}
	}
	return wide{a.hi<<n | int64(a.lo>>(64-n)), a.lo << n}
}

// float is a > 0 with an error of at most a part in 2^51.
func (a wide) float() float64 {
	return float64(float64(a.hi)*0x1p64) + float64(a.lo)
}

func narrow(v int64) wide { return wide{v >> 63, uint64(v)} }

// cross is the cross product of b-a and q-p: positive if the second turns left
// of the first.
func cross(a, b, p, q point) wide {
	return product(b.x-a.x, q.y-p.y).minus(product(b.y-a.y, q.x-p.x))
}

// side is +1 if c is on the left of the line from a to b, -1 on its right, 0 on it.
func side(a, b, c point) int {
	return product(b.x-a.x, c.y-a.y).compare(product(b.y-a.y, c.x-a.x))
}

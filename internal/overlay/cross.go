package overlay

import (
	"cmp"
	"math"
	"math/bits"
)

// crossing is the grid point whose pixel holds the crossing of the segments ab
// and cd, and whether they have one in a cell: a single point that is an end of
// neither. The pixel of (x, y) is [x-½, x+½) × [y-½, y+½).
func (in cell) crossing(a, b, c, d point) (point, bool) {
	s, t := cross(a, b, a, c), cross(a, b, a, d)
	if s.sign()*t.sign() >= 0 {
		return point{}, false
	}
	u, v := cross(c, d, c, a), cross(c, d, c, b)
	if u.sign()*v.sign() >= 0 {
		return point{}, false
	}
	// a + (b-a)·u/(u-v)
	part, whole := u, u.minus(v)
	if whole.sign() < 0 {
		part, whole = part.negative(), whole.negative()
	}
	share := part.float() / whole.float()
	if !in.mayHold(a.x, b.x-a.x, in.minX, in.maxX, share) || !in.mayHold(a.y, b.y-a.y, in.minY, in.maxY, share) {
		return point{}, false
	}
	at := point{a.x + along(b.x-a.x, part, whole), a.y + along(b.y-a.y, part, whole)}
	return at, in.holds(at)
}

// mayHold reports whether from + delta·share can round to a number from lo to hi,
// where rounding errors let share be off by less than a part in 2^50.
func (cell) mayHold(from, delta, lo, hi int64, share float64) bool {
	at, off := float64(float64(delta)*share), 2+float64(0x1p-50*math.Abs(float64(delta)))
	return at >= float64(lo-from)-off && at <= float64(hi-from)+off
}

// along is ⌊d·part/whole + ½⌋ for 0 < part < whole and |d| < 2^63. One step of
// long division by a number of two digits to the base 2^64 (Knuth, The Art of
// Computer Programming, 4.3.1 D): the quotient is less than |d|, one digit.
func along(d int64, part, whole wide) int64 {
	size := uint64(max(d, -d))
	shift := whole.zeros()
	p, w := part.shift(shift), whole.shift(shift)
	w1, w0 := uint64(w.hi), w.lo
	// n = size·p, in three digits
	carry, n0 := bits.Mul64(size, p.lo)
	n2, n1 := bits.Mul64(size, uint64(p.hi))
	n1, c := bits.Add64(n1, carry, 0)
	n2 += c
	q, _ := bits.Div64(n2, n1, w1) // too large by at most 2
	// n -= q·w
	carry, m0 := bits.Mul64(q, w0)
	m2, m1 := bits.Mul64(q, w1)
	m1, c = bits.Add64(m1, carry, 0)
	m2 += c
	n0, c = bits.Sub64(n0, m0, 0)
	n1, c = bits.Sub64(n1, m1, c)
	n2, _ = bits.Sub64(n2, m2, c)
	for n2 != 0 { // n < 0
		q--
		n0, c = bits.Add64(n0, w0, 0)
		n1, c = bits.Add64(n1, w1, c)
		n2 += c
	}
	// Compare the rest with what is missing to the whole.
	m0, c = bits.Sub64(w0, n0, 0)
	m1, _ = bits.Sub64(w1, n1, c)
	half := cmp.Or(cmp.Compare(n1, m1), cmp.Compare(n0, m0))
	switch {
	case d >= 0 && half >= 0:
		return int64(q) + 1
	case d >= 0:
		return int64(q)
	case half > 0:
		return -int64(q) - 1
	}
	return -int64(q)
}

// near is how close, in steps along either axis, an edge may pass a vertex
// without going through it, before vertex and edge stay on the grid.
const near = 4

// passing says how an edge passes a grid point.
type passing uint8

const (
	far     passing = iota
	close           // within near steps
	through         // through its pixel
)

// passes says how the edge from a to b, a ≠ b, passes p. A pixel holds its left
// and its lower side, and of its corners only the one between them. Ends of
// edges are grid points and never on the side of a pixel.
func passes(a, b, p point) passing {
	minX, maxX := a.x, b.x // a is the lower end, hence on the left
	minY, maxY := min(a.y, b.y), max(a.y, b.y)
	if p.x < minX-near || p.x > maxX+near || p.y < minY-near || p.y > maxY+near {
		return far
	}
	dx, dy := b.x-a.x, b.y-a.y
	// Twice the cross product of the edge with p; those with the corners of the
	// square with sides 2r around p differ from it by at most 2r(|dx|+|dy|).
	c := cross(a, b, a, p).twice()
	size := maxX - minX + maxY - minY
	abs := c
	if c.sign() < 0 {
		abs = c.negative()
	}
	if abs.compare(product(size, 2*near)) > 0 {
		return far
	}
	if p.x < minX || p.x > maxX || p.y < minY || p.y > maxY {
		return close
	}
	switch abs.compare(narrow(size)) {
	case -1:
		return through
	case 0:
		if c == narrow(dx-dy) { // touches the corner on the left and below
			return through
		}
	}
	return close
}

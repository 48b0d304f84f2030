package overlay

import "math/bits"

// crossing is the grid point whose pixel holds the crossing of the segments ab
// and cd, and whether they have one: a single point that is an end of neither.
// The pixel of (x, y) is [x-½, x+½) × [y-½, y+½).
func crossing(a, b, c, d point) (point, bool) {
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
	return point{a.x + along(b.x-a.x, part, whole), a.y + along(b.y-a.y, part, whole)}, true
}

// along is ⌊d·part/whole + ½⌋ for 0 < part < whole, by long division: after each
// binary digit of |d|, what there is of it, times part, is q·whole + r.
func along(d int64, part, whole wide) int64 {
	size := uint64(max(d, -d))
	q, r := int64(0), wide{}
	for digit := bits.Len64(size) - 1; digit >= 0; digit-- {
		q, r = 2*q, r.twice()
		if size>>digit&1 == 1 {
			r = r.plus(part)
		}
		for r.compare(whole) >= 0 {
			q, r = q+1, r.minus(whole)
		}
	}
	switch up := r.twice().compare(whole); {
	case d >= 0 && up >= 0:
		return q + 1
	case d >= 0:
		return q
	case up > 0:
		return -q - 1
	}
	return -q
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

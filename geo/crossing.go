package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// cross finds the edges that meet in other places than at common ends, and
// remembers them in pairs.
func (c *Coverage) cross() {
	around := make([]boxes.Box, len(c.ends))
	for e := range around {
		around[e] = c.box(int32(e))
	}
	boxes.New(around).Pairs(func(i, j int) {
		e, f := c.ends[i], c.ends[j]
		if meet(c.points, e, f) {
			c.crossings = append(c.crossings, [2]int32{int32(i), int32(j)})
		}
	})
	if len(c.crossings) == 0 {
		return
	}
	c.isCrossed = make([]bool, len(c.ends))
	for _, pair := range c.crossings {
		c.isCrossed[pair[0]], c.isCrossed[pair[1]] = true, true
	}
}

// crossed reports whether an edge meets others elsewhere than at its ends.
func (c *Coverage) crossed(edge int32) bool {
	return c.isCrossed != nil && c.isCrossed[edge]
}

// meet reports whether two different edges have a point in common that is not
// an end of both.
func meet(points []orb.Point, e, f [2]int32) bool {
	a, b := points[e[0]], points[e[1]]
	p, q := points[f[0]], points[f[1]]
	pSide, qSide := robust.Orient(a, b, p), robust.Orient(a, b, q)
	switch {
	case pSide == 0 && qSide == 0: // on one line
		return e[0] != f[0] && e[0] != f[1] && within(p, q, a) || e[1] != f[0] && e[1] != f[1] && within(p, q, b) ||
			f[0] != e[0] && f[0] != e[1] && within(a, b, p) || f[1] != e[0] && f[1] != e[1] && within(a, b, q)
	case pSide == qSide:
		return false
	case pSide == 0:
		return f[0] != e[0] && f[0] != e[1] && within(a, b, p)
	case qSide == 0:
		return f[1] != e[0] && f[1] != e[1] && within(a, b, q)
	}
	aSide, bSide := robust.Orient(p, q, a), robust.Orient(p, q, b)
	return aSide != bSide
}

// within reports whether p, on the line through a and b, lies between them.
func within(a, b, p orb.Point) bool {
	return min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
}

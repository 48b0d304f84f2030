package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
)

// cross finds the edges that meet others elsewhere than at common ends.
func (c *Coverage) cross() {
	around := make([]boxes.Box, len(c.ends))
	for e := range around {
		around[e] = c.box(int32(e))
	}
	boxes.New(around).Pairs(func(i, j int) {
		if !meet(c.points, c.ends[i], c.ends[j]) {
			return
		}
		if c.isCrossed == nil {
			c.isCrossed = make([]bool, len(c.ends))
		}
		c.isCrossed[i], c.isCrossed[j] = true, true
	})
}

// crossed reports whether an edge meets others elsewhere than at its ends.
func (c *Coverage) crossed(edge int32) bool {
	return c.isCrossed != nil && c.isCrossed[edge]
}

// meet reports whether two different edges have a point in common that is not
// an end of both.
func meet(points []orb.Point, e, f [2]int32) bool {
	how, _ := encounter(points, e[0], e[1], f[0], f[1])
	if how == touches {
		return e[0] != f[0] && e[0] != f[1] && e[1] != f[0] && e[1] != f[1]
	}
	return how != apart
}

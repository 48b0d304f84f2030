package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// seam is a stretch of the antimeridian along which an edge at longitude 180
// and one at -180 meet: on the globe they are one.
type seam struct {
	east, west int32 // edges
	low, high  float64
}

// seams lists the stretches of the antimeridian where areas meet, from south to
// north.
func (c *Coverage) seams() []seam {
	var east, west []int32
	for e := range int32(len(c.ends)) {
		switch p, q := c.segment(e); {
		case p[0] == 180 && q[0] == 180:
			east = append(east, e)
		case p[0] == -180 && q[0] == -180:
			west = append(west, e)
		}
	}
	if len(east) == 0 || len(west) == 0 {
		return nil
	}
	// Different edges on one line do not overlap, once they are divided, or their
	// areas do; two lists are then merged.
	south := func(e, f int32) int {
		a, b := c.box(e), c.box(f)
		switch {
		case a.MinY != b.MinY:
			if a.MinY < b.MinY {
				return -1
			}
			return 1
		case a.MaxY < b.MaxY:
			return -1
		case a.MaxY > b.MaxY:
			return 1
		}
		return int(e) - int(f)
	}
	slices.SortFunc(east, south)
	slices.SortFunc(west, south)
	var all []seam
	for i, j := 0, 0; i < len(east) && j < len(west); {
		a, b := c.box(east[i]), c.box(west[j])
		if low, high := max(a.MinY, b.MinY), min(a.MaxY, b.MaxY); low < high {
			all = append(all, seam{east[i], west[j], low, high})
		}
		if a.MaxY < b.MaxY {
			i++
		} else {
			j++
		}
	}
	return all
}

// length is how long a stretch of the seam is.
func (s seam) length(metric Metric) float64 {
	return metric.Distance(orb.Point{180, s.low}, orb.Point{180, s.high})
}

// acrossSeam yields the areas on both sides of every point of the antimeridian
// in which edges end: those that meet there although their longitudes differ.
func (c *Coverage) acrossSeam(yield func(east, west int32)) {
	at := make(map[float64][2][]int32) // by latitude, the areas at 180 and those at -180
	var latitudes []float64
	for r := range c.rings {
		for _, half := range c.halves[c.first[r]:c.first[r+1]] {
			p := c.points[c.tail(half)]
			if p[0] != 180 && p[0] != -180 {
				continue
			}
			both, known := at[p[1]]
			if !known {
				latitudes = append(latitudes, p[1])
			}
			side := 0
			if p[0] < 0 {
				side = 1
			}
			both[side] = append(both[side], c.rings[r].area)
			at[p[1]] = both
		}
	}
	for _, latitude := range latitudes {
		both := at[latitude]
		for _, e := range both[0] {
			for _, w := range both[1] {
				yield(e, w)
			}
		}
	}
}

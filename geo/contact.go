package geo

import (
	"slices"
)

// Contact says which areas are neighbours.
type Contact uint8

const (
	Rook  Contact = iota // those that share a stretch of border
	Queen                // those that share at least a point
)

// String is "rook" or "queen".
func (c Contact) String() string {
	switch c {
	case Rook:
		return "rook"
	case Queen:
		return "queen"
	}
	return "unknown"
}

// Contiguity is the graph of neighbouring areas, with the length of the border
// that two of them share as metric measures it (nil: [Geodesic]). Neighbours
// that only meet in points have a border of 0.
//
// What counts are common vertices and edges, as [Coverage] defines them; areas
// that overlap are neighbours along the edges that they have in common, whether
// they lie on both sides of them or on the same. Areas whose edges merely cross
// are not: see [Overlap] in [Coverage.Findings]. Unless metric is a [Plane],
// longitudes 180 and -180 are the same: areas that were cut at the antimeridian
// are neighbours across it.
//
// O(n) for n edges, but for a vertex of d areas d²/2 pairs.
func (c *Coverage) Contiguity(contact Contact, metric Metric) *Contiguity {
	metric = orGeodesic(metric)
	pairs := make([][2]int, 0, len(c.ends))
	border := make([]float64, 0, len(c.ends))
	var areas []int32
	for e := range int32(len(c.ends)) {
		uses := c.along(e)
		if len(uses) < 2 {
			continue
		}
		areas = distinct(areas[:0], uses)
		if len(areas) < 2 {
			continue
		}
		a, b := c.segment(e)
		length := metric.Distance(a, b)
		if !(length >= 0 && length <= maxLength) {
			length = 0 // what a metric cannot measure is no border, but remains a contact
		}
		for i, first := range areas {
			for _, second := range areas[:i] {
				pairs = append(pairs, [2]int{int(second), int(first)})
				border = append(border, length)
			}
		}
	}
	globe := degrees(metric)
	if globe {
		for _, s := range c.seams() {
			for _, first := range distinct(nil, c.along(s.east)) {
				for _, second := range distinct(nil, c.along(s.west)) {
					if first != second {
						pairs = append(pairs, [2]int{int(first), int(second)})
						border = append(border, s.length(metric))
					}
				}
			}
		}
	}
	if contact == Queen && globe {
		c.acrossSeam(func(east, west int32) {
			if east != west {
				pairs = append(pairs, [2]int{int(east), int(west)})
				border = append(border, 0)
			}
		})
	}
	if contact == Queen {
		for areas := range c.corners() {
			for i, first := range areas {
				for _, second := range areas[:i] {
					pairs = append(pairs, [2]int{int(second), int(first)})
					border = append(border, 0)
				}
			}
		}
	}
	return newContiguity(c.Len(), pairs, border)
}

// maxLength keeps sums of lengths finite.
const maxLength = 1e300

// distinct appends the areas of uses once each, ascending.
func distinct(areas, uses []int32) []int32 {
	for _, use := range uses {
		if n := len(areas); n == 0 || areas[n-1] != use>>1 {
			areas = append(areas, use>>1)
		}
	}
	return areas
}

// corners yields the areas, ascending, of each vertex at which more than two
// edges end. At all others the areas that meet share an edge. The slice is
// reused.
func (c *Coverage) corners() func(yield func([]int32) bool) {
	return func(yield func([]int32) bool) {
		degree := make([]uint8, len(c.points))
		for _, ends := range c.ends {
			for _, v := range ends {
				degree[v] = min(degree[v]+1, 3)
			}
		}
		at := make([]int32, len(c.points)+1)
		for e, ends := range c.ends {
			for _, v := range ends {
				if degree[v] > 2 {
					at[v+1] += c.of[e+1] - c.of[e]
				}
			}
		}
		for v := range c.points {
			at[v+1] += at[v]
		}
		uses := make([]int32, at[len(c.points)])
		free := slices.Clone(at)
		for e, ends := range c.ends {
			for _, v := range ends {
				if degree[v] > 2 {
					free[v] += int32(copy(uses[free[v]:], c.along(int32(e))))
				}
			}
		}
		for v := range c.points {
			here := uses[at[v]:at[v+1]]
			for i := range here {
				here[i] >>= 1
			}
			slices.Sort(here)
			if here = slices.Compact(here); len(here) > 1 && !yield(here) {
				return
			}
		}
	}
}

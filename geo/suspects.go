package geo

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// suspects lists the areas, ascending, that may share surface with others. If
// two areas do, both are in the list, for one of these must be so: their edges
// cross or lie on each other; they are both on the same side of a common edge, or
// both in a sector around a common vertex; or one lies within the other without
// touching its border.
func (c *Coverage) suspects() []int32 {
	suspect := make([]bool, c.Len())
	c.suspectCrossings(suspect)
	c.suspectCorners(suspect)
	c.suspectNested(suspect)
	var list []int32
	for area, is := range suspect {
		if is {
			list = append(list, int32(area))
		}
	}
	return list
}

func (c *Coverage) suspectCrossings(suspect []bool) {
	for _, pair := range c.crossings {
		areas := distinct(distinct(nil, c.along(pair[0])), c.along(pair[1]))
		if slices.Max(areas) == slices.Min(areas) {
			continue // an area and itself
		}
		for _, area := range areas {
			suspect[area] = true
		}
	}
}

// spoke is an edge at a vertex.
type spoke struct{ edge, to int32 }

// suspectCorners looks for areas that lie in the same sector between two
// neighbouring edges at a vertex, which includes the same side of an edge.
func (c *Coverage) suspectCorners(suspect []bool) {
	at := make([]int32, len(c.points)+1)
	for _, ends := range c.ends {
		at[ends[0]+1]++
		at[ends[1]+1]++
	}
	for v := range c.points {
		at[v+1] += at[v]
	}
	spokes := make([]spoke, 2*len(c.ends))
	free := slices.Clone(at)
	for e, ends := range c.ends {
		for i, v := range ends {
			spokes[free[v]] = spoke{int32(e), ends[1-i]}
			free[v]++
		}
	}
	var areas []int32
	var depth, least []int
	for v := range int32(len(c.points)) {
		here := spokes[at[v]:at[v+1]]
		if len(here) == 2 && c.alike(here[0].edge, here[1].edge) {
			continue
		}
		areas = areas[:0]
		for _, s := range here {
			areas = distinct(areas, c.along(s.edge))
		}
		slices.Sort(areas)
		areas = slices.Compact(areas)
		if len(areas) < 2 {
			continue
		}
		o, f := c.points[v], c.points[here[0].to]
		slices.SortFunc(here, func(p, q spoke) int {
			switch a, b := c.points[p.to], c.points[q.to]; {
			case p == q:
				return 0
			case clockwise(o, f, a, b):
				return -1
			case clockwise(o, f, b, a):
				return 1
			}
			return 0
		})
		// Turning clockwise over a spoke, one leaves the areas on its left as seen
		// from the vertex and comes to those on its right. Every area has its edges
		// here, so that it does not lie in all sectors.
		depth = append(depth[:0], make([]int, len(areas))...)
		least = append(least[:0], depth...)
		turn := func(s spoke) {
			outward := c.ends[s.edge][0] == v
			for _, use := range c.along(s.edge) {
				i, _ := slices.BinarySearch(areas, use>>1)
				if depth[i]++; outward == (use&1 == 0) {
					depth[i] -= 2
				}
			}
		}
		for _, s := range here {
			turn(s)
			for i := range areas {
				least[i] = min(least[i], depth[i])
			}
		}
		for _, s := range here {
			turn(s)
			crowd := 0
			for i := range areas {
				if depth[i] > least[i] {
					crowd++
				}
			}
			for i, area := range areas {
				suspect[area] = suspect[area] || crowd > 1 && depth[i] > least[i]
			}
		}
	}
}

// alike reports whether two edges that meet have one area, or one on either
// side, and the same ones: nothing can happen where they meet.
func (c *Coverage) alike(e, f int32) bool {
	a, b := c.along(e), c.along(f)
	switch {
	case len(a) != len(b):
		return false
	case len(a) == 1:
		return a[0]>>1 == b[0]>>1
	}
	return c.matched(e) && c.matched(f) && a[0]>>1 == b[0]>>1 && a[1]>>1 == b[1]>>1
}

// suspectNested looks for areas that lie within others without touching them.
func (c *Coverage) suspectNested(suspect []bool) {
	// What hangs together by its edges is an island; those inside of others count.
	root := make([]int32, len(c.points))
	for v := range root {
		root[v] = int32(v)
	}
	find := func(v int32) int32 {
		for root[v] != v {
			root[v] = root[root[v]]
			v = root[v]
		}
		return v
	}
	join := func(v, w int32) {
		v, w = find(v), find(w)
		root[max(v, w)] = min(v, w)
	}
	around := make([]boxes.Box, len(c.ends))
	for e, ends := range c.ends {
		join(ends[0], ends[1])
		around[e] = c.box(int32(e))
	}
	for _, pair := range c.crossings {
		join(c.ends[pair[0]][0], c.ends[pair[1]][0])
	}
	leftmost := make(map[int32]int32)
	var islands []int32
	for v := range int32(len(c.points)) {
		r := find(v)
		known, ok := leftmost[r]
		if !ok {
			islands = append(islands, r)
		}
		if !ok || less(c.points[v], c.points[known]) {
			leftmost[r] = v
		}
	}
	if len(islands) < 2 {
		return
	}
	members := make(map[int32][]int32, len(islands))
	for r := range c.rings {
		if c.first[r] < c.first[r+1] {
			v := find(c.tail(c.halves[c.first[r]]))
			members[v] = append(members[v], c.rings[r].area)
		}
	}
	tree := boxes.New(around)
	depth := make([]int, c.Len())
	var met []int32
	for _, island := range islands {
		p := c.points[leftmost[island]]
		met = met[:0]
		tree.Search(boxes.Box{MinX: p[0], MinY: math.Inf(-1), MaxX: p[0], MaxY: p[1]}, func(e int) bool {
			if find(c.ends[e][0]) == island {
				return true
			}
			l, r := c.segment(int32(e))
			upper := int32(0) // the uses on the upper side
			if l[0] > r[0] {
				l, r, upper = r, l, 1
			}
			if l[0] <= p[0] && p[0] < r[0] && robust.Orient(l, r, p) > 0 {
				for _, use := range c.along(int32(e)) {
					if depth[use>>1]--; use&1 == upper {
						depth[use>>1] += 2
					}
					met = append(met, use>>1)
				}
			}
			return true
		})
		for _, outer := range met {
			if depth[outer] == 0 {
				continue
			}
			depth[outer] = 0
			for _, inner := range members[island] {
				if inner != outer {
					suspect[inner], suspect[outer] = true, true
				}
			}
		}
	}
}

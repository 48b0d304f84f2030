package geo

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// suspects lists the areas, ascending, that may share surface with others. If
// two areas do, both are in the list, for one of these must be so: one of them is
// wild, because their edges cross or of itself; they lie in the same sector
// around a common vertex, which includes the same side of a common edge; or a
// ring of one lies within the other without touching its border.
func (c *Coverage) suspects() []int32 {
	suspect := make([]bool, c.Len())
	near := c.finder()
	c.suspectWild(near, suspect)
	c.suspectCorners(suspect)
	c.suspectNested(near, suspect)
	var list []int32
	for area, is := range suspect {
		if is {
			list = append(list, int32(area))
		}
	}
	return list
}

// suspectWild takes the wild areas and all that are near them.
func (c *Coverage) suspectWild(near *finder, suspect []bool) {
	for area, wild := range c.wild {
		if !wild {
			continue
		}
		suspect[area] = true
		for _, part := range near.shapes[area] {
			near.tree.Search(ringBox(part[0]), func(i int) bool {
				suspect[near.of[i]] = true
				return true
			})
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

// suspectNested looks for rings that lie within other areas without touching
// their borders: one vertex of each ring tells, if no edge of the other area ends
// there.
func (c *Coverage) suspectNested(near *finder, suspect []bool) {
	around := make([]boxes.Box, len(c.ends))
	for e := range c.ends {
		around[e] = c.box(int32(e))
	}
	tree := boxes.New(around)
	depth := make([]int, c.Len())
	var met []int32 // areas with edges below the vertex
	for r, ring := range c.rings {
		v := c.tail(c.halves[c.first[r]])
		p := c.points[v]
		// How far down must one look to see the areas that p may be in?
		low := p[1]
		near.tree.Search(boxes.Box{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]}, func(i int) bool {
			if near.of[i] != ring.area {
				low = min(low, near.around[i].MinY)
			}
			return true
		})
		if low == p[1] {
			continue // they end where p is
		}
		met = met[:0]
		tree.Search(boxes.Box{MinX: p[0], MinY: low, MaxX: p[0], MaxY: p[1]}, func(e int) bool {
			l, r := c.segment(int32(e))
			upper := int32(0) // the uses on the upper side
			if l[0] > r[0] {
				l, r, upper = r, l, 1
			}
			if ends := c.ends[e]; ends[0] == v || ends[1] == v {
				for _, use := range c.along(int32(e)) {
					depth[use>>1] = math.MinInt32 / 2 // p is on its border
					met = append(met, use>>1)
				}
			} else if l[0] <= p[0] && p[0] < r[0] && robust.Orient(l, r, p) > 0 {
				for _, use := range c.along(int32(e)) {
					if depth[use>>1]--; use&1 == upper {
						depth[use>>1] += 2
					}
					met = append(met, use>>1)
				}
			}
			return true
		})
		for _, area := range met {
			// Of areas that end above, not all edges below p were seen; but p is not in
			// these.
			if depth[area] > 0 {
				suspect[area], suspect[ring.area] = true, true
			}
			depth[area] = 0
		}
	}
}

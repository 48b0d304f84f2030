package district

import (
	"github.com/territory-go/territory/internal/splitmix"
)

// splitter draws random spanning trees of a set of units and looks for an edge
// of the tree that cuts it into two parts with the wanted loads. All its memory
// is allocated once.
type splitter struct {
	m        *model
	rules    bool
	stamp    uint32
	inside   []uint32 // stamp: the unit is in the set
	reached  []uint32 // stamp: the unit is in the tree
	step     []int32  // where the walk went from the unit: its parent once it is in the tree
	order    []int32  // the tree, parents first
	path     []int32
	load     []float64 // [unit·measures + r] of the subtree below the unit
	barA     []int32   // units below that must not be in the first territory
	barB     []int32
	count    []int32 // units below
	below    []uint32
	belowAt  uint32
	sub, all []float64
	rest     []float64
}

func newSplitter(m *model) *splitter {
	x := &splitter{
		m: m, inside: make([]uint32, m.n), reached: make([]uint32, m.n), step: make([]int32, m.n),
		order: make([]int32, 0, m.n), path: make([]int32, 0, m.n), load: make([]float64, len(m.value)),
		count: make([]int32, m.n), below: make([]uint32, m.n),
		sub: make([]float64, m.measures), all: make([]float64, m.measures), rest: make([]float64, m.measures),
	}
	for u := range int32(m.n) {
		x.rules = x.rules || m.fixed[u] >= 0 || m.barFrom[u+1] > m.barFrom[u]
	}
	if x.rules {
		x.barA, x.barB = make([]int32, m.n), make([]int32, m.n)
	}
	return x
}

// tree draws a spanning tree of the units, all spanning trees being equally
// likely (Wilson's loop-erased walks). The units must be connected. Where the
// walks get lost, as on long paths, what is missing grows at random instead.
func (x *splitter) tree(units []int32, random *splitmix.Source) {
	m := x.m
	x.stamp++
	if x.stamp == 0 {
		clear(x.inside)
		clear(x.reached)
		x.stamp = 1
	}
	for _, u := range units {
		x.inside[u] = x.stamp
	}
	root := units[random.Below(len(units))]
	x.reached[root], x.step[root] = x.stamp, -1
	x.order = append(x.order[:0], root)
	patience := 1000 + 100*len(units)
	for _, from := range units {
		if x.reached[from] == x.stamp {
			continue
		}
		if patience < 0 {
			x.grow(random)
			return
		}
		u := from
		for ; x.reached[u] != x.stamp && patience >= 0; u = x.step[u] {
			patience--
			near := m.neighbors(u)
			v := near[random.Below(len(near))]
			for x.inside[v] != x.stamp {
				v = near[random.Below(len(near))]
			}
			x.step[u] = v
		}
		if x.reached[u] != x.stamp {
			x.grow(random)
			return
		}
		x.path = x.path[:0]
		for u := from; x.reached[u] != x.stamp; u = x.step[u] {
			x.reached[u] = x.stamp
			x.path = append(x.path, u)
		}
		for i := len(x.path) - 1; i >= 0; i-- {
			x.order = append(x.order, x.path[i])
		}
	}
}

// grow attaches what is missing of the set to the tree, breadth first.
func (x *splitter) grow(random *splitmix.Source) {
	for at := 0; at < len(x.order); at++ {
		u := x.order[at]
		near := x.m.neighbors(u)
		turn := random.Below(len(near) + 1)
		for i := range near {
			v := near[(i+turn)%len(near)]
			if x.inside[v] == x.stamp && x.reached[v] != x.stamp {
				x.reached[v], x.step[v] = x.stamp, u
				x.order = append(x.order, v)
			}
		}
	}
}

// weigh sums up the loads of all subtrees, and what stands in the way of their
// belonging to territories a and b.
func (x *splitter) weigh(a, b int32) {
	m := x.m
	for _, u := range x.order {
		x.count[u] = 1
		copy(x.load[int(u)*m.measures:(int(u)+1)*m.measures], m.values(u))
		if x.rules {
			x.barA[u], x.barB[u] = 0, 0
			if !m.may(u, a) {
				x.barA[u] = 1
			}
			if !m.may(u, b) {
				x.barB[u] = 1
			}
		}
	}
	for i := len(x.order) - 1; i > 0; i-- {
		u := x.order[i]
		p := x.step[u]
		x.count[p] += x.count[u]
		for r := range m.measures {
			x.load[int(p)*m.measures+r] += x.load[int(u)*m.measures+r]
		}
		if x.rules {
			x.barA[p] += x.barA[u]
			x.barB[p] += x.barB[u]
		}
	}
	root := int(x.order[0])
	copy(x.all, x.load[root*m.measures:(root+1)*m.measures])
}

// split chooses the edge above a unit v so that the subtree of v goes to one
// territory and the rest to the other: among the edges of least outside, each
// equally likely; swapped says that the subtree goes to b. v = -1: the rules
// allow none.
func (x *splitter) split(a, b int32, pen *penalty, random *splitmix.Source) (v int32, swapped bool, outside float64) {
	m := x.m
	x.weigh(a, b)
	root := x.order[0]
	v = -1
	ties := 0
	for _, u := range x.order[1:] {
		sub := x.load[int(u)*m.measures : (int(u)+1)*m.measures]
		for r, l := range sub {
			x.rest[r] = x.all[r] - l
		}
		for side := range 2 {
			first, second := a, b
			if side == 1 {
				if m.alike {
					break
				}
				first, second = b, a
			}
			if x.rules {
				barFirst, barSecond, barAll := x.barA[u], x.barB[u], x.barB[root]
				if side == 1 {
					barFirst, barSecond, barAll = x.barB[u], x.barA[u], x.barA[root]
				}
				if barFirst > 0 || barAll-barSecond > 0 {
					continue
				}
			}
			out := pen.outside(first, sub)
			if v >= 0 && out > outside {
				continue
			}
			out += pen.outside(second, x.rest)
			if isNegligible(out) {
				out = 0
			}
			if v < 0 || out < outside {
				v, swapped, outside, ties = u, side == 1, out, 1
			} else if out == outside {
				if ties++; random.Below(ties) == 0 {
					v, swapped = u, side == 1
				}
			}
		}
	}
	return v, swapped, outside
}

// markBelow marks the subtree of v: below[u] == belowAt afterwards.
func (x *splitter) markBelow(v int32) {
	x.belowAt++
	if x.belowAt == 0 {
		clear(x.below)
		x.belowAt = 1
	}
	x.below[v] = x.belowAt
	for _, u := range x.order[1:] {
		if x.below[x.step[u]] == x.belowAt {
			x.below[u] = x.belowAt
		}
	}
}

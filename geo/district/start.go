package district

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/splitmix"
)

// starter makes first plans.
type starter struct {
	ctx    context.Context
	m      *model
	split  *splitter
	random *splitmix.Source
	pen    penalty
	lower  []float64 // per measure, the mean limits of a territory
	upper  []float64
}

func newStarter(ctx context.Context, m *model, random *splitmix.Source) *starter {
	st := &starter{ctx: ctx, m: m, split: newSplitter(m), random: random, pen: newPenalty(m),
		lower: make([]float64, m.measures), upper: make([]float64, m.measures)}
	for t := range int32(m.k) {
		lower, upper := m.limits(t)
		for r := range m.measures {
			st.lower[r] += lower[r] / float64(m.k)
			st.upper[r] += upper[r] / float64(m.k)
		}
	}
	return st
}

// plan is a connected plan, or nil: none was found before the context ended.
func (st *starter) plan() []int32 {
	of := []int32(nil)
	if st.split.rules {
		of = st.grown()
	} else {
		of = st.treed()
	}
	if st.ctx.Err() != nil {
		return nil
	}
	return of
}

// treed cuts every component into the number of territories that suits its
// loads, along spanning trees: halves, quarters, and so on. nil: more
// components than territories, or fewer units.
func (st *starter) treed() []int32 {
	share := st.shares()
	if share == nil {
		return nil
	}
	of := make([]int32, st.m.n)
	next := int32(0)
	for c, part := range st.m.parts {
		st.bisect(append([]int32(nil), part...), next, share[c], of)
		next += int32(share[c])
	}
	return of
}

// aside is how far loads that are to fill j territories lie outside of j times
// the mean limits.
func (st *starter) aside(load []float64, j int) float64 {
	sum := 0.0
	for r, l := range load {
		sum += float64(math.Max(0, l-float64(float64(j)*st.upper[r])) * st.pen.scale[r])
		sum += float64(math.Max(0, float64(float64(j)*st.lower[r])-l) * st.pen.scale[r])
	}
	return sum
}

// shares is how many territories each component gets: one, and then one by one
// to the component that gains most in keeping its limits, or else has the most
// to share.
func (st *starter) shares() []int {
	m := st.m
	if len(m.parts) > m.k || m.n < m.k {
		return nil
	}
	share := make([]int, len(m.parts))
	loads := make([]float64, len(m.parts)*m.measures)
	for c, part := range m.parts {
		share[c] = 1
		for _, u := range part {
			for r, v := range m.values(u) {
				loads[c*m.measures+r] += v
			}
		}
	}
	for given := len(m.parts); given < m.k; given++ {
		best, most, largest := -1, 0.0, 0.0
		for c, part := range m.parts {
			if share[c] == len(part) {
				continue
			}
			load := loads[c*m.measures : (c+1)*m.measures]
			gain := st.aside(load, share[c]) - st.aside(load, share[c]+1)
			size := float64(len(part)) / float64(share[c])
			if m.measures > 0 {
				size = load[0] / float64(share[c])
			}
			if best < 0 || gain > most || gain == most && size > largest {
				best, most, largest = c, gain, size
			}
		}
		share[best]++
	}
	return share
}

// bisect gives the units, which are connected, the territories first..first+j-1.
func (st *starter) bisect(units []int32, first int32, j int, of []int32) {
	for j > 1 && st.ctx.Err() == nil {
		v, part := st.cutTree(units, j)
		x := st.split
		if v < 0 {
			break // cannot be: a tree of j units or more has an edge that leaves enough on both sides
		}
		x.markBelow(v)
		var below []int32
		rest := units[:0]
		for _, u := range units {
			if x.below[u] == x.belowAt {
				below = append(below, u)
			} else {
				rest = append(rest, u)
			}
		}
		st.bisect(below, first, part, of)
		units, first, j = rest, first+int32(part), j-part
	}
	for _, u := range units {
		of[u] = first
	}
}

// cutTree draws trees of the units and chooses the edge of one of them that
// leaves both sides nearest to the loads of whole territories; part is how many
// the subtree below v gets.
func (st *starter) cutTree(units []int32, j int) (v int32, part int) {
	const trees = 3
	m, x := st.m, st.split
	var best []int32 // order and parents of the best tree so far
	var parents []int32
	v = -1
	least, leastLop := math.Inf(1), math.Inf(1)
	for range trees {
		x.tree(units, st.random)
		x.weigh(0, 0)
		improved := false
		for _, u := range x.order[1:] {
			sub := x.load[int(u)*m.measures : (int(u)+1)*m.measures]
			whole := float64(len(units))
			size := float64(x.count[u])
			if m.measures > 0 && x.all[0] > 0 {
				whole, size = x.all[0], sub[0]
			}
			near := float64(size / whole * float64(j))
			for i := max(1, int(near)); i <= min(j-1, int(near)+1); i++ {
				if int(x.count[u]) < i || len(units)-int(x.count[u]) < j-i {
					continue
				}
				for r, l := range sub {
					x.rest[r] = x.all[r] - l
				}
				out := st.aside(sub, i) + st.aside(x.rest, j-i)
				lop := math.Abs(near - float64(i))
				if m.measures > 0 && out <= least {
					lop = float64(-min(i, j-i)) // balanced enough: the middle first, so that later cuts are short
				}
				if out < least || out == least && lop < leastLop {
					v, part, least, leastLop, improved = u, i, out, lop, true
				}
			}
		}
		if v < 0 { // fewer units than the shares ask for near every edge: any edge that leaves enough
			for _, u := range x.order[1:] {
				i := min(int(x.count[u]), j-1)
				if len(units)-int(x.count[u]) >= j-i {
					v, part, improved = u, i, true
					break
				}
			}
		}
		if improved {
			best = append(best[:0], x.order...)
			parents = parents[:0]
			for _, u := range best {
				parents = append(parents, x.step[u])
			}
		}
	}
	x.order = append(x.order[:0], best...)
	for i, u := range best {
		x.step[u] = parents[i]
	}
	return v, part
}

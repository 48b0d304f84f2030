package allocate

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// filling is an allocation under construction: who has what, and how full
// everybody is.
type filling struct {
	m     *model
	of    []int32 // agent, dummy, or Unassigned: not placed yet
	load  [][]float64
	slack float64 // by how much a limit may be missed for want of precision
}

// filling starts with the fixed units in place.
func (m *model) filling() *filling {
	f := &filling{m: m, of: make([]int32, m.n), load: make([][]float64, m.r)}
	for r := range f.load {
		f.load[r] = make([]float64, m.m)
	}
	// All limits together may be missed by a quarter of what counts as feasible.
	f.slack = partition.FeasibleViolation / 4 / math.Max(1, float64(m.r)*float64(m.m))
	for i := range f.of {
		f.of[i] = partition.Unassigned
		if j := m.fixed(i); j >= 0 {
			f.put(i, j)
		}
	}
	return f
}

// put gives unit i to agent j, which may be the dummy.
func (f *filling) put(i, j int) {
	f.of[i] = int32(j)
	if j == f.m.dummy {
		return
	}
	for r := range f.load {
		f.load[r][j] += f.m.loadOf(r, i, j)
	}
}

// fits reports whether agent j has room for unit i below all upper limits, and
// no unit from which it must be apart.
func (f *filling) fits(i, j int) bool {
	for r := range f.load {
		if f.full(r, j, f.m.loadOf(r, i, j)) {
			return false
		}
	}
	return f.m.clash(f.of, i, j) < 0
}

// full reports whether agent j has no room for the load. There is always room
// for none, even where the fixed units have broken the limit.
func (f *filling) full(r, j int, load float64) bool { return load > 0 && load > f.room(r, j) }

// room is what agent j can still take of measure r.
func (f *filling) room(r, j int) float64 { return f.m.upper[r][j] - f.load[r][j] + f.slack }

// breach is by how much more the upper limits of agent j would be broken by unit
// i, and Apart.
func (f *filling) breach(i, j int) float64 {
	b := 0.0
	for r := range f.load {
		over := f.load[r][j] - f.m.upper[r][j]
		b += math.Max(0, over+f.m.loadOf(r, i, j)) - math.Max(0, over)
	}
	for _, k := range f.m.apart.listsOf(i) {
		for _, h := range f.m.apart.lists[k] {
			if int(f.of[h]) == j {
				b++
				break
			}
		}
	}
	return b
}

// force places a unit that fits nowhere: unassigned where it may be, else where
// it breaks the limits least, ties by (cost, agent). O(m·r).
func (f *filling) force(i int) {
	if f.m.mayBeLeft(i) {
		f.put(i, f.m.dummy)
		return
	}
	best, least, cost := -1, math.Inf(1), math.Inf(1)
	for j := range f.m.m {
		c := f.m.cost(i, j)
		if math.IsInf(c, 1) {
			continue
		}
		if b := f.breach(i, j); b < least || b == least && c < cost {
			best, least, cost = j, b, c
		}
	}
	f.put(i, best)
}

// mayBeLeft reports whether unit i may stay unassigned.
func (m *model) mayBeLeft(i int) bool {
	return m.dummy >= 0 && !math.IsInf(m.cost(i, m.dummy), 1)
}

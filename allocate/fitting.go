package allocate

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
)

// fitting is the model without the pairs that no plan of whole units can have: a
// unit whose load alone exceeds the room that the agent has beside its locks.
// Split, such a unit fits everywhere, and the relaxation would not even look at
// those who can take all of it. It is the model itself where every unit fits
// everywhere it may go. A unit that fits nowhere stays as it is.
//
// O(n·m·r) where loads depend on the agent, else about O(n): only units heavier
// than the least room take more.
func (m *model) fitting() *model {
	room, tight := m.rooms(m.locked())
	heavy := make([]bool, m.n) // it fits some agents only, or nobody and may be left
	some := make([]bool, groups)
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			if m.fixed(i) >= 0 || m.uniform && m.fitsAll(i, tight) {
				continue
			}
			if has, lacks := m.places(i, room); has && lacks {
				heavy[i], some[g] = true, true
			}
		}
	})
	if !slices.Contains(some, true) {
		return m
	}
	p, inner := *m.p, *m
	p.Allowed = func(i, j int) bool {
		return (m.p.Allowed == nil || m.p.Allowed(i, j)) && (!heavy[i] || m.fits(i, j, room))
	}
	inner.p = &p
	return &inner
}

// places reports whether unit i fits anywhere, or may be left, and whether there
// is anybody that it does not fit.
func (m *model) places(i int, room [][]float64) (has, lacks bool) {
	has = !m.mandatory(i)
	for j := range m.m {
		if math.IsInf(m.cost(i, j), 1) {
			continue
		}
		if m.fits(i, j, room) {
			has = true
		} else {
			lacks = true
		}
		if has && lacks {
			break
		}
	}
	return has, lacks
}

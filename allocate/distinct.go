package allocate

import (
	"math"
	"slices"
)

// distinct gives units agents of their own at the least priced cost, where units
// that may be left share being unassigned:
//
//	minimise Σ_i p(i,j(i)),   j(i) ≠ j(h) for i ≠ h, but for the dummy.
//
// It is the assignment problem; solve is the method of shortest augmenting paths
// with prices (Jonker and Volgenant, Computing 38, 1987, without its initial
// phases), in O(k²·m) for k units.
type distinct struct {
	m       *model
	units   []int32
	cost    [][]float64 // [unit][agents, then a place for each unit that may be left]
	price   []float64   // per column, ≤ 0: what its being taken by others is worth
	of, has []int       // per unit its column, per column its unit; -1
}

// distinct sets up the problem of the units at the finder's prices; open says
// which pairs are to be looked at, nil: all.
func (m *model) distinct(f *finder, units []int32, open func(i, j int) bool) *distinct {
	d := &distinct{m: m, units: units, cost: make([][]float64, len(units)), price: make([]float64, m.m+len(units))}
	for at, i := range units {
		d.cost[at] = slices.Repeat([]float64{math.Inf(1)}, m.m+len(units))
		for j := range m.m {
			if c := m.cost(int(i), j); !math.IsInf(c, 1) && (open == nil || open(int(i), j)) {
				d.cost[at][j] = f.candidate(int(i), j).Priced
			}
		}
		if m.dummy >= 0 {
			d.cost[at][m.m+at] = m.cost(int(i), m.dummy)
		}
	}
	return d
}

// solve reports whether every unit can have an agent of its own.
func (d *distinct) solve() bool {
	k, columns := len(d.units), len(d.price)
	d.of, d.has = slices.Repeat([]int{-1}, k), slices.Repeat([]int{-1}, columns)
	clear(d.price)
	own := make([]float64, k) // prices of the units
	length, via, done := make([]float64, columns), make([]int, columns), make([]bool, columns)
	for start := range k {
		for c := range columns {
			length[c], via[c], done[c] = math.Inf(1), -1, false
		}
		at, from, reached := start, -1, 0.0
		var scanned []int
		for at >= 0 {
			next, least := -1, math.Inf(1)
			for c := range columns {
				if done[c] {
					continue
				}
				if x := reached + (d.cost[at][c] - own[at] - d.price[c]); x < length[c] {
					length[c], via[c] = x, from
				}
				if length[c] < least {
					next, least = c, length[c]
				}
			}
			if next < 0 {
				return false
			}
			done[next], reached = true, least
			scanned = append(scanned, next)
			from, at = next, d.has[next]
		}
		// The prices of what was passed, then the path itself.
		own[start] += reached
		for _, c := range scanned[:len(scanned)-1] {
			own[d.has[c]] += reached - length[c]
			d.price[c] -= reached - length[c]
		}
		for c := from; c >= 0; {
			before := via[c]
			unit := start
			if before >= 0 {
				unit = d.has[before]
			}
			d.of[unit], d.has[c] = c, unit
			c = before
		}
	}
	return true
}

// place is the agent that solve gave to the unit at a position, or the dummy.
func (d *distinct) place(at int) int32 {
	if d.of[at] >= d.m.m {
		return int32(d.m.dummy)
	}
	return int32(d.of[at])
}

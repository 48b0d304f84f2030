package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/lap"
)

// distinct gives units agents of their own at the least priced cost, where units
// that may be left share being unassigned:
//
//	minimise Σ_i p(i,j(i)),   j(i) ≠ j(h) for i ≠ h, but for the dummy,
//
// an assignment problem in which every unit has a dummy of its own.
type distinct struct {
	m     *model
	units []int32
	cost  [][]float64 // [unit][agent]; the dummy is the last
	price []float64   // per agent, ≤ 0: what its being free is worth to others
	of    []int32     // per unit
}

// distinct sets up the problem of the units at the finder's prices; open says
// which pairs are to be looked at, nil: all.
func (m *model) distinct(f *finder, units []int32, open func(i, j int) bool) *distinct {
	d := &distinct{m: m, units: units, cost: make([][]float64, len(units))}
	for at, i := range units {
		d.cost[at] = make([]float64, m.agents())
		for j := range d.cost[at] {
			switch d.cost[at][j] = math.Inf(1); {
			case j == m.dummy:
				d.cost[at][j] = m.cost(int(i), j)
			case open == nil || open(int(i), j):
				d.cost[at][j] = f.candidate(int(i), j).Priced
			}
		}
	}
	return d
}

// solve reports whether every unit can have an agent of its own. Costs beyond
// what can be added up safely count as if it could not.
func (d *distinct) solve(ctx context.Context) bool {
	k, m := len(d.units), d.m.m
	row := make([]float64, m+k+1) // one column is for nobody: agents that are left over have price 0
	sol, _, _ := lap.Dense(ctx, k, len(row), func(i int) []float64 {
		for c := m; c < len(row); c++ {
			row[c] = math.Inf(1)
		}
		copy(row, d.cost[i][:m])
		if d.m.dummy >= 0 {
			row[m+i] = d.cost[i][m]
		}
		return row
	})
	if sol == nil {
		return false
	}
	d.price, d.of = sol.V[:m], sol.Column
	for at, c := range d.of {
		d.of[at] = min(c, int32(m)) // which is the dummy
	}
	return true
}

// simple reports whether the cheapest agents of all units differ, so that nothing
// is gained by keeping the units apart, or there is no adding up.
func (d *distinct) simple() bool {
	taken, simple := map[int]bool{}, true
	for _, row := range d.cost {
		best := 0
		for j, p := range row {
			if math.Abs(p) > largest && !math.IsInf(p, 1) || math.IsNaN(p) {
				return true
			}
			if p < row[best] {
				best = j
			}
		}
		simple = simple && !(taken[best] && best != d.m.dummy)
		taken[best] = true
	}
	return simple
}

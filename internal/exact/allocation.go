package exact

import "math"

// Tolerance is the total amount outside the limits that still counts as
// feasible: room for the rounding of sums.
const Tolerance = 1e-6

// Allocation is the problem of serving n units by m agents, as plain numbers:
//
//	minimise    Σ_ij Cost[i][j]·x_ij + Σ_i Penalty[i]·(1 - Σ_j x_ij)
//	subject to  Σ_j x_ij = 1                                    (≤ 1 where Penalty[i] is finite)
//	            Lower[r][j] ≤ Σ_i Load[r][i][j]·x_ij ≤ Upper[r][j]
//	            x_ij = 0 where Cost[i][j] is +Inf
//	            x_ij = 1 where Fixed[i] = j
//	            x_ij = x_hj for units i, h of a list of Together
//	            Σ_i∈L x_ij ≤ 1 for each list L of Apart and each j
//
// Loads are ≥ 0. Lower, Upper may hold ±Inf for no limit.
type Allocation struct {
	Cost         [][]float64   // [i][j]
	Load         [][][]float64 // [r][i][j]
	Lower, Upper [][]float64   // [r][j]
	Penalty      []float64     // nil: every unit must be served
	Fixed        []int         // nil, or per unit its agent, or -1
	Together     [][]int
	Apart        [][]int
	Agents       int // m
}

// allows reports whether agent j may serve unit i; j = -1 stands for leaving it unserved.
func (a *Allocation) allows(i, j int) bool {
	if a.Fixed != nil && a.Fixed[i] >= 0 && a.Fixed[i] != j {
		return false
	}
	return !math.IsInf(a.price(i, j), 1)
}

func (a *Allocation) price(i, j int) float64 {
	switch {
	case j >= 0:
		return a.Cost[i][j]
	case a.Penalty == nil:
		return math.Inf(1)
	default:
		return a.Penalty[i]
	}
}

// Objective is the cost of a plan, which holds per unit its agent or -1.
// It is +Inf where the plan breaks a lock or uses a forbidden pair.
func (a *Allocation) Objective(plan []int) float64 {
	sum := 0.0
	for i, j := range plan {
		if !a.allows(i, j) {
			return math.Inf(1)
		}
		sum += a.price(i, j)
	}
	return sum
}

// Violation is the total amount by which the loads of a plan lie outside the limits.
func (a *Allocation) Violation(plan []int) float64 {
	out := 0.0
	for r := range a.Load {
		for j := range a.Agents {
			load := 0.0
			for i := range plan {
				if plan[i] == j {
					load += a.Load[r][i][j]
				}
			}
			out += math.Max(0, load-a.Upper[r][j]) + math.Max(0, a.Lower[r][j]-load)
		}
	}
	return out
}

// grouped reports whether the plan keeps together and apart what it should.
func (a *Allocation) grouped(plan []int) bool {
	for _, list := range a.Together {
		for _, i := range list {
			if plan[i] != plan[list[0]] {
				return false
			}
		}
	}
	for _, list := range a.Apart {
		for k, i := range list {
			for _, h := range list[:k] {
				if plan[i] == plan[h] && plan[i] >= 0 {
					return false
				}
			}
		}
	}
	return true
}

// Best tries all (m+1)^n plans with whole units. It returns a cheapest one that
// keeps every limit and group, the lexicographically first among equals, or nil and +Inf
// where there is none.
func (a *Allocation) Best() (plan []int, objective float64) {
	objective = math.Inf(1)
	trial := make([]int, len(a.Cost))
	var try func(i int)
	try = func(i int) {
		if i < len(trial) {
			for j := -1; j < a.Agents; j++ {
				if a.allows(i, j) {
					trial[i] = j
					try(i + 1)
				}
			}
			return
		}
		if c := a.Objective(trial); c < objective && a.grouped(trial) && a.Violation(trial) <= Tolerance {
			plan, objective = append(plan[:0], trial...), c
		}
	}
	try(0)
	if math.IsInf(objective, 1) {
		return nil, objective
	}
	if plan == nil {
		plan = []int{}
	}
	return plan, objective
}

// BestSplit is the optimum where units may be shared between agents, and
// between being served and not: a linear program. It is +Inf where the limits
// leave nothing. share[i][j] is the fraction of unit i that agent j serves.
func (a *Allocation) BestSplit() (share [][]float64, objective float64) {
	lp, column := a.relax()
	x, v, err := lp.Solve()
	if err != nil {
		return nil, math.Inf(1)
	}
	share = make([][]float64, len(a.Cost))
	for i := range share {
		share[i] = make([]float64, a.Agents)
		for j := range share[i] {
			if c := column[i][j+1]; c >= 0 {
				share[i][j], _ = x[c].Float64()
			}
		}
	}
	objective, _ = v.Float64()
	return share, objective
}

// relax states the split problem as a linear program with one variable per
// allowed pair; column[i][j+1] is that of unit i and agent j, or -1.
func (a *Allocation) relax() (lp *Linear, column [][]int) {
	lp = &Linear{}
	column = make([][]int, len(a.Cost))
	for i := range column {
		column[i] = make([]int, a.Agents+1)
		for j := -1; j < a.Agents; j++ {
			column[i][j+1] = -1
			if a.allows(i, j) {
				column[i][j+1] = len(lp.Cost)
				lp.Cost = append(lp.Cost, a.price(i, j))
			}
		}
	}
	row := func(sense Sense, rhs float64, fill func(c []float64)) {
		c := make([]float64, len(lp.Cost))
		fill(c)
		lp.Rows = append(lp.Rows, Row{Coefficient: c, Sense: sense, Right: rhs})
	}
	for i := range column {
		row(Equal, 1, func(c []float64) {
			for _, k := range column[i] {
				if k >= 0 {
					c[k] = 1
				}
			}
		})
	}
	for _, list := range a.Together {
		for _, i := range list[min(1, len(list)):] {
			for j := range column[i] {
				row(Equal, 0, func(c []float64) {
					if k := column[i][j]; k >= 0 {
						c[k]++
					}
					if k := column[list[0]][j]; k >= 0 {
						c[k]--
					}
				})
			}
		}
	}
	for _, list := range a.Apart {
		for j := range a.Agents {
			row(AtMost, 1, func(c []float64) {
				for _, i := range list {
					if k := column[i][j+1]; k >= 0 {
						c[k]++
					}
				}
			})
		}
	}
	for r := range a.Load {
		for j := range a.Agents {
			load := func(c []float64) {
				for i := range column {
					if k := column[i][j+1]; k >= 0 {
						c[k] = a.Load[r][i][j]
					}
				}
			}
			if !math.IsInf(a.Upper[r][j], 1) {
				row(AtMost, a.Upper[r][j], load)
			}
			if a.Lower[r][j] > 0 {
				row(AtLeast, a.Lower[r][j], load)
			}
		}
	}
	return lp, column
}

package allocate

// Bound is the Lagrangian dual at the given prices, one slice of length m per measure,
//
//	Σ_i min_j (cost(i,j) + Σ_r load_r(i,j)·v_rj) - Σ_rj (v_rj > 0 ? v_rj·upper_rj : v_rj·lower_rj),
//
// the minimum over the allowed agents, and over Penalty_i where that is finite.
// By weak duality no feasible allocation, split or not, costs less: for any prices.
func Bound(p *Problem, prices ...[]float64) float64 { panic("todo") }

// Verify recomputes cost, loads, violation and bound from p alone and compares.
func Verify(p *Problem, r *Result) error { panic("todo") }

package gap

import "math"

// Problem is the generalised assignment problem as plain numbers. With x_ij = 1
// where agent j serves unit i,
//
//	minimise    Σ_ij Cost_ij·x_ij
//	subject to  Σ_j x_ij = 1 for each unit, Σ_i Load_ij·x_ij ≤ Room_j for each agent.
//
// Matrices are dense, the entry of unit i and agent j at j·Units+i. A cost of
// +Inf forbids the pair; all other numbers are finite, loads are ≥ 0. A Problem
// is read-only and may be shared by goroutines.
type Problem struct {
	Units, Agents int
	Cost, Load    []float64 // [agent·Units+unit]
	Room          []float64 // per agent; +Inf: no limit
}

// at is the position of the pair in the matrices.
func (p *Problem) at(i, j int) int { return j*p.Units + i }

// may reports whether agent j may serve unit i, and has room for it when it serves nothing else.
func (p *Problem) may(i, j int) bool {
	e := p.at(i, j)
	return p.Load[e] <= p.Room[j] && !math.IsInf(p.Cost[e], 1)
}

// cost is what a plan, per unit its agent, costs.
func (p *Problem) cost(of []int32) float64 {
	c := 0.0
	for i, j := range of {
		c += p.Cost[p.at(i, int(j))]
	}
	return c
}

package allocate

import (
	"context"

	"github.com/territory-go/territory/partition"
)

// Problem asks who serves what. With x(i,j) = 1 where agent j serves unit i,
//
//	minimise    Σ_ij cost(i,j)·x(i,j) + Σ_i Penalty_i·(1 - Σ_j x(i,j))
//	subject to  Σ_j x(i,j) = 1                               (≤ 1 where Penalty_i is finite)
//	            lower_rj ≤ Σ_i load_r(i,j)·x(i,j) ≤ upper_rj    for each measure r and agent j
//	            x(i,j) = 0                                   where not allowed or cost is +Inf
//	            x(i,Fixed_i) = 1                             where Fixed_i is not Unassigned
//
// n units and m agents are what Cost.Dims says. The limits are those of each
// measure ([partition.Measure.Limits] with k = m). A Problem is read-only to
// every solver and may be shared by goroutines.
type Problem struct {
	Cost     Costs               // of every pair; a [Travel], a matrix, or a function by [CostFunc]
	Measures []partition.Measure // nil: no limits; Value has length n, Target, Lower and Upper length m

	// Load, where Load[r] is not nil, replaces Measures[r].Value by a load
	// that depends on the agent: a junior needs longer. Load itself may be nil.
	Load []Costs

	Allowed func(unit, agent int) bool // nil: all pairs; must be a pure function
	Fixed   []int                      // nil, or per unit its agent, or Unassigned: free

	// Penalty is nil where every unit must be served; else per unit the cost of
	// leaving it unassigned, +Inf: it must be served.
	Penalty []float64

	UnitLabel, AgentLabel func(index int) string // nil: "unit 17", "agent 3"; used in messages only
}

// Solver answers a Problem. Implementations are plain values whose zero value
// works, safe for concurrent use.
type Solver interface {
	Allocate(ctx context.Context, p *Problem) (*Result, error)
}

// SolverFunc makes a Solver of a function.
type SolverFunc func(ctx context.Context, p *Problem) (*Result, error)

// Allocate calls f.
func (f SolverFunc) Allocate(ctx context.Context, p *Problem) (*Result, error) { return f(ctx, p) }

// Result is an allocation with its evidence.
type Result struct {
	partition.Result

	// Prices[r][j] is the shadow price of agent j's load of measure r: what one
	// more unit of room would save (positive: the upper limit binds, negative:
	// the lower one). Bound(p, Prices...) reproduces the price bound.
	Prices [][]float64

	// Splits lists the shares of the units that several agents serve; empty
	// unless the solver splits units. The plan names the largest share.
	Splits []Share
}

// Share is the fraction of a split unit that one agent serves.
type Share struct {
	Unit, Agent int
	Fraction    float64
}

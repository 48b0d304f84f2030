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
//	            x(i,j) = x(h,j)                              for units i, h of a list of Together
//	            Σ_i∈L x(i,j) ≤ 1                             for each list L of Apart and agent j
//
// n units and m agents are what Cost.Dims says. The limits are those of each
// measure ([partition.Measure.Limits] with k = m). A Problem is read-only to
// every solver and may be shared by goroutines.
//
// What a plan breaks of these is its violation
// ([partition.Certificate]), the sum of
//
//	the amount by which each load is outside its limits, in the unit of its measure,
//	1 for each unit that must be served and is not,
//	1 for each unit of a list of Together that is not where most of its list is,
//	1 for each unit of a list of Apart beyond the first with the same agent.
//
// Where units are split, the third is the least Σ_i ½·Σ_j |x(i,j) - x(h,j)| over
// the units h of the list, being unassigned counted as an agent, and the fourth
// the amount by which Σ_i∈L x(i,j) exceeds 1: the same for whole units.
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

	// Together lists units that must share an agent, as the customers of one
	// corporate family: all units of a list are with the same agent, or all of them
	// are unassigned, where every one has a finite Penalty. Lists with a unit in
	// common act as one list.
	Together [][]int

	// Apart lists units that must not share an agent, as competitors: no two units
	// of a list are with the same one. Units that are unassigned share nobody; units
	// that Together joins and Apart keeps apart can therefore only be that.
	//
	// Both name units by index, each at most once per list; a list of fewer than two
	// units asks for nothing.
	Apart [][]int

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

	// UnitPrices[i] is what serving unit i is worth at most in the knapsacks of
	// the agents, where they were solved; else nil. KnapsackBound(p, UnitPrices)
	// reproduces the bound of Proof "knapsacks".
	UnitPrices []float64

	// MovePrices[k][j], of a [Realign], is the shadow price of its limit Moved[k] for
	// what leaves agent j: what one more unit of value taken from it would save.
	MovePrices [][]float64

	// Splits lists the shares of the units that several agents serve; empty
	// unless the solver splits units. The plan names the largest share.
	Splits []Share
}

// Share is the fraction of a split unit that one agent serves.
type Share struct {
	Unit, Agent int
	Fraction    float64
}

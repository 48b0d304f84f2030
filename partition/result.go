package partition

import "math"

// Result is a plan and what is known about it.
type Result struct {
	Plan        *Plan
	Centers     []int     // per territory the unit at its centre, where the method chooses centres among the units; else nil
	Multipliers []float64 // per unit what proves Certificate.Bound, where the method proves one in this way; else nil
	Certificate Certificate
	Stop        Stop
	Iterations  int    // work done, in the method's own unit, for the record
	Seed        uint64 // the seed that was used, for the record
}

// Stop says why a search ended.
type Stop uint8

// The reasons why a search ends.
const (
	Converged     Stop = iota // nothing better was found within the method's neighbourhood
	ProvedOptimal             // no plan is better
	GapReached                // the gap that was asked for is proved
	BudgetSpent               // the work that was allowed is done
	Interrupted               // the context ended; the plan is the best so far
)

func (s Stop) String() string {
	switch s {
	case Converged:
		return "converged"
	case ProvedOptimal:
		return "optimal"
	case GapReached:
		return "gap reached"
	case BudgetSpent:
		return "budget spent"
	case Interrupted:
		return "interrupted"
	}
	return "unknown"
}

// FeasibleViolation is the largest violation that still counts as feasible:
// room for the rounding of sums, not for a breach.
const FeasibleViolation = 1e-6

// Certificate says how good a plan is known to be. Violation is kept apart
// from Objective, so that a plan outside its limits never looks cheap. A Bound
// of -Inf and an Objective of NaN are not for encoding/json, which refuses them.
type Certificate struct {
	Objective float64 // what is minimised; NaN: the method has none
	Violation float64 // total amount outside hard limits, in the measures' own units; 1 for each unit not served, together or apart as it must be
	Bound     float64 // no feasible plan costs less; -Inf: nothing is known
	Proof     string  // how Bound was obtained: "prices", "prices, limits in whole loads", "search", …; "" without one
}

// Feasible reports whether the plan keeps every hard limit, to rounding.
func (c Certificate) Feasible() bool { return c.Violation <= FeasibleViolation }

// Gap is (Objective - Bound) / max(|Objective|, 1e-12), and never negative:
// how much better the best plan could be at most, relative to this one. It is
// +Inf with a violation, and unless both figures are finite.
func (c Certificate) Gap() float64 {
	gap := (c.Objective - c.Bound) / math.Max(math.Abs(c.Objective), 1e-12)
	if !c.Feasible() || math.IsNaN(gap) || math.IsInf(c.Objective, 0) || math.IsInf(c.Bound, 0) {
		return math.Inf(1)
	}
	return math.Max(0, gap)
}

// Progress is a snapshot of a running search.
type Progress struct {
	Phase     string  // what is being done: "prices", "rounding", "improving", …
	Objective float64 // of the best plan so far; +Inf: none yet
	Violation float64 // of that plan
	Bound     float64 // best bound so far; -Inf: none yet
	Work      int     // work done so far, in the method's own unit
}

// Gap is that of a [Certificate] with these figures.
func (p Progress) Gap() float64 {
	return Certificate{Objective: p.Objective, Violation: p.Violation, Bound: p.Bound}.Gap()
}

package allocate

import "math"

// Explanation says why a unit is where it is, in numbers; String says it in a
// sentence. It is plain data and can be stored.
type Explanation struct {
	Unit     int
	UnitName string // the caller's label, or "unit 17"
	Owner    int    // agent, with the largest share of a split unit, or Unassigned
	Name     string // the owner's label, "agent 3", or "unassigned"

	// With are the units that must be with the same agent ([Problem].Together),
	// ascending, and WithName their labels; empty where there are none. Costs,
	// loads and places are those of Unit and all of them.
	With     []int
	WithName string

	// Cost is what the unit costs where it is; its penalty if it is unassigned,
	// +Inf if it is so although it must be served.
	Cost float64

	Shares []Share // who serves how much of it; nil unless it is split

	// Alternatives are all other places, the unit taken as a whole: the possible
	// ones first, ascending in (Priced, Agent), being unassigned last among
	// equals; then the impossible ones, in the same order. The first is the
	// runner-up.
	Alternatives []Alternative

	Decision Decision
}

// Alternative is another place for the unit, while all other units stay.
type Alternative struct {
	Agent int    // or Unassigned
	Name  string // its label, "agent 3", or "unassigned"
	Cost  float64

	// Extra is Cost minus the present cost: negative where it is cheaper there.
	Extra float64

	// Priced is Extra plus the difference in what the loads are worth at the
	// prices of the result, Σ_r load_r·v_r. Where it is positive although Extra is
	// negative, the room is worth more to others.
	Priced float64

	Breaks []Breach // the limits that would be broken, or broken further

	// Apart are units that are there and must not share an agent with the unit or
	// those With it, ascending, and ApartName their labels.
	Apart     []int
	ApartName string

	// Forbidden is "" or why it is impossible: "it is fixed to Bea", "the pair
	// is not allowed", "its cost is +Inf".
	Forbidden string
}

// Breach is a limit, and the load of its agent before and after a move.
type Breach struct {
	Measure       int
	MeasureName   string // as the caller has it, or "load", or "measure 1" of several
	Agent         int
	Name          string // the agent's label
	Upper         bool   // the upper limit; else the lower one
	Limit         float64
	Before, After float64
	Price         float64 // what the result says one more unit of room is worth, ≥ 0
}

// Excess is how far the load would be outside the limit, or 0.
func (b Breach) Excess() float64 {
	if b.Upper {
		return math.Max(0, b.After-b.Limit)
	}
	return math.Max(0, b.Limit-b.After)
}

// Reason is what decided about a unit.
type Reason uint8

// The reasons why a unit is where it is.
const (
	ByCost        Reason = iota // nowhere is it cheaper
	ByLock                      // Fixed says so
	ByEligibility               // nobody cheaper may serve it
	ByLimit                     // it is cheaper elsewhere, and a limit stands against it
	ByPenalty                   // leaving it unassigned costs least
	ByNothing                   // it is cheaper elsewhere, and nothing stands against it: the plan can be improved
	ByApart                     // it is cheaper elsewhere, and a unit is there that it must be kept apart from
)

func (r Reason) String() string {
	switch r {
	case ByCost:
		return "cost"
	case ByLock:
		return "lock"
	case ByEligibility:
		return "eligibility"
	case ByLimit:
		return "limit"
	case ByPenalty:
		return "penalty"
	case ByNothing:
		return "nothing"
	case ByApart:
		return "apart"
	}
	return "unknown"
}

// Decision is what decided, and against whom.
type Decision struct {
	Reason Reason

	// Rival is the position in Alternatives of the place that lost, -1 where there
	// is none: the cheapest possible one, by Cost; for ByNothing the cheapest that
	// would break no limit; for ByLock and ByEligibility the cheapest impossible
	// one, if it is cheaper than the owner.
	Rival int

	// Limit is, for ByLimit, the limit that the move to the rival would break, the
	// one with the highest price if it would break several; else nil.
	Limit *Breach
}

// RunnerUp is the best possible alternative; false where there is none.
func (e *Explanation) RunnerUp() (Alternative, bool) {
	if len(e.Alternatives) == 0 || e.Alternatives[0].Forbidden != "" {
		return Alternative{}, false
	}
	return e.Alternatives[0], true
}

// Explain says why the unit is where the result puts it: what every alternative
// would cost and break, and what decided. It takes the result's plan, shares and
// prices as they are; whether they hold is for [Verify].
//
// The errors are those of an invalid problem, and an input error where the
// result does not fit it or the unit does not exist. O(n·r) besides the
// validation of the problem: where several units are asked about, prepare the
// questions with [NewWhatIf].
func Explain(p *Problem, r *Result, unit int) (*Explanation, error) {
	w, err := NewWhatIf(p, r)
	if err != nil {
		return nil, err
	}
	return w.Explain(unit)
}

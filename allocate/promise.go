package allocate

import "github.com/territory-go/territory/partition"

// PromiseKind says what was promised.
type PromiseKind uint8

// The kinds of promises.
const (
	LockPromise       PromiseKind = iota // Fixed: the unit stays with the agent
	PreferencePromise                    // a Term of [Travel] or [Preferring]: the pair is wanted, or unwanted
	IncumbencyPromise                    // Incumbent and Switching of these: who serves today is preferred
	CapacityPromise                      // an upper limit: the agent has no more than that
	FloorPromise                         // a lower limit: the agent has no less than that
	TogetherPromise                      // a list of Together: the units share an agent
	ApartPromise                         // a list of Apart: the units do not
)

func (k PromiseKind) String() string {
	switch k {
	case LockPromise:
		return "lock"
	case PreferencePromise:
		return "preference"
	case IncumbencyPromise:
		return "incumbency"
	case CapacityPromise:
		return "capacity"
	case FloorPromise:
		return "floor"
	case TogetherPromise:
		return "together"
	case ApartPromise:
		return "apart"
	}
	return "unknown"
}

// Promise is one promise, or all of a kind together. It is plain data and can be
// stored.
type Promise struct {
	Kind PromiseKind

	// Count is 1, or how many promises these are: all of their kind (for capacities
	// and floors, of their measure).
	Count int

	Unit, Agent, Measure int // whom and what it concerns; -1: none, or several
	List                 int // position in Together or Apart; else -1

	UnitName, AgentName, MeasureName string // labels, as in [Explanation] and [Breach]; "" where there is none

	// Worth is the limit of a capacity or floor, the Cost of a preference, or what
	// switching costs; else 0.
	Worth float64
}

// PricedPromise is a promise and what it costs: how much cheaper the problem is
// without it. With c₀ the costs without it (a lock or a limit is no part of the
// costs, a wish is) and x the plan at hand,
//
//	cost of the promise = c₀(x) - min { c₀(y) : y keeps everything else }.
//
// A wish that the plan does not follow thus costs nothing beyond the plan's own
// gap. Costs of promises do not add up: of two locks that come to the same
// neither may cost anything as long as the other one stands. For this reason
// promises of a kind are also priced together.
//
// It is plain data and can be stored; String says it in words.
type PricedPromise struct {
	Promise
	Kept bool // the plan keeps it; for a wish, follows it; false where Count is more than 1

	// Rate is, for a capacity or floor, what the first unit of room would save at
	// the prices of the result: ≥ 0. Else 0.
	Rate float64

	// Saving is what withdrawing the promise saves: where Solved, with the best
	// plan that was found without it, and thus surely; else what the prices say,
	// an estimate that is rather too high. It is ≥ 0 where the plan is feasible.
	Saving float64

	// SavingAtMost is a proved limit: withdrawing the promise saves no more.
	SavingAtMost float64

	Solved bool // the problem without the promise has been solved; else the prices were asked
	Exact  bool // Saving is proved to be the cost of the promise, to rounding

	// Where Solved: the agent of Unit without the promise and its label ("" if it
	// would stay), what would happen to the balance of each measure, and by how much
	// less the limits that remain would be broken.
	Instead     int
	InsteadName string
	Balance     []Shift
	Relief      float64
}

// Shift is the worst relative deviation of a load from its target before and
// after a promise is withdrawn, max_j |load_j - target_j| / target_j.
type Shift struct {
	MeasureName   string
	Before, After float64
}

// PriceList holds the prices of the promises of a problem.
type PriceList struct {
	Promises []PricedPromise // the dearest first: descending in Saving, then in SavingAtMost, then in the order of kinds and indices
	Total    int             // how many promises there are, listed or not
	Solved   int             // how many of them were solved for

	// Stop is ProvedOptimal where every listed price is exact, BudgetSpent where
	// some are not, and Interrupted where the context ended: prices that were not
	// looked at by then are not listed.
	Stop partition.Stop
}

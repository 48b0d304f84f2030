package allocate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Explanation says why a unit is where it is, in numbers; String says it in a
// sentence. It is plain data and can be stored.
type Explanation struct {
	Unit     int
	UnitName string // the caller's label, or "unit 17"
	Owner    int    // agent, with the largest share of a split unit, or Unassigned
	Name     string // the owner's label, "agent 3", or "unassigned"

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
// result does not fit it or the unit does not exist. O(n·r + m·r + m·log m),
// besides the validation of the problem.
func Explain(p *Problem, r *Result, unit int) (*Explanation, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	x, err := newExplainer(m, r)
	if err != nil {
		return nil, err
	}
	if unit < 0 || unit >= m.n {
		return nil, &partition.InputError{Field: "unit", Index: -1, Value: unit, Why: fmt.Sprintf("is no unit: there are %d", m.n)}
	}
	return x.explain(unit), nil
}

// explainer holds what the explanations of one result share.
type explainer struct {
	m     *model
	r     *Result
	loads [][]float64
}

func newExplainer(m *model, r *Result) (*explainer, error) {
	wrong := func(field, format string, args ...any) error {
		return &partition.InputError{Field: field, Index: -1, Why: fmt.Sprintf(format, args...)}
	}
	if r == nil || r.Plan == nil {
		return nil, wrong("Result.Plan", "is nil")
	}
	if r.Plan.Len() != m.n || r.Plan.K() != m.m {
		return nil, wrong("Result.Plan", "has %d units and %d agents; the problem has %d and %d", r.Plan.Len(), r.Plan.K(), m.n, m.m)
	}
	if r.Prices != nil && len(r.Prices) != m.r {
		return nil, wrong("Result.Prices", "has length %d; there are %d measures", len(r.Prices), m.r)
	}
	for k := range r.Prices {
		if len(r.Prices[k]) != m.m {
			return nil, wrong(fmt.Sprintf("Result.Prices[%d]", k), "has length %d; there are %d agents", len(r.Prices[k]), m.m)
		}
	}
	of := make([]int32, m.n)
	for i := range of {
		of[i] = int32(r.Plan.Of(i))
	}
	for k, s := range r.Splits {
		if s.Unit < 0 || s.Unit >= m.n || s.Agent < partition.Unassigned || s.Agent >= m.m {
			return nil, wrong("Result.Splits", "share %d is of unit %d and agent %d", k, s.Unit, s.Agent)
		}
		of[s.Unit] = partition.Unassigned // its shares are added below
	}
	x := &explainer{m: m, r: r}
	_, _, x.loads = m.evaluate(of)
	for _, s := range r.Splits {
		if s.Agent >= 0 {
			for k := range x.loads {
				x.loads[k][s.Agent] += float64(s.Fraction * m.loadOf(k, s.Unit, s.Agent))
			}
		}
	}
	return x, nil
}

// price is the shadow price of agent j's load of measure k.
func (x *explainer) price(k, j int) float64 {
	if x.r.Prices == nil || j == partition.Unassigned {
		return 0
	}
	return x.r.Prices[k][j]
}

func (x *explainer) name(j int) string {
	if j == partition.Unassigned {
		return "unassigned"
	}
	return x.m.agent(j)
}

// cost of the pair without regard to locks and eligibility; +Inf where there is none.
func (x *explainer) cost(i, j int) float64 {
	if j == partition.Unassigned {
		if x.m.p.Penalty == nil {
			return math.Inf(1)
		}
		return x.m.p.Penalty[i]
	}
	if c := x.m.p.Cost.At(i, j); math.Abs(c) <= math.MaxFloat64 { // pairs that are not allowed may hold anything
		return c
	}
	return math.Inf(1)
}

// loadOf is loadOf of the model, 0 for Unassigned.
func (x *explainer) loadOf(k, i, j int) float64 {
	if j == partition.Unassigned {
		return 0
	}
	return x.m.loadOf(k, i, j)
}

// worth is what the unit's load is worth at agent j.
func (x *explainer) worth(i, j int) float64 {
	w := 0.0
	for k := range x.m.r {
		if v := x.price(k, j); v != 0 {
			w += float64(v * x.loadOf(k, i, j))
		}
	}
	return w
}

func (x *explainer) explain(i int) *Explanation {
	e := &Explanation{Unit: i, UnitName: x.m.unit(i), Owner: x.r.Plan.Of(i)}
	e.Name = x.name(e.Owner)
	for _, s := range x.r.Splits {
		if s.Unit == i {
			e.Shares = append(e.Shares, s)
		}
	}
	held := e.Shares
	if held == nil {
		held = []Share{{i, e.Owner, 1}}
	}
	worth := 0.0
	for _, s := range held {
		e.Cost += float64(s.Fraction * x.cost(i, s.Agent))
		worth += float64(s.Fraction * x.worth(i, s.Agent))
	}
	for j := range x.m.m + 1 {
		if j == x.m.m {
			if x.m.dummy < 0 || math.IsInf(x.cost(i, partition.Unassigned), 1) {
				break
			}
			j = partition.Unassigned
		}
		if j == e.Owner && e.Shares == nil {
			continue
		}
		a := Alternative{Agent: j, Name: x.name(j), Cost: x.cost(i, j), Forbidden: x.forbidden(i, j)}
		a.Extra = a.Cost - e.Cost
		if math.IsInf(a.Cost, 1) {
			a.Extra = a.Cost
		}
		if a.Priced = a.Extra + (x.worth(i, j) - worth); math.IsNaN(a.Priced) {
			a.Priced = math.Inf(1) // the load of a pair that is not allowed
		}
		if !math.IsInf(a.Cost, 1) {
			a.Breaks = x.breaks(i, held, j)
		}
		e.Alternatives = append(e.Alternatives, a)
	}
	slices.SortStableFunc(e.Alternatives, func(a, b Alternative) int { // stable: by agent among equals
		if (a.Forbidden == "") != (b.Forbidden == "") {
			if a.Forbidden == "" {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Priced, b.Priced)
	})
	e.Decision = x.decide(e)
	return e
}

// forbidden says why the unit cannot be there, or "".
func (x *explainer) forbidden(i, j int) string {
	if f := x.m.fixed(i); f >= 0 && f != j {
		return "it is fixed to " + x.m.agent(f)
	}
	if j == partition.Unassigned || !math.IsInf(x.m.cost(i, j), 1) {
		return ""
	}
	return x.m.forbidden(i, j)
}

// breaks lists the limits that moving all of unit i to agent to would break, or
// break further.
func (x *explainer) breaks(i int, held []Share, to int) []Breach {
	var all []Breach
	for k := range x.m.r {
		if to != partition.Unassigned {
			if b := x.breach(k, i, held, to, to, true); x.worse(b) {
				all = append(all, b)
			}
		}
		for _, s := range held {
			if s.Agent == partition.Unassigned || s.Agent == to {
				continue
			}
			if b := x.breach(k, i, held, to, s.Agent, false); x.worse(b) {
				all = append(all, b)
			}
		}
	}
	return all
}

// breach is one limit of agent j as the move would leave it, broken or not.
func (x *explainer) breach(k, i int, held []Share, to, j int, upper bool) Breach {
	b := Breach{
		Measure: k, MeasureName: x.m.measure(k), Agent: j, Name: x.m.agent(j), Upper: upper,
		Before: x.loads[k][j], After: x.loads[k][j],
	}
	for _, s := range held {
		if s.Agent == j {
			b.After -= float64(s.Fraction * x.m.loadOf(k, i, j))
		}
	}
	if j == to {
		b.After += x.m.loadOf(k, i, j)
	}
	if upper {
		b.Limit, b.Price = x.m.upper[k][j], math.Max(0, x.price(k, j))
	} else {
		b.Limit, b.Price = x.m.lower[k][j], math.Max(0, -x.price(k, j))
	}
	return b
}

// worse reports whether the move breaks the limit further than it is broken.
func (x *explainer) worse(b Breach) bool {
	now := b
	now.After = b.Before
	return b.Excess() > now.Excess()+partition.FeasibleViolation
}

// decide finds what stands between the unit and the place where it is cheapest.
func (x *explainer) decide(e *Explanation) Decision {
	// The positions of the cheapest possible alternative, of the cheapest that
	// would break nothing, and of the cheapest impossible one.
	rival, free, barred := -1, -1, -1
	cheaper := func(k, than int) bool { return than < 0 || e.Alternatives[k].Cost < e.Alternatives[than].Cost }
	for k, a := range e.Alternatives {
		switch {
		case a.Forbidden != "":
			if a.Extra < 0 && cheaper(k, barred) {
				barred = k
			}
			continue
		case a.Breaks == nil && cheaper(k, free):
			free = k
		}
		if cheaper(k, rival) {
			rival = k
		}
	}
	isCheaper := func(k int) bool { return k >= 0 && e.Alternatives[k].Extra < 0 }
	switch {
	case e.Owner != partition.Unassigned && x.m.fixed(e.Unit) == e.Owner:
		return Decision{Reason: ByLock, Rival: barred}
	case rival < 0:
		return Decision{Reason: ByEligibility, Rival: barred}
	case isCheaper(free):
		return Decision{Reason: ByNothing, Rival: free}
	case isCheaper(rival):
		d := Decision{Reason: ByLimit, Rival: rival}
		breaks := e.Alternatives[rival].Breaks
		for k := range breaks {
			if d.Limit == nil || breaks[k].Price > d.Limit.Price {
				d.Limit = &breaks[k]
			}
		}
		return d
	case e.Owner == partition.Unassigned:
		return Decision{Reason: ByPenalty, Rival: rival}
	case barred >= 0:
		return Decision{Reason: ByEligibility, Rival: barred}
	}
	return Decision{Reason: ByCost, Rival: rival}
}

package allocate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// explainer holds what the explanations of one result share.
type explainer struct {
	m     *model
	r     *Result
	loads [][]float64
	held  map[int][]Share // of split units

	family *contraction // of units that stay together; nil without
	lists  *apartness   // of units that stay apart; nil without
}

// newExplainer validates the problem, and that the result fits it.
func newExplainer(p *Problem, r *Result) (*explainer, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
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
	of := planOf(r.Plan)
	for k, s := range r.Splits {
		if s.Unit < 0 || s.Unit >= m.n || s.Agent < partition.Unassigned || s.Agent >= m.m {
			return nil, wrong("Result.Splits", "share %d is of unit %d and agent %d", k, s.Unit, s.Agent)
		}
		of[s.Unit] = partition.Unassigned // its shares are added below
	}
	x := &explainer{m: m, r: r, family: m.contract(), lists: newApartnessOf(m), held: map[int][]Share{}}
	x.loads = m.loads(of)
	for _, s := range r.Splits {
		x.held[s.Unit] = append(x.held[s.Unit], s)
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

// members are the units that go where unit i goes, i among them, ascending.
func (x *explainer) members(i int) []int32 {
	if x.family == nil {
		return []int32{int32(i)}
	}
	return x.family.members(int(x.family.of[i]))
}

// shares says who holds the units.
func (x *explainer) shares(units []int32) []Share {
	var all []Share
	for _, i := range units {
		if held := x.held[int(i)]; held != nil {
			all = append(all, held...)
		} else {
			all = append(all, Share{int(i), x.r.Plan.Of(int(i)), 1})
		}
	}
	return all
}

func (x *explainer) explain(i int) *Explanation {
	e := &Explanation{Unit: i, UnitName: x.m.unit(i), Owner: x.r.Plan.Of(i), Shares: x.held[i]}
	e.Name = x.name(e.Owner)
	units := x.members(i)
	for _, h := range units {
		if int(h) != i {
			e.With = append(e.With, int(h))
		}
	}
	e.WithName = named(e.With, x.m.unit)
	held := x.shares(units)
	entangled := x.entangled(units)
	worth, torn := 0.0, false
	for _, s := range held {
		e.Cost += float64(s.Fraction * x.cost(s.Unit, s.Agent))
		worth += float64(s.Fraction * x.worth(s.Unit, s.Agent))
		torn = torn || s.Agent != e.Owner
	}
	for j := range x.m.m + 1 {
		if j == x.m.m {
			j = partition.Unassigned
		}
		if j == e.Owner && !torn {
			continue
		}
		a := Alternative{Agent: j, Name: x.name(j)}
		if j != partition.Unassigned {
			a.Forbidden = entangled
		}
		there := 0.0
		for _, h := range units {
			a.Cost += x.cost(int(h), j)
			there += x.worth(int(h), j)
			if a.Forbidden == "" {
				a.Forbidden = x.forbidden(i, int(h), j)
			}
		}
		if j == partition.Unassigned && math.IsInf(a.Cost, 1) {
			continue
		}
		a.Extra = a.Cost - e.Cost
		if math.IsInf(a.Cost, 1) {
			a.Extra = a.Cost
		}
		if a.Priced = a.Extra + (there - worth); math.IsNaN(a.Priced) {
			a.Priced = math.Inf(1) // the load of a pair that is not allowed
		}
		if !math.IsInf(a.Cost, 1) {
			a.Breaks = x.breaks(units, held, j)
		}
		a.Apart = x.clashes(units, j)
		a.ApartName = named(a.Apart, x.m.unit)
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

// forbidden says why unit i, or unit h that goes with it, cannot be there, or "".
func (x *explainer) forbidden(i, h, j int) string {
	who, which := "it", ""
	if h != i {
		who = x.m.unit(h) + ", which stays with it,"
		which = " for " + x.m.unit(h) + ", which stays with it"
	}
	if f := x.m.fixed(h); f >= 0 && f != j {
		return who + " is fixed to " + x.m.agent(f)
	}
	if j == partition.Unassigned || !math.IsInf(x.m.cost(h, j), 1) {
		return ""
	}
	return x.m.forbidden(h, j) + which
}

// entangled says that nobody can have all of the units, or "".
func (x *explainer) entangled(units []int32) string {
	for _, i := range units {
		for _, k := range x.lists.listsOf(int(i)) {
			for _, h := range x.lists.lists[k] {
				if h > i && slices.Contains(units, h) {
					return fmt.Sprintf("%s and %s must be together, and must be apart", x.m.unit(int(i)), x.m.unit(int(h)))
				}
			}
		}
	}
	return ""
}

// clashes lists the units that are with agent j and must not share it with the
// units that would join.
func (x *explainer) clashes(units []int32, j int) []int {
	var all []int
	if j == partition.Unassigned {
		return nil
	}
	for _, i := range units {
		for _, k := range x.lists.listsOf(int(i)) {
			for _, h := range x.lists.lists[k] {
				if x.r.Plan.Of(int(h)) == j && !slices.Contains(units, h) && !slices.Contains(all, int(h)) {
					all = append(all, int(h))
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// breaks lists the limits that moving all of the units to agent to would break,
// or break further. held is who has them now.
func (x *explainer) breaks(units []int32, held []Share, to int) []Breach {
	var from []int // in the order of held
	for _, s := range held {
		if s.Agent != partition.Unassigned && s.Agent != to && !slices.Contains(from, s.Agent) {
			from = append(from, s.Agent)
		}
	}
	var all []Breach
	for k := range x.m.r {
		if to != partition.Unassigned {
			if b := x.breach(k, units, held, to, to, true); x.worse(b) {
				all = append(all, b)
			}
		}
		for _, j := range from {
			if b := x.breach(k, units, held, to, j, false); x.worse(b) {
				all = append(all, b)
			}
		}
	}
	return all
}

// breach is one limit of agent j as the move would leave it, broken or not.
func (x *explainer) breach(k int, units []int32, held []Share, to, j int, upper bool) Breach {
	b := x.limit(k, j, upper)
	for _, s := range held {
		if s.Agent == j {
			b.After -= float64(s.Fraction * x.m.loadOf(k, s.Unit, j))
		}
	}
	if j == to {
		for _, i := range units {
			b.After += x.m.loadOf(k, int(i), j)
		}
	}
	return b
}

// limit is one limit of agent j and its load.
func (x *explainer) limit(k, j int, upper bool) Breach {
	b := Breach{
		Measure: k, MeasureName: x.m.measure(k), Agent: j, Name: x.m.agent(j), Upper: upper,
		Before: x.loads[k][j], After: x.loads[k][j],
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
		case a.Breaks == nil && a.Apart == nil && cheaper(k, free):
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
		if breaks == nil {
			d.Reason = ByApart
		}
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

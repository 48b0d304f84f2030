package district

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Compact draws K connected territories whose units are near to each other: with
// w the Weight of a unit (nil: 1), d the distance of the Problem and u(t) a unit
// of territory t, its centre, it minimises
//
//	Σ_t Σ_{i ∈ t} w_i·d(i, u(t))²       Inertia: squared kilometres where d is in kilometres, times the weight
//	Σ_t Σ_{i ∈ t} w_i·d(i, u(t))        Distance
//	Σ_t Σ_{i ∈ t} w_i·d(i, home_t)      Travel: to Problem.Homes, which need not be units
//
// and to that adds Preference(i, t) for each unit i of territory t, and Penalty
// for every amount outside the limits of the measures, where these are given.
// The centre is the unit for which the sum is least; Result.Centers holds it.
// With the population as Weight, Inertia is the objective of Hess, Weaver,
// Siegfeldt, Whelan and Zitlau, Nonpartisan political redistricting by computer
// (1965).
//
// Problem.Contiguity is required. The limits of all Measures, Fixed, Forbidden
// and Seeds (units that a territory must hold; its centre may be another one) are
// kept. The distance from i to the centre is Between(i, u(t)), which need not be
// symmetric; +Inf is out of reach, and an Objective of +Inf says that a unit is.
// Travel takes Points, Homes and Distance. K = 0 and CenterCapacity are
// unsupported. Territories that nothing tells apart are numbered in the order of
// their first units.
//
// Guaranteed: every territory has a unit and is connected, fixed units and seeds
// are in their territories, no forbidden pair meets, and the bound: what
// Result.Multipliers prove ([Compact.Bound]; Proof is "multipliers"), or the optimum
// where a search of all territories came to its end (Proof is "search": maps of some
// 30 units, more where the multipliers prove nearly as much). To keep the limits is
// NP-hard by itself; if no plan within them is found, one that is little outside is
// returned, and its certificate says by how much. Where Penalty is above 0 the limits are not hard: amounts outside
// are part of the Objective, and there is no Violation.
//
// Method: first plans as in [Cut]; then simulated annealing by shifts of a unit
// over a border, by pairs of shifts in which one unit comes into a territory and
// another one leaves it, by recombinations of two territories along random
// spanning trees or into two cells of a power diagram, and, where Preference or Travel tells territories apart, by
// exchanges of all units of two. Amounts outside the limits are allowed on the way,
// at a price. A shift costs the time of a neighbourhood; the centres follow every so many
// shifts, in O(n²/K). Four such searches run side by side, in rounds of which each
// is twice as long as the last, and take up the best plan in between. On maps of up
// to 256 units whose territories nothing tells apart, the territories within the
// limits that they went through are collected, and the best plan that can be put
// together of those is looked for, which is what solves problems with narrow limits.
// Beside that the dual of [Compact.Bound] is raised by subgradients; when it is
// settled, all territories that its prices leave in question are listed, if they are
// not too many, and the best plan of them is the best of all.
//
// Memory is 8·n² bytes for Inertia and Distance, which take up to 16,384 units, and 8·n·K with Preference or
// Travel. The same input, options and version give the same bytes at any
// GOMAXPROCS and on every platform, unless the context ends early.
type Compact struct {
	Objective CompactObjective // Inertia by default

	// Preference, if not nil, is what it costs in addition that territory t has the
	// unit, in the unit of the objective: finite, and negative where that is welcome.
	Preference func(unit, t int) float64

	// Penalty is the price of one unit of a measure outside its limits. 0: the
	// limits are hard.
	Penalty float64

	Seed uint64 // of everything that is drawn

	// Budget is the work allowed, in steps of all searches together; a step takes
	// some 100 to 500 ns. 0: 40,000 per unit, between 4 and 60 million.
	Budget int

	// Progress, if not nil, is told of the search now and then, by the calling goroutine.
	Progress func(partition.Progress)
}

var _ partition.Method = Compact{}

// CompactObjective says what Compact minimises.
type CompactObjective uint8

// The objectives of Compact.
const (
	Inertia  CompactObjective = iota // weight · squared distance to a unit of the territory
	Distance                         // weight · distance to a unit of the territory
	Travel                           // weight · distance to the home of the territory
)

// Partition solves p. Interrupted with a plan in hand it returns that plan;
// before there is one, the cause of the interruption. With Fixed, Forbidden or
// Seeds it may happen that no connected plan is found and none is ruled out; the
// error is then neither [partition.ErrInput] nor [partition.ErrInfeasible].
func (c Compact) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	m, err := c.compile(p)
	if err != nil {
		return nil, err
	}
	if err := c.infeasible(ctx, m); err != nil {
		return nil, err
	}
	x, err := c.compileCosts(ctx, m)
	if err != nil {
		return nil, err
	}
	s, err := c.start(ctx, x)
	if err != nil {
		return nil, err
	}
	defer func() { s.stop() }()
	return s.result(s.run(ctx))
}

// compile checks the options and the problem.
func (c Compact) compile(p *partition.Problem) (*model, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	var faults partition.Faults
	fault := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	if c.Objective > Travel {
		fault("Compact.Objective", c.Objective, "is none of Inertia, Distance and Travel")
	}
	if !(c.Penalty >= 0) || math.IsInf(c.Penalty, 1) {
		fault("Compact.Penalty", c.Penalty, "is not a finite number ≥ 0")
	}
	if c.Budget < 0 {
		fault("Compact.Budget", c.Budget, "is negative")
	}
	switch {
	case c.Objective == Travel && len(p.Points) == 0:
		fault("Points", nil, "are missing: Travel measures from them to the homes")
	case c.Objective == Travel && p.Homes == nil:
		fault("Homes", nil, "are missing: Travel measures to them")
	case c.Objective != Travel && p.Between == nil && p.Features == nil && len(p.Points) == 0:
		fault("Points", nil, "are missing, and there is no Between to say how far apart units are")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if p.CenterCapacity != nil {
		return nil, fmt.Errorf("%w: CenterCapacity: Compact knows no limits by centre", errors.ErrUnsupported)
	}
	if c.Objective != Travel && m.n > tableUnits {
		return nil, fmt.Errorf("%w: %d units: Compact keeps the distances of all pairs, of at most %d units", errors.ErrUnsupported, m.n, tableUnits)
	}
	return m, m.openK("Compact")
}

// infeasible is the reason why there is no plan, if one is found. Limits that
// have a price are none.
func (c Compact) infeasible(ctx context.Context, m *model) error {
	if c.Penalty == 0 {
		return m.infeasible(ctx)
	}
	for _, reason := range []func() error{m.tooFewUnits, m.forbiddenEverywhere, m.componentCount, m.tornApart} {
		if err := reason(); err != nil {
			return err
		}
	}
	return nil
}

// result is the best plan with figures that are summed up afresh.
func (s *compactSearch) result(stop partition.Stop) (*partition.Result, error) {
	m := s.x.m
	if s.over && s.best.outside > 0 {
		units := make([]int, m.n)
		for u := range units {
			units[u] = u
		}
		return nil, &partition.InfeasibleError{Need: float64(m.k), Units: units,
			Why: fmt.Sprintf("no division into %d connected territories keeps the limits: an exhaustive search found %d territories that do, but none of %d that are apart", m.k, len(s.every.pool.columns), m.k)}
	}
	plan, err := partition.NewPlan(m.k, s.best.of)
	if m.alike && s.x.extra == nil {
		plan, err = m.plan(s.best.of)
	}
	if err != nil {
		return nil, err
	}
	r := &partition.Result{Plan: plan, Stop: stop, Iterations: int(min(s.work, math.MaxInt)), Seed: s.c.Seed}
	r.Certificate.Objective, r.Centers = s.x.evaluate(plan)
	if r.Certificate.Violation = m.violation(s.best.of); s.x.penalty > 0 {
		r.Certificate.Objective += float64(s.x.penalty * r.Certificate.Violation)
		r.Certificate.Violation = 0
	}
	r.Certificate.Bound = math.Inf(-1)
	if s.dual.bound > r.Certificate.Bound {
		r.Certificate.Bound, r.Certificate.Proof, r.Multipliers = math.Min(s.dual.bound, r.Certificate.Objective), "multipliers", s.dual.best
	}
	if (s.over || m.k == 1) && !math.IsInf(r.Certificate.Objective, 1) {
		r.Certificate.Bound = math.Max(r.Certificate.Bound, r.Certificate.Objective-float64(1e-8*math.Abs(r.Certificate.Objective))) // sums were rounded
		r.Certificate.Proof, r.Multipliers = "search", nil
	}
	return r, nil
}

// evaluate is what a plan costs but for its penalty, and its centres.
func (x *compactCosts) evaluate(plan *partition.Plan) (cost float64, centers []int) {
	m := x.m
	sums := make([]float64, m.n)
	var units []int32
	reached := true
	for t := range m.k {
		units = units[:0]
		for u := range plan.Units(t) {
			units = append(units, int32(u))
		}
		if x.table != nil {
			c, sum := x.centre(units, sums)
			centers = append(centers, int(c))
			cost += sum
			reached = reached && !slices.ContainsFunc(units, func(u int32) bool { return x.row(u)[c] >= x.far })
		}
		if x.extra != nil {
			for _, u := range units {
				cost += x.extraOf(u, int32(t))
			}
		}
	}
	if !reached {
		cost = math.Inf(1)
	}
	return cost, centers
}

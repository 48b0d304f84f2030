package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Placement is another place for a unit with all that would follow: an
// [Alternative], the loads of everybody concerned, and the moves of others that
// would restore the limits. It is plain data and can be stored; String says it in
// words.
type Placement struct {
	Alternative

	UnitName string // the caller's label of the unit, or "unit 17"
	Steps    []Step // the move itself: of the unit and of those that must be with it

	// Loads are those of who would lose and of who would get the unit, per measure,
	// as the move itself would leave them.
	Loads []LoadChange

	// Follow are the cheapest moves of others that were found after which no limit
	// is broken further than it is now and everybody is apart who must be, in an
	// order in which each answers a need that those before it leave. Empty where
	// none are needed, and where Settled is false.
	Follow []Step

	// Total is Extra and what Follow costs (where the unit must be served and is
	// not, its present cost counts 0); that of the move alone where Settled is false.
	Total float64

	// TotalAtLeast is proved by the prices: no plan that keeps every limit has the
	// unit there and costs less than the present plan and this, however many others
	// would move.
	TotalAtLeast float64

	// Settled says that after the move and Follow nothing is broken further than it
	// is now. Exact says that this is proved to be the cheapest way with so many
	// follow-up moves, or that there is none, to rounding.
	Settled, Exact bool
}

// Step is a move of one unit and what it costs more, with the caller's names.
type Step struct {
	partition.Move
	UnitName, FromName, ToName string
	Extra                      float64 // negative: it costs less
}

// LoadChange is the load of an agent before and after, and its limits.
type LoadChange struct {
	Measure       int
	MeasureName   string
	Agent         int
	Name          string
	Before, After float64
	Lower, Upper  float64
}

// Changes are all moves of the placement, its own and those that follow, in
// canonical form: what [WhatIf.Edit] takes.
func (p *Placement) Changes() partition.Changes {
	var c partition.Changes
	for _, s := range p.Steps {
		c = append(c, s.Move)
	}
	for _, s := range p.Follow {
		c = append(c, s.Move)
	}
	slices.SortFunc(c, func(a, b partition.Move) int { return cmp.Compare(a.Unit, b.Unit) })
	return c
}

// Elsewhere ranks every other place for the unit by what it would cost in the
// end: first the places where everything can be settled, ascending in (Total,
// Agent), being unassigned last among equals; then those where no follow-up was
// found; then the impossible ones.
//
// A move that breaks a limit is followed by up to Follow moves of other units
// (units that must be together count as one), none of which may move twice or is
// locked. Each move answers a need: it takes load from where there is too much,
// or brings some to where there is too little, or takes a unit from where it may
// not be. The search is best first by cost at the result's prices: it
// continues at most 50 beginnings per place, each with the 2,048 best moves of the
// agent in need, and by all of them where one move more is enough.
//
// Interrupted, the places not yet looked at are not Settled. An input error where
// there is no such unit. O(m·r) and, the first time that an agent is concerned,
// its units times the agents, or all units where it would have too little.
func (w *WhatIf) Elsewhere(ctx context.Context, unit int) ([]Placement, error) {
	if err := w.unit(unit); err != nil {
		return nil, err
	}
	c, err := w.chaining()
	if err != nil {
		return nil, err
	}
	e := w.x.explain(unit)
	units := w.x.members(unit)
	held := w.x.shares(units)
	all := make([]Placement, len(e.Alternatives))
	for k, a := range e.Alternatives {
		at := &all[k]
		at.Alternative, at.UnitName = a, e.UnitName
		at.Total, at.TotalAtLeast = a.Extra, math.Inf(1)
		if math.IsInf(e.Cost, 1) {
			at.Total = a.Cost
		}
		for _, i := range units {
			if from := w.x.r.Plan.Of(int(i)); from != a.Agent {
				at.Steps = append(at.Steps, w.x.step(int(i), from, a.Agent))
			}
		}
		if !math.IsInf(a.Cost, 1) {
			at.Loads = w.x.loadChanges(units, held, a.Agent)
		}
		if a.Forbidden != "" {
			at.Exact = true
			continue
		}
		at.TotalAtLeast = c.atLeast(unit, a.Agent)
		if len(a.Breaks)+len(a.Apart) == 0 {
			at.Settled, at.Exact = true, true
			continue
		}
		if ctx.Err() != nil {
			continue
		}
		s := c.search(ctx, unit, held, a.Agent, w.follow())
		at.Exact = s.exact
		if s.found {
			at.Settled = true
			at.Total += s.cost
			for _, m := range s.best {
				for _, i := range c.members(int(m.unit)) {
					at.Follow = append(at.Follow, w.x.step(int(i), c.place(m.from), c.place(m.to)))
				}
			}
		}
	}
	rank := func(p *Placement) int {
		switch {
		case p.Forbidden != "":
			return 2
		case !p.Settled:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b Placement) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), cmp.Compare(a.Total, b.Total),
			cmp.Compare(uint(a.Agent), uint(b.Agent))) // Unassigned, -1, is last
	})
	return all, nil
}

func (w *WhatIf) follow() int {
	if w.Follow == 0 {
		return 3
	}
	return max(w.Follow, 0)
}

// step is the move of one unit.
func (x *explainer) step(i, from, to int) Step {
	s := Step{
		Move: partition.Move{Unit: i, From: from, To: to}, UnitName: x.m.unit(i), FromName: x.name(from), ToName: x.name(to),
	}
	before := 0.0
	for _, h := range x.shares([]int32{int32(i)}) {
		if c := x.cost(i, h.Agent); !math.IsInf(c, 1) {
			before += float64(h.Fraction * c)
		}
	}
	s.Extra = x.cost(i, to) - before
	return s
}

// loadChanges are the loads of all agents who hold some of the units, and of the
// one who would get them, ascending by agent within a measure.
func (x *explainer) loadChanges(units []int32, held []Share, to int) []LoadChange {
	var agents []int
	for _, s := range append([]Share{{Agent: to}}, held...) {
		if s.Agent != partition.Unassigned && !slices.Contains(agents, s.Agent) {
			agents = append(agents, s.Agent)
		}
	}
	slices.Sort(agents)
	var all []LoadChange
	for k := range x.m.r {
		for _, j := range agents {
			b := x.breach(k, units, held, to, j, true)
			all = append(all, LoadChange{
				Measure: k, MeasureName: b.MeasureName, Agent: j, Name: b.Name,
				Before: b.Before, After: b.After, Lower: x.m.lower[k][j], Upper: x.m.upper[k][j],
			})
		}
	}
	return all
}

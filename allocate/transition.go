package allocate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Transition is the plan after somebody leaves or joins that takes the fewest
// customers from the people who serve them today. String says it in words.
type Transition struct {
	Agent  int    // who leaves or joins
	Name   string // the label
	Leaves bool   // else joins

	// Problem is the one that Result answers: that of the [WhatIf] as it is without
	// the agent, or with a fair share for it. The numbers of units and agents are
	// the same: who leaves keeps the index and may serve nobody.
	Problem *Problem
	Result  *Result
	Realign Realign // its limit is what changes hands; its Verify recomputes Result for Problem
	Freed   []int   // units that were locked to the agent who leaves, ascending

	Steps []Step  // from the present plan to that of Result, ascending by unit
	Extra float64 // what the plan costs more than the present one; negative: less

	// Own are the units that the agent who leaves gives away, or that the one who
	// joins gets, and Other those that change hands besides, as the limits demand;
	// Amount is in terms of [WhatIf].Moved.
	Own, Other partition.Tally

	// AtLeast is proved: in no plan within the limits less changes hands, in terms of
	// Moved, Own among it.
	AtLeast float64
	counts  bool // Moved is nil

	Hands []Hand // what everybody gains and loses, ascending by agent; without those whom nothing touches
}

// Hand is what an agent gains and loses in a transition.
type Hand struct {
	Agent         int
	Name          string
	Gained, Given int          // units
	Loads         []LoadChange // per measure
}

// Changes are the steps as [WhatIf.Edit] and [partition.Plan.With] take them.
func (t *Transition) Changes() partition.Changes {
	var c partition.Changes
	for _, s := range t.Steps {
		c = append(c, s.Move)
	}
	return c
}

// Leave hands over the customers of an agent who leaves, and moves others only
// where the limits force it: the least that changes hands, then the least cost
// that was found with it.
//
// No unit is allowed to the agent any more; locks on it are lifted, its lower limits
// dropped and its switching costs forgotten. Targets, and limits that follow from
// targets and a tolerance, are shared out anew among the others, in proportion;
// limits that are given as Lower and Upper stay as they are, so that there may be
// no room: the error is then [partition.ErrInfeasible], with a witness.
//
// The Solver is asked for the least that must change hands, then [Realign] for the
// least cost with no more, and for less as long as more than a hundredth is not
// proved to be needed. The bound of the result is that of plans in which no more
// changes hands. Time is that of one to three runs of [Realign.Allocate] and two of
// Solver.
//
// An input error where there is no such agent or [WhatIf].Moved is invalid; an error
// that wraps [errors.ErrUnsupported] where the result splits units. Interrupted, the
// best so far is returned; before there is a plan, the cause of the interruption.
func (w *WhatIf) Leave(ctx context.Context, agent int) (*Transition, error) {
	if err := w.agent(agent); err != nil {
		return nil, err
	}
	t := &Transition{Agent: agent, Name: w.x.m.agent(agent), Leaves: true}
	p := *w.p
	p.Allowed = func(i, j int) bool { return j != agent && (w.p.Allowed == nil || w.p.Allowed(i, j)) }
	p.Cost = reworded(p.Cost, withoutAgent(agent))
	if slices.Contains(p.Fixed, agent) {
		p.Fixed = slices.Clone(p.Fixed)
		for i, j := range p.Fixed {
			if j == agent {
				p.Fixed[i] = partition.Unassigned
				t.Freed = append(t.Freed, i)
			}
		}
	}
	p.Measures = slices.Clone(p.Measures)
	for k := range p.Measures {
		p.Measures[k] = w.sharedOut(p.Measures[k], agent)
	}
	t.Problem = &p
	return w.transit(ctx, t)
}

// sharedOut is the measure without the agent's part.
func (w *WhatIf) sharedOut(me partition.Measure, agent int) partition.Measure {
	if me.Target != nil || me.Value != nil {
		me.Target = me.Targets(w.x.m.m)
		all, rest := 0.0, 0.0
		for j, a := range me.Target {
			if all += a; j != agent {
				rest += a
			}
		}
		for j := range me.Target {
			if me.Target[j] = float64(me.Target[j] * (all / rest)); j == agent || rest == 0 {
				me.Target[j] = 0
			}
		}
	}
	lower, upper := me.Limits(w.x.m.m)
	lower[agent] = 0
	for j := range lower {
		if me.Lower != nil || lower[j] > upper[j] { // given, or in want of room: which the solvers prove
			me.Lower = lower
			lower[j] = math.Min(lower[j], upper[j])
		}
	}
	return me
}

// Join gives an agent who joins a fair share of the work, with the least that
// changes hands: at least nine tenths of its target in Measures[0], or its lower
// limit where that is more, and what its limits say in all measures.
//
// State the problem with the agent in it, as the next index, and bring today's
// plan to the new number of agents by [partition.Plan.WithK]: limits that follow from
// a tolerance then are those of the new number. A problem without measures is an
// input error, as nothing says what is fair. For the rest see [WhatIf.Leave].
func (w *WhatIf) Join(ctx context.Context, agent int) (*Transition, error) {
	if err := w.agent(agent); err != nil {
		return nil, err
	}
	if w.x.m.r == 0 {
		return nil, &partition.InputError{Field: "Measures", Index: -1, Why: "are none: nothing says what a fair share is"}
	}
	t := &Transition{Agent: agent, Name: w.x.m.agent(agent)}
	p := *w.p
	p.Measures = slices.Clone(p.Measures)
	me := &p.Measures[0]
	me.Lower, me.Upper = slices.Clone(w.x.m.lower[0]), slices.Clone(w.x.m.upper[0])
	share := float64(0.9 * w.x.m.targets(0, w.x.loads[0])[agent])
	me.Lower[agent] = math.Min(math.Max(me.Lower[agent], share), me.Upper[agent])
	t.Problem = &p
	return w.transit(ctx, t)
}

// transit finds the plan.
func (w *WhatIf) transit(ctx context.Context, t *Transition) (*Transition, error) {
	if len(w.x.r.Splits) > 0 {
		return nil, fmt.Errorf("allocate: a plan that splits units has no transitions: %w", errors.ErrUnsupported)
	}
	m, err := compile(t.Problem)
	if err != nil {
		return nil, err
	}
	c := &churning{w: w, p: t.Problem, m: m, today: w.x.r.Plan.Slice(), weight: w.Moved}
	if t.counts = w.Moved == nil; t.counts {
		c.weight = make([]float64, m.n)
		for i := range c.weight {
			c.weight[i] = 1
		}
	}
	var f partition.Faults
	checkMoveValue(&f, "WhatIf.Moved", w.Moved, m.n, m.p.UnitLabel)
	if err := f.Err(); err != nil {
		return nil, err
	}
	if err := c.solve(ctx); err != nil {
		return nil, err
	}
	t.Result, t.Realign, t.AtLeast = c.result(ctx), c.recut, c.atLeast
	changes, err := partition.Diff(w.x.r.Plan, t.Result.Plan)
	if err != nil {
		return nil, err
	}
	before, _, _ := w.x.m.evaluate(planOf(w.x.r.Plan))
	t.Extra = t.Result.Certificate.Objective - before
	for _, move := range changes {
		t.Steps = append(t.Steps, w.x.step(move.Unit, move.From, move.To))
		if move.From == partition.Unassigned {
			continue
		}
		tally := &t.Other
		if t.Leaves && move.From == t.Agent || !t.Leaves && move.To == t.Agent {
			tally = &t.Own
		}
		tally.Units++
		tally.Amount += c.weight[move.Unit]
	}
	t.Hands = w.hands(t, m)
	return t, nil
}

// hands sums up the changes by agent.
func (w *WhatIf) hands(t *Transition, m *model) []Hand {
	hands := make([]Hand, m.m)
	for _, move := range t.Steps {
		if move.From >= 0 {
			hands[move.From].Given++
		}
		if move.To >= 0 {
			hands[move.To].Gained++
		}
	}
	loads := m.loads(planOf(t.Result.Plan))
	var all []Hand
	for j, h := range hands {
		if h.Given+h.Gained == 0 {
			continue
		}
		h.Agent, h.Name = j, m.agent(j)
		for k := range m.r {
			h.Loads = append(h.Loads, LoadChange{
				Measure: k, MeasureName: m.measure(k), Agent: j, Name: h.Name,
				Before: w.x.loads[k][j], After: loads[k][j], Lower: m.lower[k][j], Upper: m.upper[k][j],
			})
		}
		all = append(all, h)
	}
	return all
}

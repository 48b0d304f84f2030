package allocate

import (
	"context"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// Realign cuts today's territories anew: least cost within hard limits on what
// changes hands,
//
//	minimise    the cost of [Problem]
//	subject to  the limits of [Problem]
//	            Σ value_ki over the units i that are taken from today's agent ≤ Most_k    for each limit k of Moved
//
// A unit is taken from its agent where it has one today and gets another one, or
// none. A unit without an agent today, a new customer, moves for nothing. A unit
// that its agent may not keep, because he leaves (his upper limit is 0, or nothing
// is Allowed to him) or because of a lock, moves in every plan, and counts like the
// others; [FrontierPoint] reports these apart. A lock is Problem.Fixed; that
// one customer is to move less readily than another is said by Switching of
// [Travel] or [Preferring], and is part of the cost.
//
// Limits of loads keep their force: if today's units of one agent are to be shared
// among three new ones with lower limits, each gets its part, or the answer is
// that this cannot be. The plan keeps the limits of moving whenever that is known
// to be possible; where no plan was found that keeps the limits of loads as well,
// its Violation says by how much they are missed. Where it is proved that there is
// none, the error is a [*partition.InfeasibleError] with the least value that has
// to move.
//
// Certificate.Bound is that of [Realign.Bound] at the prices of the result, or of
// the prices of loads alone where that says more (Proof "prices of loads and
// moves"); the same with knapsacks in place of prices of loads ("knapsacks and
// prices of moves"); or that of a complete search ("search"). [Realign.Verify]
// recomputes all but the last.
//
// Method: with a price on every move the problem is one without limits of moving,
// which Solver solves. The prices come from a linear programme over the agents
// within reach of each unit, in which every agent that has too much today gives
// away whole units; plans that move too much or could move more are repaired by
// solving small sets of agents again under what each of them may still give away.
// Time is that of a dozen runs of Solver. Problems of up to 2,000 pairs, without
// Together and Apart, are searched instead, as a rule to the end.
type Realign struct {
	Today []int       // per unit its agent of today, or Unassigned: a new unit
	Moved []MoveLimit // on what is taken from today's agents; nil: none

	Solver SingleSource // of the problems with prices on moves; its Seed, Gap and Budget are those of each run

	Points int // of Frontier: how many are wanted, at least 2; 0: 24
}

// MoveLimit limits the value of the units that are taken from today's agents.
type MoveLimit struct {
	Name  string    // "revenue"; used in messages only
	Value []float64 // per unit, finite and ≥ 0; nil: 1, which counts units
	Most  float64   // ≥ 0; 0: nothing moves; +Inf: no limit
}

// of is the value of unit i.
func (l MoveLimit) of(i int) float64 {
	if l.Value == nil {
		return 1
	}
	return l.Value[i]
}

// grain is the number that all values are multiples of, see there.
func (l MoveLimit) grain() (g float64, exact bool) {
	if l.Value == nil {
		return 1, true
	}
	return grain(l.Value)
}

// name is what the value is called in a sentence.
func (l MoveLimit) name() string {
	switch {
	case l.Name != "":
		return l.Name
	case l.Value == nil:
		return "units"
	}
	return "value"
}

var _ Solver = Realign{}

// Allocate re-cuts once, within all limits of Moved. The errors are those of an
// invalid problem or Realign, every fault at once; [partition.ErrInfeasible]; and
// those of Solver. Interrupted with a plan in hand it returns that plan; before
// there is one, the cause of the interruption.
func (r Realign) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	x, err := newRecutting(ctx, r, p)
	if err != nil {
		return nil, err
	}
	most := make([]float64, len(r.Moved))
	for k, l := range r.Moved {
		most[k] = l.Most
	}
	if err := x.begin(ctx, most); err != nil {
		return nil, err
	}
	return x.result(ctx, x.best(most), most), nil
}

// check reports the faults of r against the size of p.
func (r Realign) check(p *Problem) error {
	base, err := newModel(p)
	if err != nil {
		return err
	}
	var f partition.Faults
	n, m := base.n, base.m
	if checkLength(&f, "Realign.Today", len(r.Today), n, "unit") {
		for i, j := range r.Today {
			if j < partition.Unassigned || j >= m {
				f.Add(partition.InputError{
					Field: "Realign.Today", Index: i, Value: j,
					Why: fmt.Sprintf("is neither an agent, 0..%d, nor Unassigned, -1", m-1),
				}, p.UnitLabel)
			}
		}
	}
	if r.Points < 0 {
		f.Add(partition.InputError{Field: "Realign.Points", Index: -1, Value: r.Points, Why: "is negative"}, nil)
	}
	for k, l := range r.Moved {
		field := fmt.Sprintf("Realign.Moved[%d]", k)
		if !(l.Most >= 0) {
			f.Add(partition.InputError{Field: field + ".Most", Index: -1, Value: l.Most, Why: "is not a number ≥ 0"}, nil)
		}
		checkMoveValue(&f, field+".Value", l.Value, n, p.UnitLabel)
	}
	return f.Err()
}

// checkMoveValue reports the faults of a value per unit; nil is legal.
func checkMoveValue(f *partition.Faults, field string, value []float64, n int, label func(int) string) {
	if value == nil || !checkLength(f, field, len(value), n, "unit") {
		return
	}
	for i, v := range value {
		if why := wrongLoad(v); why != "" {
			f.Add(partition.InputError{Field: field, Index: i, Value: v, Why: why}, label)
		}
	}
}

// short reports whether need is above most by more than rounding.
func short(need, most float64) bool { return need-most > 1e-9*math.Max(1, need) }

package segment

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// Policy says which of the moves that a [Drift] proposes are made now: key
// accounts stay with their class until the review, small ones move at once, and
// no quarter moves more than people can take. The zero Policy makes all moves.
type Policy struct {
	// Keep is, by the label of a class, how long it keeps the units that are in it.
	// A class that is not listed lets go at once.
	Keep map[string]Keep `json:"keep,omitempty"`

	// Rise makes moves up at once, whatever Keep says: promoted now, demoted at the
	// review. Up is from one of the ranked classes to a higher one.
	Rise bool `json:"rise,omitempty"`

	// At most so many units, and so much value, move in one period; 0: no limit. What
	// a unit is worth is the absolute value after.
	MaxUnits int     `json:"maxUnits,omitempty"`
	MaxValue float64 `json:"maxValue,omitempty"`
}

// Keep is how long a class keeps its units. The zero Keep lets go at once; with
// both a Review and a Period, both must have come.
type Keep struct {
	ForEver bool      `json:"forEver,omitempty"`
	Review  time.Time `json:"review,omitzero"`  // until this date
	Period  int       `json:"period,omitempty"` // until the period of this number, as the caller numbers them; 0: no matter
}

// Now is when a decision is made: by its date, by the number of the period, or
// by both, as the policy asks.
type Now struct {
	Date   time.Time
	Period int
}

// Why is what keeps a unit from moving.
type Why uint8

// What keeps a unit from moving.
const (
	KeptForEver Why = iota // its class never lets go
	KeptUntil              // its class lets go at the review
	OverLimit              // it may go, but enough others go before it
)

func (w Why) String() string {
	switch w {
	case KeptForEver:
		return "kept for ever"
	case KeptUntil:
		return "kept until review"
	}
	return "over the limit"
}

// Pending is a move that is not made now.
type Pending struct {
	Mover
	Why Why
}

// Moves is what becomes of those of a [Drift].
type Moves struct {
	Made    []Mover         // in the order in which they were chosen
	Pending []Pending       // the others, in that same order
	Churn   partition.Tally // of Made: how many units, and what they are worth

	// Held is what each unit of after is in once Made are made: its class of before
	// where the move is pending. Units that joined have their new class; they had none
	// to be kept in. Labels are those of the drift. It is what the drift of the next
	// period starts from, and what [Steady.CarryHeld] remembers.
	Held *Snapshot
}

// Decide goes through the moves in a fixed order,
//
//	the higher priority first,
//	then the unit that is worth more, in absolute value after,
//	then the lower number in after,
//
// and makes each that its class lets go and that the limits have room for. One
// that is too large for what is left of MaxValue is pending; smaller ones after it
// may still be made. A unit that is worth more than MaxValue by itself never moves
// under it.
//
// priority is a number per unit of after; nil is 0 each. The number of periods for
// which a move has been pending is a good one: then nobody waits for ever for want
// of value.
//
// O(n + m·log m) for m movers. All faults are reported at once, each a
// [*partition.InputError]: labels that are no class, limits that are negative or
// not finite, a review without a date to compare it with, priorities that are NaN
// or not one per unit.
func (p Policy) Decide(d *Drift, now Now, priority []float64) (*Moves, error) {
	if err := p.check(d, now, priority); err != nil {
		return nil, err
	}
	keep := make([]Keep, len(d.Labels))
	for c, label := range d.Labels {
		keep[c] = p.Keep[label]
	}
	movers := slices.Collect(d.Movers())
	before := func(m Mover) float64 {
		if priority == nil {
			return 0
		}
		return priority[m.Unit]
	}
	slices.SortFunc(movers, func(a, b Mover) int {
		return cmp.Or(cmp.Compare(before(b), before(a)), cmp.Compare(math.Abs(b.After), math.Abs(a.After)), cmp.Compare(a.Unit, b.Unit))
	})
	of := d.classes()
	made := &Moves{}
	for _, m := range movers {
		why, held := keep[m.From].holds(now)
		if p.Rise && m.From < m.To && m.To < d.Ranked {
			held = false
		}
		worth := math.Abs(m.After)
		full := p.MaxUnits > 0 && made.Churn.Units == p.MaxUnits || p.MaxValue > 0 && made.Churn.Amount+worth > p.MaxValue
		switch {
		case held:
			made.Pending = append(made.Pending, Pending{m, why})
		case full:
			made.Pending = append(made.Pending, Pending{m, OverLimit})
		default:
			made.Made = append(made.Made, m)
			add(&made.Churn, 1, worth)
			continue
		}
		of[m.Unit] = int32(m.From)
	}
	plan, err := partition.NewPlan(len(d.Labels), of)
	if err != nil {
		return nil, err
	}
	made.Held = &Snapshot{Class: plan, Labels: d.Labels, Ranked: d.Ranked, Value: d.after.Value}
	return made, nil
}

// holds reports whether a class keeps its units, and why.
func (k Keep) holds(now Now) (Why, bool) {
	if k.ForEver {
		return KeptForEver, true
	}
	return KeptUntil, now.Date.Before(k.Review) || now.Period < k.Period
}

// classes are those of the units after, by their numbers in Labels.
func (d *Drift) classes() []int32 {
	of := make([]int32, d.after.Class.Len())
	for i := range of {
		of[i] = partition.Unassigned
	}
	for at, f := range d.Flows {
		if f.To == partition.Unassigned {
			continue
		}
		for _, item := range d.order[d.start[at]:d.start[at+1]] {
			of[item] = int32(f.To)
		}
	}
	return of
}

func (p Policy) check(d *Drift, now Now, priority []float64) error {
	var faults partition.Faults
	fault := func(field string, index int, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: index, Value: value, Why: why}, nil)
	}
	if d == nil || d.after == nil {
		fault("drift", -1, nil, "is not given")
		return faults.Err()
	}
	for _, label := range slices.Sorted(maps.Keys(p.Keep)) {
		k, field := p.Keep[label], "keep."+label
		if !slices.Contains(d.Labels, label) {
			fault(field, -1, nil, "is no class"+partition.Meant(label, d.Labels))
		}
		if k.ForEver && (!k.Review.IsZero() || k.Period != 0) {
			fault(field, -1, nil, "is for ever, and has a review")
		}
		if !k.Review.IsZero() && now.Date.IsZero() {
			fault(field+".review", -1, k.Review.Format(time.DateOnly), "is a date, but now has none")
		}
		if k.Period != 0 && now.Period == 0 {
			fault(field+".period", -1, k.Period, "is a period, but now has none")
		}
		if k.Period < 0 {
			fault(field+".period", -1, k.Period, "is negative")
		}
	}
	if p.MaxUnits < 0 {
		fault("maxUnits", -1, p.MaxUnits, "is negative")
	}
	if !(p.MaxValue >= 0) || math.IsInf(p.MaxValue, 0) {
		fault("maxValue", -1, p.MaxValue, "is not a finite number ≥ 0")
	}
	if n := d.after.Class.Len(); priority != nil && len(priority) != n {
		fault("priority", -1, len(priority), "is its length, that of the units after is "+strconv.Itoa(n))
	}
	for i, x := range priority {
		if math.IsNaN(x) {
			fault("priority", i, x, "is not a number")
		}
	}
	return faults.Err()
}

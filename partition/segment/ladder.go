package segment

import (
	"math"
	"slices"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Ladder gives units their tiers with memory. It is fixed once, from the cuts
// of a year, and asked every period:
//
//	ladder, err := segment.NewLadder(cuts, segment.Hysteresis{Share: 0.1, Dwell: 2})
//	var s segment.Memory // nobody stands anywhere yet
//	s, err = ladder.Next(s, revenueOfSpring)
//	s, err = ladder.Next(s, revenueOfSummer)
//
// With k-1 cuts there are k tiers, 0 the lowest. A unit without a tier gets that
// of the cuts: the number of cuts at or below its value. A unit that has one and
// has kept it for the minimum dwell rises past the cuts whose Enter its value
// reaches, falls past those whose Leave it is below, and stays otherwise:
//
//	tier = min(max(tier before, #{i: Enter_i ≤ x}), #{i: Leave_i ≤ x})
//
// What is guaranteed. Let half the band be the least (Enter_i - Leave_i)/2, and
// let the value of a unit be x_t = v + e_t with |e_t| below it. Then from its
// first tier on the unit changes tier at most once, and never back: two changes
// in opposite directions at a cut need values that differ by a whole band. The
// first tier is the one that it gets when new, or any that such a value leaves
// as it is. After a true move of v the unit follows it, and then again changes
// at most once more. With a dwell a change comes later; it is not another one.
//
// A Ladder is immutable, and may be shared by goroutines.
type Ladder struct {
	cuts         []float64
	enter, leave []float64 // per cut
	dwell        int32
}

// NewLadder makes tiers of strictly ascending finite cuts; no cuts are one tier.
// All faults are reported at once, each a [*partition.InputError]: of the cuts,
// of the settings, and of bands that overlap, by both their cuts.
func NewLadder(cuts []float64, h Hysteresis) (*Ladder, error) {
	var faults partition.Faults
	l := newLadder("", cuts, h, &faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return l, nil
}

// newLadder adds its faults as fields of owner; after one the result means nothing.
func newLadder(owner string, cuts []float64, h Hysteresis, faults *partition.Faults) *Ladder {
	l := &Ladder{cuts: slices.Clone(cuts), dwell: int32(h.Dwell)}
	for _, b := range h.bands(owner, cuts, faults) {
		l.enter = append(l.enter, b.Enter)
		l.leave = append(l.leave, b.Leave)
	}
	return l
}

// Tiers is their number.
func (l *Ladder) Tiers() int { return len(l.cuts) + 1 }

// Cuts are those between the tiers, ascending.
func (l *Ladder) Cuts() []float64 { return slices.Clone(l.cuts) }

// Bands are those around the cuts.
func (l *Ladder) Bands() []Band {
	bands := make([]Band, len(l.cuts))
	for i := range bands {
		bands[i] = Band{Leave: l.leave[i], Enter: l.enter[i]}
	}
	return bands
}

// Tier is the tier of a value whose unit was in tier before, and may change; a
// unit that was in none has [partition.Unassigned] there, or any other number
// that is no tier. NaN has none.
func (l *Ladder) Tier(value float64, before int) int {
	if before < 0 || before >= l.Tiers() {
		before = partition.Unassigned
	}
	tier, _ := l.step(int32(before), math.MaxInt32, value)
	return int(tier)
}

// step is the tier of x and for how many periods the unit has been there, this
// one included.
func (l *Ladder) step(tier, periods int32, x float64) (int32, int32) {
	if x != x {
		return partition.Unassigned, 0
	}
	if tier < 0 {
		return int32(tierOf(l.cuts, x)), 1
	}
	next := int(tier)
	if periods >= l.dwell {
		for next < len(l.enter) && x >= l.enter[next] {
			next++
		}
		for next > 0 && x < l.leave[next-1] {
			next--
		}
	}
	if next != int(tier) {
		return int32(next), 1
	}
	if periods < math.MaxInt32 {
		periods++
	}
	return tier, periods
}

// Memory is that of a [Ladder]: where each unit stands. The caller
// stores it from one period to the next. The zero Memory is that of units
// that stand nowhere yet.
type Memory struct {
	Tier    []int32 `json:"tier"`    // per unit, or partition.Unassigned
	Periods []int32 `json:"periods"` // per unit: for how many periods it has been there, the last one included; nil: for long enough
}

// Next gives the tiers of this period: value is that of each unit now, NaN where
// it has none, and last where the units stood before, the zero Memory if this
// is the first period.
//
// A unit without a value has no tier, and is new when it comes back. So is, for
// the ladder, one whose value belongs in a class of its own, such as zero: give
// NaN for it.
//
// O(n) and two allocations; a unit that stays takes three comparisons. All
// faults are reported at once, each a [*partition.InputError]: columns of
// different lengths, infinite values, tiers that the ladder does not have,
// negative periods.
func (l *Ladder) Next(last Memory, value []float64) (Memory, error) {
	if last.Tier == nil && last.Periods == nil {
		last.Tier = make([]int32, len(value))
		for i := range last.Tier {
			last.Tier[i] = partition.Unassigned
		}
	}
	if err := l.check(last, value); err != nil {
		return Memory{}, err
	}
	now := Memory{Tier: make([]int32, len(value)), Periods: make([]int32, len(value))}
	for i, x := range value {
		periods := int32(math.MaxInt32)
		if last.Periods != nil {
			periods = last.Periods[i]
		}
		now.Tier[i], now.Periods[i] = l.step(last.Tier[i], periods, x)
	}
	return now, nil
}

// check finds the faults of columns.
func (l *Ladder) check(last Memory, value []float64) error {
	var faults partition.Faults
	if len(last.Tier) != len(value) {
		faults.Add(partition.InputError{Field: "last.Tier", Index: -1, Value: len(last.Tier), Why: "is its length, that of value is " + strconv.Itoa(len(value))}, nil)
	}
	if last.Periods != nil && len(last.Periods) != len(value) {
		faults.Add(partition.InputError{Field: "last.Periods", Index: -1, Value: len(last.Periods), Why: "is its length, that of value is " + strconv.Itoa(len(value))}, nil)
	}
	for i, t := range last.Tier {
		if t < partition.Unassigned || int(t) >= l.Tiers() {
			faults.Add(partition.InputError{Field: "last.Tier", Index: i, Value: t, Why: "is neither a tier (0.." + strconv.Itoa(l.Tiers()-1) + ") nor -1 (none)"}, nil)
		}
	}
	for i, p := range last.Periods {
		if p < 0 {
			faults.Add(partition.InputError{Field: "last.Periods", Index: i, Value: p, Why: "is negative"}, nil)
		}
	}
	for i, x := range value {
		if math.IsInf(x, 0) {
			faults.Add(partition.InputError{Field: "value", Index: i, Value: x, Why: "is infinite; NaN is missing"}, nil)
		}
	}
	return faults.Err()
}

// Revise brings now up to date after the values of some units were corrected
// within the period, and lists those of them whose tier it changed, in the order
// in which they are given. now is what Next gave from last; value is the column
// as corrected, of which only the changed units are read. The result is what
// Next would give, in O(changed).
//
// Faults are those of Next, for the changed units alone, and units outside the
// columns; with any of them nothing is changed.
func (l *Ladder) Revise(now *Memory, last Memory, changed []int, value []float64) (moved []int, err error) {
	n := len(now.Tier)
	var faults partition.Faults
	length := func(field string, got int) {
		if got != n {
			faults.Add(partition.InputError{Field: field, Index: -1, Value: got, Why: "is its length, that of now.Tier is " + strconv.Itoa(n)}, nil)
		}
	}
	length("now.Periods", len(now.Periods))
	length("value", len(value))
	first := last.Tier == nil && last.Periods == nil
	if !first {
		length("last.Tier", len(last.Tier))
		if last.Periods != nil {
			length("last.Periods", len(last.Periods))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	before := func(unit int) (tier, periods int32) {
		tier, periods = partition.Unassigned, math.MaxInt32
		if !first {
			tier = last.Tier[unit]
			if last.Periods != nil {
				periods = last.Periods[unit]
			}
		}
		return tier, periods
	}
	for i, unit := range changed {
		if unit < 0 || unit >= n {
			faults.Add(partition.InputError{Field: "changed", Index: i, Value: unit, Why: "is not a unit (0.." + strconv.Itoa(n-1) + ")"}, nil)
			continue
		}
		tier, periods := before(unit)
		switch {
		case math.IsInf(value[unit], 0):
			faults.Add(partition.InputError{Field: "value", Index: unit, Value: value[unit], Why: "is infinite; NaN is missing"}, nil)
		case tier < partition.Unassigned || int(tier) >= l.Tiers():
			faults.Add(partition.InputError{Field: "last.Tier", Index: unit, Value: tier, Why: "is neither a tier (0.." + strconv.Itoa(l.Tiers()-1) + ") nor -1 (none)"}, nil)
		case periods < 0:
			faults.Add(partition.InputError{Field: "last.Periods", Index: unit, Value: periods, Why: "is negative"}, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, unit := range changed {
		was := now.Tier[unit]
		tier, periods := before(unit)
		now.Tier[unit], now.Periods[unit] = l.step(tier, periods, value[unit])
		if now.Tier[unit] != was {
			moved = append(moved, unit)
		}
	}
	return moved, nil
}

// Follow is the memory for another list of the units: link is the place that
// each of them had in s, or -1 for one that is new; [Link] finds it.
func (s Memory) Follow(link []int) (Memory, error) {
	var faults partition.Faults
	if s.Periods != nil && len(s.Periods) != len(s.Tier) {
		faults.Add(partition.InputError{Field: "Periods", Index: -1, Value: len(s.Periods), Why: "is its length, that of Tier is " + strconv.Itoa(len(s.Tier))}, nil)
	}
	checkLink(&faults, link, len(s.Tier))
	if err := faults.Err(); err != nil {
		return Memory{}, err
	}
	now := Memory{Tier: make([]int32, len(link))}
	if s.Periods != nil {
		now.Periods = make([]int32, len(link))
	}
	for i, j := range link {
		if now.Tier[i] = partition.Unassigned; j >= 0 {
			now.Tier[i] = s.Tier[j]
			if s.Periods != nil {
				now.Periods[i] = s.Periods[j]
			}
		}
	}
	return now, nil
}

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
//	var m segment.Memory // nobody stands anywhere yet
//	m, err = ladder.Next(m, revenueOfSpring)
//	m, err = ladder.Next(m, revenueOfSummer)
//
// With k-1 cuts there are k tiers, 0 the lowest. A unit without a tier gets that
// of the cuts: the number of cuts at or below its value. A unit that has one and
// has kept it for the minimum dwell rises past the cuts whose Enter its value
// reaches, falls past those whose Leave it is below, and stays otherwise:
//
//	tier = min(max(tier before, #{i: Enter_i ≤ x}), #{i: Leave_i ≤ x})
//
// With Confirm it does so once it has asked for a higher tier, or for a lower one,
// in so many periods in a row; those of the dwell count.
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
	confirm      int32
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
	l := &Ladder{cuts: slices.Clone(cuts), dwell: int32(h.Dwell), confirm: int32(h.Confirm)}
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
	switch {
	case value != value:
		return partition.Unassigned
	case before < 0 || before >= l.Tiers():
		return tierOf(l.cuts, value)
	}
	return int(l.past(int32(before), value))
}

// past is the tier that a value asks for, seen from a tier.
func (l *Ladder) past(tier int32, x float64) int32 {
	next := int(tier)
	for next < len(l.enter) && x >= l.enter[next] {
		next++
	}
	for next > 0 && x < l.leave[next-1] {
		next--
	}
	return int32(next)
}

// rung is what is remembered of one unit: where it stands on the ladder.
type rung struct {
	tier    int32
	periods int32
	asked   int32
}

// step is where a unit stands after a period with the value x.
func (l *Ladder) step(s rung, x float64) rung {
	if x != x {
		return rung{tier: partition.Unassigned}
	}
	if s.tier < 0 {
		return rung{tier: int32(tierOf(l.cuts, x)), periods: 1}
	}
	wanted := l.past(s.tier, x)
	s.asked = asking(s.asked, int(s.tier), int(wanted))
	if wanted != s.tier && s.periods >= l.dwell && (s.asked >= l.confirm || -s.asked >= l.confirm) {
		return rung{tier: wanted, periods: 1}
	}
	if s.periods < math.MaxInt32 {
		s.periods++
	}
	return s
}

// asking counts for how many periods in a row a unit has asked to rise, or,
// below 0, to fall.
func asking(asked int32, held, wanted int) int32 {
	switch {
	case wanted > held:
		return min(max(asked, 0), math.MaxInt32-1) + 1
	case wanted < held:
		return max(min(asked, 0), -math.MaxInt32+1) - 1
	}
	return 0
}

// Next gives the tiers of this period: value is that of each unit now, NaN where
// it has none, and last where the units stood before, the zero Memory if this
// is the first period.
//
// A unit without a value has no tier, and is new when it comes back. So is, for
// the ladder, one whose value belongs in a class of its own, such as zero: give
// NaN for it.
//
// O(n), and one allocation per column; a unit that stays takes three comparisons.
// All faults are reported at once, each a [*partition.InputError]: columns of
// different lengths, infinite values, tiers that the ladder does not have,
// negative periods.
func (l *Ladder) Next(last Memory, value []float64) (Memory, error) {
	var faults partition.Faults
	n := len(value)
	l.check(last, n, "value", &faults)
	if faults.Len() > 0 { // then there may be no row for every unit
		for i := range last.Tier {
			l.checkUnit(&last, i, &faults)
		}
		for i, x := range value {
			checkValue(i, x, &faults)
		}
		return Memory{}, faults.Err()
	}
	now := Memory{Tier: make([]int32, n), Periods: make([]int32, n)}
	if l.confirm > 1 {
		now.Asked = make([]int32, n)
	}
	for i, x := range value {
		r := last.at(i)
		if uint32(r.tier+1) > uint32(len(l.cuts)+1) || r.periods < 0 || math.IsInf(x, 0) {
			l.checkUnit(&last, i, &faults)
			checkValue(i, x, &faults)
			continue
		}
		now.set(i, l.step(r, x))
	}
	if err := faults.Err(); err != nil {
		return Memory{}, err
	}
	return now, nil
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
	var faults partition.Faults
	n := len(value)
	if now == nil {
		now = &Memory{}
	}
	l.check(last, n, "value", &faults)
	now.checkLengths("now", n, "value", &faults)
	if n > 0 && (now.Periods == nil || l.confirm > 1 && now.Asked == nil) {
		faults.Add(partition.InputError{Field: "now", Index: -1, Why: "is not what Next gives for these values"}, nil)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for i, unit := range changed {
		if unit < 0 || unit >= n {
			faults.Add(partition.InputError{Field: "changed", Index: i, Value: unit, Why: "is not a unit (0.." + strconv.Itoa(n-1) + ")"}, nil)
			continue
		}
		l.checkUnit(&last, unit, &faults)
		checkValue(unit, value[unit], &faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, unit := range changed {
		was := now.Tier[unit]
		now.set(unit, l.step(last.at(unit), value[unit]))
		if now.Tier[unit] != was {
			moved = append(moved, unit)
		}
	}
	return moved, nil
}

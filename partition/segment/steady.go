package segment

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/territory-go/territory/partition"
)

// Steady is a dimension of tiers that remembers: a unit keeps the tier that it
// holds until its value is past the band around a cut, as [Ladder] says, and
// has held it for long enough. What a unit holds is a column of the book, such
// as the field of a customer that the tier is stored in.
//
//	fixed, err := tiers.Fit(book) // once a year
//	tier := segment.Steady{Tiers: fixed, Hysteresis: segment.Hysteresis{Share: 0.1}, Held: "tier"}
//
// Classes are those of Tiers. A unit that is in a class beside the ranked ones
// now (zero, negative, missing, new) is in that class, and a unit that holds no
// tier, or one of these classes, gets the tier of its value alone: the memory of
// a tier does not outlast a period without one.
//
// Ranked classes that are not ranges of one number, such as those of
// [CoreGrowthPotential], have no bands, and may have a dwell.
//
// The minimum dwell is counted in periods or in days, from the columns Periods
// and Since; with both, both must have passed. A unit that has no value there has
// held its tier for long enough. [Steady.Carry] writes the columns.
type Steady struct {
	As         string     `json:"as,omitempty"`        // the name of the dimension; "": that of Tiers
	Tiers      Dimension  `json:"tiers"`               // what remembers nothing: [Tiers], [Bands] or any other with ranked classes
	Hysteresis Hysteresis `json:"hysteresis,omitzero"` // bands around the cuts, and the dwell in periods
	DwellDays  int        `json:"dwellDays,omitempty"` // days of 24 hours that a unit stays in a tier at least; 0: it may change at any time
	AsOf       time.Time  `json:"asOf,omitzero"`       // what days are counted to; only where DwellDays is set

	Held    string `json:"held,omitempty"`    // the column of categories: the label of the class that the unit holds, missing for none; "": the name and " held"
	Periods string `json:"periods,omitempty"` // the column of numbers: for how many periods, read where Dwell is above 1; "": the name and " periods"
	Since   string `json:"since,omitempty"`   // the column of dates: since when, read where DwellDays is set; "": the name and " since"
	Asked   string `json:"asked,omitempty"`   // the column of numbers: as [Memory].Asked, read where Confirm is above 1; "": the name and " asked"
}

// Name is As, or else that of Tiers.
func (s Steady) Name() string {
	if s.As == "" && s.Tiers != nil {
		return s.Tiers.Name()
	}
	return s.As
}

// Kind is "steady": what the dimension is called in the JSON of a [Scheme].
func (s Steady) Kind() string { return "steady" }

func (s Steady) held() string    { return called(s.Held, s.Name()+" held") }
func (s Steady) periods() string { return called(s.Periods, s.Name()+" periods") }
func (s Steady) since() string   { return called(s.Since, s.Name()+" since") }
func (s Steady) asked() string   { return called(s.Asked, s.Name()+" asked") }

// Fit fixes the cuts of Tiers to those of this book, where they depend on it.
func (s Steady) Fit(book *partition.Table) (Dimension, error) {
	if f, ok := s.Tiers.(Fitter); ok {
		fixed, err := f.Fit(book)
		if err != nil {
			return nil, err
		}
		s.Tiers = fixed
	}
	return s, nil
}

// Bind takes what that of Tiers takes, and O(1) for the class of a unit that
// stays. Faults, besides those of Tiers, are those of [NewLadder], bands for
// classes without a Scale, columns that are not in the book or of another kind,
// and a unit that holds what is no class of Tiers: forget it by an empty name.
func (s Steady) Bind(book *partition.Table) (*Classes, error) {
	m, err := s.bind(book)
	if err != nil {
		return nil, err
	}
	classes := *m.classes
	classes.Of = m.of
	return &classes, nil
}

// remembered is a Steady on a book.
type remembered struct {
	classes *Classes
	ladder  *Ladder // nil: the classes have no scale
	tiers   int     // classes below this one are kept
	dwell   int
	confirm int
	held    []int32   // per unit the name of the class that it holds, or a negative code
	tier    []int32   // per name the tier, or Unassigned
	class   []int32   // per name the class
	periods []float64 // nil: no matter
	since   []int64   // nil: no matter
	settled int64     // units that have changed later stay
	asked   []float64 // nil: no matter
}

func (s Steady) bind(book *partition.Table) (*remembered, error) {
	faults := faultsOf(s.Name())
	if s.Tiers == nil {
		faults.add("tiers", -1, nil, "are not given")
		return nil, faults.err()
	}
	classes, err := s.Tiers.Bind(book)
	if err != nil {
		return nil, err
	}
	switch {
	case classes == nil || classes.Of == nil:
		faults.add("tiers", -1, nil, "have no classes")
	case classes.Ranked < 0 || classes.Ranked > len(classes.Labels):
		faults.add("tiers", -1, nil, "have "+strconv.Itoa(classes.Ranked)+" ranked classes of "+strconv.Itoa(len(classes.Labels)))
	case classes.Scale == nil:
		if h := s.Hysteresis; h.Width != 0 || h.Share != 0 || len(h.Bands) > 0 {
			faults.add("hysteresis", -1, nil, "has bands, but the classes are not ranges of one number; a dwell is all that they can have")
		}
	case classes.Scale.Value == nil:
		faults.add("tiers", -1, nil, "have a scale without values")
	case len(classes.Scale.Cuts) >= classes.Ranked:
		faults.add("tiers", -1, nil, "have a scale of "+strconv.Itoa(len(classes.Scale.Cuts)+1)+" tiers, but "+strconv.Itoa(classes.Ranked)+" ranked classes")
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	m := &remembered{classes: classes, tiers: classes.Ranked, dwell: s.Hysteresis.Dwell, confirm: s.Hysteresis.Confirm}
	var cuts []float64
	if classes.Scale != nil {
		cuts = classes.Scale.Cuts
		m.tiers = len(cuts) + 1
	}
	ladder := newLadder(s.Name()+".", cuts, s.Hysteresis, &faults.faults)
	if classes.Scale != nil {
		m.ladder = ladder
	}
	if s.Hysteresis.Dwell > 1 {
		m.periods = faults.numbers(book, s.periods())
	}
	if s.Hysteresis.Confirm > 1 {
		m.asked = faults.numbers(book, s.asked())
	}
	switch {
	case s.DwellDays < 0 || s.DwellDays > mostDays:
		faults.add("dwellDays", -1, s.DwellDays, "is not one of 0 to ten million")
	case s.DwellDays > 0:
		m.since = faults.dates(book, s.since())
		m.settled = faults.asOf(s.AsOf) - int64(s.DwellDays)*microsecondsPerDay
	}
	held, names, err := book.Categories(s.held())
	faults.column(err)
	m.hold(faults, s.held(), held, names)
	return m, faults.err()
}

// hold finds the class of each name that units hold.
func (m *remembered) hold(faults *faultList, attribute string, held []int32, names []string) {
	m.held, m.tier, m.class = held, make([]int32, len(names)), make([]int32, len(names))
	units := make([]int, len(names))
	for i, h := range held {
		switch {
		case h >= 0:
			units[h]++
		case h == partition.UnknownCode:
			faults.add(attribute, i, nil, "is not among the known names of the column")
		}
	}
	labels := make([]string, len(m.classes.Labels))
	at := make(map[string]int, len(labels))
	for c, label := range slices.Backward(m.classes.Labels) {
		labels[c] = strings.TrimSpace(label) // as the names of a category are
		at[labels[c]] = c
	}
	for h, name := range names {
		c, known := at[name]
		if !known {
			c = partition.Unassigned
		}
		if !known && units[h] > 0 {
			faults.add(attribute, -1, name, "is held by "+counted(units[h], "unit", "units")+", but is no class"+partition.Meant(name, labels))
		}
		m.class[h], m.tier[h] = int32(c), int32(c)
		if c >= m.tiers {
			m.tier[h] = partition.Unassigned
		}
	}
}

// of is the class of a unit.
func (m *remembered) of(unit int) int {
	class, _ := m.next(unit)
	return class
}

// next is the class of a unit, and for how many periods in a row it has asked for
// another one now.
func (m *remembered) next(unit int) (class int, asked int32) {
	class = m.classes.Of(unit)
	h := m.held[unit]
	if class >= m.classes.Ranked || h < 0 || m.tier[h] < 0 {
		return class, 0
	}
	held := int(m.tier[h])
	wanted := m.wanted(unit, class, held)
	asked = asking(m.askedBefore(unit), held, wanted)
	recent := m.since != nil && m.since[unit] > m.settled // a missing date is the earliest there is
	if wanted == held || recent || m.count(unit) < m.dwell || max(int(asked), -int(asked)) < m.confirm {
		return held, asked
	}
	return wanted, 0
}

// wanted is the class that a unit asks for, seen from the one that it holds.
func (m *remembered) wanted(unit, class, held int) int {
	if m.ladder == nil {
		return class
	}
	return m.ladder.Tier(m.classes.Scale.Value(unit), held)
}

// askedBefore is for how many periods in a row a unit had asked to move until the
// last one.
func (m *remembered) askedBefore(unit int) int32 {
	if m.asked == nil {
		return 0
	}
	if a := m.asked[unit]; math.Abs(a) < math.MaxInt32 {
		return int32(a)
	}
	return 0
}

// count is for how many periods a unit has held its tier.
func (m *remembered) count(unit int) int {
	if m.periods == nil {
		return math.MaxInt
	}
	if p := m.periods[unit]; p < math.MaxInt32 {
		return int(math.Max(p, 0))
	}
	return math.MaxInt // NaN too
}

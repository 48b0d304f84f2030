package segment

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// Carry takes the memory from one period to the next: it gives next with the
// columns Held, Periods (where Dwell is above 1), Since (where DwellDays is set)
// and Asked (where Confirm is above 1), as they stand once the units of last have
// the classes that Bind gives them there. A unit whose class is another one than
// it held has it for one period, since AsOf. link gives per unit of next its place
// in last, or -1 ([Link] finds it); nil means that the units are the same, in the
// same order. A new unit holds nothing.
//
// last is nil in the first period, when nobody holds anything. Columns of next
// that have these names are replaced. Errors are those of Bind and of link.
func (s Steady) Carry(last, next *partition.Table, link []int) (*partition.Table, error) {
	return s.CarryHeld(last, nil, next, link)
}

// CarryHeld is Carry where not every unit got the class that Bind gave it, because
// a [Policy] has kept some back, or somebody decided otherwise: held is what the
// units of last hold instead, such as [Moves].Held; nil is what Bind gives. A unit
// that is kept back goes on asking. A class of held that is none of Tiers is an error.
func (s Steady) CarryHeld(last *partition.Table, held *Snapshot, next *partition.Table, link []int) (*partition.Table, error) {
	faults := faultsOf(s.Name())
	if next == nil {
		faults.add("next", -1, nil, "is nil")
	}
	if s.Tiers == nil {
		faults.add("tiers", -1, nil, "are not given")
	}
	if last == nil && held != nil {
		faults.add("held", -1, nil, "is given without the book that it is of")
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	n := next.Len()
	r := record{held: make([]string, n), periods: make([]float64, n), since: make([]time.Time, n), asked: make([]float64, n)}
	for i := range r.periods {
		r.periods[i] = math.NaN()
	}
	if last != nil {
		m, err := s.bind(last)
		if err != nil {
			return nil, err
		}
		if err := linked(link, last.Len(), n); err != nil {
			return nil, err
		}
		decided, err := m.decided(s.Name(), held)
		if err != nil {
			return nil, err
		}
		r.known = m.classes.Labels
		for i := range n {
			j := i
			if link != nil {
				j = link[i]
			}
			if j < 0 {
				continue
			}
			if c := m.classes.Of(j); c < 0 || c >= len(r.known) { // of a kind of the caller's own
				faults.add("tiers", j, c, "is the class of the unit, but is not one of the "+strconv.Itoa(len(r.known)))
				continue
			}
			m.record(&r, i, j, decided, s.AsOf)
		}
		if err := faults.err(); err != nil {
			return nil, err
		}
	}
	return s.write(next, r)
}

// record is the memory of a book as it is written.
type record struct {
	known          []string
	held           []string
	periods, asked []float64
	since          []time.Time
}

func (s Steady) write(next *partition.Table, r record) (*partition.Table, error) {
	replaced := []string{s.held()}
	columns := []partition.Attribute{partition.Categories(s.held(), r.held, r.known...)}
	if s.Hysteresis.Dwell > 1 {
		replaced = append(replaced, s.periods())
		columns = append(columns, partition.Numbers(s.periods(), r.periods))
	}
	if s.DwellDays > 0 {
		replaced = append(replaced, s.since())
		columns = append(columns, partition.Dates(s.since(), r.since))
	}
	if s.Hysteresis.Confirm > 1 {
		replaced = append(replaced, s.asked())
		columns = append(columns, partition.Numbers(s.asked(), r.asked))
	}
	kept := slices.DeleteFunc(next.Attributes(), func(a partition.Attribute) bool { return slices.Contains(replaced, a.Name()) })
	return partition.NewTable(append(kept, columns...)...)
}

// decided gives per unit the class that it holds by a decision; nil: there was none.
func (m *remembered) decided(name string, held *Snapshot) ([]int32, error) {
	if held == nil {
		return nil, nil
	}
	faults := faultsOf(name)
	of, labels := held.read(name+".held", &faults.faults)
	if faults.faults.Len() == 0 && len(of) != len(m.held) {
		faults.add("held", -1, len(of), "is its number of units, that of the book is "+strconv.Itoa(len(m.held)))
	}
	class := make([]int32, len(labels))
	units := make([]int, len(labels))
	for _, c := range of {
		if c >= 0 && int(c) < len(units) {
			units[c]++
		}
	}
	for c, label := range labels {
		k := slices.Index(m.classes.Labels, label)
		if class[c] = int32(k); k < 0 && units[c] > 0 {
			faults.add("held", -1, label, "is held by "+counted(units[c], "unit", "units")+", but is no class"+partition.Meant(label, m.classes.Labels))
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	for i, c := range of {
		if c >= 0 {
			of[i] = class[c]
		}
	}
	return of, nil
}

// record notes for unit i of the next book what unit j holds at the end of this one.
func (m *remembered) record(r *record, i, j int, decided []int32, asOf time.Time) {
	class, asks := m.next(j)
	if decided != nil && int(decided[j]) != class {
		if class = int(decided[j]); class < 0 {
			return
		}
		asks = m.asks(j, class)
	}
	r.held[i], r.asked[i] = m.classes.Labels[class], float64(asks)
	r.periods[i], r.since[i] = m.after(j, class, asOf)
}

// asks is for how many periods in a row a unit has asked to move, where it holds
// another class than next gives it: it goes on if it is the one that it held.
func (m *remembered) asks(unit, holds int) int32 {
	class, h := m.classes.Of(unit), m.held[unit]
	if class >= m.classes.Ranked || h < 0 || int(m.tier[h]) != holds {
		return 0
	}
	return asking(m.askedBefore(unit), holds, m.wanted(unit, class, holds))
}

// after is for how many periods, and since when, a unit has its class.
func (m *remembered) after(unit, class int, asOf time.Time) (periods float64, since time.Time) {
	if h := m.held[unit]; h < 0 || int(m.class[h]) != class {
		return 1, asOf
	}
	periods = math.NaN() // not known
	if m.periods != nil {
		periods = m.periods[unit] + 1
	}
	if m.since != nil && m.since[unit] != partition.MissingDate {
		since = time.UnixMicro(m.since[unit]).UTC()
	}
	return periods, since
}

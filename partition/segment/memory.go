package segment

import (
	"math"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Memory is that of a [Ladder]: where each unit stands. The caller stores it
// from one period to the next. The zero Memory is that of units that stand
// nowhere yet.
type Memory struct {
	Tier    []int32 `json:"tier"`            // per unit, or partition.Unassigned
	Periods []int32 `json:"periods"`         // per unit: for how many periods it has been there, the last one included; nil: for long enough
	Asked   []int32 `json:"asked,omitempty"` // per unit: for how many periods in a row it has asked to rise, or, negative, to fall; nil: for none
}

func (m *Memory) empty() bool { return m.Tier == nil && m.Periods == nil && m.Asked == nil }

func (m *Memory) at(unit int) rung {
	s := rung{tier: partition.Unassigned, periods: math.MaxInt32}
	if m.Tier != nil {
		s.tier = m.Tier[unit]
	}
	if m.Periods != nil {
		s.periods = m.Periods[unit]
	}
	if m.Asked != nil {
		s.asked = m.Asked[unit]
	}
	return s
}

func (m *Memory) set(unit int, s rung) {
	m.Tier[unit], m.Periods[unit] = s.tier, s.periods
	if m.Asked != nil {
		m.Asked[unit] = s.asked
	}
}

// checkLengths holds the columns that are given to the length of another one.
func (m *Memory) checkLengths(name string, n int, than string, faults *partition.Faults) {
	for _, column := range []struct {
		name   string
		column []int32
		given  bool
	}{{".Tier", m.Tier, true}, {".Periods", m.Periods, m.Periods != nil}, {".Asked", m.Asked, m.Asked != nil}} {
		if column.given && len(column.column) != n {
			faults.Add(partition.InputError{Field: name + column.name, Index: -1, Value: len(column.column), Why: "is its length, that of " + than + " is " + strconv.Itoa(n)}, nil)
		}
	}
}

// check holds a memory to a column of n values.
func (l *Ladder) check(last Memory, n int, than string, faults *partition.Faults) {
	if !last.empty() {
		last.checkLengths("last", n, than, faults)
	}
}

// checkUnit adds the faults of what is remembered of a unit, as far as there are
// columns.
func (l *Ladder) checkUnit(last *Memory, unit int, faults *partition.Faults) {
	if unit < len(last.Tier) {
		if t := last.Tier[unit]; t < partition.Unassigned || int(t) >= l.Tiers() {
			faults.Add(partition.InputError{Field: "last.Tier", Index: unit, Value: t, Why: "is neither a tier (0.." + strconv.Itoa(l.Tiers()-1) + ") nor -1 (none)"}, nil)
		}
	}
	if unit < len(last.Periods) && last.Periods[unit] < 0 {
		faults.Add(partition.InputError{Field: "last.Periods", Index: unit, Value: last.Periods[unit], Why: "is negative"}, nil)
	}
}

func checkValue(unit int, x float64, faults *partition.Faults) {
	if math.IsInf(x, 0) {
		faults.Add(partition.InputError{Field: "value", Index: unit, Value: x, Why: "is infinite; NaN is missing"}, nil)
	}
}

// Follow is the memory for another list of the units: link is the place that
// each of them had in m, or -1 for one that is new; [Link] finds it. A nil link
// means the same units, in the same order.
func (m Memory) Follow(link []int) (Memory, error) {
	var faults partition.Faults
	m.checkLengths("memory", len(m.Tier), "memory.Tier", &faults)
	if link == nil {
		return m, faults.Err()
	}
	checkLink(&faults, link, len(m.Tier))
	if err := faults.Err(); err != nil {
		return Memory{}, err
	}
	follow := func(column []int32, fresh int32) []int32 {
		if column == nil {
			return nil
		}
		now := make([]int32, len(link))
		for i, j := range link {
			if now[i] = fresh; j >= 0 {
				now[i] = column[j]
			}
		}
		return now
	}
	now := Memory{Tier: follow(m.Tier, partition.Unassigned), Periods: follow(m.Periods, 0), Asked: follow(m.Asked, 0)}
	return now, nil
}

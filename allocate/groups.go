package allocate

import (
	"fmt"

	"github.com/territory-go/territory/partition"
)

// checkGroups reports the entries of Together and Apart that are no units, and
// those that a list names twice. A list of one unit, or of none, asks for
// nothing and is legal.
func (m *model) checkGroups(f *partition.Faults) {
	checkLists(f, "Together", m.p.Together, m.n, m.p.UnitLabel)
	checkLists(f, "Apart", m.p.Apart, m.n, m.p.UnitLabel)
}

func checkLists(f *partition.Faults, field string, lists [][]int, n int, label func(int) string) {
	last := map[int]int{} // unit → 1 + the last list that names it
	for k, list := range lists {
		for at, i := range list {
			e := partition.InputError{Field: field, Index: k, Value: i}
			switch {
			case i < 0 || i >= n:
				e.Why = fmt.Sprintf("at position %d is no unit: there are %d", at, n)
			case last[i] == k+1:
				e.Why = fmt.Sprintf("is named again at position %d", at)
				if label != nil {
					e.Label = label(i)
				}
			default:
				last[i] = k + 1
				continue
			}
			f.Add(e, nil)
		}
	}
}

package partition

import "iter"

// Column reads one column out of the caller's own structs, calling get once per
// item in order. A method expression is all the adapter it takes:
//
//	hours := partition.Column(accounts, Account.Hours)
func Column[C, V any](items []C, get func(C) V) []V {
	column := make([]V, len(items))
	for i, item := range items {
		column[i] = get(item)
	}
	return column
}

// Pick goes back from units to the caller's structs:
//
//	for account := range partition.Pick(accounts, plan.Units(t)) { … }
//
// It panics, when it gets there, at an index outside items.
func Pick[C any](items []C, units iter.Seq[int]) iter.Seq[C] {
	return func(yield func(C) bool) {
		for i := range units {
			if !yield(items[i]) {
				return
			}
		}
	}
}

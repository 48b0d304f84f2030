package partition

import (
	"context"
	"slices"

	"github.com/territory-go/territory/internal/lap"
)

// Align renumbers the territories of next so that as much as possible stays
// where it was: among all ways to give each of them a number of its own,
//
//	maximise  Σ weight_i over the units i with old.Of(i) = number[next.Of(i)],
//
// units that are [Unassigned] in either plan apart. A method numbers its
// territories as it likes; aligned, the [Diff] to the old plan lists what
// changes hands and no more. weight is a measure per unit, finite and ≥ 0; nil
// counts the units.
//
// The plans have the same units, and each its own number of territories. The
// result has the larger of the two numbers, and old can be brought to it by
// [Plan.WithK]: numbers from old.K() on are new territories, and where next has
// fewer, those that nobody follows are empty. number[t] is the new number of
// territory t of next.
//
// The sum is the largest there is, but for rounding. Territories that follow
// nobody keep the number they have, if it is free, and get the lowest free one
// otherwise, in ascending order. Among several best ways the choice depends on
// the arguments alone. Time and memory are O(n + k), and those of a linear
// assignment on the pairs of an old and a new territory that share units.
//
// Errors are [*InputError] values: plans of different lengths, weights that are
// missing or none, units outside the territories of a plan.
func Align(old, next Assignment, weight []float64) (plan *Plan, number []int, err error) {
	var faults Faults
	if next.Len() != old.Len() {
		faults.Add(InputError{Field: "next", Index: -1,
			Why: "has " + count(next.Len(), "unit") + ", old has " + grouped(old.Len())}, nil)
	}
	if weight != nil {
		checkAmounts(&faults, "weight", weight, old.Len(), "unit", nil, false)
	}
	if err := faults.Err(); err != nil {
		return nil, nil, err
	}
	was, err := planOf(old)
	if err != nil {
		return nil, nil, err
	}
	is, err := planOf(next)
	if err != nil {
		return nil, nil, err
	}
	k := max(was.k, is.k)
	number = follow(is.k, was.k, k, overlaps(was, is, weight))
	of := make([]int32, len(is.of))
	for i, t := range is.of {
		of[i] = Unassigned
		if t != Unassigned {
			of[i] = int32(number[t])
		}
	}
	return newPlan(k, of), number, nil
}

// planOf is the assignment as a plan.
func planOf(a Assignment) (*Plan, error) {
	if p, ok := a.(*Plan); ok {
		return p, nil
	}
	return NewPlan(a.K(), owners(a))
}

// overlaps returns a function that lists what each old territory, ascending, has
// in common with territory t of the new plan, as a negative cost; those that
// have nothing are left out.
func overlaps(was, is *Plan, weight []float64) func(t int) []lap.Arc {
	common := make([]float64, was.k)
	scale := 1.0
	if weight != nil && sum(weight) > 1e280 {
		scale = 0x1p-100 // leaves room for sums and differences
	}
	var from []int32
	return func(t int) []lap.Arc {
		from = from[:0]
		for _, i := range is.group(t) {
			amount := 1.0
			if weight != nil {
				amount = weight[i]
			}
			if a := was.of[i]; a != Unassigned && amount > 0 {
				if common[a] == 0 {
					from = append(from, a)
				}
				common[a] += amount
			}
		}
		slices.Sort(from)
		arcs := make([]lap.Arc, 0, len(from)+1)
		for _, a := range from {
			arcs = append(arcs, lap.Arc{Cost: -float64(common[a] * scale), Column: a})
			common[a] = 0
		}
		return arcs
	}
}

// follow numbers k territories of a new plan, each after an old one in common
// or after none; numbers are below all.
func follow(k, old, all int, common func(t int) []lap.Arc) []int {
	// Column old+t stands for following nobody.
	s, _, _ := lap.Sparse(context.Background(), k, old+k, func(t int) []lap.Arc {
		return append(common(t), lap.Arc{Cost: 0, Column: int32(old + t)})
	})
	number := make([]int, k)
	taken := make([]bool, all)
	for t, j := range s.Column {
		if number[t] = Unassigned; int(j) < old {
			number[t] = int(j)
			taken[j] = true
		}
	}
	for t := range number {
		if number[t] == Unassigned && !taken[t] {
			number[t] = t
			taken[t] = true
		}
	}
	lowest := 0
	for t := range number {
		if number[t] != Unassigned {
			continue
		}
		for taken[lowest] {
			lowest++
		}
		number[t] = lowest
		taken[lowest] = true
	}
	return number
}

package partition

import (
	"fmt"
	"iter"
	"math"
)

// Unassigned is the territory of a unit that no territory holds.
const Unassigned = -1

// Assignment is a read-only view of who owns which unit. *Plan is one; an
// ownership table of your own becomes one with these three methods.
type Assignment interface {
	Len() int        // number of units
	K() int          // number of territories
	Of(unit int) int // territory of the unit, 0..K-1 or Unassigned
}

// Plan is an immutable [Assignment] with an inverse index. The zero Plan has
// no units and no territories. Plans are safe for concurrent use.
//
// A plan of n units and k territories takes 8n + 4k bytes.
type Plan struct {
	k     int
	of    []int32 // per unit its territory, or Unassigned
	start []int32 // k+2 offsets into order; the last group is Unassigned
	order []int32 // the units by (territory, unit)
}

// manyTerritories is the number of territories that any plan may have; more
// only where there are as many units. It keeps a mistaken k, be it read from a
// file of twenty bytes, from costing gigabytes.
const manyTerritories = 1 << 20

// NewPlan makes a plan of len(of) units and k territories; of[i] is the
// territory of unit i, or [Unassigned]. The slice is copied.
//
// All faults are reported, as [*InputError] values of the fields "k" and "of": an
// of[i] outside -1..k-1, a negative k, a k above both 2^20 and len(of), more
// than 2^31-1 units. Time and memory are O(n + k).
func NewPlan[T ~int | ~int32 | ~int64](k int, of []T) (*Plan, error) {
	var faults Faults
	checkK(&faults, "k", k, len(of))
	if len(of) > math.MaxInt32 {
		faults.Add(InputError{Field: "of", Index: -1, Why: "has " + count(len(of), "entry") + "; a plan has at most 2^31-1 units"}, nil)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	own := make([]int32, len(of))
	for i, t := range of {
		if int64(t) < Unassigned || int64(t) >= int64(k) {
			faults.Add(InputError{Field: "of", Index: i, Value: int64(t), Why: neitherNor(k)}, nil)
			continue
		}
		own[i] = int32(t)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return newPlan(k, own), nil
}

// newPlan indexes valid data, which the plan then owns, by a counting sort.
func newPlan(k int, of []int32) *Plan {
	start := make([]int32, k+2)
	for _, t := range of {
		start[groupOf(t, k)]++
	}
	sum := int32(0)
	for g := range start {
		sum += start[g]
		start[g] = sum // the end of group g; filling it from the back leaves its start
	}
	order := make([]int32, len(of))
	for i := len(of) - 1; i >= 0; i-- {
		g := groupOf(of[i], k)
		start[g]--
		order[start[g]] = int32(i)
	}
	return &Plan{k: k, of: of, start: start, order: order}
}

// groupOf is the position of a territory in the index.
func groupOf(t int32, k int) int {
	if t < 0 {
		return k
	}
	return int(t)
}

// checkK adds the faults of a number of territories.
func checkK(faults *Faults, field string, k, n int) {
	switch {
	case k < 0:
		faults.Add(InputError{Field: field, Index: -1, Value: k, Why: "is negative"}, nil)
	case k > manyTerritories && k > n:
		faults.Add(InputError{Field: field, Index: -1, Value: k, Why: "exceeds the " + count(n, "unit") +
			" and the " + grouped(manyTerritories) + " territories that any plan may have"}, nil)
	}
}

// neitherNor says which values of[i] may have.
func neitherNor(k int) string {
	return "is neither a territory (" + territoryRange(k) + ") nor -1 (unassigned)"
}

func territoryRange(k int) string {
	if k == 0 {
		return "there are none"
	}
	return fmt.Sprintf("0..%d", k-1)
}

// Len is the number of units.
func (p *Plan) Len() int { return len(p.of) }

// K is the number of territories, empty ones included.
func (p *Plan) K() int { return p.k }

// Of is the territory of the unit, or [Unassigned]. It panics, as indexing a
// slice would, unless 0 ≤ unit < Len.
func (p *Plan) Of(unit int) int { return int(p.of[unit]) }

// Units yields the units of territory t, or those that are [Unassigned], in
// ascending order. It panics unless -1 ≤ t < K.
func (p *Plan) Units(t int) iter.Seq[int] {
	units := p.group(t)
	return func(yield func(int) bool) {
		for _, i := range units {
			if !yield(int(i)) {
				return
			}
		}
	}
}

// Count is the number of units of territory t, or of those that are
// [Unassigned], in constant time. It panics unless -1 ≤ t < K.
func (p *Plan) Count(t int) int { return len(p.group(t)) }

// group is the part of order that holds territory t.
func (p *Plan) group(t int) []int32 {
	if t == Unassigned {
		if p.start == nil { // the zero Plan
			return nil
		}
		t = p.k
	} else if t < 0 || t >= p.k {
		panic(fmt.Sprintf("partition: territory %d out of range [-1, %d)", t, p.k))
	}
	return p.order[p.start[t]:p.start[t+1]]
}

// Slice is a copy of the assignment, one territory or [Unassigned] per unit:
// what [NewPlan] takes, and what [Problem.Fixed] holds.
func (p *Plan) Slice() []int {
	of := make([]int, len(p.of))
	for i, t := range p.of {
		of[i] = int(t)
	}
	return of
}

// With is the plan after the moves, made one after the other; p itself does not
// change. Errors are those of [Changes.Apply].
func (p *Plan) With(moves ...Move) (*Plan, error) { return Changes(moves).Apply(p) }

// WithK is the same plan with k territories: more of them to open new ones at
// the end, fewer to close those at the end, which must be empty. It lets a plan
// be compared ([Diff]) with one of another size.
func (p *Plan) WithK(k int) (*Plan, error) { return NewPlan(k, p.of) }

// Equal reports whether a has the same numbers of units and territories and
// assigns every unit alike.
func (p *Plan) Equal(a Assignment) bool {
	if p.Len() != a.Len() || p.K() != a.K() {
		return false
	}
	for i, t := range p.of {
		if a.Of(i) != int(t) {
			return false
		}
	}
	return true
}

// String is a summary such as "5 units in 3 territories, 1 unassigned".
func (p *Plan) String() string {
	s := count(p.Len(), "unit") + " in " + count(p.k, "territory")
	if free := p.Count(Unassigned); free > 0 {
		s += ", " + grouped(free) + " unassigned"
	}
	return s
}

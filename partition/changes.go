package partition

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Move takes a unit from one territory to another; either may be [Unassigned].
// In JSON it is {"unit":7,"from":2,"to":0}; all three must be there.
type Move struct {
	Unit int `json:"unit"`
	From int `json:"from"`
	To   int `json:"to"`
}

// String writes "unit 7: 2 -> 0", with "none" for [Unassigned].
func (m Move) String() string {
	return "unit " + strconv.Itoa(m.Unit) + ": " + ownerName(m.From) + " -> " + ownerName(m.To)
}

func ownerName(t int) string {
	if t == Unassigned {
		return "none"
	}
	return strconv.Itoa(t)
}

// Changes is a sequence of moves: the difference of two plans, or the trail of
// a search. In canonical form, in which all functions of this package return
// it, it is a set: every unit moves at most once, in ascending order, and from
// one territory to another one; no changes at all are nil.
//
// Where the operations are defined, these laws hold:
//
//	Diff(a, b).Apply(a)            = b
//	Diff(a, b).Invert()            = Diff(b, a)
//	Diff(a, b).Compose(Diff(b, c)) = Diff(a, c)
//	c.Compose(d).Apply(a)          = d.Apply(c.Apply(a))
//	c.Compose(d.Compose(e))        = c.Compose(d).Compose(e)
//	c.Compose(c.Invert())          = no changes
type Changes []Move

// Diff lists, in canonical form, the moves that turn a into b. The two must have
// the same numbers of units and of territories ([Plan.WithK] changes the
// latter). O(n).
func Diff(a, b Assignment) (Changes, error) {
	if err := sameShape("b", b, "a", a); err != nil {
		return nil, err
	}
	moves := 0
	for i := range a.Len() {
		if a.Of(i) != b.Of(i) {
			moves++
		}
	}
	if moves == 0 {
		return nil, nil
	}
	c := make(Changes, 0, moves)
	for i := range a.Len() {
		if from, to := a.Of(i), b.Of(i); from != to {
			c = append(c, Move{i, from, to})
		}
	}
	return c, nil
}

// sameShape compares the numbers of units and territories of two assignments.
func sameShape(name string, a Assignment, thanName string, than Assignment) error {
	var faults Faults
	if a.Len() != than.Len() {
		faults.Add(InputError{Field: name, Index: -1,
			Why: fmt.Sprintf("has %s, %s has %s", count(a.Len(), "unit"), thanName, grouped(than.Len()))}, nil)
	}
	if a.K() != than.K() {
		faults.Add(InputError{Field: name, Index: -1,
			Why: fmt.Sprintf("has %s, %s has %s", count(a.K(), "territory"), thanName, grouped(than.K()))}, nil)
	}
	return faults.Err()
}

// Apply makes the moves on a, one after the other, and returns the plan that
// comes out; a itself does not change. Without moves the plan is a copy of a.
//
// Every move that does not find its unit in its From, and every unit or
// territory out of range, is reported as an [*InputError] of the field
// "Changes". O(len(c) + n + k).
func (c Changes) Apply(a Assignment) (*Plan, error) {
	p, ok := a.(*Plan)
	if !ok {
		var err error
		if p, err = NewPlan(a.K(), owners(a)); err != nil {
			return nil, err
		}
	}
	of := slices.Clone(p.of)
	var faults Faults
	for i, m := range c {
		add := func(why string) {
			faults.Add(InputError{Field: "Changes", Index: i, Value: m, Why: why}, nil)
		}
		inRange := true
		if m.Unit < 0 || m.Unit >= len(of) {
			add("there are only " + count(len(of), "unit"))
			inRange = false
		}
		if m.To < Unassigned || m.To >= p.k {
			add("its To " + neitherNor(p.k))
			inRange = false
		}
		if !inRange {
			continue
		}
		if int(of[m.Unit]) != m.From {
			add("the unit is in " + ownerName(int(of[m.Unit])))
		}
		of[m.Unit] = int32(m.To) // even so, lest a later move be blamed for this one
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return newPlan(p.k, of), nil
}

func owners(a Assignment) []int {
	of := make([]int, a.Len())
	for i := range of {
		of[i] = a.Of(i)
	}
	return of
}

// Invert takes the moves back: it is the changes from the plan after c to the
// plan before. The inverse of a canonical form is canonical. O(len(c)), and
// O(len(c)·log len(c)) where c is not canonical.
func (c Changes) Invert() Changes {
	if len(c) == 0 {
		return nil
	}
	inverse := make(Changes, len(c))
	for i, m := range c {
		inverse[len(c)-1-i] = Move{m.Unit, m.To, m.From}
	}
	// Moves of different units commute; those of one unit stay in their new order.
	if c.isCanonical() {
		slices.Reverse(inverse)
	} else {
		slices.SortStableFunc(inverse, byUnit)
	}
	return inverse
}

func byUnit(a, b Move) int { return cmp.Compare(a.Unit, b.Unit) }

// Canonical is the net effect of the moves made one after the other: for each
// unit one move from its first From to its last To, ascending, and none where
// the two are the same. A move that starts elsewhere than the unit's previous
// one ended is an [*InputError] of the field "Changes". The result is new.
// O(len(c)), and O(len(c)·log len(c)) where c is not canonical.
func (c Changes) Canonical() (Changes, error) {
	var faults Faults
	net := c.canonical(&faults, "Changes")
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return net, nil
}

func (c Changes) canonical(faults *Faults, field string) Changes {
	for i, m := range c {
		if m.Unit < 0 || m.Unit > math.MaxInt32 || min(m.From, m.To) < Unassigned {
			faults.Add(InputError{Field: field, Index: i, Value: m, Why: "names no unit or no territory"}, nil)
		}
	}
	if c.isCanonical() {
		return append(Changes(nil), c...)
	}
	at := make([]int, len(c)) // positions in c, by (unit, position)
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(i, j int) int { return cmp.Or(byUnit(c[i], c[j]), cmp.Compare(i, j)) })
	var net Changes
	for _, i := range at {
		last := len(net) - 1
		if last < 0 || net[last].Unit != c[i].Unit {
			net = append(net, c[i])
			continue
		}
		if net[last].To != c[i].From {
			faults.Add(InputError{Field: field, Index: i, Value: c[i], Why: "the unit is in " + ownerName(net[last].To) + " by then"}, nil)
		}
		net[last].To = c[i].To
	}
	net = slices.DeleteFunc(net, func(m Move) bool { return m.From == m.To })
	if len(net) == 0 {
		return nil
	}
	return net
}

func (c Changes) isCanonical() bool {
	for i, m := range c {
		if m.From == m.To || i > 0 && c[i-1].Unit >= m.Unit {
			return false
		}
	}
	return true
}

// Compose is the canonical form of c followed by next: moves of the same unit
// become one, and moves that cancel disappear. A move of next that starts
// elsewhere than the unit's move of c ended is an [*InputError] of the field
// "next". O(len(c) + len(next)) for canonical forms.
func (c Changes) Compose(next Changes) (Changes, error) {
	var faults Faults
	first, then := c.canonical(&faults, "Changes"), next.canonical(&faults, "next")
	if err := faults.Err(); err != nil {
		return nil, err
	}
	both := make(Changes, 0, len(first)+len(then))
	i, j := 0, 0
	for i < len(first) && j < len(then) {
		switch a, b := first[i], then[j]; {
		case a.Unit < b.Unit:
			both = append(both, a)
			i++
		case a.Unit > b.Unit:
			both = append(both, b)
			j++
		default:
			if a.To != b.From {
				faults.Add(InputError{Field: "next", Index: j, Value: b, Why: "the unit is in " + ownerName(a.To) + " by then"}, nil)
			}
			if a.From != b.To {
				both = append(both, Move{a.Unit, a.From, b.To})
			}
			i++
			j++
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	both = append(append(both, first[i:]...), then[j:]...)
	if len(both) == 0 {
		return nil, nil
	}
	return both, nil
}

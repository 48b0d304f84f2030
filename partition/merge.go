package partition

import "errors"

// MergeClash is a unit that two plans took from their common base to different
// places.
type MergeClash struct {
	Unit               int
	Base, Ours, Theirs int // its territory in each of the three, or Unassigned
}

// Resolve is the move that settles the clash in the merged plan, which left the
// unit where base had it: to Ours, to Theirs, or to a third place.
func (c MergeClash) Resolve(to int) Move { return Move{Unit: c.Unit, From: c.Base, To: to} }

// Merge brings together what two parties changed in the same plan. A unit that
// one side moved goes where that side put it, and so does one that both moved to
// the same place. One that they moved to different places is a clash: it stays
// where base has it, and is listed, in ascending order. Merge looks at single
// units; whether the loads of the merged plan are within their limits is to be
// checked anew.
//
// The order of the sides matters only to the names in the clashes. The three
// must have the same numbers of units and of territories. O(n + k).
func Merge(base, ours, theirs Assignment) (*Plan, []MergeClash, error) {
	if err := errors.Join(sameShape("ours", ours, "base", base), sameShape("theirs", theirs, "base", base)); err != nil {
		return nil, nil, err
	}
	merged := make([]int, base.Len())
	var clashes []MergeClash
	for i := range merged {
		b, o, t := base.Of(i), ours.Of(i), theirs.Of(i)
		switch {
		case o == t || t == b:
			merged[i] = o
		case o == b:
			merged[i] = t
		default:
			merged[i] = b
			clashes = append(clashes, MergeClash{Unit: i, Base: b, Ours: o, Theirs: t})
		}
	}
	plan, err := NewPlan(base.K(), merged)
	if err != nil {
		return nil, nil, err
	}
	return plan, clashes, nil
}

package partition

// Unassigned is the territory of a unit that no territory holds.
const Unassigned = -1

// Assignment is a read-only view of who owns which unit. *Plan is one; an
// ownership table of your own becomes one with these three methods.
type Assignment interface {
	Len() int        // number of units
	K() int          // number of territories
	Of(unit int) int // territory of the unit, or Unassigned
}

// Plan is an immutable [Assignment] with an inverse index. The zero Plan has
// no units and no territories. Plans are safe for concurrent use.
type Plan struct {
	k     int
	of    []int32
	start []int32 // k+2 offsets into order; the last group is Unassigned
	order []int32
}

package partition

import (
	"context"

	"github.com/paulmach/orb"
)

// Problem is one instance of territory design over n units. Slices indexed by
// unit have the same length n; fields that a method does not need may be nil.
// A Problem is read-only to every method and may be shared by goroutines.
type Problem struct {
	K          int         // territories wanted; 0 lets a method choose, if it can
	Points     []orb.Point // unit locations, longitude and latitude in degrees unless Distance says otherwise
	Measures   []Measure   // what is to be balanced; Measures[0] is the primary one
	Contiguity Graph       // nil: territories need not be connected
	Fixed      []int       // nil, or per unit the territory it must keep, or Unassigned
	Homes      []orb.Point // nil, or per territory where its owner lives; length K
	Seeds      []int       // nil, or per territory a unit that it must hold; length K
	Forbidden  [][2]int    // pairs (unit, territory) that must not meet
	Distance   orb.DistanceFunc
	Label      func(unit int) string // nil: "unit 17"; used in messages only
}

// Method builds a plan. Implementations are plain values, safe for concurrent use.
type Method interface {
	Partition(ctx context.Context, p *Problem) (*Result, error)
}

// MethodFunc makes a Method of a function.
type MethodFunc func(ctx context.Context, p *Problem) (*Result, error)

// Partition calls f.
func (f MethodFunc) Partition(ctx context.Context, p *Problem) (*Result, error) { return f(ctx, p) }

// Graph is the neighbour relation of units. Neighbors is symmetric, ascending
// and free of self-loops; the slice must not be modified.
type Graph interface{ Neighbors(unit int) []int }

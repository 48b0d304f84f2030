package partition

import "github.com/paulmach/orb"

// Problem is one instance of territory design over n units. Slices indexed by
// unit have the same length n; fields that a method does not need may be nil.
// A Problem is read-only to every method and may be shared by goroutines.
//
// How far apart units are is what Between says; without it, what Distance says
// of their Points; without both, the great-circle distance of their Points in
// kilometres on the sphere of mean radius 6371.0088 km, or the Euclidean distance
// of their Features.
type Problem struct {
	K        int         // territories wanted; 0 lets a method choose, if it can
	Points   []orb.Point // unit locations: longitude and latitude in degrees; with Distance or Between, what these take
	Measures []Measure   // what is to be balanced; Measures[0] is the primary one

	// Features, where it is not nil, are the units' coordinates in a space of any
	// dimension, in place of Points: attributes brought to a common scale. Their
	// distance is Euclidean. All rows have the same length.
	Features [][]float64

	// Weight is what the distance of a unit counts, where a method adds distances
	// up: visits, population. Finite and ≥ 0; nil: 1.
	Weight []float64

	// Distance is between two Points: symmetric, finite, ≥ 0; nil: great-circle
	// kilometres. Between, where it is not nil, is the distance of two units in
	// place of Points and Distance, the At of a matrix: ≥ 0, +Inf is out of reach.
	Distance orb.DistanceFunc
	Between  func(from, to int) float64

	Contiguity Graph       // nil: territories need not be connected
	Fixed      []int       // nil, or per unit the territory it must keep, or Unassigned: free
	Forbidden  [][2]int    // pairs (unit, territory) that must not meet
	Homes      []orb.Point // nil, or per territory where its owner lives; length K
	Seeds      []int       // nil, or per territory a unit that it must hold; length K, all different

	// CenterCapacity, where it is not nil, is per unit the most of Measures[0]
	// that a territory centred on this unit can take (a depot's size): a limit
	// beside those of the measure, for methods that choose centres among the units.
	CenterCapacity []float64

	Label func(unit int) string // nil: "unit 17"; used in messages only, and only called with 0 ≤ unit < n
}

// Len is the number n of units: the length of the first of Points, Features,
// Measures[0].Value, Fixed and CenterCapacity that is not empty.
func (p *Problem) Len() int {
	switch {
	case len(p.Points) > 0:
		return len(p.Points)
	case len(p.Features) > 0:
		return len(p.Features)
	case len(p.Measures) > 0 && len(p.Measures[0].Value) > 0:
		return len(p.Measures[0].Value)
	case len(p.Fixed) > 0:
		return len(p.Fixed)
	}
	return len(p.CenterCapacity)
}

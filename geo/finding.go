package geo

import "github.com/paulmach/orb"

// Kind says what a [Finding] has found.
type Kind uint8

// What can be wrong with one ring, in the order in which it is looked for.
// Those that make an area invalid by the rules of OGC Simple Features are
// marked; see [Kind.Invalid].
const (
	NotFinite    Kind = iota + 1 // a position is NaN, infinite or beyond ±1e150; invalid, the position is passed over
	Unclosed                     // the last position is not the first one; invalid, read as if it were closed
	Repeated                     // a position follows itself; harmless, read once
	Degenerate                   // a ring without surface: fewer than three different positions, or all on a line; invalid, passed over
	OutOfRange                   // a position outside longitude ±180 and latitude ±90
	Swapped                      // the ring fits the earth only with latitude and longitude exchanged
	Antimeridian                 // an edge spans more than 180 degrees of longitude: it was meant to cross the antimeridian
	Winding                      // an outer ring winds clockwise or a hole counter-clockwise, against RFC 7946; read the other way round
	SelfTouch                    // a ring passes through a point twice; invalid
	SelfCross                    // a ring crosses or retraces itself; invalid
)

// What can be wrong between the rings of one area.
const (
	RingsCross    Kind = iota + 11 // two rings of an area cross, or share a stretch of border; invalid
	HoleOutside                    // a hole lies outside the outer ring of its part; invalid
	HoleNested                     // a hole lies within another hole of its part; invalid
	PartNested                     // a part lies within another part of its area; invalid
	InteriorSplit                  // rings that touch cut the interior of a part in two; invalid
)

// What can be wrong between areas.
const (
	MissingVertex Kind = iota + 16 // an area has no vertex where a neighbour has one on its border; read as if it had
	Overlap                        // areas share surface
	Gap                            // surface that no area covers, enclosed by areas
	Sliver                         // a narrow strip between two areas, or of both of them
)

// String is the name of the kind, as in "self-cross".
func (k Kind) String() string {
	switch k {
	case NotFinite:
		return "not finite"
	case Unclosed:
		return "unclosed"
	case Repeated:
		return "repeated position"
	case Degenerate:
		return "degenerate ring"
	case OutOfRange:
		return "out of range"
	case Swapped:
		return "swapped coordinates"
	case Antimeridian:
		return "antimeridian"
	case Winding:
		return "winding"
	case SelfTouch:
		return "self-touch"
	case SelfCross:
		return "self-cross"
	case RingsCross:
		return "rings cross"
	case HoleOutside:
		return "hole outside"
	case HoleNested:
		return "hole nested"
	case PartNested:
		return "part nested"
	case InteriorSplit:
		return "interior split"
	case MissingVertex:
		return "missing vertex"
	case Overlap:
		return "overlap"
	case Gap:
		return "gap"
	case Sliver:
		return "sliver"
	}
	return "unknown"
}

// Invalid reports whether an area with such a finding is no valid polygon or
// multipolygon by OGC Simple Features (ISO 19125-1), so that other programs may
// refuse it. The other kinds are habits of one format, suspicions, or concern
// several areas, each of which can be valid.
func (k Kind) Invalid() bool {
	switch k {
	case NotFinite, Unclosed, Degenerate, SelfTouch, SelfCross, RingsCross, HoleOutside, HoleNested, PartNested, InteriorSplit:
		return true
	}
	return false
}

// Finding is one thing that is wrong, or that deserves a look, in the shape of
// an area or between areas. Nothing that is found keeps an area from being
// used: what is done about it is documented with its [Kind].
type Finding struct {
	Kind   Kind
	Areas  []int     // the areas concerned, ascending (before the others the one whose ring it is); for a gap, those around it
	Part   int       // polygon of Areas[0] that holds the ring concerned; -1: no single ring
	Ring   int       // ring of this polygon, 0 its outer one; -1: no single ring
	At     orb.Point // a place to look at
	Amount float64   // surface of Witness by the metric that was asked for; 0 without one
	Detail string    // one plain sentence
	// Witness is the surface that is shared, uncovered or too narrow; nil for
	// findings that have none.
	Witness orb.Polygon
}

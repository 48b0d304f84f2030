package geojson

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Notice tells of a feature that was read although it breaks a rule of RFC 7946
// or lost something on the way. There is at most one of each kind per feature.
type Notice struct {
	Kind   Kind
	Index  int    // of the feature, faulty ones counted; -1: it concerns the collection
	ID     string // of the feature
	Offset int64  // where the feature or collection begins
	Detail string // the first case: "polygon 0, ring 1: …"
	Count  int    // cases
}

func (n Notice) String() string {
	s := fmt.Sprintf("%v: %s", n.Kind, n.Detail)
	if n.Count > 1 {
		s += fmt.Sprintf(" (first of %d)", n.Count)
	}
	return s
}

// Kind is what a [Notice] is about.
type Kind uint8

// Kinds of notices. What they are found by is said in terms of straight edges
// in the coordinates.
const (
	Winding          Kind = iota // an outer ring runs clockwise, or a hole counter-clockwise
	OpenRing                     // the last position of a ring is not the first one
	ShortRing                    // a ring of fewer than 4 positions
	ShortLine                    // a line of fewer than 2 positions
	Antimeridian                 // an edge spans more than 180° of longitude: its line may be meant to go the other way round
	OutOfRange                   // longitude beyond ±180° or latitude beyond ±90°
	Heights                      // positions of more than two coordinates; the others are dropped
	BoundingBox                  // a bbox does not hold its geometry
	CoordinateSystem             // a crs is named, which RFC 7946 does away with
	Nesting                      // a geometry collection in another one, or of one geometry
	Misplaced                    // a member that gives another meaning to another type of object
	NoProperties                 // a feature without the member "properties"
	kinds
)

func (k Kind) String() string {
	switch k {
	case Winding:
		return "winding"
	case OpenRing:
		return "open ring"
	case ShortRing:
		return "short ring"
	case ShortLine:
		return "short line"
	case Antimeridian:
		return "antimeridian"
	case OutOfRange:
		return "out of range"
	case Heights:
		return "heights"
	case BoundingBox:
		return "bounding box"
	case CoordinateSystem:
		return "coordinate system"
	case Nesting:
		return "nesting"
	case Misplaced:
		return "misplaced member"
	case NoProperties:
		return "no properties"
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// notices gathers those of one feature.
type notices struct {
	look   bool
	detail [kinds]string
	count  [kinds]int
}

func (n *notices) note(k Kind, format string, args ...any) {
	if !n.look {
		return
	}
	if n.count[k]++; n.count[k] == 1 {
		n.detail[k] = fmt.Sprintf(format, args...)
	}
}

func (n *notices) tell(notice func(Notice), index int, id string, offset int64) {
	for k, count := range n.count {
		if count > 0 {
			notice(Notice{Kind: Kind(k), Index: index, ID: id, Offset: offset, Detail: n.detail[k], Count: count})
		}
	}
}

// geometry looks at all positions.
func (n *notices) geometry(g orb.Geometry, bbox []float64) {
	n.box(g, bbox)
	n.parts(g)
}

func (n *notices) parts(g orb.Geometry) {
	switch g := g.(type) {
	case orb.Point:
		n.positions("", 0, []orb.Point{g}, false)
	case orb.MultiPoint:
		n.positions("", 0, g, false)
	case orb.LineString:
		n.line(0, g)
	case orb.MultiLineString:
		for i, line := range g {
			n.line(i, line)
		}
	case orb.Polygon:
		n.polygon(0, g)
	case orb.MultiPolygon:
		for i, polygon := range g {
			n.polygon(i, polygon)
		}
	case orb.Collection:
		for _, part := range g {
			n.parts(part)
		}
	}
}

func (n *notices) line(i int, line orb.LineString) {
	n.positions("line", i, line, true)
	if len(line) < 2 {
		n.note(ShortLine, "line %d: %d positions; it must have 2", i, len(line))
	}
}

func (n *notices) polygon(i int, polygon orb.Polygon) {
	for k, ring := range polygon {
		jumps := n.positions("polygon", i, ring, true)
		if len(ring) < 4 {
			n.note(ShortRing, "polygon %d, ring %d: %d positions; it must have 4", i, k, len(ring))
		}
		if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
			n.note(OpenRing, "polygon %d, ring %d: begins at %v and ends at %v", i, k, ring[0], ring[len(ring)-1])
		}
		if jumps {
			continue // which way it is meant to run is anybody's guess
		}
		switch turn := winding(ring); {
		case k == 0 && turn < 0:
			n.note(Winding, "polygon %d, ring %d: is an outer ring and runs clockwise", i, k)
		case k > 0 && turn > 0:
			n.note(Winding, "polygon %d, ring %d: is a hole and runs counter-clockwise", i, k)
		}
	}
}

// positions looks at positions one by one, and with edges at what joins them; it
// reports whether an edge spans more than 180°.
func (n *notices) positions(what string, i int, points []orb.Point, edges bool) (jumps bool) {
	for k, p := range points {
		if p[0] < -180 || p[0] > 180 || p[1] < -90 || p[1] > 90 {
			n.note(OutOfRange, "%v is not a longitude and a latitude", p)
		}
		if edges && k > 0 && math.Abs(p[0]-points[k-1][0]) > 180 {
			jumps = true
			n.note(Antimeridian, "%s %d: an edge from %v to %v", what, i, points[k-1], p)
		}
	}
	return jumps
}

// box compares a bounding box with the positions. Where west is greater than east it
// spans the antimeridian.
func (n *notices) box(g orb.Geometry, box []float64) {
	if !n.look || box == nil || g == nil {
		return
	}
	west, south, east, north := box[0], box[1], box[len(box)/2], box[len(box)/2+1]
	var look func(g orb.Geometry) bool
	all := func(points []orb.Point) bool {
		for _, p := range points {
			inside := p[0] >= west && p[0] <= east
			if west > east {
				inside = p[0] >= west || p[0] <= east
			}
			if !inside || p[1] < south || p[1] > north {
				n.note(BoundingBox, "%v does not hold %v", box, p)
				return false
			}
		}
		return true
	}
	look = func(g orb.Geometry) bool {
		ok := true
		switch g := g.(type) {
		case orb.Point:
			return all([]orb.Point{g})
		case orb.MultiPoint:
			return all(g)
		case orb.LineString:
			return all(g)
		case orb.MultiLineString:
			for _, line := range g {
				ok = ok && all(line)
			}
		case orb.Polygon:
			for _, ring := range g {
				ok = ok && all(ring)
			}
		case orb.MultiPolygon:
			for _, polygon := range g {
				ok = ok && look(polygon)
			}
		case orb.Collection:
			for _, part := range g {
				ok = ok && look(part)
			}
		}
		return ok
	}
	look(g)
}

// winding is +1 where a ring runs counter-clockwise, -1 where it runs clockwise,
// by the sign of the area (shoelace formula), which in a ring that crosses itself
// is that of the larger part; 0 where rounding leaves the sign open. That of the
// reversed ring is never the same, but for 0.
func winding(ring []orb.Point) int {
	if len(ring) < 3 {
		return 0
	}
	sum, size := 0.0, 0.0
	o := ring[0]
	for i := 1; i+1 < len(ring); i++ {
		a, b := ring[i], ring[i+1]
		plus := float64((a[0] - o[0]) * (b[1] - o[1]))
		minus := float64((b[0] - o[0]) * (a[1] - o[1]))
		sum += plus - minus
		size += math.Abs(plus) + math.Abs(minus)
	}
	// Differences and products err by 2⁻⁵³ each, the n sums by n times that.
	switch bound := float64(size * float64(len(ring)+8) * 0x1p-52); {
	case sum > bound:
		return 1
	case sum < -bound:
		return -1
	}
	return 0
}

package geo

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
)

// Check lists what is wrong with the shape of one area, ring by ring and then
// as a whole; their Areas are [0]. An area without a finding whose
// [Kind.Invalid] is true is a valid multipolygon by the rules of OGC Simple
// Features: its rings are closed and have surface, none crosses or touches itself
// or crosses another, holes lie in their outer ring and in no other hole, no part
// lies in another one, and the interior of every part is connected. All this is
// decided exactly, without tolerance.
//
// Coordinates are read as longitude and latitude, and held to their range,
// unless metric is a [Plane]; nil is [Geodesic].
//
// A fault that a ring has several times is one finding, with the first place;
// how a ring lies to others is not asked of rings that cross something.
// O(n log n) for n positions where few edges meet.
func Check(area orb.MultiPolygon, metric Metric) []Finding {
	return checkArea(0, area, degrees(metric))
}

func checkArea(index int, area orb.MultiPolygon, degrees bool) []Finding {
	k := &checker{area: index, vertices: newVertices(positions([]orb.MultiPolygon{area}), 0)}
	for p, part := range area {
		for r, ring := range part {
			walk := k.clean(p, r, ring, degrees)
			if walk != nil {
				k.rings = append(k.rings, checked{part: p, ring: r, walk: walk, turn: orientation(k.points, walk)})
			} else if r == 0 {
				if h := slices.IndexFunc(part, func(hole orb.Ring) bool { return len(hole) > 0 }); len(ring) == 0 && h > 0 {
					k.add(Degenerate, p, 0, part[h][0], "has no positions, but hole %d has some", h)
				}
				break // holes in nothing
			}
		}
	}
	k.meetings()
	k.nesting()
	k.interiors()
	return k.found
}

// checker looks for the faults of one area.
type checker struct {
	*vertices
	area  int
	rings []checked
	found []Finding
	// touches are the points, ascending, in which two rings touch each other:
	// ring, vertex.
	touches [][2]int32
}

// checked is a ring with surface.
type checked struct {
	part, ring int
	walk       []int32
	turn       int
	bad        bool // it crosses something, or is a hole outside: how it lies to others is not asked
	box        boxes.Box
}

func (k *checker) add(kind Kind, part, ring int, at orb.Point, format string, args ...any) {
	where := ""
	switch {
	case ring == 0:
		where = fmt.Sprintf("the outer ring of part %d ", part)
	case ring > 0:
		where = fmt.Sprintf("hole %d of part %d ", ring, part)
	case part >= 0:
		where = fmt.Sprintf("part %d ", part)
	}
	k.found = append(k.found, Finding{Kind: kind, Areas: []int{k.area}, Part: part, Ring: ring, At: at,
		Detail: fmt.Sprintf("area %d: %s%s", k.area, where, fmt.Sprintf(format, args...))})
}

// clean reports what is wrong with a ring by itself, and returns its vertices
// without repetition; nil if it has no surface.
func (k *checker) clean(part, r int, ring orb.Ring, degrees bool) []int32 {
	if len(ring) == 0 {
		return nil
	}
	var walk []int32
	unusable, repeated, outside, swapped, wide := tally{}, tally{}, tally{}, tally{}, tally{}
	var last orb.Point
	for _, p := range ring {
		if !usable(p) {
			unusable.add(last)
			continue
		}
		if degrees && !(inRange(p[0], 180) && inRange(p[1], 90)) {
			outside.add(p)
		}
		if !(inRange(p[1], 180) && inRange(p[0], 90)) {
			swapped.add(p)
		}
		if len(walk) > 0 && degrees && !(inRange(p[0]-last[0], 180)) && !(onSeam(p) && onSeam(last)) {
			wide.add(last)
		}
		id := k.at(p)
		if len(walk) > 0 && walk[len(walk)-1] == id {
			repeated.add(p)
		} else {
			walk = append(walk, id)
		}
		last = p
	}
	if unusable.count > 0 {
		k.add(NotFinite, part, r, unusable.at, "has %s that %s not finite, or beyond ±%g, and %s passed over",
			counted(unusable.count, "position"), are(unusable.count), float64(beyond), are(unusable.count))
	}
	if closed := len(walk) > 1 && walk[0] == walk[len(walk)-1]; closed {
		walk = walk[:len(walk)-1]
	} else if len(walk) > 1 {
		k.add(Unclosed, part, r, last, "ends at %v, not where it began, at %v", last, k.points[walk[0]])
	}
	if repeated.count > 0 {
		k.add(Repeated, part, r, repeated.at, "has %s that %s the one before, first at %v",
			counted(repeated.count, "position"), verb(repeated.count, "repeats", "repeat"), repeated.at)
	}
	switch {
	case outside.count > 0 && swapped.count == 0:
		k.add(Swapped, part, r, outside.at, "has %s outside longitude ±180 and latitude ±90, first at %v; with latitude and longitude exchanged it would fit",
			counted(outside.count, "position"), outside.at)
	case outside.count > 0:
		k.add(OutOfRange, part, r, outside.at, "has %s outside longitude ±180 and latitude ±90, first at %v", counted(outside.count, "position"), outside.at)
	case wide.count > 0:
		k.add(Antimeridian, part, r, wide.at, "has %s that %s more than 180 degrees of longitude, first from %v: cut it at the antimeridian if it should run across",
			counted(wide.count, "edge"), verb(wide.count, "spans", "span"), wide.at)
	}
	turn := orientation(k.points, walk)
	if turn == 0 {
		if len(walk) > 0 {
			last = k.points[walk[0]]
		}
		why := "on one line"
		if len(walk) < 3 {
			why = "too few for a surface"
		}
		k.add(Degenerate, part, r, last, "has %s that differ%s, %s", counted(len(walk), "position"), verb(len(walk), "s", ""), why)
		return nil
	}
	if (turn > 0) != (r == 0) {
		way := "clockwise"
		if turn > 0 {
			way = "counter-clockwise"
		}
		k.add(Winding, part, r, k.points[walk[0]], "winds %s, against RFC 7946", way)
	}
	return walk
}

func inRange(x, limit float64) bool { return -limit <= x && x <= limit }

// onSeam reports whether a position lies where maps of the world are cut.
func onSeam(p orb.Point) bool {
	return p[0] == 180 || p[0] == -180 || p[1] == 90 || p[1] == -90
}

// tally counts places and keeps the first.
type tally struct {
	count int
	at    orb.Point
}

func (t *tally) add(at orb.Point) {
	if t.count == 0 {
		t.at = at
	}
	t.count++
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func are(n int) string { return verb(n, "is", "are") }

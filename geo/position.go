package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/robust"
)

// Side says where a point lies with respect to an area.
type Side int8

const (
	Outside Side = iota
	OnBorder
	Inside
)

func (s Side) String() string {
	switch s {
	case Inside:
		return "inside"
	case OnBorder:
		return "on the border"
	}
	return "outside"
}

// Position says exactly where p lies: Inside if it is in the interior of one of
// the area's polygons, OnBorder if it is on an edge of one of them and Inside
// none, and otherwise Outside, as is what is not a point (a coordinate is NaN or
// infinite). The interior of a polygon is what its rings wind around an odd
// number of times in all, so that a point on the edge of a hole is OnBorder.
//
// It takes O(n) time for n edges. A [Locator] answers for many points at once,
// and gives each point of a shared border to one of the neighbours.
func Position(area orb.MultiPolygon, p orb.Point) Side {
	best := Outside
	for _, polygon := range area {
		if s := positionIn(polygon, p); s > best {
			best = s
		}
	}
	return best
}

func positionIn(polygon orb.Polygon, p orb.Point) Side {
	odd := false
	for _, ring := range polygon {
		for i, b := range ring {
			a := ring[len(ring)-1]
			if i > 0 {
				a = ring[i-1]
			}
			a, b = upwards(a, b)
			// What is level with p, not above or below it.
			if !(a[1] <= p[1] && p[1] <= b[1]) {
				continue
			}
			if a[1] == b[1] {
				if a[0] <= p[0] && p[0] <= b[0] {
					return OnBorder
				}
				continue
			}
			side := robust.Orient(a, b, p)
			if side == 0 && finite(p[0]) {
				return OnBorder
			}
			// Edges east of p, without their upper ends: of two edges that meet at
			// the height of p one counts if they go on, both or none if they turn.
			if side > 0 && p[1] < b[1] {
				odd = !odd
			}
		}
	}
	if odd {
		return Inside
	}
	return Outside
}

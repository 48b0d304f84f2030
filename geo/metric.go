package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Metric measures lengths and surfaces. [Geodesic] and [StraightEdge] read
// coordinates as longitude and latitude in degrees on the WGS84 ellipsoid and
// measure in metres and square metres; [Plane] takes them as they are.
//
// Where a function takes a Metric, nil is Geodesic.
type Metric interface {
	// Distance is the length of the edge between two points.
	Distance(a, b orb.Point) float64

	// Area is the surface within a closed ring, ≥ 0 whichever way it winds.
	Area(ring orb.Ring) float64
}

// orGeodesic is the metric that a nil one stands for.
func orGeodesic(m Metric) Metric {
	if m == nil {
		return Geodesic{}
	}
	return m
}

// degrees reports whether coordinates are longitude and latitude.
func degrees(metric Metric) bool {
	switch metric.(type) {
	case Plane, *Plane:
		return false
	}
	return true
}

// straight reports whether edges are straight in longitude and latitude.
func straight(metric Metric) bool {
	switch metric.(type) {
	case StraightEdge, *StraightEdge:
		return true
	}
	return false
}

// Plane takes coordinates as a plane: distances are Euclidean, in the unit of
// the coordinates, and areas in its square. Use it for projected data.
type Plane struct{}

var _ Metric = Plane{}

// Distance is the Euclidean distance √((a₀-b₀)² + (a₁-b₁)²).
func (Plane) Distance(a, b orb.Point) float64 {
	dx, dy := a[0]-b[0], a[1]-b[1]
	return math.Sqrt(float64(dx*dx) + float64(dy*dy))
}

// Area is the shoelace formula |Σ (xᵢ-x₀)(yᵢ₊₁-yᵢ₋₁)|/2, closing an open ring.
// Where a ring crosses itself, parts that it winds around in opposite
// directions cancel.
func (Plane) Area(ring orb.Ring) float64 {
	return math.Abs(signedArea(ring))
}

// signedArea is the area within a ring in the plane of its coordinates,
// positive if it winds counter-clockwise. Coordinates are taken relative to the
// first one, which keeps the digits of small rings far from the origin.
func signedArea(ring orb.Ring) float64 {
	n := len(ring)
	if n > 0 && ring[0] == ring[n-1] {
		n--
	}
	if n < 3 {
		return 0
	}
	sum := 0.0
	before := ring[0]
	for i := 1; i < n; i++ {
		after := ring[0]
		if i+1 < n {
			after = ring[i+1]
		}
		sum += float64((ring[i][0] - ring[0][0]) * (after[1] - before[1]))
		before = ring[i]
	}
	return sum / 2
}

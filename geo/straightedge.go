package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/geodesic"
)

// StraightEdge measures on the WGS84 ellipsoid and takes edges as straight in
// longitude and latitude, which is how RFC 7946 (GeoJSON) reads them: an edge
// between two points of a parallel follows the parallel. Coordinates are
// longitude and latitude in degrees.
//
// This is the reading under which areas that share an edge share all of it and
// nothing else, and the one of the topology of this package; shapes and
// surfaces of a map drawn in longitude and latitude are exactly these.
//
// Coordinates are taken literally. From 179 to -179 is the long way round; what
// crosses the antimeridian is either cut there, as RFC 7946 section 3.1.9 asks,
// or continues beyond 180. A ring around a pole needs an edge along it, from
// (-180, 90) to (180, 90), which has no length. A coordinate that is not finite
// or a latitude outside -90..90 makes the result NaN.
type StraightEdge struct{}

var _ Metric = StraightEdge{}

// Distance is the length of the edge between two points in metres, to 1e-13 of
// it. It is what borders and perimeters are sums of. How far two points are apart
// is [Geodesic.Distance], which is never more; for edges of a few kilometres the
// two agree within some millionths away from the poles.
func (StraightEdge) Distance(a, b orb.Point) float64 {
	return geodesic.StraightLength(a[0], a[1], b[0], b[1])
}

// Area is the surface within a ring in square metres, exact to rounding: the
// surface below each edge on the ellipsoid has a closed form in its end points. An open
// ring is closed. Where a ring crosses itself, parts that it winds around in
// opposite directions cancel.
func (StraightEdge) Area(ring orb.Ring) float64 {
	return math.Abs(geodesic.StraightArea(len(ring), func(i int) (lon, lat float64) { return ring[i][0], ring[i][1] }))
}

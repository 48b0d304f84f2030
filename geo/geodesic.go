package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/geodesic"
)

// Geodesic measures on the WGS84 ellipsoid and takes edges as geodesics, the
// shortest paths on it. Coordinates are longitude and latitude in degrees.
//
// It is the metric for "how far is it" and for borders surveyed point to point.
// Where borders follow parallels, as many state lines do, [StraightEdge] is
// nearer to what the coordinates mean: the geodesic between two far points of a
// parallel runs to the north of it (by 120 m at its middle for 1° on the 49th).
//
// Longitudes may exceed 180; only their difference counts, and the shorter way
// round is taken, so that edges and rings cross the antimeridian as they would any other
// meridian. A coordinate that is not finite or a latitude outside -90..90 makes
// the result NaN.
//
// The method is that of C. F. F. Karney, "Algorithms for geodesics", Journal of
// Geodesy 87 (2013) 43-55, with series of the sixth order. The inverse problem
// is solved for every pair of points, nearly opposite ones included. The answers
// are the same bits on every platform.
type Geodesic struct{}

var _ Metric = Geodesic{}

// Distance is the length of the shortest path between two points in metres, to
// some 15 nanometres.
func (Geodesic) Distance(a, b orb.Point) float64 {
	return geodesic.Distance(a[0], a[1], b[0], b[1])
}

// Area is the surface within a ring in square metres: of the two parts into which it
// divides the earth, the smaller one, whichever way it winds and whether or
// not it goes round a pole. An open ring is closed. Where a ring crosses itself,
// parts that it winds around in opposite directions cancel.
//
// The error is below 0.1 m² for edges of any length, and below 0.001 m² for rings
// of a few edges that are short.
func (Geodesic) Area(ring orb.Ring) float64 {
	return geodesic.Area(len(ring), func(i int) (lon, lat float64) { return ring[i][0], ring[i][1] })
}

// Inverse is the shortest path from a to b: its length in metres, and its
// azimuths in degrees clockwise from north, where it leaves a and where it
// arrives at b, each in -180..180. To return by the same way, leave b at
// arrival + 180.
//
// Where several paths are equally short, as between poles, it is one of them.
func (Geodesic) Inverse(a, b orb.Point) (metres, departure, arrival float64) {
	return geodesic.Inverse(a[0], a[1], b[0], b[1])
}

// Direct is where the geodesic that leaves a point at an azimuth, in degrees
// clockwise from north, ends after some metres, and its azimuth there. The
// longitude is in -180..180.
func (Geodesic) Direct(from orb.Point, azimuth, metres float64) (to orb.Point, arrival float64) {
	lon, lat, arrival := geodesic.Direct(from[0], from[1], azimuth, metres)
	return orb.Point{lon, lat}, arrival
}

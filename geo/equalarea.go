package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/geodesic"
	"github.com/territory-go/territory/internal/sphere"
)

// localMap is where shapes on the ellipsoid are taken as plane: a Lambert
// azimuthal equal-area map about the centroid of the shape.
type localMap struct{ projection geodesic.EqualArea }

func (m *localMap) forward(p orb.Point) orb.Point {
	x, y := m.projection.Forward(p[0], p[1])
	return orb.Point{x, y}
}

func (m *localMap) inverse(p orb.Point) orb.Point {
	lon, lat := m.projection.Inverse(p[0], p[1])
	return orb.Point{lon, lat}
}

// flatten maps the parts about their centroid: the point that is the centroid
// of the map about itself. Edges are straight on the map; under StraightEdge they
// are cut into pieces that follow the coordinates first.
func flatten(p parts, metric Metric) (m localMap, flat parts) {
	if straight(metric) {
		p = p.through(finer)
	}
	at := middleOfVertices(&p)
	const passes = 10 // the first is right to some percent, each further one squares that
	for range passes {
		m = localMap{geodesic.NewEqualArea(at[0], at[1])}
		flat = p.through(func(points []orb.Point, _ bool) []orb.Point {
			mapped := make([]orb.Point, len(points))
			for i, q := range points {
				mapped[i] = m.forward(q)
			}
			return mapped
		})
		c := flat.centroid()
		at = m.inverse(c)
		if (Plane{}).Distance(c, orb.Point{}) < 1e-3 {
			break
		}
	}
	return m, flat
}

// middleOfVertices is below the mean of the vertices in space.
func middleOfVertices(p *parts) orb.Point {
	var sum sphere.Vec
	var first orb.Point
	n := 0
	p.each(func(points []orb.Point, _ bool) {
		for _, q := range points {
			if n == 0 {
				first = q
			}
			n++
			v := sphere.At(math.Remainder(q[0], 360), q[1])
			sum.X += v.X
			sum.Y += v.Y
			sum.Z += v.Z
		}
	})
	across := math.Sqrt(float64(sum.X*sum.X) + float64(sum.Y*sum.Y))
	if across+math.Abs(sum.Z) <= 1e-9*float64(n) {
		return first // all around the earth
	}
	return orb.Point{angle(sum.Y, sum.X), angle(sum.Z, across)}
}

// finest is the length of pieces, in degrees, into which edges are cut, and
// mostPieces how many of them an edge is worth.
const (
	finest     = 0.25
	mostPieces = 720
)

// finer cuts edges evenly in the coordinates.
func finer(points []orb.Point, closed bool) []orb.Point {
	var out []orb.Point
	for i, b := range points {
		a := points[max(i-1, 0)]
		if i == 0 && closed {
			a = points[len(points)-1]
		}
		size := math.Max(math.Abs(b[0]-a[0]), math.Abs(b[1]-a[1]))
		if size > finest {
			n := math.Ceil(math.Min(size/finest, mostPieces))
			for k := 1.0; k < n; k++ {
				out = append(out, orb.Point{
					a[0] + float64((b[0]-a[0])*(k/n)),
					a[1] + float64((b[1]-a[1])*(k/n)),
				})
			}
		}
		out = append(out, b)
	}
	return out
}

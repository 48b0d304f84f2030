package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/detmath"
)

// Centroid is the centre of mass of a geometry: of its surfaces, holes left out;
// where it has none, of its lines by length; where these have none, of its
// points. It need not lie inside; for a place to write a name see [LabelPoint].
//
// With [Plane] it is that of the coordinates. With any other metric (nil:
// [Geodesic]) coordinates are longitude and latitude, and the centroid is the
// point about which a Lambert azimuthal equal-area map of the geometry has its centre
// of mass: of the surface as it lies on the ellipsoid. Under Geodesic edges are
// straight on that map, under [StraightEdge] in the coordinates. Shapes may cross
// the antimeridian or hold a pole; for those larger than a hemisphere it is
// no more than some point.
//
// Positions that are not finite or, unless on a Plane, beyond a pole are left out.
// The centroid of nothing is NaN, NaN.
func Centroid(g orb.Geometry, metric Metric) orb.Point {
	p := partsOf(g, metric)
	if len(p.points)+len(p.lines)+len(p.polygons) == 0 {
		return orb.Point{math.NaN(), math.NaN()}
	}
	if !degrees(metric) {
		return p.centroid()
	}
	m, flat := flatten(p, metric)
	return m.inverse(flat.centroid())
}

// angle is that of a vector, in degrees.
func angle(y, x float64) float64 {
	return float64(detmath.Atan2(y, x) * (180 / math.Pi))
}

// moment is a sum of masses and of masses times places, relative to origin.
type moment struct {
	origin     orb.Point
	mass, x, y float64
}

func (m *moment) add(mass, x, y float64) {
	m.mass += float64(mass)
	m.x += float64(mass * x)
	m.y += float64(mass * y)
}

func (m *moment) center() orb.Point {
	return orb.Point{m.origin[0] + m.x/m.mass, m.origin[1] + m.y/m.mass}
}

// centroid is the planar one.
func (p *parts) centroid() orb.Point {
	first := p.first()
	surface := moment{origin: first}
	for _, polygon := range p.polygons {
		for i, ring := range polygon {
			surface.addRing(ring, i > 0)
		}
	}
	// Rings whose parts cancel, as those of a bow tie, leave a centre of nothing.
	if c := surface.center(); surface.mass > 0 && p.around(c) {
		return c
	}
	length, points := moment{origin: first}, moment{origin: first}
	p.each(func(part []orb.Point, closed bool) {
		before := length.mass
		for i, b := range part {
			a := part[max(i-1, 0)]
			if i == 0 && closed {
				a = part[len(part)-1]
			}
			length.add(Plane{}.Distance(a, b), middle(a[0]-first[0], b[0]-first[0]), middle(a[1]-first[1], b[1]-first[1]))
		}
		if length.mass == before {
			points.add(1, part[0][0]-first[0], part[0][1]-first[1])
		}
	})
	if c := length.center(); length.mass > 0 && p.around(c) {
		return c
	}
	if c := points.center(); points.mass > 0 && p.around(c) {
		return c
	}
	return first // of numbers so large that their products are none
}

// around reports whether a point is in the box around all positions, or within
// rounding of it.
func (p *parts) around(at orb.Point) bool {
	low, high := p.box()
	for k := range at {
		slack := float64(1e-9*(high[k]-low[k])) + float64(1e-15*math.Max(math.Abs(low[k]), math.Abs(high[k])))
		if !(at[k] >= low[k]-slack && at[k] <= high[k]+slack) {
			return false
		}
	}
	return true
}

// first is a position of the highest dimension, near to which what counts has
// most digits.
func (p *parts) first() orb.Point {
	switch {
	case len(p.polygons) > 0:
		return p.polygons[0][0][0]
	case len(p.lines) > 0:
		return p.lines[0][0]
	case len(p.points) > 0:
		return p.points[0]
	}
	return orb.Point{}
}

// middle is the mean of two numbers, which does not overflow.
func middle(a, b float64) float64 { return float64(a/2) + float64(b/2) }

// addRing adds the surface within a ring, or takes that of a hole away,
// whichever way it winds.
func (m *moment) addRing(ring orb.Ring, hole bool) {
	if len(ring) < 3 {
		return
	}
	// From a corner of its own, which keeps the digits of a small ring that
	// lies far from the others.
	own := moment{origin: ring[0]}
	triangles(ring, own.origin, func(twice, ax, ay, bx, by float64) {
		own.add(twice/2, (ax+bx)/3, (ay+by)/3)
	})
	if own.mass == 0 {
		return
	}
	x, y := own.x/own.mass, own.y/own.mass
	mass := math.Abs(own.mass)
	if hole {
		mass = -mass
	}
	m.add(mass, x+(own.origin[0]-m.origin[0]), y+(own.origin[1]-m.origin[1]))
}

// triangles visits the triangles between an origin and the edges of a ring: twice the
// signed surface, and the other two corners relative to the origin.
func triangles(ring orb.Ring, origin orb.Point, visit func(twice, ax, ay, bx, by float64)) {
	if len(ring) < 3 {
		return
	}
	a := ring[len(ring)-1]
	ax, ay := a[0]-origin[0], a[1]-origin[1]
	for _, b := range ring {
		bx, by := b[0]-origin[0], b[1]-origin[1]
		visit(float64(ax*by)-float64(ay*bx), ax, ay, bx, by)
		ax, ay = bx, by
	}
}

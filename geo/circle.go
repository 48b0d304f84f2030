package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/splitmix"
)

// EnclosingCircle is the smallest circle around all positions of a geometry, in
// the plane of the coordinates. Every position is within radius of center as
// [Plane] measures it. The circle of nothing is centred at NaN, NaN and has radius 0; positions
// that are not finite are left out.
//
// Expected time O(n log n): the corners of the convex hull are taken in an order
// that does not depend on the input's luck, and moved to the front where they
// are found outside (E. Welzl, "Smallest enclosing disks", 1991).
func EnclosingCircle(g orb.Geometry) (center orb.Point, radius float64) {
	p := partsOf(g, Plane{})
	return circleAround(hull(p.all()))
}

// circleAround is the smallest circle around a convex ring.
func circleAround(ring orb.Ring) (center orb.Point, radius float64) {
	corners := slices.Clone(ring)
	if len(corners) == 0 {
		return orb.Point{math.NaN(), math.NaN()}, 0
	}
	if len(corners) > 1 {
		corners = corners[:len(corners)-1]
	}
	for i, random := len(corners)-1, splitmix.Source(0); i > 0; i-- {
		k := random.Below(i + 1)
		corners[i], corners[k] = corners[k], corners[i]
	}
	c := circle{center: corners[0]}
	for i := 1; i < len(corners); i++ {
		if c.holds(corners[i]) {
			continue
		}
		c = through(corners[:i], corners[i])
		p := corners[i]
		copy(corners[1:i+1], corners[:i])
		corners[0] = p
	}
	// What rounding left outside.
	for _, p := range corners {
		c.radius = math.Max(c.radius, Plane{}.Distance(c.center, p))
	}
	return c.center, c.radius
}

type circle struct {
	center orb.Point
	radius float64
}

func (c circle) holds(p orb.Point) bool {
	return Plane{}.Distance(c.center, p) <= float64(c.radius*(1+1e-13))
}

// through is the smallest circle around points with p on its rim.
func through(points []orb.Point, p orb.Point) circle {
	c := circle{center: p}
	for i, q := range points {
		if c.holds(q) {
			continue
		}
		c = across(p, q)
		for _, r := range points[:i] {
			if !c.holds(r) {
				c = around(p, q, r)
			}
		}
	}
	return c
}

// across is the circle on a diameter.
func across(p, q orb.Point) circle {
	center := orb.Point{p[0] + float64((q[0]-p[0])/2), p[1] + float64((q[1]-p[1])/2)}
	return circle{center, math.Max(Plane{}.Distance(center, p), Plane{}.Distance(center, q))}
}

// around is the circle through three points.
func around(p, q, r orb.Point) circle {
	bx, by := q[0]-p[0], q[1]-p[1]
	cx, cy := r[0]-p[0], r[1]-p[1]
	b2 := float64(bx*bx) + float64(by*by)
	c2 := float64(cx*cx) + float64(cy*cy)
	d := float64(2 * (float64(bx*cy) - float64(by*cx)))
	ux := (float64(cy*b2) - float64(by*c2)) / d
	uy := (float64(bx*c2) - float64(cx*b2)) / d
	if d == 0 || !finite(ux) || !finite(uy) {
		// As good as on a line: the circle on the longest side.
		widest := across(p, q)
		for _, c := range []circle{across(p, r), across(q, r)} {
			if c.radius > widest.radius {
				widest = c
			}
		}
		return widest
	}
	center := orb.Point{p[0] + ux, p[1] + uy}
	return circle{center, math.Max(Plane{}.Distance(center, p), math.Max(Plane{}.Distance(center, q), Plane{}.Distance(center, r)))}
}

package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/detmath"
)

// area is the surface between the path and the equator, positive where the path
// runs east over the northern hemisphere.
func (p *path) area() float64 {
	one, two := &p.one, &p.two
	sin0 := float64(p.azi1.sin * one.cos)
	cos0 := hypot(p.azi1.cos, p.azi1.sin*one.sin)
	sum := 0.0
	if sin0 != 0 && cos0 != 0 {
		from := foot(one.sin, p.azi1.cos*one.cos)
		to := foot(two.sin, p.azi2.cos*two.cos)
		c := areaSeries(expansion(cos0))
		scale := float64(a * a * e2 * float64(sin0*cos0))
		sum = float64(scale * (cosines(&c, to.sin, to.cos) - cosines(&c, from.sin, from.cos)))
	}
	return float64(float64(p.swap*float64(p.east*p.north)) * (sum + float64(c2*p.excess())))
}

// excess is α₂-α₁, the spherical excess of the figure under the path on the
// auxiliary sphere.
func (p *path) excess() float64 {
	one, two := &p.one, &p.two
	if !p.meridian && p.cosOmega > -0.7071 && two.sin-one.sin < 1.75 {
		// tan(excess/2) = tan(ω/2)·(tan(β₁/2)+tan(β₂/2))/(1+tan(β₁/2)·tan(β₂/2)),
		// which keeps the digits of short paths.
		d1, d2 := 1+one.cos, 1+two.cos
		rise := float64(one.sin*d2) + float64(two.sin*d1)
		run := float64(one.sin*two.sin) + float64(d1*d2)
		return 2 * detmath.Atan2(float64(p.sinOmega*rise), float64((1+p.cosOmega)*run))
	}
	sin := float64(p.azi2.sin*p.azi1.cos) - float64(p.azi2.cos*p.azi1.sin)
	cos := float64(p.azi2.cos*p.azi1.cos) + float64(p.azi2.sin*p.azi1.sin)
	if sin == 0 && cos < 0 {
		// From pole to pole: the sign of the first azimuth decides.
		sin = tiny * p.azi1.cos
		cos = -1
	}
	return detmath.Atan2(sin, cos)
}

// Area is the surface within a ring whose edges are geodesics: of the two parts
// into which the ring divides the earth, the smaller one. at gives the
// positions, 0 ≤ i < n; the last is joined to the first. The ring may go round a
// pole, and any number of times.
func Area(n int, at func(i int) (lon, lat float64)) float64 {
	if n < 3 {
		return 0
	}
	// A sum of large parts that nearly cancel: kept in twice the digits.
	var sum, rest float64
	crossings := 0
	lon1, lat1 := at(n - 1)
	if !valid(lon1, lat1) {
		return math.NaN()
	}
	for i := range n {
		lon2, lat2 := at(i)
		if !valid(lon2, lat2) {
			return math.NaN()
		}
		if lon1 != lon2 || lat1 != lat2 {
			p := connect(lon1, lat1, lon2, lat2)
			part := p.area()
			s := sum + part
			back := s - sum
			rest += (sum - (s - back)) + (part - back)
			sum = s
			crossings += crossing(lon1, lon2)
		}
		lon1, lat1 = lon2, lat2
	}
	// Round a pole the edges leave the other half of the strip to the equator.
	total := sum + rest
	if crossings&1 != 0 {
		total = float64(Surface/2) - math.Abs(total)
	}
	return math.Abs(math.Remainder(total, Surface))
}

// crossing is 1 where the way from one longitude to another crosses the
// meridian 0 to the east, -1 to the west, else 0.
func crossing(from, to float64) int {
	d, rest := turn(from, to)
	if d == 0 {
		d = rest
	}
	from, to = wrap(from), wrap(to)
	switch {
	case d > 0 && from < 0 && to >= 0:
		return 1
	case d < 0 && from >= 0 && to < 0:
		return -1
	}
	return 0
}

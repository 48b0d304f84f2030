package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/sphere"
)

// Distance is the length of the shortest path between two points.
func Distance(lon1, lat1, lon2, lat2 float64) float64 {
	if !valid(lon1, lat1) || !valid(lon2, lat2) {
		return math.NaN()
	}
	return connect(lon1, lat1, lon2, lat2).length
}

// Inverse is the length of the shortest path from one point to another and its
// azimuths at both, clockwise from north in -180..180. Where several paths are
// the shortest, as between antipodes, it takes one of them.
func Inverse(lon1, lat1, lon2, lat2 float64) (length, azimuth1, azimuth2 float64) {
	if !valid(lon1, lat1) || !valid(lon2, lat2) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	p := connect(lon1, lat1, lon2, lat2)
	east := float64(p.swap * p.east)
	north := float64(p.swap * p.north)
	first, second := p.azi1, p.azi2
	if p.swap < 0 {
		first, second = second, first
	}
	return p.length, first.degrees(east, north), second.degrees(east, north)
}

// direction is an azimuth or another angle by its sine and cosine.
type direction struct{ sin, cos float64 }

func (u direction) plus(v direction) direction {
	return direction{
		float64(u.sin*v.cos) + float64(u.cos*v.sin),
		float64(u.cos*v.cos) - float64(u.sin*v.sin),
	}
}

// turned is an angle in radians.
func turned(angle float64) direction {
	sin, cos := sinCos(angle)
	return direction{sin, cos}
}

func (d direction) degrees(east, north float64) float64 {
	// 0 is added for want of negative zeros.
	return float64(detmath.Atan2(float64(east*d.sin)+0, float64(north*d.cos)+0) * (180 / math.Pi))
}

// path is the shortest path between two points, brought to the position
// φ₁ ≤ 0, φ₁ ≤ φ₂ ≤ -φ₁, 0 ≤ λ₁₂ ≤ 180 by exchanging and mirroring them.
type path struct {
	one, two   reduced
	azi1, azi2 direction
	// The longitude between the points on the auxiliary sphere, unless the
	// path is on a meridian.
	sinOmega, cosOmega float64
	meridian           bool
	length             float64
	// -1 for points that were exchanged, mirrored east to west or north to south.
	swap, east, north float64
}

func connect(lon1, lat1, lon2, lat2 float64) path {
	p := path{swap: 1, east: 1, north: 1}
	lat1, lat2 = flat(lat1), flat(lat2)
	lambda, rest := turn(lon1, lon2)
	if lambda < 0 || lambda == 0 && rest < 0 {
		p.east, lambda, rest = -1, -lambda, -rest
	}
	if math.Abs(lat1) < math.Abs(lat2) {
		p.swap, p.east = -1, -p.east
		lat1, lat2 = lat2, lat1
	}
	if lat1 > 0 {
		p.north, lat1, lat2 = -1, -lat1, -lat2
	}
	p.one, p.two = reduce(lat1), reduce(lat2)
	if p.one.cos < -p.one.sin {
		if p.one.cos == p.two.cos {
			p.two.sin = math.Copysign(p.one.sin, p.two.sin)
		}
	} else if math.Abs(p.two.sin) == -p.one.sin {
		p.two.cos = p.one.cos
	}

	// Beyond 90° the supplement keeps its digits: near 180° it is what counts.
	supplement := (180 - lambda) - rest
	var l longitude
	if lambda > 90 {
		l.sin, l.cos = sphere.SinCos(supplement)
		l.cos = -l.cos
		l.short = float64(-supplement * (math.Pi / 180))
		l.angle = math.Pi + l.short
	} else {
		l.sin, l.cos = sphere.SinCos(lambda + rest)
		l.angle = float64((lambda + rest) * (math.Pi / 180))
		l.short = l.angle - math.Pi
	}

	switch {
	case lat1 == -90 || l.sin == 0:
		p.alongMeridian(l)
	case p.one.sin == 0 && supplement >= f*180:
		// Both on the equator, and not so far apart that the way over
		// higher latitudes is shorter.
		p.azi1, p.azi2 = direction{1, 0}, direction{1, 0}
		p.length = float64(a * l.angle)
		p.sinOmega, p.cosOmega = sinCos(l.angle / f1)
	default:
		p.solve(l)
	}
	return p
}

// longitude is the difference of longitude of two points, 0..π.
type longitude struct {
	sin, cos float64
	angle    float64
	short    float64 // angle - π, with all digits where the points are nearly opposite
}

// alongMeridian is the path straight north, or over the south pole. On an oblate
// ellipsoid no other is shorter.
func (p *path) alongMeridian(l longitude) {
	p.meridian = true
	p.azi1 = direction{l.sin, l.cos}
	p.azi2 = direction{0, 1}
	from := foot(p.one.sin, p.azi1.cos*p.one.cos)
	to := foot(p.two.sin, p.azi2.cos*p.two.cos)
	sigma := between(from, to)
	if sigma < 3*tiny {
		return // the same point
	}
	scale, c := lengthSeries(expansion(1))
	p.length = float64(b * float64(scale*(sigma+(sines(&c, to.sin, to.cos)-sines(&c, from.sin, from.cos)))))
}

// foot is a place on a geodesic: the arc σ on the auxiliary sphere from where it
// crosses the equator northwards, by its sine and cosine.
func foot(sin, cos float64) direction {
	sin, cos = unit(sin, cos)
	return direction{sin, cos}
}

// between is the angle from one direction to another that is not before it, in 0..π.
func between(from, to direction) float64 {
	sin := float64(from.cos*to.sin) - float64(from.sin*to.cos)
	cos := float64(from.cos*to.cos) + float64(from.sin*to.sin)
	return detmath.Atan2(max(0, sin), cos)
}

// trial is the geodesic that leaves the first point at some azimuth, followed to
// the latitude of the second.
type trial struct {
	azi2      direction
	from, to  direction // arcs σ
	sigma     float64   // between them
	eps       float64
	lag       float64 // by how much the longitude is less than that on the sphere
	miss      float64 // the longitude reached less the one wanted
	missSlope float64 // its derivative by the azimuth
}

// try follows the geodesic of azimuth azi1, sin azi1 > 0.
func (p *path) try(azi1 direction, l longitude, slope bool) (t trial) {
	one, two := &p.one, &p.two
	if one.sin == 0 && azi1.cos == 0 {
		azi1.cos = -tiny // the equator is left southwards
	}
	sin0 := float64(azi1.sin * one.cos)
	cos0 := hypot(azi1.cos, azi1.sin*one.sin)
	down1 := float64(azi1.cos * one.cos)
	t.azi2.sin = azi1.sin
	if two.cos != one.cos {
		t.azi2.sin = sin0 / two.cos
	}
	t.azi2.cos = math.Abs(azi1.cos)
	if two.cos != one.cos || math.Abs(two.sin) != -one.sin {
		// cos²α₂cos²β₂ = cos²α₁cos²β₁ + (cos²β₂ - cos²β₁), whose last
		// difference is taken where it keeps its digits.
		var more float64
		if one.cos < -one.sin {
			more = float64((two.cos - one.cos) * (one.cos + two.cos))
		} else {
			more = float64((one.sin - two.sin) * (one.sin + two.sin))
		}
		t.azi2.cos = math.Sqrt(float64(down1*down1)+more) / two.cos
	}
	down2 := float64(t.azi2.cos * two.cos)
	t.from, t.to = foot(one.sin, down1), foot(two.sin, down2)
	t.sigma = between(t.from, t.to)

	// ω = ph(cos σ + i sin α₀ sin σ), up to a common factor of each end.
	east1, east2 := float64(sin0*one.sin), float64(sin0*two.sin)
	omega1, omega2 := foot(east1, down1), foot(east2, down2)
	sinOmega := max(0, float64(omega1.cos*omega2.sin)-float64(omega1.sin*omega2.cos))
	cosOmega := float64(omega1.cos*omega2.cos) + float64(omega1.sin*omega2.sin)
	ahead := detmath.Atan2(float64(sinOmega*l.cos)-float64(cosOmega*l.sin), float64(cosOmega*l.cos)+float64(sinOmega*l.sin))

	t.eps = expansion(cos0)
	c := longitudeSeries(t.eps)
	integral := float64(longitudeScale(t.eps) * (t.sigma + (sines(&c, t.to.sin, t.to.cos) - sines(&c, t.from.sin, t.from.cos))))
	t.lag = float64(f * float64(sin0*integral))
	t.miss = ahead - t.lag
	if slope {
		if t.azi2.cos == 0 {
			t.missSlope = -2 * f1 * one.d / one.sin
		} else {
			t.missSlope = float64(t.width(one.d, two.d)*f1) / down2
		}
	}
	return t
}

// width is the reduced length m₁₂/b: how far neighbouring geodesics from the
// first point are apart at the second, by the angle between them.
func (t *trial) width(d1, d2 float64) float64 {
	s1, c1 := lengthSeries(t.eps)
	s2, c2 := widthSeries(t.eps)
	for l := range c1 {
		c1[l] = float64(s1*c1[l]) - float64(s2*c2[l])
	}
	j := float64((s1-s2)*t.sigma) + (sines(&c1, t.to.sin, t.to.cos) - sines(&c1, t.from.sin, t.from.cos))
	return float64(d2*float64(t.from.cos*t.to.sin)) - float64(d1*float64(t.from.sin*t.to.cos)) - float64(float64(t.from.cos*t.to.cos)*j)
}

// solve finds the azimuth of a path that is on no meridian.
//
// The longitude reached grows with the azimuth through 0..π, so that there is one
// root. Newton's method starts near it and is held inside a bracket, which is
// halved where a step leaves it or where twenty steps were not enough.
func (p *path) solve(l longitude) {
	azi1, short, ok := p.start(l)
	if ok {
		p.azi1, p.azi2 = azi1, short.azi2
		p.length = float64(float64(b*short.stretch) * short.sigma)
		p.sinOmega, p.cosOmega = short.sinOmega, short.cosOmega
		return
	}
	const steps, halvings = 20, 80
	low, high := direction{tiny, 1}, direction{tiny, -1}
	var t trial
	near, closed := false, false
	for step := range steps + halvings {
		t = p.try(azi1, l, step < steps)
		size := 1.0
		if near {
			size = 8
		}
		// The negation lets a NaN out.
		if closed || !(math.Abs(t.miss) >= size*epsilon) {
			break
		}
		if t.miss > 0 && (step > steps || azi1.cos/azi1.sin > high.cos/high.sin) {
			high = azi1
		} else if t.miss < 0 && (step > steps || azi1.cos/azi1.sin < low.cos/low.sin) {
			low = azi1
		}
		if step < steps && t.missSlope > 0 {
			move := -t.miss / t.missSlope
			if math.Abs(move) < math.Pi {
				sin, cos := sinCos(move)
				if turned := float64(azi1.sin*cos) + float64(azi1.cos*sin); turned > 0 {
					azi1 = foot(turned, float64(azi1.cos*cos)-float64(azi1.sin*sin))
					near = math.Abs(t.miss) <= 16*epsilon
					continue
				}
			}
		}
		azi1 = foot((low.sin+high.sin)/2, (low.cos+high.cos)/2)
		near = false
		closed = math.Abs(low.sin-azi1.sin)+(low.cos-azi1.cos) < epsilon*rootEpsilon ||
			math.Abs(azi1.sin-high.sin)+(azi1.cos-high.cos) < epsilon*rootEpsilon
	}
	p.azi1, p.azi2 = azi1, t.azi2
	// ω₁₂ = λ₁₂ + lag, which keeps the digits of short paths.
	lag := turned(t.lag)
	p.sinOmega = float64(l.sin*lag.cos) + float64(l.cos*lag.sin)
	p.cosOmega = float64(l.cos*lag.cos) - float64(l.sin*lag.sin)
	scale, c := lengthSeries(t.eps)
	p.length = float64(b * float64(scale*(t.sigma+(sines(&c, t.to.sin, t.to.cos)-sines(&c, t.from.sin, t.from.cos)))))
}

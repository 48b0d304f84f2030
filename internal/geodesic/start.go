package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/detmath"
)

// shortPath is a path of a few decimetres, for which the sphere of the right
// radius is exact.
type shortPath struct {
	azi2               direction
	sigma, stretch     float64 // arc, and radius in units of b
	sinOmega, cosOmega float64
}

// start guesses the azimuth at the first point: from the sphere, of the local
// radius for points that are near each other, or from the astroid for points that
// are nearly opposite. ok reports that the path is so short that nothing is left
// to solve.
func (p *path) start(l longitude) (azi1 direction, short shortPath, ok bool) {
	one, two := &p.one, &p.two
	sinGap := float64(two.sin*one.cos) - float64(two.cos*one.sin) // sin(β₂-β₁)
	cosGap := float64(two.cos*one.cos) + float64(two.sin*one.sin)
	sinSum := float64(two.sin*one.cos) + float64(two.cos*one.sin)
	sinOmega, cosOmega := l.sin, l.cos
	near := cosGap >= 0 && sinGap < 0.5 && float64(two.cos*l.angle) < 0.5
	if near {
		// tan²βₘ of the middle, without dividing.
		middle := float64((one.sin + two.sin) * (one.sin + two.sin))
		middle /= middle + float64((one.cos+two.cos)*(one.cos+two.cos))
		short.stretch = math.Sqrt(1 + float64(ep2*middle))
		sinOmega, cosOmega = sinCos(l.angle / (f1 * short.stretch))
	}
	azi1.sin = float64(two.cos * sinOmega)
	// cos β₁ sin β₂ - sin β₁ cos β₂ cos ω, about whichever end keeps digits.
	slack := float64(float64(two.cos*one.sin) * float64(sinOmega*sinOmega))
	if cosOmega >= 0 {
		azi1.cos = sinGap + slack/(1+cosOmega)
	} else {
		azi1.cos = sinSum - slack/(1-cosOmega)
	}
	sinSigma := hypot(azi1.sin, azi1.cos)
	cosSigma := float64(one.sin*two.sin) + float64(float64(one.cos*two.cos)*cosOmega)

	switch {
	case near && sinSigma < 3.6e-8:
		fall := 1 - cosOmega
		if cosOmega >= 0 {
			fall = float64(sinOmega*sinOmega) / (1 + cosOmega)
		}
		short.azi2 = foot(float64(one.cos*sinOmega), sinGap-float64(float64(one.cos*two.sin)*fall))
		short.sigma = detmath.Atan2(sinSigma, cosSigma)
		short.sinOmega, short.cosOmega = sinOmega, cosOmega
		ok = true
	case cosSigma >= 0 || sinSigma >= 6*n*math.Pi*one.cos*one.cos:
	default:
		azi1 = p.startOpposite(l, sinSum)
	}
	if !(azi1.sin > 0) {
		return direction{1, 0}, short, ok
	}
	return foot(azi1.sin, azi1.cos), short, ok
}

// startOpposite guesses the azimuth towards a point near the antipode. There the
// geodesics envelop an astroid; in coordinates x, y scaled to it the direction
// follows from a quartic.
func (p *path) startOpposite(l longitude, sinSum float64) direction {
	one, two := &p.one, &p.two
	k2 := float64(ep2 * float64(one.sin*one.sin))
	eps := k2 / (2*(1+math.Sqrt(1+k2)) + k2)
	wide := float64(float64(f*one.cos) * float64(longitudeScale(eps)*math.Pi))
	x := l.short / wide
	y := sinSum / float64(wide*one.cos)
	if y > -200*epsilon && x > -1-1000*rootEpsilon {
		// On the cut: the edge of the astroid.
		sin := min(1, -x)
		return direction{sin, -math.Sqrt(max(0, 1-float64(sin*sin)))}
	}
	k := astroid(x, y)
	beyond := float64(wide * (-x * k / (1 + k)))
	sin, cos := sinCos(beyond)
	cos = -cos
	slack := float64(float64(two.cos*one.sin) * float64(sin*sin))
	return direction{float64(two.cos * sin), sinSum - slack/(1-cos)}
}

// astroid is the positive root of k⁴ + 2k³ - (x²+y²-1)k² - 2y²k - y² = 0.
func astroid(x, y float64) float64 {
	p, q := float64(x*x), float64(y*y)
	r := (p + q - 1) / 6
	if q == 0 && r <= 0 {
		return 0
	}
	s := float64(float64(p*q) / 4)
	r2 := float64(r * r)
	r3 := float64(r * r2)
	disc := float64(s * (s + float64(2*r3)))
	u := r
	if disc >= 0 {
		t3 := s + r3
		// The sign that does not cancel.
		t3 += math.Copysign(math.Sqrt(disc), t3)
		t := detmath.Cbrt(t3)
		if t != 0 {
			u += t + r2/t
		}
	} else {
		angle := detmath.Atan2(math.Sqrt(-disc), -(s + r3))
		_, cos := sinCos(angle / 3)
		u += float64(float64(2*r) * cos)
	}
	v := math.Sqrt(float64(u*u) + q)
	uv := u + v
	if u < 0 {
		uv = q / (v - u)
	}
	w := (uv - q) / (2 * v)
	return uv / (math.Sqrt(uv+float64(w*w)) + w)
}

package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/sphere"
)

// EqualArea is Lambert's azimuthal equal-area projection of the ellipsoid about
// a point: surfaces are true everywhere; lengths are true at the centre, and at a
// distance s from it wrong by a factor of at most 1 + s²/(8R²).
//
// The ellipsoid is laid on the sphere of equal surface, along authalic latitudes
// ξ with sin ξ = q(φ)/q(90°), and this projected; of the scales that are
// left over, x is stretched and y shrunk by D, so that the map is true at its centre.
type EqualArea struct {
	center, east, north [3]float64 // unit vectors
	stretch             float64    // D
}

// NewEqualArea is the projection about a point. A point that is none gives a
// projection to NaN.
func NewEqualArea(lon, lat float64) EqualArea {
	if !valid(lon, lat) {
		lat = math.NaN()
	}
	lon = wrap(lon)
	sin, cos := sphere.SinCos(lon)
	sinXi, cosXi := authalic(lat)
	p := EqualArea{
		center:  [3]float64{float64(cosXi * cos), float64(cosXi * sin), sinXi},
		east:    [3]float64{-sin, cos, 0},
		north:   [3]float64{-float64(sinXi * cos), -float64(sinXi * sin), cosXi},
		stretch: 1,
	}
	if cosXi > 1e-9 {
		// The ratio of a parallel on the ellipsoid to that on the sphere.
		sinLat, cosLat := sphere.SinCos(lat)
		p.stretch = float64(a*cosLat) / float64(float64(math.Sqrt(c2)*cosXi)*math.Sqrt(1-float64(e2*float64(sinLat*sinLat))))
	}
	return p
}

// Forward is the place of a point on the map, x to the east and y to the north
// of the centre in metres.
func (p *EqualArea) Forward(lon, lat float64) (x, y float64) {
	if !valid(lon, lat) {
		return math.NaN(), math.NaN()
	}
	sin, cos := sphere.SinCos(wrap(lon))
	sinXi, cosXi := authalic(lat)
	v := [3]float64{float64(cosXi * cos), float64(cosXi * sin), sinXi}
	// 1 + v·c is half the square of |v + c|, which keeps its digits near the antipode.
	d := 0.0
	for i := range v {
		s := v[i] + p.center[i]
		d += float64(s * s)
	}
	if d < 1e-30 {
		d = 1e-30 // the antipode is a circle: some point of it
	}
	scale := 2 / math.Sqrt(d) * math.Sqrt(c2)
	return float64(float64(scale*p.stretch) * dot(v, p.east)), float64(float64(scale/p.stretch) * dot(v, p.north))
}

// Inverse is the point at a place of the map, its longitude in -180..180. Places
// outside of the map give the antipode of the centre.
func (p *EqualArea) Inverse(x, y float64) (lon, lat float64) {
	x /= float64(math.Sqrt(c2) * p.stretch)
	y /= math.Sqrt(c2) / p.stretch
	s := min(float64(x*x)+float64(y*y), 4)
	k := math.Sqrt(1 - float64(s/4))
	along, x, y := 1-float64(s/2), float64(x*k), float64(y*k)
	var v [3]float64
	for i := range v {
		v[i] = float64(along*p.center[i]) + float64(x*p.east[i]) + float64(y*p.north[i])
	}
	lon = float64(detmath.Atan2(v[1], v[0]) * (180 / math.Pi))
	return lon, geographic(v[2], hypot(v[0], v[1]))
}

func dot(u, v [3]float64) float64 {
	return float64(u[0]*v[0]) + float64(u[1]*v[1]) + float64(u[2]*v[2])
}

// authalic is the sine and cosine of ξ, by the series of ξ - φ in sin 2kφ.
func authalic(lat float64) (sinXi, cosXi float64) {
	const (
		n2 = n * n
		n3 = n2 * n
		n4 = n3 * n
	)
	series := [6]float64{
		-4*n/3 - 4*n2/45 + 88*n3/315 + 538*n4/4725,
		34*n2/45 + 8*n3/105 - 2482*n4/14175,
		-1532*n3/2835 - 898*n4/14175,
		6007 * n4 / 14175,
	}
	sin, cos := sphere.SinCos(lat)
	u := direction{sin, cos}.plus(turned(sines(&series, sin, cos)))
	return u.sin, u.cos
}

// geographic is the latitude φ in degrees, by the series of φ - ξ in sin 2kξ.
func geographic(sinXi, cosXi float64) float64 {
	const (
		n2 = n * n
		n3 = n2 * n
		n4 = n3 * n
	)
	series := [6]float64{
		4*n/3 + 4*n2/45 - 16*n3/35 - 2582*n4/14175,
		46*n2/45 + 152*n3/945 - 11966*n4/14175,
		3044*n3/2835 + 3802*n4/14175,
		6059 * n4 / 4725,
	}
	sin, cos := unit(sinXi, cosXi)
	u := direction{sin, cos}.plus(turned(sines(&series, sin, cos)))
	return max(-90, min(90, float64(detmath.Atan2(u.sin, u.cos)*(180/math.Pi))))
}

package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/sphere"
)

// Edges that are straight in longitude and latitude.

// StraightLength is the length of the edge on which longitude and latitude both
// change evenly,
//
//	∫₀¹ √(M(φ)²Δφ² + N(φ)²cos²φ·Δλ²) dt,
//
// M and N the radii of curvature along and across the meridian. Longitudes are
// taken literally: from 179 to -179 is nearly once round the earth.
//
// Along a parallel the integrand is constant. Else Gauss's rule of four or ten
// nodes is applied to pieces that are short against their distance to the branch
// points, which are where the root vanishes in the complex plane; the pieces
// shrink towards a pole. What the rule leaves is below 1e-14 of the length.
func StraightLength(lon1, lat1, lon2, lat2 float64) float64 {
	if !valid(lon1, lat1) || !valid(lon2, lat2) {
		return math.NaN()
	}
	e := edge{lat: lat1, dlat: lat2 - lat1, dlon: lon2 - lon1}
	if e.dlat == 0 {
		return e.speed(0)
	}
	// cos φ = ±iμ with μ = MΔφ/(NΔλ) at φ = ±π/2 ± i·arsinh μ, and M and N
	// have poles at ±π/2 ± 3.2i. μ/(1+0.4μ) is below arsinh μ and below 2.5.
	mu := min(0.99*math.Abs(e.dlat/e.dlon), 1e9)
	aside := mu / (1 + float64(0.4*mu))
	sum := 0.0
	for t, w := 0.0, 1.0; t < 1; t += w {
		// The largest piece 2^-k long that begins at a multiple of its length.
		for w = 1; math.Floor(t/w)*w != t; w /= 2 {
		}
		for ; w > 0x1p-40; w /= 2 {
			half := math.Abs(e.dlat) * (w / 2)
			middle := e.lat + float64(e.dlat*(t+float64(w/2)))
			far := hypot(90-math.Abs(middle), aside*(180/math.Pi))
			if far >= 40*half {
				sum += float64(w * e.gauss(gauss4[:], t, w))
				break
			}
			if far >= 3*half || w == 0x1p-39 {
				sum += float64(w * e.gauss(gauss10[:], t, w))
				break
			}
		}
	}
	return sum
}

// edge starts at a latitude and goes dlat north and dlon east.
type edge struct{ lat, dlat, dlon float64 }

// speed is the derivative of the length by t.
func (e edge) speed(t float64) float64 {
	sin, cos := sphere.SinCos(e.lat + float64(e.dlat*t))
	v := 1 / (1 - float64(e2*float64(sin*sin)))
	root := float64(a * (math.Pi / 180) * math.Sqrt(v))
	north := float64(float64((1-e2)*v) * e.dlat)
	east := float64(cos * e.dlon)
	return float64(root * hypot(north, east))
}

// gauss is the mean speed over t..t+w.
func (e edge) gauss(rule [][2]float64, t, w float64) float64 {
	sum := 0.0
	middle := t + float64(w/2)
	for _, node := range rule {
		x := float64(node[0] * (w / 2))
		sum += float64(node[1] * (e.speed(middle-x) + e.speed(middle+x)))
	}
	return sum / 2
}

// Positive nodes and weights of Gauss's quadrature on -1..1.
var (
	gauss4 = [...][2]float64{
		{0.86113631159405257254, 0.34785484513745384971},
		{0.33998104358485625731, 0.65214515486254609478},
	}
	gauss10 = [...][2]float64{
		{0.97390652851717174343, 0.06667134430868813799},
		{0.86506336668898453635, 0.14945134915058058689},
		{0.67940956829902443559, 0.21908636251598204159},
		{0.43339539412924721340, 0.26926671930999634963},
		{0.14887433898163121571, 0.29552422471475287002},
	}
)

// strip[i] are the coefficients of q(φ) = Σ strip[i]·sin((2i+1)φ), the surface
// between the equator and latitude φ on one radian of longitude, divided by
// a²(1-e²). It integrates dq/dφ = cos φ/(1-e² sin²φ)².
var strip = [...]float64{
	1 + q*(2+q*(6+q*(20+q*(70+q*(252+q*924))))),
	-q * (2.0/3 + q*(3+q*(12+q*(140.0/3+q*180)))),
	q * q * (3.0/5 + q*(4+q*(20+q*90))),
	-q * q * q * (4.0/7 + q*(5+q*30)),
	q * q * q * q * (5.0/9 + q*6),
	-q * q * q * q * q * 6.0 / 11,
}

const q = e2 / 4

// StraightArea is the surface within a ring of edges that are straight in
// longitude and latitude, longitudes taken literally; positive where it winds
// counter-clockwise. at gives the positions, 0 ≤ i < n; the last is joined to the
// first.
//
// On an edge sin((2i+1)φ) has the mean sin(pm)·sin(ph)/(ph), p = 2i+1, m the
// middle latitude and h half the difference, so that the area is a sum of closed
// terms, exact to rounding. The surface is counted from the latitude of
// the first position, not from the equator, which keeps the digits of small rings.
func StraightArea(n int, at func(i int) (lon, lat float64)) float64 {
	if n < 3 {
		return 0
	}
	_, base := at(0)
	sinBase, cosBase := sphere.SinCos(base)
	lon1, lat1 := at(n - 1)
	if !valid(lon1, lat1) {
		return math.NaN()
	}
	sum := 0.0
	for i := range n {
		lon2, lat2 := at(i)
		if !valid(lon2, lat2) {
			return math.NaN()
		}
		if lon1 != lon2 {
			sum += float64((lon1 - lon2) * meanStrip(lat1, lat2, base, sinBase, cosBase))
		}
		lon1, lat1 = lon2, lat2
	}
	return float64(a * a * (1 - e2) * (math.Pi / 180) * sum)
}

// meanStrip is the mean of q(φ) - q(base) over φ from lat1 to lat2.
func meanStrip(lat1, lat2, base, sinBase, cosBase float64) float64 {
	half := (lat2 - lat1) / 2
	rise := ((lat1 - base) + (lat2 - base)) / 4 // half way from the base to the middle
	sinRise, cosRise := sphere.SinCos(rise)
	r := direction{sinRise, cosRise}
	s := direction{sinBase, cosBase}.plus(r) // base + rise
	r2, s2 := r.plus(r), s.plus(s)
	x := float64(half * (math.Pi / 180))
	sum := 0.0
	for i, c := range strip {
		// sin(pm)·sinc(ph) - sin(p·base), as a difference of sines less what
		// the mean over the edge takes off.
		difference := float64(2 * float64(s.cos*r.sin))
		taken := float64(s.plus(r).sin * sincDeficit(float64(float64(2*i+1)*x)))
		sum += float64(c * (difference - taken))
		r, s = r.plus(r2), s.plus(s2)
	}
	return sum
}

// sincDeficit is 1 - sin(x)/x.
func sincDeficit(x float64) float64 {
	z := float64(x * x)
	if z > 0.25 {
		sin, _ := sinCos(x)
		return 1 - sin/x
	}
	p := 1 - float64(z*(1.0/156))
	p = 1 - float64(z*(1.0/110)*p)
	p = 1 - float64(z*(1.0/72)*p)
	p = 1 - float64(z*(1.0/42)*p)
	p = 1 - float64(z*(1.0/20)*p)
	return float64(z * (1.0 / 6) * p)
}

// Degree is the length of a degree at a latitude, to the east and to the north.
func Degree(lat float64) (east, north float64) {
	if !valid(0, lat) {
		return math.NaN(), math.NaN()
	}
	return edge{lat, 0, 1}.speed(0), edge{lat, 1, 0}.speed(0)
}

// Package geodesic computes lengths and areas on the WGS84 ellipsoid.
//
// The geodesics follow C. F. F. Karney, "Algorithms for geodesics", Journal of
// Geodesy 87 (2013) 43-55: the auxiliary sphere of Bessel, series to the sixth
// order, and Newton's method for the inverse problem. All arithmetic is exactly
// rounded and free of fused products, so that every platform finds the same bits.
//
// Angles are in degrees, lengths in metres, areas in square metres. A latitude
// outside -90..90, a NaN or an infinity gives NaN.
package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/sphere"
)

// The ellipsoid and what follows from its two numbers. Letters are Karney's.
const (
	a   = 6378137.0            // equatorial radius
	f   = 1 / 298.257223563    // flattening
	f1  = 1 - f                //
	b   = a * f1               // polar radius
	n   = f / (2 - f)          // third flattening
	e2  = f * (2 - f)          // eccentricity, squared
	ep2 = e2 / (1 - e2)        // second eccentricity, squared
	c2  = a*a/2 + b*b/2*artanh // authalic radius, squared

	// artanh is artanh(e)/e.
	artanh = 1 + e2*(1.0/3+e2*(1.0/5+e2*(1.0/7+e2*(1.0/9+e2*(1.0/11+e2*(1.0/13+e2/15))))))

	// Surface is that of the whole earth.
	Surface = 4 * math.Pi * c2
)

const (
	epsilon     = 0x1p-52
	rootEpsilon = 0x1p-26
	tiny        = 0x1p-500 // its square is still a number
)

// sinCos is the sine and cosine of an angle in radians of a few turns at most,
// to three units in the last place.
func sinCos(x float64) (sin, cos float64) { return sphere.SinCos(float64(x * (180 / math.Pi))) }

func hypot(x, y float64) float64 { return math.Sqrt(float64(x*x) + float64(y*y)) }

func unit(x, y float64) (ux, uy float64) {
	h := hypot(x, y)
	return x / h, y / h
}

// reduced is a latitude on the auxiliary sphere: the reduced latitude β with
// tan β = (1-f)·tan φ.
type reduced struct {
	sin, cos float64 // cos > 0, at the poles as well
	d        float64 // √(1 + e'² sin²β)
}

func reduce(lat float64) reduced {
	sin, cos := sphere.SinCos(lat)
	sin, cos = unit(float64(f1*sin), cos)
	// A geodesic through the pole keeps its azimuth there.
	cos = max(cos, tiny)
	return reduced{sin, cos, math.Sqrt(1 + float64(ep2*float64(sin*sin)))}
}

// flat snaps latitudes that are less than a picometre from the equator to it, so
// that squares and ratios of sines stay normal numbers.
func flat(lat float64) float64 {
	if math.Abs(lat) < 1e-18 {
		return 0
	}
	return lat
}

func valid(lon, lat float64) bool {
	return math.Abs(lat) <= 90 && !math.IsNaN(lon) && !math.IsInf(lon, 0)
}

// wrap brings a longitude to -180..180, exactly.
func wrap(lon float64) float64 {
	if math.Abs(lon) <= 180 {
		return lon
	}
	return math.Remainder(lon, 360)
}

// turn is the way round from one longitude to another, in -180..180: to the
// east where it is positive. It is d plus the small rest, without rounding.
func turn(from, to float64) (d, rest float64) {
	from, to = wrap(from), wrap(to)
	d = to - from
	// What the subtraction lost, after Møller and Knuth.
	back := d - to
	rest = (to - (d - back)) - (from + back)
	switch {
	case d > 180 || d == 180 && rest > 0:
		d -= 360 // exact
	case d < -180 || d == -180 && rest < 0:
		d += 360
	}
	return d, rest
}

// Space is a point of the surface in space, in metres from the centre of the earth.
func Space(lon, lat float64) (xyz [3]float64) {
	if !valid(lon, lat) {
		return [3]float64{math.NaN(), math.NaN(), math.NaN()}
	}
	sin, cos := sphere.SinCos(wrap(lon))
	beta := reduce(lat)
	across := float64(a * beta.cos)
	return [3]float64{float64(across * cos), float64(across * sin), float64(b * beta.sin)}
}

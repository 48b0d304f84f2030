package geodesic

import (
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/sphere"
)

// Direct follows the geodesic that leaves a point at an azimuth for a length,
// which may be negative, and gives the longitude in -180..180, the latitude and the
// azimuth where it ends.
func Direct(lon, lat, azimuth, length float64) (lon2, lat2, azimuth2 float64) {
	if !valid(lon, lat) || math.IsNaN(azimuth-azimuth) || math.IsNaN(length-length) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	one := reduce(flat(lat))
	var azi direction
	azi.sin, azi.cos = sphere.SinCos(wrap(azimuth))
	sin0 := float64(azi.sin * one.cos)
	cos0 := hypot(azi.cos, azi.sin*one.sin)
	east, north := one.sin, float64(azi.cos*one.cos)
	if east == 0 && azi.cos == 0 {
		north = 1 // along the equator, where arcs are counted from the start
	}
	from := foot(east, north)
	eps := expansion(cos0)
	scale, c1 := lengthSeries(eps)

	// τ = I₁/A₁ grows with the length; the reverted series gives σ.
	offset := sines(&c1, from.sin, from.cos)
	step := float64(length / float64(b*scale))
	tau := from.plus(turned(offset + step))
	c1r := arcSeries(eps)
	sigma := step + (offset + sines(&c1r, tau.sin, tau.cos))
	to := from.plus(turned(sigma))

	sinLat := float64(cos0 * to.sin)
	down := float64(cos0 * to.cos)
	cosLat := hypot(sin0, down)
	if cosLat == 0 {
		cosLat, down = tiny, tiny
	}
	lat2 = float64(detmath.Atan2(sinLat, float64(f1*cosLat)) * (180 / math.Pi))
	azimuth2 = float64(detmath.Atan2(sin0+0, down) * (180 / math.Pi))

	// The longitude on the auxiliary sphere; whole turns do not matter.
	w := math.Abs(sin0)
	across := float64(w * (float64(from.cos*to.sin) - float64(from.sin*to.cos)))
	along := float64(from.cos*to.cos) + float64(float64(w*w)*float64(from.sin*to.sin))
	omega := detmath.Atan2(across, along)
	if sin0 < 0 {
		omega = -omega
	}
	c3 := longitudeSeries(eps)
	integral := float64(longitudeScale(eps) * (sigma + (sines(&c3, to.sin, to.cos) - sines(&c3, from.sin, from.cos))))
	gone := omega - float64(f*float64(sin0*integral))
	lon2 = wrap(wrap(lon) + wrap(float64(gone*(180/math.Pi))))
	return lon2, lat2, azimuth2
}

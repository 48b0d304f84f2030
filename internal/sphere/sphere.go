// Package sphere computes distances on the sphere with the same bits on every
// platform.
//
// The functions of package math are assembly on some processors and fused
// multiply-adds on others, so that a distance may differ in its last bit and a
// plan with it. Here everything is made of +, -, ×, ÷, square root and floor,
// which IEEE 754 rounds correctly, and every product that may reach a sum, be
// it in a caller after inlining, is converted to float64, which the Go
// specification says prevents fusing.
package sphere

import "math"

// Radius is the mean radius R1 = (2a + b)/3 of the GRS80 ellipsoid in kilometres.
const Radius = 6371.0088

// Vec is a point of the unit sphere: x towards longitude 0, y towards
// longitude 90° east, z towards the north pole.
type Vec struct{ X, Y, Z float64 }

// At is the point at the given longitude and latitude in degrees.
//
// Longitudes 180 and -180 give the same coordinates, and so do all longitudes
// at a pole.
func At(lon, lat float64) Vec {
	sinLon, cosLon := SinCos(lon)
	sinLat, cosLat := SinCos(lat)
	return Vec{float64(cosLat * cosLon), float64(cosLat * sinLon), sinLat}
}

// Chord2 is the square of the straight distance between two points, in 0..4.
func Chord2(a, b Vec) float64 {
	x, y, z := a.X-b.X, a.Y-b.Y, a.Z-b.Z
	return float64(x*x) + float64(y*y) + float64(z*z)
}

// Distance is the great-circle distance in kilometres,
//
//	2·Radius·asin(chord/2).
//
// Its error is a few nanometres, rising towards the antipode: below a
// millimetre up to 20 000 km, ten centimetres at the antipode itself.
// Equal points are exactly 0 apart.
func Distance(a, b Vec) float64 { return Arc(Chord2(a, b)) }

// Arc is the great-circle distance in kilometres between points whose
// straight distance has the square chord2.
func Arc(chord2 float64) float64 {
	return float64(2 * Radius * asinSqrt(0.25*chord2))
}

// SinCos is the sine and cosine of an angle in degrees, to 2 units in the last
// place for |deg| up to 2^40. Multiples of 90 are exact.
func SinCos(deg float64) (sin, cos float64) {
	quarter := math.Floor(deg/90 + 0.5)
	// Exact: both terms are multiples of the last place of deg, and the
	// difference is at most 45.
	rest := deg - float64(90*quarter)
	x := float64(rest * (math.Pi / 180))
	s, c := sinKernel(x), cosKernel(x)
	switch quarter - float64(4*math.Floor(quarter/4)) {
	case 0:
		return s, c
	case 1:
		return c, -s
	case 2:
		return -s, -c
	default:
		return -c, s
	}
}

// sinKernel is the Taylor polynomial of sine. On |x| ≤ π/4 the first term left
// out is below 2^-63.
func sinKernel(x float64) float64 {
	const (
		s3  = -1.0 / 6
		s5  = +1.0 / 120
		s7  = -1.0 / 5040
		s9  = +1.0 / 362880
		s11 = -1.0 / 39916800
		s13 = +1.0 / 6227020800
		s15 = -1.0 / 1307674368000
		s17 = +1.0 / 355687428096000
	)
	z := float64(x * x)
	p := s15 + float64(z*s17)
	p = s13 + float64(z*p)
	p = s11 + float64(z*p)
	p = s9 + float64(z*p)
	p = s7 + float64(z*p)
	p = s5 + float64(z*p)
	p = s3 + float64(z*p)
	return x + float64(float64(x*z)*p)
}

// cosKernel is the Taylor polynomial of cosine. On |x| ≤ π/4 the first term
// left out is below 2^-58.
func cosKernel(x float64) float64 {
	const (
		c4  = +1.0 / 24
		c6  = -1.0 / 720
		c8  = +1.0 / 40320
		c10 = -1.0 / 3628800
		c12 = +1.0 / 479001600
		c14 = -1.0 / 87178291200
		c16 = +1.0 / 20922789888000
	)
	z := float64(x * x)
	p := c14 + float64(z*c16)
	p = c12 + float64(z*p)
	p = c10 + float64(z*p)
	p = c8 + float64(z*p)
	p = c6 + float64(z*p)
	p = c4 + float64(z*p)
	half := float64(0.5 * z)
	w := 1 - half
	// (1 - w) - half is what rounding took from w.
	return w + (((1 - w) - half) + float64(float64(z*z)*p))
}

// asinSqrt is asin(√z) for 0 ≤ z ≤ 1; larger z, which rounding can produce,
// counts as 1.
func asinSqrt(z float64) float64 {
	const (
		halfPi     = 0x1.921fb54442d18p+0
		halfPiRest = 0x1.1a62633145c07p-54 // π/2 - halfPi
	)
	if z <= 0.25 {
		h := math.Sqrt(z)
		return h + float64(float64(h*z)*asinKernel(z))
	}
	// asin(h) = π/2 - 2·asin(√((1-h)/2)), whose argument is at most 1/2.
	y := float64(0.5 * (1 - math.Sqrt(z)))
	if y < 0 {
		y = 0
	}
	h := math.Sqrt(y)
	return halfPi - (float64(2*(h+float64(float64(h*y)*asinKernel(y)))) - halfPiRest)
}

// asinKernel is (asin(√z)/√z - 1)/z on 0 ≤ z ≤ 1/4: the truncated Chebyshev
// series of degree 12, in powers of z. asin is then exact to 2^-57.
func asinKernel(z float64) float64 {
	const (
		a0  = +0x1.5555555555556p-3
		a1  = +0x1.3333333332e87p-4
		a2  = +0x1.6db6db6e3844bp-5
		a3  = +0x1.f1c71c19f8d29p-6
		a4  = +0x1.6e8bb25868b49p-6
		a5  = +0x1.1c4d28ea04196p-6
		a6  = +0x1.c9d07d4d03ddbp-7
		a7  = +0x1.78186416c6a4ep-7
		a8  = +0x1.529a9bba29802p-7
		a9  = +0x1.62c22a53244ebp-8
		a10 = +0x1.1f0750c0651fcp-6
		a11 = -0x1.ec92eb603f636p-7
		a12 = +0x1.d924a1e3b6e41p-6
	)
	// Two interleaved chains in z², to halve the wait for each product.
	zz := float64(z * z)
	even := a10 + float64(zz*a12)
	odd := a9 + float64(zz*a11)
	even = a8 + float64(zz*even)
	odd = a7 + float64(zz*odd)
	even = a6 + float64(zz*even)
	odd = a5 + float64(zz*odd)
	even = a4 + float64(zz*even)
	odd = a3 + float64(zz*odd)
	even = a2 + float64(zz*even)
	odd = a1 + float64(zz*odd)
	even = a0 + float64(zz*even)
	return even + float64(z*odd)
}

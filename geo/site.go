package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// mostSites is the number of points that a graph of points may have.
const mostSites = 1 << 28

// sites are points as the graphs of points see them: on a [Plane] as they are, by
// every other metric as longitudes and latitudes on the sphere, in space.
type sites struct {
	plane  []orb.Point  // nil on the sphere
	sphere []sphere.Vec // nil in the plane
}

// newSites checks the points and takes them as the metric says.
func newSites(points []orb.Point, metric Metric) (sites, error) {
	planar := !degrees(metric)
	var faults partition.Faults
	if len(points) > mostSites {
		faults.Add(partition.InputError{Field: "points", Index: -1, Value: len(points), Why: "are more than 2^28"}, nil)
	}
	for i, p := range points {
		why := ""
		switch {
		case !finite(p[0]) || !finite(p[1]):
			why = "is not finite"
		case !planar && math.Abs(p[1]) > 90:
			why = "has a latitude outside -90..90 (the longitude comes first)"
		case !planar && math.Abs(p[0]) > 360:
			why = "has a longitude outside -360..360"
		default:
			continue
		}
		faults.Add(partition.InputError{Field: "points", Index: i, Value: p, Why: why}, nil)
	}
	if err := faults.Err(); err != nil {
		return sites{}, err
	}
	if planar {
		return sites{plane: points}, nil
	}
	s := sites{sphere: make([]sphere.Vec, len(points))}
	for i, p := range points {
		s.sphere[i] = sphere.At(p[0], p[1])
	}
	return s, nil
}

// finite reports whether x is a number and not infinite.
func finite(x float64) bool { return x-x == 0 }

// rows are the coordinates of the sites, one after the other, for a k-d tree. In
// the plane they are brought below 1 by a power of two, so that squares of them
// neither overflow nor vanish.
func (s sites) rows() (x []float64, dim int) {
	if s.plane == nil {
		x = make([]float64, 0, 3*len(s.sphere))
		for _, v := range s.sphere {
			x = append(x, v.X, v.Y, v.Z)
		}
		return x, 3
	}
	most := 0.0
	for _, p := range s.plane {
		most = max(most, math.Abs(p[0]), math.Abs(p[1]))
	}
	_, exponent := math.Frexp(most)
	x = make([]float64, 0, 2*len(s.plane))
	for _, p := range s.plane {
		x = append(x, math.Ldexp(p[0], -exponent), math.Ldexp(p[1], -exponent))
	}
	return x, 2
}

// chart is the plane in which the sites are triangulated: their own, or the
// stereographic projection of the sphere, which takes circles to circles and so
// empty ones to empty ones. It is seen from the point opposite to the mean of
// the sites or, where sites are near that, from another one that is far from all.
func (s sites) chart() []orb.Point {
	if s.plane != nil || len(s.sphere) == 0 {
		return s.plane
	}
	eye := s.eye()
	// Two directions at right angles to the eye's and to each other.
	var across sphere.Vec
	switch x, y, z := math.Abs(eye.X), math.Abs(eye.Y), math.Abs(eye.Z); {
	case z <= x && z <= y:
		across = unit(sphere.Vec{X: -eye.Y, Y: eye.X})
	case y <= x:
		across = unit(sphere.Vec{X: eye.Z, Z: -eye.X})
	default:
		across = unit(sphere.Vec{Y: -eye.Z, Z: eye.Y})
	}
	up := sphere.Vec{
		X: float64(eye.Y*across.Z) - float64(eye.Z*across.Y),
		Y: float64(eye.Z*across.X) - float64(eye.X*across.Z),
		Z: float64(eye.X*across.Y) - float64(eye.Y*across.X),
	}
	chart := make([]orb.Point, len(s.sphere))
	for i, v := range s.sphere {
		far := sphere.Chord2(v, eye) / 2 // 1 - v·eye, without the cancellation
		chart[i] = orb.Point{dot(v, across) / far, dot(v, up) / far}
	}
	return chart
}

// eye is a point of the sphere from which all sites can be seen.
func (s sites) eye() sphere.Vec {
	const (
		enough = 0.01 // the square of some 640 km
		tries  = 64
	)
	var sum sphere.Vec
	for _, v := range s.sphere {
		sum.X, sum.Y, sum.Z = sum.X-v.X, sum.Y-v.Y, sum.Z-v.Z
	}
	best, room := unit(sum), 0.0
	if best != (sphere.Vec{}) {
		room = s.room(best)
	}
	// A spiral of directions, one of which is no site.
	for k := 0; room < enough && (k < tries || room == 0); k++ {
		const golden = 137.50776405003785 // degrees
		height := float64((float64(k%tries)+0.5)/tries) + float64(float64(k/tries)*0x1p-20)
		sin, cos := sphere.SinCos(float64(float64(k) * golden))
		z := 1 - float64(2*(height-math.Floor(height)))
		r := math.Sqrt(1 - float64(z*z))
		eye := unit(sphere.Vec{X: float64(r * cos), Y: float64(r * sin), Z: z})
		if at := s.room(eye); at > room {
			best, room = eye, at
		}
	}
	return best
}

// room is the square of the chord from the eye to the nearest site.
func (s sites) room(eye sphere.Vec) float64 {
	least := 4.0
	for _, v := range s.sphere {
		least = math.Min(least, sphere.Chord2(v, eye))
	}
	return least
}

func dot(a, b sphere.Vec) float64 {
	return float64(a.X*b.X) + float64(a.Y*b.Y) + float64(a.Z*b.Z)
}

// unit is the direction of v; that of 0 is 0.
func unit(v sphere.Vec) sphere.Vec {
	length := math.Sqrt(dot(v, v))
	if length == 0 {
		return sphere.Vec{}
	}
	return sphere.Vec{X: v.X / length, Y: v.Y / length, Z: v.Z / length}
}

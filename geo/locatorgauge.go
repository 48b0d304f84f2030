package geo

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/sphere"
)

// gauge measures how far a point is from edges that are straight in their
// coordinates.
type gauge struct {
	from   orb.Point
	metric Metric
	plane  bool // the metric is Plane
	earth  bool // the metric is Geodesic
}

// newGauge is about the point from. A StraightEdge tells how long borders are;
// how far they are from somewhere is what Geodesic tells.
func newGauge(from orb.Point, metric Metric) *gauge {
	r := &gauge{from: from, metric: metric}
	switch metric.(type) {
	case nil, Geodesic, *Geodesic, StraightEdge, *StraightEdge:
		r.metric, r.earth = Geodesic{}, true
	default:
		r.plane = !degrees(metric)
	}
	return r
}

// leastRadius is the smallest radius of curvature of the ellipsoid in metres, that of
// a meridian at the equator: no path between two points is shorter than on a
// sphere of this radius, at the same longitudes and latitudes.
const leastRadius = 6335439.3

// bound is not more than the distance to anything in the box; 0 where nothing
// is known of the metric.
func (r *gauge) bound(b *boxes.Box) float64 {
	dy := max(b.MinY-r.from[1], r.from[1]-b.MaxY, 0)
	if r.plane {
		dx := max(b.MinX-r.from[0], r.from[0]-b.MaxX, 0)
		return math.Sqrt(float64(dx*dx)+float64(dy*dy)) * (1 - 0x1p-40)
	}
	if !r.earth {
		return 0
	}
	half := float64(b.MaxX/2) - float64(b.MinX/2)
	turn := r.from[0] - (b.MinX + half)
	turn -= float64(360 * math.Floor(turn/360+0.5))
	dx := max(math.Abs(turn)-half, 0)
	// Of the haversine sin²(Δφ/2) + cos φ·cos φ'·sin²(Δλ/2) each part is least
	// somewhere in the box, and the arc is more than its chord and then some.
	sy, _ := sphere.SinCos(dy / 2)
	sx, _ := sphere.SinCos(dx / 2)
	_, here := sphere.SinCos(r.from[1])
	_, there := sphere.SinCos(max(math.Abs(b.MinY), math.Abs(b.MaxY)))
	h := float64(sy*sy) + float64(max(here*there, 0)*float64(sx*sx))
	s := math.Sqrt(min(h, 1))
	arc := s + float64(float64(float64(s*s)*s)/6)
	return max(float64(2*leastRadius*arc*(1-0x1p-30))-1e-6, 0)
}

// nearest finds the point of the edge from a to b that is nearest, and its
// distance; it need not look where that is more than limit.
func (r *gauge) nearest(a, b orb.Point, limit float64) (at orb.Point, distance float64) {
	if r.plane {
		at = along(a, b, r.project(a, b, 1, 1))
		return at, r.metric.Distance(r.from, at)
	}
	// Distances to the points of a straight edge of at most a degree have one
	// minimum; nothing is known of other metrics, and one is hoped for.
	pieces := 1.0
	if r.earth {
		pieces = max(1, math.Ceil(min(max(math.Abs(b[0]-a[0]), math.Abs(b[1]-a[1])), 1e6)))
	}
	at, distance = a, math.Inf(1)
	for k := 0.0; k < pieces; k++ {
		from, to := along(a, b, k/pieces), along(a, b, (k+1)/pieces)
		if pieces > 1 {
			box := boxOf(from, to)
			if r.bound(&box) > min(limit, distance) {
				continue
			}
		}
		if p, d := r.piece(from, to); d < distance {
			at, distance = p, d
		}
	}
	return at, distance
}

// piece is nearest for an edge of at most a degree: a parabola through three
// squared distances has its lowest point near the one that is sought, and one
// through three that are closer together around it nearer still.
func (r *gauge) piece(a, b orb.Point) (at orb.Point, distance float64) {
	at, distance = a, r.distance(a)
	try := func(t float64) float64 {
		p := along(a, b, t)
		d := r.distance(p)
		if d < distance*(1-0x1p-44) { // rather an end than next to it
			at, distance = p, d
		}
		return float64(d * d)
	}
	try(1)
	// Degrees of longitude and latitude about there, in metres; of another
	// metric only that the edge has a length.
	const degree = math.Pi / 180
	mx, my := 1.0, 1.0
	if r.earth {
		_, cos := sphere.SinCos(float64(a[1]/2) + float64(b[1]/2))
		sin2 := 1 - float64(cos*cos)
		w := 1 - float64(0.00669437999014*sin2)
		mx, my = degree*6378137*cos/math.Sqrt(w), degree*leastRadius/(w*math.Sqrt(w))
	}
	length := r.metric.Distance(a, b)
	t := r.project(a, b, mx, my)
	for near := 0.05; near > 1e-7; near /= 5 {
		try(t)
		h := min(max(near*distance/length, 1e-9), 5*near)
		if !(distance > 1e-6) || !(h > 0) {
			break
		}
		low := min(max(t-h, 0), 1-2*h)
		f0, f1, f2 := try(low), try(low+h), try(low+2*h)
		bend := (f0 - f1) + (f2 - f1)
		if !(bend > 0) {
			break // an end is nearest, or nothing can be said
		}
		next := min(max(low+h+float64(h/2*((f0-f2)/bend)), 0), 1)
		if math.Abs(next-t)*length <= 1e-6*distance {
			try(next)
			break
		}
		t = next
	}
	return at, distance
}

// distance is that of the metric; what is no number is infinitely far.
func (r *gauge) distance(p orb.Point) float64 {
	if d := r.metric.Distance(r.from, p); d >= 0 {
		return d
	}
	return math.Inf(1)
}

// project is where on the edge the foot of the perpendicular is if a unit of
// the coordinates measures mx and my: 0 at a, 1 at b.
func (r *gauge) project(a, b orb.Point, mx, my float64) float64 {
	ux, uy := b[0]-a[0], b[1]-a[1]
	vx, vy := r.from[0]-a[0], r.from[1]-a[1]
	if r.earth {
		vx -= float64(360 * math.Floor((r.from[0]-(float64(a[0]/2)+float64(b[0]/2)))/360+0.5))
	}
	ux, uy, vx, vy = ux*mx, uy*my, vx*mx, vy*my
	t := (float64(ux*vx) + float64(uy*vy)) / (float64(ux*ux) + float64(uy*uy))
	if !(t > 0) {
		return 0
	}
	return min(t, 1)
}

// along is the point at t of the way from a to b, exact at both ends.
func along(a, b orb.Point, t float64) orb.Point {
	if t >= 1 {
		return b
	}
	return orb.Point{a[0] + float64(t*(b[0]-a[0])), a[1] + float64(t*(b[1]-a[1]))}
}

func boxOf(a, b orb.Point) boxes.Box {
	return boxes.Box{MinX: min(a[0], b[0]), MinY: min(a[1], b[1]), MaxX: max(a[0], b[0]), MaxY: max(a[1], b[1])}
}

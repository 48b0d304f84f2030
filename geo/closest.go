package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/geodesic"
	"github.com/territory-go/territory/internal/robust"
)

// ClosestPoints is where two geometries are nearest to each other, p on a and q
// on b, and how far apart they are there: the shortest ferry between two areas.
// Geometries that meet have distance 0 and p = q; a point or line within an area
// meets it. Whether they meet is decided exactly, in the coordinates.
//
// With [Plane] the distance is exact to rounding. With any other metric (nil:
// [Geodesic]) edges are straight in longitude and latitude, and the
// distance is that along the geodesic in metres. It exceeds the least by a few
// metres at most: nearness is judged by straight lines in space between pieces of edges
// that are at most 0.25° long. The shorter way round the earth counts, but whether
// geometries meet is asked of the coordinates as they are written: 181 is not -179.
//
// Positions that are not finite or, unless on a Plane, beyond a pole are left out;
// if nothing is left of a or b, the points and the distance are NaN. Of several closest pairs it takes one
// that depends on nothing but the arguments.
//
// O(n·m) for n and m edges in the worst case; boxes around runs of edges spare
// nearly all of it where the geometries lie apart.
func ClosestPoints(a, b orb.Geometry, metric Metric) (p, q orb.Point, distance float64) {
	metric = orGeodesic(metric)
	pa, pb := partsOf(a, metric), partsOf(b, metric)
	from, to := pa.edges(), pb.edges()
	if len(from) == 0 || len(to) == 0 {
		nan := math.NaN()
		return orb.Point{nan, nan}, orb.Point{nan, nan}, nan
	}
	if at, meet := meeting(&pa, &pb, from, to); meet {
		return at, at, 0
	}
	if degrees(metric) {
		pa, pb = pa.through(finer), pb.through(finer)
		from, to = pa.edges(), pb.edges()
		metric = Geodesic{}
	}
	i, j, s, t := nearestEdges(rods(from, metric), rods(to, metric))
	p, q = from[i].at(s), to[j].at(t)
	return p, q, metric.Distance(p, q)
}

// planeEdge is an edge, or a point as an edge of no length.
type planeEdge struct{ a, b orb.Point }

func (e planeEdge) at(t float64) orb.Point {
	switch t {
	case 0:
		return e.a
	case 1:
		return e.b
	}
	return orb.Point{
		float64(e.a[0]*(1-t)) + float64(e.b[0]*t),
		float64(e.a[1]*(1-t)) + float64(e.b[1]*t),
	}
}

func (p *parts) edges() (all []planeEdge) {
	p.each(func(points []orb.Point, closed bool) {
		a := points[0]
		if closed {
			a = points[len(points)-1]
		}
		for i, b := range points {
			if a != b || i == len(points)-1 && (len(all) == 0 || all[len(all)-1].b != b) {
				all = append(all, planeEdge{a, b})
			}
			a = b
		}
	})
	return all
}

// box is the smallest one around edges, in two or three dimensions.
type box struct{ low, high [3]float64 }

func (x *box) grow(p [3]float64) {
	for k := range p {
		x.low[k], x.high[k] = math.Min(x.low[k], p[k]), math.Max(x.high[k], p[k])
	}
}

// apart2 is the square of the distance between two boxes.
func (x *box) apart2(y *box) float64 {
	sum := 0.0
	for k := range x.low {
		gap := math.Max(0, math.Max(x.low[k]-y.high[k], y.low[k]-x.high[k]))
		sum += float64(gap * gap)
	}
	return sum
}

// rod is an edge as a straight line in space; in the plane its third coordinate is 0.
type rod struct{ a, b [3]float64 }

func rods(edges []planeEdge, metric Metric) []rod {
	place := func(p orb.Point) [3]float64 { return [3]float64{p[0], p[1], 0} }
	if degrees(metric) {
		place = func(p orb.Point) [3]float64 { return geodesic.Space(p[0], p[1]) }
	}
	all := make([]rod, len(edges))
	for i, e := range edges {
		all[i] = rod{place(e.a), place(e.b)}
	}
	return all
}

// inRuns is how many edges share a box.
const inRuns = 16

func runs(rods []rod) (boxes []box) {
	for run := range slices.Chunk(rods, inRuns) {
		x := box{run[0].a, run[0].a}
		for _, r := range run {
			x.grow(r.a)
			x.grow(r.b)
		}
		boxes = append(boxes, x)
	}
	return boxes
}

// nearestEdges is a pair of edges that are nearest to each other, and where on
// them.
func nearestEdges(from, to []rod) (i, j int, s, t float64) {
	fromRuns, toRuns := runs(from), runs(to)
	least := math.Inf(1)
	for f := range fromRuns {
		for g := range toRuns {
			if fromRuns[f].apart2(&toRuns[g]) >= least {
				continue
			}
			for x := f * inRuns; x < min(len(from), (f+1)*inRuns); x++ {
				for y := g * inRuns; y < min(len(to), (g+1)*inRuns); y++ {
					if d, u, v := from[x].nearest(&to[y]); d < least {
						least, i, j, s, t = d, x, y, u, v
					}
				}
			}
		}
	}
	return i, j, s, t
}

// nearest is the square of the distance between two lines that do not meet, and where
// on them they are nearest. Unless they pass each other in space, that is at an end of one.
func (r *rod) nearest(o *rod) (least, s, t float64) {
	least = math.Inf(1)
	try := func(d, u, v float64) {
		if d < least {
			least, s, t = d, u, v
		}
	}
	d, u := o.foot(r.a)
	try(d, 0, u)
	d, u = o.foot(r.b)
	try(d, 1, u)
	d, u = r.foot(o.a)
	try(d, u, 0)
	d, u = r.foot(o.b)
	try(d, u, 1)
	if r.a[2] == 0 && r.b[2] == 0 && o.a[2] == 0 && o.b[2] == 0 {
		return least, s, t
	}
	// Both feet of the common perpendicular.
	var d1, d2, w [3]float64
	for k := range w {
		d1[k], d2[k], w[k] = r.b[k]-r.a[k], o.b[k]-o.a[k], r.a[k]-o.a[k]
	}
	a, b, c, e, f := dot3(d1, d1), dot3(d1, d2), dot3(d2, d2), dot3(d1, w), dot3(d2, w)
	det := float64(a*c) - float64(b*b)
	if det > float64(1e-12*float64(a*c)) {
		u, v := (float64(b*f)-float64(c*e))/det, (float64(a*f)-float64(b*e))/det
		if u > 0 && u < 1 && v > 0 && v < 1 {
			for k := range w {
				w[k] += float64(u*d1[k]) - float64(v*d2[k])
			}
			try(dot3(w, w), u, v)
		}
	}
	return least, s, t
}

// foot is where the line is nearest to a point, and the square of that distance.
func (r *rod) foot(p [3]float64) (distance2, t float64) {
	var d, w [3]float64
	for k := range w {
		d[k], w[k] = r.b[k]-r.a[k], p[k]-r.a[k]
	}
	t = dot3(w, d) / dot3(d, d)
	if !(t > 0) { // NaN as well, of a line of no length
		t = 0
	}
	t = math.Min(t, 1)
	for k := range w {
		w[k] -= float64(t * d[k])
	}
	return dot3(w, w), t
}

func dot3(u, v [3]float64) float64 {
	return float64(u[0]*v[0]) + float64(u[1]*v[1]) + float64(u[2]*v[2])
}

// meeting is a point that two geometries share, if there is one.
func meeting(a, b *parts, from, to []planeEdge) (at orb.Point, meet bool) {
	fromRuns, toRuns := runs(rods(from, Plane{})), runs(rods(to, Plane{}))
	for f := range fromRuns {
		for g := range toRuns {
			if !fromRuns[f].touches(&toRuns[g]) {
				continue
			}
			for _, x := range from[f*inRuns : min(len(from), (f+1)*inRuns)] {
				for _, y := range to[g*inRuns : min(len(to), (g+1)*inRuns)] {
					if at, meet := x.meets(y); meet {
						return at, true
					}
				}
			}
		}
	}
	// No borders meet: one part is wholly inside of the other, or outside.
	if at, ok := a.partInside(b); ok {
		return at, true
	}
	return b.partInside(a)
}

func (x *box) touches(y *box) bool {
	for k := range x.low {
		if x.low[k] > y.high[k] || y.low[k] > x.high[k] {
			return false
		}
	}
	return true
}

// meets is a point of both edges.
func (e planeEdge) meets(o planeEdge) (at orb.Point, ok bool) {
	for k := range 2 {
		if math.Max(e.a[k], e.b[k]) < math.Min(o.a[k], o.b[k]) || math.Max(o.a[k], o.b[k]) < math.Min(e.a[k], e.b[k]) {
			return at, false
		}
	}
	oa, ob := robust.Orient(e.a, e.b, o.a), robust.Orient(e.a, e.b, o.b)
	ea, eb := robust.Orient(o.a, o.b, e.a), robust.Orient(o.a, o.b, e.b)
	switch {
	case oa*ob > 0 || ea*eb > 0:
		return at, false
	case oa*ob < 0 && ea*eb < 0:
		// They cross inside: where, is rounded.
		d1 := orb.Point{e.b[0] - e.a[0], e.b[1] - e.a[1]}
		d2 := orb.Point{o.b[0] - o.a[0], o.b[1] - o.a[1]}
		w := orb.Point{o.a[0] - e.a[0], o.a[1] - e.a[1]}
		det := float64(d1[0]*d2[1]) - float64(d1[1]*d2[0])
		t := (float64(w[0]*d2[1]) - float64(w[1]*d2[0])) / det
		if !(t >= 0 && t <= 1) {
			t = 0.5 // so flat that the digits do not tell
		}
		return e.at(t), true
	}
	// An end of one on the other.
	for _, end := range [2]orb.Point{o.a, o.b} {
		if e.holds(end) {
			return end, true
		}
	}
	for _, end := range [2]orb.Point{e.a, e.b} {
		if o.holds(end) {
			return end, true
		}
	}
	return at, false
}

// holds reports whether a point is on the edge.
func (e planeEdge) holds(p orb.Point) bool {
	return math.Min(e.a[0], e.b[0]) <= p[0] && p[0] <= math.Max(e.a[0], e.b[0]) &&
		math.Min(e.a[1], e.b[1]) <= p[1] && p[1] <= math.Max(e.a[1], e.b[1]) &&
		robust.Orient(e.a, e.b, p) == 0
}

// partInside is a point of a part that lies in a polygon of the other, whose
// border it does not meet.
func (p *parts) partInside(o *parts) (at orb.Point, ok bool) {
	p.each(func(points []orb.Point, _ bool) {
		for _, polygon := range o.polygons {
			if !ok && positionIn(polygon, points[0]) == Inside {
				at, ok = points[0], true
			}
		}
	})
	return at, ok
}

package geo

import (
	"container/heap"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/geodesic"
)

// LabelPoint is the place for the name of an area: the pole of inaccessibility,
// the point inside it that is farthest from its border, holes included. Its
// clearance, the distance to the border, is within tolerance of the largest
// there is. Of several parts it takes the one with the most room; parts should
// not overlap, and a border between two that touch counts.
//
// tolerance has the unit of the metric; at most 0, it is a thousandth of the
// longest side of a box around a part. It is never taken finer than a
// ten-thousandth of that.
//
// With [Plane] the map is that of the coordinates. With any other metric (nil:
// [Geodesic]) it is longitude and latitude, with degrees as long as they are, in
// metres, at the latitude in the middle of the area: lines that are straight in
// the coordinates are straight on it, so that inside means the same.
//
// The point lies inside an area that has any surface. For one that has none it
// is a position of it, and NaN, NaN where no position is a place: finite and,
// unless on a Plane, with a latitude in -90..90. Both have clearance 0.
//
// Squares are searched in the order of the largest clearance that they may hold,
// and cut in four; each keeps those edges only that may be the nearest to a point
// of it. That takes O(n) for each square, n the number of positions, and some
// hundred squares for most shapes.
func LabelPoint(area orb.MultiPolygon, tolerance float64, metric Metric) (at orb.Point, clearance float64) {
	p := partsOf(area, metric)
	if len(p.polygons) == 0 {
		return orb.Point{math.NaN(), math.NaN()}, 0
	}
	s := newLabelSearch(&p, metric)
	if !(tolerance > 0) {
		tolerance = s.size / 1000
	} else {
		tolerance = math.Max(tolerance*s.unit, s.size/10_000)
	}
	s.run(tolerance)
	return s.best, s.clearance / s.unit
}

// labelSearch works on a map that is scaled to numbers below 2, so that no square overflows.
type labelSearch struct {
	scaleX, scaleY float64 // map units per unit of a coordinate
	unit           float64 // map units per unit of the metric
	size           float64 // longest side of a box around a polygon
	polygons       []labelPolygon
	queue          labelQueue
	made           int // squares so far

	best      orb.Point
	clearance float64
}

// labelPolygon is a polygon on the map of the search, and the box around it.
type labelPolygon struct {
	edges                  []labelEdge
	lowX, lowY, wide, tall float64
}

// labelEdge is directed by [upwards].
type labelEdge struct{ ax, ay, bx, by float64 }

// labelCell is a square that may hold the point.
type labelCell struct {
	x, y, half float64
	distance   float64 // from the middle to the border, negative outside
	most       float64 // no point of the square has more clearance
	polygon    int
	near       []int32 // edges that may be the nearest ones to some point of it
	made       int
}

func newLabelSearch(p *parts, metric Metric) *labelSearch {
	low, high := p.box()
	_, exponent := math.Frexp(math.Max(math.Max(-low[0], -low[1]), math.Max(high[0], high[1])))
	s := &labelSearch{unit: math.Ldexp(1, -max(exponent, -900)), best: p.polygons[0][0][0]}
	s.scaleX, s.scaleY = s.unit, s.unit
	if degrees(metric) {
		// Numbers stay below 2; a metre is what remains of them.
		east, north := geodesic.Degree(middle(low[1], high[1]))
		s.unit /= north
		s.scaleX = float64(s.scaleX * math.Max(east/north, 1e-3))
	}
	for _, polygon := range p.polygons {
		var edges []labelEdge
		for _, ring := range polygon {
			a := ring[len(ring)-1]
			for _, b := range ring {
				if low, high := upwards(a, b); a != b {
					edges = append(edges, labelEdge{
						float64(low[0] * s.scaleX), float64(low[1] * s.scaleY),
						float64(high[0] * s.scaleX), float64(high[1] * s.scaleY),
					})
				}
				a = b
			}
		}
		one := parts{polygons: []orb.Polygon{polygon}}
		low, high := one.box()
		box := labelPolygon{edges, float64(low[0] * s.scaleX), float64(low[1] * s.scaleY), 0, 0}
		box.wide, box.tall = float64(high[0]*s.scaleX)-box.lowX, float64(high[1]*s.scaleY)-box.lowY
		s.size = math.Max(s.size, math.Max(box.wide, box.tall))
		s.polygons = append(s.polygons, box)
	}
	for i, polygon := range p.polygons {
		if q, ok := insidePolygon(polygon); ok {
			s.offer(q, s.distance(i, nil, float64(q[0]*s.scaleX), float64(q[1]*s.scaleY)))
		}
	}
	return s
}

// offer remembers the best point so far.
func (s *labelSearch) offer(at orb.Point, clearance float64) {
	if clearance > s.clearance {
		s.best, s.clearance = at, clearance
	}
}

func (s *labelSearch) run(tolerance float64) {
	for i := range s.polygons {
		s.cover(i, tolerance)
	}
	for len(s.queue) > 0 {
		c := heap.Pop(&s.queue).(labelCell)
		if c.most <= s.clearance+tolerance {
			return
		}
		near := s.nearer(c)
		half := c.half / 2
		for _, corner := range [4][2]float64{{-1, -1}, {1, -1}, {-1, 1}, {1, 1}} {
			s.add(c.polygon, near, c.x+float64(corner[0]*half), c.y+float64(corner[1]*half), half, tolerance)
		}
	}
}

// cover queues squares over the box of a polygon.
func (s *labelSearch) cover(polygon int, tolerance float64) {
	p := &s.polygons[polygon]
	if !(p.wide > 0 && p.tall > 0) {
		return
	}
	side := math.Max(math.Min(p.wide, p.tall), math.Max(p.wide, p.tall)/64)
	half := float64(side / 2)
	// Counted, since a side may be too small to move a coordinate.
	rows, columns := int(math.Ceil(p.tall/side)), int(math.Ceil(p.wide/side))
	for row := range rows {
		for column := range columns {
			s.add(polygon, nil, p.lowX+float64(float64(2*column+1)*half), p.lowY+float64(float64(2*row+1)*half), half, tolerance)
		}
	}
}

// add queues a square unless it cannot hold a better point. near is nil for all
// edges of the polygon.
func (s *labelSearch) add(polygon int, near []int32, x, y, half, tolerance float64) {
	d := s.distance(polygon, near, x, y)
	if d+float64(half*math.Sqrt2) <= s.clearance+tolerance {
		return
	}
	if !s.inside(polygon, x, y) {
		d = -d
	}
	s.offer(orb.Point{x / s.scaleX, y / s.scaleY}, d)
	if most := d + float64(half*math.Sqrt2); most > s.clearance+tolerance {
		s.made++
		heap.Push(&s.queue, labelCell{x, y, half, d, most, polygon, near, s.made})
	}
}

// nearer is the edges that may be nearest to a point of a square: no farther from its
// middle than the nearest one and twice its half diagonal.
func (s *labelSearch) nearer(c labelCell) (near []int32) {
	edges := s.polygons[c.polygon].edges
	reach := math.Abs(c.distance) + float64(2*float64(c.half*math.Sqrt2))
	reach = float64(reach * (1 + 1e-9))
	keep := func(i int32) {
		if edges[i].distance2(c.x, c.y) <= float64(reach*reach) {
			near = append(near, i)
		}
	}
	switch {
	case c.near == nil:
		for i := range edges {
			keep(int32(i))
		}
	case len(c.near) <= 8:
		return c.near
	default:
		for _, i := range c.near {
			keep(i)
		}
	}
	return near
}

// distance is how far a point is from the border of a polygon.
func (s *labelSearch) distance(polygon int, near []int32, x, y float64) float64 {
	edges := s.polygons[polygon].edges
	least := math.Inf(1)
	if near == nil {
		for i := range edges {
			least = math.Min(least, edges[i].distance2(x, y))
		}
	} else {
		for _, i := range near {
			least = math.Min(least, edges[i].distance2(x, y))
		}
	}
	return math.Sqrt(least)
}

// inside is the even-odd rule.
func (s *labelSearch) inside(polygon int, x, y float64) bool {
	in := false
	edges := s.polygons[polygon].edges
	for i := range edges {
		e := &edges[i]
		if (e.ay > y) != (e.by > y) && x < e.ax+float64((e.bx-e.ax)*((y-e.ay)/(e.by-e.ay))) {
			in = !in
		}
	}
	return in
}

// distance2 is the square of the distance from a point to the edge.
func (e *labelEdge) distance2(x, y float64) float64 {
	dx, dy := e.bx-e.ax, e.by-e.ay
	px, py := x-e.ax, y-e.ay
	t := (float64(px*dx) + float64(py*dy)) / (float64(dx*dx) + float64(dy*dy))
	if t > 0 { // not NaN, which an edge of no length gives
		t = math.Min(t, 1)
		px -= float64(t * dx)
		py -= float64(t * dy)
	}
	return float64(px*px) + float64(py*py)
}

// labelQueue is a heap, the largest promise first.
type labelQueue []labelCell

func (q labelQueue) Len() int { return len(q) }
func (q labelQueue) Less(i, j int) bool {
	return q[i].most > q[j].most || q[i].most == q[j].most && q[i].made < q[j].made
}
func (q labelQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *labelQueue) Push(x any)   { *q = append(*q, x.(labelCell)) }
func (q *labelQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// upwards directs an edge, so that one that a ring goes there and back is crossed
// twice at the same place, whatever rounding does.
func upwards(a, b orb.Point) (low, high orb.Point) {
	if comparePoints(a, b) > 0 {
		return b, a
	}
	return a, b
}

// insidePolygon is a point inside, on a horizontal line between two heights of
// vertices near the middle: the middle of the widest stretch of it that is inside.
func insidePolygon(polygon orb.Polygon) (at orb.Point, ok bool) {
	var heights []float64
	for _, ring := range polygon {
		for _, p := range ring {
			heights = append(heights, p[1])
		}
	}
	slices.Sort(heights)
	heights = slices.Compact(heights)
	if len(heights) < 2 {
		return at, false
	}
	low, high := heights[0], heights[len(heights)-1]
	k, _ := slices.BinarySearch(heights, middle(low, high))
	k = min(max(k, 1), len(heights)-1)
	y := middle(heights[k-1], heights[k])
	var crossings []float64
	for _, ring := range polygon {
		a := ring[len(ring)-1]
		for _, b := range ring {
			if low, high := upwards(a, b); (low[1] > y) != (high[1] > y) {
				t := middle(y, -low[1]) / middle(high[1], -low[1])
				crossings = append(crossings, float64(low[0]*(1-t))+float64(high[0]*t))
			}
			a = b
		}
	}
	slices.Sort(crossings)
	widest := 0.0
	for i := 1; i < len(crossings); i += 2 {
		if w := middle(crossings[i], -crossings[i-1]); w > widest {
			widest = w
			at, ok = orb.Point{middle(crossings[i-1], crossings[i]), y}, true
		}
	}
	return at, ok
}

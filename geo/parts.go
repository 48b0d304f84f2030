package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// parts are what a geometry of any kind consists of. Positions that are no
// place under the metric, such as NaN, are left out.
type parts struct {
	points   []orb.Point
	lines    [][]orb.Point
	polygons []orb.Polygon // rings may be open
}

func partsOf(g orb.Geometry, metric Metric) parts {
	var p parts
	planar := !degrees(metric)
	p.add(g, func(at orb.Point) bool {
		return finite(at[0]) && finite(at[1]) && (planar || math.Abs(at[1]) <= 90)
	})
	return p
}

func (p *parts) add(g orb.Geometry, place func(orb.Point) bool) {
	switch g := g.(type) {
	case orb.Point:
		if place(g) {
			p.points = append(p.points, g)
		}
	case orb.MultiPoint:
		for _, at := range g {
			p.add(at, place)
		}
	case orb.LineString:
		if line := only(g, place); len(line) > 0 {
			p.lines = append(p.lines, line)
		}
	case orb.MultiLineString:
		for _, line := range g {
			p.add(line, place)
		}
	case orb.Ring:
		p.add(orb.Polygon{g}, place)
	case orb.Polygon:
		var polygon orb.Polygon
		for i, ring := range g {
			kept := only(ring, place)
			if len(kept) == 0 && i == 0 {
				return // holes of nothing
			}
			if len(kept) > 0 {
				polygon = append(polygon, kept)
			}
		}
		if len(polygon) > 0 {
			p.polygons = append(p.polygons, polygon)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			p.add(polygon, place)
		}
	case orb.Bound:
		p.add(g.ToPolygon(), place)
	case orb.Collection:
		for _, member := range g {
			p.add(member, place)
		}
	}
}

// only is the places of a sequence: itself where it has no others.
func only(points []orb.Point, place func(orb.Point) bool) []orb.Point {
	for i, at := range points {
		if place(at) {
			continue
		}
		kept := append([]orb.Point(nil), points[:i]...)
		for _, at := range points[i+1:] {
			if place(at) {
				kept = append(kept, at)
			}
		}
		return kept
	}
	return points
}

// each visits all sequences of positions; closed reports that the last is
// joined to the first.
func (p *parts) each(visit func(points []orb.Point, closed bool)) {
	if len(p.points) > 0 {
		for i := range p.points {
			visit(p.points[i:i+1], false)
		}
	}
	for _, line := range p.lines {
		visit(line, false)
	}
	for _, polygon := range p.polygons {
		for _, ring := range polygon {
			visit(ring, true)
		}
	}
}

// box is the smallest box around all positions.
func (p *parts) box() (low, high orb.Point) {
	inf := math.Inf(1)
	low, high = orb.Point{inf, inf}, orb.Point{-inf, -inf}
	p.each(func(points []orb.Point, _ bool) {
		for _, q := range points {
			low = orb.Point{math.Min(low[0], q[0]), math.Min(low[1], q[1])}
			high = orb.Point{math.Max(high[0], q[0]), math.Max(high[1], q[1])}
		}
	})
	return low, high
}

// all is every position.
func (p *parts) all() (points []orb.Point) {
	p.each(func(part []orb.Point, _ bool) { points = append(points, part...) })
	return points
}

// through is the parts with every sequence replaced.
func (p *parts) through(f func(points []orb.Point, closed bool) []orb.Point) parts {
	var q parts
	for i := range p.points {
		q.points = append(q.points, f(p.points[i:i+1], false)...)
	}
	for _, line := range p.lines {
		q.lines = append(q.lines, f(line, false))
	}
	for _, polygon := range p.polygons {
		rings := make(orb.Polygon, len(polygon))
		for i, ring := range polygon {
			rings[i] = f(ring, true)
		}
		q.polygons = append(q.polygons, rings)
	}
	return q
}

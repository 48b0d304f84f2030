package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Shape holds measures of how compact an area is, each between 0 and 1, which a
// disc has. They do not agree with each other; name the one you use. A is the
// surface of the area, holes left out, and P the length of all its rings.
type Shape struct {
	// PolsbyPopper is 4πA/P²: low for ragged borders, and so the finer the map is
	// drawn. Schwartzberg's 2√(πA)/P is its square root.
	PolsbyPopper float64

	// Reock is A divided by the surface of the smallest enclosing circle:
	// low for long shapes.
	Reock float64

	// HullRatio is A divided by the surface of the convex hull: low for
	// indented, holed or scattered shapes.
	HullRatio float64

	// InertiaRatio is A²/(2πI) with I = ∫|x - c|² dx the moment of inertia
	// of the surface about its centroid c: low where much lies far from the
	// middle, whatever the border is like.
	InertiaRatio float64
}

// ShapeOf measures an area. It may have several parts, which should not touch
// or overlap: the borders of parts count even where two of them meet.
//
// For PolsbyPopper metric gives A and P. With [Plane] the other
// ratios are those of the coordinates. With any other metric (nil: [Geodesic])
// they are those of a Lambert azimuthal equal-area map about the centroid: its
// surfaces are true and its lengths wrong by s²/(8R²) at a distance s, so by 0.1 % at
// 570 km from the centroid. Under Geodesic edges are straight on that map,
// under [StraightEdge] in the coordinates.
//
// Of rings that cross themselves the surface is what does not cancel, and a
// ratio may be above 1. All are 0 for an area without surface, and NaN where a coordinate is not
// finite or no place under the metric.
func ShapeOf(area orb.MultiPolygon, metric Metric) Shape {
	metric = orGeodesic(metric)
	surface, perimeter := Area(area, metric), Perimeter(area, metric)
	if math.IsNaN(surface) || math.IsNaN(perimeter) || math.IsInf(perimeter, 0) {
		nan := math.NaN()
		return Shape{nan, nan, nan, nan}
	}
	flat := partsOf(area, metric)
	if degrees(metric) {
		_, flat = flatten(flat, metric)
	}
	a := 0.0
	for _, polygon := range flat.polygons {
		a += polygonArea(polygon, Plane{})
	}
	inertia := flat.inertia()
	if !(surface > 0) || !(perimeter > 0) || !(a > 0) || !(inertia > 0) {
		return Shape{}
	}
	corners := hull(flat.all())
	_, radius := circleAround(corners)
	return Shape{
		PolsbyPopper: float64(4*math.Pi*surface) / float64(perimeter*perimeter),
		Reock:        a / float64(math.Pi*float64(radius*radius)),
		HullRatio:    a / Plane{}.Area(corners),
		InertiaRatio: float64(a*a) / float64(2*math.Pi*inertia),
	}
}

// inertia is ∫|x - c|² dx over the surface of the polygons, about its centroid.
func (p *parts) inertia() float64 {
	center := p.centroid()
	sum := 0.0
	for _, polygon := range p.polygons {
		for i, ring := range polygon {
			part := 0.0
			triangles(ring, center, func(twice, ax, ay, bx, by float64) {
				squares := float64(ax*ax) + float64(ax*bx) + float64(bx*bx) + float64(ay*ay) + float64(ay*by) + float64(by*by)
				part += float64(twice*squares) / 12
			})
			if i == 0 {
				sum += math.Abs(part)
			} else {
				sum -= math.Abs(part)
			}
		}
	}
	return sum
}

// Area is the surface of an area: that of its outer rings without that of its
// holes, as metric measures them (nil: [Geodesic]).
func Area(area orb.MultiPolygon, metric Metric) float64 {
	metric = orGeodesic(metric)
	sum := 0.0
	for _, polygon := range area {
		sum += polygonArea(polygon, metric)
	}
	return sum
}

func polygonArea(polygon orb.Polygon, metric Metric) float64 {
	sum := 0.0
	for i, ring := range polygon {
		if i == 0 {
			sum += metric.Area(ring)
		} else {
			sum -= metric.Area(ring)
		}
	}
	return sum
}

// Perimeter is the length of all rings of an area, holes included, as metric
// measures their edges (nil: [Geodesic]). Open rings are closed. A cut along the
// antimeridian counts, on both of its sides.
func Perimeter(area orb.MultiPolygon, metric Metric) float64 {
	metric = orGeodesic(metric)
	sum := 0.0
	for _, polygon := range area {
		for _, ring := range polygon {
			for i, b := range ring {
				a := ring[max(i-1, 0)]
				if i == 0 {
					a = ring[len(ring)-1]
				}
				if a != b {
					sum += metric.Distance(a, b)
				}
			}
		}
	}
	return sum
}

package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

func ExampleShapeOf() {
	square := orb.MultiPolygon{{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}}}
	strip := orb.MultiPolygon{{{{0, 0}, {50, 0}, {50, 2}, {0, 2}, {0, 0}}}}
	for _, area := range []orb.MultiPolygon{square, strip} {
		s := geo.ShapeOf(area, geo.Plane{})
		fmt.Printf("Polsby-Popper %.2f, Reock %.2f, hull %.2f, inertia %.2f\n", s.PolsbyPopper, s.Reock, s.HullRatio, s.InertiaRatio)
	}
	// Output:
	// Polsby-Popper 0.79, Reock 0.64, hull 1.00, inertia 0.95
	// Polsby-Popper 0.12, Reock 0.05, hull 1.00, inertia 0.08
}

func ExampleArea() {
	// Colorado, nearly: two parallels and two meridians.
	colorado := orb.MultiPolygon{{{{-109.05, 37}, {-102.05, 37}, {-102.05, 41}, {-109.05, 41}, {-109.05, 37}}}}
	fmt.Printf("borders along parallels %.0f km²\n", geo.Area(colorado, geo.StraightEdge{})/1e6)
	fmt.Printf("borders along geodesics %.0f km²\n", geo.Area(colorado, geo.Geodesic{})/1e6)
	// Output:
	// borders along parallels 269217 km²
	// borders along geodesics 269155 km²
}

func ExamplePerimeter() {
	field := orb.MultiPolygon{{{{11.5, 48}, {11.51, 48}, {11.51, 48.01}, {11.5, 48.01}, {11.5, 48}}}}
	fmt.Printf("%.0f m\n", geo.Perimeter(field, nil))
	// Output: 3716 m
}

func ExampleCentroid() {
	triangle := orb.Polygon{{{0, 0}, {6, 0}, {0, 3}, {0, 0}}}
	fmt.Println(geo.Centroid(triangle, geo.Plane{}))
	fmt.Println(geo.Centroid(orb.LineString{{0, 0}, {4, 0}, {4, 4}}, geo.Plane{}))
	// Output:
	// [2 1]
	// [3 1]
}

func ExampleConvexHull() {
	customers := orb.MultiPoint{{0, 0}, {2, 1}, {4, 0}, {3, 3}, {4, 4}, {0, 4}, {0, 2}}
	fmt.Println(geo.ConvexHull(customers))
	// Output: [[0 0] [4 0] [4 4] [0 4] [0 0]]
}

func ExampleEnclosingCircle() {
	center, radius := geo.EnclosingCircle(orb.MultiPoint{{0, 0}, {8, 0}, {4, 1}, {4, 3}})
	fmt.Println(center, radius)
	// Output: [4 0] 4
}

func regular(n int, center orb.Point, radius float64) orb.Ring {
	var ring orb.Ring
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		ring = append(ring, orb.Point{center[0] + radius*cos, center[1] + radius*sin})
	}
	return append(ring, ring[0])
}

// A disc has 1 everywhere; rings and pairs of discs what the formulas give.
func TestShapeOfDiscs(t *testing.T) {
	const n = 3000
	disc := regular(n, orb.Point{5, -3}, 2)
	hole := regular(n, orb.Point{5, -3}, 1)
	slices.Reverse(hole)
	far := regular(n, orb.Point{15, -3}, 2)
	for name, c := range map[string]struct {
		area orb.MultiPolygon
		want geo.Shape
	}{
		"disc": {orb.MultiPolygon{{disc}}, geo.Shape{PolsbyPopper: 1, Reock: 1, HullRatio: 1, InertiaRatio: 1}},
		// A = 3π, P = 6π, I = π(16-1)/2.
		"annulus": {orb.MultiPolygon{{disc, hole}}, geo.Shape{PolsbyPopper: 12.0 / 36, Reock: 0.75, HullRatio: 0.75, InertiaRatio: 9.0 / 15}},
		// A = 8π, P = 8π, circle of radius 7, hull 4π+40, I = 2(8π + 4π·25).
		"two discs": {orb.MultiPolygon{{disc}, {far}}, geo.Shape{PolsbyPopper: 0.5, Reock: 8.0 / 49, HullRatio: 8 * math.Pi / (4*math.Pi + 40), InertiaRatio: 64.0 / (4 * 108)}},
	} {
		got := geo.ShapeOf(c.area, geo.Plane{})
		require.InDelta(t, c.want.PolsbyPopper, got.PolsbyPopper, 1e-5, name)
		require.InDelta(t, c.want.Reock, got.Reock, 1e-5, name)
		require.InDelta(t, c.want.HullRatio, got.HullRatio, 1e-5, name)
		require.InDelta(t, c.want.InertiaRatio, got.InertiaRatio, 1e-5, name)
	}
}

// Winding, the first position, the order of parts and closing do not matter.
func TestShapeOfAnyWriting(t *testing.T) {
	ring := orb.Ring{{0, 0}, {4, 1}, {5, 5}, {2, 3}, {-1, 4}}
	hole := orb.Ring{{1, 1}, {2, 1}, {2, 2}}
	want := geo.ShapeOf(orb.MultiPolygon{{ring, hole}}, geo.Plane{})
	turned := append(slices.Clone(ring[2:]), ring[:3]...)
	slices.Reverse(turned)
	slices.Reverse(hole)
	got := geo.ShapeOf(orb.MultiPolygon{{turned, hole}}, geo.Plane{})
	require.InEpsilon(t, want.PolsbyPopper, got.PolsbyPopper, 1e-14)
	require.InEpsilon(t, want.Reock, got.Reock, 1e-14)
	require.InEpsilon(t, want.HullRatio, got.HullRatio, 1e-14)
	require.InEpsilon(t, want.InertiaRatio, got.InertiaRatio, 1e-14)
}

// circle on the ellipsoid about a point.
func geodesicDisc(at orb.Point, radius float64, n int) orb.MultiPolygon {
	var ring orb.Ring
	for i := range n {
		p, _ := geo.Geodesic{}.Direct(at, 360*float64(i)/float64(n), radius)
		ring = append(ring, p)
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// A disc is a disc wherever it lies: across the antimeridian, around a pole.
func TestShapeOnTheEarth(t *testing.T) {
	for _, at := range []orb.Point{{0, 0}, {10, 60}, {180, -17}, {-179.9, 70}, {33, 90}, {0, -90}, {120, 88.5}} {
		disc := geodesicDisc(at, 300_000, 720)
		got := geo.ShapeOf(disc, nil)
		require.InDelta(t, 1, got.PolsbyPopper, 2e-3, at)
		require.InDelta(t, 1, got.Reock, 2e-3, at)
		require.InDelta(t, 1, got.HullRatio, 1e-6, at)
		require.InDelta(t, 1, got.InertiaRatio, 1e-5, at)
		require.Less(t, geo.Geodesic{}.Distance(at, geo.Centroid(disc, nil)), 40.0, at)
	}
}

// The centroid of a spherical triangle of equal sides is its middle, and that of
// a symmetrical band lies on its meridian.
func TestCentroidOnTheEarth(t *testing.T) {
	band := orb.Polygon{{{170, 40}, {190, 40}, {190, 50}, {170, 50}}}
	straight := geo.Centroid(band, geo.StraightEdge{})
	require.InDelta(t, 180, math.Abs(straight[0]), 1e-9)
	// Parallels bend to the north from the tangent: the middle of the surface on
	// the map lies north of where the geodesics put it.
	require.Greater(t, geo.Centroid(band, nil)[1], straight[1])
	require.InDelta(t, 45, straight[1], 0.5)
	require.InDelta(t, 0, geo.Geodesic{}.Distance(orb.Point{10, 20}, geo.Centroid(orb.Point{10, 20}, nil)), 1e-3)
	// A line of equal steps.
	middle := geo.Centroid(orb.LineString{{-10, 0}, {0, 0}, {10, 0}}, nil)
	require.InDelta(t, 0, geo.Geodesic{}.Distance(orb.Point{}, middle), 1e-3)
	antarctica := orb.Polygon{{{-180, -90}, {180, -90}, {180, -70}, {-180, -70}}}
	require.InDelta(t, -90, geo.Centroid(antarctica, geo.StraightEdge{})[1], 1e-6)
}

func TestCentroidByDimension(t *testing.T) {
	at := func(g orb.Geometry) orb.Point { return geo.Centroid(g, geo.Plane{}) }
	square := orb.Polygon{{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}}
	require.Equal(t, orb.Point{1, 1}, at(square))
	require.Equal(t, orb.Point{1, 1}, at(orb.Collection{square, orb.LineString{{5, 5}, {9, 9}}, orb.Point{100, 100}}), "surfaces count first")
	require.Equal(t, orb.Point{7, 7}, at(orb.Collection{orb.LineString{{5, 5}, {9, 9}}, orb.Point{100, 100}}))
	require.Equal(t, orb.Point{1, 2}, at(orb.MultiPoint{{0, 0}, {2, 4}}))
	require.Equal(t, orb.Point{3, 0}, at(orb.Ring{{1, 0}, {5, 0}, {1, 0}}), "a ring without surface is a line")
	require.Equal(t, orb.Point{3, 4}, at(orb.Polygon{{{3, 4}, {3, 4}}}), "a line without length is a point")
	require.Equal(t, orb.Point{1, 1}, at(orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{2, 2}}))
	require.Equal(t, orb.Point{1, 1}, at(orb.MultiPoint{{1, 1}, {math.NaN(), 3}}))
	for _, nothing := range []orb.Geometry{nil, orb.MultiPoint{}, orb.Collection{orb.Polygon{}}, orb.Point{math.NaN(), 0}} {
		require.True(t, math.IsNaN(at(nothing)[0]))
	}
	require.Equal(t, orb.Point{1, 1}, at(orb.Polygon{{{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}}), "of a bow tie the border counts")
	far := orb.Polygon{{{1e9, 1e9}, {1e9 + 1, 1e9}, {1e9 + 1, 1e9 + 1}, {1e9, 1e9 + 1}, {1e9, 1e9}}}
	require.Equal(t, orb.Point{1e9 + 0.5, 1e9 + 0.5}, at(far))
}

// The hull holds every point, turns left at every corner, and its corners are points.
func TestConvexHullByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		points := make(orb.MultiPoint, 1+rng.IntN(40))
		for i := range points {
			points[i] = orb.Point{float64(rng.IntN(7)), float64(rng.IntN(7))}
		}
		before := slices.Clone(points)
		ring := geo.ConvexHull(points)
		require.Equal(t, before, points)
		require.Equal(t, ring[0], ring[len(ring)-1])
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			require.Contains(t, points, b)
			for _, p := range points {
				side := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
				require.GreaterOrEqual(t, side, 0.0)
				if side == 0 && len(ring) > 3 {
					// On the edge, not beyond it.
					require.LessOrEqual(t, (p[0]-a[0])*(p[0]-b[0])+(p[1]-a[1])*(p[1]-b[1]), 0.0)
				}
			}
		}
	}
	require.Equal(t, orb.Ring{{1, 1}, {3, 3}, {1, 1}}, geo.ConvexHull(orb.MultiPoint{{2, 2}, {3, 3}, {1, 1}, {2, 2}}))
	require.Equal(t, orb.Ring{{1, 1}}, geo.ConvexHull(orb.Point{1, 1}))
	require.Empty(t, geo.ConvexHull(nil))
	require.Equal(t, orb.Ring{{1, 1}, {2, 1}, {1, 1}}, geo.ConvexHull(orb.MultiPoint{{1, 1}, {2, math.NaN()}, {2, 1}, {math.Inf(1), 0}}))
}

// The smallest circle is the best of all circles on two or three points.
func TestEnclosingCircleByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for round := range 300 {
		points := make(orb.MultiPoint, 2+rng.IntN(9))
		for i := range points {
			if round%2 == 0 {
				points[i] = orb.Point{float64(rng.IntN(5)), float64(rng.IntN(5))}
			} else {
				points[i] = orb.Point{1000 + rng.NormFloat64(), rng.NormFloat64()}
			}
		}
		best := math.Inf(1)
		try := func(c orb.Point) {
			r := 0.0
			for _, p := range points {
				r = max(r, math.Hypot(p[0]-c[0], p[1]-c[1]))
			}
			best = min(best, r)
		}
		for i, p := range points {
			for j, q := range points[:i] {
				try(orb.Point{(p[0] + q[0]) / 2, (p[1] + q[1]) / 2})
				for _, r := range points[:j] {
					// Where the perpendicular bisectors meet.
					a, b := q[0]-p[0], q[1]-p[1]
					c, d := r[0]-p[0], r[1]-p[1]
					if det := 2 * (a*d - b*c); det != 0 {
						e, f := a*a+b*b, c*c+d*d
						try(orb.Point{p[0] + (d*e-b*f)/det, p[1] + (a*f-c*e)/det})
					}
				}
			}
		}
		center, radius := geo.EnclosingCircle(points)
		require.InDelta(t, best, radius, 1e-9)
		for _, p := range points {
			require.LessOrEqual(t, geo.Plane{}.Distance(center, p), radius)
		}
	}
	center, radius := geo.EnclosingCircle(nil)
	require.True(t, math.IsNaN(center[0]))
	require.Zero(t, radius)
	center, radius = geo.EnclosingCircle(orb.Point{4, 5})
	require.Equal(t, orb.Point{4, 5}, center)
	require.Zero(t, radius)
	center, radius = geo.EnclosingCircle(orb.MultiPoint{{0, 0}, {1, 1}, {4, 4}, {3, 3}})
	require.Equal(t, orb.Point{2, 2}, center)
	require.InDelta(t, 2*math.Sqrt2, radius, 1e-15)
}

// The golden file holds what GEOS finds for all counties, longitude and latitude
// taken as a plane.
func TestShapeOfCountiesLiterature(t *testing.T) {
	areas, at, _ := usCounties(t)
	areas, _ = geo.DropShortRings(areas)
	golden := rows(t, "geo", "golden", "county-planar-metrics.csv.gz")
	for _, row := range golden {
		var want [7]float64
		for k := range want {
			var err error
			want[k], err = strconv.ParseFloat(row[k+1], 64)
			require.NoError(t, err)
		}
		a := areas[at[row[0]]]
		area, perimeter := geo.Area(a, geo.Plane{}), geo.Perimeter(a, geo.Plane{})
		require.InEpsilon(t, want[1], area, 1e-10, row)
		require.InEpsilon(t, want[2], perimeter, 1e-10, row)
		require.InEpsilon(t, want[3], geo.Plane{}.Area(geo.ConvexHull(a)), 1e-10, row)
		_, radius := geo.EnclosingCircle(a)
		require.InEpsilon(t, want[4], radius, 1e-9, row)
		c := geo.Centroid(a, geo.Plane{})
		require.InDelta(t, want[5], c[0], 1e-9, row)
		require.InDelta(t, want[6], c[1], 1e-9, row)
		s := geo.ShapeOf(a, geo.Plane{})
		require.InEpsilon(t, 4*math.Pi*want[1]/(want[2]*want[2]), s.PolsbyPopper, 1e-9, row)
		require.InEpsilon(t, want[1]/(math.Pi*want[4]*want[4]), s.Reock, 1e-8, row)
		require.InEpsilon(t, want[1]/want[3], s.HullRatio, 1e-9, row)

		// On the earth: no measure is above 1, and surfaces agree on the map.
		for _, metric := range []geo.Metric{geo.Geodesic{}, geo.StraightEdge{}} {
			e := geo.ShapeOf(a, metric)
			for _, ratio := range []float64{e.PolsbyPopper, e.Reock, e.HullRatio, e.InertiaRatio} {
				require.True(t, ratio > 0 && ratio <= 1+1e-9, "%v: %+v", row, e)
			}
		}
	}
	t.Logf("read %d counties", len(golden))
	require.Len(t, golden, 3230)
}

func TestShapeOfNothing(t *testing.T) {
	for _, metric := range []geo.Metric{nil, geo.StraightEdge{}, geo.Plane{}} {
		for _, area := range []orb.MultiPolygon{nil, {}, {{}}, {{{}}}, {{{{1, 1}}}}, {{{{1, 1}, {2, 2}}}}, {{{{1, 1}, {2, 2}, {3, 3}, {1, 1}}}}, {{{{1, 1}, {1, 1}, {1, 1}, {1, 1}}}}} {
			s := geo.ShapeOf(area, metric)
			require.False(t, math.IsNaN(s.PolsbyPopper+s.Reock+s.HullRatio+s.InertiaRatio))
			require.LessOrEqual(t, max(s.PolsbyPopper, s.Reock, s.HullRatio, s.InertiaRatio), 1+1e-9)
		}
		bad := geo.ShapeOf(orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, math.NaN()}, {0, 0}}}}, metric)
		require.True(t, math.IsNaN(bad.PolsbyPopper) && math.IsNaN(bad.Reock))
	}
	outside := geo.ShapeOf(orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 91}, {0, 0}}}}, nil)
	require.True(t, math.IsNaN(outside.HullRatio))
}

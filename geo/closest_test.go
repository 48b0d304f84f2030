package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

func ExampleClosestPoints() {
	// From the German coast to an island.
	coast := orb.LineString{{8.50, 54.90}, {8.55, 54.70}, {8.80, 54.60}, {8.90, 54.40}}
	island := orb.Polygon{{{8.40, 54.68}, {8.45, 54.70}, {8.43, 54.76}, {8.35, 54.75}, {8.40, 54.68}}}
	from, to, metres := geo.ClosestPoints(coast, island, nil)
	fmt.Printf("%.1f km from %.3f to %.3f\n", metres/1000, from, to)
	// Output: 6.4 km from [8.548 54.708] to [8.450 54.700]
}

func TestClosestPointsThatMeet(t *testing.T) {
	square := orb.Polygon{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}, {{1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}}}
	for name, c := range map[string]struct {
		b    orb.Geometry
		want orb.Point
		far  float64
	}{
		"point inside":             {orb.Point{0.5, 2}, orb.Point{0.5, 2}, 0},
		"point on the border":      {orb.Point{4, 2}, orb.Point{4, 2}, 0},
		"point in the hole":        {orb.Point{2, 1.5}, orb.Point{2, 1}, 0.5},
		"line through":             {orb.LineString{{0.5, -1}, {0.5, 9}}, orb.Point{0.5, 0}, 0},
		"square in the hole":       {orb.Polygon{{{1.5, 1.25}, {2, 1.25}, {2, 2}, {1.5, 2}}}, orb.Point{2, 1}, 0.25},
		"square around everything": {orb.Bound{Min: orb.Point{-9, -9}, Max: orb.Point{9, 9}}, orb.Point{0, 0}, 0},
		"corner to corner":         {orb.Bound{Min: orb.Point{4, 4}, Max: orb.Point{5, 5}}, orb.Point{4, 4}, 0},
		"points apart":             {orb.MultiPoint{{9, 9}, {4, -3}}, orb.Point{4, 0}, 3},
	} {
		p, q, d := geo.ClosestPoints(square, c.b, geo.Plane{})
		require.Equal(t, c.far, d, name)
		if c.far == 0 {
			require.Equal(t, p, q, name)
		}
		if name != "square in the hole" {
			require.Equal(t, c.want, p, name)
		}
		back, there, d2 := geo.ClosestPoints(c.b, square, geo.Plane{})
		require.Equal(t, d, d2, name)
		require.InDelta(t, d, geo.Plane{}.Distance(back, there), 1e-15)
	}
	for _, nothing := range []orb.Geometry{nil, orb.MultiPolygon{}, orb.Point{math.NaN(), 0}} {
		p, q, d := geo.ClosestPoints(square, nothing, nil)
		require.True(t, math.IsNaN(d) && math.IsNaN(p[0]) && math.IsNaN(q[0]))
	}
}

// No pair of points along two lines is nearer than the pair found.
func TestClosestPointsBySampling(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		line := func(center orb.Point) (l orb.LineString) {
			for range 2 + rng.IntN(40) {
				l = append(l, orb.Point{center[0] + rng.Float64(), center[1] + rng.Float64()})
			}
			return l
		}
		lon := 179 + rng.Float64()
		a, b := line(orb.Point{lon, 50}), line(orb.Point{lon + 1 + rng.Float64(), 50.5})
		for _, metric := range []geo.Metric{nil, geo.Plane{}} {
			if metric == nil {
				// Beyond the antimeridian, written anew.
				for i := range b {
					b[i][0] = math.Remainder(b[i][0], 360)
				}
				if b.Bound().Max[0]-b.Bound().Min[0] > 180 {
					continue
				}
			}
			p, q, d := geo.ClosestPoints(a, b, metric)
			m := metric
			if m == nil {
				m = geo.Geodesic{}
			}
			require.InDelta(t, d, m.Distance(p, q), 1e-9)
			for range 200 {
				i, j := 1+rng.IntN(len(a)-1), 1+rng.IntN(len(b)-1)
				u, v := rng.Float64(), rng.Float64()
				x := orb.Point{a[i-1][0] + u*(a[i][0]-a[i-1][0]), a[i-1][1] + u*(a[i][1]-a[i-1][1])}
				y := orb.Point{b[j-1][0] + v*(b[j][0]-b[j-1][0]), b[j-1][1] + v*(b[j][1]-b[j-1][1])}
				require.GreaterOrEqual(t, m.Distance(x, y), d-20)
				if metric != nil {
					require.GreaterOrEqual(t, m.Distance(x, y), d-1e-12)
				}
			}
			if metric == nil {
				b = line(orb.Point{lon + 3, 50})
			}
		}
	}
}

func FuzzClosestPoints(f *testing.F) {
	f.Add(0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0)
	f.Add(0.0, 0.0, 1e300, 1e-300, -1e308, 4.0, 1e308, 1e308)
	f.Add(180.0, 90.0, -180.0, 90.0, 5e-324, -90.0, 1e17, 0.0)
	f.Fuzz(func(t *testing.T, ax, ay, bx, by, cx, cy, dx, dy float64) {
		a, b := orb.LineString{{ax, ay}, {bx, by}}, orb.LineString{{cx, cy}, {dx, dy}}
		for _, metric := range []geo.Metric{nil, geo.Plane{}} {
			_, _, d := geo.ClosestPoints(a, b, metric)
			_, _, e := geo.ClosestPoints(b, a, metric)
			if big := max(math.Abs(ax), math.Abs(ay), math.Abs(bx), math.Abs(by), math.Abs(cx), math.Abs(cy), math.Abs(dx), math.Abs(dy)); big < 1e100 {
				require.InDelta(t, d, e, 1e-9*max(1, d)+30)
			}
		}
	})
}

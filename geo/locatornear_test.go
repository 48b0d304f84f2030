package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
)

// farEdges finds the distance to every area the plain way: along each edge many
// points are measured, and the neighbourhood of the best is searched by thirds.
func farEdges(areas []orb.MultiPolygon, p orb.Point, m geo.Metric) (distance []float64) {
	for _, area := range areas {
		best := math.Inf(1)
		for _, polygon := range area {
			for _, ring := range polygon {
				for k := 1; k < len(ring); k++ {
					a, b := ring[k-1], ring[k]
					f := func(t float64) float64 {
						return m.Distance(p, orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
					}
					const steps = 100
					at, least := 0.0, math.Inf(1)
					for s := range steps + 1 {
						if d := f(float64(s) / steps); d < least {
							at, least = float64(s)/steps, d
						}
					}
					low, high := max(0, at-1.0/steps), min(1, at+1.0/steps)
					for range 60 {
						if x, y := low+(high-low)/3, high-(high-low)/3; f(x) < f(y) {
							high = y
						} else {
							low = x
						}
					}
					best = min(best, least, f(low))
				}
			}
		}
		distance = append(distance, best)
	}
	return distance
}

// moved is the areas with every position scaled and shifted.
func moved(areas []orb.MultiPolygon, x, y, scaleX, scaleY float64) (to []orb.MultiPolygon) {
	for _, a := range areas {
		var ring orb.Ring
		for _, p := range a[0][0] {
			ring = append(ring, orb.Point{x + scaleX*p[0], y + scaleY*p[1]})
		}
		to = append(to, areaOf(ring))
	}
	return to
}

func TestNearestAgainstManyPoints(t *testing.T) {
	r := splitmix.Source(7)
	grid := crookedTiles(3, &r)
	box := func(w, s, e, n float64) orb.MultiPolygon {
		return areaOf(orb.Ring{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}})
	}
	for _, c := range []struct {
		name   string
		areas  []orb.MultiPolygon
		metric geo.Metric
		points func() orb.Point
	}{
		{"plane", grid, geo.Plane{}, func() orb.Point { return orb.Point{12*r.Float() - 4, 12*r.Float() - 4} }},
		{"counties", moved(grid, -100, 40, 0.3, 0.3), geo.Geodesic{}, func() orb.Point { return orb.Point{-101 + 3*r.Float(), 39 + 3*r.Float()} }},
		{"from anywhere", moved(grid, -100, 40, 0.3, 0.3), nil, func() orb.Point { return orb.Point{360*r.Float() - 180, 180*r.Float() - 90} }},
		{"arctic", moved(grid, 20, 80, 5, 2.5), geo.Geodesic{}, func() orb.Point { return orb.Point{360*r.Float() - 180, 75 + 15*r.Float()} }},
		{"antimeridian", []orb.MultiPolygon{box(170, -20, 180, -10), box(-180, -20, -170, -10), box(178, 0, 180, 1), box(175, 60, 185, 61)}, geo.Geodesic{}, func() orb.Point { return orb.Point{math.Mod(160+40*r.Float()+180, 360) - 180, 90*r.Float() - 30} }},
		{"long edges", []orb.MultiPolygon{box(-123, 49, -95, 60), areaOf(orb.Ring{{-120, 20}, {-60, 48}, {-60, 20}, {-120, 20}})}, geo.StraightEdge{}, func() orb.Point { return orb.Point{-130 + 80*r.Float(), 10 + 60*r.Float()} }},
		{"close", moved(grid, 10, 50, 1e-6, 1e-6), geo.Geodesic{}, func() orb.Point { return orb.Point{10 + 6e-6*r.Float() - 1e-6, 50 + 6e-6*r.Float() - 1e-6} }},
		{"a metric of one's own", grid, miles{}, func() orb.Point { return orb.Point{12*r.Float() - 4, 12*r.Float() - 4} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := geo.NewLocator(c.areas)
			require.NoError(t, err)
			m := c.metric
			if _, straight := m.(geo.StraightEdge); m == nil || straight {
				m = geo.Geodesic{}
			}
			outside := 0
			for range 20 {
				p := c.points()
				owner := l.Locate(p)
				far := farEdges(c.areas, p, m)
				least := math.Inf(1)
				for _, d := range far {
					least = min(least, d)
				}
				slack := 1e-9*least + 1e-6
				area, distance := l.Nearest(p, c.metric)
				if owner >= 0 {
					require.Equal(t, owner, area)
					require.Zero(t, distance)
					own := l.BorderDistance(p, c.metric)
					require.Equal(t, owner, own.Area)
					require.InDelta(t, far[owner], own.Distance, 1e-9*far[owner]+1e-6, "%v", p)
					require.InDelta(t, own.Distance, m.Distance(p, own.At), 1e-9)
					if own.Behind >= 0 {
						require.InDelta(t, own.Distance, far[own.Behind], slack+1e-6)
					}
				} else {
					outside++
					require.InDelta(t, least, distance, slack, "%v", p)
					require.InDelta(t, least, far[area], slack, "%v", p)
					border := l.BorderDistance(p, c.metric)
					require.Equal(t, distance, border.Distance)
					require.Equal(t, area, border.Behind)
					require.Equal(t, -1, border.Area)
				}
				// All areas to some distance that is no tie.
				limit := least + (far[r.Below(len(far))]-least)*(0.5+r.Float())
				var want []int
				for a, d := range far {
					if d <= limit || a == owner {
						want = append(want, a)
					}
				}
				var got []int
				last := 0.0
				for _, n := range l.Within(p, limit, c.metric) {
					got = append(got, n.Area)
					require.GreaterOrEqual(t, n.Distance, last)
					last = n.Distance
					if n.Area != owner {
						require.InDelta(t, far[n.Area], n.Distance, 1e-9*far[n.Area]+1e-6)
					}
				}
				if limit > least+2*slack {
					require.ElementsMatch(t, want, got, "%v within %v", p, limit)
				}
			}
			require.Positive(t, outside)
		})
	}
}

// miles is a metric that the package does not know.
type miles struct{ geo.Plane }

func (miles) Distance(a, b orb.Point) float64 { return geo.Plane{}.Distance(a, b) / 1609.344 }

func TestNearestWhereThereIsNothing(t *testing.T) {
	l, err := geo.NewLocator([]orb.MultiPolygon{nil, areaOf(squareRing(0, 0, 1))})
	require.NoError(t, err)
	empty, err := geo.NewLocator([]orb.MultiPolygon{nil})
	require.NoError(t, err)
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		l *geo.Locator
		p orb.Point
	}{{empty, orb.Point{}}, {new(geo.Locator), orb.Point{}}, {l, orb.Point{nan, 0}}, {l, orb.Point{0, inf}}, {l, orb.Point{-inf, nan}}, {l, orb.Point{5, 91}}} {
		area, distance := c.l.Nearest(c.p, nil)
		require.Equal(t, -1, area)
		require.Equal(t, inf, distance)
		b := c.l.BorderDistance(c.p, nil)
		require.Equal(t, geo.NearBorder{Area: -1, Behind: -1, Distance: inf}, b)
		require.Empty(t, c.l.Within(c.p, 1e9, nil))
	}
	require.Empty(t, l.Within(orb.Point{0.5, 0.5}, -1, nil))
	require.Empty(t, l.Within(orb.Point{0.5, 0.5}, nan, nil))
	require.Equal(t, []geo.Near{{Area: 1}}, l.Within(orb.Point{0.5, 0.5}, 0, nil))
}

func TestBorderDistance(t *testing.T) {
	l, err := geo.NewLocator([]orb.MultiPolygon{
		{{squareRing(0, 0, 4)}, {squareRing(4, 0, 4)}}, // one area of two polygons
		areaOf(squareRing(8, 0, 4)),
		areaOf(orb.Ring{{0, 4}, {12, 4}, {12, 8}, {0, 8}}), // borders on both, in one long edge
	})
	require.NoError(t, err)
	for _, c := range []struct {
		p    orb.Point
		want geo.NearBorder
	}{
		{orb.Point{4.5, 2.5}, geo.NearBorder{Area: 0, Behind: 2, Distance: 1.5, At: orb.Point{4.5, 4}}},
		{orb.Point{7, 2}, geo.NearBorder{Area: 0, Behind: 1, Distance: 1, At: orb.Point{8, 2}}},
		{orb.Point{1, 2}, geo.NearBorder{Area: 0, Behind: -1, Distance: 1, At: orb.Point{0, 2}}},
		{orb.Point{8, 2}, geo.NearBorder{Area: 1, Behind: 0, Distance: 0, At: orb.Point{8, 2}}},
		{orb.Point{6, 5}, geo.NearBorder{Area: 2, Behind: 0, Distance: 1, At: orb.Point{6, 4}}},
		{orb.Point{14, 2}, geo.NearBorder{Area: -1, Behind: 1, Distance: 2, At: orb.Point{12, 2}}},
		{orb.Point{15, 0}, geo.NearBorder{Area: -1, Behind: 1, Distance: 3, At: orb.Point{12, 0}}},
		{orb.Point{13, 4}, geo.NearBorder{Area: -1, Behind: 1, Distance: 1, At: orb.Point{12, 4}}},
	} {
		require.Equal(t, c.want, l.BorderDistance(c.p, geo.Plane{}), "%v", c.p)
	}
}

// What lies upon an area is not behind its border.
func TestBorderDistanceWhereAreasOverlap(t *testing.T) {
	square := areaOf(squareRing(0, 0, 4))
	l, err := geo.NewLocator([]orb.MultiPolygon{square, square, areaOf(squareRing(4, 0, 4)), areaOf(orb.Ring{{2, 0}, {4, 0}, {6, 0}, {6, 4}, {4, 4}, {2, 4}})})
	require.NoError(t, err)
	for _, c := range []struct {
		p    orb.Point
		want geo.NearBorder
	}{
		{orb.Point{1, 2}, geo.NearBorder{Area: 0, Behind: -1, Distance: 1, At: orb.Point{0, 2}}},
		{orb.Point{1.5, 3}, geo.NearBorder{Area: 0, Behind: -1, Distance: 1, At: orb.Point{1.5, 4}}},
		{orb.Point{3, 2}, geo.NearBorder{Area: 0, Behind: 2, Distance: 1, At: orb.Point{4, 2}}},
		{orb.Point{5, 2}, geo.NearBorder{Area: 2, Behind: 0, Distance: 1, At: orb.Point{4, 2}}},
	} {
		require.Equal(t, c.want, l.BorderDistance(c.p, geo.Plane{}), "%v", c.p)
	}
}

func BenchmarkNearest(b *testing.B) {
	r := splitmix.Source(1)
	l, err := geo.NewLocator(moved(crookedTiles(60, &r), -120, 25, 0.8, 0.4))
	require.NoError(b, err)
	for _, m := range []geo.Metric{geo.Geodesic{}, geo.Plane{}} {
		for _, where := range []string{"inside", "outside"} {
			b.Run(fmt.Sprintf("method=border/metric=%T/%s/areas=3600", m, where), func(b *testing.B) {
				r := splitmix.Source(2)
				for b.Loop() {
					p := orb.Point{-120 + 48*r.Float(), 25 + 24*r.Float()}
					if where == "outside" {
						p[1] -= 26
					}
					l.BorderDistance(p, m)
				}
			})
		}
	}
}

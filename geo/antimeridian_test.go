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

// An island of Fiji, west and east of the 180th meridian.
func ExampleCutAntimeridian() {
	island := orb.Polygon{{{179, -17}, {-179, -17}, {-179, -16}, {179, -16}, {179, -17}}}
	parts, err := geo.CutAntimeridian(island)
	if err != nil {
		panic(err)
	}
	for _, part := range parts.(orb.MultiPolygon) {
		fmt.Println(part)
	}
	// Output:
	// [[[180 -16] [179 -16] [179 -17] [180 -17] [180 -16]]]
	// [[[-180 -17] [-179 -17] [-179 -16] [-180 -16] [-180 -17]]]
}

// landOf is the area of all parts in the plane, holes taken off.
func landOf(g orb.Geometry) (sum float64) {
	switch g := g.(type) {
	case orb.Polygon:
		return landOf(orb.MultiPolygon{g})
	case orb.MultiPolygon:
		for _, polygon := range g {
			for r, ring := range polygon {
				a := geo.Plane{}.Area(ring)
				if r > 0 {
					a = -a
				}
				sum += a
			}
		}
	}
	return sum
}

// turned is the polygon moved east by degrees and written within ±180°.
func turned(polygon orb.Polygon, degrees float64) orb.Polygon {
	to := make(orb.Polygon, len(polygon))
	for r, ring := range polygon {
		for _, p := range ring {
			x := p[0] + degrees
			for x > 180 {
				x -= 360
			}
			for x < -180 {
				x += 360
			}
			to[r] = append(to[r], orb.Point{x, p[1]})
		}
	}
	return to
}

// inside is the even-odd rule, for points that are not on an edge.
func inside(g orb.Geometry, p orb.Point) bool {
	odd := false
	var polygons orb.MultiPolygon
	switch g := g.(type) {
	case orb.Polygon:
		polygons = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		polygons = g
	}
	for _, polygon := range polygons {
		for _, ring := range polygon {
			for i := range ring[1:] {
				a, b := ring[i], ring[i+1]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
					odd = !odd
				}
			}
		}
	}
	return odd
}

// star is a ring around the origin with random radii, with a hole of the same kind.
func star(rng *rand.Rand) orb.Polygon {
	n := 3 + rng.IntN(12)
	var outer, hole orb.Ring
	for i := range n {
		angle := 2 * math.Pi * (float64(i) + 0.8*rng.Float64()) / float64(n)
		r := 2 + 18*rng.Float64()
		outer = append(outer, orb.Point{r * math.Cos(angle), r * math.Sin(angle)})
		hole = append(hole, orb.Point{0.5 * r * math.Cos(angle), 0.5 * r * math.Sin(angle)})
	}
	polygon := orb.Polygon{append(outer, outer[0]), append(hole, hole[0])}
	if rng.IntN(2) == 0 {
		polygon[0].Reverse()
	}
	if rng.IntN(2) == 0 {
		polygon[1].Reverse()
	}
	return polygon
}

// Cut parts hold the points that the polygon holds where it is not cut.
func TestCutKeepsTheInside(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	several := 0
	for range 400 {
		polygon := star(rng)
		shift := 180 + 40*(rng.Float64()-0.5)
		cut, err := geo.CutAntimeridian(turned(polygon, shift))
		require.NoError(t, err)
		require.InDelta(t, landOf(polygon), landOf(cut), 1e-9*(1+landOf(polygon)))
		if parts, ok := cut.(orb.MultiPolygon); ok {
			several++
			for _, part := range parts {
				for r, ring := range part {
					require.Equal(t, ring[0], ring[len(ring)-1])
					want := orb.CCW
					if r > 0 {
						want = orb.CW
					}
					if len(part) == 1 || r == 0 {
						require.Equal(t, want, ring.Orientation())
					}
					for k := range ring[1:] {
						require.LessOrEqual(t, math.Abs(ring[k][0]), 180.0)
						require.LessOrEqual(t, math.Abs(ring[k][0]-ring[k+1][0]), 180.0)
					}
				}
			}
		}
		for range 50 {
			p := orb.Point{40 * (rng.Float64() - 0.5), 40 * (rng.Float64() - 0.5)}
			moved := turned(orb.Polygon{{p}}, shift)[0][0]
			require.Equal(t, inside(polygon, p), inside(cut, moved), "%v %v", polygon, p)
		}
	}
	require.Greater(t, several, 200)
}

func TestCutCases(t *testing.T) {
	for name, c := range map[string]struct{ give, want orb.Geometry }{
		"nothing":         {nil, nil},
		"a point beyond":  {orb.Point{190, 5}, orb.Point{-170, 5}},
		"points":          {orb.MultiPoint{{180, 1}, {-190, 1}, {540, 1}, {725, 1}}, orb.MultiPoint{{180, 1}, {170, 1}, {180, 1}, {5, 1}}},
		"a line at home":  {orb.LineString{{170, 0}, {180, 1}}, orb.LineString{{170, 0}, {180, 1}}},
		"a line":          {orb.LineString{{170, 0}, {-170, 10}, {-160, 0}}, orb.MultiLineString{{{170, 0}, {180, 5}}, {{-180, 5}, {-170, 10}, {-160, 0}}}},
		"a line beyond":   {orb.LineString{{190, 0}, {200, 10}}, orb.LineString{{-170, 0}, {-160, 10}}},
		"from the line":   {orb.LineString{{180, 0}, {-170, 10}}, orb.LineString{{-180, 0}, {-170, 10}}},
		"on to the line":  {orb.LineString{{170, 0}, {-180, 10}, {175, 20}}, orb.LineString{{170, 0}, {180, 10}, {175, 20}}},
		"lines":           {orb.MultiLineString{{{1, 1}, {2, 2}}, {{179, 0}, {181, 2}}}, orb.MultiLineString{{{1, 1}, {2, 2}}, {{179, 0}, {180, 1}}, {{-180, 1}, {-179, 2}}}},
		"along the line":  {orb.Polygon{{{180, 0}, {-170, 0}, {-170, 9}, {180, 9}, {180, 0}}}, orb.Polygon{{{-170, 0}, {-170, 9}, {-180, 9}, {-180, 0}, {-170, 0}}}},
		"all beyond":      {orb.Polygon{{{181, 0}, {190, 0}, {190, 9}, {181, 0}}}, orb.Polygon{{{-179, 0}, {-170, 0}, {-170, 9}, {-179, 0}}}},
		"the whole world": {orb.Polygon{{{-180, -90}, {0, -90}, {180, -90}, {180, 90}, {0, 90}, {-180, 90}, {-180, -90}}}, nil},
		"a box":           {orb.Bound{Min: orb.Point{170, 0}, Max: orb.Point{190, 1}}, orb.MultiPolygon{{{{180, 1}, {170, 1}, {170, 0}, {180, 0}, {180, 1}}}, {{{-180, 0}, {-170, 0}, {-170, 1}, {-180, 1}, {-180, 0}}}}},
		"a collection":    {orb.Collection{orb.Point{181, 0}, orb.LineString{{1, 1}, {2, 2}}}, orb.Collection{orb.Point{-179, 0}, orb.LineString{{1, 1}, {2, 2}}}},
		"a hole beside": {
			orb.Polygon{{{170, 0}, {-170, 0}, {-170, 9}, {170, 9}, {170, 0}}, {{-178, 1}, {-178, 2}, {-177, 2}, {-178, 1}}},
			orb.MultiPolygon{{{{180, 9}, {170, 9}, {170, 0}, {180, 0}, {180, 9}}}, {{{-180, 0}, {-170, 0}, {-170, 9}, {-180, 9}, {-180, 0}}, {{-178, 1}, {-178, 2}, {-177, 2}, {-178, 1}}}},
		},
		"a spike that touches": {
			orb.Polygon{{{170, 0}, {-179, 0}, {-179, 4}, {180, 5}, {-179, 6}, {-179, 9}, {170, 9}, {170, 0}}},
			orb.MultiPolygon{{{{180, 9}, {170, 9}, {170, 0}, {180, 0}, {180, 9}}}, {{{-180, 0}, {-179, 0}, {-179, 4}, {-180, 5}, {-179, 6}, {-179, 9}, {-180, 9}, {-180, 0}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := geo.CutAntimeridian(c.give)
			require.NoError(t, err)
			if c.want == nil {
				c.want = c.give
			}
			require.Equal(t, c.want, got)
			again, err := geo.CutAntimeridian(got)
			require.NoError(t, err)
			require.Equal(t, got, again)
		})
	}
}

func TestCutFaults(t *testing.T) {
	for want, g := range map[string]orb.Geometry{
		"ring 0: runs around a pole":                   orb.Polygon{{{0, 80}, {120, 80}, {-120, 80}, {0, 80}}},
		"ring 0: is not closed":                        orb.Polygon{{{170, 0}, {-170, 0}, {-170, 9}}},
		"ring 0: has no area":                          orb.Polygon{{{170, 0}, {-170, 0}, {170, 0}}},
		"polygon 0: ring 0: position 0: longitude NaN": orb.MultiPolygon{{{{math.NaN(), 0}}}},
		"line 1: position 1: longitude +Inf":           orb.MultiLineString{{}, {{1, 2}, {math.Inf(1), 0}}},
		"its rings cross each other on the 180th meridian": orb.Polygon{
			{{170, 0}, {175, 0}, {175, 1}, {170, 0}}, {{170, 5}, {-170, 5}, {-170, 6}, {170, 5}}},
		"geometry 0: ring 0: is not closed": orb.Collection{orb.Polygon{{{170, 0}, {-170, 0}}}},
	} {
		_, err := geo.CutAntimeridian(g)
		require.EqualError(t, err, want)
	}
}

// Both sides of a border are cut at the same latitude.
func TestCutKeepsBordersShared(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 1000 {
		a, b := orb.Point{180 - 20*rng.Float64(), 50 * rng.Float64()}, orb.Point{-180 + 20*rng.Float64(), 50 * rng.Float64()}
		there, err := geo.CutAntimeridian(orb.LineString{a, b})
		require.NoError(t, err)
		back, err := geo.CutAntimeridian(orb.LineString{b, a})
		require.NoError(t, err)
		require.Equal(t, there.(orb.MultiLineString)[0][1], back.(orb.MultiLineString)[1][0])
		require.Equal(t, there.(orb.MultiLineString)[1][0], back.(orb.MultiLineString)[0][1])
	}
}

// FuzzCutAntimeridian reads a polygon of two rings from the bytes.
func FuzzCutAntimeridian(f *testing.F) {
	f.Add([]byte{170, 0, 190, 0, 190, 20, 170, 20, 170, 0}, uint8(5))
	f.Add([]byte{170, 0, 180, 0, 190, 20, 180, 20, 180, 10, 170, 0, 176, 1, 183, 2, 177, 3, 176, 1}, uint8(6))
	f.Fuzz(func(t *testing.T, data []byte, at uint8) {
		var ring orb.Ring
		for i := 0; i+1 < len(data); i += 2 {
			ring = append(ring, orb.Point{float64(data[i])*2 - 180, float64(data[i+1])/4 - 30})
		}
		k := min(int(at), len(ring))
		polygon := turned(orb.Polygon{ring[:k], ring[k:]}, 0)
		cut, err := geo.CutAntimeridian(polygon)
		if err != nil {
			require.Nil(t, cut)
			return
		}
		require.LessOrEqual(t, math.Abs(cut.Bound().Min[0]), 180.0)
		require.LessOrEqual(t, math.Abs(cut.Bound().Max[0]), 180.0)
		lines, err := geo.CutAntimeridian(orb.MultiLineString{orb.LineString(polygon[0]), orb.LineString(polygon[1])})
		require.NoError(t, err)
		for _, line := range lines.(orb.MultiLineString) {
			for i := 1; i < len(line); i++ {
				require.LessOrEqual(t, math.Abs(line[i][0]-line[i-1][0]), 180.0)
			}
		}
		again, err := geo.CutAntimeridian(lines)
		require.NoError(t, err)
		require.Equal(t, lines, again)
	})
}

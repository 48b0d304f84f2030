package geo_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

func ExampleLabelPoint() {
	// A horseshoe, whose centroid lies outside.
	horseshoe := orb.MultiPolygon{{{{0, 0}, {10, 0}, {10, 8}, {6, 8}, {6, 4}, {4, 4}, {4, 8}, {0, 8}, {0, 0}}}}
	at, clearance := geo.LabelPoint(horseshoe, 0.001, geo.Plane{})
	fmt.Printf("%.1f, %.2f from the border\n", at, clearance)
	// Output: [2.3 2.3], 2.34 from the border
}

// evenOdd is the even-odd rule over every polygon of its own.
func evenOdd(area orb.MultiPolygon, p orb.Point) bool {
	for _, polygon := range area {
		in := false
		for _, ring := range polygon {
			for i, b := range ring {
				a := ring[(i+len(ring)-1)%len(ring)]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
					in = !in
				}
			}
		}
		if in {
			return true
		}
	}
	return false
}

// toBorder is the distance to the nearest ring of an area.
func toBorder(area orb.MultiPolygon, p orb.Point) float64 {
	least := math.Inf(1)
	for _, polygon := range area {
		for _, ring := range polygon {
			for i, b := range ring {
				a := ring[(i+len(ring)-1)%len(ring)]
				dx, dy := b[0]-a[0], b[1]-a[1]
				t := 0.0
				if dx != 0 || dy != 0 {
					t = max(0, min(1, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/(dx*dx+dy*dy)))
				}
				least = min(least, math.Hypot(p[0]-a[0]-t*dx, p[1]-a[1]-t*dy))
			}
		}
	}
	return least
}

// spiky is a ring around a point, spiky and counter-clockwise.
func spiky(rng *rand.Rand, center orb.Point, low, high float64) orb.Ring {
	n := 3 + rng.IntN(20)
	var ring orb.Ring
	for i := range n {
		angle := 2 * math.Pi * (float64(i) + rng.Float64()) / float64(n)
		r := low + (high-low)*rng.Float64()
		ring = append(ring, orb.Point{center[0] + r*math.Cos(angle), center[1] + r*math.Sin(angle)})
	}
	return append(ring, ring[0])
}

// No point of a fine grid is farther from the border, and the clearance is true.
func TestLabelPointByGrid(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		area := orb.MultiPolygon{{spiky(rng, orb.Point{0, 0}, 2, 10)}}
		if rng.IntN(2) == 0 {
			area[0] = append(area[0], spiky(rng, orb.Point{0, 0}, 0.3, 1)) // may cross the outer ring
		}
		if rng.IntN(2) == 0 {
			area = append(area, orb.Polygon{spiky(rng, orb.Point{40, 3}, 2, 12)})
		}
		const tolerance = 0.01
		at, clearance := geo.LabelPoint(area, tolerance, geo.Plane{})
		require.True(t, evenOdd(area, at))
		require.InDelta(t, toBorder(area, at), clearance, 1e-9)
		best := 0.0
		for x := -12.0; x < 54; x += 0.5 {
			for y := -12.0; y < 16; y += 0.5 {
				if p := (orb.Point{x, y}); evenOdd(area, p) {
					best = max(best, toBorder(area, p))
				}
			}
		}
		require.GreaterOrEqual(t, clearance, best-tolerance)

		again, _ := geo.LabelPoint(area, tolerance, geo.Plane{})
		require.Equal(t, at, again)
	}
}

func TestLabelPointKnown(t *testing.T) {
	for name, c := range map[string]struct {
		area orb.MultiPolygon
		want float64
	}{
		"square":               {orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}}}, 2},
		"open ring":            {orb.MultiPolygon{{{{0, 0}, {0, 4}, {4, 4}, {4, 0}}}}, 2},
		"strip":                {orb.MultiPolygon{{{{0, 0}, {1e5, 0}, {1e5, 2}, {0, 2}, {0, 0}}}}, 1},
		"hole in the middle":   {orb.MultiPolygon{{{{0, 0}, {6, 0}, {6, 6}, {0, 6}, {0, 0}}, {{2, 2}, {4, 2}, {4, 4}, {2, 4}, {2, 2}}}}, 4 - 2*math.Sqrt2},
		"larger part":          {orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}}, {{{9, 9}, {14, 9}, {14, 14}, {9, 14}, {9, 9}}}}, 2.5},
		"parts that touch":     {orb.MultiPolygon{{{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}}, {{{2, 0}, {4, 0}, {4, 2}, {2, 2}, {2, 0}}}}, 1},
		"huge":                 {orb.MultiPolygon{{{{0, 0}, {1e300, 0}, {1e300, 1e300}, {0, 1e300}, {0, 0}}}}, 5e299},
		"largest":              {orb.MultiPolygon{{{{-1e308, -1e308}, {1e308, -1e308}, {1e308, 1e308}, {-1e308, 1e308}, {-1e308, -1e308}}}}, 1e308},
		"tiny":                 {orb.MultiPolygon{{{{0, 0}, {1e-300, 0}, {1e-300, 1e-300}, {0, 1e-300}, {0, 0}}}}, 5e-301},
		"far from the origin":  {orb.MultiPolygon{{{{1e9, 1e9}, {1e9 + 1, 1e9}, {1e9 + 1, 1e9 + 1}, {1e9, 1e9 + 1}, {1e9, 1e9}}}}, 0.5},
		"not a number between": {orb.MultiPolygon{{{{0, 0}, {math.NaN(), 1}, {4, 0}, {4, 4}, {0, math.Inf(1)}, {0, 4}, {0, 0}}}}, 2},
	} {
		at, clearance := geo.LabelPoint(c.area, 0, geo.Plane{})
		require.True(t, finitePoint(at), name)
		require.LessOrEqual(t, clearance, c.want*(1+1e-12), name)
		bounds := c.area.Bound()
		side := max(bounds.Max[0]-bounds.Min[0], bounds.Max[1]-bounds.Min[1])
		if !finitePoint(orb.Point{side}) || math.IsNaN(side) {
			side = c.want * 3
		}
		require.GreaterOrEqual(t, clearance, c.want-side/1000, name)
		require.Positive(t, clearance, name)
	}
}

func finitePoint(p orb.Point) bool { return p[0]-p[0] == 0 && p[1]-p[1] == 0 }

func TestLabelPointOfNothing(t *testing.T) {
	for _, metric := range []geo.Metric{nil, geo.Plane{}} {
		for _, area := range []orb.MultiPolygon{nil, {{}}, {{{}}}, {{{{math.NaN(), 1}}}}} {
			at, clearance := geo.LabelPoint(area, 0, metric)
			require.True(t, math.IsNaN(at[0]))
			require.Zero(t, clearance)
		}
		for _, area := range []orb.MultiPolygon{
			{{{{1, 1}}}}, {{{{1, 1}, {1, 1}, {1, 1}, {1, 1}}}}, {{{{1, 1}, {5, 1}, {1, 1}}}},
			{{{{1, 1}, {3, 3}, {7, 7}, {1, 1}}}}, {{{{1, 1}, {5, 2}, {1, 1}}}},
			{{{{0, 1}, {1e-20, 1}, {1e-20, math.Nextafter(1, 2)}, {0, math.Nextafter(1, 2)}}}}, // no number is inside
		} {
			at, clearance := geo.LabelPoint(area, 1e-9, metric)
			require.True(t, finitePoint(at))
			require.InDelta(t, 0, clearance, 1e-9)
		}
	}
}

// A square of 20 km at 60 degrees north has its corners at different longitudes
// than at the equator, and 10 km of clearance in both places.
func TestLabelPointOnTheEarth(t *testing.T) {
	for _, lat := range []float64{0, 60, -80} {
		var ring orb.Ring
		for _, azimuth := range []float64{45, 135, 225, 315} {
			p, _ := geo.Geodesic{}.Direct(orb.Point{20, lat}, azimuth, 10_000*math.Sqrt2)
			ring = append(ring, p)
		}
		at, clearance := geo.LabelPoint(orb.MultiPolygon{{ring}}, 5, nil)
		require.InDelta(t, 10_000, clearance, 60)
		require.Less(t, geo.Geodesic{}.Distance(orb.Point{20, lat}, at), 60.0)
	}
}

// The lakes of polylabel's own tests, with the distances that it finds.
func TestLabelPointOfLakesLiterature(t *testing.T) {
	read := 0
	for name, want := range map[string]float64{"water1.json": 288.8493574779127, "water2.json": 960.5} {
		for _, tolerance := range []float64{1, 50} {
			lake := orb.MultiPolygon{lakeOf(t, name)}
			at, clearance := geo.LabelPoint(lake, tolerance, geo.Plane{})
			require.True(t, evenOdd(lake, at))
			require.InDelta(t, toBorder(lake, at), clearance, 1e-9)
			require.GreaterOrEqual(t, clearance, want-tolerance)
			require.LessOrEqual(t, clearance, want+1, "polylabel's own tolerance")
			read++
		}
	}
	t.Logf("read %d", read)
}

func lakeOf(t testing.TB, name string) (lake orb.Polygon) {
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set")
	}
	f, err := os.Open(filepath.Join(folder, "geo", "conformance", "polylabel.tar.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		require.NoError(t, err, name)
		if strings.HasSuffix(h.Name, name) {
			require.NoError(t, json.NewDecoder(files).Decode(&lake))
			return lake
		}
	}
}

// Every county has a label inside.
func TestLabelPointOfCountiesLiterature(t *testing.T) {
	areas, _, _ := usCounties(t)
	labelled := 0
	for _, area := range areas {
		for _, metric := range []geo.Metric{nil, geo.Plane{}} {
			at, clearance := geo.LabelPoint(area, 0, metric)
			if clearance > 0 {
				require.True(t, evenOdd(area, at), "%v", area)
				labelled++
			} else {
				require.Zero(t, geo.Area(area, geo.Plane{}))
			}
		}
	}
	t.Logf("labelled %d of %d counties, twice", labelled/2, len(areas))
	require.Greater(t, labelled, 2*3200)
}

func FuzzLabelPoint(f *testing.F) {
	f.Add(0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0, 0.1)
	f.Add(0.0, 0.0, 1e300, 1e-300, -1e308, 4.0, 1e308, 1e308, 1e-300)
	f.Add(180.0, 90.0, -180.0, 90.0, 5e-324, -90.0, 1e17, 0.0, -1.0)
	f.Fuzz(func(t *testing.T, ax, ay, bx, by, cx, cy, dx, dy, tolerance float64) {
		area := orb.MultiPolygon{{{{ax, ay}, {bx, by}, {cx, cy}, {dx, dy}}}}
		for _, metric := range []geo.Metric{nil, geo.StraightEdge{}, geo.Plane{}} {
			at, clearance := geo.LabelPoint(area, tolerance, metric)
			require.False(t, math.IsNaN(clearance) || clearance < 0)
			_ = at
			geo.ShapeOf(area, metric)
			geo.Centroid(area, metric)
		}
		geo.ConvexHull(area)
		geo.EnclosingCircle(area)
	})
}

func BenchmarkLabelPoint(b *testing.B) {
	areas, _, _ := usCounties(b)
	b.Run(fmt.Sprintf("counties/n=%d", len(areas)), func(b *testing.B) {
		for b.Loop() {
			for _, area := range areas {
				geo.LabelPoint(area, 0, nil)
			}
		}
	})
	lake := orb.MultiPolygon{lakeOf(b, "water1.json")}
	b.Run("lake", func(b *testing.B) {
		for b.Loop() {
			geo.LabelPoint(lake, 1, geo.Plane{})
		}
	})
}

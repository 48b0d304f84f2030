package geo_test

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

func ExampleGeodesic() {
	beijing, shanghai := orb.Point{116.397, 39.909}, orb.Point{121.474, 31.230}
	metres, departure, _ := geo.Geodesic{}.Inverse(beijing, shanghai)
	fmt.Printf("%.1f km, leaving at %.1f°\n", metres/1000, departure)

	// Five kilometres to the north-east of the office.
	there, _ := geo.Geodesic{}.Direct(beijing, 45, 5000)
	fmt.Printf("%.4f\n", there)
	// Output:
	// 1066.8 km, leaving at 152.9°
	// [116.4384 39.9408]
}

// The golden file holds the surface and the perimeter of all counties, found by
// GeographicLib's Planimeter.
func TestGeodesicCountiesLiterature(t *testing.T) {
	areas, at, _ := usCounties(t)
	areas, _ = geo.DropShortRings(areas)
	golden := rows(t, "geo", "golden", "county-area-perimeter.csv.gz")
	worst, worstPerimeter := 0.0, 0.0
	for _, row := range golden {
		want, err := strconv.ParseFloat(row[2], 64)
		require.NoError(t, err)
		wantPerimeter, err := strconv.ParseFloat(row[3], 64)
		require.NoError(t, err)
		area, perimeter := 0.0, 0.0
		for _, polygon := range areas[at[row[0]]] {
			for i, ring := range polygon {
				if i == 0 {
					area += geo.Geodesic{}.Area(ring)
				} else {
					area -= geo.Geodesic{}.Area(ring)
				}
				for k := 1; k < len(ring); k++ {
					perimeter += geo.Geodesic{}.Distance(ring[k-1], ring[k])
				}
			}
		}
		// The file is rounded to 0.1 m².
		require.InDelta(t, want, area, 1e-9*want+0.05, "%v", row)
		require.InDelta(t, wantPerimeter, perimeter, 1e-4, "%v", row)
		worst = max(worst, max(0, math.Abs(area-want)-0.05)/want)
		worstPerimeter = max(worstPerimeter, math.Abs(perimeter-wantPerimeter))
	}
	t.Logf("read %d counties; largest error of area beyond the file's rounding %.1e, of perimeter %.1e m", len(golden), worst, worstPerimeter)
	require.Len(t, golden, 3230)
}

func BenchmarkGeodesicDistance(b *testing.B) {
	points := make([]orb.Point, 1024)
	for i := range points {
		points[i] = orb.Point{math.Mod(float64(i)*137.508, 360) - 180, math.Mod(float64(i)*61.8, 170) - 85}
	}
	for _, kind := range []struct {
		name string
		to   func(i int) orb.Point
	}{
		{"any", func(i int) orb.Point { return points[(i+511)&1023] }},
		{"short", func(i int) orb.Point { p := points[i&1023]; return orb.Point{p[0] + 0.01, p[1] + 0.02} }},
		{"opposite", func(i int) orb.Point { p := points[i&1023]; return orb.Point{p[0] + 179.9, 0.1 - p[1]} }},
	} {
		b.Run("pairs="+kind.name, func(b *testing.B) {
			sum := 0.0
			for i := 0; b.Loop(); i++ {
				sum += geo.Geodesic{}.Distance(points[i&1023], kind.to(i))
			}
			require.False(b, math.IsNaN(sum))
		})
	}
}

func BenchmarkAreaLiterature(b *testing.B) {
	areas, _, _ := usCounties(b)
	for _, m := range []geo.Metric{geo.Geodesic{}, geo.StraightEdge{}, geo.Plane{}} {
		b.Run(fmt.Sprintf("metric=%T/n=%d", m, len(areas)), func(b *testing.B) {
			for b.Loop() {
				sum := 0.0
				for _, area := range areas {
					for _, polygon := range area {
						sum += m.Area(polygon[0])
					}
				}
				require.Positive(b, sum)
			}
		})
	}
}

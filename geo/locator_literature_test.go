package geo_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
)

// places are the points of a file of the instances, and the number of the
// county that GEOS finds each in; -1 for none.
func places(t *testing.T, at map[string]int, name string, lon, lat, fips int) (points []orb.Point, want []int) {
	t.Helper()
	for _, row := range rows(t, "geo", "golden", name) {
		x, err := strconv.ParseFloat(row[lon], 64)
		require.NoError(t, err)
		y, err := strconv.ParseFloat(row[lat], 64)
		require.NoError(t, err)
		county := -1
		if row[fips] != "" {
			c, known := at[row[fips]]
			require.True(t, known)
			county = c
		}
		points, want = append(points, orb.Point{x, y}), append(want, county)
	}
	return points, want
}

// The answers of GEOS for real places and for points spread evenly.
func TestLocatorLiterature(t *testing.T) {
	areas, at, fips := usCounties(t)
	areas, _ = geo.DropShortRings(areas)
	l, err := geo.NewLocator(areas)
	require.NoError(t, err)
	for _, file := range []struct {
		name           string
		lon, lat, fips int
	}{{"pip-us-places.csv.gz", 1, 2, 3}, {"pip-uniform.csv.gz", 0, 1, 2}} {
		if _, err := os.Stat(filepath.Join(os.Getenv("TERRITORY_INSTANCES"), "geo", "golden", file.name)); err != nil {
			t.Logf("%s is not among the instances", file.name)
			continue
		}
		points, want := places(t, at, file.name, file.lon, file.lat, file.fips)
		require.NotEmpty(t, points)
		require.Equal(t, want, l.LocateAll(points))
		for i, p := range points {
			require.Equal(t, want[i], l.Locate(p), "%v lies in %v", p, fips[max(0, want[i])])
		}
		t.Logf("%s: %d points", file.name, len(points))
	}
}

// Midpoints and vertices of the edges that counties share: nobody claims what
// another has, except where two counties overlap, and nobody has only what lies
// on the outer border.
func TestLocatorBordersLiterature(t *testing.T) {
	areas, _, _ := usCounties(t)
	areas, _ = geo.DropShortRings(areas)
	l, err := geo.NewLocator(areas)
	require.NoError(t, err)
	type edge [2]orb.Point
	uses := map[edge]int{}
	for _, area := range areas {
		for _, polygon := range area {
			for _, ring := range polygon {
				for k := 1; k < len(ring); k++ {
					a, b := ring[k-1], ring[k]
					if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
						a, b = b, a
					}
					uses[edge{a, b}]++
				}
			}
		}
	}
	outer := map[orb.Point]bool{} // ends of edges that one county has alone
	for e, n := range uses {
		if n == 1 {
			outer[e[0]], outer[e[1]] = true, true
		}
	}
	owned := map[string]map[int]int{"midpoints": {}, "vertices": {}}
	check := func(kind string, p orb.Point) {
		owners := l.Owners(p)
		owned[kind][len(owners)]++
		switch {
		case len(owners) == 0:
			require.Equal(t, "vertices", kind)
			require.True(t, outer[p], "%v", p)
		case len(owners) > 1:
			inside := 0
			for _, area := range areas {
				if geo.Position(area, p) == geo.Inside {
					inside++
				}
			}
			require.Positive(t, inside, "%v is on borders only and has owners %v", p, owners)
		}
	}
	vertices := map[orb.Point]bool{}
	for e, n := range uses {
		if n < 2 || e[0] == e[1] {
			continue
		}
		check("midpoints", orb.Point{e[0][0]/2 + e[1][0]/2, e[0][1]/2 + e[1][1]/2})
		for _, p := range e {
			if !vertices[p] {
				vertices[p] = true
				check("vertices", p)
			}
		}
	}
	t.Logf("points by number of owners: %v", owned)
	require.LessOrEqual(t, owned["midpoints"][2]+owned["midpoints"][3], 1)
	require.LessOrEqual(t, owned["vertices"][2]+owned["vertices"][3], 2)
}

// lower48 are the counties of the contiguous states.
func lower48(t testing.TB) (areas []orb.MultiPolygon) {
	t.Helper()
	all, _, fips := usCounties(t)
	all, _ = geo.DropShortRings(all)
	for i, area := range all {
		if !slices.Contains([]string{"02", "15", "60", "66", "69", "72", "78"}, fips[i][:2]) {
			areas = append(areas, area)
		}
	}
	return areas
}

// normal draws from the normal distribution.
func normal(r *splitmix.Source) float64 {
	return math.Sqrt(-2*math.Log(1-r.Float())) * math.Cos(2*math.Pi*r.Float())
}

// customers are a million points about the cities, as many as people live there,
// and as many spread evenly.
func customers(t testing.TB) map[string][]orb.Point {
	t.Helper()
	var towns []orb.Point
	var upTo []float64
	sum := 0.0
	for _, row := range rows(t, "geo", "embed", "us-cities.csv.gz") {
		var v [3]float64
		for i := range v {
			var err error
			v[i], err = strconv.ParseFloat(row[4+i], 64)
			require.NoError(t, err)
		}
		if row[2] == "AK" || row[2] == "HI" {
			continue
		}
		sum += v[2]
		towns, upTo = append(towns, orb.Point{v[0], v[1]}), append(upTo, sum)
	}
	r := splitmix.Source(1)
	cities, even := make([]orb.Point, 1_000_000), make([]orb.Point, 1_000_000)
	for i := range cities {
		at, _ := slices.BinarySearch(upTo, r.Float()*sum)
		c := towns[min(at, len(towns)-1)]
		cities[i] = orb.Point{c[0] + 0.05*normal(&r), c[1] + 0.05*normal(&r)}
		even[i] = orb.Point{-125 + 59*r.Float(), 24 + 26*r.Float()}
	}
	return map[string][]orb.Point{"cities": cities, "even": even}
}

func BenchmarkLocatorLiterature(b *testing.B) {
	areas := lower48(b)
	b.Run("method=build/instance=lower48", func(b *testing.B) {
		for b.Loop() {
			_, err := geo.NewLocator(areas)
			require.NoError(b, err)
		}
	})
	l, err := geo.NewLocator(areas)
	require.NoError(b, err)
	points := customers(b)
	for _, name := range []string{"cities", "even"} {
		b.Run("method=locate/instance="+name+"/n=1000000", func(b *testing.B) {
			inside := 0
			for b.Loop() {
				inside = 0
				for _, p := range points[name] {
					if l.Locate(p) >= 0 {
						inside++
					}
				}
			}
			b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds()/1e6, "Mpoints/s")
		})
		b.Run("method=all/instance="+name+"/n=1000000", func(b *testing.B) {
			for b.Loop() {
				l.LocateAll(points[name])
			}
			b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds()/1e6, "Mpoints/s")
		})
	}
}

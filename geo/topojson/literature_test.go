package topojson_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/topojson"
)

// published unpacks a file of the folder of published instances.
func published(t testing.TB, name string) []byte {
	t.Helper()
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set")
	}
	file, err := os.Open(filepath.Join(folder, filepath.FromSlash(name)))
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	data, err := io.ReadAll(unzipped)
	require.NoError(t, err)
	return data
}

const atlas = "geo/embed/us-atlas-3.0.1-counties-10m.json.gz"

// The counties of the United States have the areas and perimeters, in degrees,
// that GEOS finds for them.
func TestCountiesLiterature(t *testing.T) {
	topology, err := topojson.Read(bytes.NewReader(published(t, atlas)))
	require.NoError(t, err)
	require.Equal(t, []string{"counties", "states", "nation"}, topology.Objects())
	counties, err := topology.Features("counties")
	require.NoError(t, err)
	require.Len(t, counties, 3231)
	areas, err := geo.Areas(counties)
	require.NoError(t, err)
	whole, dropped := geo.DropShortRings(areas)
	require.Positive(t, dropped)
	of := map[string]orb.MultiPolygon{}
	for i, f := range counties {
		of[f.ID] = whole[i]
		require.False(t, f.NumericID)
		name, ok := f.Properties.Text("name")
		require.True(t, ok && name != "")
	}

	rows, err := csv.NewReader(bytes.NewReader(published(t, "geo/golden/county-planar-metrics.csv.gz"))).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for j, name := range rows[0] {
		column[name] = j
	}
	compared := 0
	for _, row := range rows[1:] {
		area, perimeter := 0.0, 0.0
		for _, polygon := range of[row[0]] {
			for r, ring := range polygon {
				a := geo.Plane{}.Area(ring)
				if r > 0 {
					a = -a
				}
				area += a
				for k := range ring[1:] {
					perimeter += geo.Plane{}.Distance(ring[k], ring[k+1])
				}
			}
		}
		want, err := strconv.ParseFloat(row[column["perimeter"]], 64)
		require.NoError(t, err)
		require.InEpsilon(t, want, perimeter, 1e-9, row[0])
		if row[column["valid"]] == "1" { // the area of a ring that crosses itself is a matter of taste
			want, err = strconv.ParseFloat(row[column["area"]], 64)
			require.NoError(t, err)
			require.InEpsilon(t, want, area, 1e-9, row[0])
			compared++
		}
	}
	require.Greater(t, compared, 3000)
	t.Logf("%d counties read, %d short rings dropped, %d compared", len(counties), dropped, len(rows)-1)
}

func BenchmarkRead(b *testing.B) {
	data := published(b, atlas)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		topology, err := topojson.Read(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := topology.Features("counties"); err != nil {
			b.Fatal(err)
		}
	}
}

package geodesic_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/geodesic"
)

// golden opens a file of reference answers; the test is skipped where there are none.
func golden(t *testing.T, name string) io.Reader {
	t.Helper()
	require.Regexp(t, "^Test[A-Za-z]*Literature$", t.Name())
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the reference answers are not shipped with the module")
	}
	file, err := os.Open(filepath.Join(folder, "geo", "golden", name))
	require.NoError(t, err)
	t.Cleanup(func() { file.Close() })
	r, err := gzip.NewReader(file)
	require.NoError(t, err)
	return r
}

func floats(t *testing.T, fields []string) (x []float64) {
	t.Helper()
	for _, s := range fields {
		v, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		x = append(x, v)
	}
	return x
}

func angleGap(a, b float64) float64 { return math.Abs(math.Remainder(a-b, 360)) }

// 4,000 inverse problems solved by GeographicLib to 1e-8 m.
func TestInverseLiterature(t *testing.T) {
	rows, err := csv.NewReader(golden(t, "geodesic-wgs84.csv.gz")).ReadAll()
	require.NoError(t, err)
	worst := map[string]float64{}
	for _, row := range rows[1:] {
		x := floats(t, row[1:])
		s, azi1, azi2 := geodesic.Inverse(x[1], x[0], x[3], x[2])
		worst[row[0]] = max(worst[row[0]], math.Abs(s-x[6]))
		require.InDelta(t, x[6], s, 5e-8, "%v", row)
		require.Equal(t, s, geodesic.Distance(x[1], x[0], x[3], x[2]))
		require.InDelta(t, s, geodesic.Distance(x[3], x[2], x[1], x[0]), 1e-8)
		if row[0] == "equator" && math.Abs(math.Remainder(x[3]-x[1], 360)) > 179 {
			continue // two paths, mirrored, are equally short
		}
		if row[0] != "same" {
			// An azimuth matters by how far it moves the end of the path.
			width := math.Abs(6.4e6 * math.Sin(s/6371e3))
			require.LessOrEqual(t, angleGap(azi1, x[4])*math.Pi/180*width, 5e-8, "%v", row)
			require.LessOrEqual(t, angleGap(azi2, x[5])*math.Pi/180*width, 5e-8, "%v", row)
		}
	}
	t.Logf("read %d problems; largest errors in metres and degrees %v", len(rows)-1, worst)
	require.Len(t, rows, 4001)
}

// The sample of Karney's test set that public libraries carry.
func TestGeodTestLiterature(t *testing.T) {
	data, err := io.ReadAll(golden(t, "GeodTest-100.dat.gz"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	var worst [4]float64
	for _, line := range lines {
		x := floats(t, strings.Fields(line))
		lat1, lon1, azi1, lat2, lon2, azi2, s12, area := x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[9]
		s, a1, a2 := geodesic.Inverse(lon1, lat1, lon2, lat2)
		worst[0] = max(worst[0], math.Abs(s-s12))
		worst[1] = max(worst[1], max(angleGap(a1, azi1), angleGap(a2, azi2))*math.Pi/180*x[8])

		lon, lat, azi := geodesic.Direct(lon1, lat1, azi1, s12)
		miss := geodesic.Distance(lon, lat, lon2, lat2)
		worst[2] = max(worst[2], miss, angleGap(azi, azi2)*math.Pi/180*x[8])

		// The surface between the path and the equator, as a ring with three
		// more edges: two meridians, and the equator in halves.
		ring := [][2]float64{{lon1, lat1}, {lon2, lat2}, {lon2, 0}, {(lon1 + lon2) / 2, 0}, {lon1, 0}}
		got := geodesic.Area(len(ring), func(i int) (lon, lat float64) { return ring[i][0], ring[i][1] })
		miss = math.Abs(got - math.Abs(area))
		// Between nearly opposite points the path, and with it the surface,
		// swings by as much as the printed digits of the points leave open.
		require.LessOrEqual(t, miss, 0.2+geodesic.Surface/(4*math.Pi)*2e-8/x[8], "%s", line)
		if x[8] > 1e6 {
			worst[3] = max(worst[3], miss)
		}
	}
	t.Logf("read %d lines; largest errors: length %.1e m, azimuths %.1e m across, direct %.1e m, surface to the equator %.1e m²",
		len(lines), worst[0], worst[1], worst[2], worst[3])
	require.Len(t, lines, 100)
	require.Less(t, worst[0], 5e-8)
	require.Less(t, worst[1], 5e-8)
	require.Less(t, worst[2], 5e-8)
}

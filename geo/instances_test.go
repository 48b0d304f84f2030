package geo_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/topojson"
)

// unpacked is a file of the instances, its gzip taken off; the test is skipped
// where there are none.
func unpacked(t testing.TB, name ...string) io.Reader {
	t.Helper()
	top, _, _ := strings.Cut(t.Name(), "/")
	require.Regexp(t, "^(Test|Benchmark)[A-Za-z]*Literature$", top, "tests that read instances are found by their name")
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set")
	}
	f, err := os.Open(filepath.Join(folder, filepath.Join(name...)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	if filepath.Ext(f.Name()) != ".gz" {
		return f
	}
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	return z
}

// rows are the lines of a CSV file of the instances, without its header.
func rows(t testing.TB, name ...string) [][]string {
	t.Helper()
	all, err := csv.NewReader(unpacked(t, name...)).ReadAll()
	require.NoError(t, err)
	return all[1:]
}

// usCounties are the counties of the published TopoJSON file, nothing changed,
// and where each FIPS code is among them.
func usCounties(t testing.TB) (areas []orb.MultiPolygon, at map[string]int, fips []string) {
	t.Helper()
	topology, err := topojson.Read(unpacked(t, "geo", "embed", "us-atlas-3.0.1-counties-10m.json.gz"))
	require.NoError(t, err)
	features, err := topology.Features("counties")
	require.NoError(t, err)
	areas, err = geo.Areas(features)
	require.NoError(t, err)
	at = map[string]int{}
	for i, f := range features {
		at[f.ID] = i
		fips = append(fips, f.ID)
	}
	return areas, at, fips
}

func readJSON(t testing.TB, into any, name ...string) {
	t.Helper()
	require.NoError(t, json.NewDecoder(unpacked(t, name...)).Decode(into))
}

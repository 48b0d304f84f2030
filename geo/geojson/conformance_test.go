package geojson_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo/geojson"
	"github.com/territory-go/territory/partition"
)

// suite unpacks the files of a conformance suite, by their path.
func suite(t *testing.T, name string) map[string][]byte {
	t.Helper()
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the conformance suites are not shipped with the module")
	}
	file, err := os.Open(filepath.Join(folder, "geo", "conformance", name))
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	files := map[string][]byte{}
	for in := tar.NewReader(unzipped); ; {
		head, err := in.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		if strings.HasSuffix(head.Name, ".geojson") {
			files[head.Name], err = io.ReadAll(in)
			require.NoError(t, err)
		}
	}
}

// judge reads a file to its end and lists what was said about it.
func judge(data []byte) (refused, noticed []string) {
	r := geojson.NewReader(bytes.NewReader(data))
	r.Notice = func(n geojson.Notice) { noticed = append(noticed, n.String()) }
	for _, err := range r.Features() {
		if err != nil {
			refused = append(refused, err.Error())
			if !errors.Is(err, partition.ErrInput) {
				refused = append(refused, "not a fault of the data")
			}
		}
	}
	return refused, noticed
}

// requireJudged holds every file to a verdict: good files are not refused, bad
// ones are refused or noticed, unless there is a reason.
func requireJudged(t *testing.T, files map[string][]byte, good func(name string) bool, reasons map[string]string) {
	t.Helper()
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	covered, apart, fine := 0, 0, 0
	for _, name := range names {
		refused, noticed := judge(files[name])
		require.NotContains(t, refused, "not a fault of the data")
		base := strings.TrimSuffix(path.Base(name), ".geojson")
		switch reason, excused := reasons[base]; {
		case good(name):
			require.Empty(t, refused, name)
			fine++
		case excused:
			require.Empty(t, refused, "%s: the reason is out of date", name)
			require.Empty(t, noticed, "%s: the reason is out of date", name)
			apart++
			t.Logf("not covered: %s: %s", base, reason)
		default:
			require.NotEmpty(t, append(refused, noticed...), name)
			covered++
			t.Logf("%s: refused %q, noticed %q", base, refused, noticed)
		}
	}
	require.NotZero(t, covered)
	require.NotZero(t, fine)
	t.Logf("%d good files accepted; %d bad files refused or noticed, %d not, for the reasons given", fine, covered, apart)
}

func TestGeojsonhintLiterature(t *testing.T) {
	files := suite(t, "geojsonhint.tar.gz")
	require.Len(t, files, 62)
	requireJudged(t, files, func(name string) bool { return strings.Contains(name, "/good/") }, map[string]string{
		"excessive_precision_truncated": "the suite itself expects no message; more digits than needed are no fault",
	})
}

func TestGeojsonInvalidLiterature(t *testing.T) {
	const shape = "the shape is for geo.NewCoverage to judge"
	requireJudged(t, suite(t, "geojson-invalid.tar.gz"), func(name string) bool { return strings.Contains(name, "/valid/") }, map[string]string{
		"problematic_excessive_coordinate_precision":            "more digits than needed are no fault",
		"problematic_excessive_vertices":                        "many positions are no fault",
		"problematic_multitype_geometry_with_just_one_geometry": "RFC 7946 has nothing against it",
		"problematic_feature_null_geometry":                     "RFC 7946 provides for it",
		"problematic_geometry_not_wrapped":                      "a geometry is a GeoJSON text",
		"problematic_self_intersection_small":                   shape,
		"problematic_self_intersection_large":                   shape,
		"problematic_inner_and_exterior_ring_intersect":         shape,
		"problematic_duplicate_nodes":                           shape,
		"problematic_holes":                                     shape,
		"problematic_zero_length_linestring":                    "two equal positions are a line by RFC 7946",
	})
}

// The counties of the lower 48 states are what encoding/json makes of the file,
// to the last bit, and are written and read without a difference.
func TestCountiesLiterature(t *testing.T) {
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the published instances are not shipped with the module")
	}
	counties := 0
	for _, name := range []string{"iowa-counties", "us-lower48-counties"} {
		zipped, err := os.Open(filepath.Join(folder, "geo", "embed", name+".geojson.gz"))
		require.NoError(t, err)
		defer zipped.Close()
		unzipped, err := gzip.NewReader(zipped)
		require.NoError(t, err)
		data, err := io.ReadAll(unzipped)
		require.NoError(t, err)
		var want struct {
			Features []struct {
				ID         string
				Properties struct {
					Name string
					Pop  float64
				}
				Geometry struct {
					Type        string
					Coordinates json.RawMessage
				}
			}
		}
		require.NoError(t, json.Unmarshal(data, &want))
		got, err := geojson.ReadAll(bytes.NewReader(data))
		require.NoError(t, err)
		require.Len(t, got, len(want.Features))
		for i, f := range got {
			require.Equal(t, want.Features[i].ID, f.ID)
			var area orb.MultiPolygon
			if raw := want.Features[i].Geometry.Coordinates; want.Features[i].Geometry.Type == "Polygon" {
				area = make(orb.MultiPolygon, 1)
				require.NoError(t, json.Unmarshal(raw, &area[0]))
				require.Equal(t, area[0], f.Geometry)
			} else {
				require.NoError(t, json.Unmarshal(raw, &area))
				require.Equal(t, area, f.Geometry)
			}
			people, ok := f.Properties.Number("pop")
			require.True(t, ok)
			require.Equal(t, want.Features[i].Properties.Pop, people)
			county, ok := f.Properties.Text("name")
			require.True(t, ok)
			require.Equal(t, want.Features[i].Properties.Name, county)
		}
		again, err := geojson.ReadAll(bytes.NewReader(write(t, geojson.Sequence, geojson.Header{}, got)))
		require.NoError(t, err)
		require.Equal(t, got, again, "the file winds its rings as RFC 7946 wants it")
		counties += len(got)
	}
	t.Logf("%d counties read", counties)
}

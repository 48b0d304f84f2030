package geo_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/overlay"
	"github.com/territory-go/territory/internal/robust"
)

// shapeOf reads a GeoJSON geometry that is an area, or null.
func shapeOf(t *testing.T, text json.RawMessage) orb.MultiPolygon {
	t.Helper()
	var g *struct {
		Type        string
		Coordinates json.RawMessage
	}
	require.NoError(t, json.Unmarshal(text, &g))
	var shape orb.MultiPolygon
	switch {
	case g == nil:
	case g.Type == "Polygon":
		shape = make(orb.MultiPolygon, 1)
		require.NoError(t, json.Unmarshal(g.Coordinates, &shape[0]))
	case g.Type == "MultiPolygon":
		require.NoError(t, json.Unmarshal(g.Coordinates, &shape))
	default:
		t.Fatal(g.Type)
	}
	return shape
}

// bare is a result without the vertices on straight borders, which leave open
// where a ring begins: polygons and rings in ascending order.
func bare(shape orb.MultiPolygon) orb.MultiPolygon {
	byPoint := func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) }
	byRing := func(a, b orb.Ring) int { return slices.CompareFunc(a, b, byPoint) }
	var all orb.MultiPolygon
	for _, p := range shape {
		var rings orb.Polygon
		for r, ring := range p {
			ring = ring[:len(ring)-1]
			var corners orb.Ring
			for i, v := range ring {
				if robust.Orient(ring[(i+len(ring)-1)%len(ring)], v, ring[(i+1)%len(ring)]) != 0 {
					corners = append(corners, v)
				}
			}
			low := 0
			for i := range corners {
				if byPoint(corners[i], corners[low]) < 0 {
					low = i
				}
			}
			corners = append(corners[low:len(corners):len(corners)], corners[:low]...)
			if len(corners) > 2 && (robust.Orient(corners[len(corners)-1], corners[0], corners[1]) > 0) != (r == 0) {
				slices.Reverse(corners[1:])
			}
			rings = append(rings, corners)
		}
		slices.SortFunc(rings[1:], byRing)
		all = append(all, rings)
	}
	slices.SortFunc(all, func(a, b orb.Polygon) int { return byRing(a[0], b[0]) })
	return all
}

// size is the largest magnitude of a coordinate.
func size(shapes ...orb.MultiPolygon) float64 {
	large := 0.0
	for _, shape := range shapes {
		for _, p := range shape {
			for _, ring := range p {
				for _, v := range ring {
					large = max(large, math.Abs(v[0]), math.Abs(v[1]))
				}
			}
		}
	}
	return large
}

// The end-to-end cases of polygon-clipping, a library that has met many hard
// polygons: self-crossing, overlapping, nearly parallel, nearly touching.
func TestOverlayClippingLiterature(t *testing.T) {
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set")
	}
	f, err := os.Open(filepath.Join(folder, "geo", "conformance", "polygon-clipping.tar.gz"))
	require.NoError(t, err)
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	require.NoError(t, err)
	files := map[string]map[string][]byte{}
	var cases []string
	for archive := tar.NewReader(unzipped); ; {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		name, what := path.Base(path.Dir(h.Name)), path.Base(h.Name)
		if path.Ext(what) != ".geojson" {
			continue
		}
		if files[name] == nil {
			files[name] = map[string][]byte{}
			cases = append(cases, name)
		}
		files[name][strings.TrimSuffix(what, ".geojson")], err = io.ReadAll(archive)
		require.NoError(t, err)
	}
	slices.Sort(cases)
	require.NotEmpty(t, cases)
	count := func(in []bool) (n int) {
		for _, is := range in {
			if is {
				n++
			}
		}
		return n
	}
	read, exact := 0, 0
	for _, name := range cases {
		var args struct {
			Features []struct{ Geometry json.RawMessage }
		}
		require.NoError(t, json.Unmarshal(files[name]["args"], &args), name)
		var shapes []orb.MultiPolygon
		for _, a := range args.Features {
			shapes = append(shapes, shapeOf(t, a.Geometry))
		}
		for op, want := range map[string]func(in []bool) bool{
			"union":        func(in []bool) bool { return count(in) > 0 },
			"intersection": func(in []bool) bool { return count(in) == len(in) },
			"difference":   func(in []bool) bool { return in[0] && count(in) == 1 },
			"xor":          func(in []bool) bool { return count(in)%2 == 1 },
		} {
			text, there := files[name][op]
			if all, ok := files[name]["all"]; ok && !there {
				text, there = all, true
			}
			if !there {
				continue
			}
			read++
			var feature struct{ Geometry json.RawMessage }
			require.NoError(t, json.Unmarshal(text, &feature))
			expected := shapeOf(t, feature.Geometry)
			got := overlay.New(shapes).Region(func(areas []int32) bool {
				in := make([]bool, len(shapes))
				for _, a := range areas {
					in[a] = true
				}
				return want(in)
			})
			scale := size(shapes...)
			tolerance := 1e-14 * scale * scale
			area := surface(shapes, want)
			if why := invalid(got, area, tolerance); why != "" {
				t.Errorf("%s: %s: %s", name, op, why)
			}
			apart := surface([]orb.MultiPolygon{got, expected}, func(in []bool) bool { return in[0] != in[1] })
			if apart > tolerance {
				t.Errorf("%s: %s: differs by %g of %g", name, op, apart, area)
			}
			if slices.EqualFunc(bare(got), bare(expected), orb.Polygon.Equal) {
				exact++
			}
		}
	}
	t.Logf("%d folders, %d results, %d of them equal vertex by vertex", len(cases), read, exact)
}

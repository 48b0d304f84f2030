package geojson_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/geojson"
	"github.com/territory-go/territory/partition"
)

// randomFeature has any kind of geometry, with numbers of any length.
func randomFeature(rng *rand.Rand) geo.Feature {
	number := func() float64 {
		switch rng.IntN(4) {
		case 0:
			return float64(rng.IntN(7))
		case 1:
			return math.Round(rng.Float64()*1e7) / 1e5
		case 2:
			return rng.NormFloat64() * math.Ldexp(1, rng.IntN(200)-100)
		}
		return -rng.Float64()
	}
	line := func() (points []orb.Point) {
		points = []orb.Point{}
		for range rng.IntN(6) {
			points = append(points, orb.Point{number(), number()})
		}
		return points
	}
	polygon := func() orb.Polygon {
		p := orb.Polygon{}
		for range rng.IntN(3) {
			p = append(p, line())
		}
		return p
	}
	var geometry func(depth int) orb.Geometry
	geometry = func(depth int) orb.Geometry {
		switch rng.IntN(7 - depth) {
		case 0:
			return orb.Point{number(), number()}
		case 1:
			return orb.MultiPoint(line())
		case 2:
			return orb.LineString(line())
		case 3:
			return orb.MultiLineString{line(), line()}
		case 4:
			return polygon()
		case 5:
			return orb.MultiPolygon{polygon(), polygon()}
		}
		return orb.Collection{geometry(1), geometry(1)}
	}
	f := geo.Feature{Geometry: geometry(0)}
	switch rng.IntN(4) {
	case 0:
		f.ID = "a \"quoted\" 号\n<&>"
	case 1:
		f.ID, f.NumericID = fmt.Sprint(rng.IntN(100)), true
	case 2:
		f.Geometry = nil
	}
	if rng.IntN(2) == 0 {
		f.Properties = geo.Properties(`{"name":"x\u0041","list":[1,{"a":null}]}`)
	}
	if rng.IntN(3) == 0 {
		f.BBox = []float64{number(), number(), number(), number()}
		f.Foreign = geo.Properties(`{"title":"t","n":1e5}`)
	}
	return f
}

// What is written reads back the same to the last bit, rings up to their direction.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var features []geo.Feature
		for range 1 + rng.IntN(4) {
			features = append(features, randomFeature(rng))
		}
		requireStable(t, write(t, geojson.Layout(rng.IntN(3)), geojson.Header{}, features))
		for _, layout := range []geojson.Layout{geojson.Collection, geojson.Lines, geojson.Sequence} {
			got, err := geojson.ReadAll(bytes.NewReader(write(t, layout, geojson.Header{}, features)))
			require.NoError(t, err)
			require.Len(t, got, len(features))
			for i, f := range got {
				require.True(t, sameRings(features[i].Geometry, f.Geometry), "%v %v", features[i].Geometry, f.Geometry)
				f.Geometry = features[i].Geometry
				require.Equal(t, features[i], f)
			}
		}
	}
}

func TestWriterWindsRings(t *testing.T) {
	outer, hole := orb.Ring{{0, 0}, {9, 0}, {9, 9}, {0, 0}}, orb.Ring{{5, 1}, {6, 2}, {6, 1}, {5, 1}}
	back := func(r orb.Ring) orb.Ring { r = r.Clone(); r.Reverse(); return r }
	for _, give := range []orb.Polygon{{outer, hole}, {back(outer), hole}, {outer, back(hole)}, {back(outer), back(hole)}} {
		kept := give.Clone()
		got, err := geojson.ReadAll(bytes.NewReader(write(t, geojson.Lines, geojson.Header{}, []geo.Feature{{Geometry: orb.MultiPolygon{give}}})))
		require.NoError(t, err)
		require.Equal(t, orb.MultiPolygon{{outer, hole}}, got[0].Geometry)
		require.Equal(t, kept, give, "the argument stays")
	}
	flat := orb.Polygon{{{0, 0}, {1, 1}, {2, 2}, {0, 0}}, {{0, 0}, {1, 1}}, {}, {{0, 0}, {1, 1}, {0, 0}, {-1, -1}, {0, 0}}}
	got, err := geojson.ReadAll(bytes.NewReader(write(t, geojson.Lines, geojson.Header{}, []geo.Feature{{Geometry: flat}})))
	require.NoError(t, err)
	require.Equal(t, flat, got[0].Geometry, "without an area as it is")
}

func TestWriterFormats(t *testing.T) {
	for _, c := range []struct {
		decimals int
		x        float64
		want     string
	}{
		{0, 0.1, "0.1"}, {0, 1e-7, "1e-07"}, {0, 1e21, "1e+21"}, {0, 123456789, "123456789"}, {0, math.Copysign(0, -1), "-0"},
		{2, 0.125, "0.12"}, {2, -0.001, "0"}, {2, 100, "100"}, {2, 100.5, "100.5"}, {6, 179.9999999, "180"}, {50, 0.5, "0.5"},
	} {
		var b bytes.Buffer
		w := geojson.NewWriter(&b)
		w.Layout, w.Decimals = geojson.Lines, c.decimals
		require.NoError(t, w.Write(geo.Feature{Geometry: orb.Point{c.x, 5}}))
		require.NoError(t, w.Close())
		require.Equal(t, `{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[`+c.want+`,5]}}`+"\n", b.String())
	}
	require.Equal(t, "{\"type\":\"FeatureCollection\",\"bbox\":[0,1,2,3],\"a\":[1],\"features\":[\n]}\n",
		string(write(t, geojson.Collection, geojson.Header{BBox: []float64{0, 1, 2, 3}, Foreign: geo.Properties("{\"a\":[\n1]}")}, nil)))
	require.Empty(t, write(t, geojson.Lines, geojson.Header{}, nil))
	box := orb.Bound{Max: orb.Point{1, 1}}
	require.Equal(t, write(t, geojson.Lines, geojson.Header{}, []geo.Feature{{Geometry: box}}), write(t, geojson.Lines, geojson.Header{}, []geo.Feature{{Geometry: box.ToRing()}}))
}

func TestWriterCuts(t *testing.T) {
	island := orb.Polygon{{{179, -17}, {-179, -17}, {-179, -16}, {179, -16}, {179, -17}}}
	var b bytes.Buffer
	w := geojson.NewWriter(&b)
	w.Cut = true
	require.NoError(t, w.Write(geo.Feature{Geometry: island}))
	require.ErrorContains(t, w.Write(geo.Feature{ID: "pole", Geometry: orb.Polygon{{{0, 80}, {120, 80}, {-120, 80}, {0, 80}}}}),
		"features[1] (pole): ring 0: runs around a pole")
	require.NoError(t, w.Close())
	got, err := geojson.ReadAll(&b)
	require.NoError(t, err)
	want, err := geo.CutAntimeridian(island)
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.True(t, orb.Equal(want, got[0].Geometry))
}

func TestWriterFaults(t *testing.T) {
	deep := orb.Geometry(orb.Point{})
	for range 200 {
		deep = orb.Collection{deep}
	}
	faults := map[string]geo.Feature{
		"a coordinate is NaN":  {Geometry: orb.Polygon{{{0, 0}, {math.NaN(), 1}}}},
		"a coordinate is +Inf": {Geometry: orb.Point{1, math.Inf(1)}},
		"a bbox of 3 numbers; it must have 4, or 6 with heights":            {BBox: []float64{1, 2, 3}},
		`its id "x" is not a number`:                                        {ID: "x", NumericID: true},
		`its id "" is not a number`:                                         {NumericID: true},
		`its id "1 " is not a number`:                                       {ID: "1 ", NumericID: true},
		"the properties are an array, not an object":                        {Properties: geo.Properties(`[]`)},
		"the properties, offset 5: the end where ',' or '}' should be":      {Properties: geo.Properties(`{"":0`)},
		`"geometry" cannot be a foreign member`:                             {Foreign: geo.Properties(`{"geometry":1}`)},
		"the foreign members, offset 0: a number where an object should be": {Foreign: geo.Properties(`1`)},
		"geometry 1 of a collection is nil":                                 {Geometry: orb.Collection{orb.Point{}, nil}},
		"geometry collections within each other, more than 128 deep":        {Geometry: deep},
	}
	for want, f := range faults {
		var b bytes.Buffer
		w := geojson.NewWriter(&b)
		require.NoError(t, w.Write(geo.Feature{ID: "first"}))
		err := w.Write(f)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, "features[1]")
		require.ErrorContains(t, err, want)
		require.NoError(t, w.Write(geo.Feature{ID: "third"}))
		require.NoError(t, w.Close())
		got, err := geojson.ReadAll(&b)
		require.NoError(t, err, "the faulty one is left out, whole")
		require.Equal(t, []geo.Feature{{ID: "first"}, {ID: "third"}}, got)
	}
	w := geojson.NewWriter(&bytes.Buffer{})
	w.Header.Foreign = geo.Properties(`{"features":1}`)
	require.EqualError(t, w.Write(geo.Feature{}), `Header: "features" cannot be a foreign member`)
}

// failing takes so many bytes.
type failing struct{ left int }

var errFull = errors.New("the disk is full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestErrorsOfTheUnderlyingWriter(t *testing.T) {
	w := geojson.NewWriter(&failing{100_000})
	var err error
	for i := 0; err == nil && i < 1e6; i++ {
		err = w.Write(geo.Feature{ID: strings.Repeat("x", 1000)})
	}
	require.Equal(t, errFull, err)
	require.Equal(t, errFull, w.Write(geo.Feature{}))
	require.Equal(t, errFull, w.Close())

	w = geojson.NewWriter(&failing{1000})
	require.NoError(t, w.Close())
	require.Error(t, w.Write(geo.Feature{}), "closed")
	require.Error(t, w.Close())
}

// field is a map of n squares of 40 positions each, as GeoJSON.
func field(n int) []geo.Feature {
	rng := rand.New(rand.NewPCG(7, 7))
	features := make([]geo.Feature, n)
	for i := range features {
		x, y := -120+50*rng.Float64(), 25+20*rng.Float64()
		ring := orb.Ring{}
		for k := range 40 {
			ring = append(ring, orb.Point{math.Round((x+float64(k%20)/100)*1e5) / 1e5, math.Round((y+float64(k/20)/10)*1e5) / 1e5})
		}
		features[i] = geo.Feature{ID: fmt.Sprint(i), Geometry: orb.Polygon{append(ring, ring[0])}, Properties: geo.Properties(`{"name":"Autauga","pop":55869}`)}
	}
	return features
}

func BenchmarkReader(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("method=stream/n=%d", n), func(b *testing.B) {
			var file bytes.Buffer
			w := geojson.NewWriter(&file)
			for _, f := range field(n) {
				require.NoError(b, w.Write(f))
			}
			require.NoError(b, w.Close())
			b.SetBytes(int64(file.Len()))
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range geojson.NewReader(bytes.NewReader(file.Bytes())).Features() {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkWriter(b *testing.B) {
	features := field(10_000)
	b.Run("method=stream/n=10000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w := geojson.NewWriter(io.Discard)
			for _, f := range features {
				if err := w.Write(f); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

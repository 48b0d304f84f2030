package geojson_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/geojson"
	"github.com/territory-go/territory/partition"
)

// log reads to the end and writes down what comes: ids, and errors.
func log(r io.Reader) (lines []string) {
	reader := geojson.NewReader(r)
	for f, err := range reader.Features() {
		if err != nil {
			lines = append(lines, err.Error())
		} else {
			lines = append(lines, "read "+f.ID)
		}
	}
	return lines
}

func point(id string) string {
	return `{"type":"Feature","id":"` + id + `","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}}`
}

const faulty = `{"type":"Feature","id":"bad","properties":null,"geometry":{"type":"Point","coordinates":[1,"2"]}}`

func TestAllForms(t *testing.T) {
	a, b := point("a"), point("b")
	for name, text := range map[string]string{
		"collection":             `{"type":"FeatureCollection","features":[` + a + `,` + b + `]}`,
		"type last":              `{"features":[` + a + `,` + b + `],"type":"FeatureCollection"}`,
		"white space":            "\n { \"type\" : \"FeatureCollection\" ,\r\n\t\"features\" : [ " + a + " , " + b + " ] } \n",
		"byte order mark":        "\ufeff" + `{"type":"FeatureCollection","features":[` + a + `,` + b + `]}`,
		"foreign members":        `{"x":{"features":[1]},"type":"FeatureCollection","y":"]}","features":[` + a + `,` + b + `],"z":[[]]}`,
		"lines":                  a + "\n" + b + "\n",
		"lines of other systems": a + "\r\n" + b,
		"empty lines":            "\n\n" + a + "\n\n" + b + "\n\n",
		"sequence":               "\x1e" + a + "\n\x1e" + b + "\n",
		"sequence, loosely":      "\x1e\x1e" + a + "\x1e\n\x1e" + b,
		"behind each other":      a + b,
		"pretty":                 strings.ReplaceAll(a, ",", ",\n") + "\n" + strings.ReplaceAll(b, ",", ",\n"),
		"collections":            `{"type":"FeatureCollection","features":[` + a + `]}{"type":"FeatureCollection","features":[]} ` + b,
		"collections on lines":   `{"type":"FeatureCollection","features":[` + a + `]}` + "\n" + `{"features":[` + b + `],"type":"FeatureCollection"}`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, chunked := range []func(io.Reader) io.Reader{
				func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader,
			} {
				require.Equal(t, []string{"read a", "read b"}, log(chunked(strings.NewReader(text))))
			}
		})
	}
}

// A feature much larger than the window, and members in any order.
func TestLongFeatureInAnyOrder(t *testing.T) {
	var line orb.LineString
	var text strings.Builder
	for i := range 30000 {
		line = append(line, orb.Point{float64(i) / 1000, -0.25})
		fmt.Fprintf(&text, ",[%v,-0.25]", line[i][0])
	}
	list := "[" + text.String()[1:] + "]"
	want := geo.Feature{ID: "x", Geometry: line, Properties: geo.Properties(`{"a":1}`)}
	for _, geometry := range []string{`{"type":"LineString","coordinates":` + list + `}`, `{"coordinates":` + list + `,"type":"LineString"}`} {
		members := []string{`"type":"Feature"`, `"id":"x"`, `"properties":{"a":1}`, `"geometry":` + geometry}
		for turn := range members {
			feature := "{" + strings.Join(append(members[turn:len(members):len(members)], members[:turn]...), ",") + "}"
			for _, whole := range []string{feature, `{"features":[` + feature + `],"type":"FeatureCollection"}`} {
				got, err := geojson.ReadAll(iotest.HalfReader(strings.NewReader(whole)))
				require.NoError(t, err)
				require.Equal(t, []geo.Feature{want}, got)
			}
		}
	}
}

func TestGeometries(t *testing.T) {
	for text, want := range map[string]orb.Geometry{
		`{"type":"Point","coordinates":[1e2,-2.5]}`:                                                                           orb.Point{100, -2.5},
		`{"type":"Point","coordinates":[1,2,3,4]}`:                                                                            orb.Point{1, 2},
		`{"type":"Point","coordinates":[]}`:                                                                                   nil,
		`{"type":"MultiPoint","coordinates":[[1,2],[3,4,5]]}`:                                                                 orb.MultiPoint{{1, 2}, {3, 4}},
		`{"coordinates":[[1,2],[3,4]],"type":"LineString"}`:                                                                   orb.LineString{{1, 2}, {3, 4}},
		`{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[]]}`:                                                         orb.MultiLineString{{{1, 2}, {3, 4}}, {}},
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`:                                                        orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}},
		`{"type":"MultiPolygon","coordinates":[[],[[[0,0]]]]}`:                                                                orb.MultiPolygon{{}, {{{0, 0}}}},
		`{"geometries":[{"type":"Point","coordinates":[]},{"type":"Point","coordinates":[1,2]}],"type":"GeometryCollection"}`: orb.Collection{orb.Point{1, 2}},
		`{"type":"GeometryCollection","geometries":[{"geometries":[],"type":"GeometryCollection"}]}`:                          orb.Collection{orb.Collection{}},
	} {
		for _, whole := range []string{text, `{"type":"Feature","properties":{},"geometry":` + text + `}`} {
			got, err := geojson.ReadAll(strings.NewReader(whole))
			require.NoError(t, err, whole)
			require.Len(t, got, 1)
			require.Equal(t, want, got[0].Geometry, whole)
		}
	}
}

func TestWhatStandsBesides(t *testing.T) {
	r := geojson.NewReader(strings.NewReader(`{"name":"x","type":"FeatureCollection","bbox":[0,1,2,3],"features":[
		{"type":"Feature","id":17.50,"tags":[1, "é"],"properties":{"a":"\u00e9"},"geometry":null,"bbox":[1,2,3,4,5,6],"crs":{}}
	],"more":null}`))
	var got []geo.Feature
	for f, err := range r.Features() {
		require.NoError(t, err)
		require.Equal(t, `{"name":"x"}`, string(r.Header().Foreign))
		got = append(got, f)
	}
	require.Equal(t, []geo.Feature{{ID: "17.50", NumericID: true, BBox: []float64{1, 2, 3, 4, 5, 6},
		Properties: geo.Properties(`{"a":"\u00e9"}`), Foreign: geo.Properties(`{"tags":[1, "é"],"crs":{}}`)}}, got)
	require.Equal(t, geojson.Header{BBox: []float64{0, 1, 2, 3}, Foreign: geo.Properties(`{"name":"x","more":null}`)}, r.Header())

	one, err := geojson.ReadAll(strings.NewReader(`{"type":"Point","bbox":[1,2,1,2],"note":"a geometry","properties":{"a":1},"coordinates":[1,2]}`))
	require.NoError(t, err)
	require.Equal(t, []geo.Feature{{Geometry: orb.Point{1, 2}, BBox: []float64{1, 2, 1, 2}, Foreign: geo.Properties(`{"note":"a geometry"}`)}}, one)
}

// Where reading can go on, the features after a faulty one are there.
func TestGoingOn(t *testing.T) {
	a, b := point("a"), point("b")
	at := func(text, part string) int { return strings.Index(text, part) }
	collection := `{"type":"FeatureCollection","features":[` + a + `,` + faulty + `,7,` + b + ` ` + a + `,{"id":3,"x":}],"bbox":[1]}`
	require.Equal(t, []string{
		"read a",
		fmt.Sprintf("feature 1 (bad), offset %d: a string where a number should be", at(collection, `"2"]`)),
		fmt.Sprintf("feature 2, offset %d: a number where a feature should be", at(collection, "7,")),
		"read b",
		fmt.Sprintf("offset %d: an object where ',' or ']' should be", at(collection, ` {"type"`)+1),
		"read a",
		fmt.Sprintf("feature 5 (3), offset %d: '}' where a number should be", at(collection, "}],")),
		fmt.Sprintf("offset %d: a bbox of 1 numbers; it must have 4, or 6 with heights", at(collection, "[1]}")),
	}, log(strings.NewReader(collection)))

	cut := a[:len(a)-1]
	lines := a + "\n" + faulty + "\n" + cut + "\nnull\n[]\n" + `{"type":"Feature" "x"}` + "\n" + b + "\n" + cut
	require.Equal(t, []string{
		"read a",
		fmt.Sprintf("feature 1 (bad), offset %d: a string where a number should be", at(lines, `"2"]`)),
		fmt.Sprintf("offset %d: '\\n' where ',' or '}' should be", at(lines, "\nnull")),
		fmt.Sprintf("offset %d: null where a GeoJSON object should be", at(lines, "null\n[")),
		fmt.Sprintf("offset %d: an array where a GeoJSON object should be", at(lines, "[]\n")),
		fmt.Sprintf("offset %d: a string where ',' or '}' should be", at(lines, `"x"}`)),
		"read b",
		fmt.Sprintf("offset %d: the end where ',' or '}' should be", len(lines)),
	}, log(strings.NewReader(lines)))

	sequence := "\x1e" + cut[:40] + "\x1e" + a + "\n\x1e\"\n\x1e{\"type\":\"FeatureCollection\",\"features\":[" + b + "," + cut + "\n\x1e" + b
	require.Equal(t, []string{
		"offset 41: the text ends in the middle of what begins here",
		"read a",
		fmt.Sprintf("offset %d: a string where a GeoJSON object should be", at(sequence, "\"\n\x1e{")),
		"read b",
		fmt.Sprintf("feature 2 (a), offset %d: the text ends in the middle of what begins here", strings.LastIndex(sequence, cut)),
		"read b",
	}, log(strings.NewReader(sequence)))
}

func TestWhereReadingEnds(t *testing.T) {
	a := point("a")
	for text, want := range map[string]string{
		"":                                 "offset 0: there is no GeoJSON text",
		" \n":                              "offset 2: there is no GeoJSON text",
		"\x1e":                             "offset 1: there is no GeoJSON text",
		"hello":                            "offset 0: 'h' where a GeoJSON object should be",
		"nullx":                            "offset 0: null where a GeoJSON object should be",
		"\xff\xfe{\x00":                    "offset 0: '\ufffd' where a GeoJSON object should be",
		`[` + a + `]`:                      "offset 0: an array where a GeoJSON object should be",
		`{`:                                "offset 1: the end where the name of a member should be",
		`{"a"`:                             "offset 4: the end where ':' should be",
		`{"a":1 2}`:                        "offset 7: a number where ',' or '}' should be",
		`{"a":"x`:                          "offset 5: the text ends in the middle of what begins here",
		`{"a\q":1}`:                        "offset 3: a string with an escape that is none",
		`{"type":"Feature","features":[`:   "offset 29: the text ends in the middle of what begins here",
		`{"features":[]}`:                  `offset 15: the collection has no "type"`,
		`{"features":[],"type":"Feature"}`: `offset 22: the type is "Feature", not "FeatureCollection"`,
		`{"features":[],"features":[]}`:    `offset 15: "features" is there twice`,
		`{"type":"FeatureCollection","features":[,]}`:                                                  "offset 40: ',' where a feature should be",
		`{"type":"FeatureCollection","features":[]`:                                                    "offset 41: the end where ',' or '}' should be",
		`{"type":"FeatureCollection","features":[1x]}`:                                                 "feature 0, offset 40: a number where a feature should be",
		`{"type":"Feature","id":"i","id":2}`:                                                           `feature 0 (i), offset 27: "id" is there twice`,
		`{"type":"Feature","geometry":{"type":"Point"}}`:                                               `feature 0, offset 29: the Point has no "coordinates"`,
		`{"type":"Feature","geometry":{"type":"GeometryCollection","coordinates":[]}}`:                 `feature 0, offset 29: the GeometryCollection has no "geometries"`,
		`{"type":"GeometryCollection","geometries":[{"type":"Feature"}]}`:                              `feature 0, offset 51: the type is "Feature", which is no geometry`,
		`{"type":"Point","coordinates":[1,1e999]}`:                                                     `feature 0, offset 33: 1e999: is beyond the largest float64`,
		`{"type":"Point","coordinates":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`: `feature 0, offset 31: an array where a number should be`,
		`{"type":"Point","x":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`:           `feature 0, offset 531: nesting deeper than 512`,
	} {
		lines := log(strings.NewReader(text))
		require.NotEmpty(t, lines, text)
		require.Equal(t, want, lines[0], text)
		require.Less(t, len(lines), 3, text)
		require.Equal(t, lines, log(iotest.OneByteReader(strings.NewReader(text))))
	}
}

func TestReadAllNamesAllFaults(t *testing.T) {
	features, err := geojson.ReadAll(strings.NewReader(strings.Join([]string{point("a"), faulty, point("b"), faulty}, "\n")))
	require.Nil(t, features)
	require.ErrorIs(t, err, partition.ErrInput)
	require.Len(t, strings.Split(err.Error(), "\n"), 2)
	var e *geojson.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 1, e.Index)
	require.Equal(t, "bad", e.ID)
	require.EqualValues(t, len(point("a"))+1+strings.Index(faulty, `"2"`), e.Offset)

	_, err = geojson.ReadAll(strings.NewReader(point("a") + "\n" + strings.Repeat(faulty+"\n", 50)))
	require.Len(t, strings.Split(err.Error(), "\n"), partition.ListedFaults+1)
	require.ErrorContains(t, err, "and 30 more")
}

func TestErrorsOfTheUnderlyingReader(t *testing.T) {
	broken := errors.New("the line is dead")
	whole := `{"type":"FeatureCollection","features":[` + point("a") + "," + point("b") + "]}"
	for n := range len(whole) {
		var got error
		for _, err := range geojson.NewReader(io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(broken))).Features() {
			require.NoError(t, got, "the loop ends")
			got = err
		}
		require.Equal(t, broken, got, n)
	}
	_, err := geojson.ReadAll(io.MultiReader(strings.NewReader(point("a")), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	for _, lazy := range []io.Reader{stuck{0}, stuck{-1}, stuck{1 << 30}} {
		_, err = geojson.ReadAll(lazy)
		require.ErrorIs(t, err, io.ErrNoProgress)
	}
}

// stuck is a reader that breaks its contract.
type stuck struct{ n int }

func (s stuck) Read([]byte) (int, error) { return s.n, nil }

// A loop that is left is taken up where it was left.
func TestLoopCanBeLeft(t *testing.T) {
	r := geojson.NewReader(strings.NewReader(`{"type":"FeatureCollection","features":[` + point("a") + "," + faulty + "," + point("b") + "]}"))
	for f, err := range r.Features() {
		require.NoError(t, err)
		require.Equal(t, "a", f.ID)
		break
	}
	for f, err := range r.Features() {
		require.Error(t, err)
		require.Zero(t, f)
		break
	}
	n := 0
	for f, err := range r.Features() {
		require.NoError(t, err)
		require.Equal(t, "b", f.ID)
		n++
	}
	require.Equal(t, 1, n)
}

func TestNotices(t *testing.T) {
	for text, want := range map[string]string{
		`{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]],[[3,1],[6,2],[6,1],[3,1]]]}`:                           "",
		`{"type":"Polygon","coordinates":[[[0,0],[9,9],[9,0],[0,0]],[[3,1],[6,1],[6,2],[3,1]]]}`:                           "winding: polygon 0, ring 0: is an outer ring and runs clockwise (first of 2)",
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[9,0],[9,9],[0,1]]]]}`:                                              "open ring: polygon 0, ring 0: begins at [0 0] and ends at [0 1]",
		`{"type":"LineString","coordinates":[]}`:                                                                           "short line: line 0: 0 positions; it must have 2",
		`{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[170,0],[-170,1]]]}`:                                      "antimeridian: line 1: an edge from [170 0] to [-170 1]",
		`{"type":"MultiPoint","coordinates":[[170,0],[-170,1]]}`:                                                           "",
		`{"type":"Point","coordinates":[50,100]}`:                                                                          "out of range: [50 100] is not a longitude and a latitude",
		`{"type":"Point","coordinates":[1,2],"bbox":[0,0,1,1]}`:                                                            "bounding box: [0 0 1 1] does not hold [1 2]",
		`{"type":"Point","coordinates":[1,2],"bbox":[170,0,7,-170,3,7]}`:                                                   "bounding box: [170 0 7 -170 3 7] does not hold [1 2]",
		`{"type":"MultiPoint","coordinates":[[-175,2],[175,1]],"bbox":[170,0,7,-170,3,7]}`:                                 "",
		`{"type":"Feature","properties":{},"geometry":{"type":"LineString","bbox":[0,0,1,1],"coordinates":[[0,0],[2,2]]}}`: "bounding box: [0 0 1 1] does not hold [2 2]",
		`{"type":"Feature","geometry":null}`:                                                                               `no properties: "properties" is missing, which should be null`,
		`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:31467"}},"features":[]}`:              "coordinate system: a crs EPSG:31467: coordinates may be other than longitude and latitude",
		`{"type":"GeometryCollection","coordinates":[],"geometries":[]}`:                                                   "misplaced member: a GeometryCollection has coordinates and geometries",
	} {
		var got []string
		r := geojson.NewReader(strings.NewReader(text))
		r.Notice = func(n geojson.Notice) { got = append(got, n.String()) }
		for _, err := range r.Features() {
			require.NoError(t, err)
		}
		require.Equal(t, want, strings.Join(got, "; "), text)
	}
	var got []geojson.Notice
	r := geojson.NewReader(strings.NewReader(point("a") + "\n" + `{"type":"Feature","id":"b","properties":null,"geometry":{"type":"Point","coordinates":[1,2,3]}}`))
	r.Notice = func(n geojson.Notice) { got = append(got, n) }
	for range r.Features() {
	}
	require.Equal(t, []geojson.Notice{{Kind: geojson.Heights, Index: 1, ID: "b", Offset: int64(len(point("a"))) + 1,
		Detail: "positions with a height, which is dropped", Count: 1}}, got)
}

// requireStable reads what it can of the data, in two ways that must agree, and
// writes it; that must read equal and be written the same.
func requireStable(t *testing.T, data []byte) {
	t.Helper()
	require.Equal(t, log(bytes.NewReader(data)), log(iotest.OneByteReader(bytes.NewReader(data))))
	var features []geo.Feature
	r := geojson.NewReader(bytes.NewReader(data))
	r.Notice = func(n geojson.Notice) { _ = n.String() }
	for f, err := range r.Features() {
		if err == nil {
			features = append(features, f)
			continue
		}
		require.ErrorIs(t, err, partition.ErrInput)
		var e *geojson.Error
		require.ErrorAs(t, err, &e)
		require.GreaterOrEqual(t, e.Offset, int64(0))
		require.LessOrEqual(t, e.Offset, int64(len(data)))
	}
	for _, layout := range []geojson.Layout{geojson.Collection, geojson.Lines, geojson.Sequence} {
		first := write(t, layout, r.Header(), features)
		again, err := geojson.ReadAll(bytes.NewReader(first))
		if len(features) == 0 && layout != geojson.Collection {
			require.ErrorContains(t, err, "there is no GeoJSON text")
			continue
		}
		require.NoError(t, err, "%q", first)
		require.Len(t, again, len(features))
		for i, f := range again {
			want := features[i]
			require.Equal(t, want.ID, f.ID)
			require.Equal(t, want.NumericID, f.NumericID)
			require.Equal(t, want.BBox, f.BBox)
			if !bytes.ContainsAny(want.Properties, "\r\n") {
				require.Equal(t, want.Properties, f.Properties)
			}
			require.True(t, sameRings(want.Geometry, f.Geometry), "%v %v", want.Geometry, f.Geometry)
		}
		require.Equal(t, string(first), string(write(t, layout, r.Header(), again)))
	}
}

func write(t *testing.T, layout geojson.Layout, head geojson.Header, features []geo.Feature) []byte {
	t.Helper()
	var b bytes.Buffer
	w := geojson.NewWriter(&b)
	w.Layout, w.Header = layout, head
	for _, f := range features {
		require.NoError(t, w.Write(f))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// sameRings compares geometries, rings up to their direction.
func sameRings(a, b orb.Geometry) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case orb.Polygon:
		b, ok := b.(orb.Polygon)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			back := b[i].Clone()
			back.Reverse()
			if !a[i].Equal(b[i]) && !a[i].Equal(back) {
				return false
			}
		}
		return true
	case orb.MultiPolygon:
		b, ok := b.(orb.MultiPolygon)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameRings(a[i], b[i]) {
				return false
			}
		}
		return true
	case orb.Collection:
		b, ok := b.(orb.Collection)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameRings(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	return orb.Equal(a, b)
}

// A collection without features is no feature, and is not counted as one.
func TestCollectionWithoutFeaturesIsInNoFeature(t *testing.T) {
	var indices []int
	reader := geojson.NewReader(strings.NewReader("{\"type\":\"FeatureCollection\"}\n{\"type\":\"Point\"}\n"))
	for _, err := range reader.Features() {
		var fault *geojson.Error
		require.ErrorAs(t, err, &fault)
		indices = append(indices, fault.Index)
	}
	require.Equal(t, []int{-1, 0}, indices)
}

func FuzzReader(f *testing.F) {
	a := point("a")
	for _, text := range []string{
		`{"type":"FeatureCollection","bbox":[0,0,1,1],"x":1,"features":[` + a + `,` + faulty + `],"y":"\u0041"}`,
		a + "\n" + faulty + "\n{\n" + a,
		"\x1e" + a + "\n\x1e" + a[:30] + "\x1e" + a,
		`{"features":[{"type":"Feature","geometry":{"coordinates":[[[0,0],[0,9],[9,9],[0,0]],[[1,2],[3,4e-9]]],"type":"Polygon"}}],"type":"FeatureCollection"}`,
		`{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","coordinates":[[[[1,2,3],[4,5]]]],"bbox":[1,2,3,4]}],"id":7,"crs":null}`,
		"\ufeff{\"type\":\"Feature\",\"id\":-1e5,\"foreign\":[\n1],\"properties\":{\"a\":\n1},\"geometry\":{\"type\":\"Point\",\"coordinates\":[]}}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(requireStable)
}

package topojson_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/topojson"
	"github.com/territory-go/territory/partition"
)

// Two squares that share the arc 0, the second one backwards. Positions are
// tenths of a degree east of 100.
const squares = `{
	"type": "Topology",
	"transform": {"scale": [0.1, 0.1], "translate": [100, 0]},
	"arcs": [
		[[10,0],[0,10]],
		[[10,10],[-10,0],[0,-10],[10,0]],
		[[10,0],[10,0],[0,10],[-10,0]]
	],
	"objects": {
		"parcels": {"type": "GeometryCollection", "geometries": [
			{"type": "Polygon", "id": "west", "arcs": [[0,1]], "properties": {"owner": "Ann"}},
			{"type": "Polygon", "id": 7, "arcs": [[2,-1]], "properties": {"owner": "Bo"}}
		]},
		"road": {"type": "LineString", "arcs": [0]}
	}
}`

func ExampleRead() {
	topology, err := topojson.Read(strings.NewReader(squares))
	if err != nil {
		panic(err)
	}
	parcels, err := topology.Features("parcels")
	if err != nil {
		panic(err)
	}
	for _, f := range parcels {
		owner, _ := f.Properties.Text("owner")
		fmt.Println(f.ID, owner, f.Geometry)
	}
	// Output:
	// west Ann [[[101 0] [101 1] [100 1] [100 0] [101 0]]]
	// 7 Bo [[[101 0] [102 0] [102 1] [101 1] [101 0]]]
}

func read(t *testing.T, text string) *topojson.Topology {
	t.Helper()
	topology, err := topojson.Read(strings.NewReader(text))
	require.NoError(t, err)
	return topology
}

func TestAllGeometries(t *testing.T) {
	const arcs = `"arcs":[[[0,0],[1,1,7]],[[1,1],[2,0],[0,0]]]`
	for geometry, want := range map[string]orb.Geometry{
		`{"type":"Point","coordinates":[3,4,5]}`:            orb.Point{3, 4},
		`{"type":"MultiPoint","coordinates":[[3,4],[5,6]]}`: orb.MultiPoint{{3, 4}, {5, 6}},
		`{"arcs":[-1],"type":"LineString"}`:                 orb.LineString{{1, 1}, {0, 0}},
		`{"type":"MultiLineString","arcs":[[0],[1],[-2]]}`:  orb.MultiLineString{{{0, 0}, {1, 1}}, {{1, 1}, {2, 0}, {0, 0}}, {{0, 0}, {2, 0}, {1, 1}}},
		`{"type":"Polygon","arcs":[[0,1]]}`:                 orb.Polygon{{{0, 0}, {1, 1}, {2, 0}, {0, 0}}},
		`{"type":"Polygon","arcs":[[-2,-1]]}`:               orb.Polygon{{{0, 0}, {2, 0}, {1, 1}, {0, 0}}},
		`{"type":"MultiPolygon","arcs":[[[0,1]],[[0,-1]]]}`: orb.MultiPolygon{{{{0, 0}, {1, 1}, {2, 0}, {0, 0}}}, {{{0, 0}, {1, 1}, {0, 0}}}},
		`{"type":null,"id":3}`:                              nil,
		`{"type":"MultiPolygon","arcs":[]}`:                 orb.MultiPolygon{},
		`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Polygon","arcs":[]}]}`: orb.Collection{orb.Point{1, 2}, orb.Polygon{}},
	} {
		topology := read(t, `{"type":"Topology",`+arcs+`,"objects":{"x":{"type":"GeometryCollection","geometries":[`+geometry+`]}}}`)
		features, err := topology.Features("x")
		require.NoError(t, err, geometry)
		require.Len(t, features, 1)
		require.Equal(t, want, features[0].Geometry, geometry)
	}
}

func TestQuantisedPoints(t *testing.T) {
	topology := read(t, `{"objects":{"p":{"type":"MultiPoint","coordinates":[[1,2],[3,4]],"bbox":[1,2,3,4],"id":1e2}},
		"arcs":[],"transform":{"translate":[10,20],"scale":[2,0.5]},"bbox":[0,0,9,9],"type":"Topology","extra":[{}]}`)
	features, err := topology.Features("p")
	require.NoError(t, err)
	require.Equal(t, []geo.Feature{{ID: "1e2", NumericID: true, BBox: []float64{1, 2, 3, 4},
		Geometry: orb.MultiPoint{{12, 21}, {16, 22}}}}, features)
	require.Equal(t, []float64{0, 0, 9, 9}, topology.BBox())
	require.Equal(t, []string{"p"}, topology.Objects())
}

func TestReadFaults(t *testing.T) {
	for text, want := range map[string]string{
		``:                            `topology: offset 0: the end where an object should be`,
		`[]`:                          `topology: offset 0: an array where an object should be`,
		`{"type":"Feature"}`:          `topology: offset 8: the type is "Feature", not "Topology"`,
		`{"type":"Topology"}`:         `topology: offset 19: the topology has no "objects"`,
		`{"arcs":[[[0,0],[1]]]}`:      `topology: offset 16: a position must have two coordinates`,
		`{"arcs":[[[0,"a"]]]}`:        `topology: offset 13: a string where a number should be`,
		`{"arcs":[],"arcs":[]}`:       `topology: offset 18: "arcs" is there twice`,
		`{"objects":{"a":7,"a":8}}`:   `topology: offset 22: the object "a" is there twice`,
		`{"transform":{}}`:            `topology: offset 13: the transform must have one "scale" and one "translate"`,
		`{"transform":{"scale":[1]}}`: `topology: offset 22: "scale" must be two numbers`,
		squares + `x`:                 fmt.Sprintf(`topology: offset %d: 'x' after the end of the value`, len(squares)),
		squares[:len(squares)-1]:      fmt.Sprintf(`topology: offset %d: the end where ',' or '}' should be`, len(squares)-1),
	} {
		_, err := topojson.Read(strings.NewReader(text))
		require.ErrorIs(t, err, partition.ErrInput, text)
		require.EqualError(t, err, want)
	}
	broken := errors.New("the line is dead")
	_, err := topojson.Read(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, partition.ErrInput)
}

func TestFeatureFaultsAllAtOnce(t *testing.T) {
	topology := read(t, `{"type":"Topology","arcs":[[[0,0],[1,1]],[[5,5],[6,6]]],"objects":{
		"x":{"type":"GeometryCollection","geometries":[
			{"type":"Polygon","id":"gone","arcs":[[0,2]]},
			{"type":"LineString","arcs":[0,1]},
			{"type":"Polygon","arcs":[0]},
			{"type":"Sphere"},
			{"arcs":[]},
			{"type":"Point"},
			{"type":"LineString","arcs":[0],"properties":3},
			{"type":"LineString","arcs":[0.5]},
			7,
			{"type":"LineString","arcs":[0],"id":{}},
			{"type":"GeometryCollection","geometries":[{"type":"LineString","arcs":[-3]}]},
			{"type":"LineString","arcs":[0,0]},
			{"type":"LineString","arcs":[1e300]}
		]}, "lone":{"type":"Point"}}}`)
	_, err := topology.Features("x")
	require.ErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, err, strings.Join([]string{
		`objects.x.geometries[0] (gone): arc 2 is not there: they are numbered 0 to 1, backwards -1 to -2`,
		`objects.x.geometries[1]: arc 1 does not begin where the one before it ends: at [5 5], not [1 1]`,
		`objects.x.geometries[2]: a number where an array should be`,
		`objects.x.geometries[3]: the type is "Sphere", which is no geometry`,
		`objects.x.geometries[4]: the type is missing, which is no geometry`,
		`objects.x.geometries[5]: a Point must have "coordinates"`,
		`objects.x.geometries[6]: the properties are a number, not an object`,
		`objects.x.geometries[7]: arc 0.5 is not there: they are numbered 0 to 1, backwards -1 to -2`,
		`objects.x.geometries[8]: a number where an object should be`,
		`objects.x.geometries[9]: the id is an object, not a string or a number`,
		`objects.x.geometries[10]: arc -3 is not there: they are numbered 0 to 1, backwards -1 to -2`,
		`objects.x.geometries[11]: arc 0 does not begin where the one before it ends: at [0 0], not [1 1]`,
		`objects.x.geometries[12]: arc 1e+300 is not there: they are numbered 0 to 1, backwards -1 to -2`,
	}, "\n"))
	_, err = topology.Features("lone")
	require.EqualError(t, err, `objects.lone: a Point must have "coordinates"`)
	_, err = read(t, `{"type":"Topology","arcs":[],"objects":{"x":{"type":"LineString","arcs":[0]}}}`).Features("x")
	require.EqualError(t, err, `objects.x: arc 0 is not there: there are none`)
	_, err = topology.Features("y")
	require.EqualError(t, err, `object = "y": is not in the topology, which has ["x" "lone"]`)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(squares))
	f.Add([]byte(`{"type":"Topology","arcs":[[],[[1,2]]],"objects":{"a":{"type":"Polygon","arcs":[[0,1,-1]]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		topology, err := topojson.Read(strings.NewReader(string(data)))
		if err != nil {
			require.ErrorIs(t, err, partition.ErrInput)
			return
		}
		for _, name := range topology.Objects() {
			if features, err := topology.Features(name); err == nil {
				if areas, err := geo.Areas(features); err == nil {
					geo.DropShortRings(areas)
				}
			}
		}
	})
}

package geojson_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/geojson"
)

// The second feature is faulty: the loop says so and goes on.
func ExampleReader() {
	const file = `{"type":"FeatureCollection","features":[
		{"type":"Feature","id":"depot","properties":{"beds":12},"geometry":{"type":"Point","coordinates":[10,50]}},
		{"type":"Feature","id":"shop","properties":{},"geometry":{"type":"Point","coordinates":["10.5","50"]}},
		{"type":"Feature","id":"park","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}}
	]}`
	r := geojson.NewReader(strings.NewReader(file))
	r.Notice = func(n geojson.Notice) { fmt.Println("notice:", n) }
	for f, err := range r.Features() {
		if err != nil {
			fmt.Println("left out:", err)
			continue
		}
		beds, _ := f.Properties.Number("beds")
		fmt.Println(f.ID, beds, f.Geometry)
	}
	// Output:
	// depot 12 [10 50]
	// left out: feature 1 (shop), offset 241: a string where a number should be
	// notice: winding: polygon 0, ring 0: is an outer ring and runs clockwise
	// park 0 [[[0 0] [0 1] [1 1] [0 0]]]
}

func ExampleReadAll() {
	// One feature per line, as many tools write and read it.
	const file = `{"type":"Feature","id":1,"properties":null,"geometry":{"type":"Point","coordinates":[10,50]}}
{"type":"Feature","id":2,"properties":null,"geometry":null}
`
	features, err := geojson.ReadAll(strings.NewReader(file))
	fmt.Println(len(features), features[0].Geometry, features[1].Geometry, err)
	// Output: 2 [10 50] <nil> <nil>
}

func ExampleWriter() {
	about, err := geo.NewProperties(map[string]any{"name": "Riverside", "loads": []int{40, 2}})
	if err != nil {
		panic(err)
	}
	w := geojson.NewWriter(os.Stdout)
	w.Decimals = 5
	territory := orb.Polygon{{{0, 0}, {0, 1.0000001}, {1, 1}, {0, 0}}} // clockwise
	if err := w.Write(geo.Feature{ID: "north", Geometry: territory, Properties: about}); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	// Output:
	// {"type":"FeatureCollection","features":[
	// {"type":"Feature","id":"north","properties":{"loads":[40,2],"name":"Riverside"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,1],[0,0]]]}}
	// ]}
}

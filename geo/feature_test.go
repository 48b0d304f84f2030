package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

func ExampleProperties() {
	p := geo.Properties(`{"name":"Mohave","pop":212181,"seat":{"name":"Kingman"}}`)
	name, _ := p.Text("name")
	pop, _ := p.Number("pop")
	fmt.Println(name, pop)

	var all struct{ Seat struct{ Name string } }
	if err := p.Decode(&all); err != nil {
		panic(err)
	}
	fmt.Println(all.Seat.Name)
	// Output:
	// Mohave 212181
	// Kingman
}

func ExampleNewProperties() {
	p, err := geo.NewProperties(struct {
		Name string `json:"name"`
		Pop  int    `json:"pop"`
	}{"Mohave", 212181})
	fmt.Println(string(p), err)
	fmt.Println(string(p.Raw("name")))
	// Output:
	// {"name":"Mohave","pop":212181} <nil>
	// "Mohave"
}

// Coarse coordinates have flattened an islet to a line, there and back.
func ExampleDropShortRings() {
	areas := []orb.MultiPolygon{{
		{{{0, 0}, {2, 0}, {2, 2}, {0, 0}}},
		{{{5, 5}, {6, 6}, {5, 5}}},
	}}
	kept, dropped := geo.DropShortRings(areas)
	fmt.Println(kept, dropped)
	// Output: [[[[[0 0] [2 0] [2 2] [0 0]]]]] 1
}

func ExampleAreas() {
	features := []geo.Feature{
		{ID: "mainland", Geometry: orb.Polygon{{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}}},
		{ID: "planned"},
	}
	areas, err := geo.Areas(features)
	fmt.Println(areas, err)
	// Output: [[[[[0 0] [2 0] [2 2] [0 2] [0 0]]]] []] <nil>
}

func TestAreasNamesWhatHasNone(t *testing.T) {
	_, err := geo.Areas([]geo.Feature{
		{ID: "a", Geometry: orb.Point{1, 2}},
		{Geometry: orb.MultiPolygon{}},
		{Geometry: orb.LineString{{1, 2}, {3, 4}}},
	})
	require.ErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, err, "features[0] (a): is a Point, which has no area\nfeatures[2]: is a LineString, which has no area")
	square := orb.Bound{Max: orb.Point{1, 1}}
	areas, err := geo.Areas([]geo.Feature{{Geometry: square}, {Geometry: square.ToRing()}})
	require.NoError(t, err)
	require.Equal(t, areas[0], areas[1])
}

func TestDropShortRings(t *testing.T) {
	good := orb.Ring{{0, 0}, {9, 0}, {9, 9}, {0, 0}}
	hole := orb.Ring{{5, 1}, {6, 2}, {6, 1}, {5, 1}}
	short := orb.Ring{{5, 1}, {6, 2}, {5, 1}}
	areas := []orb.MultiPolygon{
		{{good, short, hole}, {short}},
		{{short, hole, hole}, {nil}},
		nil,
		{{}, {good}},
	}
	kept, dropped := geo.DropShortRings(areas)
	require.Equal(t, []orb.MultiPolygon{{{good, hole}}, nil, nil, {{good}}}, kept)
	require.Equal(t, 6, dropped)
	require.Len(t, areas[0][0], 3, "the argument stays")
	again, none := geo.DropShortRings(kept)
	require.Equal(t, kept, again)
	require.Zero(t, none)
}

func TestPropertiesOfAllKinds(t *testing.T) {
	p := geo.Properties(`{"a":1, "b":"x\u0022", "c":null, "a":{"b":2}, "n":-1.5e1}`)
	require.Equal(t, `{"b":2}`, string(p.Raw("a")), "the last of a name counts")
	text, ok := p.Text("b")
	require.True(t, ok)
	require.Equal(t, `x"`, text)
	x, ok := p.Number("n")
	require.True(t, ok)
	require.Equal(t, -15.0, x)
	for _, name := range []string{"a", "c", "none", ""} {
		_, ok = p.Text(name)
		require.False(t, ok)
		_, ok = p.Number(name)
		require.False(t, ok)
	}
	for _, broken := range []geo.Properties{nil, geo.Properties(`[1]`), geo.Properties(`{"a":`), geo.Properties(`{"a":1`)} {
		require.Nil(t, broken.Raw("a"))
	}
	var m map[string]any
	require.NoError(t, geo.Properties(nil).Decode(&m))
	require.Nil(t, m)
}

func TestNewProperties(t *testing.T) {
	p, err := geo.NewProperties(map[string]any{"b": 1, "a": "é"})
	require.NoError(t, err)
	require.Equal(t, `{"a":"é","b":1}`, string(p))
	p, err = geo.NewProperties(nil)
	require.NoError(t, err)
	require.Nil(t, p)
	_, err = geo.NewProperties([]int{1})
	require.EqualError(t, err, "geo: properties must be an object, not an array")
	_, err = geo.NewProperties(map[string]any{"x": math.NaN()})
	require.Error(t, err)
}

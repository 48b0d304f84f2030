package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// Four units in a ring, 0-1-2-3-0, of populations 10, 12, 11 and 9.
const (
	ringNodes = "node,geoid,name,population,lat,lon,area\n0,1,A,10,41,-93,1\n1,2,B,12,41,-92,1\n2,3,C,11,42,-92,1\n3,4,D,9,42,-93,1\n"
	ringEdges = "u,v,shared_perimeter\n0,1,0.5\n1,2,\n2,3,0.25\n0,3,1\n"
)

func ring(t *testing.T, o *options) *instance {
	t.Helper()
	folder := t.TempDir()
	save(t, folder, "XY_edges.csv.gz", ringEdges)
	in, err := readDistricting(save(t, folder, "XY_nodes.csv.gz", ringNodes), o)
	require.NoError(t, err)
	return in
}

func TestReadDistricting(t *testing.T) {
	in := ring(t, &options{k: 2, tolerance: 0.1})
	require.Equal(t, []any{"XY", 4, 2, cutEdges}, []any{in.name, in.n, in.k, in.goal})
	m := in.design.Measures[0]
	require.Equal(t, []float64{10, 12, 11, 9}, m.Value)
	require.Equal(t, []float64{19, 19}, m.Lower, "21 less 10 %, whole people")
	require.Equal(t, []float64{23, 23}, m.Upper)
	require.Equal(t, []int{1, 3}, in.design.Contiguity.Neighbors(0))
	require.Equal(t, 0.25, border(&instance{goal: borderLength, design: in.design}, 2, 3))

	in = ring(t, &options{k: 2, lower: 20, upper: 22, objective: "hess"})
	require.Equal(t, []any{inertia, []float64{20, 20}, []float64{22, 22}}, []any{in.goal, in.design.Measures[0].Lower, in.design.Measures[0].Upper})
	require.Equal(t, orb.Point{-93, 41}, in.design.Points[0])
	require.Equal(t, "C", in.design.Label(2))
	require.InDelta(t, 84.13, between(in.design, 0, 1), 0.01, "a degree of longitude at 41° north, in km")
}

func TestRecheckTerritoriesCatchesALie(t *testing.T) {
	in := ring(t, &options{k: 2, tolerance: 0.1})
	good := func() *partition.Result {
		plan, err := partition.NewPlan(2, []int{0, 0, 1, 1})
		require.NoError(t, err)
		return &partition.Result{Plan: plan, Certificate: partition.Certificate{Objective: 2, Bound: 2}}
	}
	require.NoError(t, recheckDesign(in, good()))
	for name, lie := range map[string]func(r *partition.Result){
		"fewer cuts":    func(r *partition.Result) { r.Certificate.Objective, r.Certificate.Bound = 1, 1 },
		"bound":         func(r *partition.Result) { r.Certificate.Bound = 3 },
		"not connected": func(r *partition.Result) { r.Plan, _ = partition.NewPlan(2, []int{0, 1, 0, 1}) },
		"no units":      func(r *partition.Result) { r.Plan, _ = partition.NewPlan(2, []int{0, 0, 0, 0}) },
		"unbalanced":    func(r *partition.Result) { r.Plan, _ = partition.NewPlan(2, []int{0, 0, 0, 1}) },
	} {
		r := good()
		lie(r)
		require.Error(t, recheckDesign(in, r), name)
	}
}

func TestReadTerritory(t *testing.T) {
	// A path of three units; two territories.
	const units = "3\n0 0 0 1 2 3 0\n1 3 4 1 2 3 0\n2 6 8 2 4 6 0\n2\n0 1\n1 2\n"
	folder := t.TempDir()
	in, err := readTerritory(save(t, folder, "plain.dat", units+"2 0.5 0.4 0.3\n"), &options{})
	require.NoError(t, err)
	require.Equal(t, []any{"plain", 3, 2, compactness}, []any{in.name, in.n, in.k, in.goal})
	require.Equal(t, 0.4, in.design.Measures[1].Tolerance)
	require.Equal(t, []float64{3, 3, 6}, in.design.Measures[2].Value)
	require.Equal(t, 5.0, between(in.design, 0, 1))

	const preferences = "1 1 1\n1 1 2\n"
	file := save(t, folder, "wishes.dat.gz", units+"2 2 0.1 0.1 0.1 0.1\n"+preferences+"0 1 2\n3 0 4\n5 6 0\n")
	in, err = readTerritory(file, &options{tolerance: 0.2})
	require.NoError(t, err)
	require.Equal(t, []any{affinity, 0.2}, []any{in.goal, in.design.Measures[1].Tolerance})
	require.Equal(t, 500.0, in.preference(2, 1))
	require.Zero(t, in.preference(2, 0))
	require.Equal(t, []float64{4, 6}, []float64{between(in.design, 1, 2), between(in.design, 2, 1)})

	// Units 0 and 1 around 0 (3 from 1 to 0), unit 2 by itself; loads 2 and 2, 4
	// and 4, 6 and 6 are even; the second choice of unit 2 costs 500.
	plan, err := partition.NewPlan(2, []int{0, 0, 1})
	require.NoError(t, err)
	r := &partition.Result{Plan: plan, Centers: []int{0, 2}, Certificate: partition.Certificate{Objective: 503}}
	require.NoError(t, recheckDesign(in, r))
	r.Centers[0] = 2
	require.ErrorContains(t, recheckDesign(in, r), "the centre of territory 0 is not in it")

	in, err = readTerritory(file, &options{objective: "compact", k: 3})
	require.NoError(t, err)
	require.Equal(t, []any{compactness, 3}, []any{in.goal, in.design.K})
	_, err = readTerritory(file, &options{k: 3})
	require.ErrorContains(t, err, "preferences of 2 territories, -k is 3")
	_, err = readTerritory(file, &options{objective: "hess"})
	require.ErrorContains(t, err, "must be compact or affinity")
	for text, want := range map[string]string{
		"":                                  "ends before the number of units",
		"1\n0 0 0 1 2\n":                    "line 2: has 5 numbers, want 6",
		units:                               "ends before p and the tolerances",
		units + "2 0.1 0.1 0.1\n1 2\n":      "line 9: has 2 numbers, want 3: the preferences of territory 0",
		"1\n0 0 0 1 2 3\n1\n0 1\n1 1 1 1\n": "names a unit that there is not",
	} {
		_, err := readTerritory(save(t, folder, "f.dat", text), &options{})
		require.ErrorContains(t, err, want)
	}
}

func TestPublishedPlans(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"territory/best_known.csv":          "instance,best_known,p,tolerance,contiguous_territories\nsmall/a p=6,7500,6,0.05,6/6\nsmall/a p=7,7000,7,0.05,6/7\nsmall/held p=6,1,6,0.05,6/6\n",
		"territory/small/a.dat":             "",
		"districting/best_known.csv":        "instance,best_known,k,L,U,contiguity\nmincut/tract/XY/contig-yes,17,2,10,12,yes\nhess/county/XY/contig-no,17,2,10,12,no\n",
		"districting/tract/XY_nodes.csv.gz": "",
		"redist/best_known.csv":             "instance,best_known,k,tolerance\nfl/hess/tol=0.1,5.5,3,0.1\n",
		"redist/fl.geojson.gz":              "",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o777))
		save(t, folder, name, text)
	}
	list, err := publishedIn(folder)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, []any{"territory/small/a p=6", "small", 6, 0.05}, []any{list[0].key(), list[0].class, list[0].k, list[0].tolerance})
	require.Equal(t, []any{"districting/mincut/tract/XY/contig-yes", "mincut/tract", "cut", 10.0, 12.0},
		[]any{list[1].key(), list[1].class, list[1].objective, list[1].lower, list[1].upper})
	require.Equal(t, []any{"redist/fl/hess/tol=0.1", "fl/hess", "hess", 5.5}, []any{list[2].key(), list[2].class, list[2].objective, list[2].known})
}

// Two squares that share a side, an island, and a feature without a shape.
const squares = `{"type":"FeatureCollection","features":[
{"type":"Feature","id":"w","properties":{"pop":4,"cx":0.25,"cy":0.5},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},
{"type":"Feature","id":"n","properties":{"pop":9},"geometry":null},
{"type":"Feature","id":"e","properties":{"pop":5,"name":"East"},"geometry":{"type":"Polygon","coordinates":[[[1,0],[2,0],[2,1],[1,1],[1,0]]]}},
{"type":"Feature","id":"i","properties":{"pop":6},"geometry":{"type":"Polygon","coordinates":[[[3,0],[4,0],[4,1],[3,1],[3,0]]]}}]}`

func TestReadRedist(t *testing.T) {
	folder := t.TempDir()
	file := save(t, folder, "map.geojson.gz", squares)
	in, err := readRedist(file, &options{k: 3, tolerance: 0.5})
	require.NoError(t, err)
	require.Equal(t, []any{"map", 3, 3, cutEdges}, []any{in.name, in.n, in.k, in.goal})
	require.Equal(t, []float64{4, 5, 6}, in.design.Measures[0].Value)
	require.Equal(t, []int{0, 2}, in.design.Contiguity.Neighbors(1), "the island is tied to what is nearest")
	require.InDelta(t, 110574, border(&instance{goal: borderLength, design: in.design}, 0, 1), 1, "a degree of latitude, in metres")
	require.Equal(t, "East", in.design.Label(1))
	require.Equal(t, "i", in.design.Label(2))

	save(t, folder, "map_edges.csv", "u,v\n0,1\n0,2\n")
	in, err = readRedist(file, &options{k: 3, tolerance: 0.5, objective: "hess"})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2}, in.design.Contiguity.Neighbors(0))
	require.Equal(t, orb.Point{0.25, 0.5}, in.design.Points[0])
	require.InDelta(t, 1.5, in.design.Points[1][0], 1e-9)

	_, err = readRedist(save(t, folder, "x.geojson", `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[]}}`), &options{k: 1})
	require.ErrorContains(t, err, "has no number pop")
	_, err = readRedist(save(t, folder, "y.geojson", `{"type":"Feature",`), &options{k: 1})
	require.ErrorContains(t, err, "y.geojson")
}

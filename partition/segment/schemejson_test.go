package segment_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// A scheme that is written and read again divides a book as before.
func TestSchemeJSONGoesRound(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(21, 34))
	b := randomRows(r, 80)
	book := b.table(t, tree)
	for range 100 {
		scheme := randomScheme(r)
		scheme.Name = "by \"everything\""
		scheme.Minimum.Units = r.IntN(9)
		scheme.Dimensions = append(scheme.Dimensions,
			segment.Tiers{Attribute: "revenue", As: "value", Cut: segment.CumulativeShare{}, Labels: []string{"C", "B", "A"}},
			segment.RFM{Recency: "order", Frequency: "staff", Monetary: "revenue", AsOf: day(2)},
			segment.CoreGrowthPotential{Value: "revenue", As: "core"},
			segment.Category{Attribute: "industry", As: "sector", Classes: []segment.Class{{Label: "metal", Names: []string{"steel", "tin"}}, {Label: "food"}}},
		)
		data, err := json.Marshal(scheme)
		require.NoError(t, err)
		require.Empty(t, schemaFaults(t, data), "%s", data)
		back, err := segment.ParseScheme(data, nil)
		require.NoError(t, err)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
		want, err := scheme.Apply(book)
		require.NoError(t, err)
		got, err := back.Apply(book)
		require.NoError(t, err)
		requireSame(t, want, got)

		// The fitted one is data too.
		data, err = json.Marshal(want.Scheme())
		require.NoError(t, err)
		var fitted segment.Scheme
		require.NoError(t, json.Unmarshal(data, &fitted))
		got, err = fitted.Apply(book)
		require.NoError(t, err)
		requireSame(t, want, got)
	}
}

func TestParseSchemeNamesThePath(t *testing.T) {
	_, err := segment.ParseScheme([]byte(`{
		"dimensions": [
			{"kind": "hierarchy", "attribute": "region"},
			{"kind": "category", "attribute": "industry", "clases": []},
			{"kind": "bandz", "attribute": "staff", "as": "size"},
			{"kind": "bands", "as": "worth", "cuts": [1, "2"]},
			{"kind": "lifecycle", "attribute": "order", "asOf": "yesterday", "days": [1.5], "as": "life"},
			{"attribute": "region"},
			{"kind": "tiers", "attribute": "revenue", "cut": {"kind": "quantile"}},
			{"kind": "tiers", "attribute": "revenue", "as": "v", "cut": {"kind": "share", "k": 4}},
			7
		],
		"grid": {"order": [
			{"dimension": "region", "level": 2},
			{"dimension": "region", "level": 1},
			{"dimension": "industri"},
			{"dimension": "size", "join": "neighbor", "depth": 3},
			{"dimension": "size", "level": -1, "level": 0}
		]},
		"minimum": {"units": -1, "value": 5},
		"title": "x"
	}`), nil)
	require.ErrorIs(t, err, partition.ErrInput)
	require.ElementsMatch(t, []string{
		`dimensions[1].clases: is not a field that is known; did you mean classes?`,
		`dimensions[2].kind: "bandz" is not a kind of dimension; did you mean bands?`,
		`dimensions[3].attribute: is missing`,
		`dimensions[3].cuts[1]: is a string, not a number`,
		`dimensions[4].asOf: "yesterday" is not a time as 2026-07-01T00:00:00Z`,
		`dimensions[4].days[0]: 1.5 is not a whole number of this size`,
		`dimensions[5].kind: is missing: which kind of dimension?`,
		`dimensions[5]: has the name of dimensions[0], "region"`,
		`dimensions[6].cut.kind = quantile: is no kind of cutter; did you mean quantiles?`,
		`dimensions[7].cut.k: is no setting of share`,
		`dimensions[8]: is a number, not an object`,
		`grid.order[1].level = 1: is not deeper than that of grid.order[0], which is 2 (0 is the deepest)`,
		`grid.order[2].dimension: "industri" is not a dimension; did you mean industry?`,
		`grid.order[3].join: "neighbor" is not a way to join; did you mean neighbour? (parent, neighbour, other)`,
		`grid.order[3].depth: is not a field that is known`,
		`grid.order[4].level: is there twice`,
		`grid.order[4].level = -1: is negative`,
		`grid.order[4].level = -1: is not deeper than that of grid.order[3], which is 0 (0 is the deepest)`,
		`minimum.units = -1: is negative`,
		`minimum.of: is not given: which column is the value of 5 summed over?`,
		`title: is not a field that is known`,
	}, strings.Split(err.Error(), "\n"))

	for data, want := range map[string]string{
		"":                         "scheme: is not JSON: line 1, column 1",
		"{\n  \"grid\": {]}":       "scheme: is not JSON: line 2, column 12",
		`[]`:                       "scheme: is an array, not an object",
		`{}`:                       "scheme: needs exactly one of grid, list and decision, and has none",
		`{"grid":null}`:            "grid: is null, not an object",
		`{"grid":{},"list":{}}`:    "has two",
		`{"decision":{"by":"x"}}`:  `decision.by: "x" is not a dimension`,
		`{"decision":{"level":1}}`: `decision.level: goes with by`,
		`{"list":{"cases":[{"label":"a","when":[{"attribute":"x","minimum":2}]}]}}`:       `list.cases[0].when[0].minimum: is not a field that is known`,
		`{"list":{"cases":[{"label":"a"},{"label":"a"},{"label":""}],"join":"x"}}`:        `list.cases[1].label: "a" is the label of list.cases[0] too`,
		`{"decision":{"if":[{"attribute":"x"}],"then":{"by":"y"},"under":{"a":{"b":1}}}}`: `decision.under["a"].b: is not a field`,
	} {
		_, err := segment.ParseScheme([]byte(data), nil)
		require.ErrorIs(t, err, partition.ErrInput, data)
		require.ErrorContains(t, err, want, data)
	}
}

// What only a book can tell has its path too.
func TestApplyNamesThePath(t *testing.T) {
	book := randomRows(rand.New(rand.NewPCG(1, 2)), 10).table(t, regions(t))
	grid := &segment.Scheme{
		Dimensions: []segment.Dimension{
			segment.Hierarchy{Attribute: "region"}, segment.Category{Attribute: "industri", As: "industry"},
			segment.Bands{Attribute: "staff", Cuts: []float64{5, 5}}, segment.Category{Attribute: "industry", As: "sector"},
		},
		Grid: &segment.Grid{Order: []segment.Step{
			{Dimension: "region", Level: 4}, {Dimension: "industry"}, {Dimension: "sector", Join: segment.ToNeighbour, Level: 2},
		}},
		Minimum: segment.Minimum{Of: "sales"},
	}
	_, err := grid.Apply(book)
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "dimensions[1].attribute = industri: is not in the table; did you mean industry?")
	grid.Dimensions[1] = segment.Category{Attribute: "industry"}
	_, err = grid.Apply(book)
	for _, want := range []string{
		"dimensions[2].cuts[1] = 5: is not above the cut before, 5",
		`grid.order[0].level = 4: is too deep: "region" has 3 level(s)`,
		`grid.order[2].level = 2: is too deep: "sector" has 1 level(s)`,
		`grid.order[2].join: the classes of "sector" have no order in which they are neighbours`,
		"minimum.attribute = sales: is not in the table",
	} {
		require.ErrorContains(t, err, want)
	}
	list := &segment.Scheme{List: &segment.List{Cases: []segment.Case{{Label: "a", When: partition.Box{partition.AtLeast("revenu", 1)}}}}}
	_, err = list.Apply(book)
	require.ErrorContains(t, err, "list.cases[0].when[0] = revenu: is not in the table; did you mean revenue?")
	decision := &segment.Scheme{Dimensions: grid.Dimensions[:1], Decision: &segment.Decision{By: "region", Level: 1, Under: map[string]*segment.Decision{
		"Jiangsi": {If: partition.Box{partition.Missing("staff")}}, "Jiangsu": {If: partition.Box{partition.In("staff", "x")}},
	}}}
	_, err = decision.Apply(book)
	require.ErrorContains(t, err, `decision.under["Jiangsi"]: is not a class of region level 1; did you mean Jiangsu?`)
	require.ErrorContains(t, err, `decision.under["Jiangsu"].if[0] = staff: is a number, which has no In`)

	circle := &segment.Decision{If: partition.Box{partition.Missing("staff")}}
	circle.Then, circle.Else = circle, circle
	_, err = (&segment.Scheme{Decision: circle}).Apply(book)
	require.ErrorContains(t, err, "leads back to itself")
}

// crooked is a dimension that breaks its promises.
type crooked struct {
	classes *segment.Classes
	err     error
}

func (crooked) Name() string                                      { return "crooked" }
func (c crooked) Bind(*partition.Table) (*segment.Classes, error) { return c.classes, c.err }
func (c crooked) Fit(*partition.Table) (segment.Dimension, error) { return c, nil }

func TestSchemeHoldsDimensionsToTheirPromises(t *testing.T) {
	book := randomRows(rand.New(rand.NewPCG(1, 2)), 10).table(t, regions(t))
	zero := func(int) int { return 0 }
	own := errors.New("the service is down")
	for _, c := range []struct {
		dimension crooked
		want      string
	}{
		{crooked{nil, nil}, "dimensions[0]: was bound to nothing"},
		{crooked{nil, own}, "dimensions[0]: the service is down"},
		{crooked{&segment.Classes{Labels: []string{"a"}}, nil}, "dimensions[0]: has no class of units"},
		{crooked{&segment.Classes{Labels: []string{"a", "a"}, Of: zero}, nil}, `dimensions[0]: has two classes "a"`},
		{crooked{&segment.Classes{Labels: []string{"a"}, Ranked: 2, Of: zero}, nil}, "dimensions[0]: has 2 ranked classes of 1"},
		{crooked{&segment.Classes{Labels: []string{"a"}, Parent: []int{0, 0}, Of: zero}, nil}, "dimensions[0]: has 2 parents of 1 classes"},
		{crooked{&segment.Classes{Labels: []string{"a"}, Parent: []int{5}, Of: zero}, nil}, `dimensions[0]: has a class "a" whose parent is none`},
		{crooked{&segment.Classes{Labels: []string{"a"}, Parent: []int{0}, Of: zero}, nil}, `dimensions[0]: has a class "a" that is above itself`},
		{crooked{&segment.Classes{Labels: []string{"a"}, Of: func(int) int { return 7 }}, nil}, "dimensions[0] = 7: is the class of unit 0, but the classes are 0..0"},
		{crooked{&segment.Classes{Of: zero}, nil}, "dimensions[0] = 0: is the class of unit 0, but there are no classes"},
	} {
		for _, s := range []*segment.Scheme{
			{Grid: &segment.Grid{Order: []segment.Step{{Dimension: "crooked"}}}},
			{Decision: &segment.Decision{By: "crooked"}},
		} {
			s.Dimensions = []segment.Dimension{c.dimension}
			_, err := s.Apply(book)
			require.ErrorContains(t, err, c.want)
			if c.dimension.err != nil {
				require.ErrorIs(t, err, own)
			}
			_, err = json.Marshal(s)
			require.ErrorContains(t, err, `dimensions[0]: "crooked" cannot be written: it has no Kind`)
		}
	}
}

// What refers to a dimension that could not be read is not blamed, whatever
// field the dimension is named by.
func TestParseSchemeBlamesNoReferences(t *testing.T) {
	for _, c := range []struct{ dimension, name string }{
		{`{"kind": "rfm", "recency": "last", "frequency": 3, "monetary": "money", "asOf": "2026-01-01T00:00:00Z"}`, "rfm"},
		{`{"kind": "coreGrowthPotential", "value": "sales", "before": 3}`, "sales"},
		{`{"kind": "coreGrowthPotential", "value": "sales", "as": "stage", "before": 3}`, "stage"},
	} {
		_, err := segment.ParseScheme([]byte(`{"dimensions": [`+c.dimension+`], "grid": {"order": [{"dimension": "`+c.name+`"}]}}`), nil)
		require.ErrorContains(t, err, "not a string")
		require.NotContains(t, err.Error(), "grid")
	}
}

func TestFaultsQuoteWholeCharacters(t *testing.T) {
	name := "x" + strings.Repeat("区", 40)
	_, err := segment.ParseScheme([]byte(`{"dimensions": [], "grid": {"order": [{"dimension": "`+name+`"}]}}`), nil)
	require.ErrorContains(t, err, strings.Repeat("区", 19)+`..."`)
	require.NotContains(t, err.Error(), `\x`)
}

package segment_test

import (
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// A scheme is data. What is wrong with it is told by path, all at once.
func ExampleParseScheme() {
	_, err := segment.ParseScheme([]byte(`{
		"dimensions": [
			{"kind": "category", "attribute": "industry"},
			{"kind": "bands", "attribute": "staff", "as": "size", "cuts": ["50", 250]}
		],
		"grid": {"order": [
			{"dimension": "industri", "join": "other"},
			{"dimension": "size", "join": "neighbor"}
		]},
		"minimum": {"units": 30, "most": 50}
	}`), nil)
	fmt.Println(err)
	// Output:
	// minimum.most: is not a field that is known
	// dimensions[1].cuts[0]: is a string, not a number
	// grid.order[0].dimension: "industri" is not a dimension; did you mean industry?
	// grid.order[1].join: "neighbor" is not a way to join; did you mean neighbour? (parent, neighbour, other)
}

// sides is a Locator: west and east of a river at 118.7° E.
type sides struct{}

func (sides) Locate(p orb.Point) int {
	if p[0] < 118.7 {
		return 0
	}
	return 1
}

// A dimension that JSON cannot hold, here one with a map behind it, is made by
// the caller from what is written of it.
func ExampleKinds() {
	kinds := segment.Kinds{"bank": func(fields []byte) (segment.Dimension, error) {
		var d segment.Area
		if err := json.Unmarshal(fields, &struct{ Attribute *string }{&d.Attribute}); err != nil {
			return nil, err
		}
		d.As, d.Locator, d.Labels = "bank", sides{}, []string{"west", "east"}
		return d, nil
	}}
	scheme, err := segment.ParseScheme([]byte(`{
		"dimensions": [{"kind": "bank", "attribute": "office"}],
		"grid": {"order": [{"dimension": "bank"}]}
	}`), kinds)
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := partition.NewTable(partition.Places("office", []orb.Point{{118.9, 32.1}, {118.6, 32}, {118.8, 32}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	cells, err := scheme.Apply(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range cells.Cells() {
		fmt.Println(i, c.Label, c.Units)
	}
	// Output:
	// 0 west 1
	// 1 east 2
}

// A precedence list: the first case that holds wins, and who meets none is in no
// cell. Afterwards one customer has grown.
func ExampleSegmentation_Update() {
	scheme := &segment.Scheme{List: &segment.List{Cases: []segment.Case{
		{Label: "key accounts", When: partition.Box{partition.AtLeast("revenue", 1e6)}},
		{Label: "steel", When: partition.Box{partition.In("industry", "steel")}},
	}}}
	industry := []string{"steel", "auto", "steel", "food"}
	book, err := partition.NewTable(partition.Categories("industry", industry), partition.Numbers("revenue", []float64{2e6, 3e4, 5e4, 9e5}))
	if err != nil {
		fmt.Println(err)
		return
	}
	cells, err := scheme.Apply(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	for cell, c := range cells.Cells() {
		fmt.Println(cell, c.Label, c.Units)
	}
	fmt.Println("unit 3 is in", cells.Of(3))

	book, err = partition.NewTable(partition.Categories("industry", industry), partition.Numbers("revenue", []float64{2e6, 3e4, 5e4, 11e5}))
	if err != nil {
		fmt.Println(err)
		return
	}
	revision, err := cells.Update(book, []int{3})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range revision.Moves {
		fmt.Println(m)
	}
	fmt.Println(revision.After.Explain(3))
	// Output:
	// 0 key accounts 1
	// 1 steel 1
	// unit 3 is in -1
	// unit 3: none -> 0
	// unit 3
	//   key accounts: 2 units
}

// A decision tree: what is asked next depends on the answer before.
func ExampleDecision() {
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{
			segment.Category{Attribute: "industry"},
			segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{50, 250}, Labels: []string{"small", "medium", "large"}},
		},
		Decision: &segment.Decision{
			By: "industry",
			Under: map[string]*segment.Decision{
				"steel": {By: "size", Join: segment.ToNeighbour},
				"auto":  {If: partition.Box{partition.AtLeast("revenue", 5000)}},
			},
		},
		Minimum: segment.Minimum{Units: 5},
	}
	_, industry, staff, revenue := groups()
	for i := range industry {
		if industry[i] == "" {
			industry[i] = "steel"
		}
	}
	book, err := partition.NewTable(partition.Categories("industry", industry), partition.Numbers("staff", staff), partition.Numbers("revenue", revenue))
	if err != nil {
		fmt.Println(err)
		return
	}
	cells, err := scheme.Apply(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range cells.Cells() {
		fmt.Println(c.Label, c.Units)
	}
	// Output:
	// auto / revenue >= 5000 16
	// auto / not (revenue >= 5000) 6
	// food 43
	// steel / small 62
	// steel / medium + large 34
}

// Fitted, a scheme uses this quarter's thresholds for the next one too, and is
// data that can be stored.
func ExampleScheme_Fit() {
	scheme := &segment.Scheme{
		Name:       "value",
		Dimensions: []segment.Dimension{segment.Tiers{Attribute: "revenue", Cut: segment.Quantiles{K: 2}, Labels: []string{"B", "A"}}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "revenue"}}},
	}
	book, err := partition.NewTable(partition.Numbers("revenue", []float64{10, 20, 30, 40}))
	if err != nil {
		fmt.Println(err)
		return
	}
	fitted, err := scheme.Fit(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := json.Marshal(fitted)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(data))
	next, err := partition.NewTable(partition.Numbers("revenue", []float64{35, 45, 55}))
	if err != nil {
		fmt.Println(err)
		return
	}
	cells, err := fitted.Apply(next)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range cells.Cells() {
		fmt.Println(c.Label, c.Units)
	}
	// Output:
	// {"name":"value","dimensions":[{"kind":"tiers","attribute":"revenue","labels":["B","A"],"cut":{"kind":"fixed","cuts":[30]}}],"grid":{"order":[{"dimension":"revenue"}]}}
	// A 3
}

package segment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func TestSchemeCoverage(t *testing.T) {
	book, err := partition.NewTable(
		partition.Categories("industry", []string{"steel", "auto", "steel", "food", "", "food"}),
		partition.Numbers("revenue", []float64{500, 900, 20, 700, 30, 5}),
	)
	require.NoError(t, err)
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{segment.Category{Attribute: "industry"}},
		List: &segment.List{Cases: []segment.Case{
			{Label: "key", When: partition.Box{partition.AtLeast("revenue", 600)}},
			{Label: "steel", When: partition.Box{partition.In("industry", "steel")}},
			{Label: "cars", When: partition.Box{partition.In("industry", "auto")}},
			{Label: "small food", When: partition.Box{partition.In("industry", "food"), partition.Below("revenue", 10)}},
		}},
	}
	reports, err := scheme.Coverage(book, "revenue")
	require.NoError(t, err)
	var heads []string
	for _, r := range reports {
		heads = append(heads, r.Lines(nil)[0])
	}
	require.Equal(t, []string{
		"industry: 6 units in 3 classes, revenue 2,155", "list: 6 units in 4 classes, revenue 2,155",
		"cells: 6 units in 3 classes, revenue 2,155",
	}, heads)
	require.Equal(t, []int{4}, reports[0].Missing.Units)
	list := reports[1]
	require.Equal(t, []int{4}, list.Unclassified.Units)
	require.Equal(t, []int{1}, list.Ambiguous.Units)
	require.Equal(t, []segment.Overlap{{First: "key", Second: "cars", Units: 1, Amount: 900, Witness: 1}}, list.Overlaps)
	require.Equal(t, []string{"cars"}, list.Empty)
	require.Equal(t, []string{"cars"}, list.Shadowed)
	require.Contains(t, list.Lines(nil), "of these, earlier ones take all units of: cars")
	require.Equal(t, []segment.Single{{Class: "small food", Unit: 5}}, list.Single)
	require.Equal(t, []int{4}, reports[2].Unclassified.Units)
	require.Equal(t, list.Single, reports[2].Single)
	require.Len(t, scheme.Dimensions, 1)

	// A case that takes what is left overlaps with none.
	scheme.List.Cases = append(scheme.List.Cases, segment.Case{Label: "rest"})
	reports, err = scheme.Coverage(book, "")
	require.NoError(t, err)
	require.Equal(t, []int{1}, reports[1].Ambiguous.Units)
	require.Empty(t, reports[1].Unclassified.Units)

	_, err = scheme.Coverage(book, "revenu")
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = (&segment.Scheme{}).Coverage(book, "")
	require.ErrorIs(t, err, partition.ErrInput)
	scheme.List.Cases[0].Label = segment.UnassignedLabel
	_, err = scheme.Coverage(book, "")
	require.Equal(t, []string{`list.cases[0].label: "unassigned" is the label of a class that is there anyway`}, lines(err))
}

func TestSegmentationCandidate(t *testing.T) {
	tree, err := partition.NewTree([]partition.Node{
		{Code: "1", Name: "north"}, {Code: "11", Name: "hill", Parent: "1"}, {Code: "12", Name: "dale", Parent: "1"}, {Code: "2", Name: "south"},
	})
	require.NoError(t, err)
	book, err := partition.NewTable(
		partition.Codes("region", tree, []string{"11", "2", "11", ""}),
		partition.Categories("industry", []string{"steel", "auto", "steel", ""}),
		partition.Numbers("staff", []float64{5, 50, 500, 5}),
	)
	require.NoError(t, err)
	dimensions := []segment.Dimension{
		segment.Hierarchy{Attribute: "region"}, segment.Category{Attribute: "industry"},
		segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{10, 100}},
	}
	large := partition.Box{partition.AtLeast("staff", 100)}
	for _, c := range []struct {
		scheme               segment.Scheme
		dimensions, possible int
	}{
		// region: north, hill, dale, south; industry: auto, steel
		{segment.Scheme{Grid: &segment.Grid{Order: []segment.Step{
			{Dimension: "region", Level: 1}, {Dimension: "industry"}, {Dimension: "region", Level: 2}}}}, 2, 4 * 2},
		{segment.Scheme{Grid: &segment.Grid{Order: []segment.Step{{Dimension: "size"}, {Dimension: "region", Level: 1}}}}, 2, 3 * 2},
		{segment.Scheme{List: &segment.List{Cases: []segment.Case{{Label: "large", When: large}, {Label: "rest"}}}}, 1, 2},
		{segment.Scheme{Decision: &segment.Decision{If: large, Else: &segment.Decision{
			By: "region", Level: 1, Under: map[string]*segment.Decision{"north": {By: "industry"}}}}}, 3, 1 + (2 + 1)},
	} {
		c.scheme.Name, c.scheme.Dimensions = "any", dimensions
		g, err := c.scheme.Apply(book)
		require.NoError(t, err)
		candidate := g.Candidate()
		require.Equal(t, []int{c.dimensions, c.possible}, []int{candidate.Dimensions, candidate.Possible})
		comparison, err := segment.Compare(book, segment.Yardsticks{}, candidate)
		require.NoError(t, err)
		require.Equal(t, g.K(), comparison.Profiles[0].Cells)
		require.Equal(t, "any", comparison.Profiles[0].Name)
		require.Contains(t, comparison.String(), comparison.Profiles[0].LargestCell)
	}
}

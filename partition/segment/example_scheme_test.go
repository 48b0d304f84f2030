package segment_test

import (
	"fmt"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// groups are the units of a small book: how many there are of each kind.
func groups() (region, industry []string, staff, revenue []float64) {
	for _, g := range []struct {
		region, industry string
		staff, revenue   float64
		units            int
	}{
		{"3201", "steel", 20, 1e3, 40}, {"3201", "steel", 100, 5e3, 30}, {"3201", "steel", 900, 60e3, 4},
		{"3201", "food", 20, 1e3, 35}, {"3201", "auto", 20, 2e3, 6}, {"3201", "", 20, 1e3, 2},
		{"3205", "steel", 20, 1e3, 12}, {"3205", "auto", 100, 9e3, 16}, {"3205", "food", 20, 1e3, 3},
		{"3413", "steel", 20, 2e3, 8}, {"34", "food", 20, 1e3, 5},
	} {
		for range g.units {
			region, industry = append(region, g.region), append(industry, g.industry)
			staff, revenue = append(staff, g.staff), append(revenue, g.revenue)
		}
	}
	return
}

// A hybrid scheme: region by industry by size, as far as there are enough
// customers for it. Where there are not, sizes are joined with their
// neighbours, small industries and provinces are pooled, and a province with a
// small city is not divided at all.
func ExampleScheme() {
	provinces, err := partition.NewTree([]partition.Node{
		{Code: "32", Name: "Jiangsu"}, {Code: "3201", Name: "Nanjing", Parent: "32"}, {Code: "3205", Name: "Suzhou", Parent: "32"},
		{Code: "34", Name: "Anhui"}, {Code: "3413", Name: "Suzhou", Parent: "34"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	region, industry, staff, revenue := groups()
	book, err := partition.NewTable(
		partition.Codes("region", provinces, region), partition.Categories("industry", industry),
		partition.Numbers("staff", staff), partition.Numbers("revenue", revenue),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{
			segment.Hierarchy{Attribute: "region"},
			segment.Category{Attribute: "industry"},
			segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{50, 250}, Labels: []string{"small", "medium", "large"}},
		},
		Grid: &segment.Grid{Order: []segment.Step{
			{Dimension: "region", Level: 1},
			{Dimension: "region", Level: 2, Join: segment.ToParent},
			{Dimension: "industry"},
			{Dimension: "size", Join: segment.ToNeighbour},
		}},
		Minimum: segment.Minimum{Units: 10, Of: "revenue", Value: 20e3},
	}
	cells, err := scheme.Apply(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range cells.Cells() {
		fmt.Printf("%s: %d units, revenue %.0f", c.Label, c.Units, c.Value)
		if c.FellBackTo != "" {
			fmt.Printf(", fell back to %s", c.FellBackTo)
		}
		fmt.Println()
	}
	fmt.Println(cells.Explain(73))
	// Output:
	// Jiangsu / Nanjing / auto + food + industry missing: 43 units, revenue 49000, fell back to industry
	// Jiangsu / Nanjing / steel / small: 40 units, revenue 40000
	// Jiangsu / Nanjing / steel / medium + large: 34 units, revenue 390000, fell back to size
	// Jiangsu / Suzhou (3205): 31 units, revenue 159000, fell back to region level 2
	// Anhui: 13 units, revenue 21000, fell back to region level 1
	// unit 73: region Nanjing, industry steel, size large
	//   Jiangsu / Nanjing / steel / large: 4 units
	//   -> Jiangsu / Nanjing / steel / medium + large: 34 units, because Jiangsu / Nanjing / steel / large has 4 units of 10
}

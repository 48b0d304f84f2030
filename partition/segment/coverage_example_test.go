package segment_test

import (
	"fmt"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// Before a dimension is adopted: whom does it not classify, and which classes are
// there for nobody?
func ExampleCoverageOf() {
	report, err := segment.CoverageOf(shops(), segment.Hierarchy{Attribute: "region"}, "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report)
	// Output:
	// region: 8 units in 5 classes, revenue 1,820
	// unknown: 1 unit (12.5 %), revenue 20 (1.1 %): unit 7
}

// A precedence list: the first team whose conditions a customer meets takes it.
// Whom could several teams claim, and whom would nobody serve? Units are named by
// the caller's own labels.
func ExampleScheme_Coverage() {
	scheme := &segment.Scheme{List: &segment.List{Cases: []segment.Case{
		{Label: "key accounts", When: partition.Box{partition.AtLeast("revenue", 300)}},
		{Label: "steel", When: partition.Box{partition.In("industry", "steel")}},
		{Label: "Jiangsu", When: partition.Box{partition.Under("region", "32")}},
		{Label: "Zhejiang food", When: partition.Box{partition.Under("region", "33"), partition.In("industry", "food")}},
	}}}
	reports, err := scheme.Coverage(shops(), "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	customers := []string{"Alder", "Birch", "Cedar", "Elder", "Hazel", "Larch", "Maple", "Rowan"}
	for _, line := range reports[0].Lines(called(customers...)) {
		fmt.Println(line)
	}
	// Output:
	// list: 8 units in 4 classes, revenue 1,820
	// unclassified: 3 units (37.5 %), revenue 120 (6.6 %): Hazel, Larch, Rowan
	// ambiguous: 4 units (50.0 %), revenue 1,580 (86.8 %): Alder, Cedar, Elder, Maple
	// both key accounts and steel: 2 units, revenue 1,200, such as Alder
	// both key accounts and Jiangsu: 3 units, revenue 1,500, such as Alder
	// both steel and Jiangsu: 3 units, revenue 1,280, such as Alder
	// one unit only: steel (Cedar), Jiangsu (Birch)
	// empty: Zhejiang food
}

// A grid, dimension by dimension, and the cells that it makes.
func ExampleScheme_Coverage_grid() {
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{segment.Hierarchy{Attribute: "region", Levels: 1}, segment.Category{Attribute: "industry"}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "region"}, {Dimension: "industry"}}},
	}
	reports, err := scheme.Coverage(shops(), "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, report := range reports {
		fmt.Println(report)
	}
	// Output:
	// region: 8 units in 2 classes, revenue 1,820
	// unknown: 1 unit (12.5 %), revenue 20 (1.1 %): unit 7
	// industry: 8 units in 3 classes, revenue 1,820
	// missing: 1 unit (12.5 %), revenue 40 (2.2 %): unit 5
	// one unit only: food (unit 7)
	// cells: 8 units in 5 classes, revenue 1,820
	// one unit only: Zhejiang / auto (unit 4), Zhejiang / industry missing (unit 5), region unknown / food (unit 7)
}

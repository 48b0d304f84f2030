package segment_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// shops are eight customers of two provinces, in columns.
func shops() *partition.Table {
	provinces, _ := partition.NewTree([]partition.Node{
		{Code: "32", Name: "Jiangsu"}, {Code: "3201", Name: "Nanjing", Parent: "32"}, {Code: "3205", Name: "Suzhou", Parent: "32"},
		{Code: "33", Name: "Zhejiang"}, {Code: "3301", Name: "Hangzhou", Parent: "33"},
	})
	book, err := partition.NewTable(
		partition.Codes("region", provinces, []string{"3201", "3201", "3205", "3205", "3301", "3301", "32", "9999"}),
		partition.Categories("industry", []string{"steel", "auto", "steel", "auto", "auto", "", "steel", "food"}),
		partition.Numbers("revenue", []float64{500, 120, 80, 300, 60, 40, 700, 20}),
		partition.Places("place", []orb.Point{
			{118.80, 32.06}, {118.76, 32.04}, {120.58, 31.30}, {120.62, 31.32}, {120.16, 30.27}, {120.20, 30.25}, {119.97, 31.81}, {121.47, 31.23},
		}),
	)
	if err != nil {
		panic(err)
	}
	return book
}

// Revenue by region and industry, with the totals of the rows, and the share of
// each cell in its row. Cells without a unit take no memory; At gives zeros.
func ExampleTabulate() {
	book := shops()
	cities, err := segment.Tabulate(book, []segment.Dimension{
		segment.Hierarchy{Attribute: "region"},
		segment.Category{Attribute: "industry"},
	}, "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	table := cities.RollUp(0, 1) // cities to their provinces
	rows := table.Margin(0)      // whatever the industry

	fmt.Printf("%-9s", "")
	for _, industry := range table.Labels(1) {
		fmt.Printf("%12s", industry)
	}
	fmt.Printf("%8s\n", "all")
	for r, region := range table.Labels(0) {
		row := rows.At(r)
		if row.Units == 0 {
			continue
		}
		fmt.Printf("%-9s", region)
		for c := range table.Labels(1) {
			cell := table.At(r, c)
			fmt.Printf("%5.0f (%2.0f%%)", cell.Sum[0], 100*cell.Share(row, 0))
		}
		fmt.Printf("%8.0f\n", row.Sum[0])
	}
	// Output:
	//                  auto        food       steel     unknown     missing     all
	// Jiangsu    420 (25%)    0 ( 0%) 1280 (75%)    0 ( 0%)    0 ( 0%)    1700
	// Zhejiang    60 (60%)    0 ( 0%)    0 ( 0%)    0 ( 0%)   40 (40%)     100
	// unknown      0 ( 0%)   20 (100%)    0 ( 0%)    0 ( 0%)    0 ( 0%)      20
}

// The cells that hold a unit, in a fixed order: a report, or a heat map's data.
func ExampleCrosstab_Cells() {
	table, err := segment.Tabulate(shops(), []segment.Dimension{
		segment.Category{Attribute: "industry"},
		segment.Bands{Attribute: "revenue", As: "size", Cuts: []float64{100}, Labels: []string{"small", "large"}},
	}, "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	all := table.Margin().At()
	industry, size := table.Labels(0), table.Labels(1)
	for cell := range table.Cells() {
		fmt.Printf("%s, %s: %d units, %.0f on average, %.0f %% of all revenue\n", industry[cell.Class[0]], size[cell.Class[1]],
			cell.Units, cell.Mean(0), 100*cell.Share(all, 0))
	}
	// Output:
	// auto, small: 1 units, 60 on average, 3 % of all revenue
	// auto, large: 2 units, 210 on average, 23 % of all revenue
	// food, small: 1 units, 20 on average, 1 % of all revenue
	// steel, small: 1 units, 80 on average, 4 % of all revenue
	// steel, large: 2 units, 600 on average, 66 % of all revenue
	// missing, small: 1 units, 40 on average, 2 % of all revenue
}

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

// called gives indices their names.
func called(names ...string) func(int) string { return func(i int) string { return names[i] } }

// Three ways to divide the same customers: today's territories, provinces, and
// industries.
func ExampleCompare() {
	book := shops()
	today, _ := partition.NewPlan(2, []int{0, 0, 0, 1, 1, 1, 0, 1})
	provinces, _ := partition.NewPlan(3, []int{0, 0, 0, 0, 1, 1, 0, 2})
	industries, _ := partition.NewPlan(4, []int{0, 1, 0, 1, 1, partition.Unassigned, 0, 2})
	comparison, err := segment.Compare(book,
		segment.Yardsticks{Value: "revenue", Alike: []string{"revenue"}, Today: today, Places: "place", MinUnits: 2},
		segment.Candidate{Name: "today", Cells: today},
		segment.Candidate{Name: "province", Cells: provinces, Label: called("Jiangsu", "Zhejiang", "Shanghai"), Dimensions: 1},
		segment.Candidate{Name: "industry", Cells: industries, Label: called("steel", "auto", "food", "chemicals"), Dimensions: 1},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(comparison)
	// Output:
	// by revenue                   today  province  industry
	// dimensions                       -         1         1
	// cells                            2         3         3
	// empty cells                      0         0         1
	// sparse cells                     0         1         1
	// units in no cell                 0         0         1
	// largest cell                     0   Jiangsu     steel
	// its share of revenue        76.9 %    93.4 %    70.3 %
	// CV of revenue                 0.54      1.28      0.88
	// explained of revenue        27.1 %    38.3 %    47.7 %
	// - adjusted                  15.0 %    13.6 %     8.4 %
	// units that change hands          0         2         2
	// revenue that changes hands       0       320       140
	// km to the centres              618     415.5     549.8
	// - a unit                     77.25     51.94     78.55
}

// The cells of a plan, crossed with a dimension: what are the territories made of?
func ExampleAssigned() {
	today, _ := partition.NewPlan(2, []int{0, 0, 0, 1, 1, 1, 0, 1})
	owner := segment.Assigned("owner", today, called("Wang", "Li"))
	table, err := segment.Tabulate(shops(), []segment.Dimension{owner, segment.Category{Attribute: "industry"}}, "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	for cell := range table.Cells() {
		fmt.Println(table.Labels(0)[cell.Class[0]], table.Labels(1)[cell.Class[1]], cell.Units, cell.Sum[0])
	}
	// Output:
	// Wang auto 1 120
	// Wang steel 3 1280
	// Li auto 2 360
	// Li food 1 20
	// Li missing 1 40
}

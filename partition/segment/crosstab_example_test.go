package segment_test

import (
	"fmt"
	"strings"

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
	for cell := range table.Cells() {
		fmt.Printf("%s, %s: %d units, %.0f on average, %.0f %% of all revenue\n", table.Label(0, cell.Class[0]), table.Label(1, cell.Class[1]),
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

// From cities to provinces to the whole: sums stay exact at each step.
func ExampleCrosstab_RollUp() {
	cities, err := segment.Tabulate(shops(), []segment.Dimension{segment.Hierarchy{Attribute: "region"}}, "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, table := range []*segment.Crosstab{cities, cities.RollUp(0, 1)} {
		var sums []string
		for cell := range table.Cells() {
			sums = append(sums, fmt.Sprintf("%s %.0f", table.Label(0, cell.Class[0]), cell.Sum[0]))
		}
		fmt.Println(strings.Join(sums, ", "))
	}
	// Output:
	// Jiangsu 700, Nanjing 620, Suzhou 380, Hangzhou 100, unknown 20
	// Jiangsu 1700, Zhejiang 100, unknown 20
}

// The totals of rows, of columns, and of all.
func ExampleCrosstab_Margin() {
	table, err := segment.Tabulate(shops(), []segment.Dimension{
		segment.Hierarchy{Attribute: "region", Levels: 1},
		segment.Category{Attribute: "industry"},
	}, "revenue")
	if err != nil {
		fmt.Println(err)
		return
	}
	for row := range table.Margin(0).Cells() {
		fmt.Println(table.Label(0, row.Class[0]), row.Units, row.Sum[0])
	}
	for column := range table.Margin(1).Cells() {
		fmt.Println(table.Label(1, column.Class[0]), column.Units, column.Sum[0])
	}
	fmt.Println("all", table.Margin().At().Units, table.Margin().At().Sum[0])
	// Output:
	// Jiangsu 5 1700
	// Zhejiang 2 100
	// unknown 1 20
	// auto 3 480
	// food 1 20
	// steel 3 1280
	// missing 1 40
	// all 8 1820
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
		fmt.Println(table.Label(0, cell.Class[0]), table.Label(1, cell.Class[1]), cell.Units, cell.Sum[0])
	}
	// Output:
	// Wang auto 1 120
	// Wang steel 3 1280
	// Li auto 2 360
	// Li food 1 20
	// Li missing 1 40
}

package segment_test

import (
	"fmt"
	"strings"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

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
		segment.Yardsticks{Value: "revenue", Alike: []string{"revenue"}, Today: today, Places: "place", Minimum: segment.Minimum{Units: 2}},
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
	// by revenue                            today  province  industry
	// dimensions                                -         1         1
	// cells                                     2         3         3
	// empty cells                               0         0         1
	// sparse cells                              0         1         1
	// units in no cell                          0         0         1
	// largest cell                              0   Jiangsu     steel
	// its share of revenue                 76.9 %    93.4 %    70.3 %
	// CV of revenue                          0.54      1.28      0.88
	// explained of revenue                 27.1 %    38.3 %    47.7 %
	// - adjusted                           15.0 %    13.6 %     8.4 %
	// units moved, each cell a territory        0         2         2
	// - revenue                                 0       320       140
	// units moved, each cell to one owner       0         1         1
	// - revenue                                 0       300       120
	// km to the centres                       618     415.5     549.8
	// - a unit                              77.25     51.94     78.55
}

// A scheme against today's territories, row by row.
func ExampleSegmentation_Candidate() {
	book := shops()
	today, _ := partition.NewPlan(2, []int{0, 0, 0, 1, 1, 1, 0, 1})
	scheme := &segment.Scheme{
		Name:       "region x industry",
		Dimensions: []segment.Dimension{segment.Hierarchy{Attribute: "region", Levels: 1}, segment.Category{Attribute: "industry"}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "region"}, {Dimension: "industry"}}},
	}
	cells, err := scheme.Apply(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	comparison, err := segment.Compare(book, segment.Yardsticks{Today: today},
		segment.Candidate{Name: "today", Cells: today}, cells.Candidate())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range comparison.Rows() {
		fmt.Println(strings.Join(row, " | "))
	}
	// Output:
	// by units | today | region x industry
	// dimensions | - | 2
	// cells on paper | - | 6
	// cells | 2 | 5
	// empty cells | 0 | 0
	// units in no cell | 0 | 0
	// largest cell | 0 | Jiangsu / steel
	// its share of units | 50.0 % | 37.5 %
	// CV of units | 0.00 | 0.50
	// units moved, each cell a territory | 0 | 4
	// units moved, each cell to one owner | 0 | 1
}

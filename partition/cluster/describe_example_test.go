package cluster_test

import (
	"context"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// A manager drew three segments by hand. By what conditions?
func ExampleDescriber() {
	nan := math.NaN()
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{812_000, 640_000, 541_500, 730_000, 90_000, 120_500, 310_000, nan, 75_000, 260_000}),
		partition.Categories("industry", []string{"auto", "steel", "auto", "food", "auto", "steel", "food", "food", "retail", "retail"}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := partition.NewPlan(3, []int{0, 0, 0, 1, 2, 2, 1, 1, 1, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(d)
	fmt.Printf("%.0f%% of %d customers agree\n", 100*d.Agreement, d.Units)
	// Output:
	// 1: industry in (food, retail) (5 units, 100% pure)
	// 2: industry not in (food, retail) and revenue < 300000 (2 units, 100% pure)
	// 0: industry not in (food, retail) and (revenue >= 300000 or missing) (3 units, 100% pure)
	// 100% of 10 customers agree
}

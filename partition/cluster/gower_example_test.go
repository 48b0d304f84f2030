package cluster_test

import (
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// How much do three customers differ, by revenue and industry, of which revenue
// counts twice? The third one's revenue is not known.
func ExampleGower() {
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{100_000, 400_000, math.NaN(), 1_100_000}),
		partition.Categories("industry", []string{"steel", "auto", "steel", "auto"}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	d, err := cluster.Gower{Attributes: []cluster.GowerAttribute{
		{Name: "revenue", Weight: 2},
		{Name: "industry"},
	}}.Distances(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", d.Between(0, 1)) // (2 · 0.3 + 1) / 3
	fmt.Printf("%.3f\n", d.Between(0, 2)) // the same industry, and nothing else is known of both
	fmt.Printf("%.3f\n", d.Between(1, 2))
	// Output:
	// 0.533
	// 0.000
	// 1.000
}

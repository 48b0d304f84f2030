package cluster_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/partition/cluster"
)

// Two depots for five shops, by the minutes that a road network says it takes, and
// the shops' deliveries a week.
func ExampleDistancesOf() {
	minutes := [][]float64{
		{0, 12, 55, 60, 48},
		{12, 0, 50, 52, 44},
		{55, 50, 0, 9, 20},
		{60, 52, 9, 0, 14},
		{48, 44, 20, 14, 0},
	}
	road := cluster.DistancesOf(len(minutes), func(i, j int) float64 { return minutes[i][j] })
	found, err := cluster.KMedoids{Weight: []float64{3, 5, 4, 1, 6}}.Cluster(context.Background(), road, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("depots at", found.Units, "serve", found.Plan.Slice(), found.Loss, "minutes a week")
	// Output:
	// depots at [1 4] serve [0 0 1 1 1] 130 minutes a week
}

// Rows of numbers on a common scale.
func ExampleEuclidean() {
	distances, err := cluster.Euclidean([][]float64{{0, 0}, {3, 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(distances.Between(0, 1))
	// Output:
	// 5
}

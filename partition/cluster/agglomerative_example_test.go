package cluster_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/partition/cluster"
)

// Five branches along a road, as kilometres from its beginning: which to put
// under one roof first?
func ExampleAgglomerative() {
	km := [][]float64{{3}, {4}, {10}, {12}, {40}}
	distances, err := cluster.Euclidean(km)
	if err != nil {
		fmt.Println(err)
		return
	}
	tree, err := cluster.Agglomerative{Linkage: cluster.Complete}.Cluster(context.Background(), distances)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range tree.Merges {
		fmt.Printf("%d and %d at %g km: %d branches\n", m.A, m.B, m.Height, m.Size)
	}
	three, err := tree.Cut(3)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(three.Slice())
	near, err := tree.CutAt(9) // no two more than 9 km apart
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(near.Slice())
	// Output:
	// 0 and 1 at 1 km: 2 branches
	// 2 and 3 at 2 km: 2 branches
	// 5 and 6 at 9 km: 4 branches
	// 4 and 7 at 37 km: 5 branches
	// [0 0 1 1 2]
	// [0 0 0 0 1]
}

package cluster_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// What kinds of customers are there, and who is typical of each?
func ExampleKMedoids() {
	names := []string{"Ahorn", "Birke", "Ceder", "Douglasie", "Eibe", "Fichte", "Ginkgo", "Hasel"}
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{90_000, 1_400_000, 120_000, 1_250_000, 110_000, 480_000, 100_000, 1_300_000}),
		partition.Categories("industry", []string{"retail", "auto", "retail", "auto", "food", "steel", "retail", "auto"}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	distances, err := cluster.Gower{}.Distances(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := cluster.KMedoids{}.Cluster(context.Background(), distances, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	for t, medoid := range found.Units {
		fmt.Print(names[medoid], " stands for")
		for unit := range found.Plan.Units(t) {
			fmt.Print(" ", names[unit])
		}
		fmt.Println()
	}
	// Output:
	// Ginkgo stands for Ahorn Ceder Eibe Ginkgo
	// Hasel stands for Birke Douglasie Hasel
	// Fichte stands for Fichte
}

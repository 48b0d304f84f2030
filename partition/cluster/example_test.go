package cluster_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// Which kinds of customers are there, by what they buy and how often they are seen?
// Attributes are brought to a common scale first: here, thousands of euros and visits.
func ExampleKMeans() {
	customers := []struct {
		name    string
		revenue float64 // thousands of euros a year
		visits  float64 // a year
	}{
		{"Adler", 12, 2}, {"Bär", 15, 3}, {"Dachs", 11, 2}, {"Elster", 14, 12},
		{"Fuchs", 16, 11}, {"Gans", 48, 11}, {"Hase", 13, 13}, {"Igel", 52, 12}, {"Kranich", 50, 13},
	}
	p := &partition.Problem{K: 3}
	for _, c := range customers {
		p.Features = append(p.Features, []float64{c.revenue, c.visits})
	}

	kinds, err := cluster.KMeans{Seed: 1}.Cluster(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for t, center := range kinds.Centers {
		fmt.Printf("%.0f k€, %.0f visits:", center[0], center[1])
		for i := range kinds.Plan.Units(t) {
			fmt.Print(" ", customers[i].name)
		}
		fmt.Println()
	}
	fmt.Printf("sum of squares %.1f\n", kinds.Squares)

	// Output:
	// 13 k€, 2 visits: Adler Bär Dachs
	// 14 k€, 12 visits: Elster Fuchs Hase
	// 50 k€, 12 visits: Gans Igel Kranich
	// sum of squares 26.0
}

// Numbers and names together: no scale has to be chosen, and a prototype reads like a
// description of the cluster.
func ExampleKPrototypes() {
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{12, 15, 11, 480, 500, 14, 510, 470}),
		partition.Categories("industry", []string{"retail", "retail", "food", "auto", "auto", "retail", "steel", "auto"}),
		partition.Flags("contract", []bool{false, false, false, true, true, true, true, true}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := cluster.KPrototypes{Seed: 1}.Cluster(context.Background(), book, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for t, traits := range found.Prototypes {
		fmt.Print(found.Plan.Count(t), " units:")
		for _, trait := range traits {
			fmt.Print("  ", trait)
		}
		fmt.Println()
	}
	// Output:
	// 4 units:  revenue 13  industry retail (75 %)  contract no (75 %)
	// 4 units:  revenue 490  industry auto (75 %)  contract yes (100 %)
}

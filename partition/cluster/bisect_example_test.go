package cluster_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// Customers by size and by distance to the depot, cut into three groups of equal
// work: which lines to draw?
func ExampleBisection() {
	type customer struct {
		name            string
		size, far, work float64 // size and distance on scales of 0 to 10; hours
	}
	customers := []customer{
		{"Adler", 1, 1, 4}, {"Bauer", 2, 2, 3}, {"Clark", 1, 8, 5}, {"Dupont", 2, 9, 2},
		{"Evans", 8, 2, 3}, {"Fabre", 9, 1, 4}, {"Greco", 7, 3, 2}, {"Huber", 3, 7, 4},
	}
	p := &partition.Problem{
		K:        3,
		Features: make([][]float64, len(customers)),
		Measures: []partition.Measure{{
			Name: "work", Value: partition.Column(customers, func(c customer) float64 { return c.work }), Tolerance: 0.25,
		}},
	}
	for i, c := range customers {
		p.Features[i] = []float64{c.size, c.far}
	}

	r, err := cluster.Bisection{}.Partition(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	loads := partition.Loads(r.Plan, p.Measures[0].Value)
	for t := range r.Plan.K() {
		fmt.Print(loads[t], " hours:")
		for c := range partition.Pick(customers, r.Plan.Units(t)) {
			fmt.Print(" ", c.name)
		}
		fmt.Println()
	}
	fmt.Printf("sum of squares %.2f, within limits: %t\n", r.Certificate.Objective, r.Certificate.Feasible())
	// Output:
	// 7 hours: Adler Bauer
	// 11 hours: Clark Dupont Huber
	// 9 hours: Evans Fabre Greco
	// sum of squares 9.00, within limits: true
}

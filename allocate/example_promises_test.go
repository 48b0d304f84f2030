package allocate_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Four customers and two people, with promises made over the years: Bonn was
// given to Bea, Lima likes Anna, nobody works more than 40 hours, and Anna has
// been promised 30.
func visitsWithPromises() *allocate.Problem {
	return &allocate.Problem{
		Cost: &allocate.Preferring{
			Costs: mat.NewDense(4, 2, []float64{ // kilometres from Anna and from Bea
				10, 60,
				20, 90,
				70, 30,
				80, 10,
			}),
			Terms: []allocate.Term{{Unit: 2, Agent: 0, Cost: -50}},
		},
		Measures: []partition.Measure{{
			Name:  "hours",
			Value: []float64{16, 14, 15, 20},
			Lower: []float64{30, 0},
			Upper: []float64{40, 40},
		}},
		Fixed:      []int{-1, 1, -1, -1},
		UnitLabel:  func(i int) string { return []string{"Oslo", "Bonn", "Lima", "Bern"}[i] },
		AgentLabel: func(j int) string { return []string{"Anna", "Bea"}[j] },
	}
}

// What does it cost to have promised Bonn to Bea? Without the lock, 70 km less
// would be driven.
func ExamplePromises() {
	ctx, p := context.Background(), visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	if err != nil {
		panic(err)
	}
	list, err := allocate.Promises{}.Price(ctx, p, r)
	if err != nil {
		panic(err)
	}
	for _, promise := range list.Promises {
		fmt.Println(promise)
	}
	// Output:
}

// Preferring adds wishes to costs of any kind: the customer in the first row
// asks for the second person, the one in the second row may not be served by
// the brother, and who leaves today's person costs 5.
func ExamplePreferring() {
	costs := &allocate.Preferring{
		Costs: mat.NewDense(2, 2, []float64{
			8, 10,
			3, 4,
		}),
		Terms: []allocate.Term{
			{Unit: 0, Agent: 1, Cost: -4},
			{Unit: 1, Agent: 0, Cost: math.Inf(1)},
		},
		Incumbent: []int{0, 1},
		Switching: []float64{5, 5},
	}
	for i := range 2 {
		fmt.Println(costs.At(i, 0), costs.At(i, 1))
	}
	// Output:
	// 8 11
	// +Inf 4
}

package allocate_test

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Six customers and three people, with promises made over the years: Bonn was
// given to Bea, Lima asks for Anna, who has been promised 30 hours, nobody works
// much more than 40, and who loses today's person is to be worth 25 km.
func visitsWithPromises() *allocate.Problem {
	return &allocate.Problem{
		Cost: &allocate.Preferring{
			Costs: mat.NewDense(6, 3, []float64{ // kilometres from Anna, Bea and Carl
				10, 60, 40,
				20, 90, 70,
				70, 30, 40,
				80, 10, 40,
				50, 60, 90,
				40, 10, 30,
			}),
			Terms:     []allocate.Term{{Unit: 2, Agent: 0, Cost: -50}},
			Incumbent: []int{0, 1, 2, 1, 1, 2},
			Switching: []float64{25, 25, 25, 25, 25, 25},
		},
		Measures: []partition.Measure{{
			Name:  "hours",
			Value: []float64{16, 14, 15, 20, 12, 18},
			Lower: []float64{30, 20, 0},
			Upper: []float64{40, 45, 40},
		}},
		Fixed:      []int{-1, 1, -1, -1, -1, -1},
		UnitLabel:  func(i int) string { return []string{"Oslo", "Bonn", "Lima", "Bern", "Kyiv", "Riga"}[i] },
		AgentLabel: func(j int) string { return []string{"Anna", "Bea", "Carl"}[j] },
	}
}

// What did we promise, and what does it cost us? Bonn at Bea's is the dearest.
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
		if promise.Saving > 0 {
			fmt.Println(promise)
		}
	}
	// Output:
	// Fixing Bonn to Bea costs 105: without it Bonn would go to Anna. The largest deviation of hours would go from 7.4 % to 5.3 %.
	// The upper limit of 45 on Bea's hours costs 55. The largest deviation of hours would go from 7.4 % to 45.3 %. Room for one more would save about 0.9167.
	// All 3 upper limits on hours together cost 55. The largest deviation of hours would go from 7.4 % to 45.3 %.
	// The lower limit of 30 on Anna's hours costs 45. The largest deviation of hours would go from 7.4 % to 11.6 %. A limit lower by one would save about 0.3333.
	// All 2 lower limits on hours together cost 45. The largest deviation of hours would go from 7.4 % to 11.6 %.
	// The upper limit of 40 on Anna's hours costs 40. The largest deviation of hours would go from 7.4 % to 43.2 %.
	// Keeping Bern with Bea, the incumbent, costs 25: without it Bern would go to Carl. The largest deviation of hours would go from 7.4 % to 20.0 %.
	// Preferring Anna for Lima costs 20: without it Lima would go to Carl. The largest deviation of hours would go from 7.4 % to 14.7 %.
	// Keeping Riga with Carl, the incumbent, costs 20: without it Riga would go to Bea. The largest deviation of hours would go from 7.4 % to 38.9 %.
	// All 6 incumbencies together cost 20. The largest deviation of hours would go from 7.4 % to 38.9 %.
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

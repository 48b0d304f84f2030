package allocate_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Acme and its two subsidiaries are one corporate family and want one face.
// Bolt and Crane compete, and neither wants to share its rep with the other.
func ExampleProblem_groups() {
	accounts := []string{"Acme", "Acme Nord", "Acme Sud", "Bolt", "Crane", "Drake"}
	reps := []string{"Rita", "Sam"}
	visits := []float64{2, 1, 1, 2, 2, 2}
	p := &allocate.Problem{
		Cost: &allocate.Travel{
			Units:      []orb.Point{{1, 1}, {1, 8}, {7, 2}, {8, 1}, {9, 2}, {2, 2}},
			Agents:     []orb.Point{{0, 0}, {10, 0}},
			Metric:     allocate.Planar,
			UnitFactor: visits,
		},
		Measures: []partition.Measure{{Name: "visits", Value: visits, Upper: []float64{7, 7}}},
		Together: [][]int{{0, 1, 2}}, // Acme
		Apart:    [][]int{{3, 4}},    // Bolt, Crane

		UnitLabel:  func(i int) string { return accounts[i] },
		AgentLabel: func(j int) string { return reps[j] },
	}
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for j, rep := range reps {
		fmt.Println(rep, slices.Collect(partition.Pick(accounts, r.Plan.Units(j))))
	}
	fmt.Println(r.Stop)
	for _, i := range []int{2, 3} { // why are they not with Sam?
		e, err := allocate.Explain(p, r, i)
		if err != nil {
			panic(err)
		}
		fmt.Println(e)
	}

	p.Fixed = []int{0, 1, -1, -1, -1, -1}
	_, err = allocate.SingleSource{}.Allocate(context.Background(), p)
	fmt.Println(err)
	// Output:
	// Rita [Acme Acme Nord Acme Sud Bolt]
	// Sam [Crane Drake]
	// optimal
	// Acme Sud, together with Acme and Acme Nord, is with Rita at a cost of 18.17, the cheapest: Sam would cost 15.59 more.
	// Bolt is with Rita at a cost of 16.12: Sam would cost 11.65 less, but has Crane, to be kept apart.
	// infeasible: Acme is fixed to Rita and Acme Nord to Sam, but they must share an agent
}

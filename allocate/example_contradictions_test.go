package allocate_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// A plan that cannot be: who stands in whose way, and what would help? Every way
// out has been solved, so that its price in travel is known as well.
func ExampleContradictions() {
	accounts := []string{"Haikou", "Sanya", "Wenchang", "Foshan", "Zhuhai"}
	people := []string{"Li", "Wang", "Chen"}
	p := &allocate.Problem{
		Cost: mat.NewDense(5, 3, []float64{ // travel
			2, 9, 8,
			1, 9, 9,
			3, 7, 8,
			8, 1, 2,
			9, 2, 1,
		}),
		Measures: []partition.Measure{{
			Name:  "hours",
			Value: []float64{25, 20, 15, 30, 20},
			Upper: []float64{50, 50, 30},
		}},
		Allowed:    func(i, j int) bool { return i > 2 || j == 0 }, // only Li may serve Hainan
		UnitLabel:  func(i int) string { return accounts[i] },
		AgentLabel: func(j int) string { return people[j] },
	}
	d, err := allocate.Contradictions{Most: 4}.Find(context.Background(), p)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Verdict)
	for _, set := range d.Sets {
		fmt.Println(set)
	}
	for _, r := range d.Relaxations {
		fmt.Printf("- %v: travel %v\n", r, r.Result.Certificate.Objective)
	}
	// Output:
	// impossible
	// Haikou, Sanya and Wenchang must be served and bring 60 hours, but Li, the only one who may serve them, can take 50
	// - raise what Li can take from 50 to 60 hours: travel 8
	// - let Wang serve Wenchang: travel 12
	// - let Chen serve Haikou: travel 15
	// - let Wang serve Sanya: travel 16
}

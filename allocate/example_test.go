package allocate_test

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// customers is the problem of the examples: six customers, their visits a month,
// and three people who can make twelve visits each.
func customers() *allocate.Problem {
	where := []orb.Point{{0, 1}, {1, 0}, {2, 1}, {6, 1}, {7, 4}, {3, 6}}
	homes := []orb.Point{{1, 1}, {8, 2}, {3, 8}}
	visits := []float64{4, 6, 3, 5, 4, 8}
	return &allocate.Problem{
		Cost:     &allocate.Travel{Units: where, Agents: homes, Metric: allocate.Planar, UnitFactor: visits},
		Measures: []partition.Measure{{Name: "visits", Value: visits, Upper: []float64{12, 12, 12}}},
		Fixed:    []int{-1, 0, -1, -1, -1, -1},                    // Baker stays with Rita
		Allowed:  func(i, j int) bool { return i != 4 || j != 1 }, // Ellis does not want Sam

		UnitLabel:  func(i int) string { return []string{"Abel", "Baker", "Cole", "Dunn", "Ellis", "Frost"}[i] },
		AgentLabel: func(j int) string { return []string{"Rita", "Sam", "Tess"}[j] },
	}
}

// Why is every customer where it is? An explanation is data; String puts it in a
// sentence with the caller's own names.
func ExampleExplain() {
	p := customers()
	r, err := allocate.Greedy{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for i := range r.Plan.Len() {
		e, err := allocate.Explain(p, r, i)
		if err != nil {
			panic(err)
		}
		fmt.Println(e)
	}
	// Output:
	// Abel is with Rita at a cost of 4, the cheapest: Tess would cost 26.46 more.
	// Baker is fixed to Rita, at a cost of 6.
	// Cole is with Sam at a cost of 18.25: Rita would cost 15.25 less, but Rita's visits would rise from 10 to 13, above the upper limit of 12.
	// Dunn is with Sam at a cost of 11.18, the cheapest: Rita would cost 13.82 more.
	// Ellis is with Tess at a cost of 22.63: Sam would cost 13.68 less, but may not serve it.
	// Frost is with Tess at a cost of 16, the cheapest: Rita would cost 27.08 more.
}

// What would every other choice cost, and what would it break?
func ExampleExplanation() {
	p := customers()
	r, err := allocate.Greedy{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	e, err := allocate.Explain(p, r, 2)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %s, %.1f, decided by %v\n", e.UnitName, e.Name, e.Cost, e.Decision.Reason)
	for _, a := range e.Alternatives {
		fmt.Printf("%s: %+.1f\n", a.Name, a.Extra)
		for _, b := range a.Breaks {
			fmt.Printf("  %v\n", b)
		}
	}
	// Output:
	// Cole: Sam, 18.2, decided by limit
	// Rita: -15.2
	//   Rita's visits would rise from 10 to 13, above the upper limit of 12
	// Tess: +3.0
	//   Tess's visits would rise from 12 to 15, above the upper limit of 12
}

// A bound holds for any prices: for none, for good ones and for silly ones. No
// allocation within the limits costs less than the largest of them.
func ExampleBound() {
	p := &allocate.Problem{
		Cost: mat.NewDense(4, 2, []float64{
			1, 5,
			1, 3,
			1, 4,
			1, 2,
		}),
		Measures: []partition.Measure{{Name: "hours", Value: []float64{3, 2, 2, 1}, Upper: []float64{4, 4}}},
	}
	for _, price := range []float64{0, 0.5, 1, 1.5, 5} {
		fmt.Printf("%.1f an hour of the first: %.1f\n", price, allocate.Bound(p, []float64{price, 0}))
	}
	// Output:
	// 0.0 an hour of the first: 4.0
	// 0.5 an hour of the first: 6.0
	// 1.0 an hour of the first: 8.0
	// 1.5 an hour of the first: 8.0
	// 5.0 an hour of the first: -6.0
}

// Costs may be any matrix of gonum's.
func ExampleProblem() {
	inf := math.Inf(1)
	p := &allocate.Problem{
		Cost: mat.NewDense(4, 3, []float64{
			4, 2, 8,
			4, 3, 7,
			3, 1, 6,
			inf, 5, 5, // the first may not serve the last
		}),
		Measures: []partition.Measure{{Name: "accounts", Value: []float64{1, 1, 1, 1}, Upper: []float64{2, 2, 1}}},
		Penalty:  []float64{inf, inf, inf, 4.5}, // and that one may be dropped
	}
	r, err := allocate.Greedy{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Plan.Slice(), r.Certificate.Objective)
	// Output:
	// [1 0 1 -1] 11.5
}

// A result that says more than it proves is found out.
func ExampleVerify() {
	p := customers()
	r, err := allocate.Greedy{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	fmt.Println(allocate.Verify(p, r))

	r.Certificate.Violation, r.Certificate.Bound = 3, 100
	fmt.Println(allocate.Verify(p, r))
	// Output:
	// <nil>
	// Certificate.Violation: claimed 3, computed 0
	// Certificate.Bound: claimed 100, computed 78.05604448: a feasible plan costs less than the bound
}

// The baselines, on the same customers. Nearest ignores the limits, and the
// certificate says by how much.
func Example_baselines() {
	p := customers()
	for _, s := range []allocate.Solver{
		allocate.Nearest{}, allocate.Greedy{}, allocate.RoundRobin{}, allocate.Random{Seed: 1},
	} {
		r, err := s.Allocate(context.Background(), p)
		if err != nil {
			panic(err)
		}
		c := r.Certificate
		fmt.Printf("%-21T %v  travel %5.1f, %v visits too many\n", s, r.Plan.Slice(), c.Objective, c.Violation)
	}
	// Output:
	// allocate.Nearest      [0 0 0 1 2 2]  travel  62.8, 1 visits too many
	// allocate.Greedy       [0 0 1 1 2 2]  travel  78.1, 0 visits too many
	// allocate.RoundRobin   [0 0 1 2 2 1]  travel 140.2, 0 visits too many
	// allocate.Random       [1 0 0 2 2 1]  travel 153.2, 0 visits too many
}

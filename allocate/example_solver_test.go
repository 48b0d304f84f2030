package allocate_test

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"
	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Where a unit may be shared, the optimum is found and proved by prices: what
// one more hour of each person would save.
func ExampleTransport() {
	p := &allocate.Problem{
		Cost: mat.NewDense(4, 2, []float64{ // kilometres from Ann and from Bob
			12, 30,
			6, 26,
			16, 24,
			40, 8,
		}),
		Measures: []partition.Measure{{
			Name:  "hours",
			Value: []float64{6, 5, 8, 3},
			Upper: []float64{15, 12},
		}},
	}
	r, err := allocate.Transport{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for i := range r.Plan.Len() {
		fmt.Println("customer", i, "is with", []string{"Ann", "Bob"}[r.Plan.Of(i)])
	}
	for _, s := range r.Splits {
		fmt.Printf("customer %d: %.1f %% is with %s\n", s.Unit, 100*s.Fraction, []string{"Ann", "Bob"}[s.Agent])
	}
	c := r.Certificate
	fmt.Printf("%.1f km, no less than %.1f: %v\n", c.Objective, c.Bound, r.Stop)
	fmt.Printf("one more hour of Ann's saves %.1f km\n", r.Prices[0][0])
	// Output:
	// customer 0 is with Ann
	// customer 1 is with Ann
	// customer 2 is with Ann
	// customer 3 is with Bob
	// customer 2: 50.0 % is with Ann
	// customer 2: 50.0 % is with Bob
	// 46.0 km, no less than 46.0: optimal
	// one more hour of Ann's saves 1.0 km
}

// Every customer gets one person, everybody about the same workload, and the
// result says how far from the best possible plan this one can be.
func ExampleSingleSource() {
	names := []string{"Frankfurt", "Karlsruhe", "Stuttgart", "Munich", "Nuremberg", "Berlin", "Hamburg", "Bremen", "Cologne", "Leipzig"}
	cities := []orb.Point{{8.68, 50.11}, {8.40, 49.01}, {9.18, 48.78}, {11.58, 48.14}, {11.08, 49.45}, {13.40, 52.52}, {9.99, 53.55}, {8.80, 53.08}, {6.96, 50.94}, {12.37, 51.34}}
	hours := []float64{30, 20, 25, 35, 20, 40, 30, 15, 30, 25}
	people := []string{"Mia in Hanover", "Jan in Augsburg", "Eva in Wiesbaden"}
	homes := []orb.Point{{9.73, 52.37}, {10.90, 48.37}, {8.24, 50.08}}

	p := &allocate.Problem{
		Cost:     &allocate.Travel{Units: cities, Agents: homes, UnitFactor: hours},
		Measures: []partition.Measure{{Name: "hours", Value: hours, Tolerance: 0.25}},
	}
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for j, load := range partition.Loads(r.Plan, hours) {
		fmt.Printf("%s, %v hours:", people[j], load)
		for name := range partition.Pick(names, r.Plan.Units(j)) {
			fmt.Print(" ", name)
		}
		fmt.Println()
	}
	fmt.Printf("gap %.1f %%, %v\n", 100*r.Certificate.Gap(), r.Stop)
	// Output:
	// Mia in Hanover, 110 hours: Berlin Hamburg Bremen Leipzig
	// Jan in Augsburg, 80 hours: Stuttgart Munich Nuremberg
	// Eva in Wiesbaden, 80 hours: Frankfurt Karlsruhe Cologne
	// gap 0.0 %, optimal
}

// Limits may hold for several measures at once. Here nobody may have more than
// 40 hours, nor fewer than three customers.
func ExampleSingleSource_severalMeasures() {
	hours := []float64{20, 9, 8, 7, 6, 5, 14, 5}
	west := []float64{0, 1, 1, 2, 2, 3, 5, 6} // kilometres from the person in the west
	one := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	p := &allocate.Problem{
		Cost: allocate.CostFunc(8, 2, func(i, j int) float64 {
			if j == 0 {
				return west[i]
			}
			return 10 - west[i]
		}),
		Measures: []partition.Measure{
			{Name: "hours", Value: hours, Upper: []float64{40, 40}},
			{Name: "customers", Value: one, Lower: []float64{3, 3}},
		},
	}
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for _, m := range p.Measures {
		fmt.Println(m.Name, partition.Loads(r.Plan, m.Value))
	}
	fmt.Println(r.Plan.Slice(), r.Certificate.Objective, "km,", r.Stop)
	// Output:
	// hours [35 39]
	// customers [5 3]
	// [1 0 0 0 0 0 1 1] 28 km, optimal
}

package allocate_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Seniors and juniors: a junior needs half as long again for the same customer,
// costs less an hour, and may not advise on tax. Everybody has 40 hours.
func ExampleSingleSource_levels() {
	type person struct {
		name   string
		senior bool
		wage   float64
	}
	people := []person{{"Rita", true, 60}, {"Sam", true, 60}, {"Tess", false, 36}}
	hours := []float64{14, 12, 11, 10, 9, 8, 8, 6} // of a senior
	tax := []bool{true, false, false, true, false, false, true, false}
	needs := func(i, j int) float64 {
		if people[j].senior {
			return hours[i]
		}
		return 1.5 * hours[i]
	}
	n, m := len(hours), len(people)
	p := &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return needs(i, j) * people[j].wage }),
		Measures: []partition.Measure{{Name: "hours", Upper: []float64{40, 40, 40}}},
		Load:     []allocate.Costs{allocate.CostFunc(n, m, needs)},
		Allowed:  func(i, j int) bool { return people[j].senior || !tax[i] },
	}
	r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for j, who := range people {
		total := 0.0
		for i := range r.Plan.Units(j) {
			total += needs(i, j)
		}
		fmt.Println(who.name, slices.Collect(r.Plan.Units(j)), total, "hours")
	}
	fmt.Printf("costs %.0f, %s\n", r.Certificate.Objective, r.Stop)
	// Output:
	// Rita [0 3 4] 33 hours
	// Sam [2 6] 19 hours
	// Tess [1 5 7] 39 hours
	// costs 4524, optimal
}

// Three customers of 4 hours each and two people who have 6: split, all would
// fit; whole, one stays unserved.
func ExampleKnapsackBound() {
	p := &allocate.Problem{
		Cost:     allocate.CostFunc(3, 2, func(i, j int) float64 { return 1 }),
		Measures: []partition.Measure{{Value: []float64{4, 4, 4}, Upper: []float64{6, 6}}},
		Penalty:  []float64{10, 10, 10},
	}
	fmt.Printf("%.2f\n", allocate.Bound(p, []float64{0, 0}))
	fmt.Printf("%.2f\n", allocate.KnapsackBound(p, []float64{10, 10, 10}))
	// Output:
	// 3.00
	// 12.00
}

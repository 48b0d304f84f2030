package allocate_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Six customers of Ann are to be shared with Bea, who is new. The cost of a customer
// is the time to drive to it, and each of the two shall have two customers at least.
func rehire() (r allocate.Realign, p *allocate.Problem) {
	minutes := [][]float64{{10, 40}, {15, 30}, {20, 25}, {30, 20}, {40, 15}, {45, 10}}
	r = allocate.Realign{Today: []int{0, 0, 0, 0, 0, 0}} // all with Ann
	p = &allocate.Problem{
		Cost:     allocate.CostFunc(6, 2, func(customer, rep int) float64 { return minutes[customer][rep] }),
		Measures: []partition.Measure{{Name: "customers", Value: []float64{1, 1, 1, 1, 1, 1}, Lower: []float64{2, 2}}},
	}
	return r, p
}

func ExampleRealign() {
	r, p := rehire()
	r.Moved = []allocate.MoveLimit{{Most: 2}} // no more than two customers change hands
	result, err := r.Allocate(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("owners: ", result.Plan.Slice())
	fmt.Println("minutes:", result.Certificate.Objective)
	fmt.Println("proved: ", r.Verify(p, result) == nil)

	r.Moved[0].Most = 1
	_, err = r.Allocate(context.Background(), p)
	fmt.Println(err)
	// Output:
	// owners:  [0 0 0 0 1 1]
	// minutes: 100
	// proved:  true
	// infeasible: every plan within the limits moves at least 2 units, against a limit of 1
}

func ExampleRealign_Frontier() {
	r, p := rehire()
	f, err := r.Frontier(context.Background(), p, nil) // churn in customers
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, point := range f.Points {
		fmt.Printf("%d move: %v minutes, and the next one saves %v\n", point.Moved.Units, point.Certificate.Objective, point.Benefit)
	}
	fmt.Println("no plan moves fewer than", f.Least)
	// Output:
	// 2 move: 100 minutes, and the next one saves 10
	// 3 move: 90 minutes, and the next one saves 0
	// no plan moves fewer than 2
}

// Whoever doubts a bound computes it anew, from prices that may be anybody's.
func ExampleRealign_Bound() {
	r, p := rehire()
	r.Moved = []allocate.MoveLimit{{Most: 2}}
	movePrices := [][]float64{{10, 10}} // per unit that leaves Ann, or Bea
	prices := []float64{0, 0}           // of their loads
	fmt.Printf("with no more than 2 moves no plan costs less than %.6f\n", r.Bound(p, movePrices, prices))

	// It is the bound of the problem with these prices in its costs, less what 2 moves cost.
	fmt.Printf("%.6f\n", allocate.Bound(r.Priced(p, movePrices), prices)-2*10)
	// Output:
	// with no more than 2 moves no plan costs less than 100.000000
	// 100.000000
}

// That Ann's customer of twenty years is to move less readily than others is a
// price of taking it from her: part of the cost.
func ExampleRealign_preference() {
	r, p := rehire()
	p.Cost = &allocate.Preferring{Costs: p.Cost, Incumbent: r.Today, Switching: []float64{0, 0, 0, 0, 0, 60}}
	f, err := r.Frontier(context.Background(), p, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Points[0].Plan.Slice())
	// Output:
	// [0 0 0 1 1 0]
}

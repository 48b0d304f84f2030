package balance_test

import (
	"fmt"

	"github.com/territory-go/territory/balance"
	"github.com/territory-go/territory/partition"
)

// The second territory belongs to someone who works half time, and one account
// has no owner yet.
func ExampleEvaluate() {
	owner := owners{k: 3, of: []int{0, 0, 1, 2, 2, partition.Unassigned}}
	hours := partition.Measure{
		Name:   "hours",
		Value:  []float64{25, 15, 22, 30, 14, 6},
		Target: []float64{40, 20, 40},
	}
	reports, err := balance.Evaluate(owner, []partition.Measure{hours})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range reports {
		for t := range r.Load {
			fmt.Printf("territory %d: %d accounts, %g of %g %s, %+.0f %%\n",
				t, r.Units[t], r.Load[t], r.Target[t], r.Measure, 100*r.Deviation[t])
		}
		fmt.Printf("without owner: %d account, %g %s\n", r.UnassignedUnits, r.Unassigned, r.Measure)
		fmt.Printf("worst: territory %d; Gini %.3f, Jain %.3f\n", r.WorstTerritory, r.Gini, r.Jain)
	}
	// Output:
	// territory 0: 2 accounts, 40 of 40 hours, +0 %
	// territory 1: 1 accounts, 22 of 20 hours, +10 %
	// territory 2: 2 accounts, 44 of 40 hours, +10 %
	// without owner: 1 account, 6 hours
	// worst: territory 1; Gini 0.021, Jain 0.998
}

func ExampleReport_TopShare() {
	owner := owners{k: 4, of: []int{0, 1, 2, 3}}
	revenue := partition.Measure{Name: "revenue", Value: []float64{50, 20, 20, 10}}
	reports, err := balance.Evaluate(owner, []partition.Measure{revenue})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("the top quarter of the territories holds %.0f %%\n", 100*reports[0].TopShare(0.25))
	// Output: the top quarter of the territories holds 50 %
}

func ExampleGini() {
	fmt.Println(balance.Gini([]float64{1, 2, 3, 4}))
	fmt.Println(balance.Gini([]float64{0, 0, 0, 10})) // one has everything: (n-1)/n
	// Output:
	// 0.25
	// 0.75
}

func ExampleCV() {
	fmt.Println(balance.CV([]float64{1, 3}))
	// Output: 0.5
}

func ExampleTheil() {
	fmt.Printf("%.4f\n", balance.Theil([]float64{0, 0, 0, 10})) // one has everything: ln 4
	// Output: 1.3863
}

func ExampleJain() {
	fmt.Println(balance.Jain([]float64{5, 5, 0, 0})) // two of four share equally
	// Output: 0.5
}

func ExampleMaxMin() {
	fmt.Println(balance.MaxMin([]float64{10, 40, 20}))
	// Output: 4
}

func ExampleHHI() {
	hhi := balance.HHI([]float64{60, 20, 20})
	fmt.Printf("%.2f, as concentrated as %.2f equal holders\n", hhi, 1/hhi)
	// Output: 0.44, as concentrated as 2.27 equal holders
}

// What part of the revenue do the top 20 % of the customers bring in?
func ExampleTopShare() {
	revenue := []float64{500, 120, 90, 80, 70, 50, 40, 30, 10, 10}
	fmt.Printf("%.0f %%\n", 100*balance.TopShare(revenue, 0.2))
	// Output: 62 %
}

package territory_test

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/balance"
	"github.com/territory-go/territory/partition"
)

// Eight accounts on a road, two people who live on it. The nearer of the two
// would serve six accounts; within ±10 % of equal work each serves four, and
// the certificate says that no cheaper plan exists.
func Example() {
	type account struct{ km, hours float64 }
	accounts := []account{{0, 10}, {2, 10}, {3, 10}, {4, 10}, {5, 10}, {6, 10}, {20, 10}, {30, 10}}

	hours := partition.Column(accounts, func(a account) float64 { return a.hours })
	problem := &allocate.Problem{
		Cost: &allocate.Travel{
			Units:      partition.Column(accounts, func(a account) orb.Point { return orb.Point{a.km, 0} }),
			Agents:     []orb.Point{{1, 0}, {25, 0}},
			Metric:     allocate.Planar,
			UnitFactor: hours,
		},
		Measures: []partition.Measure{{Name: "hours", Value: hours, Tolerance: 0.10}},
	}

	for _, solver := range []allocate.Solver{allocate.Nearest{}, allocate.SingleSource{}} {
		result, err := solver.Allocate(context.Background(), problem)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := allocate.Verify(problem, result); err != nil {
			fmt.Println(err)
			return
		}
		reports, err := balance.Evaluate(result.Plan, problem.Measures)
		if err != nil {
			fmt.Println(err)
			return
		}
		c := result.Certificate
		fmt.Printf("loads %v, worst %.0f %%, cost %.0f, feasible %v, gap %.0f %%\n",
			reports[0].Load, 100*reports[0].Worst, c.Objective, c.Feasible(), 100*c.Gap())
	}
	// Output:
	// loads [60 20], worst 50 %, cost 260, feasible false, gap +Inf %
	// loads [40 40], worst 0 %, cost 560, feasible true, gap 0 %
}

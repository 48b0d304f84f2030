package allocate_test

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Three sales regions of about the same revenue, each as compact as can be: a euro
// of revenue shall be near the middle of its region.
func ExampleCenters_balancedRegions() {
	cities := []struct {
		name    string
		at      orb.Point
		revenue float64
	}{
		{"Hamburg", orb.Point{9.99, 53.55}, 9}, {"Bremen", orb.Point{8.81, 53.08}, 5},
		{"Hannover", orb.Point{9.73, 52.37}, 6}, {"Berlin", orb.Point{13.40, 52.52}, 14},
		{"Leipzig", orb.Point{12.37, 51.34}, 5}, {"Dresden", orb.Point{13.74, 51.05}, 5},
		{"Köln", orb.Point{6.96, 50.94}, 9}, {"Dortmund", orb.Point{7.47, 51.51}, 6},
		{"Frankfurt", orb.Point{8.68, 50.11}, 10}, {"Stuttgart", orb.Point{9.18, 48.78}, 8},
		{"Nürnberg", orb.Point{11.08, 49.45}, 5}, {"München", orb.Point{11.58, 48.14}, 12},
	}
	p := &partition.Problem{K: 3}
	revenue := partition.Measure{Name: "revenue", Tolerance: 0.15}
	for _, c := range cities {
		p.Points = append(p.Points, c.at)
		p.Weight = append(p.Weight, c.revenue)
		revenue.Value = append(revenue.Value, c.revenue)
	}
	p.Measures = []partition.Measure{revenue}

	r, err := allocate.Centers{Objective: allocate.Means, Seed: 1}.Partition(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	loads := partition.Loads(r.Plan, revenue.Value)
	for t, load := range loads {
		fmt.Printf("revenue %.0f:", load)
		for i := range r.Plan.Units(t) {
			fmt.Print(" ", cities[i].name)
		}
		fmt.Println()
	}
	fmt.Printf("%.0f km from the middle on average\n", r.Certificate.Objective/(loads[0]+loads[1]+loads[2]))

	// Output:
	// revenue 29: Hamburg Bremen Köln Dortmund
	// revenue 30: Hannover Berlin Leipzig Dresden
	// revenue 35: Frankfurt Stuttgart Nürnberg München
	// 128 km from the middle on average
}

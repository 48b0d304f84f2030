package district_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// Twelve areas, three rows of four, are to become three territories of about the
// same number of customers and, within wider limits, of the same revenue. Area 5
// stays with territory 0.
func ExampleCut() {
	var pairs [][2]int
	for u := range 12 {
		if u%4 < 3 {
			pairs = append(pairs, [2]int{u, u + 1})
		}
		if u < 8 {
			pairs = append(pairs, [2]int{u, u + 4})
		}
	}
	neighbors, err := geo.NewContiguity(12, pairs, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := &partition.Problem{
		K: 3,
		Measures: []partition.Measure{
			{Name: "customers", Value: []float64{3, 2, 4, 3, 2, 6, 5, 2, 4, 3, 2, 4}, Tolerance: 0.10},
			{Name: "revenue", Value: []float64{20, 9, 31, 25, 12, 40, 33, 16, 22, 25, 11, 20}, Tolerance: 0.25},
		},
		Contiguity: neighbors,
		Fixed:      []int{-1, -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1},
	}
	r, err := district.Cut{}.Partition(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for u := range 12 {
		fmt.Print(r.Plan.Of(u))
		if u%4 == 3 {
			fmt.Println()
		} else {
			fmt.Print(" ")
		}
	}
	for _, me := range p.Measures {
		fmt.Println(me.Name, partition.Loads(r.Plan, me.Value))
	}
	fmt.Printf("%v edges cut, at least %v (%s)\n", r.Certificate.Objective, r.Certificate.Bound, r.Certificate.Proof)
	// Output:
	// 0 0 1 1
	// 0 0 1 1
	// 2 2 2 2
	// customers [13 14 13]
	// revenue [81 105 78]
	// 6 edges cut, at least 6 (search)
}

// A town at the end of a road is too small for a territory of its own, and the
// harbour before it too large to take it in.
func ExampleCut_infeasible() {
	names := []string{"Cape", "Harbour", "City", "Hill", "Lake", "Ridge"}
	p := &partition.Problem{
		K:          3,
		Measures:   []partition.Measure{{Name: "visits", Value: []float64{20, 100, 60, 50, 45, 40}, Tolerance: 0.10}},
		Contiguity: partition.Adjacency{{1}, {0, 2, 3}, {1, 3, 5}, {1, 2, 4}, {3, 5}, {2, 4}},
		Label:      func(unit int) string { return names[unit] },
	}
	_, err := district.Cut{}.Partition(context.Background(), p)
	fmt.Println(err)
	var e *partition.InfeasibleError
	if errors.As(err, &e) {
		fmt.Println(e.Measure, e.Units, e.Need, e.Have)
	}
	// Output:
	// infeasible: no connected set of units with Cape (20 of visits) is within the limits 94.5 and 115.5 of a territory: the nearest have 20 and 120
	// visits [0] 94.5 20
}

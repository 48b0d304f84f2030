package allocate_test

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Where should five depots be? Twenty-five towns on a square grid of ten
// kilometres order one or two lorry loads a week; a depot in a town can handle
// eight.
func ExampleCenters() {
	var towns []orb.Point
	var loads []float64
	for i := range 25 {
		towns = append(towns, orb.Point{float64(i%5) * 10, float64(i/5) * 10})
		loads = append(loads, float64(1+i%2))
	}
	r, err := allocate.Centers{}.Partition(context.Background(), &partition.Problem{
		K:        5,
		Points:   towns,
		Distance: planar,
		Weight:   loads, // every load is a trip
		Measures: []partition.Measure{{Name: "loads", Value: loads, Upper: []float64{8, 8, 8, 8, 8}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	handled := partition.Loads(r.Plan, loads)
	for t, town := range r.Centers {
		fmt.Printf("depot in town %d at %v serves %d towns with %v loads\n", town, towns[town], r.Plan.Count(t), handled[t])
	}
	fmt.Printf("%.1f km of trips one way\n", r.Certificate.Objective)

	// Output:
	// depot in town 5 at [0 10] serves 5 towns with 7 loads
	// depot in town 16 at [10 30] serves 5 towns with 8 loads
	// depot in town 3 at [30 0] serves 5 towns with 7 loads
	// depot in town 13 at [30 20] serves 5 towns with 8 loads
	// depot in town 23 at [30 40] serves 5 towns with 7 loads
	// 325.6 km of trips one way
}

package geo_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
)

// districts are two squares of a degree, side by side: 0 in the west, 1 in the east.
func districts() []orb.MultiPolygon {
	return []orb.MultiPolygon{
		{{{{10, 50}, {11, 50}, {11, 51}, {10, 51}, {10, 50}}}},
		{{{{11, 50}, {12, 50}, {12, 51}, {11, 51}, {11, 50}}}},
	}
}

func ExampleLocator() {
	locator, err := geo.NewLocator(districts())
	if err != nil {
		panic(err)
	}
	fmt.Println(locator.Locate(orb.Point{10.5, 50.5}))

	// A point of the border has one owner; the last customer is in neither.
	customers := []orb.Point{{10.5, 50.5}, {11, 50.5}, {12.5, 50.5}}
	fmt.Println(locator.LocateAll(customers))
	// Output:
	// 0
	// [0 1 -1]
}

// Who serves a customer that lies in no district?
func ExampleLocator_Nearest() {
	locator, err := geo.NewLocator(districts())
	if err != nil {
		panic(err)
	}
	area, metres := locator.Nearest(orb.Point{12.5, 50.5}, nil)
	fmt.Printf("district %d, %.1f km away\n", area, metres/1000)
	// Output:
	// district 1, 35.5 km away
}

// Which districts are within 50 km, or 20?
func ExampleLocator_Within() {
	locator, err := geo.NewLocator(districts())
	if err != nil {
		panic(err)
	}
	for _, near := range locator.Within(orb.Point{10.5, 50.5}, 50_000, nil) {
		fmt.Printf("district %d: %.1f km\n", near.Area, near.Distance/1000)
	}
	fmt.Println(len(locator.Within(orb.Point{10.5, 50.5}, 20_000, nil)))
	// Output:
	// district 0: 0.0 km
	// district 1: 35.5 km
	// 1
}

// A customer so near the border that an address could be a neighbour's.
func ExampleLocator_BorderDistance() {
	locator, err := geo.NewLocator(districts())
	if err != nil {
		panic(err)
	}
	border := locator.BorderDistance(orb.Point{10.999, 50.5}, nil)
	fmt.Printf("in district %d, %.0f m from district %d\n", border.Area, border.Distance, border.Behind)
	// Output:
	// in district 0, 71 m from district 1
}

// Where areas overlap, all owners can be had.
func ExampleLocator_Owners() {
	promised := orb.MultiPolygon{{{{10.8, 50.4}, {11.2, 50.4}, {11.2, 50.6}, {10.8, 50.6}, {10.8, 50.4}}}}
	locator, err := geo.NewLocator(append(districts(), promised))
	if err != nil {
		panic(err)
	}
	fmt.Println(locator.Owners(orb.Point{10.9, 50.5}), locator.Owners(orb.Point{10.5, 50.5}))
	// Output:
	// [0 2] [0]
}

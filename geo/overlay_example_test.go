package geo_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
)

// square is an area of the given width with its lower left corner at x, y.
func square(x, y, width float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{x, y}, {x + width, y}, {x + width, y + width}, {x, y + width}, {x, y}}}}
}

// The districts of two files never have quite the same border. Their union does
// not mind.
func ExampleUnion() {
	west := orb.MultiPolygon{{{{0, 0}, {5, 0}, {5, 10}, {0, 10}, {0, 0}}}}
	east := orb.MultiPolygon{{{{5, 0}, {9, 0}, {9, 10}, {4, 10}, {5, 0}}}} // leans over the border
	outline, err := geo.Union(west, east)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(outline)
	// Output: [[[[0 0] [5 0] [9 0] [9 10] [5 10] [4 10] [0 10] [0 0]]]]
}

func ExampleIntersection() {
	shared, err := geo.Intersection(square(0, 0, 4), square(3, 2, 4))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(shared)
	// Output: [[[[3 2] [4 2] [4 4] [3 4] [3 2]]]]
}

// What lies around a city, without the city: its border is a hole.
func ExampleDifference() {
	around, err := geo.Difference(square(0, 0, 9), square(3, 3, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(around)
	// Output: [[[[0 0] [9 0] [9 9] [0 9] [0 0]] [[3 3] [3 5] [5 5] [5 3] [3 3]]]]
}

// Two versions of a border: what changed hands, in one direction or the other.
func ExampleSymmetricDifference() {
	before := square(0, 0, 4)
	after := orb.MultiPolygon{{{{0, 0}, {5, 0}, {5, 2}, {4, 2}, {4, 3}, {0, 3}, {0, 0}}}}
	changed, err := geo.SymmetricDifference(before, after)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, piece := range changed {
		fmt.Println(piece)
	}
	// Output:
	// [[[0 3] [4 3] [4 4] [0 4] [0 3]]]
	// [[[4 0] [5 0] [5 2] [4 2] [4 0]]]
}

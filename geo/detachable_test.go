package geo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// Four counties in a row. The second one holds the first to the rest.
func ExampleDetachable() {
	row, err := geo.NewContiguity(4, [][2]int{{0, 1}, {1, 2}, {2, 3}}, nil)
	if err != nil {
		panic(err)
	}
	plan, err := partition.NewPlan(2, []int{0, 0, 0, 1})
	if err != nil {
		panic(err)
	}
	fmt.Println(geo.Detachable(row, plan, 1), geo.Detachable(row, plan, 2))
	// Output: false true
}

// Taking the unit away and counting the pieces that its neighbours are in.
func TestDetachableByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 6))
	answers := map[bool]int{}
	for range 200 {
		n := 3 + rng.IntN(60)
		var g *geo.Contiguity
		var err error
		if rng.IntN(2) == 0 { // a map
			g, err = geo.Gabriel(randomPoints(rng.Uint64(), n), geo.Plane{})
		} else { // long rings that the neighbourhood does not tell
			var pairs [][2]int
			for i := range n {
				pairs = append(pairs, [2]int{i, (i + 1) % n})
			}
			for range rng.IntN(4) {
				if a, b := rng.IntN(n), rng.IntN(n); a != b {
					pairs = append(pairs, [2]int{a, b})
				}
			}
			g, err = geo.NewContiguity(n, pairs, nil)
		}
		require.NoError(t, err)
		of := make([]int, n)
		for i := range of {
			of[i] = rng.IntN(4)/2 - rng.IntN(2)*rng.IntN(2)*rng.IntN(2)
		}
		plan, err := partition.NewPlan(2, of)
		require.NoError(t, err)
		for unit := range n {
			without := append([]int(nil), of...)
			without[unit] = 2
			rest, err := partition.NewPlan(3, without)
			require.NoError(t, err)
			pieces := 0
			for _, part := range partition.Fragments(g, rest, of[unit]) {
				for _, v := range g.Neighbors(unit) {
					if slices.Contains(part, v) {
						pieces++
						break
					}
				}
			}
			got := geo.Detachable(g, plan, unit)
			require.Equal(t, pieces < 2, got)
			answers[got]++
		}
	}
	require.Greater(t, answers[false], 100)
	require.Greater(t, answers[true], 100)
}

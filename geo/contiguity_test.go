package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// The border of a pair that is named twice adds up.
func ExampleContiguity_Edges() {
	g, err := geo.NewContiguity(3, [][2]int{{1, 0}, {1, 2}, {0, 1}}, []float64{1.5, 4, 0.5})
	if err != nil {
		panic(err)
	}
	for pair, border := range g.Edges() {
		fmt.Println(pair, border)
	}
	// Output:
	// [0 1] 2
	// [1 2] 4
}

// Five counties in a row, the last of them an island. A ferry makes it reachable.
func ExampleContiguity_Join() {
	counties, err := geo.NewContiguity(5, [][2]int{{0, 1}, {1, 2}, {2, 3}}, []float64{12, 7, 20})
	if err != nil {
		panic(err)
	}
	fmt.Println(counties.Components())

	ferry, err := counties.Join([2]int{3, 4})
	if err != nil {
		panic(err)
	}
	fmt.Println(ferry.Components(), ferry.Neighbors(3), ferry.Border(2, 3), ferry.Border(3, 4))
	// Output:
	// [[0 1 2 3] [4]]
	// [[0 1 2 3 4]] [2 4] 20 0
}

func TestContiguityAddsUpWhatIsListedTwice(t *testing.T) {
	g, err := geo.NewContiguity(3, [][2]int{{2, 0}, {0, 1}, {0, 2}}, []float64{1, 2, 4})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2}, g.Neighbors(0))
	require.Equal(t, []int{0}, g.Neighbors(2))
	require.Equal(t, 5.0, g.Border(0, 2))
	require.Equal(t, 5.0, g.Border(2, 0))
	require.Zero(t, g.Border(1, 2))
	require.Nil(t, g.Neighbors(-1))
	require.Nil(t, g.Neighbors(3))

	var pairs [][2]int
	for pair := range g.Edges() {
		pairs = append(pairs, pair)
	}
	require.Equal(t, [][2]int{{0, 1}, {0, 2}}, pairs)

	again, err := g.Join([2]int{1, 2}, [2]int{2, 0})
	require.NoError(t, err)
	require.Equal(t, 5.0, again.Border(0, 2))
	require.Equal(t, []int{0, 1}, again.Neighbors(2))
	require.Equal(t, []int{0}, g.Neighbors(2), "the graph itself does not change")
}

func TestContiguityNamesEveryFault(t *testing.T) {
	_, err := geo.NewContiguity(2, [][2]int{{0, 2}, {1, 1}, {0, 1}}, []float64{1, 1, math.NaN()})
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "pairs[0]")
	require.ErrorContains(t, err, "pairs[1]")
	require.ErrorContains(t, err, "border[2]")
	_, err = geo.NewContiguity(-1, nil, []float64{1})
	require.ErrorContains(t, err, "negative")
	require.ErrorContains(t, err, "border")
	_, err = new(geo.Contiguity).Join([2]int{0, 1})
	require.ErrorIs(t, err, partition.ErrInput)
}

func TestPlane(t *testing.T) {
	square := orb.Ring{{1e9, 1e9}, {1e9 + 3, 1e9}, {1e9 + 3, 1e9 + 2}, {1e9, 1e9 + 2}, {1e9, 1e9}}
	require.Equal(t, 6.0, geo.Plane{}.Area(square))
	require.Equal(t, 6.0, geo.Plane{}.Area(square[:4]), "an open ring is closed")
	square.Reverse()
	require.Equal(t, 6.0, geo.Plane{}.Area(square))
	require.Zero(t, geo.Plane{}.Area(nil))
	require.Zero(t, geo.Plane{}.Area(square[:2]))
	require.Equal(t, 5.0, geo.Plane{}.Distance(orb.Point{1, 2}, orb.Point{4, 6}))
}

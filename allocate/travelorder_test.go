package allocate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// On a grid the curve goes from each point to one beside it, and meets all.
func TestLocalOrderOnAGrid(t *testing.T) {
	const side = 32
	var points []orb.Point
	for k := range side * side {
		points = append(points, orb.Point{100 + float64(k%side), -7 + float64(k/side)})
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(points), func(a, b int) { points[a], points[b] = points[b], points[a] })
	corner := orb.Point{100 + side, -7 + side} // makes one step of the grid a power of two of cells
	points = append(points, corner)
	order := (&Travel{Units: points}).localOrder()
	order = slices.DeleteFunc(order, func(i int32) bool { return points[i] == corner })
	require.Len(t, order, side*side)
	seen := map[orb.Point]bool{}
	for k, i := range order {
		seen[points[i]] = true
		if k > 0 {
			a, b := points[order[k-1]], points[i]
			require.Equal(t, 1.0, math.Abs(a[0]-b[0])+math.Abs(a[1]-b[1]), "from %v to %v", a, b)
		}
	}
	require.Len(t, seen, side*side)
}

func TestLocalOrderIsAPermutation(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for name, points := range map[string][]orb.Point{
		"none":           {},
		"one":            {{3, 4}},
		"all in a place": {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
		"on a line":      {{5, 0}, {1, 0}, {3, 0}, {2, 0}, {4, 0}},
		"far apart":      {{-1e140, 1e140}, {1e140, -1e140}, {0, 0}},
		"very close":     {{1e-300, 0}, {0, 3e-300}, {0, 0}},
		"thousands": func() (p []orb.Point) {
			for range 5000 {
				p = append(p, orb.Point{rng.NormFloat64(), rng.NormFloat64()})
			}
			return p
		}(),
	} {
		order := (&Travel{Units: points, Metric: Planar}).localOrder()
		require.Equal(t, order, (&Travel{Units: points}).Prepare().(*preparedTravel).localOrder(), name)
		sorted := slices.Sorted(slices.Values(order))
		require.Len(t, order, len(points), name)
		for k := range sorted {
			require.EqualValues(t, k, sorted[k], name)
		}
		if name == "all in a place" {
			require.Equal(t, []int32{0, 1, 2, 3}, order)
		}
	}
}

package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// Two towns on the mainland and two islands, the outer one beyond the inner.
func ExampleContiguity_Tie() {
	towns := []orb.Point{{10, 54}, {10.5, 54}, {11, 55}, {11.5, 55.5}}
	roads, err := geo.NewContiguity(4, [][2]int{{0, 1}}, nil)
	if err != nil {
		panic(err)
	}
	tied, ferries, err := roads.Tie(towns, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(ferries, len(tied.Components()))
	// Output: [[1 2] [2 3]] 1
}

func ExampleNearestNeighbors() {
	shops := []orb.Point{{0, 0}, {1, 0}, {3, 0}, {9, 0}}
	g, err := geo.NearestNeighbors(shops, 1, geo.Plane{})
	if err != nil {
		panic(err)
	}
	// The shop at 9 is nobody's nearest, but has one itself.
	fmt.Println(g.Neighbors(2))
	// Output: [1 3]
}

// Customers whose addresses were found only to the town are many in one place.
// Were they compared with each other, this would take an hour.
func TestGraphsOfVeryManyPointsInOnePlace(t *testing.T) {
	points := make([]orb.Point, 200_000)
	for i := range points {
		points[i] = orb.Point{float64(i % 3), 1}
	}
	g, err := geo.NearestNeighbors(points, 2, nil)
	require.NoError(t, err)
	require.Equal(t, []int{0, 3}, g.Neighbors(199_998))
	apart, err := geo.NewContiguity(len(points), nil, nil)
	require.NoError(t, err)
	tied, pairs, err := apart.Tie(points, nil)
	require.NoError(t, err)
	require.Len(t, pairs, len(points)-1)
	require.Len(t, tied.Components(), 1)
}

func TestNearestNeighborsByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 6))
	for range 20 {
		points := make([]orb.Point, 1+rng.IntN(40))
		for i := range points {
			points[i] = orb.Point{float64(rng.IntN(9)), float64(rng.IntN(9))}
		}
		k := 1 + rng.IntN(8)
		for _, metric := range []geo.Metric{nil, geo.Plane{}} {
			far := make([][]float64, len(points))
			for i, p := range points {
				for _, q := range points {
					d := geo.Plane{}.Distance(p, q)
					if metric == nil {
						a, b := space(p), space(q)
						d = math.Round(1e12 * (math.Pow(a[0]-b[0], 2) + math.Pow(a[1]-b[1], 2) + math.Pow(a[2]-b[2], 2)))
					}
					far[i] = append(far[i], d)
				}
			}
			apart := func(i, j int) float64 { return far[i][j] }
			g, err := geo.NearestNeighbors(points, k, metric)
			require.NoError(t, err)
			for i := range points {
				for j := range points {
					if i == j {
						continue
					}
					among := func(i, j int) (surely, perhaps bool) { // is j among the k nearest to i?
						nearer, level := 0, 0
						for l := range points {
							switch d := apart(i, l) - apart(i, j); {
							case l == i || l == j:
							case d < 0:
								nearer++
							case d == 0 && (metric == nil || l < j):
								level++
							}
						}
						if metric != nil {
							return nearer+level < k, nearer+level < k
						}
						return nearer+level < k, nearer < k // which of equals is nearer, rounding decides on the sphere
					}
					s1, p1 := among(i, j)
					s2, p2 := among(j, i)
					if s1 || s2 {
						require.Contains(t, g.Neighbors(i), j)
					} else if !p1 && !p2 {
						require.NotContains(t, g.Neighbors(i), j)
					}
				}
			}
		}
	}
}

// Kruskal's algorithm on all pairs of units gives the same pairs.
func TestTieIsAShortestSpanningTree(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	for range 40 {
		n := 2 + rng.IntN(60)
		points := make([]orb.Point, n)
		for i := range points {
			points[i] = orb.Point{float64(rng.IntN(12)), float64(rng.IntN(12))} // many equally far
		}
		var pairs [][2]int
		for range rng.IntN(n) {
			if a, b := rng.IntN(n), rng.IntN(n); a != b {
				pairs = append(pairs, [2]int{a, b})
			}
		}
		g, err := geo.NewContiguity(n, pairs, nil)
		require.NoError(t, err)
		tied, got, err := g.Tie(points, geo.Plane{})
		require.NoError(t, err)
		require.True(t, connected(tied))
		isSubgraph(t, g, tied)

		of := make([]int, n)
		for c, part := range g.Components() {
			for _, u := range part {
				of[u] = c
			}
		}
		var all [][2]int
		for b := range n {
			for a := range b {
				all = append(all, [2]int{a, b})
			}
		}
		slices.SortFunc(all, func(x, y [2]int) int {
			d := func(p [2]int) float64 {
				u, v := points[p[0]], points[p[1]]
				return (u[0]-v[0])*(u[0]-v[0]) + (u[1]-v[1])*(u[1]-v[1])
			}
			if d(x) != d(y) {
				return int(d(x) - d(y))
			}
			return slices.Compare(x[:], y[:])
		})
		var want [][2]int
		for _, p := range all {
			if a, b := of[p[0]], of[p[1]]; a != b {
				want = append(want, p)
				for u := range of {
					if of[u] == b {
						of[u] = a
					}
				}
			}
		}
		slices.SortFunc(want, func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
		require.Equal(t, want, got)
	}
}

func TestTieGoesRoundTheGlobe(t *testing.T) {
	g, err := geo.NewContiguity(3, nil, nil)
	require.NoError(t, err)
	points := []orb.Point{{-179, 0}, {178, 0}, {170, 0}}
	_, pairs, err := g.Tie(points, nil)
	require.NoError(t, err)
	require.Equal(t, [][2]int{{0, 1}, {1, 2}}, pairs)
	_, pairs, err = g.Tie(points, geo.Plane{})
	require.NoError(t, err)
	require.Equal(t, [][2]int{{0, 2}, {1, 2}}, pairs)

	same, pairs, err := g.Tie(points[:2], nil)
	require.ErrorIs(t, err, partition.ErrInput)
	require.Nil(t, same)
	require.Nil(t, pairs)
	tied, _, err := g.Tie(points, nil)
	require.NoError(t, err)
	again, pairs, err := tied.Tie(points, nil)
	require.NoError(t, err)
	require.Same(t, tied, again, "it is connected already")
	require.Empty(t, pairs)
}

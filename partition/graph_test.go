package partition_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestFragments(t *testing.T) {
	// 0-1-2-3-4 in a row, 5 and 6 apart, 7 tied to 0.
	row := partition.Adjacency{{1, 7}, {0, 2}, {1, 3}, {2, 4}, {3}, {}, {}, {0}}
	of := []int{0, 0, 1, 0, 0, 0, -1, 0}
	for name, a := range map[string]partition.Assignment{"plan": plan(t, 3, of...), "table": table{3, of}} {
		require.Equal(t, [][]int{{0, 1, 7}, {3, 4}, {5}}, partition.Fragments(row, a, 0), name)
		require.Equal(t, [][]int{{2}}, partition.Fragments(row, a, 1), name)
		require.Empty(t, partition.Fragments(row, a, 2), name)
		require.Equal(t, [][]int{{6}}, partition.Fragments(row, a, partition.Unassigned), name)
	}
	require.Equal(t, [][]int{{0}, {1}}, partition.Fragments(partition.Adjacency{}, plan(t, 1, 0, 0), 0), "no neighbours at all")
}

// The parts agree with those that come out of merging labels edge by edge.
func TestFragmentsOnRandomGraphs(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		n, k := 1+rng.IntN(15), 1+rng.IntN(3)
		g := make(partition.Adjacency, n)
		of := make([]int, n)
		for i := range of {
			of[i] = rng.IntN(k)
		}
		label := make([]int, n)
		for i := range label {
			label[i] = i
		}
		for range rng.IntN(2 * n) {
			u, v := rng.IntN(n), rng.IntN(n)
			if u == v || slices.Contains(g[u], v) {
				continue
			}
			g[u], g[v] = append(g[u], v), append(g[v], u)
			if of[u] == of[v] {
				from, to := max(label[u], label[v]), min(label[u], label[v])
				for i := range label {
					if label[i] == from {
						label[i] = to
					}
				}
			}
		}
		for i := range g {
			slices.Sort(g[i])
		}
		for territory := range k {
			var want [][]int
			for first := range n {
				var part []int
				for i := range n {
					if of[i] == territory && label[i] == first {
						part = append(part, i)
					}
				}
				if part != nil {
					want = append(want, part)
				}
			}
			require.Equal(t, want, partition.Fragments(g, plan(t, k, of...), territory))
		}
	}
}

func TestColumnAndPick(t *testing.T) {
	type shop struct {
		name  string
		hours float64
	}
	shops := []shop{{"a", 1}, {"b", 2}, {"c", 3}}
	require.Equal(t, []float64{1, 2, 3}, partition.Column(shops, func(s shop) float64 { return s.hours }))
	require.Empty(t, partition.Column(nil, func(s shop) float64 { return s.hours }))

	picked := partition.Pick(shops, plan(t, 2, 1, 0, 1).Units(1))
	for range 2 { // it can be ranged over again
		require.Equal(t, []shop{shops[0], shops[2]}, slices.Collect(picked))
	}
	for s := range picked {
		require.Equal(t, shops[0], s)
		break
	}
}

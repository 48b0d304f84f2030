package nearest_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/nearest"
)

func TestTreeAgainstScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for _, n := range []int{1, 2, 9, 60, 400} {
		for dim := 1; dim <= 4; dim++ {
			var x []float64
			for range n * dim {
				x = append(x, float64(rng.IntN(40))) // many ties
			}
			tree := nearest.NewTree(x, dim)
			for i := range min(n, 50) {
				var all []nearest.Hit
				for j := range n {
					if j != i {
						d := 0.0
						for a := range dim {
							d += math.Pow(x[i*dim+a]-x[j*dim+a], 2)
						}
						all = append(all, nearest.Hit{Distance: d, Point: int32(j)})
					}
				}
				slices.SortFunc(all, func(a, b nearest.Hit) int {
					return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Point, b.Point))
				})
				var q nearest.Heap
				q.Reset(12)
				tree.Search(&q, x[i*dim:(i+1)*dim], int32(i), math.MaxInt)
				q.Sorted()
				require.Equal(t, all[:min(12, len(all))], append([]nearest.Hit(nil), q.Found...), "n=%d dim=%d", n, dim)
			}
		}
	}
}

// The nearest pair that leaves a part, where many points share a place.
func TestForeignAgainstScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	for range 200 {
		n, dim := 1+rng.IntN(80), 1+rng.IntN(2)
		var x []float64
		of := make([]int32, n)
		parts, places := 1+rng.IntN(4), 1+rng.IntN(3)
		for i := range n {
			of[i] = int32(rng.IntN(parts))
			for range dim {
				x = append(x, float64(rng.IntN(places)))
			}
		}
		tree := nearest.NewTree(x, dim)
		index := tree.Parts(of)
		for i := range n {
			want := nearest.NoPair()
			for j := range n {
				if of[j] == of[i] {
					continue
				}
				d := nearest.Distance2(x[i*dim:][:dim], x[j*dim:][:dim])
				if a, b, c, e := min(i, j), max(i, j), int(min(want.From, want.To)), int(max(want.From, want.To)); d < want.Distance2 || d == want.Distance2 && (a < c || a == c && b < e) {
					want = nearest.Pair{Distance2: d, From: int32(i), To: int32(j)}
				}
			}
			got := nearest.NoPair()
			tree.Foreign(&got, int32(i), index)
			require.Equal(t, want, got)
		}
	}
}

// A search that may look at few leaves finds points that are near, if not the nearest.
func TestSearchOfFewLeaves(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 9))
	var x []float64
	for range 4000 {
		x = append(x, rng.Float64())
	}
	tree := nearest.NewTree(x, 2)
	for i := range int32(100) {
		var q nearest.Heap
		q.Reset(3)
		tree.Search(&q, x[2*i:2*i+2], i, 1)
		require.Len(t, q.Sorted(), 3)
		require.Less(t, q.Found[0].Distance, 0.01) // of a leaf of eight in two thousand
	}
}

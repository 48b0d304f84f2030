package allocate

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlaceTreeAgainstScan(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	for _, n := range []int{1, 2, 9, 60, 400} {
		for dims := 1; dims <= 4; dims++ {
			axes := make([][]float64, dims)
			for a := range axes {
				for range n {
					axes[a] = append(axes[a], float64(rng.IntN(40))) // many ties
				}
			}
			tree := growPlaces(axes)
			for i := range min(n, 50) {
				var all []nearUnit
				for j := range n {
					if j != i {
						all = append(all, nearUnit{tree.square(i, j), int32(j)})
					}
				}
				slices.SortFunc(all, func(a, b nearUnit) int {
					return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.unit, b.unit))
				})
				var q nearest
				q.reset(12)
				tree.search(&q, i)
				q.sorted()
				require.Equal(t, all[:min(12, len(all))], append([]nearUnit(nil), q.heap...), "n=%d dims=%d", n, dims)
			}
		}
	}
}

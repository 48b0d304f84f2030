package boxes_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/boxes"
)

// gap is the distance of the origin to a box in the maximum norm.
func gap(b *boxes.Box) float64 { return max(b.MinX, -b.MaxX, b.MinY, -b.MaxY, 0) }

func TestNearFindsTheNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		all := random(r, n, 0.2)
		least := math.Inf(1)
		for i := range all {
			all[i].MinX -= 0.5
			all[i].MaxX -= 0.5
			all[i].MinY += 0.1
			all[i].MaxY += 0.1
			least = min(least, gap(&all[i]))
		}
		tree := boxes.New(all)
		best, visits := math.Inf(1), 0
		tree.Near(math.Inf(1), gap, func(i int) float64 {
			visits++
			best = min(best, gap(&all[i]))
			return best
		})
		require.Equal(t, least, best)
		require.LessOrEqual(t, visits, n)

		seen := map[int]bool{}
		tree.Near(0.3, gap, func(i int) float64 {
			require.False(t, seen[i])
			seen[i] = true
			return 0.3
		})
		for i := range all {
			require.Equal(t, gap(&all[i]) <= 0.3, seen[i])
		}
	}
}

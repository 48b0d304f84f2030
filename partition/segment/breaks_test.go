package segment_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition/segment"
)

// squares is the sum of squares of each group about its mean, taken from
// integers or other harmless numbers by the definition.
func squares(groups ...[]float64) float64 {
	total := 0.0
	for _, g := range groups {
		mean := 0.0
		for _, x := range g {
			mean += x / float64(len(g))
		}
		for _, x := range g {
			total += (x - mean) * (x - mean)
		}
	}
	return total
}

// leastByTrial tries every division of the sorted values into k groups, but for
// those that split equal values.
func leastByTrial(sorted []float64, k int) float64 {
	if k == 1 {
		return squares(sorted)
	}
	least := math.Inf(1)
	for end := 1; end < len(sorted); end++ {
		if sorted[end] != sorted[end-1] {
			least = min(least, squares(sorted[:end])+leastByTrial(sorted[end:], k-1))
		}
	}
	return least
}

func different(values []float64) int {
	seen := map[float64]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}

func TestNaturalBreaksAreTheBestOfAllDivisions(t *testing.T) {
	random := splitmix.Source(1)
	for trial := range 150 {
		n := 1 + random.Below(12)
		values := make([]float64, n)
		for i := range values {
			switch trial % 4 {
			case 0: // many ties
				values[i] = float64(random.Below(8))
			case 1:
				values[i] = random.Float()
			case 2: // a heavy tail
				values[i] = 1 / (0.001 + random.Float())
			case 3: // two far groups
				values[i] = float64(random.Below(2)*1000 - random.Below(30))
			}
		}
		sorted := slices.Sorted(slices.Values(values))
		for k := 1; k <= n; k++ {
			cuts, err := segment.NaturalBreaks{K: k}.Cuts(values, nil)
			require.NoError(t, err)
			require.Len(t, cuts, min(k, different(values))-1)
			got, err := segment.SumOfSquares(values, nil, cuts)
			require.NoError(t, err)
			want := 0.0
			if k < different(values) {
				want = leastByTrial(sorted, k)
			}
			require.InDelta(t, want, got, 1e-9*want+1e-18, "%v in %d", values, k)
		}
	}
}

func lognormalish(n int) []float64 {
	random := splitmix.Source(7)
	values := make([]float64, n)
	for i := range values {
		z := 0.0
		for range 12 {
			z += random.Float()
		}
		x := 1 + (z-6)/16 // a power of nearly normal numbers
		for range 4 {
			x *= x
		}
		values[i] = 100 * x
	}
	return values
}

func BenchmarkNaturalBreaks(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		values := lognormalish(n)
		b.Run(fmt.Sprintf("k=10/n=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := (segment.NaturalBreaks{K: 10}).Cuts(values, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

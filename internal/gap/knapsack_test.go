package gap

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Against all subsets, with whole and with real weights.
func TestKnapsack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var k Knapsack
	for range 3000 {
		n := random.IntN(13)
		weight, value := make([]float64, n), make([]float64, n)
		whole := random.IntN(2) == 0
		total := 0.0
		for i := range n {
			weight[i], value[i] = float64(random.IntN(8)), float64(random.IntN(8))
			if !whole {
				weight[i], value[i] = 10*random.Float64(), 10*random.Float64()
			}
			total += weight[i]
		}
		room := total * random.Float64()
		best := 0.0
		for set := range 1 << n {
			w, v := 0.0, 0.0
			for i := range n {
				if set>>i&1 == 1 {
					w += weight[i]
					v += value[i]
				}
			}
			if w <= room {
				best = max(best, v)
			}
		}
		k.Reset()
		for i := range n {
			k.Add(int32(i), weight[i], value[i])
		}
		bound, got := k.Solve(room)
		require.InDelta(t, best, bound, 1e-9)
		require.InDelta(t, best, got, 1e-9)
		require.GreaterOrEqual(t, k.Linear(), bound-1e-9)
		w, v := 0.0, 0.0
		seen := map[int32]bool{}
		for _, i := range k.Chosen(nil) {
			require.False(t, seen[i])
			seen[i] = true
			w += weight[i]
			v += value[i]
		}
		require.InDelta(t, best, v, 1e-9)
		require.LessOrEqual(t, w, room+1e-9)
	}
}

// Where the search is cut short, what is proved still holds for any packing,
// here for planted ones, and what was found is a packing.
func TestKnapsackCutShort(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var k Knapsack
	cut := 0
	for range 6 {
		n := 400
		weight, value := make([]float64, n), make([]float64, n)
		room, planted := 0.0, 0.0
		k.Reset()
		for i := range n {
			weight[i] = 1 + random.Float64()
			value[i] = weight[i] + 0.1 + float64(1e-3*random.Float64())
			if random.IntN(2) == 0 {
				room += weight[i]
				planted += value[i]
			}
			k.Add(int32(i), weight[i], value[i])
		}
		bound, got := k.Solve(room)
		require.GreaterOrEqual(t, bound, planted-1e-9)
		require.GreaterOrEqual(t, bound, got)
		require.LessOrEqual(t, bound, k.Linear()+1e-9)
		if bound > got {
			cut++
		}
		w, v := 0.0, 0.0
		for _, i := range k.Chosen(nil) {
			w += weight[i]
			v += value[i]
		}
		require.LessOrEqual(t, w, room+1e-9)
		require.InDelta(t, got, v, 1e-9)
	}
	require.NotZero(t, cut, "no search was cut short")
}

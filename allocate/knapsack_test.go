package allocate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKnapsackAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	var sack knapsack
	for range 2000 {
		n := rng.IntN(9)
		room := float64(rng.IntN(30))
		var items []knapsackItem
		for i := range n {
			items = append(items, item(float64(1+rng.IntN(20)), float64(rng.IntN(12)), int32(i)))
		}
		best := 0.0
		for set := range 1 << n {
			gain, weight := 0.0, 0.0
			for i, it := range items {
				if set>>i&1 == 1 {
					gain, weight = gain+it.gain, weight+it.weight
				}
			}
			if weight <= room {
				best = math.Max(best, gain)
			}
		}
		given := append([]knapsackItem(nil), items...)
		bound, whole, part := fillKnapsack(items, room)
		require.ElementsMatch(t, given, items)
		require.GreaterOrEqual(t, bound, best)
		gain, weight, most := 0.0, 0.0, 0.0
		for _, it := range items[:whole] {
			gain, weight = gain+it.gain, weight+it.weight
		}
		if part > 0 {
			gain, weight = gain+part*items[whole].gain, weight+part*items[whole].weight
			most = items[whole].gain
		}
		require.InDelta(t, bound, gain, 1e-9)
		require.LessOrEqual(t, weight, room+1e-9)
		require.LessOrEqual(t, bound-best, most, "Dantzig's bound is less than one item away")

		value, taken, done := sack.solve(items, room, 10_000)
		require.True(t, done)
		require.Equal(t, best, value)
		gain = 0
		for e, is := range taken {
			if is {
				gain += items[e].gain
			}
		}
		require.Equal(t, best, gain)
	}
}

func TestKnapsackGivesUp(t *testing.T) {
	var items []knapsackItem
	for i := range 30 {
		items = append(items, item(float64(2*i+101), float64(2*i+100), int32(i)))
	}
	var sack knapsack
	_, _, done := sack.solve(items, 999, 50)
	require.False(t, done)
}

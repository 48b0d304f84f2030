package partition_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// A solver has cut anew, and numbered as it liked.
func ExampleAlign() {
	old, _ := partition.NewPlan(2, []int{0, 0, 0, 1, 1, 1})
	next, _ := partition.NewPlan(3, []int{1, 1, 2, 2, 0, 0})
	plan, number, err := partition.Align(old, next, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(plan.Slice(), number)

	wider, _ := old.WithK(plan.K())
	changes, _ := partition.Diff(wider, plan)
	fmt.Println(changes)
	// Output:
	// [0 0 2 2 1 1] [1 0 2]
	// [unit 2: 0 -> 2 unit 3: 1 -> 2]
}

// kept is what stays where it was.
func kept(old, plan partition.Assignment, weight []float64) float64 {
	sum := 0.0
	for i := range old.Len() {
		if old.Of(i) != partition.Unassigned && old.Of(i) == plan.Of(i) {
			if weight == nil {
				sum++
			} else {
				sum += weight[i]
			}
		}
	}
	return sum
}

// mostKept tries all numberings.
func mostKept(old, next *partition.Plan, weight []float64) float64 {
	k := max(old.K(), next.K())
	taken := make([]bool, k)
	number := make([]int, next.K())
	var try func(t int) float64
	try = func(t int) float64 {
		if t == len(number) {
			of := next.Slice()
			for i, j := range of {
				if j >= 0 {
					of[i] = number[j]
				}
			}
			plan, err := partition.NewPlan(k, of)
			if err != nil {
				panic(err)
			}
			return kept(old, plan, weight)
		}
		best := math.Inf(-1)
		for j := range k {
			if !taken[j] {
				taken[j], number[t] = true, j
				best = max(best, try(t+1))
				taken[j] = false
			}
		}
		return best
	}
	return try(0)
}

func randomPlan(rng *rand.Rand, n, k int) *partition.Plan {
	of := make([]int, n)
	for i := range of {
		of[i] = rng.IntN(k+1) - 1
	}
	p, err := partition.NewPlan(k, of)
	if err != nil {
		panic(err)
	}
	return p
}

func TestAlignKeepsTheMost(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for try := range 400 {
		n := rng.IntN(15)
		old, next := randomPlan(rng, n, rng.IntN(6)), randomPlan(rng, n, rng.IntN(6))
		var weight []float64
		if try%2 == 0 {
			weight = make([]float64, n)
			for i := range weight {
				weight[i] = float64(rng.IntN(4)) // whole, so that sums are exact
			}
		}
		plan, number, err := partition.Align(old, next, weight)
		require.NoError(t, err)
		require.Equal(t, max(old.K(), next.K()), plan.K())
		require.Len(t, number, next.K())
		seen := map[int]bool{}
		for _, j := range number {
			require.False(t, seen[j])
			seen[j] = true
		}
		for i := range n {
			if next.Of(i) == partition.Unassigned {
				require.Equal(t, partition.Unassigned, plan.Of(i))
			} else {
				require.Equal(t, number[next.Of(i)], plan.Of(i))
			}
		}
		require.Equal(t, mostKept(old, next, weight), kept(old, plan, weight))
	}
}

// Numbers that were shuffled come back.
func TestAlignUndoesAShuffle(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const n, k = 5000, 200
	of, shuffled := make([]int, n), make([]int, n)
	to := rng.Perm(k)
	for i := range of {
		of[i] = i % k
		shuffled[i] = to[i%k]
	}
	old, err := partition.NewPlan(k, of)
	require.NoError(t, err)
	next, err := partition.NewPlan(k, shuffled)
	require.NoError(t, err)
	plan, number, err := partition.Align(old, next, nil)
	require.NoError(t, err)
	require.True(t, plan.Equal(old))
	for from, t2 := range to {
		require.Equal(t, from, number[t2])
	}
}

func TestAlignNumbersOfNewcomers(t *testing.T) {
	for name, c := range map[string]struct {
		oldK, nextK int
		old, next   []int
		want        []int
	}{
		"no units":               {3, 2, []int{}, []int{}, []int{0, 1}},
		"nothing shared":         {2, 2, []int{0, 1, -1, -1}, []int{-1, -1, 0, 1}, []int{0, 1}},
		"its number is followed": {2, 2, []int{0, 0}, []int{1, 1}, []int{1, 0}},
		"more":                   {1, 3, []int{0, 0, 0}, []int{2, 2, 1}, []int{2, 1, 0}},
		"fewer":                  {3, 1, []int{0, 1, 2, 2}, []int{0, 0, 0, 0}, []int{2}},
		"ties go down the list":  {2, 2, []int{0, 1, 0, 1}, []int{0, 0, 1, 1}, []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			old, err := partition.NewPlan(c.oldK, c.old)
			require.NoError(t, err)
			next, err := partition.NewPlan(c.nextK, c.next)
			require.NoError(t, err)
			_, number, err := partition.Align(old, next, nil)
			require.NoError(t, err)
			require.Equal(t, c.want, number)
		})
	}
}

func TestAlignFaults(t *testing.T) {
	two, three := table{2, []int{0, 1}}, table{2, []int{0, 1, 1}}
	_, _, err := partition.Align(two, three, []float64{1, -1})
	require.EqualError(t, err, "next: has 3 units, old has 2\nweight[1] = -1: is negative")
	_, _, err = partition.Align(two, two, []float64{1})
	require.EqualError(t, err, "weight: has 1 entry for 2 units")
	_, _, err = partition.Align(two, table{1, []int{0, 1}}, nil)
	require.ErrorIs(t, err, partition.ErrInput)
	plan, _, err := partition.Align(two, table{2, []int{1, 0}}, []float64{1e308, 7e307})
	require.NoError(t, err)
	require.True(t, plan.Equal(two))
}

func BenchmarkAlign(b *testing.B) {
	for _, shape := range []struct {
		name string
		k    int
		next func(rng *rand.Rand, i int) int
	}{
		{"n=1000000/k=1000/churn=10%", 1000, func(rng *rand.Rand, i int) int {
			if rng.IntN(10) == 0 {
				return rng.IntN(1000)
			}
			return 999 - i%1000
		}},
		{"n=1000000/k=1000/churn=100%", 1000, func(rng *rand.Rand, _ int) int { return rng.IntN(1000) }},
	} {
		b.Run(shape.name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 1))
			of, to := make([]int, 1_000_000), make([]int, 1_000_000)
			for i := range of {
				of[i], to[i] = i%shape.k, shape.next(rng, i)
			}
			old, _ := partition.NewPlan(shape.k, of)
			next, _ := partition.NewPlan(shape.k, to)
			for b.Loop() {
				if _, _, err := partition.Align(old, next, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

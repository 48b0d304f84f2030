package boxes_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/boxes"
)

func random(r *rand.Rand, n int, size float64) []boxes.Box {
	all := make([]boxes.Box, n)
	for i := range all {
		x, y := r.Float64(), r.Float64()
		all[i] = boxes.Box{MinX: x, MinY: y, MaxX: x + r.Float64()*size, MaxY: y + r.Float64()*size}
		if size > 0.1 && r.IntN(4) == 0 { // many on a grid, some without surface
			all[i] = boxes.Box{MinX: float64(r.IntN(5)) / 4, MinY: float64(r.IntN(5)) / 4}
			all[i].MaxX, all[i].MaxY = all[i].MinX+0.25*float64(r.IntN(2)), all[i].MinY
		}
	}
	return all
}

func TestTreeFindsWhatMeets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 7, 8, 9, 64, 65, 400} {
		all := random(r, n, 0.2)
		tree := boxes.New(all)
		var got, want [][2]int
		tree.Pairs(func(i, j int) { got = append(got, [2]int{i, j}) })
		for i := range all {
			for j := range i {
				if all[i].Meets(&all[j]) {
					want = append(want, [2]int{j, i})
				}
			}
		}
		slices.SortFunc(got, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
		slices.SortFunc(want, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
		require.Equal(t, want, got, n)

		for _, q := range random(r, 20, 0.5) {
			var found, meeting []int
			tree.Search(q, func(i int) bool { found = append(found, i); return true })
			for i := range all {
				if all[i].Meets(&q) {
					meeting = append(meeting, i)
				}
			}
			slices.Sort(found)
			require.Equal(t, meeting, found)
		}
	}
}

func TestBelowFindsTheHighest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 7, 9, 65, 400} {
		all := random(r, n, 0.2)
		tree := boxes.New(all)
		for range 50 {
			x, y := r.Float64(), r.Float64()
			got, want := math.Inf(-1), math.Inf(-1)
			visits := 0
			tree.Below(x, y, func(i int) float64 {
				visits++
				if b := all[i]; b.MaxY > got {
					got = b.MaxY
				}
				return got
			})
			for _, b := range all {
				if b.MinX <= x && x <= b.MaxX && b.MinY <= y {
					want = max(want, b.MaxY)
				}
			}
			require.Equal(t, want, got)
			require.LessOrEqual(t, visits, n)
		}
	}
}

func TestSearchStops(t *testing.T) {
	tree := boxes.New(make([]boxes.Box, 30))
	count := 0
	tree.Search(boxes.Box{}, func(int) bool { count++; return count < 3 })
	require.Equal(t, 3, count)
}

func BenchmarkPairs(b *testing.B) {
	all := random(rand.New(rand.NewPCG(1, 2)), 36000, 0.002)
	for b.Loop() {
		n := 0
		boxes.New(all).Pairs(func(int, int) { n++ })
	}
}

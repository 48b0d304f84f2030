package flow_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/flow"
)

// joined builds a problem; rows[g] lists the right nodes of left node g.
func joined(supply, capacity []int64, rows ...[]int32) *flow.Bipartite {
	b := &flow.Bipartite{Supply: supply, Capacity: capacity, Start: []int{0}}
	for _, row := range rows {
		b.Right = append(b.Right, row...)
		b.Start = append(b.Start, len(b.Right))
	}
	return b
}

func TestOverflow(t *testing.T) {
	for name, c := range map[string]struct {
		b    *flow.Bipartite
		want []int
	}{
		"nothing": {joined(nil, nil), nil},
		"fits exactly": {joined([]int64{3, 4}, []int64{5, 2},
			[]int32{0, 1}, []int32{0, 1}), nil},
		"one too many": {joined([]int64{3, 5}, []int64{5, 2},
			[]int32{0, 1}, []int32{0, 1}), []int{0, 1}},
		"nowhere to go": {joined([]int64{0, 1, 9}, []int64{9},
			[]int32{0}, nil, []int32{0}), []int{1}},
		"nothing to send": {joined([]int64{0}, []int64{0}, nil), nil},
		// 0 and 1 fill the right node 0; 2 has room elsewhere only after the
		// first greedy choice is undone.
		"must reroute": {joined([]int64{4, 2}, []int64{4, 2},
			[]int32{0, 1}, []int32{0}), nil},
		"the small ones are innocent": {joined([]int64{1, 6, 1, 6, 2}, []int64{10, 4},
			[]int32{0}, []int32{0}, []int32{0}, []int32{0}, []int32{1}), []int{1, 3}},
		"the wide one is innocent": {joined([]int64{5, 5, 4}, []int64{6, 3, 8},
			[]int32{0}, []int32{0}, []int32{1, 2}), []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.b.Overflow(context.Background(), math.MaxInt)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestOverflowCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := joined([]int64{1}, []int64{0}, []int32{0}).Overflow(ctx, math.MaxInt)
	require.ErrorIs(t, err, context.Canceled)
}

// excess is how much more the left nodes of the mask bring than fits.
func excess(b *flow.Bipartite, mask int) int64 {
	sum, seen := int64(0), map[int32]bool{}
	for g := range b.Supply {
		if mask>>g&1 == 0 {
			continue
		}
		sum += b.Supply[g]
		for _, j := range b.Right[b.Start[g]:b.Start[g+1]] {
			if !seen[j] {
				seen[j] = true
				sum -= b.Capacity[j]
			}
		}
	}
	return sum
}

// Every subset is tried: there is an overflow exactly where some subset has
// one, and no proper subset of the answer has.
func TestOverflowAgainstAllSubsets(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	overflows := 0
	for range 3000 {
		b := &flow.Bipartite{Start: []int{0}}
		m := 1 + rng.IntN(5)
		for range 1 + rng.IntN(7) {
			b.Supply = append(b.Supply, rng.Int64N(10))
			for j := range m {
				if rng.IntN(5) < 2 {
					b.Right = append(b.Right, int32(j))
				}
			}
			b.Start = append(b.Start, len(b.Right))
		}
		for range m {
			b.Capacity = append(b.Capacity, rng.Int64N(16))
		}
		got, err := b.Overflow(context.Background(), math.MaxInt)
		require.NoError(t, err)

		exists := false
		for mask := range 1 << len(b.Supply) {
			exists = exists || excess(b, mask) > 0
		}
		require.Equal(t, exists, got != nil, "%+v", b)
		if got == nil {
			continue
		}
		overflows++
		set := 0
		for _, g := range got {
			set |= 1 << g
		}
		require.Positive(t, excess(b, set), "%+v: %v", b, got)
		for sub := (set - 1) & set; sub > 0; sub = (sub - 1) & set {
			require.LessOrEqual(t, excess(b, sub), int64(0), "%+v: %v", b, got)
		}

		quick, err := b.Overflow(context.Background(), 0)
		require.NoError(t, err)
		set = 0
		for _, g := range quick {
			set |= 1 << g
		}
		require.Positive(t, excess(b, set), "without effort: %+v: %v", b, quick)
	}
	require.Greater(t, overflows, 500)
	require.Less(t, overflows, 2900)
}

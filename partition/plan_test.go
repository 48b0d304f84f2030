package partition_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// table is an ownership table of a caller's own.
type table struct {
	k  int
	of []int
}

func (t table) Len() int     { return len(t.of) }
func (t table) K() int       { return t.k }
func (t table) Of(i int) int { return t.of[i] }

func plan(t testing.TB, k int, of ...int) *partition.Plan {
	t.Helper()
	p, err := partition.NewPlan(k, of)
	require.NoError(t, err)
	return p
}

// faults flattens the input errors of err, and fails on any other kind.
func faults(t testing.TB, err error) []*partition.InputError {
	t.Helper()
	require.ErrorIs(t, err, partition.ErrInput)
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "not joined: %v", err)
	var all []*partition.InputError
	for _, e := range joined.Unwrap() {
		var in *partition.InputError
		require.True(t, errors.As(e, &in), "not an InputError: %v", e)
		all = append(all, in)
	}
	return all
}

func TestPlan(t *testing.T) {
	of := []int{2, 0, partition.Unassigned, 2, 0, 2}
	p, err := partition.NewPlan(4, of)
	require.NoError(t, err)
	of[0] = 1 // the plan holds a copy

	require.Equal(t, 6, p.Len())
	require.Equal(t, 4, p.K())
	require.Equal(t, []int{2, 0, -1, 2, 0, 2}, p.Slice())
	require.Equal(t, 2, p.Of(0))
	require.Equal(t, partition.Unassigned, p.Of(2))
	for territory, want := range map[int][]int{-1: {2}, 0: {1, 4}, 1: nil, 2: {0, 3, 5}, 3: nil} {
		require.Equal(t, want, slices.Collect(p.Units(territory)), territory)
		require.Equal(t, len(want), p.Count(territory), territory)
	}
	for u := range p.Units(2) {
		require.Equal(t, 0, u) // leaving the loop early is allowed
		break
	}
	require.Equal(t, "6 units in 4 territories, 1 unassigned", p.String())
	require.Panics(t, func() { p.Units(4) })
	require.Panics(t, func() { p.Count(-2) })
}

func TestZeroPlan(t *testing.T) {
	var p partition.Plan
	require.Zero(t, p.Len())
	require.Zero(t, p.K())
	require.Zero(t, p.Count(partition.Unassigned))
	require.Empty(t, slices.Collect(p.Units(partition.Unassigned)))
	require.True(t, p.Equal(plan(t, 0)))
	require.Equal(t, "0 units in 0 territories", p.String())
}

func TestNewPlanTakesAnyInteger(t *testing.T) {
	type rep int32
	a, err := partition.NewPlan(3, []rep{2, -1})
	require.NoError(t, err)
	b, err := partition.NewPlan(3, []int64{2, -1})
	require.NoError(t, err)
	require.True(t, a.Equal(b))
	_, err = partition.NewPlan(3, []int64{math.MinInt64, 1 << 32, math.MaxInt64}) // 1<<32 is 0 in 32 bits
	require.Len(t, faults(t, err), 3)
}

func TestNewPlanReportsEveryFault(t *testing.T) {
	_, err := partition.NewPlan(2, []int{0, 2, 1, -2, 99})
	require.EqualError(t, err, "of[1] = 2: is neither a territory (0..1) nor -1 (unassigned)\n"+
		"of[3] = -2: is neither a territory (0..1) nor -1 (unassigned)\n"+
		"of[4] = 99: is neither a territory (0..1) nor -1 (unassigned)")

	_, err = partition.NewPlan(0, []int{0})
	require.EqualError(t, err, "of[0] = 0: is neither a territory (there are none) nor -1 (unassigned)")
	_, err = partition.NewPlan(-1, []int{})
	require.EqualError(t, err, "k = -1: is negative")
	_, err = partition.NewPlan(1<<30, []int{0})
	require.EqualError(t, err, "k = 1073741824: exceeds the 1 unit and the 1,048,576 territories that any plan may have")
	_, err = partition.NewPlan(math.MaxInt, []int{0})
	require.Len(t, faults(t, err), 1)

	// A flood is counted, not printed.
	_, err = partition.NewPlan(1, slices.Repeat([]int{7}, 3437))
	all := faults(t, err)
	require.Len(t, all, partition.ListedFaults+1)
	require.Equal(t, 19, all[19].Index)
	require.Equal(t, 3417, all[20].More)
	require.EqualError(t, all[20], "of: and 3,417 faults more")
}

func TestPlanEqual(t *testing.T) {
	p := plan(t, 3, 0, 1, -1)
	require.True(t, p.Equal(p))
	require.True(t, p.Equal(table{3, []int{0, 1, -1}}))
	require.False(t, p.Equal(table{2, []int{0, 1, -1}}))
	require.False(t, p.Equal(table{3, []int{0, 1}}))
	require.False(t, p.Equal(table{3, []int{0, 1, 0}}))
}

func TestPlanWithK(t *testing.T) {
	p := plan(t, 3, 0, 1, -1)
	wide, err := p.WithK(5)
	require.NoError(t, err)
	require.True(t, wide.Equal(plan(t, 5, 0, 1, -1)))
	narrow, err := wide.WithK(2)
	require.NoError(t, err)
	require.True(t, narrow.Equal(plan(t, 2, 0, 1, -1)))
	_, err = p.WithK(1)
	require.EqualError(t, err, "of[1] = 1: is neither a territory (0..0) nor -1 (unassigned)")
}

// A million units must not cost more than the documented 8n + 4k bytes.
func BenchmarkNewPlan(b *testing.B) {
	of := scattered(1_000_000, 1000, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := partition.NewPlan(1000, of); err != nil {
			b.Fatal(err)
		}
	}
}

// scattered assigns n units to k territories without order.
func scattered(n, k int, seed uint64) []int32 {
	of := make([]int32, n)
	for i := range of {
		seed = seed*6364136223846793005 + 1442695040888963407
		of[i] = int32(seed>>33) % int32(k)
	}
	return of
}

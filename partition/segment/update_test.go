package segment_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// An update is the same as dividing the new book from the beginning.
func TestUpdateIsApply(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(8, 13))
	moved := 0
	for range 200 {
		b := randomRows(r, 1+r.IntN(150))
		scheme := randomScheme(r)
		scheme.Minimum.Units = r.IntN(12)
		cells, err := scheme.Apply(b.table(t, tree))
		require.NoError(t, err)
		for range 6 {
			other := randomRows(r, len(b.region)+r.IntN(5))
			changed := r.Perm(len(b.region))[:r.IntN(min(len(b.region), 6)+1)]
			if r.IntN(8) == 0 {
				changed = r.Perm(len(b.region))
			}
			next := rows{}
			for i := range other.region {
				from := other
				if i < len(b.region) && !contains(changed, i) {
					from = b
				}
				next.region, next.industry = append(next.region, from.region[i]), append(next.industry, from.industry[i])
				next.staff, next.revenue, next.order = append(next.staff, from.staff[i]), append(next.revenue, from.revenue[i]), append(next.order, from.order[i])
			}
			book := next.table(t, tree)
			if len(changed) > 0 {
				changed = append(changed, changed[0]) // once more does no harm
			}
			revision, err := cells.Update(book, changed)
			require.NoError(t, err)
			want, err := cells.Scheme().Apply(book)
			require.NoError(t, err)
			requireSame(t, want, revision.After)
			requireMoves(t, cells, revision)
			moved += len(revision.Moves)
			cells, b = revision.After, next
		}
	}
	require.Greater(t, moved, 1000)
}

func contains(units []int, unit int) bool {
	for _, u := range units {
		if u == unit {
			return true
		}
	}
	return false
}

func requireSame(t *testing.T, want, got *segment.Segmentation) {
	t.Helper()
	require.Equal(t, want.Cells(), got.Cells())
	require.Equal(t, want.Len(), got.Len())
	for i := range want.Len() {
		require.Equal(t, want.Of(i), got.Of(i))
		require.Equal(t, want.Explain(i), got.Explain(i))
	}
}

// requireMoves makes the moves on the plan of before.
func requireMoves(t *testing.T, before *segment.Segmentation, r *segment.Revision) {
	t.Helper()
	k := before.K()
	for _, c := range r.Cells {
		k = max(k, c+1)
	}
	of := make([]int, r.After.Len())
	want := make([]int, r.After.Len())
	for i := range of {
		of[i] = partition.Unassigned
		if i < before.Len() {
			of[i] = before.Of(i)
		}
		if want[i] = r.After.Of(i); want[i] >= 0 {
			want[i] = r.Cells[want[i]]
		}
	}
	plan, err := partition.NewPlan(k, of)
	require.NoError(t, err)
	goal, err := partition.NewPlan(k, want)
	require.NoError(t, err)
	moves, err := partition.Diff(plan, goal)
	require.NoError(t, err)
	require.Equal(t, moves, r.Moves)
}

func TestUpdateReportsAllFaults(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(1, 1))
	b := randomRows(r, 20)
	scheme := &segment.Scheme{Dimensions: dimensions(), Grid: &segment.Grid{Order: []segment.Step{{Dimension: "region"}}}}
	cells, err := scheme.Apply(b.table(t, tree))
	require.NoError(t, err)
	other, err := partition.NewTree([]partition.Node{{Code: "32"}})
	require.NoError(t, err)
	_, err = cells.Update(b.in([]int{0, 1, 2}).table(t, other), []int{-1, 3, 2})
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"dimensions[0]: has other classes on this book than before; apply the scheme anew",
		"book: has 3 units, fewer than the 20 of before",
		"changed[0] = -1: is not a unit of the book, which has 3 units", "changed[1] = 3",
	} {
		require.ErrorContains(t, err, want)
	}
}

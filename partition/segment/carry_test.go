package segment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

var lowHigh = segment.Bands{Attribute: "x", Cuts: []float64{10}, Labels: []string{"low", "high"}}

func numberColumn(t testing.TB, book *partition.Table, name string) []float64 {
	t.Helper()
	x, err := book.Numbers(name)
	require.NoError(t, err)
	return x
}

// To decide what the dimension asks for is to decide nothing.
func TestCarryHeldOfWhatBindGivesIsCarry(t *testing.T) {
	rng := splitmix.Source(31)
	tier := segment.Steady{Tiers: lowHigh, Hysteresis: segment.Hysteresis{Width: 2, Dwell: 2, Confirm: 2}, DwellDays: 1}
	var last *partition.Table
	for q := range 20 {
		x := make([]float64, 30)
		for i := range x {
			x[i] = float64(rng.Below(20))
		}
		book := bookOf(t, partition.Numbers("x", x))
		tier.AsOf = time.Date(2025, 1, 1+q, 0, 0, 0, 0, time.UTC)
		want, err := tier.Carry(last, book, nil)
		require.NoError(t, err)
		if last != nil {
			held, err := segment.Take(last, tier, "")
			require.NoError(t, err)
			got, err := tier.CarryHeld(last, held, book, nil)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		last = want
	}
}

// A unit that is kept back is where it was, for longer, and goes on asking.
func TestCarryHeldKeepsBack(t *testing.T) {
	tier := segment.Steady{Tiers: lowHigh, Hysteresis: segment.Hysteresis{Dwell: 2, Confirm: 2}}
	book := bookOf(t,
		partition.Numbers("x", []float64{20, 20, 20, 20}),
		partition.Categories("x held", []string{"low", "low", "low", ""}),
		partition.Numbers("x periods", []float64{5, 5, 5, 0}),
		partition.Numbers("x asked", []float64{3, 3, 0, 0}))
	require.Equal(t, []string{"high", "high", "low", "high"}, classOf(t, tier, book))
	plan, err := partition.NewPlan(3, []int{0, 1, 1, partition.Unassigned})
	require.NoError(t, err)
	next, err := tier.CarryHeld(book, &segment.Snapshot{Class: plan, Labels: []string{"low", "high", "nobody's"}}, book, nil)
	require.NoError(t, err)
	require.Equal(t, []float64{6, 1, 1}, numberColumn(t, next, "x periods")[:3])
	require.Equal(t, []float64{4, 0, 0}, numberColumn(t, next, "x asked")[:3])
	held, names, err := next.Categories("x held")
	require.NoError(t, err)
	require.Equal(t, []string{"low", "high", "high"}, []string{names[held[0]], names[held[1]], names[held[2]]})
	require.Equal(t, int32(partition.MissingCode), held[3], "who holds nothing is new")
}

func TestCarryHeldFaults(t *testing.T) {
	tier := segment.Steady{Tiers: lowHigh}
	book := bookOf(t, partition.Numbers("x", []float64{20}), partition.Categories("x held", []string{""}))
	held := func(labels ...string) *segment.Snapshot {
		plan, err := partition.NewPlan(len(labels), []int{0})
		require.NoError(t, err)
		return &segment.Snapshot{Class: plan, Labels: labels}
	}
	_, err := tier.CarryHeld(nil, held("low"), book, nil)
	require.Equal(t, []string{"x.held: is given without the book that it is of"}, lines(err))
	_, err = tier.CarryHeld(book, held("hihg", "hgih"), book, nil)
	require.Equal(t, []string{"x.held = hihg: is held by 1 unit, but is no class; did you mean high?"}, lines(err))
	_, err = tier.CarryHeld(book, &segment.Snapshot{}, book, nil)
	require.Equal(t, []string{"x.held: has no classes"}, lines(err))
	_, err = tier.CarryHeld(book, &segment.Snapshot{Class: badAssignment{2, 2, 1}, Labels: []string{"low", "high"}}, book, nil)
	require.Equal(t, []string{"x.held = 2: is its number of units, that of the book is 1"}, lines(err))
	_, err = tier.CarryHeld(book, &segment.Snapshot{Class: badAssignment{1, 2, 7}}, book, nil)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = tier.CarryHeld(bookOf(t), nil, book, nil)
	require.ErrorIs(t, err, partition.ErrInput)
}

package segment_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func TestCellsAreThoseOfTheScheme(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2025, 1, d, 0, 0, 0, 0, time.UTC) }
	book := bookOf(t,
		partition.Numbers("x", []float64{1, 2, 3, 40}),
		partition.Dates("since", []time.Time{day(1), day(1), day(20), day(20)}))
	d := segment.Cells(&segment.Scheme{
		Name: "both",
		Dimensions: []segment.Dimension{
			segment.Tiers{Attribute: "x", Cut: segment.Quantiles{K: 2}, Labels: []string{"low", "high"}},
			segment.LifeCycle{Attribute: "since", Days: []int{10}, AsOf: day(25), Labels: []string{"young", "old"}},
		},
		Grid: &segment.Grid{Order: []segment.Step{{Dimension: "x"}, {Dimension: "since"}}},
	})
	require.Equal(t, "both", d.Name())
	want := []string{"low / old", "low / old", "high / young", "high / young"}
	require.Equal(t, want, classOf(t, d, book))

	later := bookOf(t, partition.Numbers("x", []float64{2.5, 500}), partition.Dates("since", []time.Time{day(20), day(20)}))
	fixed, err := d.(segment.Fitter).Fit(book)
	require.NoError(t, err)
	require.Equal(t, want, classOf(t, fixed, book))
	require.Equal(t, []string{"low / young", "high / young"}, classOf(t, d, later))
	require.Equal(t, []string{"low / old", "high / old"}, classOf(t, fixed.(segment.Dated).At(day(31)), later))

	cases := segment.Cells(&segment.Scheme{List: &segment.List{Cases: []segment.Case{
		{Label: "large", When: partition.Box{partition.AtLeast("x", 3)}}}}})
	require.Equal(t, []string{segment.UnassignedLabel, segment.UnassignedLabel, "large", "large"}, classOf(t, cases, book))
}

// Cells whose labels happen to read alike are told apart.
func TestCellsOfEqualLabels(t *testing.T) {
	book := bookOf(t,
		partition.Categories("industry", []string{"a", "a", "a", "a", "a / b", "a / b"}),
		partition.Categories("size", []string{"b", "b", "c", "c", "b", "c"}))
	d := segment.Cells(&segment.Scheme{
		Dimensions: []segment.Dimension{segment.Category{Attribute: "industry"}, segment.Category{Attribute: "size"}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "industry"}, {Dimension: "size", Join: segment.ToParent}}},
		Minimum:    segment.Minimum{Units: 2},
	})
	require.Equal(t, []string{"a / b", "a / b", "a / c", "a / c", "a / b (2)", "a / b (2)"}, classOf(t, d, book))
}

func TestCellsOfNothing(t *testing.T) {
	book := bookOf(t, partition.Numbers("x", []float64{1}))
	for _, s := range []*segment.Scheme{nil, {}} {
		d := segment.Cells(s)
		require.Equal(t, "cell", d.Name())
		_, err := segment.Replay(d, "x", segment.Period{Book: book, AsOf: time.Unix(0, 0)})
		require.ErrorIs(t, err, partition.ErrInput)
		_, err = d.Bind(book)
		require.ErrorIs(t, err, partition.ErrInput)
	}
	_, err := segment.Cells(nil).(segment.Fitter).Fit(book)
	require.NoError(t, err)
	_, err = segment.Cells(&segment.Scheme{Dimensions: []segment.Dimension{segment.Tiers{}}}).(segment.Fitter).Fit(book)
	require.Error(t, err)
	_, err = segment.Replay(segment.Cells(&segment.Scheme{Dimensions: []segment.Dimension{segment.Steady{}}}), "", segment.Period{Book: book})
	require.Error(t, err)
}

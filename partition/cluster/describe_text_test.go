package cluster_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

func TestDescribeWritesReadableThresholds(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return at
	}
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{480_000, 520_000, "500000"}, {0.1, 0.35, "0.2"}, {-5, 3, "0"}, {-7, -5, "-6"}, {1230, 1290, "1260"},
		{999, 1000, "1000"}, {1, math.Nextafter(1, 2), "1.0000000000000002"}, {0, 5e-324, "5e-324"}, {-5e-324, 0, "0"},
		{-math.MaxFloat64, math.MaxFloat64, "0"}, {1e308, math.MaxFloat64, "1.4e+308"}, {123456.7, 123456.8, "123456.8"},
		{0.3, math.Nextafter(0.3, 1), "0.30000000000000004"}, {math.Nextafter(0.3, 0), 0.3, "0.3"}, {1e15, 3e15, "2e+15"},
		{9007199254740992, 9007199254740994, "9.007199254740994e+15"}, {0, 1, "1"}, {0, 10, "10"}, {0, 100.5, "100"},
	} {
		book, err := partition.NewTable(partition.Numbers("x", []float64{c.low, c.high}))
		require.NoError(t, err)
		plan, err := partition.NewPlan(2, []int{1, 0})
		require.NoError(t, err)
		d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		checkDescription(t, d, plan, book)
		require.Equal(t, "x < "+c.want, d.Leaves[0].Box.String())
		require.Equal(t, "x >= "+c.want, d.Leaves[1].Box.String())
	}
	for _, c := range []struct{ low, high, want string }{
		{"2023-11-05T10:00:00Z", "2025-02-01T00:00:00Z", "2024-01-01T00:00:00Z"},
		{"2023-11-05T10:00:00Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"},
		{"2024-01-01T00:00:00Z", "2024-04-20T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"2024-03-05T23:00:00Z", "2024-03-07T01:00:00Z", "2024-03-06T00:00:00Z"},
		{"2024-03-05T21:10:00Z", "2024-03-05T21:12:00Z", "2024-03-05T21:11:00Z"},
		{"2024-03-05T21:10:00.1Z", "2024-03-05T21:10:00.9Z", "2024-03-05T21:10:00Z"}, // written to the second; kept to the microsecond
		{"0001-01-01T00:00:01Z", "9999-12-31T00:00:00Z", "5000-01-01T00:00:00Z"},
	} {
		book, err := partition.NewTable(partition.Dates("since", []time.Time{day(c.low), day(c.high)}))
		require.NoError(t, err)
		plan, err := partition.NewPlan(2, []int{1, 0})
		require.NoError(t, err)
		d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		checkDescription(t, d, plan, book)
		require.Equal(t, "since before "+c.want, d.Leaves[0].Box.String())
	}
}

// Of all decimals between the neighbours none has fewer digits, and rounding down
// the upper one to so many would find it.
func TestDescribeThresholdsAreTheShortest(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 7))
	for range 3000 {
		a := math.Exp(20 * r.NormFloat64())
		b := a * (1 + math.Exp(-12*r.Float64()))
		book, err := partition.NewTable(partition.Numbers("x", []float64{b, a}))
		require.NoError(t, err)
		plan, err := partition.NewPlan(2, []int{0, 1})
		require.NoError(t, err)
		d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		got := d.Leaves[0].Box[0].Max
		require.True(t, a < got && got <= b)
		digits := func(x float64) int {
			text, _, _ := strings.Cut(strconv.FormatFloat(x, 'e', -1, 64), "e")
			return len(strings.ReplaceAll(text, ".", ""))
		}
		text, exponent, _ := strings.Cut(strconv.FormatFloat(b, 'e', -1, 64), "e")
		for short := 1; short < digits(got); short++ {
			// Cut off after so many digits, b is too low already.
			down, err := strconv.ParseFloat(text[:min(len(text), short+1)]+"e"+exponent, 64)
			require.NoError(t, err)
			require.LessOrEqual(t, down, a, "between %v and %v: %v", a, b, got)
		}
	}
}

// The names that are left are listed where they are fewer; where they are as many, only
// if they were declared, because others may be joined by new ones.
func TestDescribeListsTheOtherNames(t *testing.T) {
	three, err := partition.NewPlan(3, []int{0, 1, 2})
	require.NoError(t, err)
	for _, c := range []struct{ third, want string }{{"z", "a in (z)"}, {"new", "a not in (x, y)"}} {
		book, err := partition.NewTable(partition.Categories("a", []string{"x", "y", c.third}, "x", "y", "z"))
		require.NoError(t, err)
		d, err := cluster.Describer{}.Describe(context.Background(), three, book)
		require.NoError(t, err)
		checkDescription(t, d, three, book)
		require.Equal(t, c.want, d.Of(2)[0].String())
	}
	of := []int{0, 0, 1, 1}
	plan, err := partition.NewPlan(2, of)
	require.NoError(t, err)
	for _, c := range []struct {
		a    partition.Attribute
		want string
	}{
		{partition.Flags("a", []bool{false, false, true, true}), "0: a in (no) (2 units, 100% pure)\n1: a in (yes) (2 units, 100% pure)\n"},
		{partition.Categories("a", []string{"x", "x", "y", "y"}, "x", "y"), "0: a in (x) (2 units, 100% pure)\n1: a in (y) (2 units, 100% pure)\n"},
		{partition.Categories("a", []string{"x", "x", "y", "y"}), "0: a in (x) (2 units, 100% pure)\n1: a not in (x) (2 units, 100% pure)\n"},
		{partition.Categories("a", []string{"x", "w", "y", "y"}), "1: a in (y) (2 units, 100% pure)\n0: a not in (y) (2 units, 100% pure)\n"},
		{partition.Categories("a", []string{"x", "x", "y", "new"}, "x", "y"), "0: a in (x) (2 units, 100% pure)\n1: a not in (x) (2 units, 100% pure)\n"},
		{partition.Categories("a", []string{"x", "x", "y", "y"}, "x", "y", "z"), "0: a in (x) (2 units, 100% pure)\n1: a not in (x) (2 units, 100% pure)\n"},
	} {
		book, err := partition.NewTable(c.a)
		require.NoError(t, err)
		d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		require.Equal(t, c.want, d.String())
		checkDescription(t, d, plan, book)
	}
}

// A column of names that all differ is no help, and no burden.
func TestDescribeManyDifferentNames(t *testing.T) {
	var ids []string
	var x []float64
	var of []int
	for i := range 30_000 {
		ids, x, of = append(ids, fmt.Sprint("customer ", i)), append(x, float64(i%7)), append(of, i%7/3)
	}
	book, err := partition.NewTable(partition.Categories("id", ids), partition.Numbers("x", x))
	require.NoError(t, err)
	plan, err := partition.NewPlan(3, of)
	require.NoError(t, err)
	d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
	require.NoError(t, err)
	checkDescription(t, d, plan, book)
	require.Equal(t, "0: x < 3 (12858 units, 100% pure)\n1: x >= 3 and < 6 (12857 units, 100% pure)\n2: x >= 6 (4285 units, 100% pure)\n", d.String())
	allocated := testing.AllocsPerRun(1, func() { _, _ = cluster.Describer{}.Describe(context.Background(), plan, book) })
	require.Less(t, allocated, 3000.0, "none for each unit or name")
}

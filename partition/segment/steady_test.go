package segment_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func bookOf(t testing.TB, attributes ...partition.Attribute) *partition.Table {
	t.Helper()
	book, err := partition.NewTable(attributes...)
	require.NoError(t, err)
	return book
}

// classOf lists the labels of all units.
func classOf(t testing.TB, d segment.Dimension, book *partition.Table) []string {
	t.Helper()
	classes, err := d.Bind(book)
	require.NoError(t, err)
	of := make([]string, book.Len())
	for i := range of {
		of[i] = classes.Labels[classes.Of(i)]
	}
	return of
}

// Carried from book to book, a dimension does what a ladder does with columns:
// with values that are missing, zero or negative, and with units that come and go.
func TestSteadyIsALadder(t *testing.T) {
	rng := splitmix.Source(7)
	for range 60 {
		cuts, h := randomLadder(&rng)
		l := ladder(t, cuts, h)
		var labels []string
		for c := range l.Tiers() {
			labels = append(labels, fmt.Sprint("tier ", c))
		}
		tier := segment.Steady{
			Tiers:      segment.Tiers{Attribute: "value", Cut: segment.FixedCuts(cuts), Labels: labels},
			Hysteresis: h,
		}
		var last *partition.Table
		var memory segment.Memory
		for range 8 {
			n := 1 + rng.Below(20)
			link := make([]int, n)
			for i := range link {
				if link[i] = -1; last != nil && i < last.Len() && rng.Below(5) > 0 {
					link[i] = last.Len() - 1 - i
				}
			}
			value, onScale := make([]float64, n), make([]float64, n)
			want := make([]string, n)
			for i := range value {
				switch value[i], onScale[i] = float64(rng.Below(400))/2, math.NaN(); rng.Below(12) {
				case 0:
					value[i], want[i] = math.NaN(), "missing"
				case 1:
					value[i], want[i] = 0, "zero"
				case 2:
					value[i], want[i] = -3, "negative"
				default:
					if value[i] == 0 {
						want[i] = "zero"
					} else {
						onScale[i] = value[i]
					}
				}
			}
			var err error
			memory, err = memory.Follow(link)
			require.NoError(t, err)
			memory, err = l.Next(memory, onScale)
			require.NoError(t, err)
			for i, c := range memory.Tier {
				if c >= 0 {
					want[i] = labels[c]
				}
			}
			book := bookOf(t, partition.Numbers("value", value))
			book, err = tier.Carry(last, book, link)
			require.NoError(t, err)
			require.Equal(t, want, classOf(t, tier, book), "cuts %v, %+v", cuts, h)
			last = book
		}
	}
}

func TestSteadyCountsDays(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2025, 1, d, 0, 0, 0, 0, time.UTC) }
	tier := segment.Steady{
		Tiers:     segment.Bands{Attribute: "x", Cuts: []float64{10}, Labels: []string{"low", "high"}},
		DwellDays: 5,
	}
	var last *partition.Table
	var seen []string
	for d, x := range []float64{5, 15, 15, 15, 15, 15, 5, 5, 5, 5, 5} {
		tier.AsOf = day(d) // of last
		book, err := tier.Carry(last, bookOf(t, partition.Numbers("x", []float64{x})), nil)
		require.NoError(t, err)
		tier.AsOf = day(d + 1)
		seen = append(seen, classOf(t, tier, book)...)
		last = book
	}
	require.Equal(t, []string{"low", "low", "low", "low", "low", "high", "high", "high", "high", "high", "low"}, seen)
	since, err := last.Dates("x since")
	require.NoError(t, err)
	require.Equal(t, []int64{day(6).UnixMicro()}, since)
}

// Classes of several numbers have no bands, but may have a dwell.
func TestSteadyOfClassesWithoutScale(t *testing.T) {
	core := segment.Steady{
		Tiers:      segment.CoreGrowthPotential{As: "core", Value: "sales", CoreFrom: 100, Before: "before", GrowthFrom: 0.5, BaseFrom: 1},
		Hysteresis: segment.Hysteresis{Dwell: 2},
	}
	var last *partition.Table
	var seen []string
	before := 60.0
	for _, sales := range []float64{80, 120, 120, 90, 60, math.NaN(), 120} {
		book := bookOf(t, partition.Numbers("sales", []float64{sales}), partition.Numbers("before", []float64{before}))
		book, err := core.Carry(last, book, nil)
		require.NoError(t, err)
		seen = append(seen, classOf(t, core, book)...)
		last, before = book, sales
	}
	require.Equal(t, []string{"other", "other", "core", "core", "other", "missing", "core"}, seen)
}

func TestSteadyFit(t *testing.T) {
	book := bookOf(t, partition.Numbers("x", []float64{1, 2, 3, 4}), partition.Categories("x held", make([]string, 4)))
	tier := segment.Steady{Tiers: segment.Tiers{Attribute: "x", Cut: segment.Quantiles{K: 2}}}
	fixed, err := tier.Fit(book)
	require.NoError(t, err)
	require.Equal(t, classOf(t, tier, book), classOf(t, fixed, book))
	later := bookOf(t, partition.Numbers("x", []float64{10, 20}), partition.Categories("x held", make([]string, 2)))
	require.Equal(t, []string{"1", "2"}, classOf(t, tier, later))
	require.Equal(t, []string{"2", "2"}, classOf(t, fixed, later))

	_, err = segment.Steady{Tiers: segment.Tiers{Attribute: "y"}}.Fit(book)
	require.ErrorIs(t, err, partition.ErrInput)
	same, err := segment.Steady{Tiers: byIndustry{}}.Fit(book)
	require.NoError(t, err)
	require.Equal(t, segment.Steady{Tiers: byIndustry{}}, same)
}

func TestSteadyFaults(t *testing.T) {
	bands := segment.Bands{Attribute: "x", Cuts: []float64{10}, Labels: []string{"low", "high"}}
	book := bookOf(t,
		partition.Numbers("x", []float64{1, 2, 3}),
		partition.Categories("x held", []string{"hihg", "low", "gold"}),
		partition.Categories("closed", []string{"low", "gold", ""}, "low", "high", "never held"),
		partition.Categories("industry", []string{"", "", ""}))
	for _, c := range []struct {
		name string
		d    segment.Steady
		want []string
	}{
		{"no tiers", segment.Steady{}, []string{".tiers: are not given"}},
		{"no scale", segment.Steady{Tiers: byIndustry{}, Hysteresis: segment.Hysteresis{Width: 1}, Held: "industry"}, []string{
			"industry.hysteresis: has bands, but the classes are not ranges of one number; a dwell is all that they can have"}},
		{"settings and columns", segment.Steady{Tiers: bands, Hysteresis: segment.Hysteresis{Width: -1, Dwell: 2}, DwellDays: 3, Held: "x"}, []string{
			"x.hysteresis.width = -1: is not a finite number ≥ 0",
			"x.attribute = x periods: is not in the table",
			"x.attribute = x since: is not in the table",
			"x.attribute = x: is a number, not a category",
			"x.asOf: is not given"}},
		{"days", segment.Steady{Tiers: bands, DwellDays: -1, Held: "industry"}, []string{"x.dwellDays = -1: is not one of 0 to ten million"}},
		{"names", segment.Steady{Tiers: bands}, []string{
			"x.x held = gold: is held by 1 unit, but is no class",
			"x.x held = hihg: is held by 1 unit, but is no class; did you mean high?"}},
		{"unknown names", segment.Steady{Tiers: bands, Held: "closed"}, []string{"x.closed[1]: is not among the known names of the column"}},
	} {
		_, err := c.d.Bind(book)
		require.ErrorIs(t, err, partition.ErrInput, c.name)
		require.ElementsMatch(t, c.want, lines(err), c.name)
		_, err = c.d.Carry(book, book, nil)
		require.Error(t, err, c.name)
	}
	_, err := segment.Steady{}.Carry(nil, nil, nil)
	require.Equal(t, []string{".next: is nil", ".tiers: are not given"}, lines(err))
	_, err = segment.Steady{Tiers: bands, Held: "industry"}.Carry(book, book, []int{0, 0, 3})
	require.Equal(t, []string{"link[1] = 0: is linked twice", "link[2] = 3: is neither a unit before (there are 3) nor -1 (new)"}, lines(err))
	_, err = segment.Steady{Tiers: segment.Bands{Attribute: "y"}}.Bind(book)
	require.ErrorContains(t, err, "y")
}

// badScale breaks what Classes promises.
type badScale struct{ classes *segment.Classes }

func (badScale) Name() string                                      { return "bad" }
func (b badScale) Bind(*partition.Table) (*segment.Classes, error) { return b.classes, nil }

func TestSteadyOverBadClasses(t *testing.T) {
	book := bookOf(t, partition.Categories("bad held", []string{""}))
	of, value := func(int) int { return 0 }, func(int) float64 { return 0 }
	for _, c := range []*segment.Classes{
		nil, {},
		{Labels: []string{"a"}, Of: of, Ranked: 2},
		{Labels: []string{"a"}, Of: of, Ranked: -1},
		{Labels: []string{"a"}, Of: of, Ranked: 1, Scale: &segment.Scale{}},
		{Labels: []string{"a"}, Of: of, Ranked: 1, Scale: &segment.Scale{Cuts: []float64{1}, Value: value}},
		{Labels: []string{"a"}, Of: of, Ranked: 2, Scale: &segment.Scale{Cuts: []float64{1}, Value: value}},
		{Labels: []string{"a"}, Of: of, Scale: &segment.Scale{Value: value}},
		{Labels: []string{"a", "b", "c"}, Of: of, Ranked: 3, Scale: &segment.Scale{Cuts: []float64{2, 1}, Value: value}},
	} {
		_, err := segment.Steady{Tiers: badScale{c}}.Bind(book)
		require.ErrorIs(t, err, partition.ErrInput)
	}
}

func TestSteadyDoesNotAllocatePerUnit(t *testing.T) {
	tier := segment.Steady{Tiers: segment.Bands{Attribute: "x", Cuts: []float64{10}}, Hysteresis: segment.Hysteresis{Width: 1}}
	book := bookOf(t, partition.Numbers("x", []float64{5, 10.5, 15}), partition.Categories("x held", []string{"< 10", "< 10", ">= 10"}))
	classes, err := tier.Bind(book)
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		for i := range 3 {
			classes.Of(i)
		}
	}))
}

func BenchmarkSteady(b *testing.B) {
	const n = 1_000_000
	rng := splitmix.Source(1)
	value, held, periods := make([]float64, n), make([]string, n), make([]float64, n)
	for i := range value {
		value[i] = 1000 * rng.Float()
		held[i] = []string{"C", "B", "A"}[min(2, int((value[i]+100*rng.Float())/333))]
		periods[i] = float64(rng.Below(5))
	}
	book := bookOf(b, partition.Numbers("value", value), partition.Categories("tier", held), partition.Numbers("value periods", periods))
	tier := segment.Steady{
		Tiers:      segment.Tiers{Attribute: "value", Cut: segment.FixedCuts{333, 667}, Labels: []string{"C", "B", "A"}},
		Hysteresis: segment.Hysteresis{Width: 20, Dwell: 2},
		Held:       "tier",
	}
	b.Run(fmt.Sprintf("method=tiers/n=%d", n), func(b *testing.B) {
		b.ReportAllocs()
		sum := 0
		for range b.N {
			classes, err := tier.Bind(book)
			require.NoError(b, err)
			for i := range n {
				sum += classes.Of(i)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/unit")
		require.Positive(b, sum)
	})
}

func TestSteadyCarryOfClassesThatAreNone(t *testing.T) {
	book := bookOf(t, partition.Categories("bad held", []string{"", "a"}))
	for _, class := range []int{-1, 2} {
		s := segment.Steady{Tiers: badScale{&segment.Classes{Labels: []string{"a", "b"}, Ranked: 2, Of: func(unit int) int { return unit * class }}}}
		_, err := s.Carry(book, book, nil)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, "bad.tiers[1]")
	}
}

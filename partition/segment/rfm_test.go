package segment_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func rfm() segment.RFM {
	return segment.RFM{Recency: "last", Frequency: "orders", Monetary: "money", AsOf: midnight(2026, 7, 1)}
}

func ordersOf(t testing.TB, last []time.Time, orders, money []float64) *partition.Table {
	return table(t, partition.Dates("last", last), partition.Numbers("orders", orders), partition.Numbers("money", money))
}

func randomOrders(t testing.TB, random *splitmix.Source, n int) *partition.Table {
	last, orders, money := make([]time.Time, n), make([]float64, n), make([]float64, n)
	for i := range last {
		last[i] = midnight(2026, 7, 3).AddDate(0, 0, -random.Below(40)*random.Below(9))
		orders[i] = math.Floor(1 / (0.05 + random.Float()))
		money[i] = float64(random.Below(500) - 20)
		switch random.Below(20) {
		case 0:
			last[i] = time.Time{}
		case 1:
			orders[i] = math.NaN()
		case 2:
			money[i] = math.NaN()
		}
	}
	return ordersOf(t, last, orders, money)
}

func TestRFMScoresAsDefined(t *testing.T) {
	random := splitmix.Source(11)
	for range 40 {
		n := 1 + random.Below(80)
		book := randomOrders(t, &random, n)
		scores, err := rfm().Scores(book)
		require.NoError(t, err)
		labels := named(t, rfm(), book)
		last, _ := book.Dates("last")
		orders, _ := book.Numbers("orders")
		money, _ := book.Numbers("money")
		counts := func(i int) bool {
			return orders[i] > 0 && money[i] == money[i] && last[i] != partition.MissingDate && last[i] <= midnight(2026, 7, 1).UnixMicro()
		}
		for i := range n {
			r, f, m := scores(i)
			if !counts(i) {
				require.Equal(t, [3]int{}, [3]int{r, f, m})
				want := "missing"
				switch {
				case orders[i] <= 0:
					want = "no orders"
				case last[i] > midnight(2026, 7, 1).UnixMicro():
					want = "future"
				}
				require.Equal(t, want, labels[i])
				continue
			}
			var all int
			var below [3]int
			for j := range n {
				if !counts(j) {
					continue
				}
				all++
				for axis, less := range [3]bool{last[j] < last[i], orders[j] < orders[i], money[j] < money[i]} {
					if less {
						below[axis]++
					}
				}
			}
			require.Equal(t, [3]int{1 + 5*below[0]/all, 1 + 5*below[1]/all, 1 + 5*below[2]/all}, [3]int{r, f, m})
			for _, s := range segment.RFMSegments() {
				in := func(r [2]int, x int) bool { return r == [2]int{} || r[0] <= x && x <= r[1] }
				if in(s.Recency, r) && in(s.Frequency, f) && in(s.Monetary, m) {
					require.Equal(t, s.Label, labels[i])
					break
				}
			}
		}
	}
}

func TestRFMSegmentsHoldAllScores(t *testing.T) {
	require.Len(t, segment.RFMSegments(), 11)
	classes, err := rfm().Bind(ordersOf(t, nil, nil, nil))
	require.NoError(t, err)
	require.Len(t, classes.Labels, 14)
	require.NotContains(t, classes.Labels, segment.NoSegmentLabel)
	require.Equal(t, []string{"no orders", "future", "missing"}, classes.Labels[11:])
	require.Zero(t, classes.Ranked)
}

func TestRFMSegmentsOfTheCaller(t *testing.T) {
	d := rfm()
	d.As = "buyers"
	d.Thresholds = &segment.RFMThresholds{Days: []float64{365, 180, 90, 30}, Frequency: []float64{2, 3, 5}, Monetary: []float64{100}}
	d.Segments = []segment.RFMSegment{
		{Label: "vip", Recency: [2]int{4, 5}, Monetary: [2]int{2, 5}},
		{Label: "sleeping", Recency: [2]int{1, 1}},
		{Label: "vip", Frequency: [2]int{4, 5}},
	}
	asOf := d.AsOf
	ago := func(days int) time.Time { return asOf.AddDate(0, 0, -days) }
	book := ordersOf(t,
		[]time.Time{ago(30), ago(31), ago(90), ago(91), ago(366), ago(365), ago(0), ago(-1), ago(5)},
		[]float64{1, 1, 1, 5, 9, 4, 4, 1, -1},
		[]float64{100, 100, 99, -5, 500, 500, 99, 500, 500})
	require.Equal(t, "buyers", d.Name())
	require.Equal(t, "vip vip no segment vip sleeping no segment no segment future no orders", strings.Join(named(t, d, book), " "))
	classes, err := d.Bind(book)
	require.NoError(t, err)
	require.Equal(t, []string{"vip", "sleeping", "no segment", "no orders", "future", "missing"}, classes.Labels)
	scores, err := d.Scores(book)
	require.NoError(t, err)
	for unit, want := range [][3]int{{5, 1, 2}, {4, 1, 2}, {4, 1, 1}, {3, 4, 1}, {1, 4, 2}, {2, 3, 2}, {5, 3, 1}, {}, {}} {
		r, f, m := scores(unit)
		require.Equal(t, want, [3]int{r, f, m}, "unit %d", unit)
	}
	require.Zero(t, testing.AllocsPerRun(5, func() { classes.Of(3); scores(3) }))
}

func TestRFMFit(t *testing.T) {
	random := splitmix.Source(12)
	for range 20 {
		book := randomOrders(t, &random, 1+random.Below(60))
		fitted, err := rfm().Fit(book)
		require.NoError(t, err)
		require.Equal(t, named(t, rfm(), book), named(t, fitted, book))
		again, err := fitted.(segment.Fitter).Fit(randomOrders(t, &random, 30))
		require.NoError(t, err)
		require.Equal(t, fitted, again)

		data, err := json.Marshal(fitted)
		require.NoError(t, err)
		var read segment.RFM
		require.NoError(t, json.Unmarshal(data, &read))
		require.Equal(t, fitted, read)
	}
}

// Customers that all bought alike have no more than others.
func TestRFMOfEqualCustomers(t *testing.T) {
	last := []time.Time{midnight(2026, 6, 1), midnight(2026, 6, 1), midnight(2026, 6, 1)}
	book := ordersOf(t, last, []float64{2, 2, 2}, []float64{7, 7, 7})
	fitted, err := rfm().Fit(book)
	require.NoError(t, err)
	require.Equal(t, named(t, rfm(), book), named(t, fitted, book))
	scores, err := rfm().Scores(book)
	require.NoError(t, err)
	r, f, m := scores(0)
	require.Equal(t, [3]int{1, 1, 1}, [3]int{r, f, m})
}

func TestRFMNamesFaults(t *testing.T) {
	book := ordersOf(t, nil, nil, nil)
	nan := math.NaN()
	for name, c := range map[string]struct {
		change func(*segment.RFM)
		want   []string
	}{
		"columns": {func(d *segment.RFM) { d.Recency, d.Frequency, d.Monetary = "orders", "order", "last" }, []string{
			"rfm.attribute = orders: is a number, not a date", "rfm.attribute = order: is not in the table; did you mean orders?", "rfm.attribute = last: is a date, not a number"}},
		"as of": {func(d *segment.RFM) { d.AsOf = time.Time{} }, []string{"rfm.asOf: is not given"}},
		"year":  {func(d *segment.RFM) { d.AsOf = midnight(12000, 1, 1) }, []string{"rfm.asOf = 12000: is a year out of range"}},
		"thresholds": {func(d *segment.RFM) {
			d.Thresholds = &segment.RFMThresholds{Days: []float64{30, 60, nan}, Frequency: []float64{1, 1}, Monetary: []float64{1, 2, 3, 4, 5}}
		}, []string{"rfm.thresholds.days[1] = 60: is not below 30, the one before it", "rfm.thresholds.days[2] = NaN: is not finite",
			"rfm.thresholds.frequency[1] = 1: is not above 1, the one before it", "rfm.thresholds.monetary = 5: are more than four"}},
		"segments": {func(d *segment.RFM) {
			d.Segments = []segment.RFMSegment{
				{Recency: [2]int{1, 2}}, {Label: "missing", Recency: [2]int{3, 3}}, {Label: "a", Frequency: [2]int{0, 6}}, {Label: "b", Monetary: [2]int{4, 3}},
				{Label: "all"}, {Label: "late", Recency: [2]int{5, 5}},
			}
		}, []string{"rfm.segments[0]: has no label", "rfm.segments[1] = missing: is the label of a class that is there anyway",
			"rfm.segments[2] = a: has a frequency of 0 to 6, which is no range of scores 1 to 5",
			"rfm.segments[3] = b: has a monetary of 4 to 3, which is no range of scores 1 to 5",
			"rfm.segments[5] = late: is never reached: those before it hold all its scores"}},
	} {
		d := rfm()
		c.change(&d)
		_, err := d.Bind(book)
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.EqualError(t, err, strings.Join(c.want, "\n"), name)
		_, err = d.Fit(book)
		require.EqualError(t, err, strings.Join(c.want, "\n"), name)
		_, err = d.Scores(book)
		require.EqualError(t, err, strings.Join(c.want, "\n"), name)
	}
}

// Customers who all bought once have no thresholds of frequency, which go
// through JSON.
func TestRFMWithoutThresholdsGoesThroughJSON(t *testing.T) {
	book := bookOf(t,
		partition.Dates("last", []time.Time{day(1), day(2)}),
		partition.Numbers("orders", []float64{1, 1}),
		partition.Numbers("money", []float64{5, 6}),
	)
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{segment.RFM{Recency: "last", Frequency: "orders", Monetary: "money", AsOf: day(9)}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "rfm"}}},
	}
	fitted, err := scheme.Fit(book)
	require.NoError(t, err)
	require.Empty(t, fitted.Dimensions[0].(segment.RFM).Thresholds.Frequency)
	data, err := json.Marshal(fitted)
	require.NoError(t, err)
	back, err := segment.ParseScheme(data, nil)
	require.NoError(t, err)
	require.Equal(t, fitted, back)
}

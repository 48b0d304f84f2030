package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func table(t testing.TB, attributes ...partition.Attribute) *partition.Table {
	t.Helper()
	book, err := partition.NewTable(attributes...)
	require.NoError(t, err)
	return book
}

// named are the labels of the classes of the units.
func named(t testing.TB, d segment.Dimension, book *partition.Table) []string {
	t.Helper()
	classes, err := d.Bind(book)
	require.NoError(t, err)
	labels := make([]string, book.Len())
	for i := range labels {
		labels[i] = classes.Labels[classes.Of(i)]
	}
	return labels
}

func midnight(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func TestTiersSetAside(t *testing.T) {
	nan := math.NaN()
	asOf := midnight(2026, 4, 1)
	since := func(days int) time.Time { return asOf.AddDate(0, 0, -days) }
	book := table(t,
		partition.Numbers("x", []float64{1, 2, 3, 0, -1, nan, nan, 9, 0, -4, 5, 6}),
		partition.Dates("since", []time.Time{since(90), since(200), {}, since(91), since(500), since(400), since(89), since(0), since(3), since(-5), since(90).Add(time.Microsecond), since(9999)}),
	)
	cut := segment.FixedCuts{2, 5}
	for name, c := range map[string]struct {
		tiers  segment.Tiers
		labels string
		ranked int
		want   string
	}{
		"as they come": {segment.Tiers{Cut: cut}, "1 2 3 missing negative zero", 3,
			"1 2 2 zero negative missing missing 3 zero negative 3 3"},
		"signed": {segment.Tiers{Cut: cut, Signed: true}, "1 2 3 missing", 3,
			"1 2 2 1 1 missing missing 3 1 1 3 3"},
		"new": {segment.Tiers{Cut: cut, Since: "since", AsOf: asOf, NewDays: 90}, "1 2 3 new missing negative zero", 3,
			"1 2 2 zero negative missing new new new new new 3"},
		"new and signed": {segment.Tiers{Cut: cut, Since: "since", AsOf: asOf, NewDays: 90, Signed: true}, "1 2 3 new missing", 3,
			"1 2 2 1 1 missing new new new new new 3"},
		"labels": {segment.Tiers{Cut: cut, Labels: []string{"C", "B", "A"}}, "C B A missing negative zero", 3,
			"C B B zero negative missing missing A zero negative A A"},
		"fewer tiers than labels": {segment.Tiers{Cut: segment.FixedCuts{2}, Labels: []string{"C", "B", "A"}}, "C B A missing negative zero", 3,
			"C B B zero negative missing missing B zero negative B B"},
	} {
		c.tiers.Attribute = "x"
		classes, err := c.tiers.Bind(book)
		require.NoError(t, err, name)
		require.Equal(t, c.labels, strings.Join(classes.Labels, " "), name)
		require.Equal(t, c.ranked, classes.Ranked, name)
		require.Nil(t, classes.Parent, name)
		require.Equal(t, c.want, strings.Join(named(t, c.tiers, book), " "), name)
	}
}

// Units that stand aside, and weights of nothing, do not move the cuts.
func TestTiersCutOnlyWhatIsOnTheScale(t *testing.T) {
	nan := math.NaN()
	asOf := midnight(2026, 4, 1)
	old, fresh := midnight(2020, 1, 1), midnight(2026, 3, 1)
	book := table(t,
		partition.Numbers("x", []float64{1, 2, 3, 4, 0, -100, nan, 1e6, 1e9, 1e9}),
		partition.Dates("since", []time.Time{old, old, old, old, old, old, old, fresh, old, old}),
		partition.Numbers("w", []float64{1, 1, 1, 1, 5, 5, 5, 5, 0, nan}),
	)
	d, err := segment.Tiers{Attribute: "x", Cut: segment.Quantiles{K: 4}, Weight: "w", Since: "since", AsOf: asOf, NewDays: 60}.Fit(book)
	require.NoError(t, err)
	require.Equal(t, segment.Tiers{Attribute: "x", Cut: segment.FixedCuts{2, 3, 4}, Labels: []string{"1", "2", "3", "4"},
		Since: "since", AsOf: asOf, NewDays: 60}, d)
}

// randomBook has ties, zeros, negative and missing values, and new units.
func randomBook(t testing.TB, random *splitmix.Source, n int) *partition.Table {
	values, weights, since := make([]float64, n), make([]float64, n), make([]time.Time, n)
	for i := range values {
		values[i] = math.Floor(math.Sqrt(1/(0.001+random.Float()))) - 3
		weights[i] = float64(random.Below(3))
		since[i] = midnight(2026, 1, 1+random.Below(120))
		switch random.Below(12) {
		case 0:
			values[i] = math.NaN()
		case 1:
			weights[i] = math.NaN()
		case 2:
			since[i] = time.Time{}
		}
	}
	return table(t, partition.Numbers("x", values), partition.Numbers("w", weights), partition.Dates("since", since))
}

func someTiers() []segment.Tiers {
	var all []segment.Tiers
	for _, c := range []segment.Cutter{nil, segment.FixedCuts{3, 8}, segment.Quantiles{K: 5}, segment.CumulativeShare{}, segment.NaturalBreaks{K: 4}, segment.Deviations{}} {
		all = append(all, segment.Tiers{Attribute: "x", Cut: c})
		all = append(all, segment.Tiers{Attribute: "x", Cut: c, Weight: "w", Since: "since", AsOf: midnight(2026, 5, 1), NewDays: 30, Labels: []string{"e", "d", "c", "b", "a"}})
		if _, share := c.(segment.CumulativeShare); !share {
			all = append(all, segment.Tiers{Attribute: "x", Cut: c, Signed: true})
		}
	}
	return all
}

func TestTiersAreMonotoneAndFitted(t *testing.T) {
	random := splitmix.Source(9)
	for range 60 {
		book := randomBook(t, &random, 1+random.Below(60))
		later := randomBook(t, &random, 1+random.Below(60))
		x, err := book.Numbers("x")
		require.NoError(t, err)
		for _, d := range someTiers() {
			classes, err := d.Bind(book)
			require.NoError(t, err)
			for i := range x {
				for j := range x {
					a, b := classes.Of(i), classes.Of(j)
					if a < classes.Ranked && b < classes.Ranked && x[i] <= x[j] {
						require.LessOrEqual(t, a, b, "%#v: %v and %v", d, x[i], x[j])
					}
				}
			}
			fitted, err := d.Fit(book)
			require.NoError(t, err)
			again, err := fitted.Bind(book)
			require.NoError(t, err)
			require.Equal(t, classes.Labels, again.Labels)
			require.Equal(t, classes.Ranked, again.Ranked)
			require.Equal(t, named(t, d, book), named(t, fitted, book), "%#v", d)

			twice, err := fitted.(segment.Fitter).Fit(later)
			require.NoError(t, err)
			require.Equal(t, fitted, twice)
			_, err = fitted.Bind(later)
			require.NoError(t, err)
		}
	}
}

func TestTiersNameFaults(t *testing.T) {
	book := table(t,
		partition.Numbers("x", []float64{0, 5, -2, 7, math.NaN(), 3}),
		partition.Numbers("w", []float64{-1, 1, -1, -3, -1, 2}),
		partition.Dates("since", make([]time.Time, 6)),
	)
	for name, c := range map[string]struct {
		tiers segment.Tiers
		want  []string
	}{
		"no columns": {segment.Tiers{Attribute: "revenue", As: "size", Weight: "since", Since: "x", AsOf: midnight(2026, 1, 1), NewDays: 1}, []string{
			"size.attribute = revenue: is not in the table",
			"size.attribute = since: is a date, not a number",
			"size.attribute = x: is a number, not a date"}},
		"no age":       {segment.Tiers{Attribute: "x", Since: "since"}, []string{"x.asOf: is not given", "x.newDays = 0: is not one of 1 to ten million"}},
		"useless age":  {segment.Tiers{Attribute: "x", NewDays: 90}, []string{"x.newDays = 90: is of no use without since"}},
		"weights":      {segment.Tiers{Attribute: "x", Weight: "w"}, []string{"w[3] = -3: is not a finite number ≥ 0"}},
		"negative":     {segment.Tiers{Attribute: "x", Cut: segment.CumulativeShare{}, Signed: true}, []string{"x[2] = -2: is negative, and has no share of a total"}},
		"settings":     {segment.Tiers{Attribute: "x", Cut: segment.Quantiles{K: 1001}}, []string{"x.cut.k = 1001: is not one of 0 to 1000"}},
		"few labels":   {segment.Tiers{Attribute: "x", Cut: segment.FixedCuts{1, 2}, Labels: []string{"a", ""}}, []string{"x.labels = 2: are fewer than the 3 tiers", "x.labels[1]: is empty"}},
		"equal labels": {segment.Tiers{Attribute: "x", Cut: segment.FixedCuts{1}, Labels: []string{"a", "a"}}, []string{"x.labels[1] = a: is labels[0] too"}},
		"their labels": {segment.Tiers{Attribute: "x", Cut: segment.FixedCuts{1}, Labels: []string{"zero", "missing"}}, []string{
			"x.labels[0] = zero: is the label of a class that is there anyway", "x.labels[1] = missing: is the label of a class that is there anyway"}},
		"bad cutter": {segment.Tiers{Attribute: "x", Cut: odd{cuts: []float64{2, 1}}}, []string{"x.cut[1] = 1: is not above 2, the one before it"}},
	} {
		for _, bind := range []func(*partition.Table) error{
			func(b *partition.Table) error { _, err := c.tiers.Bind(b); return err },
			func(b *partition.Table) error { _, err := c.tiers.Fit(b); return err },
		} {
			err := bind(book)
			require.ErrorIs(t, err, partition.ErrInput, name)
			require.EqualError(t, err, strings.Join(c.want, "\n"), name)
		}
	}
}

func TestTiersPassOnErrors(t *testing.T) {
	sick := errors.New("is not well")
	_, err := segment.Tiers{Attribute: "x", Cut: odd{err: sick}}.Bind(table(t, partition.Numbers("x", nil)))
	require.ErrorIs(t, err, sick)
	require.EqualError(t, err, "x.cut: is not well")
}

// odd is a Cutter of somebody else.
type odd struct {
	cuts []float64
	err  error
}

func (o odd) Cuts(value, weight []float64) ([]float64, error) { return o.cuts, o.err }

func TestTiersOfNobody(t *testing.T) {
	for _, d := range someTiers() {
		require.Empty(t, named(t, d, table(t, partition.Numbers("x", nil), partition.Numbers("w", nil), partition.Dates("since", nil))))
	}
}

func TestTiersJSON(t *testing.T) {
	for want, d := range map[string]segment.Tiers{
		`{"attribute":"x"}`: {Attribute: "x"},
		`{"attribute":"x","as":"size","labels":["B","A"],"weight":"w","signed":true,"since":"d","asOf":"2026-04-01T00:00:00Z","newDays":90,"cut":{"kind":"share","shares":[0.5,0.9]}}`: {
			Attribute: "x", As: "size", Cut: segment.CumulativeShare{Shares: []float64{0.5, 0.9}}, Labels: []string{"B", "A"}, Weight: "w", Signed: true,
			Since: "d", AsOf: midnight(2026, 4, 1), NewDays: 90},
		`{"attribute":"x","cut":{"kind":"fixed","cuts":[1,2.5]}}`:          {Attribute: "x", Cut: segment.FixedCuts{1, 2.5}},
		`{"attribute":"x","cut":{"kind":"quantiles","k":5}}`:               {Attribute: "x", Cut: segment.Quantiles{K: 5}},
		`{"attribute":"x","cut":{"kind":"breaks","k":4}}`:                  {Attribute: "x", Cut: segment.NaturalBreaks{K: 4}},
		`{"attribute":"x","cut":{"kind":"share"}}`:                         {Attribute: "x", Cut: segment.CumulativeShare{}},
		`{"attribute":"x","cut":{"kind":"deviations","multiples":[-1,2]}}`: {Attribute: "x", Cut: segment.Deviations{Multiples: []float64{-1, 2}}},
	} {
		got, err := json.Marshal(d)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		back := segment.Tiers{Signed: true, Weight: "from before"}
		require.NoError(t, json.Unmarshal(got, &back))
		require.Equal(t, d, back)
	}
	for data, want := range map[string]string{
		`{"attribute":"x","cutt":1}`:                               `json: unknown field "cutt"`,
		`{"attribute":"x","cut":{"kind":"fixed","n":1}}`:           `json: unknown field "n"`,
		`{"attribute":"x","cut":{"kind":"quantile"}}`:              `cut.kind = quantile: is no kind of cutter; did you mean quantiles?`,
		`{"attribute":"x","cut":{"k":3}}`:                          `cut.kind = : is no kind of cutter`,
		`{"attribute":"x","cut":{"kind":"share","k":3}}`:           `cut.k: is no setting of share`,
		`{"attribute":"x","cut":{"kind":"fixed","multiples":[1]}}`: `cut.multiples: is no setting of fixed`,
	} {
		var d segment.Tiers
		require.EqualError(t, json.Unmarshal([]byte(data), &d), want, data)
		require.Zero(t, d)
	}
	_, err := json.Marshal(segment.Tiers{Attribute: "x", Cut: odd{}})
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "x.cut = segment_test.odd: cannot be written; Fit gives fixed cuts")
}

func TestClassesTakeNoMemory(t *testing.T) {
	random := splitmix.Source(10)
	book := randomBook(t, &random, 1000)
	many := make(segment.FixedCuts, 50)
	for i := range many {
		many[i] = float64(i)
	}
	for _, d := range append(someTiers(), segment.Tiers{Attribute: "x", Cut: many}) {
		classes, err := d.Bind(book)
		require.NoError(t, err)
		require.Zero(t, testing.AllocsPerRun(5, func() {
			for i := range 1000 {
				classes.Of(i)
			}
		}))
	}
}

// Many cuts are searched in another way than few.
func TestTiersOfManyCuts(t *testing.T) {
	cuts := make(segment.FixedCuts, 100)
	var values []float64
	for i := range cuts {
		cuts[i] = float64(3 * i)
		values = append(values, 3*float64(i), 3*float64(i)-1, 3*float64(i)+1)
	}
	d := segment.Tiers{Attribute: "x", Cut: cuts, Signed: true}
	classes, err := d.Bind(table(t, partition.Numbers("x", values)))
	require.NoError(t, err)
	for i, x := range values {
		require.Equal(t, tier(cuts, x), classes.Of(i), "%v", x)
	}
}

func BenchmarkTiersBind(b *testing.B) {
	const n = 1_000_000
	values := slices.Clone(lognormalish(n))
	book := table(b, partition.Numbers("x", values))
	for _, c := range []segment.Cutter{segment.CumulativeShare{}, segment.NaturalBreaks{K: 5}} {
		d := segment.Tiers{Attribute: "x", Cut: c}
		b.Run(fmt.Sprintf("method=%T/n=%d", c, n), func(b *testing.B) {
			for b.Loop() {
				classes, err := d.Bind(book)
				if err != nil {
					b.Fatal(err)
				}
				for i := range n {
					classes.Of(i)
				}
			}
		})
	}
}

// A list without entries is no list, as it is in JSON.
func TestCuttersWithEmptySettingsGoThroughJSON(t *testing.T) {
	value := []float64{1, 2, 3, 4, 90}
	for _, cut := range []segment.Cutter{segment.CumulativeShare{Shares: []float64{}}, segment.Deviations{Multiples: []float64{}}} {
		tiers := segment.Tiers{Attribute: "revenue", Cut: cut}
		data, err := json.Marshal(tiers)
		require.NoError(t, err)
		var back segment.Tiers
		require.NoError(t, json.Unmarshal(data, &back))
		want, err := cut.Cuts(value, nil)
		require.NoError(t, err)
		require.Len(t, want, 2)
		got, err := back.Cut.Cuts(value, nil)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

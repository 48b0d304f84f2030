package segment_test

import (
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func regions(t testing.TB) *partition.Tree {
	t.Helper()
	tree, err := partition.NewTree([]partition.Node{
		{Code: "32", Name: "Jiangsu", Prefixes: []string{"32"}},
		{Code: "3201", Name: "Nanjing", Parent: "32", Prefixes: []string{"3201"}},
		{Code: "3205", Name: "Suzhou", Parent: "32", Prefixes: []string{"3205"}},
		{Code: "320505", Name: "Huqiu", Parent: "3205"},
		{Code: "34", Name: "Anhui", Prefixes: []string{"34"}},
		{Code: "3413", Name: "Suzhou", Parent: "34", Prefixes: []string{"3413"}},
		{Code: "99", Name: "unknown"},
	})
	require.NoError(t, err)
	return tree
}

func day(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }

// labelled is the label of every unit's class.
func labelled(t testing.TB, d segment.Dimension, book *partition.Table) []string {
	t.Helper()
	c, err := d.Bind(book)
	require.NoError(t, err)
	if c.Parent != nil {
		require.Len(t, c.Parent, len(c.Labels))
	}
	require.LessOrEqual(t, c.Ranked, len(c.Labels))
	all := make([]string, book.Len())
	for i := range all {
		all[i] = c.Labels[c.Of(i)]
	}
	return all
}

func TestCategory(t *testing.T) {
	book, err := partition.NewTable(
		partition.Categories("industry", []string{"steel", "auto", "", "unknown", "food"}),
		partition.Categories("channel", []string{"web", "shop", "fax", "", "web"}, "shop", "web"),
		partition.Flags("listed", []bool{true, false, false, true, false}),
	)
	require.NoError(t, err)
	industry := segment.Category{Attribute: "industry"}
	require.Equal(t, "industry", industry.Name())
	require.Equal(t, []string{"steel", "auto", "missing", "unknown", "food"}, labelled(t, industry, book))
	c, err := industry.Bind(book)
	require.NoError(t, err)
	require.Equal(t, []string{"auto", "food", "steel", "unknown", "missing"}, c.Labels)
	require.Zero(t, c.Ranked)

	grouped := segment.Category{Attribute: "industry", As: "sector", Ranked: true, Classes: []segment.Class{
		{Label: "metal", Names: []string{"steel", " auto", "tin"}}, {Label: "wood"},
	}}
	require.Equal(t, "sector", grouped.Name())
	require.Equal(t, []string{"metal", "metal", "missing", "unknown", "unknown"}, labelled(t, grouped, book))
	c, err = grouped.Bind(book)
	require.NoError(t, err)
	require.Equal(t, 2, c.Ranked)

	require.Equal(t, []string{"web", "shop", "unknown", "missing", "web"}, labelled(t, segment.Category{Attribute: "channel"}, book))
	require.Equal(t, []string{"yes", "no", "no", "yes", "no"}, labelled(t, segment.Category{Attribute: "listed"}, book))

	// What is fitted knows the names of its book, and takes others for unknown.
	fitted, err := industry.Fit(book)
	require.NoError(t, err)
	require.Equal(t, labelled(t, industry, book), labelled(t, fitted, book))
	next, err := partition.NewTable(partition.Categories("industry", []string{"auto", "wood"}))
	require.NoError(t, err)
	require.Equal(t, []string{"auto", "unknown"}, labelled(t, fitted, next))
	again, err := fitted.(segment.Fitter).Fit(next)
	require.NoError(t, err)
	require.Equal(t, fitted, again)
}

func TestCategoryReportsAllFaults(t *testing.T) {
	book, err := partition.NewTable(partition.Categories("channel", []string{"web"}, "shop", "web"))
	require.NoError(t, err)
	_, err = segment.Category{Attribute: "channel", Classes: []segment.Class{
		{Label: "near", Names: []string{"shop", "wep"}}, {Names: []string{"web"}}, {Label: "near", Names: []string{"shop"}}, {Label: "missing"},
	}}.Bind(book)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"channel.classes[0] = wep: is not a name that the column knows; did you mean web?",
		"channel.classes[1]: has no label",
		"channel.classes[2] = near: is the label of classes[0] too",
		"channel.classes[2] = shop: is a name of classes[0] already",
		"channel.classes[3] = missing: is the label of a class that is there anyway",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = segment.Category{Attribute: "chanel"}.Bind(book)
	require.EqualError(t, err, "chanel.attribute = chanel: is not in the table; did you mean channel?")
	_, err = segment.Category{Attribute: "chanel"}.Fit(book)
	require.ErrorIs(t, err, partition.ErrInput)
}

func TestBandsAreHalfOpen(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("staff", []float64{-1, 0, 9.99, 10, 49, 50, 1e300, math.NaN()}))
	require.NoError(t, err)
	require.Equal(t, []string{"< 0", "0 to < 10", "0 to < 10", "10 to < 50", "10 to < 50", ">= 50", ">= 50", "missing"},
		labelled(t, segment.Bands{Attribute: "staff", Cuts: []float64{0, 10, 50}}, book))
	sized := segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{10}, Labels: []string{"small", "large"}}
	require.Equal(t, "size", sized.Name())
	require.Equal(t, []string{"small", "small", "small", "large", "large", "large", "large", "missing"}, labelled(t, sized, book))

	_, err = segment.Bands{Attribute: "staff", Cuts: []float64{3, 3, math.NaN()}, Labels: []string{"a", "a", "", "missing", "b"}}.Bind(book)
	for _, want := range []string{
		"staff.cuts[1] = 3: is not above the cut before, 3", "staff.cuts[2] = NaN: is not finite",
		"staff.labels: are 5, where the cuts make 4 classes", "staff.labels[1] = a: is labels[0] too", "staff.labels[2]: is empty",
		"staff.labels[3] = missing: is the label of a class that is there anyway",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = segment.Bands{Attribute: "staff"}.Bind(book)
	require.EqualError(t, err, "staff.cuts: are none; at least one is needed")
}

func TestLifeCycle(t *testing.T) {
	book, err := partition.NewTable(partition.Dates("order", []time.Time{
		day(31), day(31).Add(time.Microsecond), day(30), day(21).Add(time.Microsecond), day(21), day(1), {},
	}))
	require.NoError(t, err)
	l := segment.LifeCycle{Attribute: "order", AsOf: day(31), Days: []int{10, 30}}
	require.Equal(t, []string{"< 10 days", "future", "< 10 days", "< 10 days", "10 to < 30 days", ">= 30 days", "missing"}, labelled(t, l, book))
	l.Labels = []string{"active", "dormant", "lost"}
	require.Equal(t, []string{"active", "future", "active", "active", "dormant", "lost", "missing"}, labelled(t, l, book))

	_, err = segment.LifeCycle{Attribute: "order", Days: []int{0, 9, 9, 20_000_000}}.Bind(book)
	for _, want := range []string{
		"order.asOf: is not given", "order.days[0] = 0: is not one of 1 to ten million",
		"order.days[2] = 9: is not above the one before, 9", "order.days[3] = 20000000",
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestHierarchy(t *testing.T) {
	book, err := partition.NewTable(partition.Codes("region", regions(t), []string{"320505", "320199", "320000", "341300", "", "77", "99", "3205"}))
	require.NoError(t, err)
	all := segment.Hierarchy{Attribute: "region"}
	require.Equal(t, []string{"Huqiu", "Nanjing", "Jiangsu", "Suzhou (3413)", "missing", "unknown", "unknown (99)", "Suzhou (3205)"}, labelled(t, all, book))
	c, err := all.Bind(book)
	require.NoError(t, err)
	require.Equal(t, []string{"Jiangsu", "Nanjing", "Suzhou (3205)", "Huqiu", "Anhui", "Suzhou (3413)", "unknown (99)", "unknown", "missing"}, c.Labels)
	require.Equal(t, []int{-1, 0, 0, 2, -1, 4, -1, -1, -1}, c.Parent)

	require.Equal(t, []string{"Suzhou (3205)", "Nanjing", "Jiangsu", "Suzhou (3413)", "missing", "unknown", "unknown (99)", "Suzhou (3205)"},
		labelled(t, segment.Hierarchy{Attribute: "region", Levels: 2}, book))
	require.Equal(t, []string{"Jiangsu", "Jiangsu", "Jiangsu", "Anhui", "missing", "unknown", "unknown (99)", "Jiangsu"},
		labelled(t, segment.Hierarchy{Attribute: "region", As: "province", Levels: 1}, book))
	_, err = segment.Hierarchy{Attribute: "region", Levels: -1}.Bind(book)
	require.EqualError(t, err, "region.levels = -1: is negative")
}

// halves is a Locator: west and east of a meridian, and no area beyond 100°.
type halves float64

func (h halves) Locate(p orb.Point) int {
	switch {
	case math.Abs(p[0]) > 100:
		return -1
	case p[0] < float64(h):
		return 0
	}
	return 1
}

func TestArea(t *testing.T) {
	nan := math.NaN()
	book, err := partition.NewTable(partition.Places("office", []orb.Point{{-5, 1}, {5, 1}, {120, 30}, {nan, nan}}))
	require.NoError(t, err)
	require.Equal(t, []string{"west", "east", "elsewhere", "missing"},
		labelled(t, segment.Area{Attribute: "office", Locator: halves(0), Labels: []string{"west", "east"}}, book))
	require.Equal(t, []string{"west", "elsewhere", "elsewhere", "missing"},
		labelled(t, segment.Area{Attribute: "office", Locator: halves(0), Labels: []string{"west"}}, book))
	_, err = segment.Area{Attribute: "office", Labels: []string{"west", "west"}}.Bind(book)
	require.ErrorContains(t, err, "office.locator: is not given")
	require.ErrorContains(t, err, "office.labels[1] = west: is labels[0] too")
}

// A class may say what the word "missing" stands for in a column.
func TestCategoryDeclaresTheWordMissing(t *testing.T) {
	book := bookOf(t, partition.Categories("industry", []string{"missing", "", "n/a", "unknown", "steel"}))
	d := segment.Category{Attribute: "industry", Classes: []segment.Class{{Label: "not said", Names: []string{"missing", "n/a", "unknown"}}, {Label: "steel"}}}
	require.Equal(t, []string{"not said", "missing", "not said", "not said", "steel"}, labelled(t, d, book))
	d.Classes[0].Names = []string{"n/a"}
	require.Equal(t, []string{"missing", "missing", "not said", "unknown", "steel"}, labelled(t, d, book))
}

package partition_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func provinces(t testing.TB) *partition.Tree {
	t.Helper()
	tree, err := partition.NewTree([]partition.Node{
		{Code: "320500", Name: "Suzhou", Parent: "32", Prefixes: []string{"3205"}},
		{Code: "32", Name: "Jiangsu", Prefixes: []string{"32"}},
		{Code: "33", Name: "Zhejiang", Prefixes: []string{"33"}, Ranges: [][2]string{{"80000", "81999"}, {"90000", "90099"}}},
		{Code: "320100", Name: "Nanjing", Parent: "32", Prefixes: []string{"3201"}},
	})
	require.NoError(t, err)
	return tree
}

func book(t testing.TB) *partition.Table {
	t.Helper()
	nan := math.NaN()
	b, err := partition.NewTable(
		partition.Categories("industry", []string{"steel", "auto", "", " steel ", "food"}),
		partition.Categories("channel", []string{"web", "shop", "web", "fax", ""}, "shop", "web"),
		partition.Numbers("revenue", []float64{0, 10, 20, nan, -5}),
		partition.Dates("since", []time.Time{day(1), day(2), {}, day(4), day(5)}),
		partition.Flags("listed", []bool{true, false, false, true, false}),
		partition.Codes("region", provinces(t), []string{"320505", "330100", "", "999999", "320000"}),
		partition.Places("office", []orb.Point{{120, 30}, {nan, nan}, {0, 0}, {-180, 90}, {1, 1}}),
	)
	require.NoError(t, err)
	return b
}

func day(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }

func TestTableColumns(t *testing.T) {
	b := book(t)
	require.Equal(t, 5, b.Len())

	class, names, err := b.Categories("industry")
	require.NoError(t, err)
	require.Equal(t, []string{"auto", "food", "steel"}, names)
	require.Equal(t, []int32{2, 0, partition.MissingCode, 2, 1}, class)

	class, names, err = b.Categories("channel")
	require.NoError(t, err)
	require.Equal(t, []string{"shop", "web"}, names)
	require.Equal(t, []int32{1, 0, 1, partition.UnknownCode, partition.MissingCode}, class)

	node, tree, err := b.Codes("region")
	require.NoError(t, err)
	var found []string
	for _, x := range node {
		if x < 0 {
			found = append(found, []string{"unknown", "missing"}[x+2])
		} else {
			found = append(found, tree.Node(int(x)).Name)
		}
	}
	require.Equal(t, []string{"Suzhou", "Zhejiang", "missing", "unknown", "Jiangsu"}, found)

	date, err := b.Dates("since")
	require.NoError(t, err)
	require.Equal(t, day(2).UnixMicro(), date[1])
	require.EqualValues(t, partition.MissingDate, date[2])
}

func TestTableNamesWhatIsMeant(t *testing.T) {
	b := book(t)
	_, err := b.Numbers("revnue")
	require.ErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, err, "attribute = revnue: is not in the table; did you mean revenue?")
	_, err = b.Numbers("industry")
	require.EqualError(t, err, "attribute = industry: is a category, not a number")
	_, err = b.Numbers("zzz")
	require.EqualError(t, err, "attribute = zzz: is not in the table")
}

func TestTableReportsAllFaults(t *testing.T) {
	_, err := partition.NewTable(
		partition.Numbers("revenue", []float64{1, math.Inf(1), 3}),
		partition.Numbers("", []float64{1, 2, 3}),
		partition.Flags("revenue", []bool{true, true, true}),
		partition.Categories("channel", []string{"a", "b"}, "a", "a", " "),
		partition.Codes("region", nil, []string{"1", "2", "3"}),
		partition.Places("office", []orb.Point{{30, 120}, {math.NaN(), 1}, {0, 0}}),
		partition.Dates("since", []time.Time{time.Unix(math.MaxInt64/2, 0), day(1), day(1)}),
	)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"revenue[1] = +Inf: is infinite; NaN is missing",
		"attributes[1]: has no name",
		"attributes[2] = revenue: is the name of attribute 0 too",
		"channel: has 2 values, but revenue has 3",
		"channel = a: is known twice",
		"channel: has an empty known name",
		"region: has no tree",
		"office[0] = [30 120]: is not a longitude and a latitude in degrees; the two may be swapped",
		"office[1] = [NaN 1]",
		"since[0]",
	} {
		require.ErrorContains(t, err, want)
	}
}

func TestEmptyTable(t *testing.T) {
	b, err := partition.NewTable()
	require.NoError(t, err)
	require.Zero(t, b.Len())
	b, err = partition.NewTable(partition.Categories("industry", nil))
	require.NoError(t, err)
	_, names, err := b.Categories("industry")
	require.NoError(t, err)
	require.Empty(t, names)
}

func TestNoTable(t *testing.T) {
	var none *partition.Table
	require.Zero(t, none.Len())
	require.Empty(t, none.Attributes())
	_, err := none.Numbers("revenue")
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "attribute = revenue: is asked of no table: it is nil")
}

func TestMeantAmongMany(t *testing.T) {
	known := make([]string, 5000)
	for i := range known {
		known[i] = "customer" + strconv.Itoa(i)
	}
	require.Equal(t, "; did you mean steel?", partition.Meant("stel", append(known, "steel")))
	require.Equal(t, "; did you mean customer7?", partition.Meant("custommer7", known))
	require.Empty(t, partition.Meant("", known))
	require.Empty(t, partition.Meant("elephant", append(known, "")))
}

func TestMeantIsCheapForLongWords(t *testing.T) {
	long := strings.Repeat("steel ", 100_000)
	require.Empty(t, partition.Meant(long, []string{"steel", long + "x"}))
	require.Empty(t, partition.Meant("steel", []string{long}))
	require.Equal(t, "; did you mean steel?", partition.Meant("stele", []string{long, "stone", "steel"}))
}

package segment_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// entries is a precedence list: per class which units its entry holds; nil: none.
type entries struct {
	given
	holds [][]bool
}

func (e entries) Holders(*partition.Table) ([]func(int) bool, error) {
	var all []func(int) bool
	for _, h := range e.holds {
		if h == nil {
			all = append(all, nil)
			continue
		}
		all = append(all, func(unit int) bool { return h[unit] })
	}
	return all, nil
}

func TestCoverageIsTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	names := []string{"a", "b", segment.MissingLabel, "c", segment.UnknownLabel, segment.ElsewhereLabel, "d",
		segment.FutureLabel, segment.UnassignedLabel}
	for range 300 {
		n := rng.IntN(200)
		list := entries{given: given{name: "list", labels: names, of: make([]int, n)}, holds: make([][]bool, len(names))}
		for k := range list.holds {
			if rng.IntN(3) > 0 {
				list.holds[k] = make([]bool, n)
				rare := 1 + rng.IntN(40)
				for i := range n {
					list.holds[k][i] = rng.IntN(rare) == 0
				}
			}
		}
		for i := range n {
			list.of[i] = rng.IntN(1 + rng.IntN(len(names)))
		}
		x := awkward(rng, n)
		report, err := segment.CoverageOf(numbers(t, map[string][]float64{"x": x}), list, "x")
		require.NoError(t, err)

		value := func(units []int) float64 { sum, _ := exactly(pick(x, units)); return sum }
		total, _ := exactly(x)
		part := func(in func(i int) bool) segment.Part {
			var p segment.Part
			for i := range n {
				if in(i) {
					p.Units = append(p.Units, i)
				}
			}
			p.Amount = value(p.Units)
			if n > 0 {
				p.Share = float64(len(p.Units)) / float64(n)
			}
			if total != 0 {
				p.AmountShare = p.Amount / total
			}
			return p
		}
		in := func(labels ...string) func(int) bool {
			return func(i int) bool { return slices.Contains(labels, names[list.of[i]]) }
		}
		want := segment.Coverage{
			Dimension: "list", Value: "x", Units: n, Amount: total, Classes: 4,
			Missing:      part(in("missing")),
			Unknown:      part(in("unknown")),
			Unclassified: part(in("elsewhere", "future", "unassigned")),
			Ambiguous: part(func(i int) bool {
				held := 0
				for _, h := range list.holds {
					if h != nil && h[i] {
						held++
					}
				}
				return held > 1
			}),
		}
		for j := range names {
			for k := range j {
				both := part(func(i int) bool {
					return list.holds[j] != nil && list.holds[k] != nil && list.holds[j][i] && list.holds[k][i]
				})
				if len(both.Units) > 0 {
					want.Overlaps = append(want.Overlaps, segment.Overlap{First: names[k], Second: names[j],
						Units: len(both.Units), Amount: both.Amount, Witness: both.Units[0]})
				}
			}
		}
		for k, label := range names {
			if !slices.Contains([]string{"a", "b", "c", "d"}, label) {
				continue
			}
			switch p := part(in(label)); len(p.Units) {
			case 0:
				want.Empty = append(want.Empty, label)
				if slices.Contains(list.holds[k], true) {
					want.Shadowed = append(want.Shadowed, label)
				}
			case 1:
				want.Single = append(want.Single, segment.Single{Class: label, Unit: p.Units[0]})
			}
		}
		require.ElementsMatch(t, want.Overlaps, report.Overlaps)
		require.True(t, slices.IsSortedFunc(report.Overlaps, func(a, b segment.Overlap) int {
			at := func(o segment.Overlap) int {
				return slices.Index(names, o.First)*len(names) + slices.Index(names, o.Second)
			}
			return at(a) - at(b)
		}))
		want.Overlaps = report.Overlaps
		require.Equal(t, want, *report)
	}
}

// A province is not empty where its cities are not, and of a province with one
// city with one unit the city is named.
func TestCoverageOfAHierarchy(t *testing.T) {
	tree, err := partition.NewTree([]partition.Node{
		{Code: "1", Name: "full"}, {Code: "11", Name: "town", Parent: "1"},
		{Code: "2", Name: "thin"}, {Code: "21", Name: "village", Parent: "2"}, {Code: "22", Name: "ghost town", Parent: "2"},
		{Code: "3", Name: "bare"}, {Code: "31", Name: "barest", Parent: "3"},
		{Code: "4", Name: "upper"}, {Code: "41", Name: "lower", Parent: "4"},
		{Code: "5", Name: "lonely"},
	})
	require.NoError(t, err)
	book, err := partition.NewTable(partition.Codes("region", tree, []string{"11", "11", "21", "4", "41", "5", "6", ""}))
	require.NoError(t, err)
	report, err := segment.CoverageOf(book, segment.Hierarchy{Attribute: "region"}, "")
	require.NoError(t, err)
	require.Equal(t, 10, report.Classes)
	require.Equal(t, []string{"ghost town", "bare", "barest"}, report.Empty)
	require.Equal(t, []segment.Single{{Class: "village", Unit: 2}, {Class: "lower", Unit: 4}, {Class: "lonely", Unit: 5}}, report.Single)
	require.Equal(t, []int{6}, report.Unknown.Units)
	require.Equal(t, []int{7}, report.Missing.Units)
	require.Equal(t, "region: 8 units in 10 classes\n"+
		"missing: 1 unit (12.5 %): unit 7\n"+
		"unknown: 1 unit (12.5 %): unit 6\n"+
		"one unit only: village (unit 2), lower (unit 4), lonely (unit 5)\n"+
		"empty: ghost town, bare, barest", report.String())
}

func TestCoverageLinesNameAFew(t *testing.T) {
	const n = 5000
	list := entries{given: given{name: "list", labels: []string{"key accounts", "exporters", "unassigned"}, of: make([]int, n)},
		holds: [][]bool{make([]bool, n), make([]bool, n), nil}}
	revenue := make([]float64, n)
	for i := range n {
		revenue[i] = 1000.5
		list.holds[0][i], list.holds[1][i] = i%100 == 7, i%2 == 1
		if list.of[i] = 2; i%100 == 7 {
			list.of[i] = 0
		} else if i%2 == 1 {
			list.of[i] = 1
		}
	}
	report, err := segment.CoverageOf(numbers(t, map[string][]float64{"revenue": revenue}), list, "revenue")
	require.NoError(t, err)
	require.Equal(t, []string{
		"list: 5,000 units in 2 classes, revenue 5,002,500",
		"unclassified: 2,500 units (50.0 %), revenue 2,501,250 (50.0 %): C0, C2, C4, C6, C8 and 2,495 more",
		"ambiguous: 50 units (1.0 %), revenue 50,025 (1.0 %): C7, C107, C207, C307, C407 and 45 more",
		"both key accounts and exporters: 50 units, revenue 50,025, such as C7",
	}, report.Lines(func(unit int) string { return fmt.Sprint("C", unit) }))
}

func TestCoverageOfNothing(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("x", nil))
	require.NoError(t, err)
	report, err := segment.CoverageOf(book, given{name: "a", labels: []string{"one", "missing"}}, "x")
	require.NoError(t, err)
	require.Equal(t, "a: 0 units in 1 class, x 0\nempty: one", report.String())
	require.Zero(t, report.Missing.Share)
}

type miscounted struct{ entries }

func (miscounted) Holders(*partition.Table) ([]func(int) bool, error) { return nil, nil }

type lost struct{ entries }

func (lost) Holders(*partition.Table) ([]func(int) bool, error) { return nil, fmt.Errorf("no luck") }

func TestCoverageReportsAllFaults(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("revenue", []float64{1, 2}))
	require.NoError(t, err)
	list := entries{given: given{"list", []string{"p"}, nil, []int{0, 0}}}
	_, err = segment.CoverageOf(book, miscounted{list}, "revenu")
	require.ErrorIs(t, err, partition.ErrInput)
	require.Equal(t, []string{
		"value = revenu: is not in the table; did you mean revenue?",
		"list.Holders = 0: is not the number of its classes, 1",
	}, lines(err))
	_, err = segment.CoverageOf(book, lost{list}, "")
	require.ErrorContains(t, err, "no luck")
	_, err = segment.CoverageOf(book, nil, "")
	require.Equal(t, []string{"dimensions[0]: is nil"}, lines(err))
}

func TestAssigned(t *testing.T) {
	book := numbers(t, map[string][]float64{"x": {1, 2, 3}})
	plan, err := partition.NewPlan(2, []int{1, partition.Unassigned, 0})
	require.NoError(t, err)
	require.Equal(t, []string{"1", "unassigned", "0"}, labelled(t, segment.Assigned("owner", plan, nil), book))
	report, err := segment.CoverageOf(book, segment.Assigned("owner", plan, nil), "x")
	require.NoError(t, err)
	require.Equal(t, []int{1}, report.Unclassified.Units)

	for _, a := range []partition.Assignment{nil, owners{2, []int{0, 1}}, owners{2, []int{0, 2, -2}}, owners{-1, []int{0, 0, 0}}, owners{1 << 21, []int{0, 0, 0}}} {
		_, err := segment.Assigned("owner", a, nil).Bind(book)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, "owner")
	}
	twins := segment.Assigned("owner", plan, func(int) string { return "twin" })
	require.Equal(t, []string{"twin (1)", "unassigned", "twin"}, labelled(t, twins, book))
	none := segment.Assigned("owner", plan, func(int) string { return segment.UnassignedLabel })
	require.Equal(t, []string{"unassigned (1)", "unassigned", "unassigned (0)"}, labelled(t, none, book))
}

// owners is an ownership table of a caller's own.
type owners struct {
	k  int
	of []int
}

func (t owners) Len() int     { return len(t.of) }
func (t owners) K() int       { return t.k }
func (t owners) Of(i int) int { return t.of[i] }

func TestCoverageDoesNotAllocatePerUnit(t *testing.T) {
	list, book := manyEntries(t, 20000, 8)
	require.Less(t, testing.AllocsPerRun(3, func() {
		_, err := segment.CoverageOf(book, list, "x")
		require.NoError(t, err)
	}), 1000.0)
}

// manyEntries is a list of entries that each hold a tenth of the units.
func manyEntries(t testing.TB, n, entriesOf int) (entries, *partition.Table) {
	rng := rand.New(rand.NewPCG(7, 1))
	list := entries{given: given{name: "list", of: make([]int, n)}}
	for k := range entriesOf {
		list.labels = append(list.labels, fmt.Sprint("entry ", k))
		list.holds = append(list.holds, make([]bool, n))
	}
	list.labels, list.holds = append(list.labels, segment.UnassignedLabel), append(list.holds, nil)
	for i := range n {
		list.of[i] = entriesOf
		for k := range entriesOf {
			if list.holds[k][i] = rng.IntN(10) == 0; list.holds[k][i] && list.of[i] == entriesOf {
				list.of[i] = k
			}
		}
	}
	return list, numbers(t, map[string][]float64{"x": awkward(rng, n)})
}

func BenchmarkCoverageOf(b *testing.B) {
	for _, k := range []int{1, 20} {
		const n = 1_000_000
		list, book := manyEntries(b, n, k)
		b.Run(fmt.Sprintf("entries=%d/n=%d", k, n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := segment.CoverageOf(book, list, "x")
				require.NoError(b, err)
			}
		})
	}
}

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

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// regions is a tree of three levels in which units may be at any.
func regions(t testing.TB) *partition.Tree {
	t.Helper()
	var nodes []partition.Node
	for a := range 3 {
		root := fmt.Sprint("r", a)
		nodes = append(nodes, partition.Node{Code: root})
		for b := range 3 {
			city := fmt.Sprint(root, b)
			nodes = append(nodes, partition.Node{Code: city, Parent: root})
			for c := range 2 {
				nodes = append(nodes, partition.Node{Code: fmt.Sprint(city, c), Parent: city})
			}
		}
	}
	tree, err := partition.NewTree(nodes)
	require.NoError(t, err)
	return tree
}

// rawBook is the columns of a random table, so that its units can be permuted.
type rawBook struct {
	name, closed, code []string
	number, coarse     []float64
	date               []time.Time
	place              []orb.Point
	flag               []bool
}

// randomBook has few distinct values, and values missing and unknown, with the
// given probability.
func randomBook(r *rand.Rand, n int, holes float64) rawBook {
	hole := func() bool { return r.Float64() < holes }
	var b rawBook
	for range n {
		name, closed, code := string(rune('a'+r.IntN(5))), string(rune('p'+r.IntN(4))), fmt.Sprint("r", r.IntN(3))
		for range r.IntN(3) {
			code += fmt.Sprint(r.IntN(3 - (len(code)-2)%2))
		}
		number, coarse := math.Round(1000*r.NormFloat64())/16, float64(r.IntN(4))-1
		date := time.Date(2020+r.IntN(4), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), 0, 0, 0, time.UTC)
		place := orb.Point{float64(r.IntN(360) - 180), float64(r.IntN(180) - 90)}
		if hole() {
			name = ""
		}
		if hole() {
			closed = []string{"", "new"}[r.IntN(2)]
		}
		if hole() {
			code = []string{"", "x"}[r.IntN(2)]
		}
		if hole() {
			number = math.NaN()
		}
		if hole() {
			coarse = math.NaN()
		}
		if hole() {
			date = time.Time{}
		}
		if hole() {
			place = orb.Point{math.NaN(), math.NaN()}
		}
		b.name, b.closed, b.code = append(b.name, name), append(b.closed, closed), append(b.code, code)
		b.number, b.coarse = append(b.number, number), append(b.coarse, coarse)
		b.date, b.place, b.flag = append(b.date, date), append(b.place, place), append(b.flag, r.IntN(2) == 0)
	}
	return b
}

func permuted[T any](values []T, order []int) []T {
	all := make([]T, len(order))
	for i, at := range order {
		all[i] = values[at]
	}
	return all
}

func (b rawBook) permuted(order []int) rawBook {
	return rawBook{
		permuted(b.name, order), permuted(b.closed, order), permuted(b.code, order), permuted(b.number, order),
		permuted(b.coarse, order), permuted(b.date, order), permuted(b.place, order), permuted(b.flag, order),
	}
}

func (b rawBook) table(t testing.TB) *partition.Table {
	t.Helper()
	book, err := partition.NewTable(
		partition.Categories("name", b.name),
		partition.Categories("closed", b.closed, "p", "q", "r", "s"),
		partition.Codes("code", regions(t), b.code),
		partition.Numbers("number", b.number),
		partition.Numbers("coarse", b.coarse),
		partition.Dates("date", b.date),
		partition.Flags("flag", b.flag),
		partition.Places("place", b.place),
	)
	require.NoError(t, err)
	return book
}

// labels that depend on some attributes, with noise and units that have none.
func (b rawBook) labels(r *rand.Rand, k int) []int {
	of := make([]int, len(b.name))
	for i := range of {
		switch l := 0; {
		case r.IntN(10) == 0:
			of[i] = r.IntN(k+1) - 1
		default:
			if b.number[i] > 10 {
				l++
			}
			if len(b.name[i]) > 0 && b.name[i] < "c" {
				l += 2
			}
			if len(b.code[i]) > 2 && b.code[i][1] == '1' || b.date[i].Year() == 2021 {
				l += 3
			}
			of[i] = l % k
		}
	}
	return of
}

// Boxes are disjoint, cover every unit, and say of themselves what is true: as
// Box.Matcher sees it.
func TestDescribeBoxesTileTheBook(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	several := 0
	for trial := range 150 {
		n, k := 1+r.IntN(120), 1+r.IntN(5)
		holes := []float64{0, 0.1, 0.5}[trial%3]
		raw := randomBook(r, n, holes)
		book, of := raw.table(t), raw.labels(r, k)
		of[r.IntN(n)] = r.IntN(k)
		plan, err := partition.NewPlan(k, of)
		require.NoError(t, err)
		d := cluster.Describer{Depth: r.IntN(7), Leaves: r.IntN(12), MinUnits: r.IntN(4), Names: r.IntN(4), Gain: []float64{0, -1, 0.02}[r.IntN(3)]}
		got, err := d.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		checkDescription(t, got, plan, book)
		if d.Leaves > 0 {
			require.LessOrEqual(t, len(got.Leaves), d.Leaves)
		}
		for _, l := range got.Leaves {
			if len(got.Leaves) > 1 {
				require.GreaterOrEqual(t, l.Units, d.MinUnits)
			}
			if d.Depth > 0 {
				require.LessOrEqual(t, len(l.Box), d.Depth)
			}
		}
		if len(got.Leaves) > 1 {
			several++
		}

		order := r.Perm(n)
		moved, err := partition.NewPlan(k, permuted(of, order))
		require.NoError(t, err)
		again, err := d.Describe(context.Background(), moved, raw.permuted(order).table(t))
		require.NoError(t, err)
		require.Equal(t, got.Leaves, again.Leaves, "the order of the units must not matter")
		require.Equal(t, got.Agreement, again.Agreement)

		// Units that were not there: with values of the kinds that were.
		if holes > 0 && n > 100 {
			other := randomBook(r, 200, holes).table(t)
			for i, m := range members(t, got, other) {
				require.Len(t, m, 1, "unit %d of another book", i)
			}
		}
	}
	require.Greater(t, several, 80)
}

// members gives per unit the leaves whose boxes hold it.
func members(t testing.TB, d *cluster.Description, book *partition.Table) [][]int {
	t.Helper()
	in := make([][]int, book.Len())
	for at, l := range d.Leaves {
		holds, err := l.Box.Matcher(book)
		require.NoError(t, err, "%v", l.Box)
		for i := range in {
			if holds(i) {
				in[i] = append(in[i], at)
			}
		}
	}
	return in
}

func checkDescription(t testing.TB, d *cluster.Description, plan partition.Assignment, book *partition.Table) {
	t.Helper()
	count := make([]map[int]int, len(d.Leaves))
	for at := range count {
		count[at] = map[int]int{}
	}
	units, agree := 0, 0
	for i, m := range members(t, d, book) {
		require.Len(t, m, 1, "unit %d: %v", i, d)
		leaf := d.Leaves[m[0]]
		require.Equal(t, leaf.Label, d.Plan.Of(i))
		if l := plan.Of(i); l >= 0 {
			count[m[0]][l]++
			units++
			if l == leaf.Label {
				agree++
			}
		}
	}
	require.Equal(t, units, d.Units)
	require.Equal(t, plan.K(), d.Plan.K())
	require.Equal(t, float64(agree)/float64(units), d.Agreement)
	for at, l := range d.Leaves {
		size := 0
		for label, c := range count[at] {
			size += c
			require.LessOrEqual(t, c, count[at][l.Label], "label %d", label)
			if label < l.Label {
				require.Less(t, c, count[at][l.Label])
			}
		}
		require.Equal(t, size, l.Units)
		require.Equal(t, float64(count[at][l.Label])/float64(size), l.Purity)
	}
}

// impurity of a division by a test, Σ |S|·gini(S).
func impurity(of []int, on func(i int) bool) float64 {
	count := [2]map[int]float64{{}, {}}
	size := [2]float64{}
	for i, l := range of {
		if l >= 0 {
			s := 0
			if on(i) {
				s = 1
			}
			count[s][l]++
			size[s]++
		}
	}
	total := 0.0
	for s := range 2 {
		for _, c := range count[s] {
			total += c * (1 - c/size[s])
		}
	}
	return total
}

// One cut against all cuts there are, made as boxes.
func TestDescribeFirstCutIsTheBest(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 60 {
		n, k := 5+r.IntN(30), 2+r.IntN(3)
		raw := randomBook(r, n, []float64{0, 0.3}[r.IntN(2)])
		book, of := raw.table(t), raw.labels(r, k)
		of[0], of[1] = 0, 1
		plan, err := partition.NewPlan(k, of)
		require.NoError(t, err)

		var boxes []partition.Box
		try := func(c partition.Criterion) {
			boxes = append(boxes, partition.Box{c}, partition.Box{c.OrMissing()})
		}
		for _, name := range []string{"name", "closed", "code", "number", "coarse", "date", "flag"} {
			boxes = append(boxes, partition.Box{partition.Missing(name)})
		}
		for _, x := range raw.number {
			if x == x {
				try(partition.Below("number", x))
			}
		}
		for _, x := range raw.coarse {
			if x == x {
				try(partition.Below("coarse", x))
			}
		}
		for _, x := range raw.date {
			if !x.IsZero() {
				try(partition.Criterion{Attribute: "date", Until: x})
			}
		}
		subsets := func(attribute string, under bool, names ...string) {
			for set := 1; set < 1<<len(names); set++ {
				var in []string
				for m, name := range names {
					if set>>m&1 == 1 {
						in = append(in, name)
					}
				}
				c := partition.In(attribute, in...)
				if under {
					c = partition.Under(attribute, in...)
				}
				try(c)
			}
		}
		known, err := book.Attribute("name")
		require.NoError(t, err)
		subsets("name", false, known.Known()...)
		subsets("closed", false, "p", "q", "r", "s")
		subsets("flag", false, "no", "yes")
		subsets("code", true, "r0", "r1", "r2")
		subsets("code", true, "r00", "r01", "r02", "r10", "r11", "r12", "r20", "r21", "r22")
		least := math.Inf(1)
		for _, b := range boxes {
			holds, err := b.Matcher(book)
			require.NoError(t, err)
			least = min(least, impurity(of, holds))
		}

		got, err := cluster.Describer{Depth: 1, Gain: -1}.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		if len(got.Leaves) == 1 {
			continue // a cut after which no more units agree is pruned
		}
		holds, err := got.Leaves[0].Box.Matcher(book)
		require.NoError(t, err)
		// Of the lowest level of codes, which has more than are tried in all ways, only this is known.
		require.LessOrEqual(t, impurity(of, holds), least+1e-9, "%v", got)
	}
}

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

// Many names, two labels: the best set may be found in the order of one share.
func TestDescribeManyNames(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	var values []string
	var of []int
	for range 2000 {
		c := r.IntN(40)
		values = append(values, fmt.Sprintf("%02d", c))
		l := 0
		if c%7 == 3 {
			l = 1
		}
		of = append(of, l)
	}
	book, err := partition.NewTable(partition.Categories("c", values))
	require.NoError(t, err)
	plan, err := partition.NewPlan(2, of)
	require.NoError(t, err)
	d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
	require.NoError(t, err)
	require.Equal(t, "1: c in (03, 10, 17, 24, 31, 38) (", d.String()[:len("1: c in (03, 10, 17, 24, 31, 38) (")])
	require.Len(t, d.Leaves, 2)
	require.Equal(t, 1.0, d.Agreement)
	require.Len(t, d.Of(1), 1)
	require.Equal(t, "c not in (03, 10, 17, 24, 31, 38)", d.Of(0)[0].String())

	d, err = cluster.Describer{Names: 2, Depth: 3}.Describe(context.Background(), plan, book)
	require.NoError(t, err)
	checkDescription(t, d, plan, book)
	require.Equal(t, 1.0, d.Agreement, "three cuts of two names each")
}

func TestDescribeFaults(t *testing.T) {
	raw := randomBook(rand.New(rand.NewPCG(1, 1)), 3, 0)
	book := raw.table(t)
	_, err := cluster.Describer{
		Attributes: []string{"numbr", "place", "name", "name"}, Depth: -1, Leaves: -2, MinUnits: -3, Names: -4, Gain: math.NaN(),
	}.Describe(context.Background(), assignment{-1, -1, 5}, book)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"Describer.Depth = -1: is negative", "Describer.Leaves = -2: is negative", "Describer.MinUnits = -3: is negative",
		"Describer.Names = -4: is negative", "Describer.Gain = NaN: is not finite",
		"Describer.Attributes[0] = numbr: is not in the table; did you mean number?",
		"Describer.Attributes[1] = place: is a place, which no box can describe",
		"Describer.Attributes[3] = name: is named at 2 too",
		"assignment[2] = 5: is neither -1 nor one of 2 labels", "assignment: has no unit with a label",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = cluster.Describer{}.Describe(context.Background(), nil, nil)
	require.ErrorContains(t, err, "assignment: is nil")
	require.ErrorContains(t, err, "table: is nil")
	_, err = cluster.Describer{}.Describe(context.Background(), assignment{0, 1}, book)
	require.ErrorContains(t, err, "table: has 3 units, but the assignment has 2")
	_, err = cluster.Describer{Attributes: []string{}}.Describe(context.Background(), assignment{0, 1, 1}, book)
	require.ErrorContains(t, err, "table: has no attribute to describe by")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = cluster.Describer{}.Describe(ctx, assignment{0, 1, 1}, book)
	require.ErrorIs(t, err, context.Canceled)
}

// assignment has two labels, whatever it holds.
type assignment []int

func (a assignment) Len() int        { return len(a) }
func (a assignment) K() int          { return 2 }
func (a assignment) Of(unit int) int { return a[unit] }

// Two of four equal quarters cannot be told apart with three leaves: the fourth
// leaf goes, and no more.
func TestDescribeKeepsAsManyLeavesAsItMay(t *testing.T) {
	var x, y []float64
	var of []int
	for i := range 40 {
		x, y = append(x, float64(i%2)), append(y, float64(i/2%2))
		of = append(of, i%4)
	}
	book, err := partition.NewTable(partition.Numbers("x", x), partition.Numbers("y", y))
	require.NoError(t, err)
	plan, err := partition.NewPlan(4, of)
	require.NoError(t, err)
	for leaves, want := range []float64{1, 0.25, 0.5, 0.75, 1} {
		d, err := cluster.Describer{Leaves: leaves}.Describe(context.Background(), plan, book)
		require.NoError(t, err)
		require.Equal(t, want, d.Agreement, "%d leaves: %v", leaves, d)
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

// What is left of names that were declared is listed where that is shorter; names that
// merely occur may be joined by new ones, which must fall into a box too.
func TestDescribeListsTheOtherNames(t *testing.T) {
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

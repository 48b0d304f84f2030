package cluster_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

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

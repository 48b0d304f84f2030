package segment_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// given is a dimension whose classes are written down.
type given struct {
	name   string
	labels []string
	parent []int
	of     []int
}

func (g given) Name() string { return g.name }

func (g given) Bind(*partition.Table) (*segment.Classes, error) {
	return &segment.Classes{Labels: g.labels, Parent: g.parent, Of: func(unit int) int { return g.of[unit] }}, nil
}

// permuted has unit i where order[i] was.
func (g given) permuted(order []int) given {
	g.of = pick(g.of, order)
	return g
}

func pick[T any](x []T, order []int) []T {
	y := make([]T, len(order))
	for i, from := range order {
		y[i] = x[from]
	}
	return y
}

func shuffled(rng *rand.Rand, n int) []int {
	order := make([]int, n)
	for i := range order {
		j := rng.IntN(i + 1)
		order[i], order[j] = order[j], i
	}
	return order
}

func randomDimension(rng *rand.Rand, name string, n int) given {
	g := given{name: name, of: make([]int, n)}
	for k := range 1 + rng.IntN(6) {
		g.labels = append(g.labels, fmt.Sprint(name, k))
	}
	for i := range g.of {
		g.of[i] = rng.IntN(len(g.labels))
	}
	return g
}

// awkward are amounts that add up to something else in another order, and NaN.
func awkward(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		switch rng.IntN(5) {
		case 0:
			x[i] = math.NaN()
		case 1:
			x[i] = math.Ldexp(rng.Float64()-0.5, rng.IntN(120)-60)
		default:
			x[i] = math.Round(1e5*rng.Float64()) / 100
		}
	}
	return x
}

// exactly is the sum in 4,000 bits.
func exactly(x []float64) (sum float64, terms int) {
	s := new(big.Float).SetPrec(4000)
	for _, v := range x {
		if !math.IsNaN(v) {
			s.Add(s, big.NewFloat(v))
			terms++
		}
	}
	sum, _ = s.Float64()
	return sum, terms
}

func numbers(t testing.TB, columns map[string][]float64) *partition.Table {
	t.Helper()
	var all []partition.Attribute
	for name, x := range columns {
		all = append(all, partition.Numbers(name, x))
	}
	book, err := partition.NewTable(all...)
	require.NoError(t, err)
	return book
}

func TestTabulateIsTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		n := rng.IntN(60)
		dims := make([]given, rng.IntN(4))
		by := make([]segment.Dimension, len(dims))
		for d := range dims {
			dims[d] = randomDimension(rng, string(rune('a'+d)), n)
			by[d] = dims[d]
		}
		a, b := awkward(rng, n), awkward(rng, n)
		book := numbers(t, map[string][]float64{"x": a, "y": b})
		table, err := segment.Tabulate(book, by, "y", "x")
		require.NoError(t, err)
		require.Equal(t, []string{"y", "x"}, table.Measures())

		// Every combination of classes, asked for one by one.
		class := make([]int, len(dims))
		var occupied []segment.Entry
		for more := true; more; {
			var x, y []float64
			units := 0
			for i := range n {
				inside := true
				for d := range dims {
					inside = inside && dims[d].of[i] == class[d]
				}
				if inside {
					units++
					x, y = append(x, a[i]), append(y, b[i])
				}
			}
			e := table.At(class...)
			sumX, termsX := exactly(x)
			sumY, termsY := exactly(y)
			require.Equal(t, segment.Entry{
				Class: append([]int(nil), class...), Units: units, Given: []int{termsY, termsX}, Sum: []float64{sumY, sumX},
			}, e)
			if units > 0 {
				occupied = append(occupied, e)
			}
			more = false
			for d := len(class) - 1; d >= 0 && !more; d-- {
				if class[d]++; class[d] < len(dims[d].labels) {
					more = true
				} else {
					class[d] = 0
				}
			}
		}
		require.Equal(t, occupied, slices.Collect(table.Cells()))
		require.Equal(t, len(occupied), table.Len())
	}
}

func TestTabulateDoesNotDependOnTheOrderOfUnits(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 50 {
		n := rng.IntN(200)
		a, b, x := randomDimension(rng, "a", n), randomDimension(rng, "b", n), awkward(rng, n)
		table, err := segment.Tabulate(numbers(t, map[string][]float64{"x": x}), []segment.Dimension{a, b}, "x")
		require.NoError(t, err)
		order := shuffled(rng, n)
		other, err := segment.Tabulate(numbers(t, map[string][]float64{"x": pick(x, order)}),
			[]segment.Dimension{a.permuted(order), b.permuted(order)}, "x")
		require.NoError(t, err)
		require.Equal(t, slices.Collect(table.Cells()), slices.Collect(other.Cells()))
	}
}

// A margin is the table of those dimensions alone, to the last bit.
func TestMarginIsTheTableOfFewerDimensions(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 100 {
		n := rng.IntN(80)
		a, b, c := randomDimension(rng, "a", n), randomDimension(rng, "b", n), randomDimension(rng, "c", n)
		book := numbers(t, map[string][]float64{"x": awkward(rng, n)})
		table, err := segment.Tabulate(book, []segment.Dimension{a, b, c}, "x")
		require.NoError(t, err)
		for _, kept := range [][]int{{}, {0}, {1}, {2}, {2, 0}, {1, 2, 0}} {
			var by []segment.Dimension
			for _, d := range kept {
				by = append(by, []segment.Dimension{a, b, c}[d])
			}
			want, err := segment.Tabulate(book, by, "x")
			require.NoError(t, err)
			margin := table.Margin(kept...)
			require.Equal(t, slices.Collect(want.Cells()), slices.Collect(margin.Cells()))
			require.Equal(t, want.Dimensions(), margin.Dimensions())
			for d := range kept {
				require.Equal(t, want.Labels(d), margin.Labels(d))
			}
		}
	}
}

// Rolled up, a hierarchy is the one of fewer levels, to the last bit.
func TestRollUpIsTheHierarchyOfFewerLevels(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for range 100 {
		nodes := make([]partition.Node, 1+rng.IntN(30))
		for i := range nodes {
			nodes[i] = partition.Node{Code: fmt.Sprint("n", i), Name: fmt.Sprint("node ", i)}
			if i > 0 && rng.IntN(5) > 0 {
				nodes[i].Parent = nodes[rng.IntN(i)].Code
			}
		}
		tree, err := partition.NewTree(nodes)
		require.NoError(t, err)
		n := rng.IntN(100)
		codes, kinds := make([]string, n), make([]string, n)
		for i := range codes {
			codes[i], kinds[i] = fmt.Sprint("n", rng.IntN(len(nodes)+2)), fmt.Sprint(rng.IntN(3))
			if rng.IntN(10) == 0 {
				codes[i] = ""
			}
		}
		book, err := partition.NewTable(partition.Codes("region", tree, codes), partition.Categories("kind", kinds),
			partition.Numbers("x", awkward(rng, n)))
		require.NoError(t, err)
		kind := segment.Category{Attribute: "kind"}
		table, err := segment.Tabulate(book, []segment.Dimension{kind, segment.Hierarchy{Attribute: "region"}}, "x")
		require.NoError(t, err)
		for level := 1; level <= 4; level++ {
			want, err := segment.Tabulate(book, []segment.Dimension{kind, segment.Hierarchy{Attribute: "region", Levels: level}}, "x")
			require.NoError(t, err)
			up := table.RollUp(1, level)
			require.Equal(t, want.Labels(1), up.Labels(1))
			require.Equal(t, slices.Collect(want.Cells()), slices.Collect(up.Cells()))
			// In two steps it is the same: the hierarchy goes along.
			again := table.RollUp(1, level+1).RollUp(1, level)
			require.Equal(t, up.Labels(1), again.Labels(1))
			require.Equal(t, slices.Collect(up.Cells()), slices.Collect(again.Cells()))
		}
		for _, same := range []*segment.Crosstab{table.RollUp(0, 1), table.RollUp(1, 0), table.RollUp(1, -1)} {
			require.Equal(t, table.Labels(0), same.Labels(0))
			require.Equal(t, table.Labels(1), same.Labels(1))
			require.Equal(t, slices.Collect(table.Cells()), slices.Collect(same.Cells()))
		}
	}
}

func TestTabulateOfNothing(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("x", nil))
	require.NoError(t, err)
	table, err := segment.Tabulate(book, []segment.Dimension{given{name: "a", labels: []string{"one"}}}, "x")
	require.NoError(t, err)
	require.Zero(t, table.Len())
	require.Equal(t, segment.Entry{Class: []int{0}, Given: []int{0}, Sum: []float64{0}}, table.At(0))
	all := table.Margin().At()
	require.Equal(t, 0, all.Units)
	require.True(t, math.IsNaN(all.Mean(0)))
	require.True(t, math.IsNaN(all.UnitShare(all)))
}

func TestEntryShares(t *testing.T) {
	book := numbers(t, map[string][]float64{"x": {1, 2, math.NaN(), 5}})
	table, err := segment.Tabulate(book, []segment.Dimension{given{"a", []string{"p", "q"}, nil, []int{0, 0, 0, 1}}}, "x")
	require.NoError(t, err)
	p, all := table.At(0), table.Margin().At()
	require.Equal(t, "q", table.Label(0, 1))
	require.Equal(t, 1.5, p.Mean(0)) // the unit without a value does not count
	require.Equal(t, 0.375, p.Share(all, 0))
	require.Equal(t, 0.75, p.UnitShare(all))
}

func TestTabulateSumsBeyondFloat64(t *testing.T) {
	most := math.MaxFloat64
	book := numbers(t, map[string][]float64{"x": {most, most, -most, -most}})
	table, err := segment.Tabulate(book, []segment.Dimension{given{"a", []string{"p", "q"}, nil, []int{0, 0, 1, 1}}}, "x")
	require.NoError(t, err)
	require.Equal(t, []float64{math.Inf(1)}, table.At(0).Sum)
	require.Equal(t, []float64{math.Inf(-1)}, table.At(1).Sum)
	require.Equal(t, []float64{0}, table.Margin().At().Sum) // not NaN
}

type faulty struct{ given }

func (faulty) Bind(*partition.Table) (*segment.Classes, error) { return nil, fmt.Errorf("no luck") }

type empty struct{ given }

func (empty) Bind(*partition.Table) (*segment.Classes, error) { return nil, nil }

func TestTabulateReportsAllFaults(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("revenue", []float64{1, 2}), partition.Flags("new", []bool{true, false}))
	require.NoError(t, err)
	fine := given{"fine", []string{"p"}, nil, []int{0, 0}}
	_, err = segment.Tabulate(book, []segment.Dimension{
		nil, fine, fine, faulty{given{name: "luck"}}, empty{given{name: "empty"}},
		given{"range", []string{"p", "q"}, nil, []int{2, -1}},
		given{"labels", []string{"p", "q", "p"}, nil, []int{0, 0}},
		given{"short", []string{"p", "q"}, []int{-1}, []int{0, 0}},
		given{"far", []string{"p", "q"}, []int{2, -2}, []int{0, 0}},
		given{"ring", []string{"p", "q", "r", "s"}, []int{1, 2, 1, -1}, []int{0, 0}},
	}, "revenu", "new", "revenue")
	require.ErrorIs(t, err, partition.ErrInput)
	require.Equal(t, []string{
		"dimensions[0]: is nil",
		"dimensions[2] = fine: occurs twice",
		"empty: was bound to nothing",
		"range.Of[0] = 2: is not one of its 2 classes",
		"range.Of[1] = -1: is not one of its 2 classes",
		"labels: has two classes \"p\"",
		"short: has 1 parents of 2 classes",
		"far: has a class \"p\" whose parent is none of the classes",
		"ring: has a class \"p\" that is above itself, or below one that is",
		"measures[0] = revenu: is not in the table; did you mean revenue?",
		"measures[1] = new: is a category, not a number",
		"no luck",
	}, lines(err))
}

func TestWithoutABook(t *testing.T) {
	_, err := segment.Tabulate(nil, nil)
	require.Equal(t, []string{"book: is nil"}, lines(err))
	_, err = segment.CoverageOf(nil, nil, "")
	require.Equal(t, []string{"book: is nil"}, lines(err))
	_, err = segment.Compare(nil, segment.Yardsticks{})
	require.Equal(t, []string{"book: is nil"}, lines(err))
	_, err = (&segment.Scheme{}).Coverage(nil, "")
	require.Equal(t, []string{"book: is nil"}, lines(err))
}

func TestTabulateDoesNotAllocatePerUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	const n = 20000
	book := numbers(t, map[string][]float64{"x": awkward(rng, n)})
	by := []segment.Dimension{randomDimension(rng, "a", n), randomDimension(rng, "b", n)}
	require.Less(t, testing.AllocsPerRun(3, func() {
		_, err := segment.Tabulate(book, by, "x")
		require.NoError(t, err)
	}), 500.0)
}

func BenchmarkTabulate(b *testing.B) {
	const n = 1_000_000
	rng := rand.New(rand.NewPCG(1, 1))
	for _, classes := range []int{10, 3000} {
		region, size := given{name: "region", of: make([]int, n)}, given{name: "size", of: make([]int, n)}
		for k := range classes {
			region.labels, size.labels = append(region.labels, fmt.Sprint(k)), append(size.labels, fmt.Sprint(k))
		}
		x := make([]float64, n)
		for i := range n {
			region.of[i], size.of[i], x[i] = rng.IntN(classes), rng.IntN(classes), math.Round(1e6*rng.Float64())/100
		}
		book := numbers(b, map[string][]float64{"x": x})
		b.Run(fmt.Sprintf("classes=%dx%d/measures=1/n=%d", classes, classes, n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := segment.Tabulate(book, []segment.Dimension{region, size}, "x")
				require.NoError(b, err)
			}
		})
	}
}

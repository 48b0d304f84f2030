package segment_test

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// randomBook is a book of n units and the order in which its rows stand.
type rows struct {
	region, industry []string
	staff, revenue   []float64
	order            []time.Time
}

func randomRows(r *rand.Rand, n int) rows {
	var b rows
	regions := []string{"32", "3201", "3205", "320505", "34", "3413", "", "77", "3205"}
	industries := []string{"steel", "auto", "food", "", "toys", "steel", "steel"}
	for range n {
		b.region = append(b.region, regions[r.IntN(len(regions))])
		b.industry = append(b.industry, industries[r.IntN(len(industries))])
		staff := math.Floor(math.Exp(r.Float64() * 7))
		if r.IntN(12) == 0 {
			staff = math.NaN()
		}
		b.staff = append(b.staff, staff)
		revenue := math.Round(math.Exp(r.NormFloat64()*3)*1e5) / 1e3
		switch r.IntN(12) {
		case 0:
			revenue = math.NaN()
		case 1:
			revenue = -revenue
		}
		b.revenue = append(b.revenue, revenue)
		b.order = append(b.order, day(1).AddDate(0, 0, -r.IntN(900)))
	}
	return b
}

// in gives the rows in another order: row i of the result is row order[i].
func (b rows) in(order []int) rows {
	var c rows
	for _, i := range order {
		c.region, c.industry = append(c.region, b.region[i]), append(c.industry, b.industry[i])
		c.staff, c.revenue = append(c.staff, b.staff[i]), append(c.revenue, b.revenue[i])
		c.order = append(c.order, b.order[i])
	}
	return c
}

func (b rows) table(t testing.TB, tree *partition.Tree) *partition.Table {
	t.Helper()
	book, err := partition.NewTable(
		partition.Codes("region", tree, b.region), partition.Categories("industry", b.industry),
		partition.Numbers("staff", b.staff), partition.Numbers("revenue", b.revenue), partition.Dates("order", b.order),
	)
	require.NoError(t, err)
	return book
}

func dimensions() []segment.Dimension {
	return []segment.Dimension{
		segment.Hierarchy{Attribute: "region"},
		segment.Category{Attribute: "industry"},
		segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{10, 50, 250}, Labels: []string{"tiny", "small", "medium", "large"}},
		segment.LifeCycle{Attribute: "order", AsOf: day(1), Days: []int{90, 365}, Labels: []string{"active", "dormant", "lost"}},
	}
}

func randomJoin(r *rand.Rand, ranked bool) segment.Join {
	all := []segment.Join{"", segment.ToParent, segment.ToOther, segment.ToNeighbour}
	if !ranked {
		all = all[:3]
	}
	return all[r.IntN(len(all))]
}

// randomScheme is a grid, a list or a decision tree over dimensions.
func randomScheme(r *rand.Rand) *segment.Scheme {
	s := &segment.Scheme{Dimensions: dimensions()}
	if r.IntN(3) > 0 {
		s.Minimum.Of = "revenue"
	}
	step := func(k int) segment.Step {
		return []segment.Step{
			{Dimension: "region", Level: 1 + r.IntN(3), Join: randomJoin(r, false)},
			{Dimension: "industry", Join: randomJoin(r, false)},
			{Dimension: "size", Join: randomJoin(r, true)},
			{Dimension: "order", Join: randomJoin(r, true)},
		}[k]
	}
	boxes := []partition.Box{
		{partition.In("industry", "steel")}, {partition.AtLeast("revenue", 100)}, {partition.Missing("staff")},
		{partition.Under("region", "32"), partition.Below("staff", 30)}, {partition.Under("region", "34")},
	}
	switch r.IntN(3) {
	case 0:
		s.Grid = &segment.Grid{}
		for _, k := range r.Perm(4)[:1+r.IntN(4)] {
			st := step(k)
			if k == 0 && r.IntN(2) == 0 {
				for level := range 2 {
					s.Grid.Order = append(s.Grid.Order, segment.Step{Dimension: "region", Level: level + 1, Join: randomJoin(r, false)})
				}
				st.Level = 0
			}
			s.Grid.Order = append(s.Grid.Order, st)
		}
	case 1:
		s.List = &segment.List{Join: randomJoin(r, true)}
		for i, k := range r.Perm(len(boxes)) {
			s.List.Cases = append(s.List.Cases, segment.Case{Label: "case " + strconv.Itoa(i), When: boxes[k]})
		}
	default:
		var grow func(depth int) *segment.Decision
		grow = func(depth int) *segment.Decision {
			if depth > 0 && (depth > 3 || r.IntN(3) == 0) {
				return &segment.Decision{}
			}
			if r.IntN(2) == 0 {
				return &segment.Decision{If: boxes[r.IntN(len(boxes))], Then: grow(depth + 1), Else: grow(depth + 1)}
			}
			k := r.IntN(4)
			st := step(k)
			d := &segment.Decision{By: st.Dimension, Level: st.Level, Join: st.Join}
			if label := []string{"Jiangsu", "steel", "tiny", "lost"}[k]; r.IntN(2) == 0 {
				d.Under = map[string]*segment.Decision{label: grow(depth + 1), "missing": grow(depth + 1)}
			}
			return d
		}
		s.Decision = grow(0)
	}
	return s
}

// The invariants of schemes, on random books and schemes.
func TestSchemeInvariants(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(3, 5))
	for range 200 {
		b := randomRows(r, r.IntN(120))
		book := b.table(t, tree)
		scheme := randomScheme(r)
		order := r.Perm(book.Len())
		shuffled := b.in(order).table(t, tree)
		var finer *segment.Segmentation
		for _, least := range []struct {
			count int
			value float64
		}{{0, 0}, {1, 0}, {2, 5}, {4, 5}, {4, 100}, {9, 100}, {20, 100}, {30, 1e3}, {1000, 1e3}} {
			scheme.Minimum.Units = least.count
			if scheme.Minimum.Value = 0; scheme.Minimum.Of != "" {
				scheme.Minimum.Value = least.value
			}
			cells, err := scheme.Apply(book)
			require.NoError(t, err)
			requireCells(t, cells, b, scheme)
			if finer != nil {
				requireUnion(t, finer, cells)
			}
			finer = cells

			// Another order of the units gives the same cells.
			again, err := scheme.Apply(shuffled)
			require.NoError(t, err)
			require.Equal(t, cells.Cells(), again.Cells())
			for i, from := range order {
				require.Equal(t, cells.Of(from), again.Of(i))
			}
		}
	}
}

// requireCells recounts the cells from the book.
func requireCells(t *testing.T, cells *segment.Segmentation, b rows, scheme *segment.Scheme) {
	t.Helper()
	count, kahan := make([]int, cells.K()), make([]float64, cells.K())
	inside := 0
	for i := range cells.Len() {
		c := cells.Of(i)
		if c < 0 {
			require.NotNil(t, scheme.List, "only a list leaves units out")
			continue
		}
		inside++
		count[c]++
		if v := b.revenue[i]; v == v {
			kahan[c] += v
		}
	}
	least := scheme.Minimum
	for i, c := range cells.Cells() {
		require.Equal(t, count[i], c.Units)
		require.Positive(t, c.Units)
		if least.Of != "" {
			require.InDelta(t, kahan[i], c.Value, 1e-6*(1+math.Abs(kahan[i])))
		}
		if c.Sparse {
			require.Equal(t, 1, cells.K(), "only the whole book is sparse")
			require.Equal(t, inside, c.Units)
			continue
		}
		require.GreaterOrEqual(t, c.Units, least.Units)
		if least.Value > 0 {
			require.GreaterOrEqual(t, c.Value, least.Value)
		}
		require.Equal(t, c.Combinations > 1, c.FellBackTo != "")
	}
	plan, err := cells.Plan()
	require.NoError(t, err)
	require.True(t, plan.Equal(cells))
}

// requireUnion: each coarse cell is a union of fine ones.
func requireUnion(t *testing.T, fine, coarse *segment.Segmentation) {
	t.Helper()
	into := make(map[int]int)
	for i := range fine.Len() {
		c, known := into[fine.Of(i)]
		if known {
			require.Equal(t, c, coarse.Of(i))
		}
		into[fine.Of(i)] = coarse.Of(i)
	}
}

// The labels of cells say which dimension a missing value is one of, and who is
// only known by a higher level.
func TestCellLabels(t *testing.T) {
	book, err := partition.NewTable(
		partition.Codes("region", regions(t), []string{"32", "3201", "320505", "", "77", "34"}),
		partition.Categories("industry", []string{"steel", "", "steel", "auto", "auto", "steel"}),
		partition.Flags("listed", []bool{true, false, true, false, true, true}),
	)
	require.NoError(t, err)
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{segment.Hierarchy{Attribute: "region"}, segment.Category{Attribute: "industry"}, segment.Category{Attribute: "listed"}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "region", Level: 1}, {Dimension: "listed"}, {Dimension: "region"}, {Dimension: "industry"}}},
	}
	cells, err := scheme.Apply(book)
	require.NoError(t, err)
	var labels []string
	for i, c := range cells.Cells() {
		require.Equal(t, c.Label, cells.Label(i))
		labels = append(labels, c.Label)
	}
	require.Equal(t, []string{
		"Jiangsu / listed no / Nanjing / industry missing", "Jiangsu / listed yes / Jiangsu unspecified / steel",
		"Jiangsu / listed yes / Huqiu / steel", "Anhui / listed yes / Anhui unspecified / steel",
		"region unknown / listed yes / auto", "region missing / listed no / auto",
	}, labels)
	require.Equal(t, []segment.PathStep{
		{By: "region level 1", Classes: []string{"Jiangsu"}}, {By: "listed", Classes: []string{"listed no"}},
		{By: "region", Classes: []string{"Nanjing"}}, {By: "industry", Classes: []string{"industry missing"}},
	}, cells.Cells()[0].Path)

	// Whoever is joined with those that are known no better is told apart in the label.
	scheme.Grid.Order = scheme.Grid.Order[:3]
	scheme.Minimum.Units = 2
	cells, err = scheme.Apply(book)
	require.NoError(t, err)
	labels = nil
	for _, c := range cells.Cells() {
		labels = append(labels, c.Label)
	}
	require.Equal(t, []string{"Jiangsu", "Anhui + region unknown + region missing"}, labels)
}

func TestGridOfTooManyCombinations(t *testing.T) {
	book := randomRows(rand.New(rand.NewPCG(1, 2)), 5).table(t, regions(t))
	scheme := &segment.Scheme{Grid: &segment.Grid{}}
	for i := range 30 {
		d := segment.Category{Attribute: "industry", As: strconv.Itoa(i)}
		scheme.Dimensions = append(scheme.Dimensions, d)
		scheme.Grid.Order = append(scheme.Grid.Order, segment.Step{Dimension: d.As})
	}
	_, err := scheme.Apply(book)
	require.ErrorContains(t, err, "grid.order: makes more than 2^63 combinations of classes")
}

func TestNoBook(t *testing.T) {
	scheme := &segment.Scheme{List: &segment.List{Cases: []segment.Case{{Label: "all"}}}}
	_, err := scheme.Apply(nil)
	require.EqualError(t, err, "book: is nil")
	_, err = scheme.Fit(nil)
	require.EqualError(t, err, "book: is nil")
	empty, err := partition.NewTable()
	require.NoError(t, err)
	cells, err := scheme.Apply(empty)
	require.NoError(t, err)
	require.Zero(t, cells.K())
	require.Empty(t, cells.Cells())
	_, err = cells.Update(nil, nil)
	require.EqualError(t, err, "book: is nil")
	revision, err := cells.Update(empty, nil)
	require.NoError(t, err)
	require.Empty(t, revision.Moves)
}

package segment_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// field is a book to compare candidates on: x has missing and awkward values, v
// amounts ≥ 0.
type field struct {
	x, v  []float64
	place []orb.Point
	today owners
	cells []owners
}

func randomField(rng *rand.Rand, n int) field {
	f := field{x: awkward(rng, n), v: make([]float64, n), place: make([]orb.Point, n)}
	for i := range n {
		f.v[i] = math.Round(1e4*rng.ExpFloat64()) / 100
		f.place[i] = orb.Point{100 + 20*rng.Float64(), 25 + 15*rng.Float64()}
		if rng.IntN(8) == 0 {
			f.v[i] = math.NaN()
		}
		if rng.IntN(8) == 0 {
			f.place[i] = orb.Point{math.NaN(), math.NaN()}
		}
	}
	random := func() owners {
		t := owners{1 + rng.IntN(5), make([]int, n)}
		for i := range t.of {
			t.of[i] = rng.IntN(t.k+1) - 1
		}
		return t
	}
	f.today = random()
	for range 1 + rng.IntN(3) {
		f.cells = append(f.cells, random())
	}
	return f
}

func (f field) permuted(order []int) field {
	p := field{x: pick(f.x, order), v: pick(f.v, order), place: pick(f.place, order), today: owners{f.today.k, pick(f.today.of, order)}}
	for _, c := range f.cells {
		p.cells = append(p.cells, owners{c.k, pick(c.of, order)})
	}
	return p
}

func (f field) compare(t testing.TB, value string) *segment.Comparison {
	t.Helper()
	book, err := partition.NewTable(partition.Numbers("x", f.x), partition.Numbers("v", f.v), partition.Places("place", f.place))
	require.NoError(t, err)
	var candidates []segment.Candidate
	for i, c := range f.cells {
		candidates = append(candidates, segment.Candidate{Name: fmt.Sprint(i), Cells: c})
	}
	c, err := segment.Compare(book, segment.Yardsticks{Value: value, Alike: []string{"x", "v"}, Today: f.today, Places: "place",
		Minimum: segment.Minimum{Units: 5, Value: 20, Of: "v"}}, candidates...)
	require.NoError(t, err)
	return c
}

func TestCompareIsTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		f := randomField(rng, rng.IntN(60))
		value := []string{"", "v"}[rng.IntN(2)]
		for i, p := range f.compare(t, value).Profiles {
			f.check(t, f.cells[i], value, p)
		}
	}
}

// check holds a profile to its formulas, in plain loops.
func (f field) check(t testing.TB, a owners, value string, p segment.Profile) {
	t.Helper()
	v := func(i int) float64 {
		switch {
		case value == "":
			return 1
		case math.IsNaN(f.v[i]):
			return 0
		}
		return f.v[i]
	}
	// Balance.
	units, amount, least := make([]int, a.k), make([]float64, a.k), make([]float64, a.k)
	var all float64
	var unassigned partition.Tally
	for i, c := range a.of {
		if all += v(i); c < 0 {
			unassigned.Units++
			unassigned.Amount += v(i)
			continue
		}
		units[c]++
		amount[c] += v(i)
		if f.v[i] == f.v[i] {
			least[c] += f.v[i]
		}
	}
	cells, sparse, most, sum := 0, 0, 0.0, 0.0
	for c := range a.k {
		if units[c] > 0 {
			cells++
			sum += amount[c]
			most = max(most, amount[c])
			if units[c] < 5 || least[c] < 20 {
				sparse++
			}
		}
	}
	require.Equal(t, []int{cells, a.k - cells, sparse, unassigned.Units}, []int{p.Cells, p.Empty, p.Sparse, p.Unassigned.Units})
	require.InDelta(t, unassigned.Amount, p.Unassigned.Amount, 1e-9)
	same := func(want, got float64) {
		t.Helper()
		if math.IsNaN(want) {
			require.True(t, math.IsNaN(got), "%v", got)
			return
		}
		require.InDelta(t, want, got, 1e-9*max(1, math.Abs(want)))
	}
	mean, variance := sum/float64(cells), 0.0
	for c := range a.k {
		if units[c] > 0 {
			variance += (amount[c] - mean) * (amount[c] - mean) / float64(cells)
		}
	}
	same(math.Sqrt(variance)/mean, p.CV)
	if cells == 0 {
		most = math.NaN()
	}
	same(most/all, p.Largest)

	// Homogeneity: the sum of squares between the cells over the total one.
	for m, x := range [][]float64{f.x, f.v} {
		n, mean := 0, 0.0
		count, level := make([]int, a.k+1), make([]float64, a.k+1)
		for i, c := range a.of {
			if !math.IsNaN(x[i]) {
				n++
				mean += x[i]
				count[c+1]++
				level[c+1] += x[i]
			}
		}
		mean /= float64(n)
		between, total, groups := 0.0, 0.0, 0
		for c := range level {
			if count[c] > 0 {
				groups++
				level[c] /= float64(count[c])
				between += float64(count[c]) * (level[c] - mean) * (level[c] - mean)
			}
		}
		within := 0.0
		for i, c := range a.of {
			if !math.IsNaN(x[i]) {
				total += (x[i] - mean) * (x[i] - mean)
				within += (x[i] - level[c+1]) * (x[i] - level[c+1])
			}
		}
		if n < 2 {
			require.True(t, math.IsNaN(p.Explained[m]))
			continue
		}
		same(between/total, p.Explained[m])
		if n > groups {
			same(1-within/float64(n-groups)/(total/float64(n-1)), p.Adjusted[m])
		} else {
			require.True(t, math.IsNaN(p.Adjusted[m]))
		}
	}

	// Churn: the best of all numberings.
	k := max(a.k, f.today.k)
	stays, best := -1.0, []partition.Churn(nil)
	permutations(k, func(number []int) {
		kept := 0.0
		var churn partition.Churn
		for i, c := range a.of {
			from, to := f.today.of[i], -1
			if c >= 0 {
				to = number[c]
			}
			add := func(to *partition.Tally) { to.Units++; to.Amount += v(i) }
			switch {
			case from == to && from >= 0:
				kept += v(i)
			case from == to:
			case from < 0:
				add(&churn.Assigned)
			case to < 0:
				add(&churn.Released)
			default:
				add(&churn.Moved)
			}
		}
		switch {
		case kept > stays+1e-9:
			stays, best = kept, []partition.Churn{churn}
		case kept > stays-1e-9:
			best = append(best, churn)
		}
	})
	require.True(t, slices.ContainsFunc(best, func(c partition.Churn) bool {
		return c.Moved.Units == p.Churn.Moved.Units && c.Assigned.Units == p.Churn.Assigned.Units && c.Released.Units == p.Churn.Released.Units &&
			math.Abs(c.Moved.Amount-p.Churn.Moved.Amount) < 1e-9*max(1, all) &&
			math.Abs(c.Assigned.Amount-p.Churn.Assigned.Amount) < 1e-9*max(1, all) &&
			math.Abs(c.Released.Amount-p.Churn.Released.Amount) < 1e-9*max(1, all)
	}), "%v is none of %v", p.Churn, best)

	// Split: each cell to its largest owner.
	var split partition.Tally
	for c := range a.k {
		var moved [][3]float64 // what stays if an owner gets the cell; what then moves
		for owner := range f.today.k {
			var m [3]float64
			for _, i := range a.members(c) {
				switch f.today.of[i] {
				case owner:
					m[0] += v(i)
				case partition.Unassigned:
				default:
					m[1]++
					m[2] += v(i)
				}
			}
			moved = append(moved, m)
		}
		best := slices.MaxFunc(moved, func(x, y [3]float64) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(y[1], x[1])) })
		split.Units += int(best[1])
		split.Amount += best[2]
	}
	require.Equal(t, split.Units, p.Split.Units)
	same(split.Amount, p.Split.Amount)

	// Travel, by angles instead of chords.
	travel, located := 0.0, 0
	for c := range a.k {
		var center [3]float64
		weigh := v
		if !slices.ContainsFunc(a.members(c), func(i int) bool { return v(i) > 0 && f.place[i][0] == f.place[i][0] }) {
			weigh = func(int) float64 { return 1 }
		}
		for _, i := range a.members(c) {
			if u := unit(f.place[i]); u[0] == u[0] {
				for x := range center {
					center[x] += weigh(i) * u[x]
				}
			}
		}
		for _, i := range a.members(c) {
			if u := unit(f.place[i]); u[0] == u[0] {
				located++
				cross := [3]float64{u[1]*center[2] - u[2]*center[1], u[2]*center[0] - u[0]*center[2], u[0]*center[1] - u[1]*center[0]}
				dot := u[0]*center[0] + u[1]*center[1] + u[2]*center[2]
				travel += 6371.0088 * math.Atan2(math.Sqrt(cross[0]*cross[0]+cross[1]*cross[1]+cross[2]*cross[2]), dot)
			}
		}
	}
	require.InDelta(t, travel, p.Travel, 1e-6*max(1, travel))
	require.Equal(t, located, p.Located)
}

func (t owners) members(c int) []int {
	var all []int
	for i, o := range t.of {
		if o == c {
			all = append(all, i)
		}
	}
	return all
}

func unit(p orb.Point) [3]float64 {
	lon, lat := p[0]*math.Pi/180, p[1]*math.Pi/180
	return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

func permutations(k int, visit func([]int)) {
	number := make([]int, 0, k)
	var extend func()
	extend = func() {
		if len(number) == k {
			visit(number)
		}
		for t := range k {
			if !slices.Contains(number, t) {
				number = append(number, t)
				extend()
				number = number[:len(number)-1]
			}
		}
	}
	extend()
}

// Everything but the churn, where several numberings may be as good, is the same
// to the last bit in any order of the units.
func TestCompareDoesNotDependOnTheOrderOfUnits(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for range 50 {
		n := 1 + rng.IntN(300)
		f := randomField(rng, n)
		first, second := f.compare(t, "v"), f.permuted(shuffled(rng, n)).compare(t, "v")
		for _, c := range []*segment.Comparison{first, second} {
			for i := range c.Profiles {
				c.Profiles[i].Churn = partition.Churn{}
			}
			c.By = segment.Yardsticks{}
		}
		require.Equal(t, fmt.Sprintf("%x", first.Profiles), fmt.Sprintf("%x", second.Profiles))
	}
}

// Cells drawn at random explain nothing in the mean once it is made up for
// their number.
func TestAdjustedIsFairToTheNumberOfCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	const n, rounds = 100, 400
	for _, k := range []int{2, 10, 50} {
		explained, adjusted := 0.0, 0.0
		for range rounds {
			x, of := make([]float64, n), make([]int, n)
			for i := range n {
				x[i], of[i] = rng.ExpFloat64(), i%k
			}
			c, err := segment.Compare(numbers(t, map[string][]float64{"x": x}), segment.Yardsticks{Alike: []string{"x"}},
				segment.Candidate{Name: "any", Cells: owners{k, of}})
			require.NoError(t, err)
			explained += c.Profiles[0].Explained[0] / rounds
			adjusted += c.Profiles[0].Adjusted[0] / rounds
		}
		require.InDelta(t, float64(k-1)/(n-1), explained, 0.02)
		require.InDelta(t, 0, adjusted, 0.02)
	}
}

func TestCompareExtremes(t *testing.T) {
	huge := []float64{math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, -math.MaxFloat64}
	book, err := partition.NewTable(
		partition.Numbers("huge", huge),
		partition.Numbers("tiny", []float64{5e-324, 5e-324, 0, 0}),
		partition.Numbers("same", []float64{7, 7, 7, 7}),
		partition.Numbers("loss", []float64{-5, 2, 1, -1}),
		partition.Numbers("none", []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}),
		partition.Places("place", []orb.Point{{0, 0}, {180, 0}, {90, 0}, {90, 0}}),
	)
	require.NoError(t, err)
	halves := segment.Candidate{Name: "halves", Cells: owners{2, []int{0, 0, 1, 1}}}
	ones := segment.Candidate{Name: "ones", Cells: owners{4, []int{0, 1, 2, 3}}}
	c, err := segment.Compare(book, segment.Yardsticks{Value: "loss", Alike: []string{"huge", "tiny", "same", "none"}, Places: "place",
		Today: owners{2, []int{0, 1, 0, 1}}}, halves, ones)
	require.NoError(t, err)
	p := c.Profiles[0]
	require.Equal(t, []float64{1, 1}, p.Explained[:2])
	require.Equal(t, []float64{1, 1}, p.Adjusted[:2])
	require.True(t, math.IsNaN(p.Explained[2]) && math.IsNaN(p.Explained[3]))
	require.True(t, math.IsNaN(p.CV) && math.IsNaN(p.Largest)) // there is a net loss
	require.Equal(t, "", p.LargestCell)
	require.InDelta(t, 20015.1, p.Travel, 0.1) // half round the world: only (180, 0) has a value
	require.True(t, math.IsNaN(c.Profiles[1].Adjusted[0]))
	require.Equal(t, []string{
		"by loss                               halves     ones",
		"cells                                      2        4",
		"empty cells                                0        0",
		"units in no cell                           0        0",
		"largest cell                               -        -",
		"its share of loss                          -        -",
		"CV of loss                                 -        -",
		"explained of huge                    100.0 %  100.0 %",
		"- adjusted                           100.0 %        -",
		"explained of tiny                    100.0 %  100.0 %",
		"- adjusted                           100.0 %        -",
		"explained of same                          -        -",
		"- adjusted                                 -        -",
		"explained of none                          -        -",
		"- adjusted                                 -        -",
		"units moved, each cell a territory         2        2",
	}, strings.Split(c.String(), "\n")[:16])

	// Two points that cancel out have no mean.
	c, err = segment.Compare(book, segment.Yardsticks{Places: "place"}, halves)
	require.NoError(t, err)
	require.InDelta(t, 20015.1, c.Profiles[0].Travel, 0.1) // from the pole: a quarter each
	require.Equal(t, "0", c.Profiles[0].LargestCell)       // of equal ones the first
}

func TestCompareOfNothing(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("x", nil), partition.Places("place", nil))
	require.NoError(t, err)
	c, err := segment.Compare(book, segment.Yardsticks{Value: "x", Alike: []string{"x"}, Places: "place", Today: owners{k: 2}},
		segment.Candidate{Name: "none", Cells: owners{k: 3}})
	require.NoError(t, err)
	require.Equal(t, 3, c.Profiles[0].Empty)
	require.Zero(t, c.Profiles[0].Travel)
	// Nobody has anything, today or then.
	c, err = segment.Compare(numbers(t, map[string][]float64{"x": {1, 2}}), segment.Yardsticks{Value: "x", Today: owners{of: []int{-1, -1}}},
		segment.Candidate{Name: "none", Cells: owners{of: []int{-1, -1}}}, segment.Candidate{Name: "all", Cells: owners{1, []int{0, 0}}})
	require.NoError(t, err)
	require.Equal(t, partition.Tally{Units: 2, Amount: 3}, c.Profiles[0].Unassigned)
	require.Zero(t, c.Profiles[0].Churn)
	require.Equal(t, partition.Churn{Assigned: partition.Tally{Units: 2, Amount: 3}}, c.Profiles[1].Churn)
	require.Zero(t, c.Profiles[1].Split)
	c, err = segment.Compare(book, segment.Yardsticks{})
	require.NoError(t, err)
	require.Empty(t, c.Profiles)
	require.NotEmpty(t, c.String())
}

func TestCompareReportsAllFaults(t *testing.T) {
	book, err := partition.NewTable(partition.Numbers("revenue", []float64{1, 2}))
	require.NoError(t, err)
	fine := owners{1, []int{0, 0}}
	_, err = segment.Compare(book, segment.Yardsticks{
		Value: "revenu", Alike: []string{"x"}, Today: owners{1, []int{0}}, Places: "revenue", Minimum: segment.Minimum{Units: -1, Value: math.NaN()},
	},
		segment.Candidate{Name: "a", Cells: fine}, segment.Candidate{Cells: fine}, segment.Candidate{Name: "a", Cells: fine},
		segment.Candidate{Name: "nil"}, segment.Candidate{Name: "range", Cells: owners{1, []int{1, -2}}},
		segment.Candidate{Name: "k", Cells: owners{-1, []int{-1, -1}}},
	)
	require.ErrorIs(t, err, partition.ErrInput)
	require.Equal(t, []string{
		"Value = revenu: is not in the table; did you mean revenue?",
		"Alike[0] = x: is not in the table",
		"Today = 1: is not the number of units of the book, 2",
		"Places = revenue: is a number, not a place",
		"candidates[1]: has no name",
		"candidates[2] = a: is the name of candidate 0 too",
		"candidates[3].Cells: is nil",
		"candidates[4].Cells[0] = 1: is neither one of 1 cells nor -1 (unassigned)",
		"candidates[4].Cells[1] = -2: is neither one of 1 cells nor -1 (unassigned)",
		"candidates[5].Cells = -1: is no number of cells for 2 units",
		"minimum.units = -1: is negative",
		"minimum.value = NaN: is not a finite number of at least 0",
	}, lines(err))
}

func TestCompareDoesNotDependOnTheProcessors(t *testing.T) {
	f := randomField(rand.New(rand.NewPCG(6, 1)), 30000)
	var first string
	for _, processors := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(processors)
		text := fmt.Sprintf("%x", f.compare(t, "v").Profiles)
		runtime.GOMAXPROCS(before)
		if first == "" {
			first = text
		}
		require.Equal(t, first, text, "%d processors", processors)
	}
}

func TestCompareDoesNotAllocatePerUnit(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	f := randomField(rng, 20000)
	require.Less(t, testing.AllocsPerRun(3, func() { f.compare(t, "v") }), 1000.0)
}

func BenchmarkCompare(b *testing.B) {
	const n, k = 1_000_000, 500
	rng := rand.New(rand.NewPCG(1, 1))
	f := randomField(rng, n)
	book, err := partition.NewTable(partition.Numbers("x", f.x), partition.Numbers("v", f.v), partition.Places("place", f.place))
	require.NoError(b, err)
	plan := func(k int) *partition.Plan {
		of := make([]int, n)
		for i := range of {
			of[i] = rng.IntN(k)
		}
		p, err := partition.NewPlan(k, of)
		require.NoError(b, err)
		return p
	}
	by := segment.Yardsticks{Value: "v", Alike: []string{"x"}, Today: plan(200), Places: "place", Minimum: segment.Minimum{Units: 20}}
	var four []segment.Candidate
	for c := range 4 {
		four = append(four, segment.Candidate{Name: fmt.Sprint(c), Cells: plan(k)})
	}
	for _, part := range []struct {
		name string
		by   segment.Yardsticks
	}{
		{"balance", segment.Yardsticks{Value: "v"}},
		{"explained", segment.Yardsticks{Value: "v", Alike: []string{"x"}}},
		{"churn", segment.Yardsticks{Value: "v", Today: by.Today}},
		{"travel", segment.Yardsticks{Value: "v", Places: "place"}},
		{"all", by},
	} {
		b.Run(fmt.Sprintf("by=%s/schemes=4/cells=%d/n=%d", part.name, k, n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := segment.Compare(book, part.by, four...)
				require.NoError(b, err)
			}
		})
	}
}

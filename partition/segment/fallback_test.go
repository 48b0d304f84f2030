package segment_test

import (
	"cmp"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// group is a node of the tree of a grid, made by the letter of the definition.
type group struct {
	units []int
	parts []*group
	first int // of its classes
	rank  int // position among the ranked classes; -1: stands aside
	last  int // likewise, of the last one in it
}

// oracle divides a book by a grid, one union of sets of units after the other.
type oracle struct {
	scheme *segment.Scheme
	bound  map[string]*segment.Classes
	value  []float64
}

func (o *oracle) sum(units []int) float64 {
	s := new(big.Float).SetPrec(4096)
	for _, i := range units {
		if v := o.value[i]; v == v {
			s.Add(s, big.NewFloat(v))
		}
	}
	f, _ := s.Float64()
	return f
}

// class of a unit at a step.
func (o *oracle) class(unit int, step segment.Step) int {
	c := o.bound[step.Dimension]
	var line []int // from the top
	for k := c.Of(unit); k >= 0; {
		line = append([]int{k}, line...)
		if c.Parent == nil {
			break
		}
		k = c.Parent[k]
	}
	if step.Level == 0 || step.Level > len(line) {
		return line[len(line)-1]
	}
	return line[step.Level-1]
}

func (o *oracle) grow(units []int, depth int) *group {
	g := &group{units: units}
	order := o.scheme.Grid.Order
	if depth == len(order) {
		return g
	}
	step := order[depth]
	classes := o.bound[step.Dimension]
	for k := range classes.Labels {
		var some []int
		for _, i := range units {
			if o.class(i, step) == k {
				some = append(some, i)
			}
		}
		if some == nil {
			continue
		}
		part := o.grow(some, depth+1)
		part.first, part.rank = k, -1
		if step.Join == segment.ToNeighbour && k < classes.Ranked {
			part.rank, part.last = k, k
		}
		g.parts = append(g.parts, part)
	}
	if step.Join == segment.ToParent {
		return g
	}
	total := o.sum(units)
	size := func(p *group) float64 {
		s := float64(len(p.units)) / float64(len(units))
		if o.scheme.Minimum.Of != "" && total > 0 {
			s = math.Min(s, math.Max(0, o.sum(p.units)/total))
		}
		return s
	}
	smallest := func(among []*group) *group {
		var least *group
		for _, p := range among {
			if least == nil || cmp.Or(cmp.Compare(size(p), size(least)), cmp.Compare(len(p.units), len(least.units)), cmp.Compare(p.first, least.first)) < 0 {
				least = p
			}
		}
		return least
	}
	for len(g.parts) > 2 {
		a := smallest(g.parts)
		others := slices.DeleteFunc(slices.Clone(g.parts), func(p *group) bool { return p == a })
		var besides []*group
		if a.rank >= 0 {
			var below, above *group
			for _, p := range others {
				if p.rank >= 0 && p.rank < a.rank && (below == nil || p.rank > below.rank) {
					below = p
				}
				if p.rank > a.rank && (above == nil || p.rank < above.rank) {
					above = p
				}
			}
			for _, p := range []*group{below, above} {
				if p != nil {
					besides = append(besides, p)
				}
			}
		}
		if a.rank < 0 { // it stands aside, and is with the lowest
			for _, p := range others {
				if p.rank >= 0 && (besides == nil || p.rank < besides[0].rank) {
					besides = []*group{p}
				}
			}
		}
		if besides == nil {
			besides = others
		}
		b := smallest(besides)
		both := &group{units: append(slices.Clone(a.units), b.units...), parts: []*group{a, b}, first: min(a.first, b.first), rank: max(a.rank, b.rank)}
		if a.rank >= 0 && b.rank >= 0 {
			both.rank = min(a.rank, b.rank)
		}
		g.parts = append(slices.DeleteFunc(others, func(p *group) bool { return p == b }), both)
	}
	return g
}

func (o *oracle) cells(g *group) [][]int {
	least := o.scheme.Minimum
	for _, p := range g.parts {
		if len(p.units) < least.Units || least.Value > 0 && o.sum(p.units) < least.Value {
			return [][]int{g.units}
		}
	}
	if g.parts == nil {
		return [][]int{g.units}
	}
	var all [][]int
	for _, p := range g.parts {
		all = append(all, o.cells(p)...)
	}
	return all
}

// The cells of grids are those of the definition.
func TestGridIsThatOfTheDefinition(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(55, 89))
	joined := 0
	for range 400 {
		b := randomRows(r, 1+r.IntN(60))
		if r.IntN(2) == 0 { // many ties
			for i := range b.revenue {
				b.revenue[i] = float64(r.IntN(3))
			}
		}
		book := b.table(t, tree)
		scheme := randomScheme(r)
		if scheme.Grid == nil {
			continue
		}
		o := &oracle{scheme: scheme, bound: make(map[string]*segment.Classes), value: b.revenue}
		for _, d := range scheme.Dimensions {
			c, err := d.Bind(book)
			require.NoError(t, err)
			o.bound[d.Name()] = c
		}
		scheme.Minimum.Units = r.IntN(6)
		if scheme.Minimum.Of != "" {
			scheme.Minimum.Value = float64(r.IntN(20))
		}
		all := make([]int, book.Len())
		for i := range all {
			all[i] = i
		}
		want := make([]int, book.Len())
		for k, units := range o.cells(o.grow(all, 0)) {
			for _, i := range units {
				want[i] = k
			}
		}
		cells, err := scheme.Apply(book)
		require.NoError(t, err)
		into, from := make(map[int]int), make(map[int]int)
		for i, k := range want {
			c := cells.Of(i)
			if old, known := into[k]; known {
				require.Equal(t, old, c)
			}
			if old, known := from[c]; known {
				require.Equal(t, old, k)
			}
			into[k], from[c] = c, k
		}
		for _, c := range cells.Cells() {
			for _, p := range c.Path {
				joined += len(p.Classes) - 1
			}
		}
	}
	require.Greater(t, joined, 50)
}

// Sizes that stand between medium and large only meet these, and what has no
// rank meets the lowest one.
func TestNeighboursJoin(t *testing.T) {
	var staff []float64
	for value, n := range map[float64]int{1: 50, 20: 40, 100: 5, 900: 30, math.NaN(): 3} {
		for range n {
			staff = append(staff, value)
		}
	}
	book, err := partition.NewTable(partition.Numbers("staff", staff))
	require.NoError(t, err)
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{segment.Bands{Attribute: "staff", Cuts: []float64{10, 50, 250}, Labels: []string{"tiny", "small", "medium", "large"}}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "staff", Join: segment.ToNeighbour}}},
	}
	for _, c := range []struct {
		least int
		want  []string
	}{
		{0, []string{"tiny", "small", "medium", "large", "staff missing"}},
		{4, []string{"tiny + staff missing", "small", "medium", "large"}},
		{10, []string{"tiny + staff missing", "small", "medium + large"}},
		{39, []string{"tiny + staff missing", "small + medium + large"}},
		{53, []string{"tiny + staff missing", "small + medium + large"}},
		{54, []string{"all"}},
		{500, []string{"all"}},
	} {
		scheme.Minimum.Units = c.least
		cells, err := scheme.Apply(book)
		require.NoError(t, err)
		var got []string
		for _, cell := range cells.Cells() {
			got = append(got, cell.Label)
		}
		require.Equal(t, c.want, got, "minimum %d", c.least)
	}
}

// Parts without value are pooled two by two as others are, and not one after
// the other, which nobody could read and which takes the square of their number.
func TestJoinsOfPartsWithoutValueAreBalanced(t *testing.T) {
	const n = 4096
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	for _, value := range []float64{0, -1} {
		revenue := slices.Repeat([]float64{value}, n)
		revenue[n-1] = 2 * n
		book := bookOf(t, partition.Categories("name", names), partition.Numbers("revenue", revenue))
		for _, join := range []segment.Join{segment.ToOther, segment.ToNeighbour} {
			cells, err := (&segment.Scheme{
				Dimensions: []segment.Dimension{segment.Category{Attribute: "name", Ranked: true}},
				Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "name", Join: join}}},
				Minimum:    segment.Minimum{Units: n, Of: "revenue"},
			}).Apply(book)
			require.NoError(t, err)
			require.Equal(t, 1, cells.K())
			require.LessOrEqual(t, len(cells.Explain(0).Merges), 15)
		}
	}
}

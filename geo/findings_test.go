package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Two reps' areas overlap, and four of them enclose a place that nobody has.
func ExampleCoverage_Findings() {
	areas := []orb.MultiPolygon{
		rectangle(0, 0, 3, 1), rectangle(2, 1, 3, 3), rectangle(0, 2, 2, 3), rectangle(0, 1, 1, 2.5),
	}
	c, err := geo.NewCoverage(areas, 0)
	if err != nil {
		panic(err)
	}
	for _, f := range c.Findings(geo.Plane{}) {
		if f.Kind != geo.MissingVertex {
			fmt.Println(f.Detail, f.Amount, f.Witness)
		}
	}
	// Output:
	// areas 2 and 3 overlap at [0 2] 0.5 [[[0 2] [1 2] [1 2.5] [0 2.5] [0 2]]]
	// areas 0, 1, 2 and 3 enclose a gap at [1 1] 1 [[[1 1] [2 1] [2 2] [1 2] [1 1]]]
}

func rectangle(x0, y0, x1, y1 float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}, {x0, y0}}}}
}

// A border that was drawn twice leaves a strip of a hundred metres.
func ExampleCoverage_Slivers() {
	west := rectangle(0, 0, 10_000, 10_000)
	east := rectangle(10_100, 0, 20_000, 10_000)
	c, err := geo.NewCoverage([]orb.MultiPolygon{west, east}, 0)
	if err != nil {
		panic(err)
	}
	slivers, err := c.Slivers(200, geo.Plane{})
	if err != nil {
		panic(err)
	}
	for _, f := range slivers {
		fmt.Println(f.Detail, f.Amount, f.Witness)
	}
	// Output:
	// areas 0 and 1 leave a narrow strip at [10000 0] 1e+06 [[[10000 0] [10100 0] [10100 10000] [10000 10000] [10000 0]]]
}

// Lesotho lies in South Africa.
func ExampleCoverage_Enclaves() {
	c, err := geo.NewCoverage(grid(3, 3), 0)
	if err != nil {
		panic(err)
	}
	plan, err := partition.NewPlan(2, []int{0, 0, 0, 0, 1, 0, 0, 0, 0})
	if err != nil {
		panic(err)
	}
	fmt.Println(c.Enclaves(plan))
	// Output:
	// [{1 0}] <nil>
}

func findings(t *testing.T, areas []orb.MultiPolygon, snap float64, kind geo.Kind) (list []geo.Finding) {
	t.Helper()
	c, err := geo.NewCoverage(areas, snap)
	require.NoError(t, err)
	for _, f := range c.Findings(geo.Plane{}) {
		if f.Kind == kind {
			list = append(list, f)
		}
	}
	return list
}

func TestMissingVertexNamesTheRingAndItsNeighbours(t *testing.T) {
	areas := []orb.MultiPolygon{rectangle(0, 1, 1, 2), rectangle(1, 1, 2, 2), rectangle(0, 0, 2, 1)}
	found := findings(t, areas, 0, geo.MissingVertex)
	require.Len(t, found, 1)
	require.Equal(t, []int{2, 0, 1}, found[0].Areas, "the area that lacks it comes first")
	require.Equal(t, orb.Point{1, 1}, found[0].At)
	require.Equal(t, "area 2: ring 0 of part 0 has no vertex in 1 place where areas 0 and 1 have one on its border, first at [1 1]", found[0].Detail)

	// With a snap, a vertex beside an edge divides it as well.
	areas[0][0][0][1][1], areas[1][0][0][0][1], areas[1][0][0][4][1] = 0.99, 0.99, 0.99
	require.Empty(t, findings(t, areas, 0.001, geo.MissingVertex))
	require.Len(t, findings(t, areas, 0.02, geo.MissingVertex), 1)
	require.Len(t, findings(t, areas, 0.001, geo.Overlap), 2)
	require.Empty(t, findings(t, areas, 0.02, geo.Overlap))
}

func TestOverlapsWithoutCommonBorders(t *testing.T) {
	cases := map[string]struct {
		areas  []orb.MultiPolygon
		pairs  [][]int
		amount float64
	}{
		"crossing":                  {areas: []orb.MultiPolygon{block(0, 0, 2), block(1, 1, 2)}, pairs: [][]int{{0, 1}}, amount: 1},
		"within":                    {areas: []orb.MultiPolygon{block(1, 1, 2), block(0, 0, 9)}, pairs: [][]int{{0, 1}}, amount: 4},
		"in a corner":               {areas: []orb.MultiPolygon{block(0, 0, 2), block(0, 0, 9)}, pairs: [][]int{{0, 1}}, amount: 4},
		"the same twice":            {areas: []orb.MultiPolygon{block(0, 0, 2), block(5, 5, 1), block(0, 0, 2)}, pairs: [][]int{{0, 2}}, amount: 4},
		"in a hole":                 {areas: []orb.MultiPolygon{block(3, 3, 1), {{block(0, 0, 9)[0][0], block(2, 2, 3)[0][0]}}}},
		"touching corners":          {areas: []orb.MultiPolygon{block(0, 0, 2), block(2, 2, 2)}},
		"beside in a hole's corner": {areas: []orb.MultiPolygon{block(2, 2, 1), {{block(0, 0, 9)[0][0], block(2, 2, 3)[0][0]}}}},
		"inside by way of a third": {areas: []orb.MultiPolygon{block(1, 2, 3), block(3, 1, 3), block(2, 3, 1)},
			pairs: [][]int{{0, 1}, {0, 2}}, amount: 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var pairs [][]int
			amount := 0.0
			for _, f := range findings(t, c.areas, 0, geo.Overlap) {
				pairs = append(pairs, f.Areas)
				amount += f.Amount
			}
			require.Equal(t, c.pairs, pairs)
			require.Equal(t, c.amount, amount)
		})
	}
}

// A lake with an island is one gap with a hole, the bay beside it is none.
func TestGapsKeepTheirIslands(t *testing.T) {
	var areas []orb.MultiPolygon
	for i, b := range grid(7, 7) {
		if x, y := i%7, i/7; x < 1 || x > 5 || y < 1 || y > 5 || x == 3 && y == 3 {
			if x != 6 || y != 3 {
				areas = append(areas, b)
			}
		}
	}
	require.Empty(t, findings(t, areas, 0, geo.Gap), "the lake runs out to the sea")
	areas = append(areas, block(6, 3, 1))
	found := findings(t, areas, 0, geo.Gap)
	require.Len(t, found, 1)
	require.Equal(t, 24.0, found[0].Amount)
	require.Len(t, found[0].Witness, 2)
	require.Len(t, found[0].Areas, 21, "all but the four in the corners")
}

func TestSliversAreNarrow(t *testing.T) {
	for _, width := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		c, err := geo.NewCoverage(nil, 0)
		require.NoError(t, err)
		_, err = c.Slivers(width, nil)
		require.ErrorIs(t, err, partition.ErrInput)
	}
	cases := map[string]struct {
		areas []orb.MultiPolygon
		want  float64 // surface of all slivers of width 0.1
	}{
		"apart":            {areas: []orb.MultiPolygon{block(0, 0, 2), block(2.2, 0, 2)}},
		"beside":           {areas: []orb.MultiPolygon{block(0, 0, 2), block(2.0625, 1, 2)}, want: 0.0625},
		"shared":           {areas: []orb.MultiPolygon{block(0, 0, 2), block(1.9375, 0, 2)}, want: 0.125},
		"much shared":      {areas: []orb.MultiPolygon{block(0, 0, 2), block(1, 0, 2)}},
		"a corner":         {areas: []orb.MultiPolygon{block(0, 0, 2), {{{{2, 0}, {4, 0}, {4, 2}, {2, 0}}}}}},
		"filled by others": {areas: []orb.MultiPolygon{block(0, 0, 2), block(2.0625, 0, 2), rectangle(2, 0, 2.0625, 2)}},
		"one on its own":   {areas: []orb.MultiPolygon{{block(0, 0, 2)[0], block(2.0625, 0, 2)[0]}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			coverage, err := geo.NewCoverage(c.areas, 0)
			require.NoError(t, err)
			slivers, err := coverage.Slivers(0.1, geo.Plane{})
			require.NoError(t, err)
			got := 0.0
			for _, f := range slivers {
				got += f.Amount
				require.Equal(t, geo.Sliver, f.Kind)
				require.NotEmpty(t, f.Witness)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestEnclavesByDefinition(t *testing.T) {
	r := splitmix.Fork(9, 0)
	const columns, rows = 5, 4
	c, err := geo.NewCoverage(grid(columns, rows), 0)
	require.NoError(t, err)
	found := 0
	for range 2000 {
		of := make([]int, columns*rows)
		for i := range of {
			if r.Below(4) == 0 {
				of[i] = r.Below(6) - 1
			}
		}
		plan, err := partition.NewPlan(5, of)
		require.NoError(t, err)
		var want []geo.Enclave
		for k := range 5 {
			around := map[int]bool{}
			for u := range plan.Units(k) {
				x, y := u%columns, u/columns
				for _, to := range [][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
					other := -1
					if to[0] >= 0 && to[0] < columns && to[1] >= 0 && to[1] < rows {
						other = of[to[1]*columns+to[0]]
					}
					if other != k {
						around[other] = true
					}
				}
			}
			if len(around) == 1 && !around[-1] {
				for outer := range around {
					want = append(want, geo.Enclave{Inner: k, Outer: outer})
				}
			}
		}
		got, err := c.Enclaves(plan)
		require.NoError(t, err)
		require.Equal(t, want, got)
		found += len(got)
	}
	require.Positive(t, found)
	units, err := c.Enclaves(nil)
	require.NoError(t, err)
	require.Empty(t, units)
	lake, err := geo.NewCoverage([]orb.MultiPolygon{block(2, 2, 1), {{block(0, 0, 9)[0][0], block(2, 2, 1)[0][0]}}}, 0)
	require.NoError(t, err)
	units, err = lake.Enclaves(nil)
	require.NoError(t, err)
	require.Equal(t, []geo.Enclave{{Inner: 0, Outer: 1}}, units)
}

package district_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// line is a path of units, some of its edges missing.
func line(n int, missing ...int) partition.Adjacency {
	a := make(partition.Adjacency, n)
next:
	for u := range n - 1 {
		for _, m := range missing {
			if u == m {
				continue next
			}
		}
		a[u] = append(a[u], u+1)
		a[u+1] = append(a[u+1], u)
	}
	return a
}

func visits(lower, upper float64, k int, values ...float64) partition.Measure {
	m := partition.Measure{Name: "visits", Value: values}
	for range k {
		m.Lower, m.Upper = append(m.Lower, lower), append(m.Upper, upper)
	}
	return m
}

func TestPlainReasons(t *testing.T) {
	inf := math.Inf(1)
	free := partition.Unassigned
	square := partition.Adjacency{{1, 2}, {0, 3}, {0, 3}, {1, 2}}
	for _, c := range []struct {
		name string
		p    partition.Problem
		want partition.InfeasibleError
	}{
		{"too few units", partition.Problem{K: 4, Contiguity: line(3), Measures: []partition.Measure{visits(0, inf, 4, 1, 1, 1)}},
			partition.InfeasibleError{Need: 4, Have: 3, Why: "4 territories need a unit each, but there are 3"}},
		{"forbidden everywhere", partition.Problem{K: 2, Contiguity: line(3), Forbidden: [][2]int{{1, 0}, {1, 1}}, Measures: []partition.Measure{visits(0, inf, 2, 1, 1, 1)}},
			partition.InfeasibleError{Need: 1, Have: 0, Units: []int{1}, Why: "every territory is forbidden to B"}},
		{"a heavy unit", partition.Problem{K: 2, Contiguity: line(3), Measures: []partition.Measure{visits(0, 5, 2, 1, 6, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 6, Have: 5, Units: []int{1}, Why: "B has 6 of visits, more than the upper limit 5 of every territory"}},
		{"a unit too heavy where it may go", partition.Problem{K: 2, Contiguity: line(3), Forbidden: [][2]int{{1, 1}},
			Measures: []partition.Measure{{Name: "visits", Value: []float64{1, 6, 1}, Upper: []float64{5, 9}}}},
			partition.InfeasibleError{Measure: "visits", Need: 6, Have: 5, Units: []int{1}, Territories: []int{0},
				Why: "B has 6 of visits, more than the upper limit 5 of territory 0, the only one that may take it"}},
		{"fixed units too heavy together", partition.Problem{K: 2, Contiguity: line(4), Fixed: []int{0, 0, free, free}, Measures: []partition.Measure{visits(0, 6, 2, 4, 3, 2, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 7, Have: 6, Units: []int{0, 1}, Territories: []int{0},
				Why: "the 2 units that territory 0 must hold have 7 of visits together, more than its upper limit 6"}},
		{"all that may be in it too light", partition.Problem{K: 2, Contiguity: line(4), Fixed: []int{0, 1, 1, free}, Measures: []partition.Measure{visits(4, 9, 2, 1, 2, 3, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 4, Have: 2, Territories: []int{0},
				Why: "all units that may be in territory 0 have 2 of visits together, less than its lower limit 4"}},
		{"too much in all", partition.Problem{K: 2, Contiguity: line(4), Measures: []partition.Measure{visits(0, 4, 2, 3, 3, 2, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 9, Have: 8, Why: "the units have 9 of visits together, more than the 8 that the 2 upper limits add up to"}},
		{"too little in all", partition.Problem{K: 2, Contiguity: line(4), Measures: []partition.Measure{visits(5, 9, 2, 3, 3, 2, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 10, Have: 9, Why: "the units have 9 of visits together, less than the 10 that the 2 lower limits add up to"}},
		{"too many parts", partition.Problem{K: 2, Contiguity: line(5, 1, 2), Measures: []partition.Measure{visits(0, 9, 2, 1, 1, 1, 1, 1)}},
			partition.InfeasibleError{Need: 3, Have: 2, Units: []int{2},
				Why: "the map has 3 parts that are not connected, each of which needs a territory, but there are 2; the smallest part is C"}},
		{"fixed in two parts", partition.Problem{K: 2, Contiguity: line(4, 1), Fixed: []int{0, free, free, 0}, Measures: []partition.Measure{visits(0, 9, 2, 1, 1, 1, 1)}},
			partition.InfeasibleError{Need: 1, Have: 2, Units: []int{0, 3}, Territories: []int{0},
				Why: "A and D must both be in territory 0, but are in parts of the map that are not connected"}},
		{"fixed and cut off", partition.Problem{K: 2, Contiguity: line(4), Fixed: []int{0, 1, free, 0}, Measures: []partition.Measure{visits(0, 9, 2, 1, 1, 1, 1)}},
			partition.InfeasibleError{Need: 1, Have: 2, Units: []int{0, 3}, Territories: []int{0},
				Why: "A and D must both be in territory 0, but no units that may be in it connect them"}},
		{"a part that fits no number", partition.Problem{K: 3, Contiguity: line(6, 1), Measures: []partition.Measure{visits(4, 6, 3, 4, 3, 3, 2, 2, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 7, Have: 6, Units: []int{0, 1},
				Why: "the part of the map with A and B has 7 of visits, which fits no whole number of territories: 1 take at most 6, 2 need at least 8"}},
		{"a part too light", partition.Problem{K: 2, Contiguity: line(4, 0), Measures: []partition.Measure{visits(4, 9, 2, 3, 3, 2, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 4, Have: 3, Units: []int{0},
				Why: "the part of the map with A has 3 of visits and is connected to nothing else: a territory needs at least 4"}},
		{"parts that need too many", partition.Problem{K: 3, Contiguity: line(6, 2), Measures: []partition.Measure{visits(0, 4, 3, 3, 2, 1, 2, 3, 1)}},
			partition.InfeasibleError{Need: 4, Have: 3,
				Why: "the 2 parts of the map that are not connected make at least 4 territories within the limits, but there are to be 3"}},
		{"a unit with nothing around it that fits", partition.Problem{K: 2, Contiguity: square, Measures: []partition.Measure{visits(8, 10, 2, 7, 4, 4, 1)}},
			partition.InfeasibleError{Measure: "visits", Need: 8, Have: 7, Units: []int{0},
				Why: "no connected set of units with A (7 of visits) is within the limits 8 and 10 of a territory: the nearest have 7 and 11"}},
		{"a peninsula", partition.Problem{K: 2, Contiguity: partition.Adjacency{{1}, {0, 2, 3}, {1, 3}, {1, 2}}, Measures: []partition.Measure{visits(9, 10, 2, 2, 9, 5, 4)}},
			partition.InfeasibleError{Measure: "visits", Need: 9, Have: 2, Units: []int{0},
				Why: "no connected set of units with A (2 of visits) is within the limits 9 and 10 of a territory: the nearest have 2 and 11"}},
		{"nothing but the search of all plans", partition.Problem{K: 2, Contiguity: partition.Adjacency{{1, 2, 3}, {0}, {0}, {0}}, Measures: []partition.Measure{visits(4, 6, 2, 1, 3, 3, 3)}},
			partition.InfeasibleError{Need: 2, Units: []int{0, 1, 2, 3},
				Why: "no division into 2 connected territories keeps the limits: an exhaustive search ruled all of them out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.p.Label = func(u int) string { return string(rune('A' + u)) }
			require.True(t, math.IsInf(bestPlan(&c.p, false), 1), "the case has a plan")
			_, err := district.Cut{}.Partition(t.Context(), &c.p)
			var e *partition.InfeasibleError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, partition.ErrInfeasible)
			require.Equal(t, c.want, *e)
		})
	}
}

func TestCutReportsFaultsOfTheInput(t *testing.T) {
	graph, err := geo.NewContiguity(3, [][2]int{{0, 1}}, nil)
	require.NoError(t, err)
	me := []partition.Measure{{Value: []float64{1, 2}}}
	for _, c := range []struct {
		name string
		p    *partition.Problem
		cut  district.Cut
		want string
	}{
		{"no graph", &partition.Problem{K: 1, Measures: me}, district.Cut{}, "Contiguity: is nil: connected territories need to know which units are neighbours"},
		{"a graph of other units", &partition.Problem{K: 1, Measures: me, Contiguity: graph}, district.Cut{}, "Contiguity = 3: is a graph of other units than the 2 of the problem"},
		{"no lengths", &partition.Problem{K: 1, Measures: me, Contiguity: line(2)}, district.Cut{Objective: district.CutBorder, Chains: -1, Budget: -2},
			"Cut.Chains = -1: is negative\nCut.Budget = -2: is negative\nContiguity: has no lengths: CutBorder needs a method Border(a, b int) float64"},
		{"an objective of another world", &partition.Problem{K: 1, Measures: me, Contiguity: line(2)}, district.Cut{Objective: 7}, "Cut.Objective = 7: is neither CutEdges nor CutBorder"},
		{"a border that is no length", &partition.Problem{K: 1, Measures: me, Contiguity: badBorder{line(2)}}, district.Cut{},
			"Contiguity.Border[0] = NaN: with unit 1 is not a finite length ≥ 0\nContiguity.Border[1] = NaN: with unit 0 is not a finite length ≥ 0"},
		{"nothing", nil, district.Cut{}, "Problem: is nil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.cut.Partition(t.Context(), c.p)
			require.ErrorIs(t, err, partition.ErrInput)
			require.EqualError(t, err, c.want)
		})
	}
	_, err = district.Cut{}.Partition(t.Context(), &partition.Problem{Measures: me, Contiguity: line(2)})
	require.EqualError(t, err, "unsupported operation: K = 0: Cut does not choose the number of territories")
}

type badBorder struct{ partition.Adjacency }

func (badBorder) Border(a, b int) float64 { return math.NaN() }

// A problem without units has no territories, and no plan for one.
func TestCutOfNothing(t *testing.T) {
	_, err := district.Cut{}.Partition(t.Context(), &partition.Problem{K: 1, Contiguity: line(1)[:0]})
	require.ErrorIs(t, err, partition.ErrInfeasible)
	for n := 1; n < 4; n++ {
		r, err := district.Cut{}.Partition(t.Context(), &partition.Problem{K: n, Contiguity: line(n), Measures: []partition.Measure{hours(n, 0, 1)}})
		require.NoError(t, err, strconv.Itoa(n))
		require.Equal(t, float64(n-1), r.Certificate.Objective)
		require.Equal(t, partition.ProvedOptimal, r.Stop)
	}
}

package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

func grow(t testing.TB, b cluster.Growth, p *partition.Problem) *partition.Result {
	t.Helper()
	r, err := b.Partition(context.Background(), p)
	require.NoError(t, err)
	return r
}

// townMap is a grid of blocks without some of them, and without some of the ways
// between those that are left, in one piece.
func townMap(r *rand.Rand, columns, rows, k int) *partition.Problem {
	n := columns * rows
	p := &partition.Problem{K: k}
	g := make(partition.Adjacency, n)
	joined := make([]int, n) // by a tree first
	for u := range n {
		joined[u] = u
		p.Features = append(p.Features, []float64{float64(u % columns), float64(u / columns)})
	}
	var root func(u int) int
	root = func(u int) int {
		if joined[u] != u {
			joined[u] = root(joined[u])
		}
		return joined[u]
	}
	var ways [][2]int
	for u := range n {
		if u%columns+1 < columns {
			ways = append(ways, [2]int{u, u + 1})
		}
		if u+columns < n {
			ways = append(ways, [2]int{u, u + columns})
		}
	}
	r.Shuffle(len(ways), func(i, j int) { ways[i], ways[j] = ways[j], ways[i] })
	for _, way := range ways {
		a, b := root(way[0]), root(way[1])
		if a != b || r.IntN(3) == 0 {
			joined[a] = b
			g[way[0]] = append(g[way[0]], way[1])
			g[way[1]] = append(g[way[1]], way[0])
		}
	}
	for u := range g {
		slices.Sort(g[u])
	}
	p.Contiguity = g
	hours := partition.Measure{Name: "hours", Tolerance: 0.25}
	for range n {
		hours.Value = append(hours.Value, float64(1+r.IntN(5)))
	}
	p.Measures = []partition.Measure{hours}
	return p
}

func requireConnected(t *testing.T, p *partition.Problem, plan *partition.Plan) {
	t.Helper()
	for k := range p.K {
		require.Len(t, partition.Fragments(p.Contiguity, plan, k), 1, "territory %d", k)
	}
}

func TestGrowthStaysConnected(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	within := 0
	for range 40 {
		columns, rows := 2+r.IntN(9), 2+r.IntN(9)
		k := 1 + r.IntN(min(6, columns*rows/2))
		p := townMap(r, columns, rows, k)
		switch r.IntN(4) {
		case 0:
			p.Seeds = r.Perm(columns * rows)[:k]
		case 1:
			p.Fixed = slices.Repeat([]int{partition.Unassigned}, columns*rows)
			for range 3 {
				p.Fixed[r.IntN(columns*rows)] = r.IntN(k)
			}
		case 2:
			p.Forbidden = [][2]int{{r.IntN(columns * rows), 0}}
		}
		res, err := cluster.Growth{}.Partition(context.Background(), p)
		if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, partition.ErrInfeasible) {
			require.True(t, p.Fixed != nil || k == 1, err) // in one's way, or forbidden the only one
			continue
		}
		require.NoError(t, err)
		requireConnected(t, p, res.Plan)
		if res.Certificate.Feasible() {
			within++
		}
	}
	require.Greater(t, within, 20)
}

// Borders are improved: no unit can change sides to the better any more.
func TestGrowthEndsWhereNoUnitHelps(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		p := townMap(r, 9, 7, 4)
		p.Measures[0].Tolerance = 0.5
		res := grow(t, cluster.Growth{}, p)
		require.Equal(t, partition.Converged, res.Stop)
		require.True(t, res.Certificate.Feasible())
		lower, upper := p.Measures[0].Limits(4)
		for u := range p.Len() {
			for k := range 4 {
				if k == res.Plan.Of(u) {
					continue
				}
				moved, err := res.Plan.With(partition.Move{Unit: u, From: res.Plan.Of(u), To: k})
				require.NoError(t, err)
				ok := true
				for s, load := range partition.Loads(moved, p.Measures[0].Value) {
					ok = ok && load >= lower[s] && load <= upper[s] && len(partition.Fragments(p.Contiguity, moved, s)) == 1
				}
				if ok {
					require.GreaterOrEqual(t, squared{}.Objective(p, moved), res.Certificate.Objective*(1-1e-6))
				}
			}
		}
	}
}

// Growth is quick, not best: it stays near what going through all plans finds.
func TestGrowthComesNearTheOptimum(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	found, best := 0.0, 0.0
	for range 12 {
		p := townMap(r, 5, 2, 2)
		lower, upper := p.Measures[0].Limits(2)
		least := -1.0
		for code := 1; code < 1<<p.Len()-1; code++ {
			of := make([]int, p.Len())
			for u := range of {
				of[u] = code >> u & 1
			}
			plan, err := partition.NewPlan(2, of)
			require.NoError(t, err)
			ok := true
			for s, load := range partition.Loads(plan, p.Measures[0].Value) {
				ok = ok && load >= lower[s] && load <= upper[s] && len(partition.Fragments(p.Contiguity, plan, s)) == 1
			}
			if ok {
				if c := (squared{}).Objective(p, plan); least < 0 || c < least {
					least = c
				}
			}
		}
		c := grow(t, cluster.Growth{}, p).Certificate
		if least < 0 {
			require.False(t, c.Feasible())
			continue
		}
		if c.Feasible() {
			require.GreaterOrEqual(t, c.Objective, least*(1-1e-9))
			found += c.Objective
			best += least
		}
	}
	require.Positive(t, best)
	require.Less(t, found, 1.25*best)
}

// Without a map, the nearest are neighbours, and all territories are in balance.
func TestGrowthWithoutAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	p := scattered(r, 4000, 15, 0.03)
	grown := grow(t, cluster.Growth{Starts: 1}, p).Certificate
	require.True(t, grown.Feasible())
	require.Less(t, grown.Objective, 1.02*bisect(t, cluster.Bisection{Budget: 500_000}, p).Certificate.Objective)

	// Many in one place, and places far apart.
	p = &partition.Problem{K: 6}
	for i := range 1200 {
		p.Points = append(p.Points, orb.Point{float64(i % 3 * 60), 0})
	}
	plan := grow(t, cluster.Growth{Starts: 1}, p).Plan
	for k := range 6 {
		require.InDelta(t, 200, plan.Count(k), 20)
	}
}

// The best of several starts counts.
func TestGrowthMoreStartsAreNotWorse(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	better := 0
	for range 10 {
		p := scattered(r, 150, 6, 0.1)
		one, many := grow(t, cluster.Growth{Starts: 1}, p), grow(t, cluster.Growth{Starts: 8}, p)
		require.LessOrEqual(t, many.Certificate.Violation, one.Certificate.Violation)
		if one.Certificate.Feasible() {
			require.LessOrEqual(t, many.Certificate.Objective, one.Certificate.Objective)
		}
		require.Greater(t, many.Iterations, one.Iterations)
		if many.Certificate.Objective < one.Certificate.Objective {
			better++
		}
	}
	require.GreaterOrEqual(t, better, 3)
}

func TestGrowthFromHomes(t *testing.T) {
	p := &partition.Problem{K: 3, Homes: []orb.Point{{4, 0}, {1.1, 0}, {1.2, 0}}, Contiguity: partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3, 5}, {4}}}
	for x := range 6 {
		p.Points = append(p.Points, orb.Point{float64(x), 0})
	}
	require.Equal(t, []int{1, 1, 2, 2, 0, 0}, grow(t, cluster.Growth{}, p).Plan.Slice())
}

func TestGrowthFaults(t *testing.T) {
	line := partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3}}
	sound := func() *partition.Problem {
		return &partition.Problem{K: 2, Features: [][]float64{{0}, {1}, {2}, {3}, {4}}, Contiguity: line,
			Measures: []partition.Measure{{Name: "hours", Value: []float64{1, 1, 1, 1, 1}}}}
	}
	for _, c := range []struct {
		name   string
		method cluster.Growth
		change func(p *partition.Problem)
		is     error
		says   string
	}{
		{"options", cluster.Growth{Neighbors: -1, Starts: -1, Budget: -1}, nil, partition.ErrInput,
			"Growth.Neighbors = -1: is not in 0..1024\nGrowth.Starts = -1: is negative\nGrowth.Budget = -1: is negative"},
		{"nowhere", cluster.Growth{}, func(p *partition.Problem) { p.Features = nil }, partition.ErrInput, "Points = 0: are not one per unit (5)"},
		{"no number", cluster.Growth{}, func(p *partition.Problem) { p.K = 0 }, errors.ErrUnsupported, "K = 0: Growth does not choose"},
		{"homes", cluster.Growth{}, func(p *partition.Problem) {
			p.Homes, p.Distance = make([]orb.Point, 2), func(a, b orb.Point) float64 { return 0 }
		}, errors.ErrUnsupported, "Distance"},
		{"homes in no space", cluster.Growth{}, func(p *partition.Problem) { p.Homes = make([]orb.Point, 2) }, errors.ErrUnsupported, "Homes"},
		{"islands", cluster.Growth{}, func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{1}, {0}, {3}, {2}, {}} },
			partition.ErrInfeasible, "3 components of the map need a territory each, but there are 2 for them"},
		{"in the way", cluster.Growth{}, func(p *partition.Problem) { p.Fixed = []int{0, -1, 1, -1, 0} },
			partition.ErrInfeasible, "territory 0 must hold unit 0 and unit 4, which nothing connects that it may have"},
		{"crossed", cluster.Growth{}, func(p *partition.Problem) {
			p.Contiguity = partition.Adjacency{{1}, {0, 2, 3, 4}, {1}, {1}, {1}} // a crossing
			p.Fixed = []int{0, -1, 0, 1, 1}
		}, errors.ErrUnsupported, "Fixed: the ways that connect"},
		{"all taken", cluster.Growth{}, func(p *partition.Problem) { p.Fixed = []int{0, 0, 0, 0, 0} },
			partition.ErrInfeasible, "1 territories need a unit each, and there are not as many different ones"},
		{"heavy", cluster.Growth{}, func(p *partition.Problem) {
			p.Fixed, p.Measures[0].Upper = []int{0, 0, 0, -1, -1}, []float64{2, 9}
		}, partition.ErrInfeasible, "the units that territory 0 must hold have 3 of hours, more than its upper limit 2"},
		{"nobody", cluster.Growth{}, func(p *partition.Problem) { p.Forbidden = [][2]int{{3, 0}, {3, 1}} }, partition.ErrInfeasible, "every territory is forbidden to unit 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sound()
			if c.change != nil {
				c.change(p)
			}
			r, err := c.method.Partition(context.Background(), p)
			require.Nil(t, r)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
		})
	}
}

// A unit enclosed by what is forbidden to it stays without a territory, and counts.
func TestGrowthEnclosed(t *testing.T) {
	p := &partition.Problem{K: 3, Features: [][]float64{{0}, {1}, {2}, {3}, {4}},
		Contiguity: partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3}},
		Fixed:      []int{-1, 1, -1, -1, 2}, Forbidden: [][2]int{{0, 1}},
	}
	p.Fixed[2] = 0
	r := grow(t, cluster.Growth{}, p)
	require.Equal(t, partition.Unassigned, r.Plan.Of(0))
	require.Equal(t, 1.0, r.Certificate.Violation)
}

func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		k := min(100, n/50)
		p := scattered(rand.New(rand.NewPCG(1, 1)), n, k, 0.03)
		b.Run(fmt.Sprintf("method=growth/n=%d/k=%d", n, k), func(b *testing.B) {
			for b.Loop() {
				r := grow(b, cluster.Growth{}, p)
				b.ReportMetric(r.Certificate.Objective, "squares")
				b.ReportMetric(r.Certificate.Violation, "violation")
			}
		})
	}
}

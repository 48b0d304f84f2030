package allocate

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

func TestSearchEqualsEnumeration(t *testing.T) {
	t.Parallel()
	r := splitmix.Source(7)
	infeasible := 0
	for k := range 3000 {
		m, c, of := tiny(&r)
		want := enumerate(m, make([]int32, m.n), 0)
		s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1), budget: 1 << 20}
		before := slices.Clone(of)
		bound, done := s.search(context.Background(), of, 1<<20)
		require.True(t, done, "problem %d", k)
		if math.IsInf(want, 1) {
			infeasible++
			require.Equal(t, want, bound, "problem %d", k)
			require.Equal(t, before, of, "problem %d", k)
			continue
		}
		cost, violation := assess(m, of)
		require.LessOrEqual(t, violation, partition.FeasibleViolation, "problem %d", k)
		require.InDelta(t, want, cost, 1e-6, "problem %d", k)
		require.LessOrEqual(t, bound, want, "problem %d", k)
		require.InDelta(t, want, bound, 1e-5, "problem %d", k)
	}
	require.Greater(t, infeasible, 300, "the generator makes no infeasible problems")
	require.Less(t, infeasible, 2700, "the generator makes only infeasible problems")
}

func TestSearchInterruptedBoundHolds(t *testing.T) {
	r := splitmix.Source(11)
	cut := 0
	for k := range 1500 {
		m, c, of := tiny(&r)
		want := enumerate(m, make([]int32, m.n), 0)
		s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1)}
		bound, done := s.search(context.Background(), of, 1+k%3)
		require.LessOrEqual(t, bound, want+1e-9*math.Abs(want), "problem %d", k)
		if !done {
			cut++
		}
	}
	require.Greater(t, cut, 100, "the limit never cut a search short")
}

// optimum solves a problem of three agents, or of two with two measures, with
// small whole loads, by dynamic programming over the loads of the first agents.
func optimum(m *model) float64 {
	type state struct{ x, y int }
	best := map[state]float64{{}: 0}
	for i := range m.n {
		next := make(map[state]float64, len(best))
		for s, cost := range best {
			for j := range m.m {
				to := s
				switch {
				case j == 0 && m.r == 2:
					to.x += int(m.value[0][i])
					to.y += int(m.value[1][i])
				case j == 0:
					to.x += int(m.value[0][i])
				case j == 1 && m.m == 3:
					to.y += int(m.value[0][i])
				}
				c := cost + m.cost(i, j)
				if old, ok := next[to]; !ok || c < old {
					next[to] = c
				}
			}
		}
		best = next
	}
	least := math.Inf(1)
	for s, cost := range best {
		loads := [][]int{{s.x, s.y}}
		if m.r == 2 {
			loads = [][]int{{s.x}, {s.y}}
		}
		inside := true
		for r := range loads {
			rest := 0
			for i := range m.n {
				rest += int(m.value[r][i])
			}
			for _, l := range loads[r] {
				rest -= l
			}
			for j, l := range append(loads[r], rest) {
				inside = inside && float64(l) >= m.lower[r][j] && float64(l) <= m.upper[r][j]
			}
		}
		if inside {
			least = math.Min(least, cost)
		}
	}
	return least
}

func TestSearchEqualsDynamicProgramming(t *testing.T) {
	t.Parallel()
	r := splitmix.Source(23)
	infeasible, problems := 0, 60
	if testing.Short() {
		problems = 18
	}
	for k := range problems {
		m := &model{n: 16 + int(r.Uint64()%14), m: 3, r: 1, dummy: -1, uniform: true}
		if k%2 > 0 {
			m.m, m.r = 2, 2
		}
		cost := make([]float64, m.n*m.m)
		for e := range cost {
			cost[e] = math.Floor(r.Float() * 100)
		}
		m.p = &Problem{Cost: CostFunc(m.n, m.m, func(i, j int) float64 { return cost[i*m.m+j] })}
		m.load = make([]Costs, m.r)
		for range m.r {
			value, total := make([]float64, m.n), 0.0
			for i := range value {
				value[i] = float64(1 + r.Uint64()%9)
				if r.Uint64()%8 == 0 {
					value[i] *= 4
				}
				total += value[i]
			}
			lower, upper := make([]float64, m.m), make([]float64, m.m)
			for j := range lower {
				wide := []float64{0, 0.01, 0.05, 0.3}[r.Uint64()%4]
				lower[j], upper[j] = math.Floor(total/float64(m.m)*(1-wide)), math.Ceil(total/float64(m.m)*(1+wide))
			}
			m.value, m.lower, m.upper = append(m.value, value), append(m.lower, lower), append(m.upper, upper)
		}
		c, of := listAll(m), make([]int32, m.n)
		want := optimum(m)
		s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1)}
		bound, done := s.search(context.Background(), of, 1<<17)
		require.LessOrEqual(t, bound, want, "problem %d", k)
		if math.IsInf(want, 1) {
			infeasible++
			continue
		}
		require.True(t, done, "problem %d: n %d", k, m.n)
		got, violation := assess(m, of)
		require.Zero(t, violation, "problem %d", k)
		require.InDelta(t, want, got, 1e-6, "problem %d", k)
	}
	require.Less(t, infeasible, problems*2/3)
}

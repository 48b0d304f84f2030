package allocate_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/internal/exact"
	"github.com/territory-go/territory/partition"
)

// oracleCase is a small random problem with what complete enumeration and the
// rational simplex method say about it.
type oracleCase struct {
	number      int
	problem     *allocate.Problem
	best, split float64 // the optima of whole and of split units; +Inf: there is no plan
}

// oracles are made once, for all tests.
var oracles = sync.OnceValue(func() []oracleCase {
	rng := rand.New(rand.NewPCG(20, 26))
	return oracleCases(2400, func(int) (*allocate.Problem, *exact.Allocation) { return randomProblem(rng) })
})

// oracleCases makes so many cases, a tenth of them in short tests. Optima of split units
// are known where none must be apart.
func oracleCases(cases int, draw func(k int) (*allocate.Problem, *exact.Allocation)) []oracleCase {
	if testing.Short() {
		cases /= 10
	}
	list := make([]oracleCase, cases)
	for k := range list {
		p, x := draw(k)
		c := oracleCase{number: k, problem: p}
		_, c.best = x.Best()
		if x.Apart == nil {
			_, c.split = x.BestSplit()
		}
		list[k] = c
	}
	return list
}

// randomProblem draws a problem in two forms that share no code: as a caller
// would state it, and as plain numbers. All numbers are whole or halves, so that
// no sum is rounded.
func randomProblem(rng *rand.Rand) (*allocate.Problem, *exact.Allocation) {
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	inf := math.Inf(1)
	n, m := 1+rng.IntN(6), 1+rng.IntN(4)
	p, x := &allocate.Problem{}, &exact.Allocation{Agents: m, Cost: make([][]float64, n)}

	// Costs: a matrix, or travel with terms that forbid.
	denied := make([][]bool, n)
	deny := []int{0, 0, 15, 35}[rng.IntN(4)]
	for i := range n {
		denied[i] = make([]bool, m)
		for j := range m {
			denied[i][j] = chance(deny)
		}
		denied[i][rng.IntN(m)] = false
		for range m {
			x.Cost[i] = append(x.Cost[i], float64(rng.IntN(20)-4))
		}
	}
	if chance(25) {
		t := &allocate.Travel{Metric: allocate.Planar, Round: allocate.HalfUp}
		for range n {
			t.Units = append(t.Units, orb.Point{float64(rng.IntN(9)), float64(rng.IntN(9))})
		}
		for range m {
			t.Agents = append(t.Agents, orb.Point{float64(rng.IntN(9)), float64(rng.IntN(9))})
		}
		for i := range n {
			for j := range m {
				dx, dy := t.Units[i][0]-t.Agents[j][0], t.Units[i][1]-t.Agents[j][1]
				x.Cost[i][j] = math.Floor(math.Sqrt(dx*dx+dy*dy) + 0.5)
				if denied[i][j] {
					t.Terms = append(t.Terms, allocate.Term{Unit: i, Agent: j, Cost: inf})
				}
			}
		}
		p.Cost = t
	} else {
		cost, byAllowed := x.Cost, chance(50)
		p.Cost = allocate.CostFunc(n, m, func(i, j int) float64 {
			if denied[i][j] && !byAllowed {
				return inf
			}
			return cost[i][j]
		})
		if byAllowed && deny > 0 {
			p.Allowed = func(i, j int) bool { return !denied[i][j] }
		}
	}
	known := x.Cost
	x.Cost = make([][]float64, n)
	for i := range n {
		for j := range m {
			c := known[i][j]
			if denied[i][j] {
				c = inf
			}
			x.Cost[i] = append(x.Cost[i], c)
		}
	}

	if chance(40) {
		p.Fixed = make([]int, n)
		for i := range p.Fixed {
			p.Fixed[i] = partition.Unassigned
			if j := rng.IntN(m); chance(25) && !denied[i][j] {
				p.Fixed[i] = j
			}
		}
		x.Fixed = p.Fixed
	}
	if chance(35) {
		p.Penalty = make([]float64, n)
		for i := range p.Penalty {
			p.Penalty[i] = float64(rng.IntN(24) - 4)
			if chance(40) {
				p.Penalty[i] = inf
			}
		}
		x.Penalty = p.Penalty
	}

	measures := []int{0, 1, 1, 1, 1, 2, 2, 3}[rng.IntN(8)]
	slack := []float64{0, 0, 1, 2, 4, 8}[rng.IntN(6)] // tight to loose
	for r := range measures {
		me := partition.Measure{Name: string(rune('a' + r))}
		load, total := make([][]float64, n), 0.0
		byAgent := chance(20)
		for i := range n {
			a := float64(rng.IntN(9))
			me.Value = append(me.Value, a)
			total += a
			for range m {
				if byAgent {
					a = float64(rng.IntN(9))
				}
				load[i] = append(load[i], a)
			}
		}
		lower, upper := make([]float64, m), make([]float64, m)
		for j := range m {
			share := math.Floor(2*total/float64(m)) / 2
			lower[j] = math.Max(0, share-slack-float64(rng.IntN(4)))
			upper[j] = share + slack + float64(rng.IntN(4))
			if chance(25) {
				lower[j] = 0
			}
			if chance(15) {
				upper[j] = inf
			}
		}
		me.Lower, me.Upper = lower, upper
		if m&(m-1) == 0 && chance(25) { // powers of two divide exactly
			me.Lower, me.Upper, me.Tolerance = nil, nil, 0.5
			for j := range m {
				lower[j], upper[j] = total/float64(m)/2, total/float64(m)*3/2
			}
		}
		p.Measures = append(p.Measures, me)
		if byAgent {
			if p.Load == nil {
				p.Load = make([]allocate.Costs, measures)
			}
			p.Load[r] = allocate.CostFunc(n, m, func(i, j int) float64 { return load[i][j] })
		}
		x.Load, x.Lower, x.Upper = append(x.Load, load), append(x.Lower, lower), append(x.Upper, upper)
	}
	return p, x
}

// The generator must produce what it is there for.
func TestOracleVariety(t *testing.T) {
	var none, wholeNone, splitCheaper, equal int
	for _, c := range oracles() {
		require.LessOrEqual(t, c.split, c.best, c.number)
		switch {
		case math.IsInf(c.split, 1):
			none++
		case math.IsInf(c.best, 1):
			wholeNone++
		case c.split < c.best-1e-9:
			splitCheaper++
		default:
			equal++
		}
	}
	require.Greater(t, min(none, wholeNone, splitCheaper, equal), len(oracles())/24)
}

// below demands that a bound is not above an optimum, but for rounding.
func below(t *testing.T, c oracleCase, bound float64, prices [][]float64) {
	t.Helper()
	require.False(t, math.IsNaN(bound), "case %d at %v", c.number, prices)
	if !math.IsInf(c.split, 1) {
		require.LessOrEqual(t, bound, c.split+1e-9*math.Max(1, math.Abs(c.split)), "case %d at %v", c.number, prices)
	}
}

// No prices whatsoever make Bound exceed the optimum, not even that of split
// units: random ones, enormous ones, and those of a climb that looks for the
// highest bound. With one or several measures, that climb comes near the
// optimum, so that the test asks where it matters.
func TestBoundIsBelowTheOptimum(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 14))
	reached, tried := 0, 0
	for _, c := range oracles() {
		_, m := c.problem.Cost.Dims()
		prices := make([][]float64, len(c.problem.Measures))
		for r := range prices {
			prices[r] = make([]float64, m)
		}
		draw := func(size float64) {
			for r := range prices {
				for j := range prices[r] {
					prices[r][j] = size * rng.NormFloat64()
				}
			}
		}
		below(t, c, allocate.Bound(c.problem), nil)
		for _, size := range []float64{0.1, 1, 10, 1e9, 1e100, 1e300} {
			draw(size)
			below(t, c, allocate.Bound(c.problem, prices...), prices)
		}

		draw(0)
		high := allocate.Bound(c.problem, prices...)
		for size := 8.0; len(prices) > 0 && size > 1e-3; size /= 2 {
			for r := range prices {
				for j := range prices[r] {
					for _, step := range []float64{size, -size} {
						old := prices[r][j]
						prices[r][j] += step
						b := allocate.Bound(c.problem, prices...)
						below(t, c, b, prices)
						if b > high {
							high = b
						} else {
							prices[r][j] = old
						}
					}
				}
			}
		}
		if !math.IsInf(c.split, 1) {
			tried++
			if high >= c.split-0.02*math.Max(1, math.Abs(c.split)) {
				reached++
			}
		}
	}
	require.Greater(t, reached, tried/2, "the climb must come near the optimum")
}

// Every solver is honest about every case.
func TestSolversAgainstOracle(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name   string
		solver allocate.Solver
	}{
		{"Nearest", allocate.Nearest{}},
		{"Greedy", allocate.Greedy{}},
		{"RoundRobin", allocate.RoundRobin{}},
		{"Random", allocate.Random{Seed: 1}},
	} {
		t.Run(s.name, func(t *testing.T) {
			for _, c := range oracles() {
				r, err := s.solver.Allocate(context.Background(), c.problem)
				if errors.Is(err, partition.ErrInfeasible) {
					require.True(t, math.IsInf(c.best, 1), "case %d: %v", c.number, err)
					continue
				}
				honest(t, c, r, err)
			}
		})
	}
}

// honest checks a result of whole units.
func honest(t *testing.T, c oracleCase, r *allocate.Result, err error) {
	t.Helper()
	require.NoError(t, err, "case %d", c.number)
	require.NoError(t, allocate.Verify(c.problem, r), "case %d", c.number)
	require.LessOrEqual(t, r.Certificate.Bound, c.best+1e-9*math.Max(1, math.Abs(c.best)), "case %d", c.number)
	if r.Certificate.Feasible() {
		require.GreaterOrEqual(t, r.Certificate.Objective, c.best-1e-9*math.Max(1, math.Abs(c.best)), "case %d", c.number)
	}
	if r.Stop == partition.ProvedOptimal {
		require.InDelta(t, c.best, r.Certificate.Objective, 1e-9*math.Max(1, math.Abs(c.best)), "case %d", c.number)
	}
}

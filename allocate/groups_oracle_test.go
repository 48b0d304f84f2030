package allocate_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/internal/exact"
	"github.com/territory-go/territory/partition"
)

// groupOracles are small random problems with groups, and their optima by
// complete enumeration. Every third has families only, every third lists of
// units to be apart only.
var groupOracles = sync.OnceValue(func() []oracleCase {
	rng := rand.New(rand.NewPCG(8, 3))
	return oracleCases(1800, func(k int) (*allocate.Problem, *exact.Allocation) {
		p, x := randomProblem(rng)
		n, _ := p.Cost.Dims()
		draw := func() (lists [][]int) {
			for range 1 + rng.IntN(3) {
				lists = append(lists, rng.Perm(n)[:min(n, 1+rng.IntN(4))])
			}
			return lists
		}
		if k%3 != 1 {
			p.Together = draw()
		}
		if k%3 != 0 {
			p.Apart = draw()
		}
		x.Together, x.Apart = p.Together, p.Apart
		return p, x
	})
})

// SingleSource finds the optimum with groups, proves it, and refuses exactly
// what has no plan.
func TestSingleSourceWithGroupsAgainstOracle(t *testing.T) {
	t.Parallel()
	solved, refused := singleSourceAgainst(t, groupOracles())
	require.Greater(t, min(solved, refused), len(groupOracles())/10)
}

// Transport splits families as a whole, and refuses to keep units apart.
func TestTransportWithGroupsAgainstOracle(t *testing.T) {
	solved, refused := 0, 0
	for _, c := range groupOracles() {
		r, err := allocate.Transport{}.Allocate(context.Background(), c.problem)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			continue // several measures, loads by agent, or Apart
		case errors.Is(err, partition.ErrInfeasible):
			require.True(t, math.IsInf(c.best, 1), "case %d: %v", c.number, err)
			refused++
			continue
		}
		solved++
		require.NoError(t, err, "case %d", c.number)
		require.NoError(t, allocate.Verify(c.problem, r), "case %d", c.number)
		require.Equal(t, partition.ProvedOptimal, r.Stop, "case %d", c.number)
		if c.number%3 == 0 {
			closeTo(t, c.split, r.Certificate.Objective, c)
		}
	}
	require.Greater(t, min(solved, refused), len(groupOracles())/60)
}

// The baselines are honest about groups.
func TestBaselinesWithGroupsAgainstOracle(t *testing.T) {
	t.Parallel()
	for name, solver := range baselines() {
		feasible, possible := 0, 0
		for _, c := range groupOracles() {
			r, err := solver.Allocate(context.Background(), c.problem)
			if errors.Is(err, partition.ErrInfeasible) {
				require.True(t, math.IsInf(c.best, 1), "%s, case %d: %v", name, c.number, err)
				continue
			}
			honest(t, c, r, err)
			if !math.IsInf(c.best, 1) {
				possible++
				if r.Certificate.Feasible() {
					feasible++
				}
			}
		}
		t.Logf("%s: %d of %d feasible", name, feasible, possible)
		require.Greater(t, feasible, possible/20, name)
	}
}

// No prices make Bound exceed the optimum of whole units with groups.
func TestBoundWithGroupsIsBelowTheOptimum(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 61))
	for _, c := range groupOracles() {
		_, m := c.problem.Cost.Dims()
		for _, size := range []float64{0, 0.1, 1, 10, 1e9} {
			prices := make([][]float64, len(c.problem.Measures))
			for r := range prices {
				prices[r] = make([]float64, m)
				for j := range prices[r] {
					prices[r][j] = size * rng.NormFloat64()
				}
			}
			bound := allocate.Bound(c.problem, prices...)
			require.False(t, math.IsNaN(bound), "case %d", c.number)
			if !math.IsInf(c.best, 1) {
				require.LessOrEqual(t, bound, c.best+1e-9*math.Max(1, math.Abs(c.best)), "case %d at %v", c.number, prices)
			}
		}
	}
}

package allocate_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// closeTo compares a cost with an optimum, to a relative 1e-6.
func closeTo(t *testing.T, want, got float64, c oracleCase) {
	t.Helper()
	require.InDelta(t, want, got, 1e-6*math.Max(1, math.Abs(want)), "case %d", c.number)
}

// Transport finds the optimum of split units, proves it by its prices, and
// refuses exactly what has no plan.
func TestTransportAgainstOracle(t *testing.T) {
	solved, refused := 0, 0
	for _, c := range oracles() {
		r, err := allocate.Transport{}.Allocate(context.Background(), c.problem)
		single := len(c.problem.Measures) <= 1
		for _, load := range c.problem.Load {
			single = single && load == nil
		}
		if !single {
			require.ErrorIs(t, err, errors.ErrUnsupported, "case %d", c.number)
			continue
		}
		if math.IsInf(c.split, 1) {
			require.ErrorIs(t, err, partition.ErrInfeasible, "case %d", c.number)
			refused++
			continue
		}
		solved++
		require.NoError(t, err, "case %d", c.number)
		require.NoError(t, allocate.Verify(c.problem, r), "case %d", c.number)
		require.Equal(t, partition.ProvedOptimal, r.Stop, "case %d", c.number)
		require.True(t, r.Certificate.Feasible(), "case %d: violation %v", c.number, r.Certificate.Violation)
		closeTo(t, c.split, r.Certificate.Objective, c)
		closeTo(t, c.split, allocate.Bound(c.problem, r.Prices...), c)
	}
	require.Greater(t, solved, len(oracles())*5/12)
	require.Greater(t, refused, len(oracles())/80)
}

// SingleSource finds the optimum of whole units, proves it, and refuses exactly
// what has no plan.
func TestSingleSourceAgainstOracle(t *testing.T) {
	solved, refused := 0, 0
	for _, c := range oracles() {
		r, err := allocate.SingleSource{}.Allocate(context.Background(), c.problem)
		if math.IsInf(c.best, 1) {
			require.ErrorIs(t, err, partition.ErrInfeasible, "case %d", c.number)
			refused++
			continue
		}
		solved++
		honest(t, c, r, err)
		require.True(t, r.Certificate.Feasible(), "case %d: violation %v", c.number, r.Certificate.Violation)
		closeTo(t, c.best, r.Certificate.Objective, c)
		closeTo(t, c.best, r.Certificate.Bound, c)
	}
	require.Greater(t, min(solved, refused), len(oracles())/24)
}

package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
	"github.com/territory-go/territory/partition/partitiontest"
)

// squared is a method whose sum of squares is computed once more, in another
// way: by pairs of units, as w_i·w_j·|x_i - x_j|² summed over the pairs of a
// territory is its mass times its sum of squares.
type squared struct{ partition.Method }

func (squared) Objective(p *partition.Problem, a partition.Assignment) float64 {
	at := func(i int) []float64 {
		if len(p.Features) > 0 {
			return p.Features[i]
		}
		v := sphere.At(p.Points[i][0], p.Points[i][1])
		return []float64{v.X * sphere.Radius, v.Y * sphere.Radius, v.Z * sphere.Radius}
	}
	weight := func(i int) float64 {
		if p.Weight == nil {
			return 1
		}
		return p.Weight[i]
	}
	pairs, mass := make([]float64, a.K()), make([]float64, a.K())
	for i := range a.Len() {
		mass[a.Of(i)] += weight(i)
		for j := range i {
			if a.Of(i) != a.Of(j) {
				continue
			}
			away := 0.0
			for d, x := range at(i) {
				away += (x - at(j)[d]) * (x - at(j)[d])
			}
			pairs[a.Of(i)] += weight(i) * weight(j) * away
		}
	}
	total := 0.0
	for t := range pairs {
		if mass[t] > 0 {
			total += pairs[t] / mass[t]
		}
	}
	return total
}

// The methods keep the contract of partition.Method.
func TestMethodsKeepTheContract(t *testing.T) {
	both := []partitiontest.Promise{partitiontest.NoEmpty, partitiontest.WithinLimits}
	for _, c := range []struct {
		name     string
		method   partition.Method
		promises []partitiontest.Promise
	}{
		{"Bisection", cluster.Bisection{Budget: 50_000}, both},
		{"Bisection-few", cluster.Bisection{Directions: 3, Budget: 1}, both[:1]},
		{"Growth", cluster.Growth{Starts: 2}, both},
		{"KMeans", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			r, err := cluster.KMeans{}.Partition(ctx, p)
			if errors.Is(err, partition.ErrInput) && p.Validate() == nil && p.K > 0 {
				err = fmt.Errorf("%w: %w", errors.ErrUnsupported, err) // no more clusters than places
			}
			return r, err
		}), both[:1]},
		{"Growth-few", cluster.Growth{Neighbors: 2, Starts: 1, Budget: 1}, both[:1]},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, check := range partitiontest.Checks(c.promises...) {
				if err := check(squared{c.method}); !errors.Is(err, errors.ErrUnsupported) {
					require.NoError(t, err, name)
				}
			}
		})
	}
}

// Where there are units enough for several processors, their number does not show.
func TestMethodsAtAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	p := scattered(rand.New(rand.NewPCG(1, 2)), 20_000, 12, 0.05)
	for _, m := range []partition.Method{cluster.Bisection{Budget: 1}, cluster.Growth{}} {
		var first *partition.Result
		for _, procs := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(procs)
			r, err := m.Partition(context.Background(), p)
			require.NoError(t, err)
			if first == nil {
				first = r
			}
			require.True(t, first.Plan.Equal(r.Plan))
			require.Equal(t, first.Certificate, r.Certificate)
			require.Equal(t, first.Iterations, r.Iterations)
		}
	}
}

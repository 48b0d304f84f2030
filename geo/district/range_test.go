package district_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// A rep can serve 50 customers, and there are 120: three reps, or more where the map
// does not let three share them?
func ExampleRange() {
	p := &partition.Problem{
		K:          4,
		Features:   [][]float64{{1}, {2}, {3}, {4}, {5}, {6}},
		Measures:   []partition.Measure{{Name: "customers", Value: []float64{20, 20, 20, 20, 20, 20}, Upper: []float64{50, 50, 50, 50}}},
		Contiguity: partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3, 5}, {4}},
	}
	r, err := district.Range{Min: 1, Max: 4, Method: district.Ward{}}.Partition(context.Background(), p)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Plan.K(), r.Plan.Slice())
	// Output: 3 [0 0 1 1 2 2]
}

func TestRangeTakesTheFirstThatFits(t *testing.T) {
	p := &partition.Problem{Features: [][]float64{{1}, {2}, {3}}, Contiguity: partition.Adjacency{{1}, {0, 2}, {1}}}
	var asked []int
	violation := map[int]float64{1: 5, 2: 3, 3: 3, 4: 0, 5: 0}
	method := partition.MethodFunc(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
		asked = append(asked, p.K)
		if p.K == 2 {
			return nil, &partition.InfeasibleError{Why: "two is one too many"}
		}
		plan, err := partition.NewPlan(p.K, []int{0, 0, 0})
		return &partition.Result{Plan: plan, Certificate: partition.Certificate{Violation: violation[p.K]}}, err
	})
	r, err := district.Range{Min: 1, Max: 5, Method: method}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, 4, r.Plan.K())
	require.Equal(t, []int{1, 2, 3, 4}, asked)

	r, err = district.Range{Min: 1, Max: 3, Method: method}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, 3, r.Plan.K(), "the least violation")

	_, err = district.Range{Min: 2, Max: 2, Method: method}.Partition(context.Background(), p)
	require.ErrorIs(t, err, partition.ErrInfeasible)

	// What is per territory is cut to size.
	asked = nil
	p.K, p.Fixed, p.Forbidden = 5, []int{2, -1, -1}, [][2]int{{1, 0}, {1, 4}}
	p.Measures = []partition.Measure{{Value: []float64{1, 1, 1}, Lower: []float64{1, 2, 3, 4, 5}}}
	check := partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
		require.NoError(t, p.Validate())
		return method(ctx, p)
	})
	_, err = district.Range{Min: 1, Max: 5, Method: check}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, []int{3, 4}, asked, "a unit is fixed to the third territory")
}

func TestRangeNamesFaultsAndPassesErrorsOn(t *testing.T) {
	p := &partition.Problem{K: 2, Features: [][]float64{{1}}, Contiguity: partition.Adjacency{{}}}
	_, err := district.Range{Min: 3, Max: 1}.Partition(context.Background(), p)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, name := range []string{"Range.Min", "Range.Method", "K = 2"} {
		require.ErrorContains(t, err, name)
	}
	p.K = 0
	broken := errors.New("broken")
	fails := partition.MethodFunc(func(context.Context, *partition.Problem) (*partition.Result, error) { return nil, broken })
	_, err = district.Range{Min: 1, Max: 2, Method: fails}.Partition(context.Background(), p)
	require.ErrorIs(t, err, broken)

	ctx, cancel := context.WithCancel(context.Background())
	once := partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
		cancel()
		plan, err := partition.NewPlan(p.K, []int{0})
		return &partition.Result{Plan: plan, Certificate: partition.Certificate{Violation: 1}}, err
	})
	r, err := district.Range{Min: 1, Max: 2, Method: once}.Partition(ctx, p)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, r.Stop)
	_, err = district.Range{Min: 1, Max: 2, Method: once}.Partition(ctx, p)
	require.ErrorIs(t, err, context.Canceled)
}

package allocate_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// wished draws a Travel with wishes, and the same without them.
func wished(rng *rand.Rand) (with, without *allocate.Travel) {
	point := func() orb.Point { return orb.Point{float64(rng.IntN(9)), float64(rng.IntN(9))} }
	t := &allocate.Travel{Metric: allocate.Planar}
	n, m := 1+rng.IntN(6), 1+rng.IntN(9)
	for range n {
		t.Units = append(t.Units, point())
		t.Incumbent = append(t.Incumbent, rng.IntN(m+1)-1)
		t.Switching = append(t.Switching, []float64{0, 1, 2.5, math.Inf(1)}[rng.IntN(4)])
	}
	for range m {
		t.Agents = append(t.Agents, point())
		t.AgentTerm = append(t.AgentTerm, float64(rng.IntN(3)))
	}
	for range rng.IntN(2 * n) {
		cost := []float64{-3, -0.1, 4, math.Inf(1)}[rng.IntN(4)]
		t.Terms = append(t.Terms, allocate.Term{Unit: rng.IntN(n), Agent: rng.IntN(m), Cost: cost})
	}
	bare := *t
	bare.Terms, bare.Incumbent, bare.Switching = nil, nil, nil
	return t, &bare
}

// Wishes cost the same, to the last bit, in Travel and around it, and searching
// finds what a scan finds.
func TestPreferringTravel(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 71))
	for number := range 2000 {
		with, bare := wished(rng)
		around := &allocate.Preferring{Costs: bare, Terms: with.Terms, Incumbent: with.Incumbent, Switching: with.Switching}
		n, m := around.Dims()
		price := [][]float64{make([]float64, m), make([]float64, m)}
		for j := range m {
			price[0][j], price[1][j] = rng.NormFloat64(), rng.NormFloat64()/10
		}
		costs, ok := around.Prepare().(allocate.IndexedCosts)
		require.True(t, ok)
		want, got := with.Index(price), costs.Index(price)
		load := []float64{float64(rng.IntN(4)), rng.Float64()}
		for i := range n {
			for j := range m {
				require.Equal(t, with.At(i, j), around.At(i, j), number)
				require.Equal(t, with.At(i, j), costs.At(i, j), number)
			}
			odd := func(j int) bool { return j%2 == 1 }
			for _, slack := range []float64{0, 0.5, 3, math.Inf(1)} {
				require.Equal(t, want.Find([]allocate.Candidate{}, i, load, slack, nil), got.Find([]allocate.Candidate{}, i, load, slack, nil), "case %d", number)
				require.Equal(t, want.Find([]allocate.Candidate{}, i, load, slack, odd), got.Find([]allocate.Candidate{}, i, load, slack, odd), "case %d", number)
			}
		}
	}
}

// Plain costs are scanned, the wishes of several layers add up, and Verify and
// Bound read the same numbers.
func TestPreferringSolved(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 8))
	for range 20 {
		with, bare := wished(rng)
		n, m := with.Dims()
		p := &allocate.Problem{Penalty: make([]float64, n), Measures: []partition.Measure{{Value: make([]float64, n), Upper: make([]float64, m)}}}
		for i := range n {
			p.Penalty[i], p.Measures[0].Value[i] = 50, 1
		}
		for j := range m {
			p.Measures[0].Upper[j] = 2
		}
		var objectives []float64
		for _, c := range []allocate.Costs{
			with,
			&allocate.Preferring{Costs: bare, Terms: with.Terms, Incumbent: with.Incumbent, Switching: with.Switching},
			&allocate.Preferring{
				Costs:     &allocate.Preferring{Costs: allocate.CostFunc(n, m, bare.At), Terms: with.Terms},
				Incumbent: with.Incumbent, Switching: with.Switching,
			},
		} {
			p.Cost = c
			r, err := allocate.SingleSource{}.Allocate(context.Background(), p)
			require.NoError(t, err)
			require.NoError(t, allocate.Verify(p, r))
			require.InDelta(t, r.Certificate.Bound, allocate.Bound(p, r.Prices...), 1)
			require.Equal(t, partition.ProvedOptimal, r.Stop)
			objectives = append(objectives, r.Certificate.Objective)
		}
		require.InDelta(t, objectives[0], objectives[1], 1e-9)
		require.InDelta(t, objectives[0], objectives[2], 1e-9)
	}
}

func TestPreferringFaults(t *testing.T) {
	base := allocate.CostFunc(2, 2, func(i, j int) float64 { return float64(i + j) })
	nan := math.NaN()
	for name, c := range map[string]struct {
		cost allocate.Costs
		want string
	}{
		"nil":      {(*allocate.Preferring)(nil), "Cost: is a nil *allocate.Preferring"},
		"no costs": {&allocate.Preferring{}, "Cost: is a Preferring, and its Costs: is nil"},
		"terms": {&allocate.Preferring{Costs: base, Terms: []allocate.Term{{Unit: 2}, {Agent: -1}, {Cost: nan}}},
			"Preferring.Terms[0] = {Unit:2 Agent:0 Cost:0}: names no unit: they are 0..1\n" +
				"Preferring.Terms[1] = {Unit:0 Agent:-1 Cost:0}: names no agent: they are 0..1\n" +
				"Preferring.Terms[2] = {Unit:0 Agent:0 Cost:NaN}: has a Cost that is not a number"},
		"switching": {&allocate.Preferring{Costs: base, Switching: []float64{1, -1}},
			"Preferring.Switching: is given without Incumbent\nPreferring.Switching[1] = -1: is negative"},
		"incumbent": {&allocate.Preferring{Costs: base, Incumbent: []int{0, 2}},
			"Preferring.Incumbent[1] = 2: is neither an agent, 0..1, nor Unassigned, -1"},
		"inside": {&allocate.Preferring{Costs: allocate.CostFunc(2, 2, func(i, j int) float64 { return []float64{1, nan}[i] })},
			"Cost[1] = NaN: is not a number, for agent 0\nCost[1] = NaN: is not a number, for agent 1"},
		"inside and out": {&allocate.Preferring{Costs: &allocate.Travel{Units: []orb.Point{{1, 91}}, Agents: []orb.Point{{1, 1}}}, Incumbent: []int{1}},
			"Travel.Units[0] = [1 91]: has a latitude outside -90..90\nMaybe latitude and longitude are swapped: a point is {longitude, latitude}.\n" +
				"Preferring.Incumbent[0] = 1: is neither an agent, 0..0, nor Unassigned, -1"},
	} {
		_, err := allocate.SingleSource{}.Allocate(context.Background(), &allocate.Problem{Cost: c.cost})
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.EqualError(t, err, c.want, name)
	}
}

package allocate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// flowOf is the network of all candidates of a problem of one measure, started
// from the prices and settled.
func flowOf(t *testing.T, m *model, prices []float64) *network {
	t.Helper()
	d := newDual(m, nil)
	d.gather(1, math.Inf(1), true)
	start := make([]float64, d.cols)
	copy(start, prices)
	nw := newNetwork(d.rows, start, math.Inf(1), nil, nil)
	require.True(t, nw.settle(context.Background()))
	return nw
}

// requireFlow recomputes everything that a settled network says from the model:
// flows add up to the units, loads keep the limits, and the prices prove the
// optimum by complementary slackness.
func requireFlow(t *testing.T, m *model, nw *network) {
	t.Helper()
	size, sum := 0.0, 0.0 // of costs and of loads
	for row, u := range nw.unit {
		sum += m.value[0][u]
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			require.Equal(t, m.cost(int(u), int(nw.agent[e])), nw.cost[e])
			size = math.Max(size, math.Abs(nw.cost[e]))
		}
	}
	load := loadsOf(t, m, nw)
	price := nw.prices(m.agents())
	for j := range m.m {
		lo, hi := math.Max(m.lower[0][j], 0), m.upper[0][j]
		require.GreaterOrEqual(t, load[j], lo-1e-12*sum)
		require.LessOrEqual(t, load[j], hi+1e-12*sum)
		if v := price[j]; v > 0 {
			require.InDelta(t, hi, load[j], 1e-12*sum, "agent %d at price %v", j, v)
		} else if v < 0 {
			require.InDelta(t, lo, load[j], 1e-12*sum, "agent %d at price %v", j, v)
		}
	}
	for row, u := range nw.unit {
		a, best := m.value[0][u], math.Inf(1)
		priced := func(e int) float64 { return nw.cost[e] + float64(a*price[nw.agent[e]]) }
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			best = math.Min(best, priced(e))
		}
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if nw.flow[e] > 0 {
				require.LessOrEqual(t, priced(e), best+1e-11*(size+math.Abs(best)+math.Abs(a*price[nw.agent[e]])))
			}
		}
	}
}

// loadsOf adds up the loads of the agents, the units with a single candidate
// included, and demands that every unit is served wholly.
func loadsOf(t *testing.T, m *model, nw *network) []float64 {
	t.Helper()
	load, listed := make([]float64, m.agents()), make([]bool, m.n)
	for row, u := range nw.unit {
		listed[u] = true
		served := 0.0
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			require.GreaterOrEqual(t, nw.flow[e], 0.0)
			served += nw.flow[e]
			load[nw.agent[e]] += nw.flow[e]
		}
		require.InEpsilon(t, m.value[0][u], served, 1e-12)
	}
	for i := range m.n {
		if listed[i] {
			continue
		}
		// Alone: it has one agent, or is no load.
		best := -1
		for j := range m.agents() {
			if c := m.cost(i, j); !math.IsInf(c, 1) && (best < 0 || c < m.cost(i, best)) {
				best = j
			}
		}
		load[best] += m.loadOf(0, i, best)
	}
	return load
}

// The flow is optimal whatever prices it starts from.
func TestNetworkSettlesFromAnyPrices(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	for _, o := range oddities {
		if o.measures > 1 {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			for trial := range 12 {
				k := 1 + rng.IntN(4)
				s := draw(rng, 1+rng.IntN(12), k, o)
				if trial%3 == 0 { // whole numbers: ties
					for i := range s.n {
						a := math.Ceil(s.load[0][i][0])
						for j := range s.m {
							s.cost[i][j], s.load[0][i][j] = math.Floor(s.cost[i][j]/20), a
						}
					}
					s.limit(rng)
				}
				_, optimum := s.exact().BestSplit()
				if math.IsInf(optimum, 1) {
					continue
				}
				m, err := compile(s.problem())
				require.NoError(t, err)
				size, mean := 0.0, 0.0
				for i := range s.n {
					mean += s.load[0][i][0] / float64(s.n)
					for j := range s.m {
						if !math.IsInf(s.cost[i][j], 1) {
							size = math.Max(size, math.Abs(s.cost[i][j]))
						}
					}
				}
				for _, wild := range []float64{0, 1, 100} {
					prices := make([]float64, s.m)
					for j := range prices {
						prices[j] = wild * size / mean * rng.NormFloat64()
					}
					nw := flowOf(t, m, prices)
					require.InDelta(t, optimum, nw.total(), 1e-9*size*float64(s.n))
					requireFlow(t, m, nw)
					nw.vertex()
					requireForest(t, nw)
					requireFlow(t, m, nw)
					require.InDelta(t, optimum, nw.total(), 1e-9*size*float64(s.n))
				}
			}
		})
	}
}

// Lists of candidates that are far too short are lengthened until the flow is
// the optimum of all pairs.
func TestSettleLengthensShortLists(t *testing.T) {
	for _, o := range oddities {
		if o.measures > 1 {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(8, 8))
			m, err := compile(draw(rng, 400, 12, o).problem())
			require.NoError(t, err)
			if m.infeasible(context.Background(), true) != nil {
				t.Skip("no plan")
			}
			want := flowOf(t, m, nil).total()
			for _, share := range []float64{1e-9, 1e-3, 0.1} {
				d := newDual(m, nil)
				d.spacing = d.measure()
				d.gather(1, share*d.spacing, false)
				x := &relaxation{m: m, dual: d, prices: d.price, rows: d.rows, cost: math.NaN(), bound: math.Inf(-1)}
				require.NoError(t, x.settle(context.Background(), 1e-12))
				require.InEpsilon(t, want, x.cost, 1e-9)
				require.InEpsilon(t, want, x.bound, 1e-9)
			}
		})
	}
}

// requireForest demands, by union and find, that the shares of split units
// close no cycle.
func requireForest(t *testing.T, nw *network) {
	t.Helper()
	parent := make([]int, nw.hub+1+len(nw.unit))
	for k := range parent {
		parent[k] = k
	}
	root := func(k int) int {
		for parent[k] != k {
			k = parent[k]
		}
		return k
	}
	split := 0
	for row := range nw.unit {
		shares := 0
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if nw.flow[e] > 0 {
				shares++
			}
		}
		if shares < 2 {
			continue
		}
		split++
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if nw.flow[e] > 0 {
				a, b := root(int(nw.agent[e])), root(nw.hub+1+row)
				require.NotEqual(t, a, b, "row %d closes a cycle", row)
				parent[a] = b
			}
		}
	}
	agents := nw.m.agents()
	require.Less(t, split, max(agents, 1))
}

// Where thousands of units are tied, any flow is optimal: also one that shares
// every unit among all agents, which has more cycles than one can count.
func TestVertexOfManyTies(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(9, 9))
	for _, unit := range []bool{true, false} {
		s := draw(rng, 700, 9, oddity{measures: 1})
		for i := range s.n {
			a := 1.0
			if !unit {
				a = 1 + rng.Float64()
			}
			for j := range s.m {
				s.cost[i][j], s.load[0][i][j] = 5, a
			}
		}
		s.limit(rng)
		m, err := compile(s.problem())
		require.NoError(t, err)
		nw := flowOf(t, m, nil)
		for row, a := range nw.load {
			lo, hi := nw.start[row], nw.start[row+1]
			sum := 0.0
			for e := lo; e < hi; e++ {
				nw.flow[e] = rng.Float64()
				sum += nw.flow[e]
			}
			for e := lo; e < hi; e++ {
				nw.flow[e] *= a / sum
			}
		}
		before, cost := loadsOf(t, m, nw), nw.total()
		nw.vertex()
		requireForest(t, nw)
		require.InDeltaSlice(t, before, loadsOf(t, m, nw), 1e-9)
		require.InEpsilon(t, cost, nw.total(), 1e-12)
	}
}

// A dive ends with every unit whole, the excess of every agent kept account of,
// and less than the lightest unit outside the limits.
func TestDiveLeavesNothingSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 10))
	for _, o := range oddities {
		if o.measures > 1 {
			continue
		}
		m, err := compile(draw(rng, 600, 10, o).problem())
		require.NoError(t, err)
		if m.infeasible(context.Background(), true) != nil {
			continue
		}
		nw := flowOf(t, m, nil)
		relaxed := nw.total()
		nw.vertex()
		nw.dive(context.Background())
		load, sum, light := loadsOf(t, m, nw), 0.0, math.Inf(1)
		for row, a := range nw.load {
			sum += a
			light = math.Min(light, a)
			shares := 0
			for e := nw.start[row]; e < nw.start[row+1]; e++ {
				if nw.flow[e] > 0 {
					require.InEpsilon(t, a, nw.flow[e], 1e-12)
					shares++
				}
			}
			require.Equal(t, 1, shares, "%s", o.name)
		}
		for j := range m.m {
			require.InDelta(t, load[j], nw.target[j]+nw.excess[j], 1e-9*sum, "%s", o.name)
			lo, hi := m.lower[0][j], m.upper[0][j]
			require.GreaterOrEqual(t, load[j], lo-light, "%s", o.name)
			require.LessOrEqual(t, load[j], hi+light, "%s", o.name)
			outside := load[j] < lo-1e-9*sum || load[j] > hi+1e-9*sum
			require.Equal(t, outside, slices.Contains(nw.astray(), j), "%s", o.name)
		}
		size := 0.0
		for _, c := range nw.cost {
			size = math.Max(size, math.Abs(c))
		}
		require.GreaterOrEqual(t, nw.total(), relaxed-1e-9*size*float64(m.n), "%s", o.name)
		require.LessOrEqual(t, nw.total(), relaxed+size*float64(m.m), "%s", o.name)
	}
}

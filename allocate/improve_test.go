package allocate

import (
	"context"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// tiny is a random problem small enough to enumerate, by hand instead of by
// compile, so that the search is tested alone. It returns the candidates of a
// complete search and any plan that keeps to them.
func tiny(r *splitmix.Source) (*model, *candidates, []int32) {
	pick := func(k int) int { return int(r.Uint64() % uint64(k)) }
	m := &model{n: 1 + pick(7), m: 1 + pick(3), r: pick(3), dummy: -1, uniform: true}
	p := &Problem{}
	whole := pick(2) == 0
	amount := func() float64 {
		switch {
		case pick(8) == 0:
			return 0
		case whole:
			return float64(1 + pick(9))
		}
		return r.Float() / r.Float()
	}
	cost := make([]float64, m.n*m.m)
	for e := range cost {
		cost[e] = math.Floor(r.Float()*40) - 10
		if pick(3) == 0 {
			cost[e] += r.Float()
		}
		if pick(10) == 0 && e%m.m > 0 {
			cost[e] = math.Inf(1)
		}
	}
	p.Cost = CostFunc(m.n, m.m, func(i, j int) float64 { return cost[i*m.m+j] })
	if pick(4) == 0 {
		m.dummy = m.m
		p.Penalty = make([]float64, m.n)
		for i := range p.Penalty {
			p.Penalty[i] = math.Floor(r.Float() * 60)
			if pick(3) == 0 {
				p.Penalty[i] = math.Inf(1)
			}
		}
	}
	if pick(4) == 0 {
		p.Fixed = make([]int, m.n)
		for i := range p.Fixed {
			p.Fixed[i] = partition.Unassigned
			if j := pick(m.m); pick(4) == 0 && !math.IsInf(cost[i*m.m+j], 1) {
				p.Fixed[i] = j
			}
		}
	}
	m.p = p
	m.load, m.value = make([]Costs, m.r), make([][]float64, m.r)
	m.lower, m.upper = make([][]float64, m.r), make([][]float64, m.r)
	for q := range m.r {
		value := make([]float64, m.n)
		total := 0.0
		for i := range value {
			value[i] = amount()
			total += value[i]
		}
		m.value[q] = value
		if pick(3) == 0 {
			load := make([]float64, m.n*m.m)
			for e := range load {
				load[e] = amount()
			}
			m.value[q], m.uniform = nil, false
			m.load[q] = CostFunc(m.n, m.m, func(i, j int) float64 { return load[i*m.m+j] })
		}
		m.lower[q], m.upper[q] = make([]float64, m.m), make([]float64, m.m)
		mean := total / float64(m.m)
		for j := range m.m {
			m.lower[q][j] = mean * (1 - r.Float())
			m.upper[q][j] = mean * (1 + r.Float())
			switch pick(6) {
			case 0:
				m.lower[q][j] = math.Inf(-1)
			case 1:
				m.upper[q][j] = math.Inf(1)
			case 2:
				m.upper[q][j] = math.Max(m.lower[q][j], 0)
				m.lower[q][j] = m.upper[q][j]
			}
		}
	}
	c := listAll(m)
	of := make([]int32, m.n)
	for i := range of {
		of[i] = c.agent[c.start[i]+pick(c.start[i+1]-c.start[i])]
	}
	return m, c, of
}

// listAll makes every possible agent a candidate.
func listAll(m *model) *candidates {
	c := &candidates{start: []int{0}, load: make([][]float64, m.r)}
	for i := range m.n {
		for j := range m.agents() {
			cost := m.cost(i, j)
			if math.IsInf(cost, 1) {
				continue
			}
			c.agent = append(c.agent, int32(j))
			c.cost = append(c.cost, cost)
			for q := range m.r {
				if m.load[q] != nil {
					c.load[q] = append(c.load[q], m.loadOf(q, i, j))
				}
			}
		}
		c.start = append(c.start, len(c.agent))
	}
	return c
}

// assess computes cost and violation of a plan from the model alone.
func assess(m *model, of []int32) (cost, violation float64) {
	for i, j := range of {
		cost += m.cost(i, int(j))
	}
	for q := range m.r {
		for j := range m.m {
			load := 0.0
			for i, a := range of {
				if int(a) == j {
					load += m.loadOf(q, i, j)
				}
			}
			violation += math.Max(0, load-m.upper[q][j]) + math.Max(0, m.lower[q][j]-load)
		}
	}
	return cost, violation
}

// enumerate returns the least cost of a plan within the limits, +Inf if there is none.
func enumerate(m *model, of []int32, i int) float64 {
	if i == m.n {
		if cost, violation := assess(m, of); violation <= partition.FeasibleViolation {
			return cost
		}
		return math.Inf(1)
	}
	best := math.Inf(1)
	for j := range m.agents() {
		if !math.IsInf(m.cost(i, j), 1) {
			of[i] = int32(j)
			best = math.Min(best, enumerate(m, of, i+1))
		}
	}
	return best
}

func zeroPrices(m *model) [][]float64 {
	prices := make([][]float64, m.r)
	for q := range prices {
		prices[q] = make([]float64, m.m)
	}
	return prices
}

func TestRunNeverWorsens(t *testing.T) {
	t.Parallel()
	r := splitmix.Source(3)
	repaired := 0
	for k := range 2000 {
		m, c, of := tiny(&r)
		prices := zeroPrices(m)
		if k%2 == 0 { // any prices will do
			for q := range prices {
				for j := range prices[q] {
					prices[q][j] = math.Floor(r.Float()*9) - 4
					if math.IsInf(m.upper[q][j], 1) {
						prices[q][j] = math.Min(prices[q][j], 0)
					}
					if math.IsInf(m.lower[q][j], -1) {
						prices[q][j] = math.Max(prices[q][j], 0)
					}
				}
			}
		}
		cost0, violation0 := assess(m, of)
		s := &improver{m: m, c: c, prices: prices, bound: math.Inf(-1), budget: 100000, seed: uint64(k)}
		work, stop := s.run(context.Background(), of)
		require.Equal(t, partition.Converged, stop, "problem %d: work %d", k, work)
		for i, j := range of {
			require.False(t, math.IsInf(m.cost(i, int(j)), 1), "problem %d: unit %d", k, i)
		}
		cost, violation := assess(m, of)
		if violation0 <= partition.FeasibleViolation {
			require.LessOrEqual(t, violation, partition.FeasibleViolation, "problem %d", k)
			require.LessOrEqual(t, cost, cost0+1e-9, "problem %d", k)
		} else {
			require.LessOrEqual(t, violation, violation0+1e-9, "problem %d", k)
		}
		want := enumerate(m, make([]int32, m.n), 0)
		if violation0 > partition.FeasibleViolation && violation <= partition.FeasibleViolation {
			repaired++
		}
		if !math.IsInf(want, 1) {
			require.LessOrEqual(t, violation, partition.FeasibleViolation, "problem %d is feasible", k)
			require.InDelta(t, want, cost, 1e-2*math.Abs(want)+1e-6, "problem %d", k)
		}
	}
	require.Greater(t, repaired, 100, "few starts were outside their limits")
}

func TestRunSameForAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, leave := range []bool{false, true} {
		var first []int32
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			m, c, of := town(600, 40, 0.02)
			if leave { // some may stay unassigned, as all are at first
				m.dummy, m.p.Penalty = m.m, make([]float64, m.n)
				for i := range of {
					m.p.Penalty[i] = m.value[0][i] * 2e4
					of[i] = int32(m.dummy)
				}
				c = listAll(m)
			}
			s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1), budget: 3000, seed: 5}
			s.run(context.Background(), of)
			if first == nil {
				first = of
			}
			require.Equal(t, first, of, "GOMAXPROCS %d", procs)
		}
	}
}

// town scatters customers and agents over a square, integer loads, costs
// rounded, and gives every customer to its nearest agent.
func town(n, k int, tolerance float64) (*model, *candidates, []int32) {
	r := splitmix.Source(1)
	x, y, w := make([]float64, n), make([]float64, n), make([]float64, n)
	total := 0.0
	for i := range n {
		x[i], y[i] = r.Float(), r.Float()
		w[i] = math.Floor(math.Min(100, 1/(1-r.Float())))
		total += w[i]
	}
	m := &model{n: n, m: k, r: 1, dummy: -1, uniform: true, value: [][]float64{w}, load: make([]Costs, 1)}
	m.p = &Problem{Cost: CostFunc(n, k, func(i, j int) float64 {
		dx, dy := x[i]-x[j*7%n], y[i]-y[j*7%n]
		return w[i] * math.Floor(1e5*math.Sqrt(float64(dx*dx)+float64(dy*dy)))
	})}
	m.lower, m.upper = [][]float64{make([]float64, k)}, [][]float64{make([]float64, k)}
	for j := range k {
		m.lower[0][j], m.upper[0][j] = total/float64(k)*(1-tolerance), total/float64(k)*(1+tolerance)
	}
	c := listAll(m)
	of := make([]int32, n)
	for i := range of {
		for e := c.start[i]; e < c.start[i+1]; e++ {
			if c.cost[e] < c.cost[c.start[i]+int(of[i])] {
				of[i] = c.agent[e]
			}
		}
	}
	return m, c, of
}

// street is a row of agents, each of whom can hand units to the next only. All
// are full but for the last; the first has too many units.
func street(agents, each, excess int) (*model, *candidates, []int32) {
	n := agents*each + excess
	m := &model{n: n, m: agents, r: 1, dummy: -1, uniform: true, load: make([]Costs, 1)}
	of, home, ones := make([]int32, n), make([]int, n), make([]float64, n)
	for i := range n {
		home[i], ones[i] = max(0, i-excess)/each, 1
		of[i] = int32(home[i])
	}
	m.value = [][]float64{ones}
	m.p = &Problem{Cost: CostFunc(n, agents, func(i, j int) float64 {
		if j < home[i] || j > home[i]+1 {
			return math.Inf(1)
		}
		return float64((j-home[i])*(1+i%7) + i%3)
	})}
	m.lower, m.upper = [][]float64{make([]float64, agents)}, [][]float64{make([]float64, agents)}
	for j := range agents {
		m.upper[0][j] = float64(each)
	}
	m.upper[0][agents-1] += float64(excess)
	return m, listAll(m), of
}

func TestRunLetsExcessTravel(t *testing.T) {
	for name, at := range map[string]struct{ agents, excess int }{
		"within one subset": {4, 3},
		"a long way":        {30, 2},
		"much":              {12, 9},
	} {
		m, c, of := street(at.agents, 12, at.excess)
		s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1), budget: 20_000}
		_, violation := assess(m, of)
		require.EqualValues(t, at.excess, violation, name)
		s.run(context.Background(), of)
		cost, violation := assess(m, of)
		require.Zero(t, violation, name)
		// Each agent hands on at least the excess, its cheapest units first: 12
		// in a row hold at least one unit of every extra cost 1..7.
		require.LessOrEqual(t, cost, float64(m.n*2+(at.agents-1)*at.excess*8), name)
	}
}

func TestRunLoadsDoubled(t *testing.T) {
	m, c, of := town(400, 8, 0.01)
	twice, _, of2 := town(400, 8, 0.01)
	for i := range twice.value[0] {
		twice.value[0][i] *= 2
	}
	for j := range twice.m {
		twice.lower[0][j] *= 2
		twice.upper[0][j] *= 2
	}
	// The costs of town are read off the loads: keep those of the first.
	twice.p = m.p
	for k, plan := range map[*model][]int32{m: of, twice: of2} {
		s := &improver{m: k, c: c, prices: zeroPrices(k), bound: math.Inf(-1), budget: 2000}
		s.run(context.Background(), plan)
	}
	require.Equal(t, of, of2)
}

func TestRunInterrupted(t *testing.T) {
	m, c, of := town(500, 10, 0.02)
	start := slices.Clone(of)
	ctx, cancel := context.WithCancel(context.Background())
	rounds := 0
	s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1), budget: 1 << 30}
	s.report = func(objective, violation float64, work int) {
		rounds++
		cancel()
	}
	_, stop := s.run(ctx, of)
	require.Equal(t, partition.Interrupted, stop)
	require.Equal(t, 1, rounds)
	requireNotWorse(t, m, start, of)

	again := slices.Clone(start)
	_, stop = s.run(ctx, again)
	require.Equal(t, partition.Interrupted, stop)
	requireNotWorse(t, m, start, again)
	_, done := s.search(ctx, slices.Clone(start), 100)
	require.False(t, done)
}

func requireNotWorse(t *testing.T, m *model, start, of []int32) {
	t.Helper()
	cost0, violation0 := assess(m, start)
	cost, violation := assess(m, of)
	require.LessOrEqual(t, violation, violation0)
	if violation == violation0 {
		require.LessOrEqual(t, cost, cost0)
	}
}

func TestRunStopsAtTheGap(t *testing.T) {
	m, c, of := town(300, 4, 0.05)
	s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1), budget: 5000}
	s.run(context.Background(), of)
	cost, violation := assess(m, of)
	require.Zero(t, violation)

	s.bound, s.gap = cost*0.99, 0.02
	work, stop := s.run(context.Background(), of)
	require.Equal(t, partition.GapReached, stop)
	require.Zero(t, work)
	s.gap, s.budget = 0, 1
	_, stop = s.run(context.Background(), of)
	require.Equal(t, partition.BudgetSpent, stop)
}

// A plan may come with agents that are allowed but not among the candidates,
// and with agents that are not allowed at all.
func TestRunTakesOverAnyPlan(t *testing.T) {
	t.Parallel()
	m, c, of := town(200, 5, 0.03)
	few := &candidates{start: []int{0}, load: c.load}
	for i := range m.n { // the two cheapest
		lo := c.start[i]
		order := []int32{0, 1, 2, 3, 4}
		slices.SortFunc(order, func(a, b int32) int {
			if c.cost[lo+int(a)] < c.cost[lo+int(b)] {
				return -1
			}
			return 1
		})
		slices.Sort(order[:2])
		for _, j := range order[:2] {
			few.agent, few.cost = append(few.agent, j), append(few.cost, c.cost[lo+int(j)])
		}
		few.start = append(few.start, len(few.agent))
		of[i] = int32(i % 5)
	}
	of[7] = -1
	s := &improver{m: m, c: few, prices: zeroPrices(m), bound: math.Inf(-1), budget: 20_000}
	cost0, _ := assess(m, append(slices.Clone(of[:7]), of[8:]...))
	s.run(context.Background(), of)
	cost, _ := assess(m, of)
	require.Less(t, cost, cost0)
	for i, j := range of {
		at := few.agent[few.start[i]:few.start[i+1]]
		require.True(t, slices.Contains(at, j) || int(j) == i%5, "unit %d went to agent %d", i, j)
	}
}

package allocate

import (
	"context"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// tiny is a random problem small enough to enumerate, by hand instead of by
// compile, so that the search is tested alone. It returns the candidates of a
// complete search and any plan that keeps to them.
func tiny(r *splitMix) (*model, *candidates, []int32) {
	pick := func(k int) int { return int(r.next() % uint64(k)) }
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
		return r.float() / r.float()
	}
	cost := make([]float64, m.n*m.m)
	for e := range cost {
		cost[e] = math.Floor(r.float()*40) - 10
		if pick(3) == 0 {
			cost[e] += r.float()
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
			p.Penalty[i] = math.Floor(r.float() * 60)
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
			m.lower[q][j] = mean * (1 - r.float())
			m.upper[q][j] = mean * (1 + r.float())
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

func TestSearchEqualsEnumeration(t *testing.T) {
	r := splitMix(7)
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
	r := splitMix(11)
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

func TestRunNeverWorsens(t *testing.T) {
	r := splitMix(3)
	repaired := 0
	for k := range 2000 {
		m, c, of := tiny(&r)
		prices := zeroPrices(m)
		if k%2 == 0 { // any prices will do
			for q := range prices {
				for j := range prices[q] {
					prices[q][j] = math.Floor(r.float()*9) - 4
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
	var first []int32
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		m, c, of := town(600, 12, 0.02)
		s := &improver{m: m, c: c, prices: zeroPrices(m), bound: math.Inf(-1), budget: 3000, seed: 5}
		s.run(context.Background(), of)
		if first == nil {
			first = of
		}
		require.Equal(t, first, of, "GOMAXPROCS %d", procs)
	}
}

// town scatters customers and agents over a square, integer loads, costs
// rounded, and gives every customer to its nearest agent.
func town(n, k int, tolerance float64) (*model, *candidates, []int32) {
	r := splitMix(1)
	x, y, w := make([]float64, n), make([]float64, n), make([]float64, n)
	total := 0.0
	for i := range n {
		x[i], y[i] = r.float(), r.float()
		w[i] = math.Floor(math.Min(100, 1/(1-r.float())))
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
	r := splitMix(23)
	infeasible := 0
	for k := range 120 {
		m := &model{n: 16 + int(r.next()%14), m: 3, r: 1, dummy: -1, uniform: true}
		if k%2 > 0 {
			m.m, m.r = 2, 2
		}
		cost := make([]float64, m.n*m.m)
		for e := range cost {
			cost[e] = math.Floor(r.float() * 100)
		}
		m.p = &Problem{Cost: CostFunc(m.n, m.m, func(i, j int) float64 { return cost[i*m.m+j] })}
		m.load = make([]Costs, m.r)
		for range m.r {
			value, total := make([]float64, m.n), 0.0
			for i := range value {
				value[i] = float64(1 + r.next()%9)
				if r.next()%8 == 0 {
					value[i] *= 4
				}
				total += value[i]
			}
			lower, upper := make([]float64, m.m), make([]float64, m.m)
			for j := range lower {
				wide := []float64{0, 0.01, 0.05, 0.3}[r.next()%4]
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
	require.Less(t, infeasible, 100)
}

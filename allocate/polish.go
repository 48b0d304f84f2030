package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// polish improves a plan within the limits of moving. Each agent gets an
// allowance of the value that may leave it, the allowances adding up to the
// limit: then what stays with an agent is one more load with a lower limit, and
// small sets of agents can be solved again as in any plan. A plan that moves too
// much is outside these limits, which is what the search mends first. budget is its work.
func (x *recutting) polish(ctx context.Context, a *reallocation, most []float64, by *evidence, budget int) *reallocation {
	kinds := len(most)
	m := *x.inner
	m.r += kinds
	m.uniform = false
	m.value = append(slices.Clone(m.value), make([][]float64, kinds)...)
	m.load = append(slices.Clone(m.load), make([]Costs, kinds)...)
	m.lower, m.upper = slices.Clone(m.lower), slices.Clone(m.upper)
	prices := slices.Clone(by.prices)
	for k, l := range x.Moved {
		m.load[x.m.r+k] = costFunc{m.n, m.m, func(i, j int) float64 {
			if x.Today[i] == j {
				return l.of(i)
			}
			return 0
		}}
		stays := make([]float64, m.m)
		for i, j := range x.Today {
			if j != partition.Unassigned {
				stays[j] += l.of(i)
			}
		}
		allowed := x.allowances(k, a.leaving[k], most[k])
		none, price := make([]float64, m.m), make([]float64, m.m)
		for j := range stays {
			stays[j] = math.Max(0, stays[j]-allowed[j])
			none[j] = math.Inf(1)
			if by.move != nil {
				price[j] = -by.move[k][j]
			}
		}
		m.lower, m.upper, prices = append(m.lower, stays), append(m.upper, none), append(prices, price)
	}
	const near = 8
	rows := x.near(by.prices, near)
	for k := range kinds {
		rows.load = append(rows.load, make([]float64, len(rows.agent)))
		for i := range m.n {
			for e := rows.start[i]; e < rows.start[i+1]; e++ {
				if int(rows.agent[e]) == x.Today[i] {
					rows.load[m.r-kinds+k][e] = x.Moved[k].of(i)
				}
			}
		}
	}
	of := make([]int32, m.n)
	for i, j := range a.of {
		if of[i] = j; j < 0 {
			of[i] = int32(m.dummy)
		}
	}
	bound, _ := x.bound(most)
	s := improver{m: &m, c: rows, prices: prices, bound: bound, gap: 5e-4, seed: x.Solver.Seed, budget: budget}
	work, _ := s.run(ctx, of)
	x.work += work
	return x.add(of)
}

// allowances divide the limit of moving among the agents whom value leaves: what
// must leave them, what leaves them in the plan as far as there is enough for
// all, and the rest in proportion.
func (x *recutting) allowances(k int, leaving []float64, most float64) []float64 {
	least := x.least[k]
	allowed := slices.Clone(leaving)
	total, must := sumOf(leaving), sumOf(least)
	if math.IsInf(most, 1) {
		for j := range allowed {
			allowed[j] = math.Inf(1)
		}
		return allowed
	}
	g, exact := x.Moved[k].grain()
	if !exact {
		g = 0
	}
	given, carry := 0.0, 0.0
	for j, v := range leaving {
		want := v
		switch {
		case total > most && total > must: // all give way
			want = least[j] + float64((v-least[j])*math.Max(0, most-must)/(total-must))
		case total > 0:
			want = v * (most / total)
		}
		if g > 0 { // in whole grains, what is rounded off going to the next
			want += carry
			whole := math.Max(least[j], math.Floor(want/g+1e-9)*g)
			want, carry = whole, want-whole
		}
		allowed[j] = want
		given += want
	}
	if spare := most - given; spare > 0 {
		best := 0
		for j := range leaving {
			if leaving[j] > leaving[best] {
				best = j
			}
		}
		if len(allowed) > 0 {
			allowed[best] += spare
		}
	}
	return allowed
}

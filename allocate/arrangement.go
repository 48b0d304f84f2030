package allocate

import (
	"math"
	"slices"
)

// arrangement is a plan that is being improved, with everything that a local
// change needs to know.
type arrangement struct {
	m      *model
	c      *candidates
	prices [][]float64

	of      []int32     // per unit: its agent, m.dummy for none
	pos     []int32     // per unit: the position of its agent among its candidates, or -1
	load    [][]float64 // [r][m]
	members [][]int32   // per agent: its units that have a choice
	slot    []int32     // per unit: its place in members
	waiting [][]int32   // per agent: units that were unassigned at some time and have it as a candidate
	best    []int32     // per unit: place of its cheapest candidate at the prices, if it has a choice
	lead    []float64   // per unit: by how much the next one is dearer

	crowd *crowd // nil where all may share an agent

	tol float64 // largest excess that counts as rounding, for limits of size 1 and more
}

// arrange takes a plan over. A unit whose agent may not serve it is given to
// its cheapest candidate.
func arrange(m *model, c *candidates, prices [][]float64, of []int32) *arrangement {
	a := &arrangement{m: m, c: c, of: of, prices: make([][]float64, m.r)}
	for r := range m.r { // a price without its limit would promise the impossible
		a.prices[r] = slices.Clone(prices[r][:m.m])
		for j, v := range a.prices[r] {
			if v > 0 && math.IsInf(m.upper[r][j], 1) || v < 0 && math.IsInf(m.lower[r][j], -1) {
				a.prices[r][j] = 0
			}
		}
	}
	a.pos = make([]int32, m.n)
	a.slot = make([]int32, m.n)
	a.best, a.lead = make([]int32, m.n), make([]float64, m.n)
	a.members = make([][]int32, m.agents())
	a.load = make([][]float64, m.r)
	for r := range a.load {
		a.load[r] = make([]float64, m.m)
	}
	if m.dummy >= 0 {
		a.waiting = make([][]int32, m.m)
	}
	a.tol = 5e-7 / float64(max(1, m.m*m.r))
	count := make([]int32, m.agents())
	for i := range m.n {
		a.pos[i] = a.find(i, of[i])
		if a.pos[i] < 0 && (of[i] < 0 || int(of[i]) >= m.agents() || math.IsInf(m.cost(i, int(of[i])), 1)) {
			best, least := c.start[i], math.Inf(1)
			for e := c.start[i]; e < c.start[i+1]; e++ {
				if rc := a.priced(i, e); rc < least {
					best, least = e, rc
				}
			}
			of[i], a.pos[i] = c.agent[best], int32(best-c.start[i])
		}
		if c.start[i+1]-c.start[i] > 1 || a.pos[i] < 0 {
			count[of[i]]++
			a.rank(i)
		}
	}
	for j := range a.members {
		a.members[j] = make([]int32, 0, count[j]+8)
	}
	for i := range m.n {
		for r := range m.r {
			if j := int(of[i]); j != m.dummy {
				a.load[r][j] += a.loadNow(r, i)
			}
		}
		if c.start[i+1]-c.start[i] > 1 || a.pos[i] < 0 {
			a.join(int32(i))
		}
	}
	a.crowd = newCrowd(m, of)
	return a
}

// rank finds the cheapest candidate of unit i at the prices, and its lead.
func (a *arrangement) rank(i int) {
	least, next := math.Inf(1), math.Inf(1)
	for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
		rc := a.priced(i, e)
		if rc < least {
			least, next, a.best[i] = rc, least, int32(e-a.c.start[i])
		} else if rc < next {
			next = rc
		}
	}
	if a.pos[i] < 0 {
		next = math.Min(next, a.pricedNow(i))
		if next < least {
			least, next, a.best[i] = next, least, -1
		}
	}
	a.lead[i] = next - least
}

// find is the place of agent j among the candidates of unit i, or -1.
func (a *arrangement) find(i int, j int32) int32 {
	for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
		if a.c.agent[e] == j {
			return int32(e - a.c.start[i])
		}
	}
	return -1
}

// priced is the cost of the candidate at position e with its loads at the prices.
func (a *arrangement) priced(i, e int) float64 {
	j := int(a.c.agent[e])
	rc := a.c.cost[e]
	if j == a.m.dummy {
		return rc
	}
	for r := range a.m.r {
		rc += float64(a.m.loadAt(a.c, r, i, e) * a.prices[r][j])
	}
	return rc
}

// costNow and loadNow are those of unit i where it is.
func (a *arrangement) costNow(i int) float64 {
	if a.pos[i] >= 0 {
		return a.c.cost[a.c.start[i]+int(a.pos[i])]
	}
	return a.m.cost(i, int(a.of[i]))
}

func (a *arrangement) loadNow(r, i int) float64 {
	if a.pos[i] >= 0 {
		return a.m.loadAt(a.c, r, i, a.c.start[i]+int(a.pos[i]))
	}
	return a.m.loadOf(r, i, int(a.of[i]))
}

// pricedNow is the priced cost of unit i where it is.
func (a *arrangement) pricedNow(i int) float64 {
	if a.pos[i] >= 0 {
		return a.priced(i, a.c.start[i]+int(a.pos[i]))
	}
	j := int(a.of[i])
	rc := a.m.cost(i, j)
	for r := range a.m.r {
		if j != a.m.dummy {
			rc += float64(a.m.loadOf(r, i, j) * a.prices[r][j])
		}
	}
	return rc
}

func (a *arrangement) join(i int32) {
	j := a.of[i]
	a.slot[i] = int32(len(a.members[j]))
	a.members[j] = append(a.members[j], i)
	if int(j) == a.m.dummy {
		for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
			if k := int(a.c.agent[e]); k != a.m.dummy {
				a.waiting[k] = append(a.waiting[k], i)
			}
		}
	}
}

// move gives unit i to the candidate at place pos of its row.
func (a *arrangement) move(i, pos int32) {
	from := a.of[i]
	for r := range a.m.r {
		if int(from) != a.m.dummy {
			a.load[r][from] -= a.loadNow(r, int(i))
		}
	}
	list := a.members[from]
	last := list[len(list)-1]
	list[a.slot[i]] = last
	a.slot[last] = a.slot[i]
	a.members[from] = list[:len(list)-1]
	stranger := a.pos[i] < 0
	a.pos[i] = pos
	if stranger {
		a.rank(int(i))
	}
	a.of[i] = a.c.agent[a.c.start[i]+int(pos)]
	to := a.of[i]
	a.crowd.moved(i, from, to, a.m.dummy)
	for r := range a.m.r {
		if int(to) != a.m.dummy {
			a.load[r][to] += a.loadNow(r, int(i))
		}
	}
	a.join(i)
}

// window returns the limits of a row and whether there are any.
func (a *arrangement) window(r int, j int32) (lo, hi float64, ok bool) {
	lo, hi = a.m.lower[r][j], a.m.upper[r][j]
	return lo, hi, !math.IsInf(lo, -1) || !math.IsInf(hi, 1)
}

// forgiven is how far outside a limit still counts as rounding.
func (a *arrangement) forgiven(lo, hi float64) float64 {
	size := 1.0
	if !math.IsInf(lo, 0) {
		size = math.Max(size, math.Abs(lo))
	}
	if !math.IsInf(hi, 0) {
		size = math.Max(size, math.Abs(hi))
	}
	return math.Min(1e-9*size, a.tol)
}

// outside is by how much agent j breaks its limits, and the number of units that
// should not share it.
func (a *arrangement) outside(j int32) float64 {
	if int(j) == a.m.dummy {
		return 0
	}
	sum := a.crowd.over(j)
	for r := range a.m.r {
		lo, hi, ok := a.window(r, j)
		if !ok {
			continue
		}
		if out := math.Max(a.load[r][j]-hi, lo-a.load[r][j]); out > a.forgiven(lo, hi) {
			sum += out
		}
	}
	return sum
}

// slackCost is what the room that agent j leaves costs at the prices, and
// excess that plus the regrets of its units: the agent's part of the gap
// between the plan and the bound of the prices.
func (a *arrangement) slackCost(j int32) float64 {
	sum := 0.0
	for r := range a.m.r {
		lo, hi, ok := a.window(r, j)
		if !ok {
			continue
		}
		if v := a.prices[r][j]; v > 0 {
			sum += float64(v * (hi - a.load[r][j]))
		} else if v < 0 {
			sum += float64(v * (lo - a.load[r][j]))
		}
	}
	return sum
}

func (a *arrangement) excess(j int32) float64 {
	sum := 0.0
	if int(j) != a.m.dummy {
		sum = a.slackCost(j)
	}
	for _, i := range a.members[j] {
		sum += a.regret(i)
	}
	return sum
}

// wanted is the sum of the regrets of the unassigned units that could join agent j.
func (a *arrangement) wanted(j int32) float64 {
	if a.m.dummy < 0 {
		return 0
	}
	sum := 0.0
	for _, i := range a.waiting[j] {
		if int(a.of[i]) == a.m.dummy {
			sum += a.regret(i)
		}
	}
	return sum
}

// regret is by how much unit i is dearer at the prices than its best candidate.
func (a *arrangement) regret(i int32) float64 {
	if a.pos[i] == a.best[i] {
		return 0
	}
	return a.pricedNow(int(i)) - a.priced(int(i), a.c.start[i]+int(a.best[i]))
}

// negligible is a difference of cost that does not matter, nor is rounding: it
// is measured by what is added up, so that the unit of the costs is irrelevant.
func (a *arrangement) negligible() float64 {
	cost, worth := 0.0, 0.0
	for i := range a.of {
		cost += math.Abs(a.costNow(i))
	}
	for r := range a.prices {
		for j, v := range a.prices[r] {
			worth += math.Abs(v * a.load[r][j])
		}
	}
	return float64(1e-9*cost) + float64(1e-11*worth)
}

// typicalPrice is the mean difference between the best and the second best
// candidate over the mean load, or the largest price: one that matters.
func (a *arrangement) typicalPrice() float64 {
	diff, load := 0.0, 0.0
	for _, list := range a.members {
		for _, i := range list {
			lo, hi := a.c.start[i], a.c.start[i+1]
			if hi-lo < 2 {
				continue
			}
			best, second := math.Inf(1), math.Inf(1)
			for _, cost := range a.c.cost[lo:hi] {
				if cost < best {
					best, second = cost, best
				} else if cost < second {
					second = cost
				}
			}
			diff += second - best
			for r := range a.m.r {
				load += a.loadNow(r, int(i))
			}
		}
	}
	p := 1.0
	if diff > 0 && load > 0 {
		p = diff / load
	}
	for r := range a.prices {
		for _, v := range a.prices[r] {
			p = math.Max(p, math.Abs(v))
		}
	}
	return p
}

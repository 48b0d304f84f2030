package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// mender brings loads back within their limits by single shifts and swaps: the
// finishing touch to a rounded plan whose loads are off by less than a few
// units. It works on the agent that is farthest off, and takes the shift or swap
// that leaves the least violation; among equals the one that costs least.
type mender struct {
	m     *model
	c     *candidates
	of    []int32
	load  [][]float64 // [r][agents]
	mean  []float64   // [r]: violations of measures are compared in mean loads
	units [][]int32   // per agent: the units it serves
	wish  [][]int32   // per agent: the units that list it
	price float64     // what a mean load of violation weighs against cost
}

// mend improves of in place and never makes the violation worse. It takes at
// most rounds steps, each O(Σ over neighbours of the exchangeable pairs).
func (m *model) mend(ctx context.Context, c *candidates, mean []float64, of []int32, rounds int) {
	g := &mender{m: m, c: c, of: of, mean: mean, price: 1}
	agents := m.agents()
	g.load = m.loads(of)
	for r := range g.load {
		g.load[r] = append(g.load[r], make([]float64, agents-m.m)...)
	}
	off := make([]bool, m.m)
	any := false
	for j := range m.m {
		off[j] = g.violation(j) > 0
		any = any || off[j]
	}
	if !any {
		return
	}
	g.units, g.wish = make([][]int32, agents), make([][]int32, agents)
	for i, j := range of {
		if j < 0 || c.start[i+1]-c.start[i] < 2 {
			continue
		}
		g.units[j] = append(g.units[j], int32(i))
		for e := c.start[i]; e < c.start[i+1]; e++ {
			g.wish[c.agent[e]] = append(g.wish[c.agent[e]], int32(i))
			g.price += math.Abs(c.cost[e])
		}
	}
	for ; rounds > 0 && ctx.Err() == nil; rounds-- {
		worst, most := -1, 0.0
		for j := range m.m {
			if v := g.violation(j); off[j] && v > most {
				worst, most = j, v
			}
		}
		if worst < 0 {
			return
		}
		moves := g.best(worst)
		if moves == nil {
			off[worst] = false // nothing helps
			continue
		}
		for _, s := range moves {
			g.apply(s)
		}
	}
}

// exchange is a possible move of a unit between two entries of its list.
type exchange struct {
	unit     int32
	from, to int // entries
	cost     float64
}

// violation of agent j, in mean loads over all measures. Rounding does not count.
func (g *mender) violation(j int) float64 {
	sum := 0.0
	for r := range g.load {
		sum += g.breach(r, j, g.load[r][j])
	}
	return sum
}

func (g *mender) breach(r, j int, load float64) float64 {
	if j >= g.m.m {
		return 0
	}
	out := math.Max(load-g.m.upper[r][j], g.m.lower[r][j]-load)
	if out <= 1e-12*math.Abs(load) {
		return 0
	}
	return out / g.mean[r]
}

// best is the shift or swap with agent j that lowers the violation most.
func (g *mender) best(j int) []exchange {
	const keep = 50 // exchanges per pair of agents and direction, the cheapest
	give, take := map[int32][]exchange{}, map[int32][]exchange{}
	var near []int32
	list := func(side map[int32][]exchange, k int32, x exchange) {
		if give[k] == nil && take[k] == nil {
			near = append(near, k)
		}
		side[k] = append(side[k], x)
	}
	for _, i := range g.units[j] {
		from := g.entry(i, int32(j))
		for e := g.c.start[i]; e < g.c.start[i+1]; e++ {
			if e != from && g.m.clash(g.of, int(i), int(g.c.agent[e])) < 0 {
				list(give, g.c.agent[e], exchange{i, from, e, g.c.cost[e] - g.c.cost[from]})
			}
		}
	}
	for _, i := range g.wish[j] {
		if k := g.of[i]; int(k) != j {
			from, to := g.entry(i, k), g.entry(i, int32(j))
			if from >= 0 && g.m.clash(g.of, int(i), j) < 0 {
				list(take, k, exchange{i, from, to, g.c.cost[to] - g.c.cost[from]})
			}
		}
	}
	slices.Sort(near)
	score, moves := -1e-9*g.price, []exchange(nil)
	offer := func(x ...exchange) {
		if s := g.score(x); s < score {
			score, moves = s, slices.Clone(x)
		}
	}
	for _, k := range near {
		out, in := cheapest(give[k], keep), cheapest(take[k], keep)
		for _, x := range out {
			offer(x)
		}
		for _, y := range in {
			offer(y)
		}
		for _, x := range out {
			for _, y := range in {
				offer(x, y)
			}
		}
	}
	return moves
}

func cheapest(x []exchange, keep int) []exchange {
	slices.SortFunc(x, func(a, b exchange) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.unit, b.unit)) })
	return x[:min(keep, len(x))]
}

// score is the change of violation, dearly paid, and of cost, when one unit
// moves, or two between the same agents in opposite directions.
func (g *mender) score(x []exchange) float64 {
	a, b := int(g.c.agent[x[0].from]), int(g.c.agent[x[0].to])
	cost := x[0].cost
	change := 0.0
	for r := range g.load {
		la, lb := g.load[r][a], g.load[r][b]
		change -= g.breach(r, a, la) + g.breach(r, b, lb)
		la -= g.m.loadAt(g.c, r, int(x[0].unit), x[0].from)
		lb += g.m.loadAt(g.c, r, int(x[0].unit), x[0].to)
		if len(x) == 2 {
			la += g.m.loadAt(g.c, r, int(x[1].unit), x[1].to)
			lb -= g.m.loadAt(g.c, r, int(x[1].unit), x[1].from)
		}
		change += g.breach(r, a, la) + g.breach(r, b, lb)
	}
	if len(x) == 2 {
		cost += x[1].cost
	}
	if change > -1e-9 {
		return math.Inf(1)
	}
	return float64(change*g.price) + cost
}

func (g *mender) apply(x exchange) {
	from, to := g.c.agent[x.from], g.c.agent[x.to]
	for r := range g.load {
		g.load[r][from] -= g.m.loadAt(g.c, r, int(x.unit), x.from)
		g.load[r][to] += g.m.loadAt(g.c, r, int(x.unit), x.to)
	}
	at := slices.Index(g.units[from], x.unit)
	g.units[from] = slices.Delete(g.units[from], at, at+1)
	g.units[to] = append(g.units[to], x.unit)
	g.of[x.unit] = to
}

// entry is the position of agent j in the list of unit i, or -1.
func (g *mender) entry(i, j int32) int {
	for e := g.c.start[i]; e < g.c.start[i+1]; e++ {
		if g.c.agent[e] == j {
			return e
		}
	}
	return -1
}

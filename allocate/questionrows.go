package allocate

import (
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// addRows makes a row of every limit that is asked for, and of every agent and
// list of units that must not share it; returns their number.
func (a *asker) addRows(ids []int32) int {
	c, m := a.c, a.c.m
	a.soft, a.limit, a.isUp, a.sides = a.soft[:0], a.limit[:0], a.isUp[:0], a.sides[:0]
	add := func(price, limit float64, up bool) int32 {
		a.soft, a.limit, a.isUp = append(a.soft, price), append(a.limit, limit), append(a.isUp, up)
		return int32(len(a.soft) - 1)
	}
	used := make([]bool, 2*m.r)
	for _, id := range ids {
		x := c.clauses[id]
		at := int(x.measure)*m.m + int(x.agent)
		switch x.kind {
		case CapacityDemand:
			a.rowOf[0][at] = add(a.price[id], m.upper[x.measure][x.agent], true)
			used[2*x.measure] = true
		case FloorDemand:
			a.rowOf[1][at] = add(a.price[id], m.lower[x.measure][x.agent], false)
			used[2*x.measure+1] = true
		}
	}
	for r := range m.r {
		for side := range 2 {
			if used[2*r+side] {
				a.sides = append(a.sides, [2]int{r, side})
			}
		}
	}
	a.apart = map[[2]int32]int32{}
	for _, id := range ids {
		if x := c.clauses[id]; x.kind == ApartDemand {
			for j := range m.m {
				a.apart[[2]int32{x.list, int32(j)}] = add(a.price[id], 1, true)
			}
		}
	}
	return len(a.soft)
}

// addBlocks fills the subproblem with the blocks that have a choice that
// matters, and decides about the others. stuck says that a block has nowhere to go.
func (a *asker) addBlocks(of []int32, rows int) (stuck, large bool) {
	m, s := a.c.m, &a.sub
	slots := len(a.sides)
	lists := 0
	for _, h := range a.blocks {
		count := 0
		for i := h; i >= 0; i = a.next[i] {
			count += len(a.listed[i])
		}
		lists = max(lists, count)
	}
	slots += lists
	a.watch(lists > 0)
	s.reset(rows, slots)
	a.kept, a.agent = a.kept[:0], a.agent[:0]
	for _, h := range a.blocks {
		a.options(h)
		if len(a.cand) == 0 {
			return true, false
		}
		if free := a.indifferent(h); free != undecided {
			for i := h; i >= 0; i = a.next[i] {
				of[i] = free
			}
			continue
		}
		for _, o := range a.cand {
			s.owner = append(s.owner, int32(len(a.kept)))
			s.cost = append(s.cost, o.cost)
			a.agent = append(a.agent, o.agent)
			for _, side := range a.sides {
				load, row := 0.0, int32(-1)
				if o.agent >= 0 {
					row = a.rowOf[side[1]][side[0]*m.m+int(o.agent)]
				}
				if row >= 0 {
					load = a.load(side[0], h, o.agent)
				}
				a.entry(load, row)
			}
			left := lists
			for i := h; i >= 0; i = a.next[i] {
				for _, list := range a.listed[i] {
					if o.agent >= 0 {
						a.entry(1, a.apart[[2]int32{list, o.agent}])
					} else {
						a.entry(0, -1)
					}
					left--
				}
			}
			for range left {
				a.entry(0, -1)
			}
		}
		a.kept = append(a.kept, h)
		s.first = append(s.first, int32(len(s.cost)))
		if len(s.cost) > questionOptions {
			return false, true
		}
	}
	s.units = len(a.kept)
	return false, false
}

// watch lists the agents whose loads a demand looks at; with lists of Apart, all.
func (a *asker) watch(all bool) {
	a.watched, a.watches = a.watched[:0], resize(a.watches, a.c.m.m)
	for j := range a.watches {
		a.watches[j] = all
		for _, side := range a.sides {
			a.watches[j] = a.watches[j] || a.rowOf[side[1]][side[0]*a.c.m.m+j] >= 0
		}
		if a.watches[j] {
			a.watched = append(a.watched, int32(j))
		}
	}
}

func (a *asker) entry(load float64, row int32) {
	if row < 0 {
		load, row = 0, int32(a.sub.rows)
	}
	a.sub.load, a.sub.row = append(a.sub.load, load), append(a.sub.row, row)
}

// load of the block on agent j.
func (a *asker) load(r int, h, j int32) float64 {
	total := 0.0
	for i := h; i >= 0; i = a.next[i] {
		total += a.c.m.loadOf(r, int(i), int(j))
	}
	return total
}

// options lists where the block of h can go, and what demands that breaks: all
// agents that no demand measures are one.
func (a *asker) options(h int32) {
	c := a.c
	a.cand = a.cand[:0]
	cost := 0.0
	for i := h; i >= 0; i = a.next[i] {
		cost += a.priceOf(c.service[i]) + a.priceOf(c.lock[i])
	}
	if !math.IsInf(cost, 1) {
		a.cand = append(a.cand, option{partition.Unassigned, cost})
	}
	elsewhere := -1
	for _, j := range a.watched {
		if cost := a.costOf(h, j); !math.IsInf(cost, 1) {
			a.cand = append(a.cand, option{j, cost})
		}
	}
	others := a.everyone // or, where the demands leave no choice, fewer
	if lock := c.lock[h]; math.IsInf(a.priceOf(lock), 1) {
		j := c.clauses[lock].agent
		others = a.everyone[j : j+1]
	} else if math.IsInf(a.priceOf(c.only[h]), 1) {
		others = c.agents(int(h))
	}
	for _, j := range others {
		if a.watches[j] {
			continue
		}
		cost := a.costOf(h, j)
		if elsewhere < 0 && !math.IsInf(cost, 1) {
			elsewhere = len(a.cand)
			a.cand = append(a.cand, option{j, cost})
		} else if elsewhere >= 0 && cost < a.cand[elsewhere].cost {
			a.cand[elsewhere] = option{j, cost}
		}
		if cost == 0 {
			break
		}
	}
}

// costOf is what it breaks to have the block of h served by agent j.
func (a *asker) costOf(h, j int32) float64 {
	c, cost := a.c, 0.0
	for i := h; i >= 0; i = a.next[i] {
		if id := c.lock[i]; id >= 0 && c.clauses[id].agent != j {
			cost += a.price[id]
		}
		if !c.may(int(i), int(j)) {
			barred := a.priceOf(c.only[i]) + a.priceOf(c.serves[j])
			if cost += barred; a.guest >= 0 && barred > 0 && a.guest != j {
				cost = math.Inf(1)
			}
		}
		if !c.m.uniform && !c.could(int(i), int(j)) {
			cost = math.Inf(1)
		}
		if math.IsInf(cost, 1) {
			break
		}
	}
	return cost
}

func (a *asker) priceOf(id int32) float64 {
	if id < 0 {
		return 0
	}
	return a.price[id]
}

// indifferent is a place of the block that breaks nothing and takes part in
// nothing, where it is not wanted anywhere either; else undecided.
func (a *asker) indifferent(h int32) int32 {
	free := int32(undecided)
	for _, o := range a.cand {
		if o.agent < 0 {
			if o.cost == 0 && free == undecided {
				free = o.agent
			}
			continue
		}
		if !a.watches[o.agent] {
			if o.cost == 0 {
				free = o.agent
			}
			continue
		}
		for _, side := range a.sides {
			if side[1] == 1 && a.rowOf[1][side[0]*a.c.m.m+int(o.agent)] >= 0 && a.load(side[0], h, o.agent) > 0 {
				return undecided
			}
		}
	}
	return free
}

// scale divides the loads by powers of two and sets the windows. Limits that
// must be met are as wide as what counts as feasible, and no wider than what
// whole loads can meet.
func (a *asker) scale(whole bool) {
	s := &a.sub
	amounts := make([][]float64, s.rows)
	for e, row := range s.row {
		if int(row) < s.rows && s.load[e] > 0 {
			amounts[row] = append(amounts[row], s.load[e])
		}
	}
	factor := make([]float64, s.rows+1)
	factor[s.rows] = 1
	for k := range s.rows {
		f := 1.0
		if len(amounts[k]) > 0 {
			_, exp := math.Frexp(slices.Max(amounts[k]))
			f = math.Ldexp(1, exp)
		}
		factor[k] = f
		limit, hard := a.limit[k], math.IsInf(a.soft[k], 1)
		lo, hi := math.Inf(-1), math.Inf(1)
		g, margin := 0.0, 0.0
		if hard && whole {
			exact := false
			if g, exact = grain(amounts[k]); !exact {
				margin = 1e-3 * g
			}
		}
		tol := 0.0
		if hard {
			tol = partition.FeasibleViolation
		}
		if a.isUp[k] {
			if hi = limit + tol; g > 0 {
				hi = math.Min(hi, float64(math.Floor(hi/g)*g)+margin)
			}
		} else if lo = limit - tol; g > 0 {
			lo = math.Max(lo, float64(math.Ceil(lo/g)*g)-margin)
		}
		s.lo[k], s.hi[k], s.scale[k], s.guess[k] = lo/f, hi/f, f, 0
		s.slack[k] = math.Min(1e-9*math.Max(1, math.Abs(limit)), 1e-7) / f
	}
	for e, row := range s.row {
		s.load[e] /= factor[row]
	}
}

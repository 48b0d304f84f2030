package allocate

import (
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// bySolver looks for the relaxation of the least price that changes no demands
// but those of soft: one limit, or any number of others of one kind. It lets
// SingleSource solve the problem whose costs are those prices.
func (x *explorer) bySolver(soft []int32) bool {
	if x.ctx.Err() != nil || len(soft) == 0 {
		return false
	}
	c, m := x.c, x.c.m
	p := *x.p
	p.Measures = slices.Clone(p.Measures)
	limit := clause{measure: -1}
	price := make([]float64, m.n) // per unit, of the demand that is soft
	kind := c.clauses[soft[0]].kind
	for _, id := range soft {
		if cl := c.clauses[id]; cl.unit >= 0 {
			price[cl.unit] = x.charge[id]
		} else {
			limit = cl
		}
	}
	switch kind {
	case CapacityDemand, FloorDemand:
		me := &p.Measures[limit.measure]
		me.Lower, me.Upper = me.Limits(m.m)
		me.Tolerance = 0
		if me.Upper[limit.agent] = math.Inf(1); kind == FloorDemand {
			me.Upper[limit.agent], me.Lower[limit.agent] = m.upper[limit.measure][limit.agent], 0
		}
	case LockDemand:
		p.Fixed = nil
	}
	p.Penalty = make([]float64, m.n)
	for i := range p.Penalty {
		lock := c.lock[i] >= 0
		switch must := c.service[i] >= 0; {
		case lock && kind == LockDemand && !must, !lock && kind == ServiceDemand && must:
			p.Penalty[i] = price[i]
		case must || lock:
			p.Penalty[i] = math.Inf(1)
		}
	}
	p.Allowed = nil
	p.Cost = CostFunc(m.n, m.m, func(i, j int) float64 {
		cost := 0.0
		if !c.may(i, j) {
			if kind != EligibilityDemand || !c.could(i, j) {
				return math.Inf(1)
			}
			cost = price[i]
		}
		if kind == LockDemand && c.lock[i] >= 0 && m.fixed(i) != j {
			cost += price[i]
		}
		if j == int(limit.agent) && limit.measure >= 0 {
			load := m.loadOf(int(limit.measure), i, j)
			if kind == FloorDemand {
				load = -load
			}
			cost += load
		}
		return cost
	})
	r, err := x.solver().Allocate(x.ctx, &p)
	if err != nil || !r.Certificate.Feasible() {
		return false
	}
	of := planOf(r.Plan)
	bound := r.Certificate.Bound
	switch kind {
	case CapacityDemand:
		bound = (bound - m.upper[limit.measure][limit.agent]) * x.charge[soft[0]]
	case FloorDemand:
		bound = (bound + m.lower[limit.measure][limit.agent]) * x.charge[soft[0]]
	}
	changes := x.changes(soft, of)
	if slices.ContainsFunc(changes, func(c Change) bool { return math.IsInf(c.Price, 1) }) {
		return false
	}
	return x.keep(changes, math.Max(0, bound), of)
}

// spread changes the limits of every contradictory set in proportion, by as much
// as its units ask for, until there is a plan. What is no matter of limits is
// left to the others.
func (x *explorer) spread() {
	const rounds = 25
	c := x.c
	ids := map[int32]float64{} // limits that are changed, to what
	current := func() []Change {
		var list []Change
		for _, id := range c.all() {
			if to, is := ids[id]; is {
				list = append(list, x.change(id, to, -1))
			}
		}
		return list
	}
	for range rounds {
		p := applied(x.p, current())
		r, err := x.solver().Allocate(x.ctx, p)
		switch {
		case err == nil && r.Certificate.Feasible():
			of := planOf(r.Plan)
			x.keep(current(), 0, of)
			return
		case err == nil: // whole units do not fit: by what the nearest plan needs
			of := planOf(r.Plan)
			loads := c.loads(of)
			for _, side := range [][][]int32{c.upper, c.lower} {
				for k := range side {
					for j, id := range side[k] {
						if id < 0 || c.breach(id, of, loads) <= slackOf(loads[k][j]) {
							continue
						}
						if math.IsInf(x.charge[id], 1) {
							return
						}
						to, is := ids[id]
						switch load := loads[k][j]; {
						case !is:
							ids[id] = load
						case c.clauses[id].kind == CapacityDemand:
							ids[id] = math.Max(to, load)
						default:
							ids[id] = math.Min(to, load)
						}
					}
				}
			}
			x.keep(current(), 0, of)
			return
		case !errors.Is(err, partition.ErrInfeasible) || !x.widen(p, err, ids):
			return
		}
	}
}

// widen changes the limits that a witness names by as much as it asks for.
func (x *explorer) widen(p *Problem, err error, to map[int32]float64) bool {
	c := x.c
	m, failed := validated(p)
	if failed != nil {
		return false
	}
	changed := false
	each(err, func(w *partition.InfeasibleError) {
		if len(w.Territories) == 0 {
			return
		}
		in := make([]bool, m.m)
		for _, j := range w.Territories {
			in[j] = true
		}
		for r := range m.r {
			var must, all sum // of the units that have nobody else, of those that have any of them
			for i := range m.n {
				any, only := false, true
				least, most := math.Inf(1), 0.0
				for j := range m.m {
					if math.IsInf(m.cost(i, j), 1) {
						continue
					}
					load := m.loadOf(r, i, j)
					least, any, only = math.Min(least, load), any || in[j], only && in[j]
					if in[j] {
						most = math.Max(most, load)
					}
				}
				if any && only && m.mandatory(i) {
					must.add(least)
				}
				if any {
					all.add(most)
				}
			}
			g := 0.0
			if m.value[r] != nil {
				g, _ = grain(m.value[r])
			}
			var room, want sum
			for _, j := range w.Territories {
				room.add(wholeBelow(m.upper[r][j], g))
				want.add(m.lower[r][j])
			}
			if over := must.total() - room.total(); over > slackOf(must.total()) {
				changed = x.share(to, c.upper[r], w.Territories, m.upper[r], over, g) || changed
			}
			if under := want.total() - all.total(); under > slackOf(want.total()) {
				changed = x.share(to, c.lower[r], w.Territories, m.lower[r], -under, g) || changed
			}
		}
	})
	return changed
}

// wholeBelow is the largest multiple of g that is not above x.
func wholeBelow(x, g float64) float64 {
	if g == 0 || math.IsInf(x, 1) {
		return x
	}
	return float64(math.Floor((x+partition.FeasibleViolation)/g) * g)
}

// share divides a change among the limits of agents in proportion to them, in
// whole loads.
func (x *explorer) share(to map[int32]float64, ids []int32, agents []int, limit []float64, change, g float64) bool {
	var total sum
	count := 0
	for _, j := range agents {
		if ids[j] >= 0 && !math.IsInf(x.charge[ids[j]], 1) {
			total.add(limit[j])
			count++
		}
	}
	if count == 0 {
		return false
	}
	left := change
	for _, j := range agents {
		id := ids[j]
		if id < 0 || math.IsInf(x.charge[id], 1) || left*change <= 0 {
			continue
		}
		part := change / float64(count)
		if total.total() > 0 {
			part = change * (limit[j] / total.total())
		}
		now := limit[j]
		if change > 0 {
			now = wholeBelow(now, g)
		}
		next := math.Max(0, now+part)
		if g > 0 && change > 0 {
			next = float64(math.Ceil(next/g-1e-9) * g)
		}
		to[id] = next
		left -= next - now
	}
	return true
}

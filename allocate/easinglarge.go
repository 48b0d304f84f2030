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
			loads := c.m.loads(of)
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
	c, m := x.c, x.c.m
	changed := false
	each(err, func(w *partition.InfeasibleError) {
		if len(w.Territories) == 0 {
			return
		}
		for r := range m.r {
			lower, upper := p.Measures[r].Limits(m.m)
			over, under, g := x.wanting(r, w.Territories, lower, upper)
			if over > 0 {
				changed = x.share(to, c.upper[r], w.Territories, upper, over, g) || changed
			}
			if under > 0 {
				changed = x.share(to, c.lower[r], w.Territories, lower, -under, g) || changed
			}
		}
	})
	return changed
}

// wanting is how much more the units that have nobody but these agents bring of
// measure r than the agents can take in whole loads, and how much more the
// agents must get than all units bring that any of them may serve; 0 where it is
// less. g is the grain of the loads.
func (x *explorer) wanting(r int, agents []int, lower, upper []float64) (over, under, g float64) {
	c, m := x.c, x.c.m
	in := make([]bool, m.m)
	for _, j := range agents {
		in[j] = true
	}
	some, only := make([]bool, len(c.who.start)-1), make([]bool, len(c.who.start)-1)
	for k := range some {
		only[k] = len(c.who.agents(k)) > 0
		for _, j := range c.who.agents(k) {
			some[k], only[k] = some[k] || in[j], only[k] && in[j]
		}
	}
	var must, all, room, want sum
	for i := range m.n {
		least, most := m.loadRange(c.who, r, i)
		k := c.who.group[i]
		some, only := some[k], only[k]
		if j := m.fixed(i); j >= 0 {
			some, only = in[j], in[j]
			least = m.loadOf(r, i, j)
		}
		if only && m.mandatory(i) {
			must.add(least)
		}
		if some {
			all.add(most)
		}
	}
	if m.value[r] != nil {
		g, _ = grain(m.value[r])
	}
	for _, j := range agents {
		room.add(wholeBelow(upper[j], g))
		want.add(lower[j])
	}
	if over = must.total() - room.total(); !(over > slackOf(must.total())) {
		over = 0
	}
	if under = want.total() - all.total(); !(under > slackOf(want.total())) {
		under = 0
	}
	return over, under, g
}

// fewest leaves the heaviest units of an overload unserved, or lets the nearest
// other agent serve them, or frees them: as few as bring what is too much. It is
// for one contradictory set of a large problem.
func (x *explorer) fewest(kind DemandKind, f *conflict) bool {
	c, m := x.c, x.c.m
	var agents []int
	var units []int32
	r := -1
	for _, id := range f.ids {
		switch cl := c.clauses[id]; {
		case cl.kind == CapacityDemand && (r < 0 || r == int(cl.measure)):
			agents, r = append(agents, int(cl.agent)), int(cl.measure)
		case cl.kind == kind && cl.unit >= 0 && !math.IsInf(x.charge[id], 1):
			units = append(units, id)
		}
	}
	if r < 0 || m.value[r] == nil || len(units) == 0 {
		return false
	}
	x.c.byImportance(units)
	over, _, _ := x.wanting(r, agents, m.lower[r], m.upper[r])
	for spare := range 2 { // and one more where whole units do not fit otherwise
		var changes []Change
		for left := over; len(changes) < len(units) && (left > 0 || spare > 0); {
			if left <= 0 {
				spare--
			}
			id := units[len(changes)]
			i := int(c.clauses[id].unit)
			agent := -1
			if kind == EligibilityDemand {
				if agent = x.nearest(i, agents); agent < 0 {
					return false
				}
			}
			left -= m.value[r][i]
			changes = append(changes, x.change(id, 0, agent))
		}
		slices.SortFunc(changes, func(a, b Change) int { return a.Demand.Unit - b.Demand.Unit })
		if len(changes) > 0 && x.keep(changes, 0, nil) {
			return true
		}
	}
	return false
}

// nearest is the agent beside these that could serve the unit and costs least.
func (x *explorer) nearest(i int, beside []int) int {
	best, least := -1, math.Inf(1)
	for j := range x.c.m.m {
		cost := x.c.m.p.Cost.At(i, j)
		if !(math.Abs(cost) <= largest) {
			cost = largest
		}
		if !x.c.may(i, j) && x.c.could(i, j) && cost < least && !slices.Contains(beside, j) {
			best, least = j, cost
		}
	}
	return best
}

// alone changes one limit by what the contradictory set asks for.
func (x *explorer) alone(id int32, f *conflict) bool {
	c, m := x.c, x.c.m
	cl := c.clauses[id]
	var agents []int
	for _, other := range f.ids {
		if o := c.clauses[other]; o.kind == cl.kind && o.measure == cl.measure {
			agents = append(agents, int(o.agent))
		}
	}
	r, j := int(cl.measure), int(cl.agent)
	over, under, g := x.wanting(r, agents, m.lower[r], m.upper[r])
	to := map[int32]float64{}
	if cl.kind == CapacityDemand {
		x.share(to, c.upper[r], []int{j}, m.upper[r], over, g)
	} else {
		x.share(to, c.lower[r], []int{j}, m.lower[r], -under, g)
	}
	if next, ok := to[id]; ok && next != m.upper[r][j] {
		return x.keep([]Change{x.change(id, next, -1)}, 0, nil)
	}
	return false
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

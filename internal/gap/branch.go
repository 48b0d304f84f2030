package gap

import (
	"math"
)

// Branch solves a problem, or a part of it, to the end where it can: depth-first
// branch and bound over the agent of one unit after the other, with the
// Lagrangian bound of [Dual] in every node. What makes it fast is that most
// pairs of unit and agent go without branching: a pair whose price of being
// forced lifts the bound above the best plan is dropped, and where one agent is
// left to a unit, it is given there.
//
// Posta, Ferland, Michelon, "An exact method with variable fixing for solving the
// generalized assignment problem", Computational Optimization and Applications 52
// (2012), fixes and branches in this manner; the knapsacks, the ascent and the
// order of the branches are our own.
type Branch struct {
	units, agents int
	entries       []entry // by agent
	first         []int32 // of agent j: entries[first[j]:first[j+1]]
	byUnit        []int32 // entries by unit
	firstOf       []int32 // of unit i: byUnit[firstOf[i]:firstOf[i+1]]

	alive []bool    // per entry
	count []int32   // per unit: alive entries
	given []int32   // per unit its entry, or -1
	left  []float64 // per agent: room beside what is given
	fixed float64   // cost of what is given
	open  int       // units not given
	trail []int32   // entries dropped (≥ 0), units given (-1-unit), in order

	price            []float64 // per unit
	value            float64   // of the relaxation at price
	agent            []relaxed
	taken            []int32
	sack             Knapsack
	trial, direction []float64

	upper, grain float64 // find a plan of less than upper, by grain at least
	eps          float64
	best         []int32 // per unit its entry
	Nodes, limit int
	stopped      bool
	stop         func() bool
	low          []float64 // scratch
}

type entry struct {
	unit, agent int32
	cost, load  float64
}

// relaxed is the knapsack of an agent at the current prices.
type relaxed struct {
	value, linear, rate float64
	chosen              []int32 // entries
}

// Load prepares the problem of the entries, which are sorted by agent.
func (b *Branch) Load(units, agents int, entries []entry, room, price []float64) {
	b.units, b.agents, b.entries = units, agents, entries
	b.first = resize(b.first, agents+1)
	b.firstOf = resize(b.firstOf, units+1)
	b.byUnit = resize(b.byUnit, len(entries))
	clear(b.first)
	clear(b.firstOf)
	for _, e := range entries {
		b.first[e.agent+1]++
		b.firstOf[e.unit+1]++
	}
	for j := range agents {
		b.first[j+1] += b.first[j]
	}
	b.count = resize(b.count, units)
	for i := range units {
		b.count[i] = b.firstOf[i+1]
		b.firstOf[i+1] += b.firstOf[i]
	}
	at := resize(b.given, units)
	copy(at, b.firstOf)
	for q, e := range entries {
		b.byUnit[at[e.unit]] = int32(q)
		at[e.unit]++
	}
	b.given = at
	for i := range b.given {
		b.given[i] = -1
	}
	b.alive = resize(b.alive, len(entries))
	for q := range b.alive {
		b.alive[q] = true
	}
	b.left = append(b.left[:0], room...)
	b.price = append(b.price[:0], price...)
	b.trial = resize(b.trial, units)
	b.direction = resize(b.direction, units)
	b.taken = resize(b.taken, units)
	for len(b.agent) < agents {
		b.agent = append(b.agent, relaxed{})
	}
	b.fixed, b.open, b.trail = 0, units, b.trail[:0]
	b.Nodes, b.stopped, b.best = 0, false, b.best[:0]
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// Run searches for a plan that costs at most upper - grain. It reports whether
// the search was complete.
func (b *Branch) Run(upper, grain float64, limit, steps int, stop func() bool) (done bool) {
	b.upper, b.grain, b.limit, b.stop = upper, grain, limit, stop
	b.eps = float64(1e-9 * math.Max(1, math.Abs(upper)))
	if b.grain == 0 {
		b.grain = 2 * b.eps
	}
	b.node(steps)
	return !b.stopped
}

// hopeless reports whether no plan at such a bound is good enough.
func (b *Branch) hopeless(value float64) bool { return value > b.upper-b.grain+b.eps }

func (b *Branch) node(steps int) {
	b.Nodes++
	if b.stopped = b.stopped || b.Nodes > b.limit || b.stop(); b.stopped {
		return
	}
	mark, price := len(b.trail), append([]float64(nil), b.price...)
	defer func() {
		b.undo(mark)
		copy(b.price, price)
	}()
	if !b.tighten(steps) {
		return
	}
	unit := b.pick()
	if unit < 0 {
		return
	}
	// children by penalty
	type child struct {
		entry int32
		value float64
	}
	var children []child
	for _, q := range b.byUnit[b.firstOf[unit]:b.firstOf[unit+1]] {
		if b.alive[q] {
			children = append(children, child{q, b.low[q]})
		}
	}
	for x := 1; x < len(children); x++ {
		for y := x; y > 0 && children[y].value < children[y-1].value; y-- {
			children[y], children[y-1] = children[y-1], children[y]
		}
	}
	for _, c := range children {
		if b.hopeless(c.value) || b.stopped {
			return
		}
		at := len(b.trail)
		if b.give(c.entry) {
			b.node(12)
		}
		b.undo(at)
		copy(b.price, price)
	}
}

// give fixes the unit to the entry.
func (b *Branch) give(q int32) bool {
	e := &b.entries[q]
	for _, o := range b.byUnit[b.firstOf[e.unit]:b.firstOf[e.unit+1]] {
		if o != q && b.alive[o] {
			b.drop(o)
		}
	}
	b.given[e.unit] = q
	b.left[e.agent] -= e.load
	b.fixed += e.cost
	b.open--
	b.trail = append(b.trail, -1-e.unit)
	return b.left[e.agent] >= 0
}

func (b *Branch) drop(q int32) {
	b.alive[q] = false
	b.count[b.entries[q].unit]--
	b.trail = append(b.trail, q)
}

func (b *Branch) undo(mark int) {
	for len(b.trail) > mark {
		q := b.trail[len(b.trail)-1]
		b.trail = b.trail[:len(b.trail)-1]
		if q >= 0 {
			b.alive[q] = true
			b.count[b.entries[q].unit]++
			continue
		}
		e := &b.entries[b.given[-1-q]]
		b.given[e.unit] = -1
		b.left[e.agent] += e.load
		b.fixed -= e.cost
		b.open++
	}
}

// evaluate relaxes the open units at the prices.
func (b *Branch) evaluate(price []float64) float64 {
	value := b.fixed
	clear(b.taken)
	for i, v := range price {
		if b.given[i] < 0 {
			value += v
		}
	}
	for j := range b.agents {
		a := &b.agent[j]
		b.sack.Reset()
		room := b.left[j]
		for q := b.first[j]; q < b.first[j+1]; q++ {
			e := &b.entries[q]
			if b.alive[q] && b.given[e.unit] < 0 && e.load <= room {
				b.sack.Add(q, e.load, price[e.unit]-e.cost)
			}
		}
		a.value, _ = b.sack.Solve(room)
		a.linear, a.rate = b.sack.Linear(), b.sack.Rate()
		a.chosen = b.sack.Chosen(a.chosen[:0])
		for _, q := range a.chosen {
			b.taken[b.entries[q].unit]++
		}
		value -= a.value
	}
	return value
}

// tighten raises the bound and drops pairs until nothing changes. It reports
// false where the node is done: hopeless, or solved.
func (b *Branch) tighten(steps int) bool {
	for round := 0; ; round++ {
		if !b.settle() {
			return false
		}
		if b.open == 0 {
			b.record()
			return false
		}
		if !b.ascend(steps) {
			return false
		}
		if !b.penalise() {
			return false
		}
		if !b.forced() {
			return true
		}
		steps = 6
	}
}

// settle drops what does not fit and gives units with one entry left.
func (b *Branch) settle() bool {
	for again := true; again; {
		again = false
		for i := range b.units {
			if b.given[i] >= 0 {
				continue
			}
			last := int32(-1)
			for _, q := range b.byUnit[b.firstOf[i]:b.firstOf[i+1]] {
				if !b.alive[q] {
					continue
				}
				if e := &b.entries[q]; e.load > b.left[e.agent] {
					b.drop(q)
					continue
				}
				last = q
			}
			switch b.count[i] {
			case 0:
				return false
			case 1:
				if !b.give(last) {
					return false
				}
				again = true
			}
		}
	}
	return true
}

// forced reports whether a unit has only one entry left.
func (b *Branch) forced() bool {
	for i := range b.units {
		if b.given[i] < 0 && b.count[i] == 1 {
			return true
		}
	}
	return false
}

// ascend takes subgradient steps; b.price, b.value and b.agent are those of the best.
func (b *Branch) ascend(steps int) bool {
	b.value = b.evaluate(b.price)
	if b.hopeless(b.value) {
		return false
	}
	copy(b.trial, b.price)
	value, best := b.value, b.value
	clear(b.direction)
	size, idle := 0.8, 0
	patience := max(3, min(20, steps/8))
	last := true
	for k := 0; k < steps && !b.stop(); k++ {
		norm := 0.0
		for i := range b.direction {
			if b.given[i] >= 0 {
				b.direction[i] = 0
				continue
			}
			g := float64(1 - b.taken[i])
			b.direction[i] = float64(0.4*g) + float64(0.6*b.direction[i])
			norm += float64(b.direction[i] * b.direction[i])
		}
		if norm < 1e-9 {
			break
		}
		length := float64(size*(b.upper-value)) / norm
		for i, g := range b.direction {
			if b.given[i] < 0 {
				b.trial[i] += float64(length * g)
			}
		}
		value = b.evaluate(b.trial)
		last = false
		if value > best {
			best = value
			copy(b.price, b.trial)
			idle = 0
			last = true
			if b.hopeless(best) {
				return false
			}
		} else if idle++; idle == patience {
			idle = 0
			size *= 0.5
			copy(b.trial, b.price)
			value = b.evaluate(b.trial)
			clear(b.direction)
			last = true
		}
	}
	if !last {
		best = b.evaluate(b.price)
	}
	b.value = best
	for i := range b.taken {
		if b.given[i] < 0 && b.taken[i] != 1 {
			return true
		}
	}
	// The relaxation is a plan.
	for j := range b.agents {
		for _, q := range b.agent[j].chosen {
			b.given[b.entries[q].unit] = q
		}
	}
	b.record()
	for j := range b.agents {
		for _, q := range b.agent[j].chosen {
			b.given[b.entries[q].unit] = -1
		}
	}
	return false
}

// record notes the complete plan.
func (b *Branch) record() {
	cost := 0.0
	for _, q := range b.given {
		cost += b.entries[q].cost
	}
	if cost < b.upper-b.eps {
		b.upper = cost
		b.best = append(b.best[:0], b.given...)
	}
}

// penalise computes for every alive entry of an open unit a bound on all plans
// that use it, in low, and drops the hopeless ones.
func (b *Branch) penalise() bool {
	b.low = resize(b.low, len(b.entries))
	out := b.trial // per unit: what it costs to take it from all agents that chose it
	clear(out)
	for j := range b.agents {
		a := &b.agent[j]
		for _, q := range a.chosen {
			e := &b.entries[q]
			net := b.price[e.unit] - e.cost - float64(a.rate*e.load)
			loss := math.Max(0, a.value-(a.linear-net))
			b.low[q] = loss
			out[e.unit] += loss
		}
	}
	for j := range b.agents {
		a := &b.agent[j]
		for _, q := range a.chosen {
			e := &b.entries[q]
			b.low[q] = b.value + out[e.unit] - b.low[q]
			b.taken[e.unit] |= 1 << 20
		}
		for q := b.first[j]; q < b.first[j+1]; q++ {
			e := &b.entries[q]
			if !b.alive[q] || b.given[e.unit] >= 0 {
				continue
			}
			if b.taken[e.unit]&(1<<20) == 0 {
				net := b.price[e.unit] - e.cost - float64(a.rate*e.load)
				loss := math.Max(0, a.value-(a.linear+net))
				b.low[q] = b.value + loss + out[e.unit]
			}
			if b.hopeless(b.low[q]) {
				b.drop(q)
				if b.count[e.unit] == 0 {
					return false
				}
			}
		}
		for _, q := range a.chosen {
			b.taken[b.entries[q].unit] &^= 1 << 20
		}
	}
	return true
}

// pick chooses the unit to branch on: the one whose second best entry is the worst.
func (b *Branch) pick() int {
	unit, score := -1, math.Inf(-1)
	for i := range b.units {
		if b.given[i] >= 0 {
			continue
		}
		one, two := math.Inf(1), math.Inf(1)
		for _, q := range b.byUnit[b.firstOf[i]:b.firstOf[i+1]] {
			if !b.alive[q] {
				continue
			}
			if v := b.low[q]; v < one {
				one, two = v, one
			} else if v < two {
				two = v
			}
		}
		s := two + one
		if b.taken[i] != 1 {
			s += float64(0.5 * (b.upper - b.value))
		}
		s -= float64(1e-3 * float64(b.count[i]))
		if s > score {
			unit, score = i, s
		}
	}
	return unit
}

package district

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/bits"

	"github.com/territory-go/territory/partition"
)

// exactUnits is the largest number of units that the exact search takes: a set
// of them is two words.
const exactUnits = 128

// exact goes through all connected plans within the limits, territory by
// territory: every connected set of units that may be the territory of one unit
// is tried in turn, and what is left is divided likewise. A branch ends where
// the edges that are cut already reach those of the best plan, or where some
// part of what is left can be no territory.
type exact struct {
	m      *model
	weight []float64 // per arc
	near   []units   // neighbours of each unit
	barred []units   // per territory, the units that must not be in it
	wanted []units   // per territory, the units that it must hold
	heavy  []int32   // units in the order in which they are dealt with

	nodes   int64       // visited
	pause   int64       // after how many of them the search stops for a while
	ended   func() bool // whether the context has ended
	yield   func() bool // what it does then; false: it ends
	deepest int         // territories closed at once, at most
	broken  bool        // the search ended before its time: nothing is proved

	least float64 // cut of the best plan
	found []int32 // that plan; nil: none yet

	of   []int32 // territories closed so far
	used []bool
	load [][]float64 // per depth, of the set that grows there
}

// newExact prepares a search; nil where there are too many units.
func newExact(m *model, weight []float64) *exact {
	if m.n > exactUnits || m.k > m.n {
		return nil
	}
	x := &exact{
		m: m, weight: weight, near: make([]units, m.n), barred: make([]units, m.k), wanted: make([]units, m.k),
		least: math.Inf(1), of: make([]int32, m.n), used: make([]bool, m.k), load: make([][]float64, m.k),
	}
	for u := range int32(m.n) {
		for _, v := range m.neighbors(u) {
			x.near[u] = x.near[u].or(unit(v))
		}
		for t := range int32(m.k) {
			if !m.may(u, t) {
				x.barred[t] = x.barred[t].or(unit(u))
			}
		}
		if f := m.fixed[u]; f >= 0 {
			x.wanted[f] = x.wanted[f].or(unit(u))
		}
	}
	for t := range x.load {
		x.load[t] = make([]float64, m.measures)
	}
	x.heavy = m.byWeight()
	return x
}

// slices is the search as a sequence of pauses, one after every so many nodes,
// at which least may be lowered. When the sequence has ended and the search is
// not broken, no plan cuts less than least: found, if it is not nil, is optimal.
func (x *exact) slices(ctx context.Context, nodes int64) iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) {
		x.pause = nodes
		x.yield = func() bool {
			x.pause += nodes
			return yield(struct{}{})
		}
		x.ended = func() bool { return ctx.Err() != nil }
		x.divide(firstUnits(x.m.n), 0, 0)
	}
}

// divide cuts the units of rest, of which none is in a territory yet, into the
// territories that are not used yet; depth is how many are.
func (x *exact) divide(rest units, depth int, cut float64) {
	if x.stopped() {
		return
	}
	m := x.m
	if depth == m.k {
		if rest.none() && cut < x.least {
			x.least = cut
			x.found = append(x.found[:0], x.of...)
		}
		return
	}
	if rest.count() < m.k-depth || !x.dividable(rest, rest, m.k-depth) {
		return
	}
	// The unit that is dealt with first: that of most weight, so that there are
	// few sets for it and failure shows early.
	var root int32
	for _, u := range x.heavy {
		if rest.has(u) {
			root = u
			break
		}
	}
	for t := range int32(m.k) {
		if x.used[t] || x.barred[t].has(root) {
			continue
		}
		x.used[t] = true
		g := growth{rest: rest, t: t, depth: depth, cut: cut}
		copy(x.load[depth], m.values(root))
		out := x.barred[t].and(rest)
		x.grow(&g, unit(root), out, x.crossing(unit(root), out))
		x.used[t] = false
		if m.alike {
			break // the other territories would be this one under another number
		}
	}
}

// growth is what stays the same while the set of one territory grows.
type growth struct {
	rest  units // units without a territory, those of the set among them
	t     int32
	depth int
	cut   float64
}

// grow decides about a neighbour of the set: in or out. border is the weight of
// the edges between the set and what is out.
func (x *exact) grow(g *growth, set, out units, border float64) {
	if x.stopped() || g.cut+border >= x.least {
		return
	}
	m := x.m
	lower, upper := m.limits(g.t)
	load := x.load[g.depth]
	for r, l := range load {
		if l > upper[r]+room(upper[r]) {
			return
		}
	}
	if x.wanted[g.t].and(g.rest).meets(out) {
		return
	}
	// What the set can still reach, and whether that is enough.
	open := g.rest.without(out)
	reach := x.flood(set, open)
	if !x.wanted[g.t].without(reach).none() {
		return
	}
	for r := range m.measures {
		sum := load[r]
		if sum >= lower[r]-room(lower[r]) {
			continue
		}
		for w := reach.without(set); !w.none(); w = w.rest() {
			sum += m.value[int(w.first())*m.measures+r]
		}
		if sum < lower[r]-room(lower[r]) {
			return
		}
	}
	// What is out for good must be dividable, with what it may still get.
	left := m.k - g.depth - 1
	gone := g.rest.without(reach)
	if out = out.and(g.rest); !gone.or(out).none() && !x.dividable(g.rest.without(set), out.or(gone), left) {
		return
	}
	// The neighbour with most edges that are decided already.
	best, most := int32(-1), -1
	fits := units{}
	fringe := x.fringe(set).and(open).without(set)
	for w := fringe; !w.none(); w = w.rest() {
		v := w.first()
		ok := true
		for r, l := range load {
			if l+m.value[int(v)*m.measures+r] > upper[r]+room(upper[r]) {
				ok = false
				break
			}
		}
		if !ok {
			continue
		}
		fits = fits.or(unit(v))
		decided := x.near[v].and(set.or(out)).count()
		if decided > most {
			best, most = v, decided
		}
	}
	if over := fringe.without(fits); !over.none() { // too heavy: out
		for w := over; !w.none(); w = w.rest() {
			border += x.crossing(unit(w.first()), set)
		}
		x.grow(g, set, out.or(over), border)
		return
	}
	if best < 0 {
		x.close(g, set, border)
		return
	}
	bit := unit(best)
	values := m.values(best)
	for r, v := range values {
		load[r] += v
	}
	x.grow(g, set.or(bit), out, border+x.crossing(bit, out))
	for r, v := range values {
		load[r] -= v
	}
	x.grow(g, set, out.or(bit), border+x.crossing(bit, set))
}

// close makes the set a territory and goes on with the rest.
func (x *exact) close(g *growth, set units, border float64) {
	m := x.m
	lower, upper := m.limits(g.t)
	for r := range m.measures { // summed afresh: what was added and taken away leaves dust
		sum := 0.0
		for w := set; !w.none(); w = w.rest() {
			sum += m.value[int(w.first())*m.measures+r]
		}
		if sum < lower[r]-room(lower[r]) || sum > upper[r]+room(upper[r]) {
			return
		}
	}
	for w := set; !w.none(); w = w.rest() {
		x.of[w.first()] = g.t
	}
	keep := append([]float64(nil), x.load[g.depth]...)
	x.divide(g.rest.without(set), g.depth+1, g.cut+border)
	copy(x.load[g.depth], keep)
}

// crossing is the weight of the edges between two sets.
func (x *exact) crossing(a, b units) float64 {
	sum := 0.0
	for ; !a.none(); a = a.rest() {
		u := a.first()
		if !x.near[u].meets(b) {
			continue
		}
		for e := x.m.start[u]; e < x.m.start[u+1]; e++ {
			if b.has(x.m.adj[e]) {
				sum += x.weight[e]
			}
		}
	}
	return sum
}

// fringe is what is next to a unit of the set, units of the set among it.
func (x *exact) fringe(set units) units {
	var f units
	for w := set.low; w != 0; w &= w - 1 {
		f = f.or(x.near[bits.TrailingZeros64(w)])
	}
	for w := set.high; w != 0; w &= w - 1 {
		f = f.or(x.near[64+bits.TrailingZeros64(w)])
	}
	return f
}

// flood is what can be reached from the set within the units of open.
func (x *exact) flood(set, open units) units {
	for front := set; !front.none(); {
		front = x.fringe(front).and(open).without(set)
		set = set.or(front)
	}
	return set
}

// dividable reports whether the connected parts of rest that hold units of
// settled can each be divided into some of the left territories, by count and
// by load: units of rest that are not settled may still go elsewhere.
func (x *exact) dividable(rest, settled units, left int) bool {
	m := x.m
	parts := 0
	for settled = settled.and(rest); !settled.none(); {
		part := x.flood(unit(settled.first()), rest)
		settled = settled.without(part)
		if parts++; parts > left {
			return false
		}
	next:
		for r := range m.measures {
			least := math.Inf(1)
			for t, used := range x.used {
				if !used {
					least = math.Min(least, m.lower[t*m.measures+r])
				}
			}
			sum := 0.0
			for w := part; !w.none(); w = w.rest() {
				if sum += m.value[int(w.first())*m.measures+r]; sum >= least-room(least) {
					continue next
				}
			}
			return false
		}
	}
	return true
}

// stopped counts a node and reports whether the search is broken.
func (x *exact) stopped() bool {
	if x.broken {
		return true
	}
	x.nodes++
	if x.nodes&1023 == 0 && x.ended() || x.nodes >= x.pause && !x.yield() {
		x.broken = true
	}
	return x.broken
}

// room is the rounding that a limit allows: a plan that is out by as much counts
// as feasible.
func room(limit float64) float64 {
	if math.IsInf(limit, 1) {
		return 0
	}
	return 1e-9 + float64(1e-12*limit)
}

// exhausted is the error of a map whose plans have all been ruled out.
func (x *exact) exhausted() *partition.InfeasibleError {
	m := x.m
	units := make([]int, m.n)
	for u := range units {
		units[u] = u
	}
	return &partition.InfeasibleError{Need: float64(m.k), Units: units,
		Why: fmt.Sprintf("no division into %d connected territories keeps the limits: an exhaustive search ruled all of them out", m.k)}
}

// ruledOut is the error of a small map no plan of which keeps the limits and the
// rules, where that is found out within so many nodes; else nil.
func (m *model) ruledOut(ctx context.Context, nodes int64) error {
	x := newExact(m, make([]float64, len(m.adj)))
	if x == nil {
		return nil
	}
	for range x.slices(ctx, nodes) {
		break
	}
	if x.broken || x.found != nil {
		return nil
	}
	return x.exhausted()
}

// anyNodes is the work allowed for a connected plan of a small map that could
// not be had otherwise: about a second.
const anyNodes = 4_000_000

// connectedPlan is a plan that keeps Fixed, Forbidden and Seeds, whatever the
// limits, where simpler ways have failed.
func (m *model) connectedPlan(ctx context.Context) ([]int32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	free := *m
	free.measures, free.which, free.value, free.lower, free.upper = 0, nil, nil, nil, nil
	x := newExact(&free, make([]float64, len(m.adj)))
	if x == nil {
		return nil, errNoPlan
	}
	for range x.slices(ctx, anyNodes) {
		break
	}
	switch {
	case x.found != nil:
		return x.found, nil
	case !x.broken:
		e := x.exhausted()
		e.Why = fmt.Sprintf("no division into %d connected territories keeps Fixed, Forbidden and Seeds, whatever the loads: an exhaustive search ruled all of them out", m.k)
		return nil, e
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return nil, errNoPlan
}

var errNoPlan = errors.New("district: no connected plan was found that keeps Fixed, Forbidden and Seeds, and none was ruled out")

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
	lower  []float64 // per measure, the least and the most of any territory
	upper  []float64

	nodes  int64       // visited
	pause  int64       // after how many of them the search stops for a while
	ended  func() bool // whether the context has ended
	yield  func() bool // what it does at a pause; false: it ends
	broken bool        // the search ended before its time: nothing is proved

	least float64 // cut of the best plan
	found []int32 // that plan; nil: none yet

	of   []int32 // territories closed so far
	used []bool
	load [][]float64 // [depth·(n+1) + size] of the set that grows there, when it had so many units
}

// newExact prepares a search; nil where there are too many units.
func newExact(m *model, weight []float64) *exact {
	if m.n > exactUnits || m.k > m.n {
		return nil
	}
	x := &exact{
		m: m, weight: weight, near: make([]units, m.n), barred: make([]units, m.k), wanted: make([]units, m.k),
		least: math.Inf(1), of: make([]int32, m.n), used: make([]bool, m.k), load: make([][]float64, m.k*(m.n+1)),
		lower: make([]float64, m.measures), upper: make([]float64, m.measures),
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
	for r := range m.measures {
		x.lower[r] = math.Inf(1)
		for t := range int32(m.k) {
			lower, upper := m.limits(t)
			x.lower[r], x.upper[r] = math.Min(x.lower[r], lower[r]), math.Max(x.upper[r], upper[r])
		}
	}
	amounts := make([]float64, len(x.load)*m.measures)
	for i := range x.load {
		x.load[i] = amounts[i*m.measures : (i+1)*m.measures]
	}
	x.heavy = m.byWeight()
	return x
}

// slices is the search as a sequence of pauses, one after so many nodes each, at
// which least may be lowered. When the sequence has ended and the search is
// not broken, no plan cuts less than least: found, if it is not nil, is optimal.
func (x *exact) slices(ctx context.Context, nodes func() int64) iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) {
		x.pause = nodes()
		x.yield = func() bool {
			if !yield(struct{}{}) {
				return false
			}
			x.pause = x.nodes + nodes()
			return true
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
	if rest.count() < m.k-depth || !x.dividable(rest, units{}, rest, m.k-depth) {
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
		g.lower, g.upper = m.limits(t)
		copy(x.load[depth*(m.n+1)+1], m.values(root))
		out := x.barred[t].and(rest)
		x.grow(&g, unit(root), out, x.near[root], x.crossing(unit(root), out))
		x.used[t] = false
		if m.alike {
			break // the other territories would be this one under another number
		}
	}
}

// growth is what stays the same while the set of one territory grows.
type growth struct {
	rest         units // units without a territory, those of the set among them
	t            int32
	depth        int
	cut          float64
	lower, upper []float64
}

// grow decides about a neighbour of the set: in or out. fringe is what is next
// to the set, border the weight of the edges between the set and what is out.
func (x *exact) grow(g *growth, set, out, fringe units, border float64) {
	if x.stopped() || g.cut+border >= x.least {
		return
	}
	m := x.m
	size := g.depth*(m.n+1) + set.count()
	load := x.load[size]
	enough := true
	for r, l := range load {
		if !within(l, g.upper[r]) {
			return
		}
		enough = enough && reaches(l, g.lower[r])
	}
	// What the set can still reach, and whether that is enough.
	open := g.rest.without(out)
	fringe = fringe.and(open).without(set)
	reach := x.flood(fringe, open.without(set)).or(set)
	if !x.wanted[g.t].without(reach).none() {
		return
	}
	if !enough && !x.enough(load, reach.without(set), g.lower) {
		return
	}
	if !x.dividable(g.rest.without(set), reach.without(set), g.rest.without(reach).or(out), m.k-g.depth-1) {
		return
	}
	// The neighbour with most edges that are decided already; those too heavy
	// for the set are out.
	best, most := int32(-1), -1
	var over units
next:
	for w := fringe; !w.none(); w = w.rest() {
		v := w.first()
		for r, l := range load {
			if !within(l+m.value[int(v)*m.measures+r], g.upper[r]) {
				over = over.or(unit(v))
				border += x.crossing(unit(v), set)
				continue next
			}
		}
		if decided := x.near[v].and(set.or(out)).count(); decided > most {
			best, most = v, decided
		}
	}
	switch {
	case !over.none():
		x.grow(g, set, out.or(over), fringe, border)
	case best < 0:
		if enough {
			x.close(g, set, border)
		}
	default:
		v := unit(best)
		for r, value := range m.values(best) {
			x.load[size+1][r] = load[r] + value
		}
		x.grow(g, set.or(v), out, fringe.or(x.near[best]), border+x.crossing(v, out))
		x.grow(g, set, out.or(v), fringe, border+x.crossing(v, set))
	}
}

// enough reports whether a load reaches the lower limits together with a set.
func (x *exact) enough(load []float64, set units, lower []float64) bool {
	for r, sum := range load {
		for w := set; !w.none() && !reaches(sum, lower[r]); w = w.rest() {
			sum += x.m.value[int(w.first())*x.m.measures+r]
		}
		if !reaches(sum, lower[r]) {
			return false
		}
	}
	return true
}

// close makes the set a territory and goes on with the rest.
func (x *exact) close(g *growth, set units, border float64) {
	for w := set; !w.none(); w = w.rest() {
		x.of[w.first()] = g.t
	}
	x.divide(g.rest.without(set), g.depth+1, g.cut+border)
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

// flood is what can be reached from the set within the units of open.
func (x *exact) flood(set, open units) units {
	for front := set; !front.none(); {
		var next units
		for w := front.low; w != 0; w &= w - 1 {
			next = next.or(x.near[bits.TrailingZeros64(w)])
		}
		for w := front.high; w != 0; w &= w - 1 {
			next = next.or(x.near[64+bits.TrailingZeros64(w)])
		}
		front = next.and(open).without(set)
		set = set.or(front)
	}
	return set
}

// dividable reports whether the connected parts of rest that hold units of
// settled can be divided into the left territories, as far as numbers and loads
// tell. Units of loose may still leave rest.
func (x *exact) dividable(rest, loose, settled units, left int) bool {
	m := x.m
	parts := 0
	for settled = settled.and(rest); !settled.none(); {
		part := x.flood(unit(settled.first()), rest)
		settled = settled.without(part)
		if parts++; parts > left {
			return false
		}
		for r := range m.measures {
			sum := 0.0
			for w := part; !w.none(); w = w.rest() {
				sum += m.value[int(w.first())*m.measures+r]
				if part.meets(loose) && reaches(sum, x.lower[r]) {
					break
				}
			}
			if !reaches(sum, x.lower[r]) {
				return false
			}
			if part.meets(loose) || x.upper[r] == 0 {
				continue
			}
			if j := math.Ceil(sum*(1-1e-9)/x.upper[r] - 1e-9); j > float64(left) || !reaches(sum, float64(j*x.lower[r])) {
				return false // too much for left territories, or between two whole numbers of them
			}
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
	for range x.slices(ctx, func() int64 { return nodes }) {
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
	for range x.slices(ctx, func() int64 { return anyNodes }) {
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

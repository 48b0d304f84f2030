package district

import (
	"context"
	"iter"
	"math"
	"math/bits"
)

// everyTerritory lists the connected sets of units within the limits that can be
// a territory of a plan better than the best one that is known: with the
// multipliers u of the dual, a territory S of the centre j has the reduced cost
//
//	Σ_{i ∈ S} (cost(i,j) - u_i),
//
// and a plan costs Σ u and the reduced costs of its territories, of which the
// others have at least the K-1 least v of [Compact.Bound]. Sets grow unit by unit;
// a branch ends where every centre costs too much, or the load.
type everyTerritory struct {
	x       *compactCosts
	near    []poolSet
	pool    *pool
	u       []float64
	rest    float64 // Σ u and the reduced costs of K-1 other territories, at least
	below   float64 // what the best plan costs; may fall while the search pauses
	nodes   int64
	slice   int64 // nodes between two pauses
	pause   int64
	yield   func() bool
	ended   func() bool
	broken  bool        // stopped, or too many: the list is not complete
	least   [][]float64 // per depth and centre, what the reduced cost will be at least
	load    [][]float64 // per depth and measure
	widest  []float64   // per measure, rounding included
	lowest  []float64
	members []int32
	sums    []float64
}

const (
	everyColumns = 200_000    // of which a best plan is sought
	everyNodes   = 40_000_000 // of the list
)

// newEveryTerritory prepares a list for a dual that is settled.
func newEveryTerritory(d *compactDual) *everyTerritory {
	m := d.x.m
	e := &everyTerritory{x: d.x, pool: newPool(m), u: d.best, near: make([]poolSet, m.n),
		widest: make([]float64, m.measures), lowest: make([]float64, m.measures), sums: make([]float64, m.n)}
	for u := range int32(m.n) {
		for _, v := range m.neighbors(u) {
			e.near[u].add(v)
		}
		e.rest += e.u[u]
	}
	for r := range e.widest {
		e.widest[r] = m.upper[r] + room(m.upper[r])
		e.lowest[r] = m.lower[r] - room(m.lower[r])
	}
	d.evaluate(d.best)
	for _, j := range d.last[:m.k-1] {
		e.rest += d.value[j]
	}
	return e
}

// slices is the list as a sequence of pauses, at which below may be lowered and
// slice be changed.
func (e *everyTerritory) slices(ctx context.Context) iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) {
		e.pause = e.slice
		e.ended = func() bool { return ctx.Err() != nil }
		e.yield = func() bool {
			more := yield(struct{}{})
			e.pause = e.nodes + e.slice
			return more
		}
		m := e.x.m
		least := make([]float64, m.n)
		for i := range int32(m.n) {
			for j, cost := range e.x.row(i) {
				least[j] += math.Min(0, cost-e.u[i])
			}
		}
		var out poolSet
		for first := range int32(m.n) {
			out.add(first)
			from := e.at(0)
			copy(from, least)
			e.take(from, first)
			e.members = e.members[:0]
			if e.join(first) {
				var set poolSet
				set.add(first)
				e.grow(set, e.near[first].without(&out), out)
			}
			e.drop(least, first)
			if e.broken {
				return
			}
		}
	}
}

// join makes unit u the last member; it reports whether the load keeps the upper
// limits with it.
func (e *everyTerritory) join(u int32) bool {
	depth := len(e.members)
	e.members = append(e.members, u)
	for len(e.load) <= depth+1 {
		e.load = append(e.load, make([]float64, len(e.widest)))
	}
	fits := true
	for r, v := range e.x.m.values(u) {
		l := e.load[depth][r] + v
		e.load[depth+1][r] = l
		fits = fits && l <= e.widest[r]
	}
	return fits
}

func (e *everyTerritory) at(depth int) []float64 {
	for len(e.least) <= depth {
		e.least = append(e.least, make([]float64, e.x.m.n))
	}
	return e.least[depth]
}

// take and drop bring what centres cost at least up to date with a unit that is
// now in the set, or out of it.
func (e *everyTerritory) take(least []float64, i int32) {
	for j, cost := range e.x.row(i) {
		least[j] += math.Max(0, cost-e.u[i])
	}
}

func (e *everyTerritory) drop(least []float64, i int32) {
	for j, cost := range e.x.row(i) {
		least[j] -= math.Min(0, cost-e.u[i])
	}
	least[i] = math.Inf(1)
}

func (e *everyTerritory) hopeless(least []float64) bool {
	most := e.below - e.rest
	most += float64(1e-9 * (math.Abs(e.below) + math.Abs(e.rest)))
	for _, v := range least {
		if v < most {
			return false
		}
	}
	return true
}

func (e *everyTerritory) stopped() bool {
	if e.broken {
		return true
	}
	e.nodes++
	e.broken = e.nodes >= everyNodes || len(e.pool.columns) > everyColumns ||
		e.nodes&1023 == 0 && e.ended() || e.nodes >= e.pause && !e.yield()
	return e.broken
}

// grow notes the set, if it is within the limits, and adds to it one by one the
// units next to it that are not out.
func (e *everyTerritory) grow(set, edge, out poolSet) {
	depth := len(e.members)
	least := e.at(depth - 1)
	if e.stopped() || e.hopeless(least) {
		return
	}
	within := true
	for r, l := range e.load[depth] {
		within = within && l >= e.lowest[r]
	}
	if within {
		e.note(set)
	}
	for edge != (poolSet{}) {
		u := edge.first()
		var one poolSet
		one.add(u)
		edge = edge.without(&one)
		out.add(u)
		deeper := e.at(depth)
		copy(deeper, least)
		e.take(deeper, u)
		if e.join(u) {
			more := e.near[u].without(&out)
			more = more.without(&set)
			e.grow(set.with(&one), edge.with(&more), out)
		}
		e.members = e.members[:depth]
		if e.drop(least, u); e.broken || e.hopeless(least) {
			return
		}
	}
}

func (e *everyTerritory) note(set poolSet) {
	_, cost := e.x.centre(e.members, e.sums)
	reduced := cost
	for _, i := range e.members {
		reduced -= e.u[i]
	}
	if !e.hopeless([]float64{reduced}) {
		e.pool.columns = append(e.pool.columns, column{set: set, cost: cost})
	}
}

func (a *poolSet) first() int32 {
	for at, word := range a {
		if word != 0 {
			return int32(64*at + bits.TrailingZeros64(word))
		}
	}
	return -1
}

func (a poolSet) with(b *poolSet) poolSet {
	return poolSet{a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]}
}

package district

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/splitmix"
)

// compactWalk is one annealed search for [Compact], a function of its number
// and the seed. It goes through connected plans by shifts of one unit over a
// border and by pairs of shifts, in which a unit comes into a territory and
// another one leaves it. Costs are those to the present centres, which follow
// every so many steps; amounts outside the limits have a price that rises while
// none of the plans met keeps them and falls while all do.
type compactWalk struct {
	x      *compactCosts
	s      *state
	random splitmix.Source
	*tables
	manner manner

	center  []int32
	members [][]int32 // the units of each territory, in no order
	at      []int32   // where each unit is in that

	pen     penalty
	outside []float64 // per territory
	broken  int       // territories outside their limits
	price   float64   // of an amount outside
	base    float64   // at the beginning of a round
	floor   float64
	ceiling float64
	cost    float64 // to the present centres, without what is outside

	unit        float64 // what a shift changes the cost by, on the average; 0: not yet known
	temperature float64
	cooling     float64 // per block
	rate        float64 // by which the price changes per block
	blocks      int64   // of the present round
	done        int64   // of these
	block       int     // steps between two looks at centres and prices
	every       int     // steps between two recombinations

	best  compactPlan
	steps int64 // done

	met    []poolSet // territories within the limits, to be collected
	lately []poolSet // the same by hash, so that few are noted twice; nil: not wanted

	split *splitter // scratch
	units []int32
	parts []int32
	keys  []sackItem
	sums  []float64
	sum   []float64 // per measure
}

// compactPlan is a plan that was met.
type compactPlan struct {
	of      []int32
	energy  float64 // its cost, with the price of what is outside where that has one
	outside float64 // scaled amount outside hard limits
}

func (p *compactPlan) better(q *compactPlan) bool {
	return p.outside < q.outside || p.outside == q.outside && p.energy < q.energy
}

func (p *compactPlan) copyFrom(q *compactPlan) {
	p.of = append(p.of[:0], q.of...)
	p.energy, p.outside = q.energy, q.outside
}

func newCompactWalk(x *compactCosts, shared *tables, how manner, seed, number uint64) *compactWalk {
	m := x.m
	w := &compactWalk{
		x: x, random: splitmix.Fork(seed, number), tables: shared, manner: how,
		center: make([]int32, m.k), members: make([][]int32, m.k), at: make([]int32, m.n), sums: make([]float64, m.n),
		pen: newPenalty(m), split: newSplitter(m), outside: make([]float64, m.k), units: make([]int32, 0, m.n), sum: make([]float64, m.measures),
	}
	if x.penalty > 0 {
		for r := range w.pen.scale {
			w.pen.scale[r] = 1
		}
	}
	// A look at all centres costs as much as some n²/k/8 steps, a recombination
	// as much as size²/50; both are to be a part of the whole.
	w.block = min(max(512, 2*m.n+m.n/m.k*m.n/4), 1<<17)
	size := 2 * m.n / m.k
	w.every = 32 + (size*size/2+60*size)/25
	w.best.energy, w.best.outside = math.Inf(1), math.Inf(1)
	return w
}

// set takes over a plan.
func (w *compactWalk) set(of []int32) {
	if w.s == nil {
		w.s = newState(w.x.m, of, nil)
	} else {
		w.s.set(of)
	}
	for t := range w.members {
		w.members[t] = w.members[t][:0]
	}
	for u, t := range of {
		w.at[u] = int32(len(w.members[t]))
		w.members[t] = append(w.members[t], int32(u))
	}
	w.refresh()
}

// refresh moves the centres and sums up afresh.
func (w *compactWalk) refresh() {
	w.cost = 0
	for t, units := range w.members {
		if w.x.table != nil {
			c, cost := w.x.centre(units, w.sums)
			w.center[t] = c
			w.cost += cost
		}
		if w.x.extra != nil {
			for _, u := range units {
				w.cost += w.x.extraOf(u, int32(t))
			}
		}
	}
	w.broken = 0
	for t := range w.outside {
		w.outside[t] = w.outsideWith(int32(t), -1, 0, -1, 0)
		if w.outside[t] > 0 {
			w.broken++
		}
	}
	w.keep()
}

// meet notes a territory within the limits for the pool, unless that was done
// lately or there is no room.
func (w *compactWalk) meet(t int32) {
	var set poolSet
	for _, u := range w.members[t] {
		set.add(u)
	}
	at := splitmix.Source(set[0] ^ set[1]*3 ^ set[2]*5 ^ set[3]*7)
	slot := &w.lately[at.Uint64()>>52]
	if *slot == set || len(w.met) == cap(w.met) {
		return
	}
	*slot = set
	w.met = append(w.met, set)
}

// total is the scaled amount outside the limits.
func (w *compactWalk) total() float64 {
	if w.broken == 0 {
		return 0
	}
	sum := 0.0
	for _, o := range w.outside {
		sum += o
	}
	return sum
}

// keep remembers the plan if it is better than all before.
func (w *compactWalk) keep() {
	energy, outside := w.cost, 0.0
	if w.x.penalty > 0 {
		energy += float64(w.x.penalty * w.total())
	} else if w.broken > 0 {
		if w.best.outside == 0 {
			return
		}
		outside = w.total()
	}
	b := &w.best
	if outside < b.outside || outside == b.outside && energy < b.energy-float64(1e-9*math.Abs(energy)) {
		b.of = append(b.of[:0], w.s.of...)
		b.energy, b.outside = energy, outside
	}
}

// outsideWith is the scaled amount outside the limits of territory t after
// signI times the values of unit i and signJ times those of unit j have joined;
// -1 is no unit.
func (w *compactWalk) outsideWith(t, i int32, signI float64, j int32, signJ float64) float64 {
	m := w.x.m
	from := int(t) * m.measures
	sum := 0.0
	for r := range m.measures {
		l := w.s.load[from+r]
		if i >= 0 {
			l += float64(signI * m.value[int(i)*m.measures+r])
		}
		if j >= 0 {
			l += float64(signJ * m.value[int(j)*m.measures+r])
		}
		sum += w.outsideAt(from+r, r, l)
	}
	return sum
}

// outsideSum is the scaled amount outside the limits of territory t after sign
// times w.sum has joined.
func (w *compactWalk) outsideSum(t int32, sign float64) float64 {
	m := w.x.m
	from := int(t) * m.measures
	out := 0.0
	for r, v := range w.sum {
		out += w.outsideAt(from+r, r, w.s.load[from+r]+float64(sign*v))
	}
	return out
}

// outsideAt is the scaled amount that a load of measure r lies outside its limits.
func (w *compactWalk) outsideAt(limits, r int, load float64) float64 {
	m := w.x.m
	if over := load - m.upper[limits]; over > 0 && over > room(m.upper[limits]) {
		return float64(over * w.pen.scale[r])
	} else if under := m.lower[limits] - load; under > 0 && under > room(m.lower[limits]) {
		return float64(under * w.pen.scale[r])
	}
	return 0
}

// costAt is what unit u costs in territory t.
func (w *compactWalk) costAt(u, t int32) float64 {
	cost := 0.0
	if w.x.table != nil {
		cost = w.x.table[int(u)*w.x.m.n+int(w.center[t])]
	}
	if w.x.extra != nil {
		cost += w.x.extra[int(u)*w.x.m.k+int(t)]
	}
	return cost
}

func (w *compactWalk) place(u, t int32) {
	from := w.s.of[u]
	list := w.members[from]
	last := list[len(list)-1]
	list[w.at[u]] = last
	w.at[last] = w.at[u]
	w.members[from] = list[:len(list)-1]
	w.at[u] = int32(len(w.members[t]))
	w.members[t] = append(w.members[t], u)
	w.s.move(u, t)
}

func (w *compactWalk) setOutside(t int32, o float64) {
	if w.outside[t] > 0 {
		w.broken--
	}
	if o > 0 {
		w.broken++
	} else if w.lately != nil {
		w.meet(t)
	}
	w.outside[t] = o
}

// begin starts a round of so many blocks from the plan of, at that part of the
// hot temperature.
func (w *compactWalk) begin(of []int32, blocks int64, heat float64) {
	w.set(of)
	if w.unit == 0 {
		w.measureUnit()
	}
	w.blocks, w.done = blocks, 0
	w.price = w.base
	hot := math.Max(w.manner.hot*heat, w.manner.cold)
	w.temperature = hot * w.unit
	w.cooling = nthRoot(w.manner.cold/hot, blocks)
	w.rate = nthRoot(1e-2, blocks)
}

func (w *compactWalk) over() bool { return w.done >= w.blocks }

// nthRoot is x^(1/n) for 0 < x ≤ 1, by bisection.
func nthRoot(x float64, n int64) float64 {
	lo, hi := 0.0, 1.0
	for range 60 {
		mid := (lo + hi) / 2
		p, b := 1.0, mid
		for e := n; e > 0; e >>= 1 {
			if e&1 != 0 {
				p *= b
			}
			b *= b
		}
		if p < x {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// measureUnit sees what shifts change, and sets prices in relation to that.
func (w *compactWalk) measureUnit() {
	m := w.x.m
	change, amount, count := 0.0, 0.0, 0
	for range 2000 {
		u, to := w.pick()
		if u < 0 {
			continue
		}
		change += math.Abs(w.costAt(u, to) - w.costAt(u, w.s.of[u]))
		for r, v := range m.values(u) {
			amount += float64(v * w.pen.scale[r])
		}
		count++
	}
	if w.unit = 1; change > 0 {
		w.unit = change / float64(count)
	}
	w.base = w.unit
	if amount > 0 {
		w.base = w.unit / (amount / float64(count))
	}
	width := math.Inf(1)
	for i := range m.lower {
		width = math.Min(width, (m.upper[i]-m.lower[i])*w.pen.scale[i%m.measures])
	}
	width = math.Max(width, 1e-5*w.unit/w.base) // what can be met by chance
	w.base = math.Max(w.base, w.manner.price*w.unit/width)
	w.floor, w.ceiling = w.base*1e-2, w.base*1e2
	if w.x.penalty > 0 {
		w.base, w.floor, w.ceiling = math.Min(w.base, w.x.penalty), math.Min(w.floor, w.x.penalty), w.x.penalty
	}
}

// pick draws a unit on a border and a territory beyond it, or -1.
func (w *compactWalk) pick() (u, to int32) {
	s, m := w.s, w.x.m
	if len(s.boundary) == 0 {
		return -1, -1
	}
	u = s.boundary[w.random.Below(len(s.boundary))]
	from := s.of[u]
	if m.fixed[u] >= 0 || s.size[from] == 1 {
		return -1, -1
	}
	near := m.neighbors(u)
	skip := w.random.Below(int(s.foreign[u]))
	for _, v := range near {
		if to = s.of[v]; to != from {
			if skip == 0 {
				if !m.may(u, to) {
					return -1, -1
				}
				return u, to
			}
			skip--
		}
	}
	return -1, -1
}

// run does so many blocks, less where the round or ctx ends.
func (w *compactWalk) run(ctx context.Context, blocks int64) {
	for ; blocks > 0 && !w.over() && ctx.Err() == nil; blocks-- {
		within := 0
		for i := range w.block {
			if i%w.every == 0 {
				w.recombine()
				if w.x.extra != nil {
					w.exchange()
				}
			}
			w.step()
			if w.broken == 0 {
				within++
			}
		}
		w.steps += int64(w.block)
		w.done++
		w.temperature *= w.cooling
		w.refresh()
		// Plans within narrow limits are rare at the best of prices.
		if 500*within < w.block {
			w.price = math.Min(w.price/w.rate, w.ceiling)
		} else if float64(within) > float64(w.manner.often*float64(w.block)) {
			w.price = math.Max(w.price*w.rate, w.floor)
		}
	}
}

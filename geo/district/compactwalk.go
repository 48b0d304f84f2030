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

// at is what unit u costs in territory t.
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

func (w *compactWalk) step() {
	s := w.s
	i, b := w.pick()
	if i < 0 {
		return
	}
	a := s.of[i]
	if w.isCentre(i) {
		w.shiftCentre(i, b)
		return
	}
	change := w.costAt(i, b) - w.costAt(i, a)
	draw := w.random.Uint64()
	limit := float64(w.temperature * w.lots[draw>>40&4095])
	if draw>>60 == 15 && !s.removable(i) {
		w.shiftPart(i, b, limit)
		return
	}
	if draw>>63 == 0 {
		outA, outB := w.outsideWith(a, i, -1, -1, 0), w.outsideWith(b, i, 1, -1, 0)
		if change+float64(w.price*(outA+outB-w.outside[a]-w.outside[b])) > limit || !s.removable(i) {
			return
		}
		w.place(i, b)
		w.cost += change
		w.setOutside(a, outA)
		w.setOutside(b, outB)
		w.keep()
		return
	}
	j, c := w.leaver(b, i)
	if j < 0 {
		return
	}
	change += w.costAt(j, c) - w.costAt(j, b)
	outB := w.outsideWith(b, i, 1, j, -1)
	var outA, outC, before float64
	if c == a {
		outA = w.outsideWith(a, i, -1, j, 1)
		before = w.outside[a] + w.outside[b]
	} else {
		outA, outC = w.outsideWith(a, i, -1, -1, 0), w.outsideWith(c, j, 1, -1, 0)
		before = w.outside[a] + w.outside[b] + w.outside[c]
	}
	if change+float64(w.price*(outA+outB+outC-before)) > limit || !s.removable(i) {
		return
	}
	w.place(i, b)
	if !s.removable(j) {
		w.place(i, a)
		return
	}
	w.place(j, c)
	w.cost += change
	w.setOutside(a, outA)
	w.setOutside(b, outB)
	if c != a {
		w.setOutside(c, outC)
	}
	w.keep()
}

func (w *compactWalk) isCentre(u int32) bool { return w.x.table != nil && w.center[w.s.of[u]] == u }

// shiftCentre moves the centre of a territory over a border, which makes
// another unit the centre. It is tried the less often, the more it costs.
func (w *compactWalk) shiftCentre(u, b int32) {
	a := w.s.of[u]
	size := len(w.members[a])
	if size > 16 && w.random.Below(size) >= 16 {
		return
	}
	limit := float64(w.temperature * w.lots[w.random.Uint64()>>52])
	before := 0.0
	w.units = w.units[:0]
	for _, v := range w.members[a] {
		before += w.costAt(v, a)
		if v != u {
			w.units = append(w.units, v)
		}
	}
	c, after := w.x.centre(w.units, w.sums)
	if w.x.extra != nil {
		for _, v := range w.units {
			after += w.x.extraOf(v, a)
		}
	}
	change := after + w.costAt(u, b) - before
	outA, outB := w.outsideWith(a, u, -1, -1, 0), w.outsideWith(b, u, 1, -1, 0)
	if change+float64(w.price*(outA+outB-w.outside[a]-w.outside[b])) > limit || !w.s.removable(u) {
		return
	}
	w.place(u, b)
	w.center[a] = c
	w.cost += change
	w.setOutside(a, outA)
	w.setOutside(b, outB)
	w.keep()
}

// shiftPart moves over the border a unit without which its territory would fall
// apart, and with it all that hangs on it but the largest part.
func (w *compactWalk) shiftPart(i, b int32, limit float64) {
	s, m := w.s, w.x.m
	a := s.of[i]
	s.newStamp()
	s.seen[i] = s.stamp
	w.units = append(w.units[:0], i)
	from, to := 1, 1 // the largest part so far
	for _, v := range m.neighbors(i) {
		if s.of[v] != a || s.seen[v] == s.stamp {
			continue
		}
		first := len(w.units)
		s.seen[v] = s.stamp
		w.units = append(w.units, v)
		for at := first; at < len(w.units); at++ {
			for _, x := range m.neighbors(w.units[at]) {
				if s.of[x] == a && s.seen[x] != s.stamp {
					s.seen[x] = s.stamp
					w.units = append(w.units, x)
				}
			}
		}
		if len(w.units)-first > to-from {
			from, to = first, len(w.units)
		}
	}
	// The largest part goes to the end of the list: it stays.
	w.parts = append(append(append(w.parts[:0], w.units[:from]...), w.units[to:]...), w.units[from:to]...)
	moving := len(w.units) - (to - from)
	change, lost := 0.0, false
	for r := range w.sum {
		w.sum[r] = 0
	}
	for _, u := range w.parts[:moving] {
		if !m.may(u, b) {
			return
		}
		change += w.costAt(u, b) - w.costAt(u, a)
		for r, v := range m.values(u) {
			w.sum[r] += v
		}
		lost = lost || w.isCentre(u)
	}
	centre := w.center[a]
	if lost {
		if to-from > 16 && w.random.Below(to-from) >= 16 {
			return
		}
		before, after := 0.0, 0.0
		for _, u := range w.parts[moving:] {
			before += w.x.row(u)[centre]
		}
		centre, after = w.x.centre(w.parts[moving:], w.sums)
		change += after - before
	}
	outA, outB := w.outsideSum(a, -1), w.outsideSum(b, 1)
	if change+float64(w.price*(outA+outB-w.outside[a]-w.outside[b])) > limit {
		return
	}
	for _, u := range w.parts[:moving] {
		w.place(u, b)
	}
	w.center[a] = centre
	w.cost += change
	w.setOutside(a, outA)
	w.setOutside(b, outB)
	w.keep()
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

// leaver draws a unit of territory b, but i, that may go to a neighbouring
// territory, or -1.
func (w *compactWalk) leaver(b, i int32) (j, c int32) {
	s, m := w.s, w.x.m
	list := w.members[b]
	for range 4 {
		draw := w.random.Uint64()
		u := list[draw>>32*uint64(len(list))>>32]
		if s.foreign[u] == 0 || m.fixed[u] >= 0 || w.isCentre(u) {
			continue
		}
		near := m.neighbors(u)
		v := near[draw&0xffff*uint64(len(near))>>16]
		if c = s.of[v]; c != b && v != i && m.may(u, c) {
			return u, c
		}
	}
	return -1, -1
}

// recombine merges two neighbouring territories and cuts them apart along a
// random spanning tree.
func (w *compactWalk) recombine() {
	s, x := w.s, w.split
	if len(s.boundary) == 0 {
		return
	}
	u := s.boundary[w.random.Below(len(s.boundary))]
	a, b := s.of[u], int32(-1)
	skip := w.random.Below(int(s.foreign[u]))
	for _, v := range s.m.neighbors(u) {
		if s.of[v] != a {
			if b = s.of[v]; skip == 0 {
				break
			}
			skip--
		}
	}
	w.units = append(append(w.units[:0], w.members[a]...), w.members[b]...)
	x.tree(w.units, &w.random)
	v, swapped, out := x.split(a, b, &w.pen, &w.random)
	if v < 0 {
		return
	}
	limit := float64(w.temperature * w.lots[w.random.Uint64()>>52])
	limit -= float64(w.price * (out - w.outside[a] - w.outside[b]))
	x.markBelow(v)
	// Those below come first.
	lower := 0
	for i, u := range w.units {
		limit += w.costAt(u, s.of[u])
		if x.below[u] == x.belowAt {
			w.units[i], w.units[lower] = w.units[lower], u
			lower++
		}
	}
	below, above := a, b
	if swapped {
		below, above = b, a
	}
	var centreBelow, centreAbove int32
	cost := 0.0
	if w.x.table != nil {
		var c1, c2 float64
		centreBelow, c1 = w.x.centre(w.units[:lower], w.sums)
		centreAbove, c2 = w.x.centre(w.units[lower:], w.sums)
		cost = c1 + c2
	}
	if w.x.extra != nil {
		as, swapped := 0.0, 0.0
		for i, u := range w.units {
			one, other := w.x.extraOf(u, below), w.x.extraOf(u, above)
			if i >= lower {
				one, other = other, one
			}
			as += one
			swapped += other
		}
		if w.x.m.alike && swapped < as {
			below, above, as = above, below, swapped
		}
		cost += as
	}
	if cost > limit {
		return
	}
	before := 0.0
	for _, u := range w.units {
		before += w.costAt(u, s.of[u])
	}
	for i, u := range w.units {
		t := above
		if i < lower {
			t = below
		}
		if s.of[u] != t {
			w.place(u, t)
		}
	}
	if w.x.table != nil {
		w.center[below], w.center[above] = centreBelow, centreAbove
	}
	w.cost += cost - before
	w.setOutside(a, w.outsideWith(a, -1, 0, -1, 0))
	w.setOutside(b, w.outsideWith(b, -1, 0, -1, 0))
	w.keep()
}

// exchange gives the units of two territories to each other.
func (w *compactWalk) exchange() {
	s, m := w.s, w.x.m
	a, b := int32(w.random.Below(m.k)), int32(w.random.Below(m.k))
	if a == b {
		return
	}
	w.units = append(append(w.units[:0], w.members[a]...), w.members[b]...)
	size, change := len(w.members[a]), 0.0
	for i, u := range w.units {
		from, to := a, b
		if i >= size {
			from, to = b, a
		}
		if !m.may(u, to) {
			return
		}
		change += w.x.extraOf(u, to) - w.x.extraOf(u, from)
	}
	var outA, outB float64
	for r := range m.measures {
		outA += w.outsideAt(int(a)*m.measures+r, r, s.load[int(b)*m.measures+r])
		outB += w.outsideAt(int(b)*m.measures+r, r, s.load[int(a)*m.measures+r])
	}
	limit := float64(w.temperature * w.lots[w.random.Uint64()>>52])
	if change+float64(w.price*(outA+outB-w.outside[a]-w.outside[b])) > limit {
		return
	}
	for i, u := range w.units {
		if i < size {
			w.place(u, b)
		} else {
			w.place(u, a)
		}
	}
	w.center[a], w.center[b] = w.center[b], w.center[a]
	w.cost += change
	w.setOutside(a, outA)
	w.setOutside(b, outB)
	w.keep()
}

package allocate

import (
	"math"

	"github.com/territory-go/territory/internal/detmath"
)

// annealer searches a small p-median problem, or a patch of a large one, by
// simulated annealing. Loads may leave their limits while it is hot, at a price
// per amount that rises as it cools.
type annealer struct {
	n, k int
	d    []float64 // [center·n + unit]: what the unit costs there; nil where that is too much to keep
	pair func(unit, center int32) float64
	rows [][]float64 // per territory what each unit costs at its centre
	q    []float64   // amounts
	near [][]int32   // per unit the nearest others, nearest first

	upper, lower []float64 // per territory
	room         []float64 // per unit as a centre; nil: no limit
	still        []bool    // units that must stay
	pinned       []bool    // territories whose centre must stay
	anchored     []bool    // territories that hold a unit that must stay
	barred       []bool    // [unit·k + territory]; nil: everything goes

	named  bool   // territories are told apart
	moving uint32 // of 256 steps close a territory; rarer where that is much work

	of, med []int32
	load    []float64
	out     []float64 // amount outside the limits per territory
	members [][]int32
	pos     []int32

	cost, outside float64
	price         float64 // per amount outside
	heat          float64
	rng           uint64
	lots          *[1024]float64
	journal       []moved

	best         float64 // cost of the best plan within the limits
	bestOf       []int32
	bestMed      []int32
	leastOutside float64 // of the plan kept while there is none within the limits
}

type moved struct{ unit, from int32 }

// lots is -log u for u in the middle of equal parts of 0..1: what a move may
// cost, in units of the temperature.
func lots() *[1024]float64 {
	l := new([1024]float64)
	for k := range l {
		l[k] = -detmath.Log((float64(k) + 0.5) / float64(len(l)))
	}
	return l
}

func (a *annealer) random() uint64 {
	a.rng ^= a.rng >> 12
	a.rng ^= a.rng << 25
	a.rng ^= a.rng >> 27
	return a.rng * 0x2545f4914f6cdd1d
}

// below is a random number of 0..n-1.
func (a *annealer) below(n int) int { return int((a.random() >> 32) * uint64(n) >> 32) }

// row is what every unit costs at centre c, in buffer unless it is at hand.
func (a *annealer) row(c int32, buffer []float64) []float64 {
	if a.d != nil {
		return a.d[int(c)*a.n : (int(c)+1)*a.n]
	}
	for i := range buffer {
		buffer[i] = a.pair(int32(i), c)
	}
	return buffer
}

// at is what unit i costs at centre c.
func (a *annealer) at(i, c int32) float64 {
	if a.d == nil {
		return a.pair(i, c)
	}
	return a.d[int(c)*a.n+int(i)]
}

// sumAt is what the units cost together at centre c.
func (a *annealer) sumAt(units []int32, c int32) float64 {
	sum := 0.0
	if a.d == nil {
		for _, i := range units {
			sum += a.pair(i, c)
		}
		return sum
	}
	row := a.d[int(c)*a.n : (int(c)+1)*a.n]
	for _, i := range units {
		sum += row[i]
	}
	return sum
}

// sumOf is what the units of territory t cost together.
func (a *annealer) sumOf(t int32) float64 {
	sum, row := 0.0, a.rows[t]
	for _, i := range a.members[t] {
		sum += row[i]
	}
	return sum
}

// start counts everything anew from of and med.
func (a *annealer) start() {
	for t, c := range a.med {
		a.rows[t] = a.row(c, a.rows[t])
	}
	for t := range a.members {
		a.members[t] = a.members[t][:0]
	}
	for i, t := range a.of {
		a.pos[i] = int32(len(a.members[t]))
		a.members[t] = append(a.members[t], int32(i))
	}
	a.count()
}

// count adds loads and costs up again, without the rounding of increments.
func (a *annealer) count() {
	a.cost, a.outside = 0, 0
	for t, list := range a.members {
		load := 0.0
		row := a.rows[t]
		for _, i := range list {
			load += a.q[i]
			a.cost += row[i]
		}
		a.load[t] = load
		a.out[t] = a.breach(t, a.med[t], load)
		a.outside += a.out[t]
	}
}

// breach is the amount by which a load is outside the limits of territory t
// around centre c.
func (a *annealer) breach(t int, c int32, load float64) float64 {
	upper := a.upper[t]
	if a.room != nil && a.room[c] < upper {
		upper = a.room[c]
	}
	if load > upper {
		return load - upper
	}
	if load < a.lower[t] {
		return a.lower[t] - load
	}
	return 0
}

// accepts decides about a change of cost and of the amount outside.
func (a *annealer) accepts(delta float64) bool {
	return delta <= 0 || delta < float64(a.heat*a.lots[a.random()>>54])
}

// put moves unit i to territory t, and counts it.
func (a *annealer) put(i, t int32) {
	s := a.of[i]
	list := a.members[s]
	last := len(list) - 1
	p := a.pos[i]
	list[p] = list[last]
	a.pos[list[p]] = p
	a.members[s] = list[:last]
	a.pos[i] = int32(len(a.members[t]))
	a.members[t] = append(a.members[t], i)
	a.of[i] = t
	q := a.q[i]
	a.load[s] -= q
	a.load[t] += q
	a.outside -= a.out[s] + a.out[t]
	a.out[s] = a.breach(int(s), a.med[s], a.load[s])
	a.out[t] = a.breach(int(t), a.med[t], a.load[t])
	a.outside += a.out[s] + a.out[t]
	a.cost += a.rows[t][i] - a.rows[s][i]
}

// barredFrom reports whether unit i may not go to territory t.
func (a *annealer) barredFrom(i, t int32) bool {
	return a.still[i] || a.barred != nil && a.barred[int(i)*a.k+int(t)]
}

// run cools from hot to cold in the given number of steps, while the price per
// amount outside rises from cheap to dear. stop is asked now and then.
func (a *annealer) run(steps int, hot, cold, cheap, dear float64, stop func() bool) {
	const stages = 60
	fall := root(cold/hot, stages-1)
	rise := root(dear/cheap, stages-1)
	a.heat, a.price = hot, cheap
	a.start()
	a.keep()
	for s := range stages {
		if s > 0 {
			a.heat *= fall
			a.price *= rise
		}
		a.count()
		for range steps / stages {
			a.step()
		}
		if stop() {
			return
		}
	}
	a.heat = 0
	for range 4 * a.n {
		a.step()
	}
}

// root is the n-th root of x > 0, by its logarithm.
func root(x float64, n int) float64 {
	r := 1.0
	// Newton's method on r^n = x converges from above for x < 1 and from 1.
	for range 200 {
		p := 1.0
		for range n - 1 {
			p *= r
		}
		next := r - (float64(p*r)-x)/(float64(n)*p)
		if math.Abs(next-r) <= 1e-13*r {
			return next
		}
		r = next
	}
	return r
}

// keep remembers the plan if it is the best so far.
func (a *annealer) keep() {
	switch {
	case a.outside > outsideNoise && !(a.outside < a.leastOutside):
		return
	case a.outside <= outsideNoise && a.cost >= a.best:
		return
	}
	if a.outside <= outsideNoise {
		a.best = a.cost
		a.leastOutside = 0
	} else {
		a.leastOutside = a.outside
	}
	copy(a.bestOf, a.of)
	copy(a.bestMed, a.med)
}

func (a *annealer) step() {
	r := a.random()
	i := int32((r >> 32) * uint64(a.n) >> 32)
	kind := uint32(r) >> 8 & 255
	switch {
	case kind == 0 && a.named:
		a.exchange(a.of[i], int32(a.below(a.k)))
	case kind < a.moving:
		a.relocate(i)
	case kind < 50:
		a.recenter(a.of[i])
	case kind < 100:
		a.shift(i)
	case kind < 140:
		a.reshape(i)
	default:
		a.swap(i)
	}
}

// target is a territory near unit i other than its own, or -1.
func (a *annealer) target(i int32) (t, by int32) {
	near := a.near[i]
	if len(near) == 0 {
		return -1, -1
	}
	// Nearer ones are drawn more often.
	r := a.random()
	x := (r >> 40) * uint64(len(near)) >> 24
	y := (r >> 8 & 0xffffff) * uint64(len(near)) >> 24
	j := near[min(x, y)]
	t = a.of[j]
	if t == a.of[i] {
		return -1, -1
	}
	return t, j
}

func (a *annealer) shift(i int32) {
	t, _ := a.target(i)
	if t < 0 || a.barredFrom(i, t) {
		return
	}
	s := a.of[i]
	if a.med[s] == i {
		a.shiftCenter(i, t)
		return
	}
	q := a.q[i]
	out := a.breach(int(s), a.med[s], a.load[s]-q) + a.breach(int(t), a.med[t], a.load[t]+q)
	delta := a.rows[t][i] - a.rows[s][i] + float64(a.price*(out-a.out[s]-a.out[t]))
	if a.accepts(delta) {
		a.put(i, t)
		a.keep()
	}
}

// shiftCenter moves the centre of a territory elsewhere: the best of the others
// takes its place, or, where there are none, the territory begins anew.
func (a *annealer) shiftCenter(i, t int32) {
	s := a.of[i]
	if a.pinned[s] {
		return
	}
	list := a.members[s]
	if len(list) == 1 {
		b := int32(a.below(a.n))
		r := a.of[b]
		if r == s || a.med[r] == b || a.barredFrom(b, s) {
			return
		}
		before := a.cost + float64(a.price*a.outside)
		a.put(i, t)
		a.put(b, s) // costs are taken to the old centre, and corrected below
		a.setCenter(s, b)
		if a.accepts(a.cost + float64(a.price*a.outside) - before) {
			a.keep()
			return
		}
		a.setCenter(s, i)
		a.put(b, r)
		a.put(i, s)
		return
	}
	if len(list) > 24 {
		return
	}
	next, _ := a.bestCenter(s, i, -1)
	before := a.cost + float64(a.price*a.outside)
	a.put(i, t)
	a.setCenter(s, next)
	if a.accepts(a.cost + float64(a.price*a.outside) - before) {
		a.keep()
		return
	}
	a.setCenter(s, i)
	a.put(i, s)
}

// reshape moves unit i to another territory, and with it both centres to where
// they are best.
func (a *annealer) reshape(i int32) {
	t, _ := a.target(i)
	if t < 0 || a.barredFrom(i, t) {
		return
	}
	s := a.of[i]
	if len(a.members[s]) == 1 || len(a.members[s])+len(a.members[t]) > 24 || a.pinned[s] || a.pinned[t] {
		a.shift(i)
		return
	}
	q := a.q[i]
	cs, sumS := a.bestCenter(s, i, -1)
	ct, sumT := a.bestCenter(t, -1, i)
	out := a.breach(int(s), cs, a.load[s]-q) + a.breach(int(t), ct, a.load[t]+q)
	delta := sumS + sumT - a.sumOf(s) - a.sumOf(t) + float64(a.price*(out-a.out[s]-a.out[t]))
	if a.accepts(delta) {
		a.put(i, t)
		a.setCenter(s, cs)
		a.setCenter(t, ct)
		a.keep()
	}
}

// bestCenter is the best centre of territory t without one unit and with
// another, or -1 for none, and what all units cost there.
func (a *annealer) bestCenter(t, without, with int32) (center int32, least float64) {
	center, least = -1, math.Inf(1)
	list := a.members[t]
	try := func(c int32) {
		sum := a.sumAt(list, c)
		if without >= 0 {
			sum -= a.at(without, c)
		}
		if with >= 0 {
			sum += a.at(with, c)
		}
		if sum < least {
			center, least = c, sum
		}
	}
	for _, c := range list {
		if c != without {
			try(c)
		}
	}
	if with >= 0 {
		try(with)
	}
	return center, least
}

// setCenter makes unit c the centre of territory t, and counts it.
func (a *annealer) setCenter(t, c int32) {
	a.cost -= a.sumOf(t)
	a.med[t] = c
	a.rows[t] = a.row(c, a.rows[t])
	a.cost += a.sumOf(t)
	a.outside -= a.out[t]
	a.out[t] = a.breach(int(t), c, a.load[t])
	a.outside += a.out[t]
}

func (a *annealer) recenter(t int32) {
	if a.pinned[t] || len(a.members[t]) == 1 {
		return
	}
	list := a.members[t]
	old := a.med[t]
	var c int32
	if near := a.near[old]; len(list) > 12 && len(near) > 0 && a.random()>>63 == 0 {
		c = near[a.below(len(near))]
		if a.of[c] != t {
			return
		}
	} else {
		c = list[a.below(len(list))]
	}
	if c == old {
		return
	}
	delta := a.sumAt(list, c) - a.sumOf(t)
	out := a.breach(int(t), c, a.load[t])
	if a.accepts(delta + float64(a.price*(out-a.out[t]))) {
		a.cost += delta
		a.med[t] = c
		a.rows[t] = a.row(c, a.rows[t])
		a.outside += out - a.out[t]
		a.out[t] = out
		a.keep()
	}
}

func (a *annealer) swap(i int32) {
	t, j := a.target(i)
	if t < 0 {
		return
	}
	s := a.of[i]
	if len(a.members[t]) < 12 {
		j = a.members[t][a.below(len(a.members[t]))]
	}
	if a.med[s] == i || a.med[t] == j || a.barredFrom(i, t) || a.barredFrom(j, s) {
		return
	}
	x := a.q[j] - a.q[i]
	out := a.breach(int(s), a.med[s], a.load[s]+x) + a.breach(int(t), a.med[t], a.load[t]-x)
	rs, rt := a.rows[s], a.rows[t]
	delta := rt[i] - rs[i] + rs[j] - rt[j] + float64(a.price*(out-a.out[s]-a.out[t]))
	if a.accepts(delta) {
		a.put(i, t)
		a.put(j, s)
		a.keep()
	}
}

// exchange gives each of two territories what the other one holds.
func (a *annealer) exchange(s, t int32) {
	if s == t || a.anchored[s] || a.anchored[t] {
		return
	}
	for _, i := range a.members[s] {
		if a.barredFrom(i, t) {
			return
		}
	}
	for _, i := range a.members[t] {
		if a.barredFrom(i, s) {
			return
		}
	}
	outS, outT := a.breach(int(s), a.med[t], a.load[t]), a.breach(int(t), a.med[s], a.load[s])
	if !a.accepts(float64(a.price * (outS + outT - a.out[s] - a.out[t]))) {
		return
	}
	a.outside += outS + outT - a.out[s] - a.out[t]
	a.out[s], a.out[t] = outS, outT
	a.members[s], a.members[t] = a.members[t], a.members[s]
	a.med[s], a.med[t] = a.med[t], a.med[s]
	a.rows[s], a.rows[t] = a.rows[t], a.rows[s]
	a.load[s], a.load[t] = a.load[t], a.load[s]
	for _, i := range a.members[s] {
		a.of[i] = s
	}
	for _, i := range a.members[t] {
		a.of[i] = t
	}
	a.keep()
}

// relocate closes a territory, whose units go where it is cheapest, and opens
// it again around unit b.
func (a *annealer) relocate(b int32) {
	s := int32(a.below(a.k))
	r := a.of[b]
	if r == s || a.k < 2 || a.anchored[s] || a.med[r] == b || a.barredFrom(b, s) {
		return
	}
	before := a.cost + float64(a.price*a.outside)
	center := a.med[s]
	a.journal = a.journal[:0]
	for len(a.members[s]) > 0 {
		i := a.members[s][len(a.members[s])-1]
		to, least := int32(-1), math.Inf(1)
		q := a.q[i]
		for t := range int32(a.k) {
			if t == s || a.barredFrom(i, t) {
				continue
			}
			v := a.rows[t][i]
			if v >= least {
				continue
			}
			v += float64(a.price * (a.breach(int(t), a.med[t], a.load[t]+q) - a.out[t]))
			if v < least {
				to, least = t, v
			}
		}
		if to < 0 {
			a.undo()
			return
		}
		a.journal = append(a.journal, moved{i, s})
		a.put(i, to)
	}
	a.open(s, b)
	a.journal = append(a.journal, moved{b, a.of[b]})
	a.put(b, s)
	row := a.rows[s]
	join := func(i int32) {
		u := a.of[i]
		if u == s || a.med[u] == i || a.barredFrom(i, s) {
			return
		}
		delta := row[i] - a.rows[u][i]
		if delta >= 0 {
			return
		}
		q := a.q[i]
		out := a.breach(int(s), b, a.load[s]+q) + a.breach(int(u), a.med[u], a.load[u]-q)
		if delta+float64(a.price*(out-a.out[s]-a.out[u])) < 0 {
			a.journal = append(a.journal, moved{i, u})
			a.put(i, s)
		}
	}
	for _, i := range a.near[b] {
		join(i)
	}
	if a.n > 12*a.k {
		for i := range int32(a.n) {
			join(i)
		}
	}
	if a.accepts(a.cost + float64(a.price*a.outside) - before) {
		a.keep()
		return
	}
	// Empty the territory before its centre goes back.
	k := len(a.journal)
	for k > 0 && a.journal[k-1].from != s {
		k--
		a.put(a.journal[k].unit, a.journal[k].from)
	}
	a.journal = a.journal[:k]
	a.open(s, center)
	a.undo()
}

// open makes unit c the centre of the empty territory t.
func (a *annealer) open(t, c int32) {
	a.med[t] = c
	a.rows[t] = a.row(c, a.rows[t])
}

// undo takes the moves of the journal back.
func (a *annealer) undo() {
	for k := len(a.journal) - 1; k >= 0; k-- {
		a.put(a.journal[k].unit, a.journal[k].from)
	}
	a.journal = a.journal[:0]
}

package allocate

import "math"

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
	next := int32(0)
	switch list := a.members[s]; {
	case len(list) == 1:
		next = int32(a.below(a.n))
		if r := a.of[next]; r == s || a.med[r] == next || a.barredFrom(next, s) {
			return
		}
	case len(list) > 24:
		return
	default:
		next, _ = a.bestCenter(s, i, -1)
	}
	r := a.of[next]
	before := a.cost + float64(a.price*a.outside)
	a.put(i, t)
	if r != s {
		a.put(next, s) // costs are taken to the old centre, and corrected below
	}
	a.setCenter(s, next)
	if a.accepts(a.cost + float64(a.price*a.outside) - before) {
		a.keep()
		return
	}
	a.setCenter(s, i)
	if r != s {
		a.put(next, r)
	}
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

package allocate

import "math"

type moved struct{ unit, from int32 }

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

package district

import (
	"cmp"
	"math"
	"slices"
)

// step tries one move over a border, mostly of one or two units.
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
	w.shiftPair(i, b, change, limit)
}

// shiftPair moves unit i into territory b and another unit out of that, to a
// third territory or in exchange; change is what the first move costs.
func (w *compactWalk) shiftPair(i, b int32, change, limit float64) {
	s := w.s
	a := s.of[i]
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

// recombine merges two neighbouring territories and cuts them apart.
func (w *compactWalk) recombine() {
	s := w.s
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
	if w.x.table != nil && !w.split.rules && w.random.Uint64()>>63 == 0 {
		w.splitByCentres(a, b)
	} else {
		w.splitByTree(a, b)
	}
}

// splitByCentres draws two centres among w.units, those of territories a and b,
// and gives each unit to the one or the other by the difference of its costs, at
// the threshold that is best for costs and limits together: two cells of a power
// diagram, which must be connected.
func (w *compactWalk) splitByCentres(a, b int32) {
	m, size := w.x.m, len(w.units)
	one, other := w.units[w.random.Below(size)], w.units[w.random.Below(size)]
	if one == other {
		return
	}
	w.keys = w.keys[:0]
	cost := 0.0
	for _, u := range w.units {
		row := w.x.row(u)
		at, beyond := row[one]+w.x.extraOf(u, a), row[other]+w.x.extraOf(u, b)
		w.keys = append(w.keys, sackItem{cost: at - beyond, unit: u})
		cost += beyond
	}
	slices.SortFunc(w.keys, func(x, y sackItem) int { return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(x.unit, y.unit)) })
	clear(w.sum)
	least, lower, leastOut := math.Inf(1), 0, 0.0
	for i, key := range w.keys[:size-1] {
		cost += key.cost
		for r, v := range m.values(key.unit) {
			w.sum[r] += v
		}
		out := 0.0
		for r, v := range w.sum {
			both := w.s.load[int(a)*m.measures+r] + w.s.load[int(b)*m.measures+r]
			out += w.outsideAt(int(a)*m.measures+r, r, v) + w.outsideAt(int(b)*m.measures+r, r, both-v)
		}
		if v := cost + float64(w.price*out); v < least {
			least, lower, leastOut = v, i+1, out
		}
	}
	for i, key := range w.keys {
		w.units[i] = key.unit
	}
	if w.connected(w.units[:lower], w.units[lower:]) && w.connected(w.units[lower:], w.units[:lower]) {
		w.settle(lower, a, b, leastOut)
	}
}

// connected reports whether the units are connected without the others, the two
// of them being all units of their territories.
func (w *compactWalk) connected(units, others []int32) bool {
	s := w.s
	s.newStamp()
	for _, u := range others {
		s.seen[u] = s.stamp
	}
	a, b := s.of[units[0]], s.of[units[0]]
	for _, u := range others {
		if s.of[u] != a {
			b = s.of[u]
			break
		}
	}
	for _, u := range units {
		if s.of[u] != a {
			b = s.of[u]
			break
		}
	}
	s.seen[units[0]] = s.stamp
	w.parts = append(w.parts[:0], units[0])
	for at := 0; at < len(w.parts); at++ {
		for _, v := range w.x.m.neighbors(w.parts[at]) {
			if t := s.of[v]; (t == a || t == b) && s.seen[v] != s.stamp {
				s.seen[v] = s.stamp
				w.parts = append(w.parts, v)
			}
		}
	}
	return len(w.parts) == len(units)
}

// splitByTree cuts w.units apart along a random spanning tree.
func (w *compactWalk) splitByTree(a, b int32) {
	x := w.split
	x.tree(w.units, &w.random)
	v, swapped, out := x.split(a, b, &w.pen, &w.random)
	if v < 0 {
		return
	}
	x.markBelow(v)
	// Those below come first.
	lower := 0
	for i, u := range w.units {
		if x.below[u] == x.belowAt {
			w.units[i], w.units[lower] = w.units[lower], u
			lower++
		}
	}
	below, above := a, b
	if swapped {
		below, above = b, a
	}
	w.settle(lower, below, above, out)
}

// settle gives the first lower of w.units, which are those of two territories, to
// below and the others to above, if that is accepted; out is what lies outside the
// limits then.
func (w *compactWalk) settle(lower int, below, above int32, out float64) {
	s := w.s
	limit := float64(w.temperature * w.lots[w.random.Uint64()>>52])
	limit -= float64(w.price * (out - w.outside[below] - w.outside[above]))
	for _, u := range w.units {
		limit += w.costAt(u, s.of[u])
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
	w.setOutside(below, w.outsideWith(below, -1, 0, -1, 0))
	w.setOutside(above, w.outsideWith(above, -1, 0, -1, 0))
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

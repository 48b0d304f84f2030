package district

// recombine draws a spanning tree of two neighbouring territories and cuts it
// where that leaves the least sum of squares within the floors.
func (a *smoothing) recombine(bar float64) {
	st, x := a.st, a.space
	a.work += 8
	u, t := a.pick()
	if t < 0 {
		return
	}
	from := st.of[u]
	units := st.units(st.units(a.pair[:0], from), t)
	a.pair = units
	a.work += int64(len(units)) * 4
	a.tree.draw(units, a.random.Below(2) == 0, &a.random)
	measures := st.m.measures
	width := measures + 1 + x.dim
	if len(a.below) < width*len(st.of) {
		a.below = make([]float64, width*len(st.of))
	}
	both := group{a.groups[from].mass, append([]float64(nil), a.groups[from].mean...)}
	both.take(a.groups[t])
	for _, v := range units {
		row := a.below[int(v)*width:][:width]
		copy(row, st.m.values(v))
		w := x.weight[v]
		row[measures] = w
		for d, c := range x.at(v) {
			row[measures+1+d] = float64(w * (c - both.mean[d]))
		}
	}
	order := a.tree.order
	for i := len(order) - 1; i > 0; i-- {
		v := order[i]
		up := a.below[int(a.tree.parent[v])*width:][:width]
		for d, c := range a.below[int(v)*width:][:width] {
			up[d] += c
		}
	}
	root := a.below[int(order[0])*width:][:width]
	lower, _ := st.m.limits(t)
	best, cut := -1.0, int32(-1)
candidates:
	for _, v := range order[1:] {
		row := a.below[int(v)*width:][:width]
		for r, l := range row[:measures] {
			if l < lower[r] || root[r]-l < lower[r] {
				continue candidates
			}
		}
		w, rest := row[measures], root[measures]-row[measures]
		gap := 0.0
		if w > 0 && rest > 0 {
			for _, c := range row[measures+1:] {
				gap += float64(c * c)
			}
			gap = gap * (1/w + 1/rest)
		}
		if gap > best {
			best, cut = gap, v
		}
	}
	if cut < 0 {
		return
	}
	worse := apart(a.groups[from], a.groups[t]) - best
	if worse >= bar {
		return
	}
	// What hangs from the cut keeps the number of the territory that most of it had.
	a.tree.mark(cut)
	same := 0
	for _, v := range units {
		if a.tree.below(v) == (st.of[v] == from) {
			same++
		}
	}
	in, out := from, t
	if 2*same < len(units) {
		in, out = t, from
	}
	for _, v := range units {
		if a.tree.below(v) {
			st.move(v, in)
		} else {
			st.move(v, out)
		}
	}
	for _, g := range [2]int32{in, out} {
		a.groups[g] = group{0, make([]float64, x.dim)}
	}
	for _, v := range units {
		a.groups[st.of[v]].take(group{x.weight[v], x.at(v)})
	}
	a.now += worse
}

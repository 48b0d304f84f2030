package district

import (
	"cmp"
	"math"

	"github.com/territory-go/territory/partition"
)

const growAttempts = 30

// grown is a first plan under Fixed, Forbidden and Seeds: what must be together
// is tied together along paths that keep out of each other's way, and around
// these the territories grow, the least loaded one first. A unit that only
// territories forbidden to it have reached joins one of them, until a territory
// that may take it has dug a tunnel to it. nil: no attempt came to a plan in
// which every unit is connected to its territory.
func (st *starter) grown() []int32 {
	if len(st.m.parts) > st.m.k || st.m.n < st.m.k {
		return nil
	}
	for range growAttempts {
		if st.ctx.Err() != nil {
			return nil
		}
		if of := st.tied(); of != nil && st.seeded(of) && st.filled(of) && st.tunnelled(of) {
			return of
		}
	}
	return nil
}

// tunnelled moves units out of territories that are forbidden to them.
func (st *starter) tunnelled(of []int32) bool {
	const tries = 20
	m := st.m
	wrong := func() (list []int32) {
		for u := range int32(m.n) {
			if !m.may(u, of[u]) {
				list = append(list, u)
			}
		}
		return list
	}
	if len(wrong()) == 0 {
		return true
	}
	s := newState(m, of, nil)
	d := digger{st: st, s: s, from: make([]int32, m.n), seen: make([]int32, m.n)}
	for range tries {
		list := wrong()
		if len(list) == 0 {
			return true
		}
		for _, u := range list {
			if st.ctx.Err() != nil {
				return false
			}
			d.dig(u)
		}
		copy(of, s.of)
	}
	return len(wrong()) == 0
}

// digger brings territories to units that they do not touch.
type digger struct {
	st    *starter
	s     *state
	from  []int32
	seen  []int32 // the search that saw the unit last
	mark  int32
	queue []int32
}

// dig looks from unit u for the nearest territory that may take it and all units
// on the way, and moves those to it one by one.
func (d *digger) dig(u int32) {
	m, s := d.st.m, d.s
	d.mark++
	d.seen[u], d.from[u] = d.mark, -1
	d.queue = append(d.queue[:0], u)
	skip := d.st.random.Below(3) // not always the same way
	for at := 0; at < len(d.queue); at++ {
		v := d.queue[at]
		if t := s.of[v]; t != s.of[u] && m.may(u, t) && d.passable(v, t) {
			if skip--; skip < 0 || at == len(d.queue)-1 {
				for w := d.from[v]; w >= 0 && d.give(w, t); w = d.from[w] {
				}
				return
			}
		}
		near := m.neighbors(v)
		turn := d.st.random.Below(len(near) + 1)
		for i := range near {
			w := near[(i+turn)%len(near)]
			if d.seen[w] != d.mark && (m.fixed[w] < 0 || m.may(u, s.of[w])) {
				d.seen[w], d.from[w] = d.mark, v
				d.queue = append(d.queue, w)
			}
		}
	}
}

// give moves unit u to territory t, with all parts of its own one that it cuts
// off; the part that stays is the one with fixed units, or else the largest.
// Nothing happens where fixed units would be torn apart, or nothing stays.
func (d *digger) give(u, t int32) bool {
	m, s := d.st.m, d.s
	a := s.of[u]
	if s.removable(u) {
		s.move(u, t)
		return true
	}
	var parts [][]int32
	stays, anchored := -1, false
	in := map[int32]bool{u: true}
	for _, first := range m.neighbors(u) {
		if s.of[first] != a || in[first] {
			continue
		}
		in[first] = true
		part, fixed := []int32{first}, false
		for at := 0; at < len(part); at++ {
			fixed = fixed || m.fixed[part[at]] >= 0
			for _, w := range m.neighbors(part[at]) {
				if s.of[w] == a && !in[w] {
					in[w] = true
					part = append(part, w)
				}
			}
		}
		switch {
		case fixed && anchored:
			return false
		case fixed, !anchored && (stays < 0 || len(part) > len(parts[stays])):
			stays, anchored = len(parts), fixed
		}
		parts = append(parts, part)
	}
	if stays < 0 {
		return false
	}
	s.move(u, t)
	for i, part := range parts {
		for _, w := range part {
			if i != stays {
				s.move(w, t)
			}
		}
	}
	return true
}

// passable reports whether the units on the way to v may all be in territory t.
func (d *digger) passable(v, t int32) bool {
	for w := d.from[v]; w >= 0; w = d.from[w] {
		if !d.st.m.may(w, t) {
			return false
		}
	}
	return true
}

// tied connects the fixed units of every territory, and leaves the other units free. Where the paths of several territories want a unit, its price goes up
// and they are laid again, until all are disjoint: negotiated congestion, as
// wires are laid on a chip (McMurchie and Ebeling, PathFinder, 1995).
func (st *starter) tied() []int32 {
	const rounds = 40
	m := st.m
	ends := make([][]int32, m.k)
	for u, t := range m.fixed {
		if t >= 0 {
			ends[t] = append(ends[t], int32(u))
		}
	}
	paths := make([][]int32, m.k) // the units of each territory, its ends among them
	used := make([]int32, m.n)
	dear := make([]float64, m.n)
	for u := range dear {
		dear[u] = 1 + float64(0.5*st.random.Float())
	}
	r := router{m: m, dist: make([]float64, m.n), from: make([]int32, m.n), isEnd: make([]bool, m.n)}
	crowding := 0.5
	for range rounds {
		for t := range int32(m.k) {
			for _, u := range paths[t] {
				used[u]--
			}
			path, ok := r.tie(t, ends[t], func(u int32) float64 { return float64(dear[u] * (1 + float64(crowding*float64(used[u])))) })
			if !ok {
				return nil
			}
			paths[t] = path
			for _, u := range path {
				used[u]++
			}
		}
		crowded := false
		for u, times := range used {
			if times > 1 {
				crowded = true
				dear[u] += float64(times - 1)
			}
		}
		if !crowded {
			of := make([]int32, m.n)
			for u := range of {
				of[u] = partition.Unassigned
			}
			for t, path := range paths {
				for _, u := range path {
					of[u] = int32(t)
				}
			}
			return of
		}
		crowding *= 1.3
	}
	return nil
}

// router ties the ends of one territory together.
type router struct {
	m     *model
	dist  []float64
	from  []int32
	isEnd []bool
	heap  []reached
}

type reached struct {
	dist float64
	unit int32
}

func (a reached) before(b reached) bool {
	return cmp.Or(cmp.Compare(a.dist, b.dist), cmp.Compare(a.unit, b.unit)) < 0
}

// tie lists units that connect the ends: to what is connected the nearest end
// is added along a path of least price, again and again.
func (r *router) tie(t int32, ends []int32, price func(u int32) float64) (tied []int32, ok bool) {
	if len(ends) == 0 {
		return nil, true
	}
	for u := range r.dist {
		r.dist[u], r.from[u] = math.Inf(1), -1
	}
	for _, u := range ends {
		r.isEnd[u] = true
	}
	defer func() {
		for _, u := range ends {
			r.isEnd[u] = false
		}
	}()
	r.heap = r.heap[:0]
	in := make(map[int32]bool, len(ends))
	join := func(u int32) {
		in[u] = true
		tied = append(tied, u)
		r.dist[u] = 0
		r.push(reached{0, u})
	}
	join(ends[0])
	for missing := len(ends) - 1; missing > 0; {
		if len(r.heap) == 0 {
			return nil, false
		}
		top := r.pop()
		u := top.unit
		if top.dist > r.dist[u] {
			continue
		}
		if r.isEnd[u] && !in[u] {
			missing--
			for w := u; !in[w]; w = r.from[w] {
				join(w)
			}
			continue
		}
		for _, v := range r.m.neighbors(u) {
			if in[v] || !r.m.may(v, t) {
				continue
			}
			d := top.dist
			if !r.isEnd[v] {
				d += price(v)
			}
			if d < r.dist[v] {
				r.dist[v], r.from[v] = d, u
				r.push(reached{d, v})
			}
		}
	}
	return tied, true
}

func (r *router) push(e reached) {
	r.heap = append(r.heap, e)
	for i := len(r.heap) - 1; i > 0; {
		p := (i - 1) / 2
		if !r.heap[i].before(r.heap[p]) {
			break
		}
		r.heap[i], r.heap[p] = r.heap[p], r.heap[i]
		i = p
	}
}

func (r *router) pop() reached {
	top := r.heap[0]
	last := len(r.heap) - 1
	r.heap[0] = r.heap[last]
	r.heap = r.heap[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			break
		}
		if c+1 < last && r.heap[c+1].before(r.heap[c]) {
			c++
		}
		if !r.heap[c].before(r.heap[i]) {
			break
		}
		r.heap[i], r.heap[c] = r.heap[c], r.heap[i]
		i = c
	}
	return top
}

// seeded gives every territory without a unit a free one that may be in it:
// first in the components that have no territory yet, then anywhere.
func (st *starter) seeded(of []int32) bool {
	m := st.m
	size := make([]int32, m.k)
	served := make([]bool, len(m.parts))
	for u, t := range of {
		if t >= 0 {
			size[t]++
			served[m.component[u]] = true
		}
	}
	order := make([]int32, m.n)
	for u := range order {
		order[u] = int32(u)
	}
	for i := len(order) - 1; i > 0; i-- {
		j := st.random.Below(i + 1)
		order[i], order[j] = order[j], order[i]
	}
	for _, anywhere := range [2]bool{false, true} {
		for t := range int32(m.k) {
			if size[t] > 0 {
				continue
			}
			for _, u := range order {
				if of[u] < 0 && (anywhere || !served[m.component[u]]) && m.may(u, t) {
					of[u], size[t], served[m.component[u]] = t, 1, true
					break
				}
			}
			if anywhere && size[t] == 0 {
				return false
			}
		}
	}
	return true
}

// filled lets the territories grow until no unit is free; first where units may
// be, then where they cannot be elsewhere.
func (st *starter) filled(of []int32) bool {
	m := st.m
	load := make([]float64, m.k)
	fringe := make([][]int32, m.k)
	free, anywhere := 0, false
	add := func(u, t int32) {
		of[u] = t
		size := 1.0
		if m.measures > 0 {
			size = m.values(u)[0]
			if _, upper := m.limits(t); upper[0] > 0 && !math.IsInf(upper[0], 1) {
				size /= upper[0]
			}
		}
		load[t] += size
		for _, v := range m.neighbors(u) {
			if of[v] < 0 && (anywhere || m.may(v, t)) {
				fringe[t] = append(fringe[t], v)
			}
		}
	}
	for u, t := range of {
		if t >= 0 {
			add(int32(u), t)
		} else {
			free++
		}
	}
	for free > 0 {
		least := -1
		for t := range fringe {
			if len(fringe[t]) > 0 && (least < 0 || load[t] < load[least]) {
				least = t
			}
		}
		if least < 0 {
			if anywhere {
				return false
			}
			anywhere = true
			for u, t := range of {
				if t < 0 {
					continue
				}
				for _, v := range m.neighbors(int32(u)) {
					if of[v] < 0 {
						fringe[t] = append(fringe[t], v)
					}
				}
			}
			continue
		}
		list := fringe[least]
		i := st.random.Below(len(list))
		u := list[i]
		list[i] = list[len(list)-1]
		fringe[least] = list[:len(list)-1]
		if of[u] < 0 {
			add(u, int32(least))
			free--
		}
	}
	return true
}

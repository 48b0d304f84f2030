package district

import (
	"cmp"
	"math"

	"github.com/territory-go/territory/partition"
)

const growAttempts = 30

// grown is a first plan under Fixed, Forbidden and Seeds: what must be together
// is tied together along paths that keep out of each other's way, and around
// these the territories grow, the least loaded one first. nil: no attempt
// came to a plan in which every unit is connected to its territory.
func (st *starter) grown() []int32 {
	if len(st.m.parts) > st.m.k || st.m.n < st.m.k {
		return nil
	}
	for range growAttempts {
		if st.ctx.Err() != nil {
			return nil
		}
		if of := st.tied(); of != nil && st.seeded(of) && st.filled(of) {
			return of
		}
	}
	return nil
}

// tied connects the fixed units of every territory, and leaves the other units
// free. Where the paths of several territories want a unit, its price goes up
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
		dear[u] = 1 + 0.5*st.random.Float()
	}
	r := router{m: m, dist: make([]float64, m.n), from: make([]int32, m.n), isEnd: make([]bool, m.n)}
	crowding := 0.5
	for range rounds {
		for t := range int32(m.k) {
			for _, u := range paths[t] {
				used[u]--
			}
			path, ok := r.tie(t, ends[t], func(u int32) float64 { return dear[u] * (1 + float64(crowding*float64(used[u]))) })
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

// filled lets the territories grow until no unit is free.
func (st *starter) filled(of []int32) bool {
	m := st.m
	load := make([]float64, m.k)
	fringe := make([][]int32, m.k)
	free := 0
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
			if of[v] < 0 && m.may(v, t) {
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
			return false
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

package cluster

import (
	"cmp"
	"container/heap"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

func (w *growing) cause() error { return context.Cause(w.ctx) }

// askedEvery is after how much work the context is asked.
const askedEvery = 1 << 10

// reach is a unit at the border of a territory, or a territory, with what makes it
// the next.
type reach struct {
	value float64
	at    int32
}

// front is a heap of reaches, the least on top.
type front []reach

func (f front) Len() int { return len(f) }
func (f front) Less(a, b int) bool {
	return cmp.Or(cmp.Compare(f[a].value, f[b].value), cmp.Compare(f[a].at, f[b].at)) < 0
}
func (f front) Swap(a, b int) { f[a], f[b] = f[b], f[a] }
func (f *front) Push(x any)   { *f = append(*f, x.(reach)) }
func (f *front) Pop() any {
	last := len(*f) - 1
	x := (*f)[last]
	*f = (*f)[:last]
	return x
}

// spread lets the territories grow until nobody can take anything more: the one that
// has least of its target takes the unit at its border that was nearest to its
// mean. It returns false where the context ended.
func (w *growing) spread() bool {
	fronts := make([]front, w.g.k)
	reachable := func(t, u int32) {
		for _, v := range w.net.neighbors(u) {
			if w.of[v] < 0 && w.may(v, t) {
				heap.Push(&fronts[t], reach{w.away(v, t), v})
			}
		}
	}
	for i, t := range w.of {
		if t >= 0 {
			reachable(t, int32(i))
		}
	}
	turn := make(front, 0, w.g.k)
	for t := range int32(w.g.k) {
		heap.Push(&turn, reach{w.fullness(t), t})
	}
	for step := 0; len(turn) > 0; step++ {
		if step%askedEvery == 0 && w.ctx.Err() != nil {
			return false
		}
		t := turn[0].at
		f := &fronts[t]
		for len(*f) > 0 && w.of[(*f)[0].at] >= 0 {
			heap.Pop(f)
		}
		if len(*f) == 0 {
			heap.Pop(&turn)
			continue
		}
		u := heap.Pop(f).(reach).at
		w.put(u, t)
		w.work++
		reachable(t, u)
		turn[0].value = w.fullness(t)
		heap.Fix(&turn, 0)
	}
	return true
}

// fullness is the greatest part of its targets that a territory has.
func (w *growing) fullness(t int32) float64 {
	full := 0.0
	for r, l := range w.limits {
		load := w.load[int(t)*len(w.limits)+r]
		goal := l.target[t]
		if !(goal > 0) {
			goal = float64(1e-3 * l.size)
		}
		full = math.Max(full, load/goal)
	}
	return full
}

// improving is the descent from a plan of connected territories to a better one:
// units at the borders change sides while both territories stay connected. The cost
// is the sum of squares and, at a price that rises from round to round, the
// squares of what is outside the limits, so that excess passes from neighbour to
// neighbour.
type improving struct {
	*growing
	price float64
	hard  bool // nothing may leave its limits any more

	visited []int64 // per unit the last search that came by
	source  []int32 // per unit from which neighbour that came
	joined  []int32 // per neighbour another one that it has met, or itself
	pending []int   // per neighbour the units that it has still to look around
	search  int64

	line   []int32 // units to look at, first in first out
	inLine []bool
	head   int
}

// worth is what a plan is worth, least first: outside the limits in mean loads,
// then squares.
type worth struct{ outside, squares float64 }

func (a worth) less(b worth) bool {
	if a.outside != b.outside {
		return a.outside < b.outside
	}
	return a.squares < b.squares
}

const (
	priceRounds   = 12
	leastGain     = 1e-9 // of a mean territory's squares
	spareRoom     = 0.02 // of the room between limits
	mostSeparated = 4096 // units looked at to see whether a territory stays connected
)

// improve descends, and leaves the best plan that it came by.
func (w *growing) improve(budget int) partition.Stop {
	x := &improving{growing: w, inLine: make([]bool, w.g.n), visited: make([]int64, w.g.n), source: make([]int32, w.g.n)}
	best, kept := w.worth(), slices.Clone(w.of)
	scale := best.squares / float64(w.g.k)
	if !(scale > 0) {
		scale = 1
	}
	stop := partition.Converged
	limit := w.work + budget
	for round := range priceRounds + 1 {
		x.hard = round == priceRounds
		x.price = float64(scale * math.Ldexp(1, 3*round-6))
		if x.hard && best.less(w.worth()) {
			w.restore(kept)
		}
		if round > 0 && !x.hard && best.outside == 0 && w.worth().outside == 0 {
			continue
		}
		if !x.hard {
			w.margin = spareRoom
		}
		stop = x.descend(limit, float64(leastGain*scale))
		w.margin = 0
		if stop != partition.Converged {
			break
		}
		if now := w.worth(); now.less(best) {
			best = now
			copy(kept, w.of)
		}
	}
	if now := w.worth(); now.less(best) {
		return stop
	}
	w.restore(kept)
	return stop
}

// restore goes back to an assignment, adding everything up afresh.
func (w *growing) restore(of []int32) {
	clear(w.count)
	clear(w.mass)
	clear(w.sum)
	clear(w.load)
	for i, t := range of {
		if w.of[i] = t; t >= 0 {
			w.take(int32(i), t, 1)
		}
	}
}

// worth adds up the plan.
func (w *growing) worth() worth {
	var total worth
	for t := range int32(w.g.k) {
		for r := range w.limits {
			total.outside += slight(w.outside(t, r, 0))
		}
	}
	for i, t := range w.of {
		if t >= 0 {
			total.squares += float64(w.g.weigh(int32(i)) * w.away(int32(i), t))
		} else {
			total.outside++
		}
	}
	return total
}

// outside is what territory t would be outside limit r with so much more, in mean
// loads. With a margin limits are so much narrower: among territories that are all
// full to the limit, the last excess would find no way out.
func (w *growing) outside(t int32, r int, more float64) float64 {
	l := &w.limits[r]
	load := w.load[int(t)*len(w.limits)+r] + more
	spare := float64(w.margin * math.Min(l.upper[t]-l.lower[t], l.size))
	return math.Max(0, math.Max(load-(l.upper[t]-spare), l.lower[t]+spare-load)) / l.size
}

// descend makes moves until there is none left.
func (x *improving) descend(limit int, least float64) partition.Stop {
	x.line, x.head = x.line[:0], 0
	for i := range int32(x.g.n) {
		x.enqueue(i)
	}
	for x.head < len(x.line) {
		if x.work%askedEvery == 0 && x.ctx.Err() != nil {
			return partition.Interrupted
		}
		if x.work >= limit {
			return partition.BudgetSpent
		}
		x.work++
		u := x.line[x.head]
		x.head++
		x.inLine[u] = false
		if x.head > len(x.line)/2 && x.head > 1024 {
			x.line = x.line[:copy(x.line, x.line[x.head:])]
			x.head = 0
		}
		if t, ok := x.move(u, least); ok {
			x.put(u, t)
			x.enqueue(u)
			for _, v := range x.net.neighbors(u) {
				x.enqueue(v)
			}
		}
	}
	return partition.Converged
}

func (x *improving) enqueue(u int32) {
	if s := x.of[u]; x.inLine[u] || x.fixed[u] >= 0 || s < 0 {
		return
	}
	for _, v := range x.net.neighbors(u) {
		if x.of[v] != x.of[u] {
			x.inLine[u] = true
			x.line = append(x.line, u)
			return
		}
	}
}

// move is the best territory for a unit to change to, if there is a better one.
func (x *improving) move(u int32, least float64) (int32, bool) {
	s := x.of[u]
	if x.count[s] == 1 {
		return 0, false
	}
	leaving := x.leaves(u, s)
	best, to := -least, int32(-1)
	last := int32(-1)
	for _, v := range x.net.neighbors(u) {
		t := x.of[v]
		if t < 0 || t == s || t == last || !x.may(u, t) {
			continue
		}
		last = t
		if d := leaving + x.joins(u, t) + x.priced(u, s, t); d < best || d == best && t < to {
			best, to = d, t
		}
	}
	return to, to >= 0 && x.connectedWithout(u, s)
}

// leaves is by how much the squares of s change without u, joins those of t with it.
func (x *improving) leaves(u, s int32) float64 {
	w := x.g.weigh(u)
	rest := x.mass[s] - w
	if !(rest > 0 && w > 0) {
		return 0
	}
	return -float64(w * (x.mass[s] / rest) * x.away(u, s))
}

func (x *improving) joins(u, t int32) float64 {
	w := x.g.weigh(u)
	both := x.mass[t] + w
	if !(both > 0) {
		return 0
	}
	return float64(w * (x.mass[t] / both) * x.away(u, t))
}

// priced is what a move does to the limits, at the price; +Inf where they are hard
// and more would be outside.
func (x *improving) priced(u, s, t int32) float64 {
	change, squares := 0.0, 0.0
	for r := range x.limits {
		v := x.limits[r].value[u]
		if v == 0 {
			continue
		}
		for _, side := range [2]struct {
			t    int32
			more float64
		}{{s, -v}, {t, v}} {
			before, after := x.outside(side.t, r, 0), x.outside(side.t, r, side.more)
			change += after - before
			squares += float64(after*after) - float64(before*before)
		}
	}
	if x.hard {
		if change > 1e-12 {
			return math.Inf(1)
		}
		squares += change // so that the last little bit counts as well
	}
	return float64(x.price * squares)
}

// connectedWithout reports whether s stays connected without u: whether those of
// its neighbours that are in s can reach each other. They all search at the same
// time, so that a small piece that u cuts off is soon at its end. It says no where
// that takes too long to find out.
func (x *improving) connectedWithout(u, s int32) bool {
	x.search++
	x.queue, x.joined, x.pending = x.queue[:0], x.joined[:0], x.pending[:0]
	x.visited[u] = x.search
	for _, v := range x.net.neighbors(u) {
		if x.of[v] == s {
			x.visited[v], x.source[v] = x.search, int32(len(x.joined))
			x.joined = append(x.joined, x.source[v])
			x.pending = append(x.pending, 1)
			x.queue = append(x.queue, v)
		}
	}
	apart := len(x.joined)
	for at := 0; at < len(x.queue) && apart > 1; at++ {
		if at > mostSeparated {
			return false
		}
		here := x.group(x.source[x.queue[at]])
		for _, v := range x.net.neighbors(x.queue[at]) {
			switch {
			case x.of[v] != s || v == u:
			case x.visited[v] != x.search:
				x.visited[v], x.source[v] = x.search, here
				x.pending[here]++
				x.queue = append(x.queue, v)
			default:
				if there := x.group(x.source[v]); there != here {
					x.joined[there] = here
					x.pending[here] += x.pending[there]
					apart--
				}
			}
		}
		if x.pending[here]--; x.pending[here] == 0 && apart > 1 {
			return false
		}
	}
	return apart == 1
}

// group is the first of the searches that have met.
func (x *improving) group(i int32) int32 {
	for x.joined[i] != i {
		x.joined[i] = x.joined[x.joined[i]]
		i = x.joined[i]
	}
	return i
}

package allocate

import (
	"math"
	"slices"
)

// repairs lists, for every agent outside its limits, the subset of agents
// along the cheapest way to another agent with room: the excess of one has to
// travel over others that are full themselves, and a subset that holds the
// whole way can move it in one go.
func (g *campaign) repairs(size int) []job {
	if g.violation == 0 {
		return nil
	}
	var jobs []job
	w := &wayfinder{a: g.a, near: g.near, length: make([]float64, g.m.m), from: make([]int32, g.m.m), state: make([]uint8, g.m.m)}
	for j := range int32(g.m.m) {
		if g.a.outside(j) == 0 {
			continue
		}
		for r := range g.m.r {
			lo, hi, ok := g.a.window(r, j)
			if !ok {
				continue
			}
			var way []int32
			if over := g.a.load[r][j] - hi; over > 0 {
				way = w.find(r, j, over, true)
			} else if under := lo - g.a.load[r][j]; under > 0 {
				way = w.find(r, j, under, false)
			}
			if len(way) > 1 {
				jobs = append(jobs, job{agents: g.growFrom(way, size, false)})
			}
		}
	}
	return jobs
}

// wayfinder runs Dijkstra's algorithm over the agents. An edge from a to b is as
// long as the cheapest unit of a that b could take, per load, at the prices.
type wayfinder struct {
	a      *arrangement
	near   [][]neighbor
	length []float64
	from   []int32
	state  []uint8 // 1: reached, 2: settled
	open   []int32
}

// Bounds on the way: agents looked at, and agents on it.
const (
	maxSettled = 64
	maxWay     = 8
)

// find returns the agents on the cheapest way from j to one that can take the
// amount of measure r (out), or that can spare it.
func (w *wayfinder) find(r int, j int32, amount float64, out bool) []int32 {
	clear(w.state)
	w.open = append(w.open[:0], j)
	w.length[j], w.from[j], w.state[j] = 0, -1, 1
	best, room := int32(-1), 0.0
	for range maxSettled {
		at := -1
		for q, k := range w.open {
			if at < 0 || w.length[k] < w.length[w.open[at]] || w.length[k] == w.length[w.open[at]] && k < w.open[at] {
				at = q
			}
		}
		if at < 0 {
			break
		}
		k := w.open[at]
		w.open[at] = w.open[len(w.open)-1]
		w.open = w.open[:len(w.open)-1]
		w.state[k] = 2
		if k != j {
			free := w.a.m.upper[r][k] - w.a.load[r][k]
			if !out {
				free = w.a.load[r][k] - w.a.m.lower[r][k]
			}
			if free > room {
				best, room = k, free
			}
			if free >= amount {
				break
			}
		}
		for _, e := range w.near[k] {
			b := e.agent
			if w.state[b] == 2 {
				continue
			}
			d := w.edge(r, k, b)
			if !out {
				d = w.edge(r, b, k)
			}
			if math.IsInf(d, 1) {
				continue
			}
			if d += w.length[k]; w.state[b] == 0 || d < w.length[b] {
				if w.state[b] == 0 {
					w.open = append(w.open, b)
				}
				w.length[b], w.from[b], w.state[b] = d, k, 1
			}
		}
	}
	var way []int32
	for k := best; k >= 0; k = w.from[k] {
		way = append(way, k)
	}
	if len(way) > maxWay {
		slices.Reverse(way)
		way = way[:maxWay]
	}
	return way
}

// edge is the least regret per load at which a unit of a can go to b.
func (w *wayfinder) edge(r int, from, to int32) float64 {
	a := w.a
	least := math.Inf(1)
	for _, i := range a.members[from] {
		e := a.find(int(i), to)
		if e < 0 {
			continue
		}
		load := a.loadNow(r, int(i))
		if load <= 0 {
			continue
		}
		d := a.priced(int(i), a.c.start[i]+int(e)) - a.pricedNow(int(i))
		least = math.Min(least, math.Max(0, d)/load)
	}
	return least
}

package allocate

import (
	"cmp"
	"math"
	"slices"
)

// repairs deals with agents outside their limits whose excess has to travel
// over others that are full themselves. For each it finds the cheapest way to
// an agent with room. Along a long way it pushes units at once, as far as that
// lessens the violation; a short one becomes a subset to be solved again, so
// that the whole way can be moved in one go. The jobs are of at least size agents.
func (g *campaign) repairs(size int) []job {
	if g.violation == 0 {
		return nil
	}
	w := newWayfinder(g.a)
	var jobs []job
	for j := range int32(g.m.m) {
		for r := range g.m.r {
			lo, hi, ok := g.a.window(r, j)
			if !ok || g.a.outside(j) == 0 {
				continue
			}
			out := g.a.load[r][j] > hi
			excess := func() float64 {
				if out {
					return g.a.load[r][j] - hi
				}
				return lo - g.a.load[r][j]
			}
			// A way may be too narrow for the whole excess, but not for a part of it.
			portion := 1.0
			for tries := 0; tries < 8 && portion > 0.1 && excess() > g.a.forgiven(lo, hi); tries++ {
				way := w.find(r, j, portion*excess(), out)
				if len(way) > 3 && g.push(way, r, portion*excess(), out) {
					continue
				}
				if tries == 0 && len(way) > 1 {
					jobs = append(jobs, job{agents: g.grow(way[:min(len(way), maxWay)], size, false)})
				}
				if len(way) <= 3 {
					break
				}
				portion /= 2
			}
		}
	}
	g.sumViolation()
	return jobs
}

const (
	maxSettled = 256 // agents looked at for a way
	maxWay     = 8   // agents on a way that is solved as one subset
)

// wayfinder runs Dijkstra's algorithm over the agents. An edge is as long as
// the least regret per load at which a unit of the one can go to the other.
type wayfinder struct {
	a         *arrangement
	give, get [][][]wayEdge // [r][agent]: where its units can go, and what it can get
	length    []float64
	from      []int32
	state     []uint8 // 1: reached, 2: settled
	open      []int32
}

type wayEdge struct {
	agent  int32
	length float64
}

func newWayfinder(a *arrangement) *wayfinder {
	m := a.m.m
	w := &wayfinder{a: a, length: make([]float64, m), from: make([]int32, m), state: make([]uint8, m)}
	least := make([]float64, m)
	for k := range least {
		least[k] = math.Inf(1)
	}
	var touched []int32
	for r := range a.m.r {
		give, get := make([][]wayEdge, m), make([][]wayEdge, m)
		for j := range m {
			touched = touched[:0]
			for _, i := range a.members[j] {
				load := a.loadNow(r, int(i))
				if load <= 0 {
					continue
				}
				now := a.pricedNow(int(i))
				for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
					k := a.c.agent[e]
					if int(k) == j || int(k) == a.m.dummy {
						continue
					}
					if math.IsInf(least[k], 1) {
						touched = append(touched, k)
					}
					least[k] = math.Min(least[k], math.Max(0, a.priced(int(i), e)-now)/load)
				}
			}
			slices.Sort(touched)
			for _, k := range touched {
				give[j] = append(give[j], wayEdge{k, least[k]})
				get[k] = append(get[k], wayEdge{int32(j), least[k]})
				least[k] = math.Inf(1)
			}
		}
		w.give, w.get = append(w.give, give), append(w.get, get)
	}
	return w
}

// find returns the agents on the cheapest way from j to one that can take the
// amount of measure r (out) or can spare it, or failing that to the one that
// can take or spare most. It is empty where none can.
func (w *wayfinder) find(r int, j int32, amount float64, out bool) []int32 {
	clear(w.state)
	w.open = append(w.open[:0], j)
	w.length[j], w.from[j], w.state[j] = 0, -1, 1
	edges := w.give[r]
	if !out {
		edges = w.get[r]
	}
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
				best = k
				break
			}
		}
		for _, e := range edges[k] {
			b, d := e.agent, w.length[k]+e.length
			if w.state[b] == 0 {
				w.open = append(w.open, b)
			} else if w.state[b] == 2 || d >= w.length[b] {
				continue
			}
			w.length[b], w.from[b], w.state[b] = d, k, 1
		}
	}
	var way []int32
	for k := best; k >= 0; k = w.from[k] {
		way = append(way, k)
	}
	slices.Reverse(way)
	return way
}

// push moves units along the way, from each agent to the next (out) or the
// other way round, about as much of measure r as takes the former one back to
// its limit. It undoes everything and returns false where that does not lessen
// the violation.
func (g *campaign) push(way []int32, r int, amount float64, out bool) bool {
	a := g.a
	before := 0.0
	for _, j := range way {
		before += a.outside(j)
	}
	type offer struct {
		unit, pos int32
		load, per float64
	}
	var offers []offer
	var undo []choice
	for q := 0; q+1 < len(way); q++ {
		from, to := way[q], way[q+1]
		need := a.load[r][from] - a.m.upper[r][from]
		if !out {
			need = a.m.lower[r][from] - a.load[r][from]
			from, to = to, from
		}
		if q == 0 {
			need = math.Min(need, amount)
		}
		if need <= 0 {
			continue
		}
		offers = offers[:0]
		for _, i := range a.members[from] {
			pos := a.find(int(i), to)
			load := a.loadNow(r, int(i))
			if pos < 0 || load <= 0 || a.pos[i] < 0 || a.m.clash(a.of, int(i), int(to)) >= 0 {
				continue
			}
			d := a.priced(int(i), a.c.start[i]+int(pos)) - a.pricedNow(int(i))
			offers = append(offers, offer{i, pos, load, math.Max(0, d) / load})
		}
		slices.SortFunc(offers, func(x, y offer) int { return cmp.Or(cmp.Compare(x.per, y.per), cmp.Compare(x.unit, y.unit)) })
		for _, o := range offers {
			if need <= 0 {
				break
			}
			if o.load > 1.5*need && o.load > 0.1*amount {
				continue // too coarse
			}
			undo = append(undo, choice{o.unit, a.pos[o.unit]})
			g.move(choice{o.unit, o.pos})
			need -= o.load
		}
	}
	after := 0.0
	for _, j := range way {
		after += a.outside(j)
	}
	if after < before-1e-9 {
		g.changed(way)
		return true
	}
	for q := len(undo) - 1; q >= 0; q-- {
		g.move(undo[q])
	}
	return false
}

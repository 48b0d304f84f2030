package allocate

import (
	"context"
	"math"
	"slices"
)

// network is the transportation problem of one measure seen from the agents: a
// graph whose nodes are the agents and a hub, and whose arc j→k has the length
//
//	min over units i served at j of (cost(i,k) - cost(i,j)) / load_i,
//
// what it costs to move one unit of load from j to k. The hub (node m.m, which
// is also the dummy) absorbs the room between an agent's limits: target_j is the
// load that agent j is to have, within its limits, and raising or lowering it is
// an arc of length 0 to or from the hub. With prices v every reduced length
// length + v_k - v_j is ≥ 0, which is complementary slackness, and loads that
// miss their target are moved along shortest paths, which keeps it so (the
// successive shortest path method; Ahuja, Magnanti, Orlin, Network Flows,
// ch. 9). The lengths of single units do not depend on prices, so heaps of them
// stay valid throughout.
type network struct {
	m   *model
	hub int

	unit  []int32 // per row
	start []int   // len(unit)+1
	load  []float64
	agent []int32 // per entry
	cost  []float64
	flow  []float64 // load of the unit served by the agent
	fixed []bool    // per row: its flow may not change any more

	price  []float64 // per node; the hub's is the reference
	lo, hi []float64 // per agent
	target []float64 // per agent
	excess []float64 // per node: load - target
	placed []float64 // per node: the load that may not move any more
	tol    float64   // amounts up to tol are rounding

	baseCost float64 // of the units with a single candidate

	arcs []arc
	out  [][]lane // per node: its arcs

	dist     []float64
	via      []step
	seen     []int32 // nodes touched by the last search
	state    []uint8
	queue    nodeHeap
	strained []bool    // nodes that a failed search has made dearer
	stuck    []bool    // excess that no path can take away
	limit    []float64 // per node: longer paths leave the range in which its candidates are complete
	pushes   int
}

// newNetwork serves every unit of the rows by its best agent at the prices
// (one per agent), except those of keep, which maps a unit to its former flow.
// Paths may be as long as limit, those from remote agents so much longer.
func newNetwork(rs *rows, prices []float64, limit float64, far []remote, keep map[int32][]Share) *network {
	m := rs.m
	nw := &network{m: m, hub: m.m}
	nodes := m.m + 1
	nw.price = make([]float64, nodes)
	nw.lo, nw.hi, nw.target = make([]float64, m.m), make([]float64, m.m), make([]float64, m.m)
	nw.excess, nw.dist = make([]float64, nodes), make([]float64, nodes)
	nw.via, nw.state, nw.stuck = make([]step, nodes), make([]uint8, nodes), make([]bool, nodes)
	nw.strained = make([]bool, nodes)
	nw.out = make([][]lane, nodes)
	nw.placed = make([]float64, nodes)
	total, count, entries := 0.0, 0, 0
	for c := range rs.chunks {
		total += rs.chunks[c].total[0]
		count += len(rs.chunks[c].unit)
		entries += len(rs.chunks[c].agent)
	}
	nw.tol = 4e-16 * total
	for j := range m.m {
		nw.lo[j], nw.hi[j] = math.Max(m.lower[0][j], 0), m.upper[0][j]
		v := prices[j]
		if v > 0 && math.IsInf(nw.hi[j], 1) || v < 0 && nw.lo[j] <= 0 {
			v = 0
		}
		nw.price[j] = v
	}
	nw.limit = slices.Repeat([]float64{limit}, nodes)
	nw.limit[nw.hub] = math.Inf(1) // it moves all prices alike
	for _, o := range far {
		nw.limit[o.agent] *= o.factor
	}
	nw.unit, nw.start, nw.load = make([]int32, 0, count), make([]int, 1, count+1), make([]float64, 0, count)
	nw.agent, nw.cost = make([]int32, 0, entries), make([]float64, 0, entries)
	nw.flow = make([]float64, entries)
	nw.fixed = make([]bool, count)
	loads := make([]float64, nodes)
	for c := range rs.chunks {
		ch := &rs.chunks[c]
		nw.baseCost += ch.baseCost
		for j, b := range ch.base {
			loads[j] += b
			nw.placed[j] += b
		}
		for row, u := range ch.unit {
			a := ch.load[row]
			nw.unit = append(nw.unit, u)
			nw.load = append(nw.load, a)
			first := len(nw.agent)
			best, at := math.Inf(1), -1
			for e := ch.start[row]; e < ch.start[row+1]; e++ {
				j := ch.agent[e]
				if q := ch.cost[e] + float64(a*nw.price[j]); q < best || q == best && j < nw.agent[at] {
					best, at = q, len(nw.agent)
				}
				nw.agent = append(nw.agent, j)
				nw.cost = append(nw.cost, ch.cost[e])
			}
			nw.start = append(nw.start, len(nw.agent))
			if old := keep[u]; old == nil || !nw.restore(old, first, a, best, loads) {
				nw.flow[at] = a
				loads[nw.agent[at]] += a
			}
		}
	}
	// Start every target where the prices want it; where a price is zero, at
	// the load itself if that is within the limits.
	sum := 0.0
	for j := range m.m {
		switch v := nw.price[j]; {
		case v > 0:
			nw.target[j] = nw.hi[j]
		case v < 0:
			nw.target[j] = nw.lo[j]
		default:
			nw.target[j] = math.Max(nw.lo[j], math.Min(nw.hi[j], loads[j]))
		}
		nw.excess[j] = loads[j] - nw.target[j]
		sum += nw.excess[j]
	}
	nw.excess[nw.hub] = -sum
	for row := range nw.unit {
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if nw.flow[e] > 0 {
				nw.offer(row, e, false)
			}
		}
	}
	for a := range nw.arcs {
		h := nw.arcs[a].heap
		for k := len(h)/2 - 1; k >= 0; k-- {
			siftDown(h, k)
		}
	}
	return nw
}

// restore gives a unit its former flow where that is still optimal at the prices.
func (nw *network) restore(old []Share, first int, a, best float64, loads []float64) bool {
	at := make([]int, len(old))
	for s, o := range old {
		at[s] = -1
		for e := first; e < len(nw.agent); e++ {
			if int(nw.agent[e]) == o.Agent && nw.cost[e]+float64(a*nw.price[o.Agent]) <= best+float64(1e-12*math.Abs(best)) {
				at[s] = e
			}
		}
		if at[s] < 0 {
			return false
		}
	}
	for s, o := range old {
		nw.flow[at[s]] = o.Fraction * a
		loads[o.Agent] += float64(o.Fraction * a)
	}
	return true
}

// settle moves every excess along shortest paths to where load is missing.
// It reports whether nothing is left; what no path can take stays as excess.
func (nw *network) settle(ctx context.Context) bool {
	done := true
	for s := range nw.excess {
		tol := nw.tol
		if s == nw.hub {
			tol *= float64(nw.hub) // what all agents may leave adds up here
		}
		for nw.excess[s] > tol && !nw.stuck[s] {
			if nw.pushes++; nw.pushes&255 == 0 && ctx.Err() != nil {
				return false
			}
			t := nw.search(s)
			if t < 0 {
				nw.stuck[s] = true
				break
			}
			nw.augment(s, t)
		}
		done = done && nw.excess[s] <= 4*tol // crumbs came after the search
	}
	return done
}

// prices are the agents' prices against the hub's, and the dummy's, which is 0.
func (nw *network) prices(agents int) []float64 {
	v := make([]float64, agents)
	for j := range nw.m.m {
		v[j] = nw.price[j] - nw.price[nw.hub]
	}
	return v
}

// search finds the nearest node that misses load, by Dijkstra's algorithm on
// the reduced lengths, and raises the prices of what it passed so that the
// path's reduced length becomes zero. It returns -1 if there is none within the
// limit; the prices have then been raised as if one were just there, once for
// every part of the graph: the candidates do not carry farther.
func (nw *network) search(s int) int {
	const fresh, open, closed = 0, 1, 2
	limit := nw.limit[s]
	for _, k := range nw.seen {
		nw.state[k] = fresh
	}
	nw.seen = append(nw.seen[:0], int32(s))
	nw.queue = append(nw.queue[:0], nodeItem{0, int32(s)})
	nw.dist[s], nw.state[s] = 0, open
	relax := func(from, to int32, d float64, by shift) {
		switch nw.state[to] {
		case closed:
			return
		case open:
			if d >= nw.dist[to] {
				return
			}
		default:
			nw.state[to] = open
			nw.seen = append(nw.seen, to)
		}
		nw.dist[to] = d
		nw.via[to] = step{from, by}
		nw.queue.push(nodeItem{d, to})
	}
	viaHub := shift{row: -1}
	for len(nw.queue) > 0 {
		it := nw.queue.pop()
		j := it.node
		if nw.state[j] == closed || it.dist > nw.dist[j] {
			continue
		}
		nw.state[j] = closed
		if it.dist > limit {
			break
		}
		if nw.excess[j] < -nw.tol {
			nw.raise(it.dist)
			return int(j)
		}
		v := nw.price[j]
		out := nw.out[j]
		for k := range out {
			l := &out[k]
			far := limit
			switch nw.state[l.head] {
			case closed:
				continue
			case open:
				far = nw.dist[l.head]
			}
			if it.dist+math.Max(0, l.length+nw.price[l.head]-v) >= far {
				continue
			}
			if !l.sure {
				if l.shift = nw.top(&nw.arcs[l.arc]); math.IsInf(l.length, 1) {
					continue
				}
				l.sure = true
			}
			relax(j, l.head, it.dist+math.Max(0, l.length+nw.price[l.head]-v), l.shift)
		}
		if int(j) != nw.hub {
			if nw.hi[j]-nw.target[j] > nw.tol {
				relax(j, int32(nw.hub), it.dist+math.Max(0, nw.price[nw.hub]-v), viaHub)
			}
			continue
		}
		for k := range nw.target {
			if nw.target[k]-nw.lo[k] > nw.tol {
				relax(j, int32(k), it.dist+math.Max(0, nw.price[k]-v), viaHub)
			}
		}
	}
	if !math.IsInf(limit, 1) && !nw.raised(limit) {
		nw.raise(limit)
		for _, k := range nw.seen {
			nw.strained[k] = nw.strained[k] || nw.dist[k] < limit
		}
	}
	return -1
}

// raised reports whether a node that the search reached at less than dist has
// been made dearer by a failed search before.
func (nw *network) raised(dist float64) bool {
	return slices.ContainsFunc(nw.seen, func(k int32) bool { return nw.strained[k] && nw.dist[k] < dist })
}

// raise makes every node that the search reached at less than dist dearer by the rest.
func (nw *network) raise(dist float64) {
	for _, k := range nw.seen {
		if nw.dist[k] < dist {
			nw.price[k] += dist - nw.dist[k]
		}
	}
}

// augment moves as much as possible from s to t along the path that search left.
// Consecutive shifts of one row are a single one: what the row has at the agent
// between is no limit, and where that is next to nothing the load would go in
// steps of next to nothing.
func (nw *network) augment(s, t int) {
	amount := math.Min(nw.excess[s], -nw.excess[t])
	for k := int32(t); int(k) != s; {
		by := nw.via[k]
		for int(by.from) != s && by.row >= 0 {
			before := nw.via[by.from]
			if before.row != by.row || before.to != by.shift.from {
				break
			}
			by.shift.from, by.from = before.shift.from, before.from
		}
		nw.via[k] = by
		switch {
		case by.row >= 0:
			amount = math.Min(amount, nw.flow[by.shift.from])
		case int(k) == nw.hub:
			amount = math.Min(amount, nw.hi[by.from]-nw.target[by.from])
		default:
			amount = math.Min(amount, nw.target[k]-nw.lo[k])
		}
		k = by.from
	}
	for k := int32(t); int(k) != s; {
		by := nw.via[k]
		switch {
		case by.row >= 0:
			crumb := nw.move(int(by.row), int(by.shift.from), int(by.shift.to), amount)
			nw.excess[by.from] -= crumb
			nw.excess[k] += crumb
		case int(k) == nw.hub:
			nw.target[by.from] += amount
		default:
			nw.target[k] -= amount
		}
		k = by.from
	}
	nw.excess[s] -= amount
	nw.excess[t] += amount
}

// move shifts an amount of a row between two entries; the loads are the caller's.
// What would be left of the first, if it is no more than rounding, goes along: it
// would only narrow a later path. move returns that crumb.
func (nw *network) move(row, from, to int, amount float64) (crumb float64) {
	if rest := nw.flow[from] - amount; rest <= math.Max(1e-13*nw.load[row], nw.tol/16) {
		amount, crumb, nw.flow[from] = nw.flow[from], rest, 0
		nw.doubt(nw.agent[from])
	} else {
		nw.flow[from] = rest
	}
	if nw.flow[to] == 0 {
		nw.flow[to] = amount
		nw.offer(row, to, true)
	} else {
		nw.flow[to] += amount
	}
	return crumb
}

// total is the cost of the flow, the units with a single candidate included.
func (nw *network) total() float64 {
	var s sum
	for row := range nw.unit {
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			switch f := nw.flow[e]; {
			case f == nw.load[row]:
				s.add(nw.cost[e])
			case f > 0:
				s.add(float64(nw.cost[e] * (f / nw.load[row])))
			}
		}
	}
	s.add(nw.baseCost)
	return s.total()
}

// shares lists the flow of the units that the prices alone do not place: those
// that are split, or indifferent between agents to rounding.
func (nw *network) shares() map[int32][]Share {
	keep := map[int32][]Share{}
	for row, u := range nw.unit {
		best, second := math.Inf(1), math.Inf(1)
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if q := nw.priced(row, e); q < best {
				best, second = q, best
			} else if q < second {
				second = q
			}
		}
		if second > best+float64(1e-9*math.Abs(best)) {
			continue
		}
		var own []Share
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if f := nw.flow[e]; f > 0 {
				own = append(own, Share{Unit: int(u), Agent: int(nw.agent[e]), Fraction: f / nw.load[row]})
			}
		}
		keep[u] = own
	}
	return keep
}

// assignment writes the agent with the largest share of each unit of the rows.
func (nw *network) assignment(of []int32) {
	for row, u := range nw.unit {
		best := nw.start[row]
		for e := best; e < nw.start[row+1]; e++ {
			if nw.flow[e] > nw.flow[best] {
				best = e
			}
		}
		of[u] = nw.agent[best]
	}
}

// unsettled lists the agents whose load misses its target, ascending.
func (nw *network) unsettled() []int {
	var js []int
	for j, e := range nw.excess[:nw.m.m] {
		if math.Abs(e) > nw.tol {
			js = append(js, j)
		}
	}
	return js
}

// astray lists the agents whose load is outside its limits, ascending.
func (nw *network) astray() []int {
	var js []int
	for j, e := range nw.excess[:nw.m.m] {
		if math.Abs(e) > nw.tol && (nw.target[j]+e > nw.hi[j]+nw.tol || nw.target[j]+e < nw.lo[j]-nw.tol) {
			js = append(js, j)
		}
	}
	return js
}

package allocate

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/sphere"
)

// Neighbouring units have nearly the same candidates. findEach therefore
// searches the tree once for a block of units: by the triangle inequality an
// agent can only be within slack of the best for some unit of the block if, for
// the unit in its middle, it is within
//
//	slack + 2·(largest distance from the middle)
//
// of the best. The units then look at that short list alone. It is worth a
// factor of about five where there are hundreds of units per agent; where the
// lists become long, the blocks shrink, down to the plain search.
const (
	blockUnits = 64 // in a block at most
	blockList  = 64 // agents on its list at most
	longList   = 28 // makes the next block shorter
	shortList  = 12 // makes it longer
)

type travelBlock struct {
	x    *travelIndex
	load [][]float64 // per measure and unit
	one  []float64   // loads of one unit

	count                      int // units
	unit                       [blockUnits]int32
	x1, y1, z1, factor, weight [blockUnits]float64
	slack                      [blockUnits]float64
	listed                     int // agents
	agent                      [blockList]int32
	x2, y2, z2, price          [blockList]float64
	near                       []Candidate
}

// findEach calls visit for every unit of the list in turn, with its position
// and with what [Index.Find] would return; near is valid until visit returns.
//
//	load    per measure and unit of the problem
//	slack   per position; nil: 0
//	allowed nil: all pairs
//
// The order of the units does not matter for the results. It is fast where
// neighbours in the list are neighbours on the map, as in localOrder.
func (x *travelIndex) findEach(units []int32, load [][]float64, slack []float64, allowed func(unit, agent int) bool, visit func(at int, near []Candidate)) {
	b := travelBlock{x: x, load: load[:len(x.price)], one: make([]float64, len(x.price))}
	size, hint := 16, -1
	for from := 0; from < len(units); {
		to := min(from+size, len(units))
		shared := size > 1 && b.gather(units[from:to], slack, from) && b.list()
		for k := range to - from {
			i := int(units[from+k])
			if !shared || !b.scan(k, allowed) {
				b.single(i, k, from, slack, allowed, hint)
			}
			if len(b.near) > 0 {
				hint = b.near[0].Agent
			}
			visit(from+k, b.near)
		}
		switch {
		case size == 1 && from%16 == 0:
			size = 2 // another try
		case size > 1 && (!shared || b.listed > longList):
			size /= 2
		case shared && b.listed < shortList:
			size = min(2*size, blockUnits)
		}
		from = to
	}
}

// single searches the tree for one unit.
func (b *travelBlock) single(i, k, from int, slack []float64, allowed func(unit, agent int) bool, hint int) {
	for r, v := range b.load {
		b.one[r] = v[i]
	}
	reach := 0.0
	if slack != nil {
		reach = slack[from+k]
	}
	var ask func(agent int) bool
	if allowed != nil {
		ask = func(j int) bool { return allowed(i, j) }
	}
	b.near = b.x.findInto(b.near[:0], i, b.one, reach, hint, ask)
}

// gather copies what the block needs of its units. It reports whether they
// differ in place and size only, so that they can share a list.
func (b *travelBlock) gather(units []int32, slack []float64, from int) bool {
	x := b.x
	p := x.p
	if x.columns > 0 || x.leafFactor != nil {
		return false
	}
	b.count = len(units)
	least, most := math.Inf(1), math.Inf(-1)
	for k, i32 := range units {
		i := int(i32)
		b.unit[k] = i32
		b.x1[k], b.y1[k], b.z1[k] = p.place(i)
		f, w := p.unitFactor(i), 0.0
		if len(b.load) > 0 {
			w = b.load[0][i]
		} else if p.t.AgentTerm != nil {
			w = 1
		}
		b.factor[k], b.weight[k] = f, w
		b.slack[k] = 0
		if slack != nil {
			b.slack[k] = max(slack[from+k], 0)
		}
		least, most = min(least, w/f), max(most, w/f)
	}
	// NaN and Inf, from factors of 0, fail.
	return most-least <= 1e-13*most
}

// list finds the agents that the units of the block have to look at, and
// reports whether they are few.
func (b *travelBlock) list() bool {
	x := b.x
	p := x.p
	middle := b.count / 2
	var far2, slack float64
	for k := range b.count {
		dx, dy, dz := b.x1[k]-b.x1[middle], b.y1[k]-b.y1[middle], b.z1[k]-b.z1[middle]
		far2 = max(far2, dx*dx+dy*dy+dz*dz)
		slack = max(slack, b.slack[k]/b.factor[k])
	}
	far := math.Sqrt(far2)
	if p.unit != nil {
		far = sphere.Arc(far2)
	}
	i := int(b.unit[middle])
	for r, v := range b.load {
		b.one[r] = v[i]
	}
	f := b.factor[middle]
	s := x.search(i, b.one, nil)
	// The middle unit stands for the others: its own exceptions do not count.
	s.incumbent, s.switching, s.terms = -1, 0, nil
	s.keep, s.dst = keepWithin, b.near[:0]
	s.slack = f * (slack + p.maxFactor*(2*far+p.t.Round.spread()))
	s.slack += 1e-9*s.slack + pruneMargin*(s.magnitude+f*p.maxFactor*p.reach)
	s.run(-1)
	b.near = s.dst[:0]
	b.listed = 0
	t := p.tree
	for _, c := range s.dst {
		if c.Priced > s.best.Priced+s.slack {
			continue
		}
		if b.listed == blockList {
			return false
		}
		e := b.listed
		at := int(t.slot[c.Agent])
		l := &x.leaf[at/leafSize]
		b.agent[e] = int32(c.Agent)
		b.x2[e], b.y2[e], b.price[e] = l.x[at%leafSize], l.y[at%leafSize], l.price[at%leafSize]
		if t.leafZ != nil {
			b.z2[e] = t.leafZ[at/leafSize][at%leafSize]
		}
		if c.Agent == s.best.Agent {
			b.front(e)
		}
		b.listed++
	}
	return true
}

// front brings position e of the list to the front, where the best agent of the
// last unit is a good start for the next one.
func (b *travelBlock) front(e int) {
	b.agent[0], b.agent[e] = b.agent[e], b.agent[0]
	b.x2[0], b.x2[e] = b.x2[e], b.x2[0]
	b.y2[0], b.y2[e] = b.y2[e], b.y2[0]
	b.z2[0], b.z2[e] = b.z2[e], b.z2[0]
	b.price[0], b.price[e] = b.price[e], b.price[0]
}

// scan looks at the list for the unit at position k of the block. It reports
// false where the list is not enough: where a single pair differs from what the
// tree knows by more than the incumbent's switching cost, or a pair of the list
// is not allowed.
func (b *travelBlock) scan(k int, allowed func(unit, agent int) bool) bool {
	x := b.x
	p := x.p
	i := int(b.unit[k])
	if terms, _ := p.term.row(i); len(terms) > 0 {
		return false
	}
	b.near = b.near[:0]
	best, inf := math.Inf(1), math.Inf(1)
	incumbent, switching := p.incumbent(i), 0.0
	if incumbent >= 0 {
		switching = p.t.Switching[i]
		if allowed != nil && !allowed(i, incumbent) {
			return false
		}
		if cost := p.t.cost(i, incumbent, p.distance(i, incumbent)); cost < inf {
			c := Candidate{incumbent, cost, cost}
			for r, v := range b.load {
				c.Priced += float64(v[i] * x.price[r][incumbent])
			}
			b.near = append(b.near, c)
			best = c.Priced
		}
	}
	px, py, pz, factor, weight, slack := b.x1[k], b.y1[k], b.z1[k], b.factor[k], b.weight[k], b.slack[k]
	scale := p.scale * factor
	if scale *= scale; scale < tinySquare {
		scale = 0
	}
	loss := p.t.Round.loss() * p.maxFactor * factor
	margin := pruneMargin * (p.maxTerm + switching + loss)
	if len(x.maxPrice) > 0 {
		margin += pruneMargin * weight * x.maxPrice[0]
	}
	margin += loss - switching
	limit := best + slack + pruneMargin*(math.Abs(best)+slack) + margin
	winner := 0
	for e := range b.listed {
		dx, dy, dz := b.x2[e]-px, b.y2[e]-py, b.z2[e]-pz
		d2 := float64(dx*dx) + float64(dy*dy) + float64(dz*dz)
		r := limit - weight*b.price[e]
		if scale*d2 > r*math.Abs(r) {
			continue
		}
		j := int(b.agent[e])
		if j == incumbent {
			continue
		}
		if allowed != nil && !allowed(i, j) {
			return false
		}
		var d float64
		if p.unit != nil {
			d = p.t.Round.of(sphere.Arc(d2))
		} else {
			d = p.t.Round.of(math.Sqrt(d2))
		}
		cost := float64(float64(d*factor) * p.maxFactor)
		var priced float64
		if len(b.load) > 0 {
			cost += switching
			priced = cost + float64(weight*b.price[e])
		} else {
			cost += b.price[e]
			cost += switching
			priced = cost
		}
		if cost < inf && priced <= best+slack {
			b.near = append(b.near, Candidate{j, cost, priced})
			if priced < best {
				best, winner = priced, e
				limit = best + slack + pruneMargin*(math.Abs(best)+slack) + margin
			}
		}
	}
	if winner > 0 {
		b.front(winner)
	}
	if len(b.near) > 1 {
		b.near = sortWithin(b.near, best+slack)
	}
	return true
}

// sortWithin sorts the candidates whose priced cost is at most limit and drops
// the others.
func sortWithin(c []Candidate, limit float64) []Candidate {
	if len(c) > 24 {
		c = slices.DeleteFunc(c, func(c Candidate) bool { return c.Priced > limit })
		slices.SortFunc(c, candidateOrder)
		return c
	}
	kept := 0 // few and nearly sorted: insertion
	for _, v := range c {
		if v.Priced > limit {
			continue
		}
		at := kept
		for at > 0 && candidateOrder(v, c[at-1]) < 0 {
			c[at] = c[at-1]
			at--
		}
		c[at] = v
		kept++
	}
	return c[:kept]
}

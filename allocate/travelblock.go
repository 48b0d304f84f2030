package allocate

import "math"

// Neighbouring units have nearly the same candidates. findEach therefore
// searches the tree once for a block of units, and the units look at the short
// list of agents that this leaves. With f the UnitFactor, cost and priced cost
// of unit i are f_i times
//
//	AgentFactor_j·distance(i,j) + Σ_c g_ic·v_cj,    g_ic = load_ic / f_i,
//
// where the columns v are the prices and, with load 1, the AgentTerm. Let c be
// the unit in the middle of the block, k an agent that is good for it, ρ the
// largest distance from the middle, and g_c within lo_c..hi_c for all units.
// By the triangle inequality, and because the difference between two agents is
// linear in g, agent j can only be within slack of the best for some unit if
//
//	AgentFactor_j·distance(c,j) + Σ_c min(lo_c·Δ_c, hi_c·Δ_c)
//	    ≤ AgentFactor_k·distance(c,k) + 2·ρ·max AgentFactor + slack/f,    Δ_c = v_cj - v_ck.
//
// Where the lists become long, the blocks shrink, down to the plain search. It
// is worth a factor of five where there are hundreds of units per agent and the
// load is proportional to UnitFactor, less where g varies.
const (
	blockUnits   = 64  // in a block at most
	blockList    = 128 // agents on its list at most
	blockColumns = 4
	longList     = 32 // makes the next block shorter
	shortList    = 12 // makes it longer
)

// eachIndex is the upgrade interface of Index that searches for many units at
// once. It gives each of them the result of Find.
type eachIndex interface {
	findEach(
		units []int32, load [][]float64, slack []float64, allowed func(unit, agent int) bool,
		visit func(at int, near []Candidate),
	)
}

var _ eachIndex = (*travelIndex)(nil)

type travelBlock struct {
	x       *travelIndex
	load    [][]float64 // per measure and unit
	columns int         // measures, and one for the AgentTerm
	hint    int         // the last best agent
	one     []float64   // loads of one unit
	near    []Candidate

	count              int // units
	unit               [blockUnits]int32
	x1, y1, z1, factor [blockUnits]float64
	weight             [blockColumns][blockUnits]float64
	slack              [blockUnits]float64
	lo, hi             [blockColumns]float64 // of weight/factor

	listed           int // agents
	agent            [blockList]int32
	x2, y2, z2       [blockList]float64
	factor2, square2 [blockList]float64 // AgentFactor and, where they differ, its square
	value            [blockColumns][blockList]float64
	used             [blockList]float64 // Σ weight·value of the unit in work
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
func (x *travelIndex) findEach(
	units []int32, load [][]float64, slack []float64, allowed func(unit, agent int) bool,
	visit func(at int, near []Candidate),
) {
	b := travelBlock{x: x, load: load[:len(x.price)], one: make([]float64, len(x.price)), hint: -1}
	if b.columns = len(b.load); x.p.t.AgentTerm != nil {
		b.columns++
	}
	size := 16
	for from := 0; from < len(units); {
		to := min(from+size, len(units))
		shared := size > 1 && b.gather(units[from:to], slack, from) && b.list()
		for k := range to - from {
			if i := int(units[from+k]); !shared || !b.scan(k, i, allowed) {
				b.single(i, from+k, slack, allowed)
			}
			if len(b.near) > 0 {
				b.hint = b.near[0].Agent
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
func (b *travelBlock) single(i, at int, slack []float64, allowed func(unit, agent int) bool) {
	for r, v := range b.load {
		b.one[r] = v[i]
	}
	reach := 0.0
	if slack != nil {
		reach = slack[at]
	}
	var ask func(agent int) bool
	if allowed != nil {
		ask = func(j int) bool { return allowed(i, j) }
	}
	b.near = b.x.findInto(b.near[:0], i, b.one, reach, b.hint, ask)
}

// gather copies what the block needs of its units, so that the memory fetches
// overlap. It reports whether the units can share a list at all.
func (b *travelBlock) gather(units []int32, slack []float64, from int) bool {
	p := b.x.p
	if b.columns > blockColumns || p.scale == 0 {
		return false
	}
	b.count = len(units)
	least := math.Inf(1)
	for k, i := range units {
		b.unit[k] = i
		b.x1[k], b.y1[k], b.z1[k] = p.place(int(i))
		b.factor[k] = p.unitFactor(int(i))
		least = min(least, b.factor[k])
		b.slack[k] = 0
		if slack != nil {
			b.slack[k] = max(slack[from+k], 0)
		}
	}
	for c := range b.columns {
		weight := &b.weight[c]
		lo, hi := math.Inf(1), math.Inf(-1)
		for k, i := range units {
			weight[k] = 1
			if c < len(b.load) {
				weight[k] = b.load[c][i]
			}
			g := weight[k] / b.factor[k]
			lo, hi = min(lo, g), max(hi, g)
		}
		b.lo[c], b.hi[c] = lo*(1-1e-12), hi*(1+1e-12)
	}
	return least > tinyCoordinate
}

// scan looks at the list for unit i at position k of the block. It reports
// false where the list may not be enough: where the unit has terms, or a pair
// that it wants is not allowed. An incumbent does no harm, because it can only
// become better against the others, and is looked at by itself.
func (b *travelBlock) scan(k, i int, allowed func(unit, agent int) bool) bool {
	x := b.x
	p := x.p
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
	px, py, pz, factor, slack := b.x1[k], b.y1[k], b.z1[k], b.factor[k], b.slack[k]
	scale := p.scale * factor
	if scale *= scale; scale < tinySquare {
		scale = 0
	}
	loss := float64(p.t.Round.loss() * p.maxFactor * factor)
	margin := p.maxTerm + switching + loss
	used := b.used[:b.listed]
	clear(used)
	for c := range b.columns {
		weight, value := b.weight[c][k], b.value[c][:len(used)]
		for e := range used {
			used[e] += float64(weight * value[e])
		}
		if c < len(x.maxPrice) {
			margin += float64(weight * x.maxPrice[c])
		}
	}
	margin = float64(pruneMargin*margin) + loss - switching
	limit := best + slack + float64(pruneMargin*(math.Abs(best)+slack)) + margin
	winner := 0
	for e := range used {
		dx, dy, dz := b.x2[e]-px, b.y2[e]-py, b.z2[e]-pz
		d2 := planar2(dx, dy) + square(dz)
		r := limit - used[e]
		if scale*d2*b.square2[e] > signedSquare(r) {
			continue
		}
		j := int(b.agent[e])
		if j == incumbent {
			continue
		}
		if allowed != nil && !allowed(i, j) {
			return false
		}
		cost := float64(float64(p.t.Round.of(p.length(d2))*factor) * b.factor2[e])
		if len(b.load) < b.columns {
			cost += b.value[len(b.load)][e]
		}
		cost += switching
		priced := cost
		for c := range b.load {
			priced += float64(b.weight[c][k] * b.value[c][e])
		}
		if cost < inf && priced <= best+slack {
			b.near = append(b.near, Candidate{j, cost, priced})
			if priced < best {
				best, winner = priced, e
				limit = best + slack + float64(pruneMargin*(math.Abs(best)+slack)) + margin
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

package gap

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/splitmix"
)

// chains improves a plan by ejection chains, accepted as in simulated annealing.
// A chain takes a unit from its agent, fills the room with the unit that fits
// best and is worth most there, fills the room that this one leaves, and so on;
// at every link the first unit may end it by going where the chain has come to,
// or to any other agent. The cheapest end counts.
//
// What is minimised is Σ reduced costs at the prices of the dual, plus what free
// room is worth, plus a charge for loads beyond the room, which rises while an
// agent is overloaded and falls while it is not: within the room this is the
// cost of the plan less a constant, and it shows which exchanges are nearly free.
//
// Yagiura, Ibaraki, Glover, "An ejection chain approach for the generalized
// assignment problem", INFORMS Journal on Computing 16 (2004), for chains and
// adaptive charges; the reduced costs and the annealing are ours.
type chains struct {
	p     *Problem
	rate  []float64 // per agent: what room is worth
	rc    []float64 // per pair: reduced cost; +Inf: may not
	least []float64 // per unit: that of its best agent
	scale float64   // of reduced costs: from the best agent of a unit to its second
	candidates
	longest int // links of a chain

	of     []int32
	free   []float64 // per agent
	charge []float64 // per agent: of a unit of load beyond the room

	best     []int32 // the best plan within the rooms
	bestCost float64 // +Inf: none yet

	random  splitmix.Source
	noise   []float64 // uniform in [0, 1)
	mark    []uint32  // per unit: the chain that has moved it
	stamp   uint32
	links   []int32  // the units moved by the chain, in order
	touched []change // rooms as the chain has left them
	work    int
}

// candidates are the pairs worth a thought: those whose reduced cost is within
// reach of the unit's best agent.
type candidates struct {
	reach  float64
	coming [][]visitor // per agent: the units
	going  [][]int32   // per unit: the agents
}

type visitor struct {
	unit     int32
	rc, load float64
}

type change struct {
	agent int32
	free  float64
}

const (
	shortChain = 6
	longChain  = 12
	noises     = 1 << 12
	crowd      = 120 // no more units than about these are looked at to fill a hole
)

func newChains(p *Problem, price, rate []float64, seed uint64) *chains {
	c := &chains{
		p: p, rate: slices.Clone(rate), rc: make([]float64, len(p.Cost)), least: make([]float64, p.Units),
		of: make([]int32, p.Units), free: make([]float64, p.Agents), charge: make([]float64, p.Agents),
		bestCost: math.Inf(1), longest: shortChain, random: splitmix.Source(seed),
		noise: make([]float64, noises+p.Units), mark: make([]uint32, p.Units),
	}
	spacing, counted := 0.0, 0
	for i := range p.Units {
		one, two := math.Inf(1), math.Inf(1)
		for j := range p.Agents {
			e := p.at(i, j)
			c.rc[e] = math.Inf(1)
			if p.may(i, j) {
				c.rc[e] = p.Cost[e] - price[i] + float64(rate[j]*p.Load[e])
			}
			if v := c.rc[e]; v < one {
				one, two = v, one
			} else if v < two {
				two = v
			}
		}
		c.least[i] = one
		if !math.IsInf(two, 1) {
			spacing += two - one
			counted++
		}
	}
	c.scale = math.Max(spacing/float64(max(counted, 1)), 1e-300)
	mean := 0.0
	for _, r := range rate {
		mean += r / float64(len(rate))
	}
	for j := range c.charge {
		c.charge[j] = math.Max(rate[j], mean)
		if c.charge[j] == 0 {
			c.charge[j] = 1e-9
		}
	}
	for k := range c.noise {
		c.noise[k] = c.random.Float()
	}
	return c
}

// use anneals in that manner from now on.
func (c *chains) use(m manner) { c.candidates, c.longest = m.candidates, m.longest }

// pairs are the candidates within reach.
func (c *chains) pairs(reach float64) candidates {
	p := c.p
	near := candidates{reach, make([][]visitor, p.Agents), make([][]int32, p.Units)}
	for j := range p.Agents {
		for i := range p.Units {
			if e := p.at(i, j); c.rc[e] <= c.least[i]+reach && !math.IsInf(c.rc[e], 1) {
				near.coming[j] = append(near.coming[j], visitor{int32(i), c.rc[e], p.Load[e]})
				near.going[i] = append(near.going[i], int32(j))
			}
		}
	}
	return near
}

// crowded is the reach beyond which there are too many candidates.
func (c *chains) crowded() float64 {
	var above []float64
	for e, v := range c.rc {
		if !math.IsInf(v, 1) {
			above = append(above, v-c.least[e%c.p.Units])
		}
	}
	slices.Sort(above)
	if enough := max(3*c.p.Units, crowd*c.p.Agents); enough < len(above) {
		return above[enough]
	}
	return math.Inf(1)
}

// start takes a plan, or where there is none gives every unit to the agent of
// its least reduced cost.
func (c *chains) start(of []int32) {
	for i := range c.of {
		if of != nil && !math.IsInf(c.rc[c.p.at(i, int(of[i]))], 1) {
			c.of[i] = of[i]
			continue
		}
		least := math.Inf(1)
		for _, j := range c.going[i] {
			if v := c.rc[c.p.at(i, int(j))]; v < least {
				least, c.of[i] = v, j
			}
		}
	}
	c.weigh()
}

// weigh sums the loads afresh.
func (c *chains) weigh() {
	copy(c.free, c.p.Room)
	for i, j := range c.of {
		c.free[j] -= c.p.Load[c.p.at(i, int(j))]
	}
}

// anneal cools from one temperature to another, both in scales, in so many
// sweeps over the units, and stays as cold for at most as many again until a
// plan keeps the rooms. It returns early when stop says so.
func (c *chains) anneal(from, to float64, sweeps int, stop func() bool) {
	temp := float64(from * c.scale)
	factor := 1 - detmath.Log(from/to)/float64(sweeps)
	for k := 0; k < sweeps || k < 2*sweeps && math.IsInf(c.bestCost, 1); k++ {
		if !c.sweep(temp, stop) {
			return
		}
		if k < sweeps {
			temp = float64(temp * factor)
		}
	}
}

// sweep tries as many chains as there are units. It reports false where stop
// ended it.
func (c *chains) sweep(temp float64, stop func() bool) bool {
	for k := range c.p.Units {
		if k&63 == 0 && stop() {
			return false
		}
		i := int32(c.random.Below(c.p.Units))
		threshold := float64(-detmath.Log(1-c.random.Float()) * temp)
		if c.try(i, temp, threshold) && c.within() {
			c.record()
		}
	}
	c.weigh()
	c.adapt()
	return true
}

// adapt raises the charge of overloaded agents and lowers that of the others.
func (c *chains) adapt() {
	for j := range c.charge {
		if c.free[j] < 0 {
			c.charge[j] *= 1.2
		} else {
			c.charge[j] = math.Max(float64(c.charge[j]*0.98), float64(0.2*c.rate[j])+1e-12)
		}
	}
}

func (c *chains) within() bool {
	for _, f := range c.free {
		if f < 0 {
			return false
		}
	}
	return true
}

// record keeps the plan if it is the best within the rooms.
func (c *chains) record() {
	if cost := c.p.cost(c.of); cost < c.bestCost {
		if c.weigh(); c.within() {
			c.best, c.bestCost = append(c.best[:0], c.of...), cost
		}
	}
}

// worth is what an agent's free room, or its overload, costs.
func (c *chains) worth(j int32, free float64) float64 {
	if free >= 0 {
		return float64(c.rate[j] * free)
	}
	return float64(-c.charge[j] * free)
}

// now is the room of an agent as the chain has left it.
func (c *chains) now(j int32) float64 {
	for q := len(c.touched) - 1; q >= 0; q-- {
		if c.touched[q].agent == j {
			return c.touched[q].free
		}
	}
	return c.free[j]
}

// try builds a chain from the unit and carries it out if it costs less than
// threshold.
func (c *chains) try(unit int32, temp, threshold float64) bool {
	n := c.p.Units
	c.stamp++
	c.work++
	c.mark[unit] = c.stamp
	c.links, c.touched = c.links[:0], c.touched[:0]
	from := c.of[unit]
	hole := from // the agent whose room is to be filled
	at := int(from)*n + int(unit)
	room := c.free[from] + c.p.Load[at]
	delta := -c.rc[at] - c.worth(from, c.free[from]) // without what the hole is worth
	best, length, to := c.end(unit, hole, room, delta)
	for len(c.links) < c.longest && best >= float64(-1e-9*c.scale) {
		next := c.fill(hole, room, temp)
		if next < 0 {
			break
		}
		c.mark[next] = c.stamp
		k := c.of[next]
		in, out := int(hole)*n+int(next), int(k)*n+int(next)
		room -= c.p.Load[in]
		delta += c.rc[in] - c.rc[out] + c.worth(hole, room)
		c.touched = append(c.touched, change{hole, room})
		c.links = append(c.links, next)
		free := c.now(k)
		delta -= c.worth(k, free)
		hole, room = k, free+c.p.Load[out]
		if d, _, j := c.end(unit, hole, room, delta); d < best {
			best, length, to = d, len(c.links), j
		}
	}
	if !(best < threshold) {
		return false
	}
	hole = from
	c.free[from] += c.p.Load[at]
	for _, i := range c.links[:length] {
		k := c.of[i]
		c.free[k] += c.p.Load[int(k)*n+int(i)]
		c.free[hole] -= c.p.Load[int(hole)*n+int(i)]
		c.of[i] = hole
		hole = k
	}
	c.of[unit] = to
	c.free[to] -= c.p.Load[int(to)*n+int(unit)]
	return true
}

// end is the cheapest way to end the chain at hand: the cost of all of it, its
// length, and the agent of its first unit. Back to where it was is none.
func (c *chains) end(unit, hole int32, room, delta float64) (best float64, length int, to int32) {
	n := c.p.Units
	best, length, to = math.Inf(1), len(c.links), -1
	for _, k := range c.going[unit] {
		if len(c.links) == 0 && k == hole {
			continue
		}
		e := int(k)*n + int(unit)
		d := delta + c.rc[e]
		if k == hole {
			d += c.worth(k, room-c.p.Load[e])
		} else {
			free := c.now(k)
			d += c.worth(hole, room) + c.worth(k, free-c.p.Load[e]) - c.worth(k, free)
		}
		if d < best {
			best, to = d, k
		}
	}
	return best, length, to
}

// fill chooses the unit that fills the hole best, noise aside; -1: none.
func (c *chains) fill(hole int32, room, temp float64) int32 {
	n := c.p.Units
	best, least := int32(-1), math.Inf(1)
	noise := c.noise[c.random.Uint64()&(noises-1):]
	rate, charge := c.rate[hole], c.charge[hole]
	for q := range c.coming[hole] {
		v := &c.coming[hole][q]
		i := v.unit
		if c.of[i] == hole || c.mark[i] == c.stamp {
			continue
		}
		d := v.rc - c.rc[int(c.of[i])*n+int(i)] + float64(temp*noise[q])
		if free := room - v.load; free >= 0 {
			d += float64(rate * free)
		} else {
			d -= float64(charge * free)
		}
		if d < least {
			best, least = i, d
		}
	}
	return best
}

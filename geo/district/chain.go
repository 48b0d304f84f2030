package district

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/splitmix"
)

// chain is one annealed search: a function of its number and the seed. It goes
// through connected plans only, by shifts of units over a border, exchanges of
// two units, and recombinations of two territories; loads outside the limits
// cost a penalty that rises while hardly a plan within them is met and falls
// while many are.
type chain struct {
	s      *state
	pen    penalty
	split  *splitter
	random splitmix.Source
	tables *tables
	cools  *[1025]float64
	edge   float64 // mean weight of an edge that has one: the unit of temperatures and penalties

	outside []float64 // per territory
	total   float64   // their sum

	units      []int32 // of a recombination
	recombines uint64  // how often there is one, of 2^30 steps

	temperature float64
	steps       int64 // done
	improved    int64 // steps when the best plan was found

	best    []int32 // the best plan so far
	bestCut float64
	bestOut float64

	cycle   int64   // steps from hot to cold
	began   int64   // when the cycle began
	dearest float64 // the most that the penalty's factor rises to
	window  int64   // since the factor was last looked at
	within  int64   // of these, with a plan within the limits
}

// Temperatures of a cycle, from hot to cold, in mean edge weights. Every other
// chain stays in the upper range, where plans still change as a whole: it finds
// what narrow limits hide, while those that end cold see to the last edge of
// large maps.
const (
	hot, warm   = 1.5, 0.4
	tepid, cold = 0.8, 0.15
)

// Of every 1,024 steps so many recombine and exchange; the others shift. Where
// territories have more than so many units, recombinations are rarer, so that
// they take no larger part of the time.
const (
	recombinations = 10
	exchanges      = 300
	recombinedSize = 128
)

const (
	shortCycle = 2_000     // steps per unit of the first cycle; each one is twice as long as the last
	firstCycle = 4_000_000 // but no more than this, so that large maps soon have a plan that has cooled
	longCycle  = 40_000    // steps per unit of the longest
)

// tables are what all chains read.
type tables struct {
	lots    [4096]float64    // quantiles of the exponential distribution
	cooling [2][1025]float64 // temperatures of a cycle, of odd chains and even ones
}

func newTables() *tables {
	var t tables
	detmath.Exponentials(t.lots[:])
	t.cooling[0] = cooling(hot, warm)
	t.cooling[1] = cooling(tepid, cold)
	return &t
}

// cooling is a geometric sequence.
func cooling(from, to float64) (temperatures [1025]float64) {
	ratio := to / from
	for range 10 {
		ratio = math.Sqrt(ratio)
	}
	temperatures[0] = from
	for i := range 1024 {
		temperatures[i+1] = temperatures[i] * ratio
	}
	return temperatures
}

// newChain begins with the plan of.
func newChain(m *model, weight []float64, of []int32, t *tables, seed uint64, number int) *chain {
	c := &chain{
		s: newState(m, of, weight), pen: newPenalty(m), split: newSplitter(m), random: splitmix.Fork(seed, uint64(number)), tables: t, cools: &t.cooling[number%2],
		outside: make([]float64, m.k), units: make([]int32, 0, m.n),
		best: make([]int32, m.n), bestCut: math.Inf(1), bestOut: math.Inf(1),
		cycle: min(shortCycle*int64(m.n), firstCycle),
	}
	weighty := 0
	for _, w := range weight {
		if w > 0 {
			weighty++
			c.edge += w
		}
	}
	if c.edge /= float64(max(1, weighty)); c.edge == 0 {
		c.edge = 1
	}
	// What the whole width of the narrowest limits costs, or a mean unit outside
	// where that is less: chains differ, since no price suits all maps.
	c.dearest = float64(int(2)<<(number%3)) * math.Max(1/c.pen.narrowest(), float64(m.n)/float64(m.k))
	c.recombines = recombinations << 20
	if m.n > recombinedSize*m.k {
		c.recombines = uint64(int64(c.recombines) * recombinedSize * int64(m.k) / int64(m.n))
	}
	c.begin()
	c.keep()
	return c
}

// begin starts a cycle.
func (c *chain) begin() {
	c.began = c.steps
	c.s.set(c.s.of) // the rounding of sums does not pile up
	c.total = 0
	for t := range c.outside {
		c.outside[t] = c.pen.outside(int32(t), c.s.loads(int32(t)))
		c.total += c.outside[t]
	}
	c.pen.factor = math.Min(float64(c.s.m.n)/float64(c.s.m.k), c.dearest)
	c.window, c.within = 0, 0
}

// keep remembers the plan if it is the best so far.
func (c *chain) keep() {
	out := c.total
	if isNegligible(out) {
		out = 0
	}
	if out < c.bestOut || out == c.bestOut && c.s.cut < c.bestCut {
		copy(c.best, c.s.of)
		c.bestCut, c.bestOut, c.improved = c.s.cut, out, c.steps
	}
}

// accepts is the rule of Metropolis, for costs in weights of edges.
func (c *chain) accepts(worse float64) bool {
	return worse <= 0 || worse < float64(c.temperature*c.tables.lots[c.random.Uint64()>>52])
}

// run does so many steps, unless the context ends.
func (c *chain) run(ctx context.Context, steps int64) {
	for end := c.steps + steps; c.steps < end && ctx.Err() == nil; {
		c.schedule()
		for stop := min(end, c.steps+1024); c.steps < stop; {
			c.steps++
			c.step()
		}
	}
}

// schedule sets the temperature and the price of what is outside.
func (c *chain) schedule() {
	if c.steps-c.began >= c.cycle {
		c.cycle = min(2*c.cycle, longCycle*int64(c.s.m.n))
		c.begin()
	}
	c.temperature = c.edge * c.cools[1024*(c.steps-c.began)/c.cycle]
	if c.window >= 4096 {
		switch {
		case 20*c.within < c.window:
			c.pen.factor = math.Min(c.pen.factor*1.1, c.dearest)
		case 3*c.within > c.window:
			c.pen.factor = math.Max(c.pen.factor/1.1, 1e-3)
		}
		c.window, c.within = 0, 0
	}
}

func (c *chain) step() {
	if len(c.s.boundary) == 0 {
		return // nothing can move
	}
	const scale = 1 << 20
	switch draw := c.random.Uint64() & (1024*scale - 1); {
	case draw < c.recombines:
		c.recombine()
	case draw < (recombinations+exchanges)*scale:
		c.exchange()
	default:
		c.shift()
	}
	c.window++
	if c.total <= negligible {
		c.within++
		if c.s.cut < c.bestCut || c.bestOut > 0 {
			c.keep()
		}
	} else if c.total < c.bestOut {
		c.keep()
	}
}

// price is the penalty of so much outside, in weights of edges.
func (c *chain) price(outside float64) float64 { return float64(c.pen.factor * c.edge * outside) }

// beyond draws a territory on the other side of a border of unit u.
func (c *chain) beyond(u int32) int32 {
	s := c.s
	skip := c.random.Below(int(s.foreign[u]))
	for _, v := range s.m.neighbors(u) {
		if s.of[v] != s.of[u] {
			if skip == 0 {
				return s.of[v]
			}
			skip--
		}
	}
	return s.of[u] // cannot be: foreign counts them
}

// shift moves a unit over a border.
func (c *chain) shift() {
	s := c.s
	u := s.boundary[c.random.Below(len(s.boundary))]
	from, to := s.of[u], c.beyond(u)
	if s.size[from] <= 1 || !s.m.may(u, to) {
		return
	}
	outFrom := c.pen.outsideWith(from, s.loads(from), u, -1)
	outTo := c.pen.outsideWith(to, s.loads(to), u, 1)
	outer := outFrom + outTo - c.outside[from] - c.outside[to]
	if !c.accepts(s.cutAfter(u, to)+c.price(outer)) || !s.removable(u) {
		return
	}
	s.move(u, to)
	c.total += outer
	c.outside[from], c.outside[to] = outFrom, outTo
}

// exchange moves a unit over a border and another one nearby back.
func (c *chain) exchange() {
	s, m := c.s, c.s.m
	u := s.boundary[c.random.Below(len(s.boundary))]
	a, b := s.of[u], c.beyond(u)
	if !m.may(u, b) {
		return
	}
	v := c.opposite(u, a, b)
	if v < 0 {
		return
	}
	grows := s.cutAfter(u, b) + s.cutAfter(v, a)
	for e := m.start[u]; e < m.start[u+1]; e++ {
		if m.adj[e] == v {
			grows += 2 * s.weight[e] // neither sees the other one leave
		}
	}
	outA, outB := c.outsideExchanged(a, u, v), c.outsideExchanged(b, v, u)
	outer := outA + outB - c.outside[a] - c.outside[b]
	if !c.accepts(grows+c.price(outer)) || !c.moveBoth(u, b, v, a) && !c.moveBoth(v, a, u, b) {
		return
	}
	c.total += outer
	c.outside[a], c.outside[b] = outA, outB
}

// opposite draws a unit of territory b at most three edges from u that may go
// to territory a and has a border; -1: none was found.
func (c *chain) opposite(u, a, b int32) int32 {
	s, m := c.s, c.s.m
	for range 4 {
		v := u
		walk := 1
		if c.random.Uint64()&1 == 0 {
			walk = 3
		}
		for range walk {
			near := m.neighbors(v)
			v = near[c.random.Below(len(near))]
		}
		if s.of[v] == b && s.foreign[v] > 0 && m.may(v, a) {
			return v
		}
	}
	return -1
}

// moveBoth moves u to territory b and then v to a, if all stays connected;
// otherwise nothing has happened.
func (c *chain) moveBoth(u, b, v, a int32) bool {
	s := c.s
	if !s.touches(u, b) || !s.removable(u) {
		return false
	}
	s.move(u, b)
	if s.touches(v, a) && s.removable(v) {
		s.move(v, a)
		return true
	}
	s.move(u, a)
	return false
}

// outsideExchanged is what territory t has outside after unit gone has left and
// unit come has joined.
func (c *chain) outsideExchanged(t, gone, come int32) float64 {
	less, more := c.s.m.values(gone), c.s.m.values(come)
	load := c.split.rest
	for r, l := range c.s.loads(t) {
		load[r] = l - less[r] + more[r]
	}
	return c.pen.outside(t, load)
}

// recombine merges two neighbouring territories and cuts them apart along a
// random spanning tree.
func (c *chain) recombine() {
	s, m, x := c.s, c.s.m, c.split
	u := s.boundary[c.random.Below(len(s.boundary))]
	a, b := s.of[u], c.beyond(u)
	c.units = c.units[:0]
	for _, t := range [2]int32{a, b} {
		for v := s.head[t]; v >= 0; v = s.next[v] {
			c.units = append(c.units, v)
		}
	}
	x.tree(c.units, &c.random)
	v, swapped, out := x.split(a, b, &c.pen, &c.random)
	if v < 0 {
		return
	}
	x.markBelow(v)
	below, above := a, b
	if swapped {
		below, above = b, a
	}
	stay, grows := 0, 0.0
	for _, u := range c.units {
		isBelow := x.below[u] == x.belowAt
		if isBelow == (s.of[u] == below) {
			stay++
		}
		for e := m.start[u]; e < m.start[u+1]; e++ {
			w := m.adj[e]
			if w < u || x.inside[w] != x.stamp {
				continue
			}
			if (x.below[w] == x.belowAt) != isBelow {
				grows += s.weight[e]
			}
			if s.of[w] != s.of[u] {
				grows -= s.weight[e]
			}
		}
	}
	if !c.accepts(grows + c.price(out-c.outside[a]-c.outside[b])) {
		return
	}
	if m.alike && 2*stay < len(c.units) {
		below, above = above, below
	}
	for _, u := range c.units {
		if x.below[u] == x.belowAt {
			s.move(u, below)
		} else {
			s.move(u, above)
		}
	}
	for _, t := range [2]int32{a, b} {
		now := c.pen.outside(t, s.loads(t))
		c.total += now - c.outside[t]
		c.outside[t] = now
	}
}

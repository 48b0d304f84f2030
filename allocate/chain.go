package allocate

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// chaining is what the searches for follow-up moves share. Its units are those
// that must be together, see contraction.
type chaining struct {
	x      *explainer
	c      *model
	price  [][]float64 // 0 where a limit without end has a price
	of     []int32     // per unit its agent, the dummy's index for none; immovable: neither may it move
	hold   [][]int32   // the movable units of every agent, and of nobody
	now    float64     // cost of the plan
	base   float64     // bound at the prices, a sum over the units: whoever may be with whomever
	reach  float64     // ≥ 0: no move has a priced cost below -reach
	worth  float64     // Σ |price|·room up to the limit that has it
	mutex  sync.Mutex
	out    []*moveList // per agent, from it
	in     []*moveList // per agent, to it
	finder *finder
}

const immovable = -2

// The sizes of a search for follow-up moves.
const (
	chainMoves = 2048 // of an agent
	chainReach = 8    // places that a unit of an overloaded agent may go to
	chainSteps = 50   // beginnings that are continued
)

// chainMove takes a unit of the contracted model from one agent to another.
type chainMove struct {
	unit, from, to int32
	extra, priced  float64
}

// moveList holds moves ascending in priced cost; those left out cost no less than rest.
type moveList struct {
	moves []chainMove
	rest  float64
}

// chaining prepares the searches, once.
func (w *WhatIf) chaining() (*chaining, error) {
	w.once.Do(func() { w.chains, w.failed = newChaining(w.x) })
	return w.chains, w.failed
}

func newChaining(x *explainer) (*chaining, error) {
	m, err := x.m.contracted()
	if err != nil {
		return nil, err
	}
	c := &chaining{
		x: x, c: m, of: make([]int32, m.n), hold: make([][]int32, m.m+1),
		out: make([]*moveList, m.m), in: make([]*moveList, m.m),
	}
	for k := range m.r {
		row := make([]float64, m.m)
		for j := range row {
			if v := x.price(k, j); v < 0 || !math.IsInf(m.upper[k][j], 1) {
				row[j] = v
			}
			limit := x.low(k, j)
			if row[j] > 0 {
				limit = x.high(k, j)
			}
			c.worth += math.Abs(float64(row[j] * (limit - x.loads[k][j])))
		}
		c.price = append(c.price, row)
	}
	var now sum
	for g := range c.of {
		family := c.members(g)
		c.of[g] = int32(m.m)
		if j := x.r.Plan.Of(int(family[0])); j >= 0 {
			c.of[g] = int32(j)
		}
		whole := true
		for _, s := range x.shares(family) {
			if cost := x.cost(s.Unit, s.Agent); !math.IsInf(cost, 1) {
				now.add(float64(s.Fraction * cost))
			}
			whole = whole && (int32(s.Agent) == c.of[g] || s.Agent < 0 && int(c.of[g]) == m.m)
		}
		if whole && m.fixed(g) < 0 {
			c.hold[c.of[g]] = append(c.hold[c.of[g]], int32(g))
		} else if !whole {
			c.of[g] = immovable
		}
	}
	c.now = now.total()
	c.base = m.loose().bound(c.price)
	c.finder = m.finder(c.price)
	c.reach = c.farthest()
	return c, nil
}

// high and low are the limits that no follow-up may break: those of the problem,
// or the present load where it is outside.
func (x *explainer) high(k, j int) float64 { return math.Max(x.m.upper[k][j], x.loads[k][j]) }
func (x *explainer) low(k, j int) float64  { return math.Min(x.m.lower[k][j], x.loads[k][j]) }

// members are the units that make up unit g of the contracted model.
func (c *chaining) members(g int) []int32 {
	if c.c.family == nil {
		return []int32{int32(g)}
	}
	return c.c.family.members(g)
}

// group is the unit of the contracted model that unit i is part of.
func (c *chaining) group(i int) int32 {
	if c.c.family == nil {
		return int32(i)
	}
	return c.c.family.of[i]
}

// place is the agent, or Unassigned for the index after the last one.
func (c *chaining) place(j int32) int {
	if int(j) == c.c.m {
		return partition.Unassigned
	}
	return int(j)
}

// priced is the cost of the unit with agent j at the prices.
func (c *chaining) priced(g, j int) (cost, priced float64) {
	if j == c.c.m && c.c.dummy < 0 {
		if c.of[g] == int32(j) {
			return 0, 0 // it must be served and is not: nothing is paid
		}
		return math.Inf(1), math.Inf(1)
	}
	cost = c.c.cost(g, j)
	if j == c.c.m {
		if math.IsInf(cost, 1) && c.of[g] == int32(j) {
			return 0, 0
		}
		return cost, cost
	}
	priced = cost
	for k := range c.c.r {
		priced += float64(c.c.loadOf(k, g, j) * c.price[k][j])
	}
	return cost, priced
}

// farthest is how far below its present priced cost a unit can get at most.
func (c *chaining) farthest() float64 {
	far := make([]float64, groups)
	parallel.For(groups, func(part int) {
		var s scratch
		lo, hi := span(c.c.n, part)
		for g := lo; g < hi; g++ {
			if c.of[g] == immovable || c.c.fixed(g) >= 0 {
				continue
			}
			if near := c.finder.near(&s, g, 0); len(near) > 0 {
				_, now := c.priced(g, int(c.of[g]))
				far[part] = math.Max(far[part], now-near[0].Priced)
			}
		}
	})
	return slices.Max(far)
}

// atLeast bounds the cost of every plan that has unit i with agent j, less that
// of the present plan.
func (c *chaining) atLeast(i, j int) float64 {
	g := int(c.group(i))
	var s scratch
	near := c.finder.near(&s, g, 0)
	if len(near) == 0 {
		return math.Inf(1)
	}
	if j == partition.Unassigned {
		j = c.c.m
	}
	_, there := c.priced(g, j)
	size := math.Abs(c.base) + math.Abs(c.now) + math.Abs(there) + math.Abs(near[0].Priced)
	for k := range c.c.r {
		for j, v := range c.price[k] {
			if v != 0 {
				size = math.Max(size, math.Abs(float64(v*c.c.loadOf(k, g, j)))+size)
			}
		}
	}
	return c.base - near[0].Priced + there - c.now - float64(float64(c.c.r+16)*unitRounding*size)
}

// moveFrom lists what can leave agent j, moveTo what can come.
func (c *chaining) moveFrom(j int32) *moveList {
	return c.cached(c.out, j, func(l *moveList) {
		for _, g := range c.hold[j] {
			own := len(l.moves)
			for to := range c.c.agents() {
				if int32(to) != j {
					c.add(l, int(g), j, int32(to))
				}
			}
			if l.cut(own, chainReach); len(l.moves) > 2*chainMoves {
				l.cut(0, chainMoves)
			}
		}
	})
}

func (c *chaining) moveTo(j int32) *moveList {
	return c.cached(c.in, j, func(l *moveList) {
		for from := range c.hold {
			if int32(from) == j {
				continue
			}
			for _, g := range c.hold[from] {
				c.add(l, int(g), int32(from), j)
			}
			if len(l.moves) > 2*chainMoves {
				l.cut(0, chainMoves)
			}
		}
	})
}

// movesOf lists where the unit can go.
func (c *chaining) movesOf(g int32) *moveList {
	l := &moveList{rest: math.Inf(1)}
	for to := range c.c.agents() {
		if int32(to) != c.of[g] {
			c.add(l, int(g), c.of[g], int32(to))
		}
	}
	l.cut(0, len(l.moves))
	return l
}

func (c *chaining) cached(lists []*moveList, j int32, fill func(l *moveList)) *moveList {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if lists[j] == nil {
		l := &moveList{rest: math.Inf(1)}
		fill(l)
		l.cut(0, chainMoves)
		lists[j] = l
	}
	return lists[j]
}

func (c *chaining) add(l *moveList, g int, from, to int32) {
	cost, priced := c.priced(g, int(to))
	if math.IsInf(cost, 1) {
		return
	}
	was, worth := c.priced(g, int(from))
	l.moves = append(l.moves, chainMove{int32(g), from, to, cost - was, priced - worth})
}

// cut sorts the moves from a position on and keeps so many of them.
func (l *moveList) cut(from, most int) {
	slices.SortFunc(l.moves[from:], func(a, b chainMove) int {
		return cmp.Or(cmp.Compare(a.priced, b.priced), cmp.Compare(a.unit, b.unit), cmp.Compare(a.to, b.to))
	})
	if len(l.moves)-from > most {
		l.rest = math.Min(l.rest, l.moves[from+most].priced)
		l.moves = l.moves[:from+most]
	}
}

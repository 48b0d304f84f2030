package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
)

// medianClimb raises the dual by subgradients.
type medianClimb struct {
	d     *medianDual
	best  []float64 // multipliers of the best bound
	bound float64

	start []int32 // per centre the units that may be worth something there
	unit  []int32
	cost  []float64
	most  []float64 // per unit the largest multiplier for which the lists are complete
	whole bool      // all costs are whole numbers, as far as that was looked at

	u, way []float64
	pace   float64
	stall  int
	done   bool
}

const (
	climbEntries = 1 << 22 // of the lists of a climb, at most
	climbScan    = 1 << 14 // units up to which all pairs are looked at
)

// newMedianClimb lists the pairs that can matter; nil where there are too many.
func newMedianClimb(ctx context.Context, m *medianModel, plan medianPlan) *medianClimb {
	reach := min(m.n-1, max(40, 6*m.n/m.k))
	reach = min(reach, climbEntries/m.n)
	if reach < 1 || m.n > climbScan && !m.exact {
		return nil
	}
	c := &medianClimb{d: newMedianDual(m), bound: math.Inf(-1), most: make([]float64, m.n), u: make([]float64, m.n),
		way: make([]float64, m.n), pace: 1.5}
	near := make([][]nearest.Hit, m.n)
	broken := make([]bool, groups)
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		var q nearest.Heap
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			q.Reset(reach + 1)
			if m.exact {
				m.places.Search(&q, m.at(i), int32(i), math.MaxInt)
				for k, e := range q.Found {
					q.Found[k].Distance = m.cost(i, int(e.Point))
				}
			} else {
				for j := range m.n {
					d := m.cost(i, j)
					if j != i {
						q.Add(d, int32(j))
					}
					broken[g] = broken[g] || d != math.Floor(d)
				}
			}
			q.Sorted()
			near[i] = slices.Clone(q.Found)
			c.most[i] = math.MaxFloat64
			if len(q.Found) <= reach {
				continue
			}
			c.most[i] = near[i][reach].Distance
			if m.exact {
				c.most[i] -= float64(1e-9 * c.most[i]) // order by coordinates and by distance may differ in the last bits
			}
			near[i] = near[i][:reach]
		}
	})
	if ctx.Err() != nil {
		return nil
	}
	c.whole = !m.exact && !slices.Contains(broken, true)
	c.start = make([]int32, m.n+1)
	for i := range near {
		for _, e := range near[i] {
			if c.d.room[e.Point] >= 0 && !math.IsInf(e.Distance, 1) {
				c.start[e.Point+1]++
			}
		}
	}
	for k := range m.n {
		c.start[k+1] += c.start[k]
	}
	c.unit, c.cost = make([]int32, c.start[m.n]), make([]float64, c.start[m.n])
	next := slices.Clone(c.start)
	for i := range near {
		for _, e := range near[i] {
			if c.d.room[e.Point] >= 0 && !math.IsInf(e.Distance, 1) {
				at := next[e.Point]
				next[e.Point]++
				c.unit[at], c.cost[at] = int32(i), e.Distance
			}
		}
	}
	mean := 0.0
	for i, t := range plan.of {
		if x := m.cost(i, int(plan.med[t])); !math.IsInf(x, 1) {
			c.u[i] = x
			mean += x / float64(m.n)
		}
	}
	for i := range c.u {
		c.u[i] = math.Min(c.u[i]+mean, c.most[i])
	}
	return c
}

// proved is the best bound, and how it was obtained. Costs that are whole
// numbers add up to one.
func (c *medianClimb) proved() (bound float64, proof string) {
	if c.whole && !math.IsInf(c.bound, 0) {
		return math.Ceil(c.bound), "multipliers, whole costs"
	}
	return c.bound, "multipliers"
}

// step makes one step towards a plan of the given cost, and counts the work.
func (c *medianClimb) step(target float64) (work int) {
	m := c.d.m
	value := c.d.evaluate(c.u, func(at int, items []knapsackItem) []knapsackItem {
		for e := c.start[at]; e < c.start[at+1]; e++ {
			i := c.unit[e]
			if g := c.u[i] - c.cost[e]; g > 0 {
				items = append(items, item(g, m.value[i], i))
			}
		}
		return items
	})
	if value > c.bound {
		if value > c.bound+float64(1e-5*math.Abs(value)) {
			c.stall = 0
		}
		c.bound, c.best = value, append(c.best[:0], c.u...)
	}
	if c.stall++; c.stall > 15 {
		c.stall = 0
		c.pace *= 0.6
		copy(c.u, c.best)
		c.done = c.pace < 1e-3
	}
	square, along := 0.0, 0.0
	for i, s := range c.d.served {
		c.way[i] = 1 - s + float64(0.6*c.way[i])
		square += float64(c.way[i] * c.way[i])
		along += float64(c.way[i] * (1 - s))
	}
	if square == 0 {
		c.done = true
		return len(c.unit)/6 + 1
	}
	length := float64(c.pace*(float64(1.02*target)-value)) / square
	if length <= 0 {
		length = float64(c.pace*1e-3*math.Abs(target)) / square
	}
	for i, w := range c.way {
		c.u[i] = math.Min(c.u[i]+float64(length*w), c.most[i])
	}
	return len(c.unit)/6 + 1
}

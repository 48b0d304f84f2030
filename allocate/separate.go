package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// clash is a unit at agent j that must not share it with unit i, or -1.
func (m *model) clash(of []int32, i, j int) int {
	if m.apart == nil || j == m.dummy {
		return -1
	}
	return m.apart.clash(of, i, j)
}

// separate moves units that must be apart to agents of their own, in place, at
// little cost at the prices, which stand for the room that they take. Where no
// unit is part of two lists, that is an assignment problem for each list, the
// optimum. Lists that overlap stand in each other's way; the better one is kept
// then of two ways: to go list by list, and to go unit by unit. What still shares
// an agent after that moves on one by one, see scatter.
func (m *model) separate(ctx context.Context, prices [][]float64, of []int32) {
	if m.apart.surplus(of, m.m) == 0 {
		return
	}
	f := m.finder(prices)
	overlap := false
	for i := range m.n {
		overlap = overlap || len(m.apart.listsOf(i)) > 1
	}
	var other []int32
	if overlap {
		other = slices.Clone(of)
		m.spread(f, other)
		m.scatter(ctx, f, other)
	}
	m.separateLists(ctx, f, of)
	m.scatter(ctx, f, of)
	if overlap {
		surplus, cost := m.apart.surplus(of, m.m), f.pricedPlan(of)
		if s := m.apart.surplus(other, m.m); s < surplus || s == surplus && f.pricedPlan(other) < cost {
			copy(of, other)
		}
	}
}

// pricedPlan is the priced cost of the units that must be apart from somebody.
func (f *finder) pricedPlan(of []int32) float64 {
	var total sum
	for i, j := range of {
		if len(f.m.apart.listsOf(i)) == 0 {
			continue
		}
		if int(j) == f.m.dummy {
			total.add(f.m.cost(i, int(j)))
		} else if c := f.candidate(i, int(j)).Priced; !math.IsInf(c, 1) {
			total.add(c)
		}
	}
	return total.total()
}

// separateLists goes list by list, the heaviest first: the free units of a list
// whose units share an agent are assigned to different ones. Units of lists that
// were looked at before stay. Where that is no good for a list, its units stay as
// they are.
func (m *model) separateLists(ctx context.Context, f *finder, of []int32) {
	lists := m.apart.lists
	weight, order := make([]float64, len(lists)), make([]int, len(lists))
	for k, list := range lists {
		order[k] = k
		for _, i := range list {
			for r := range m.r {
				if j := int(of[i]); j >= 0 && j != m.dummy {
					weight[k] += m.loadOf(r, int(i), j)
				}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	settled := map[int32]bool{}
	for _, k := range order {
		var free []int32
		crowded := m.apart.crowded(of, k, m.m)
		for _, i := range lists[k] {
			if crowded && !settled[i] && m.fixed(int(i)) < 0 {
				free = append(free, i)
			}
		}
		if len(free) > 0 {
			d := m.distinct(f, free, func(i, j int) bool {
				for _, l := range m.apart.listsOf(i) {
					for _, h := range m.apart.lists[l] {
						if int(of[h]) == j && (settled[h] || m.fixed(int(h)) >= 0) {
							return false
						}
					}
				}
				return true
			})
			if d.solve(ctx) {
				for at, i := range free {
					of[i] = d.of[at]
				}
			}
		}
		for _, i := range lists[k] {
			settled[i] = true
		}
	}
}

// widen adds agents to the candidates of the units that must be apart: a unit of
// a list of ten may have to go to the tenth best. All that may serve it are
// listed where all lists are complete, else the best at the prices.
func (x *relaxation) widen(c *candidates) *candidates {
	m := x.m
	if m.apart == nil {
		return c
	}
	f := m.finder(x.prices)
	longest := 0
	for _, list := range m.apart.lists {
		longest = max(longest, len(list))
	}
	var s scratch
	var row []Candidate
	return m.listed(func(i int) []Candidate {
		row = row[:0]
		if len(m.apart.listsOf(i)) > 0 {
			row = append(row, f.near(&s, i, math.Inf(1))...)
			if most := 8 + min(longest, 64); !x.complete() && len(row) > most {
				row = row[:most]
			}
		}
		near := row
		for e := c.start[i]; e < c.start[i+1]; e++ {
			if j := int(c.agent[e]); !lists(near, j) {
				row = append(row, Candidate{Agent: j, Cost: c.cost[e]})
			}
		}
		slices.SortFunc(row, func(a, b Candidate) int { return a.Agent - b.Agent })
		return row
	})
}

// crowd keeps, for a plan that is being improved, the units that must be apart
// by agent, and how many of these are too many.
type crowd struct {
	*apartness
	units   [][]int32 // per agent
	surplus []int32   // per agent
	seen    []int32   // scratch
}

func newCrowd(m *model, of []int32) *crowd {
	if m.apart == nil {
		return nil
	}
	c := &crowd{apartness: m.apart, units: make([][]int32, m.agents()), surplus: make([]int32, m.agents())}
	for i, j := range of {
		if len(c.listsOf(i)) > 0 {
			c.units[j] = append(c.units[j], int32(i))
		}
	}
	for j := range m.m {
		c.count(int32(j))
	}
	return c
}

// moved notes that unit i went from one agent to another; surplus of the dummy is 0.
func (c *crowd) moved(i, from, to int32, dummy int) {
	if c == nil || from == to || len(c.listsOf(int(i))) == 0 {
		return
	}
	at := slices.Index(c.units[from], i)
	c.units[from] = slices.Delete(c.units[from], at, at+1)
	c.units[to] = append(c.units[to], i)
	for _, j := range [2]int32{from, to} {
		if int(j) != dummy {
			c.count(j)
		}
	}
}

func (c *crowd) count(j int32) {
	c.seen = c.seen[:0]
	for _, i := range c.units[j] {
		c.seen = append(c.seen, c.listsOf(int(i))...)
	}
	slices.Sort(c.seen)
	c.surplus[j] = 0
	for k := 1; k < len(c.seen); k++ {
		if c.seen[k] == c.seen[k-1] {
			c.surplus[j]++
		}
	}
}

// over is the number of units that are too many at agent j.
func (c *crowd) over(j int32) float64 {
	if c == nil {
		return 0
	}
	return float64(c.surplus[j])
}

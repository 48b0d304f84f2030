package allocate

import (
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// contraction is a partition of the units of a model into what has to stay
// together: families, and single units. In the contracted model each of them is
// one unit, whose costs, loads and penalties are the sums of its members'. It
// may be served by whom all members may be served by, and stay unassigned where
// all of them may. Contracted units are numbered by their first members.
//
// Plans, bounds and prices of the contracted model are those of the original
// one: a unit of work is not done twice, and no solver has to know of families.
type contraction struct {
	base   *model
	of     []int32 // per unit: the contracted unit that it is part of
	start  []int32 // per contracted unit, and one more: where its members begin
	member []int32 // ascending for each contracted unit
}

// contract merges the lists that have units in common; nil where every unit
// stands alone.
func (m *model) contract() *contraction {
	if !slices.ContainsFunc(m.p.Together, plural) {
		return nil
	}
	parent := make([]int32, m.n)
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, list := range m.p.Together {
		for _, i := range list {
			a, b := root(int32(list[0])), root(int32(i))
			parent[max(a, b)] = min(a, b) // a root is the first of its family
		}
	}
	c := &contraction{base: m, of: make([]int32, m.n)}
	for i := range c.of {
		if r := root(int32(i)); int(r) == i {
			c.of[i] = int32(len(c.start))
			c.start = append(c.start, 0)
		} else {
			c.of[i] = c.of[r]
		}
		c.start[c.of[i]]++
	}
	at := int32(0)
	for g, count := range c.start {
		c.start[g] = at
		at += count
	}
	c.start = append(c.start, at)
	c.member = make([]int32, m.n)
	next := slices.Clone(c.start)
	for i, g := range c.of {
		c.member[next[g]] = int32(i)
		next[g]++
	}
	return c
}

// plural reports whether a list asks for anything.
func plural(list []int) bool { return len(list) > 1 }

// units is the number of contracted units.
func (c *contraction) units() int { return len(c.start) - 1 }

// members are the units that make up contracted unit g.
func (c *contraction) members(g int) []int32 { return c.member[c.start[g]:c.start[g+1]] }

// single reports whether contracted unit g is one unit, and which.
func (c *contraction) single(g int) (unit int, ok bool) {
	at := c.start[g]
	return int(c.member[at]), c.start[g+1] == at+1
}

// sum is that of x over the members of contracted unit g; +Inf where an x is.
func (c *contraction) sum(g int, x func(i int) float64) float64 {
	var s sum
	for _, i := range c.members(g) {
		v := x(int(i))
		if math.IsInf(v, 1) {
			return v
		}
		s.add(v)
	}
	return s.total()
}

// name is what a contracted unit is called in a sentence: "Acme + Acme UK".
func (c *contraction) name(g int) string {
	const listed = 3
	s := ""
	for k, i := range c.members(g) {
		if k == listed {
			return s + " + " + counted(len(c.members(g))-listed, "more unit")
		}
		if k > 0 {
			s += " + "
		}
		s += c.base.unit(int(i))
	}
	return s
}

// divide is the advice to let several agents serve unit i.
func (m *model) divide(i int) string {
	if m.family != nil && len(m.family.members(i)) > 1 {
		return "let several agents serve them"
	}
	return "divide the unit"
}

// expand gives every unit what its contracted unit has.
func (c *contraction) expand(of []int32) []int32 {
	all := make([]int32, len(c.of))
	for i, g := range c.of {
		all[i] = of[g]
	}
	return all
}

// contracted is the model in which what has to stay together is one unit, and
// which knows who must not share an agent; m itself where there is neither. The
// error is infeasible: families that have no agent in common, and units that
// cannot be kept apart.
func (m *model) contracted() (*model, error) {
	c := m.contract()
	if c == nil && !slices.ContainsFunc(m.p.Apart, plural) {
		return m, nil
	}
	q := m
	if c != nil {
		if err := c.torn(); err != nil {
			return nil, err
		}
		q = c.model()
	}
	return q.parted(m, c)
}

// model is the contracted one.
func (c *contraction) model() *model {
	m, n := c.base, c.units()
	p := *m.p
	p.Together, p.Apart = nil, nil
	p.UnitLabel = c.name
	p.Cost = c.costs(m.p.Cost)
	p.Measures = slices.Clone(p.Measures)
	p.Load = slices.Clone(p.Load)
	q := *m
	q.p, q.n, q.family = &p, n, c
	q.value, q.load = make([][]float64, m.r), make([]Costs, m.r)
	for r := range m.r {
		if m.load[r] != nil {
			q.load[r] = c.sums(m.load[r])
			p.Load[r] = q.load[r]
			continue
		}
		q.value[r] = make([]float64, n)
		for g := range q.value[r] {
			q.value[r][g] = c.sum(g, func(i int) float64 { return m.value[r][i] })
		}
		p.Measures[r].Value = q.value[r]
	}
	if allowed := m.p.Allowed; allowed != nil {
		p.Allowed = func(g, j int) bool {
			for _, i := range c.members(g) {
				if !allowed(int(i), j) {
					return false
				}
			}
			return true
		}
	}
	if m.p.Fixed != nil {
		p.Fixed = make([]int, n)
		for g := range p.Fixed {
			p.Fixed[g] = partition.Unassigned
			for _, i := range c.members(g) {
				p.Fixed[g] = max(p.Fixed[g], m.p.Fixed[i])
			}
		}
	}
	if m.p.Penalty != nil {
		p.Penalty = make([]float64, n)
		for g := range p.Penalty {
			p.Penalty[g] = c.sum(g, func(i int) float64 { return m.p.Penalty[i] })
		}
	}
	return &q
}

// inUnits is the error in terms of the original units.
func (m *model) inUnits(err error) error {
	if m.family == nil || err == nil {
		return err
	}
	switch e := err.(type) {
	case *partition.InfeasibleError:
		all := *e
		all.Units = nil
		for _, g := range e.Units {
			for _, i := range m.family.members(g) {
				all.Units = append(all.Units, int(i))
			}
		}
		slices.Sort(all.Units)
		return &all
	case interface{ Unwrap() []error }:
		errs := slices.Clone(e.Unwrap())
		for k := range errs {
			errs[k] = m.inUnits(errs[k])
		}
		return errors.Join(errs...)
	}
	return err
}

// shares are those of the units that make up unit g of a contracted model.
func (m *model) shares(g, agent int, fraction float64) []Share {
	if m.family == nil {
		return []Share{{g, agent, fraction}}
	}
	var all []Share
	for _, i := range m.family.members(g) {
		all = append(all, Share{int(i), agent, fraction})
	}
	return all
}

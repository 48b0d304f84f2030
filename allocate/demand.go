package allocate

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Demand is one thing that a [Problem] asks of a plan. It is plain data, with
// its sentence, and can be stored.
type Demand struct {
	Kind DemandKind

	// What it is about; -1 where the kind has none: the unit of ServiceDemand,
	// LockDemand and EligibilityDemand; the agent of LockDemand, CapacityDemand,
	// FloorDemand and, in place of a unit, EligibilityDemand; the measure of
	// CapacityDemand and FloorDemand; the position in Problem.Together or
	// Problem.Apart of TogetherDemand and ApartDemand.
	Unit, Agent, Measure, List int

	Limit float64 // of CapacityDemand and FloorDemand; else 0

	// Units of a list, or those that the agent of an EligibilityDemand may serve;
	// Agents that may serve its unit. Ascending; else nil.
	Units, Agents []int

	Text string // "Li can take 50 hours", with the caller's names
}

// String is Text.
func (d Demand) String() string { return d.Text }

// DemandKind is what a [Demand] asks for.
type DemandKind uint8

// The kinds of demands.
const (
	CapacityDemand    DemandKind = iota // the load of an agent is at most its upper limit
	FloorDemand                         // the load of an agent is at least its lower limit
	TogetherDemand                      // the units of a list share an agent
	ApartDemand                         // no two units of a list share an agent
	LockDemand                          // a unit is with the agent it is fixed to
	EligibilityDemand                   // a unit is with none but some agents, or an agent has none but some units
	ServiceDemand                       // a unit is not left unassigned
)

func (k DemandKind) String() string {
	switch k {
	case CapacityDemand:
		return "capacity"
	case FloorDemand:
		return "floor"
	case TogetherDemand:
		return "together"
	case ApartDemand:
		return "apart"
	case LockDemand:
		return "lock"
	case EligibilityDemand:
		return "eligibility"
	case ServiceDemand:
		return "service"
	}
	return "unknown"
}

// clause is a Demand without what can be looked up.
type clause struct {
	kind                       DemandKind
	unit, agent, measure, list int32
}

// catalogue numbers everything that a problem asks for.
type catalogue struct {
	m       *model // validated; its units may have nowhere to go
	clauses []clause

	// Positions in clauses, -1 where there is none.
	service, lock, only []int32   // per unit
	serves              []int32   // per agent
	upper, lower        [][]int32 // [r][m]
	together, apart     []int32   // per list

	who    *eligibility // of the units as if none were fixed
	within []uint64     // its groups as sets of agents, wide words each
	wide   int
}

// catalogue lists the demands of a problem, those first that explain best.
// O(n·m) on all processors, for eligibility.
func (m *model) catalogue(ctx context.Context) (*catalogue, error) {
	free, p := *m, *m.p
	p.Fixed, free.p = nil, &p
	who, err := free.eligible(ctx, true, nil)
	if err != nil {
		return nil, err
	}
	c := &catalogue{
		who: who, wide: (m.m + 63) / 64,
		m:       m,
		service: none(m.n), lock: none(m.n), only: none(m.n), serves: none(m.m),
		together: none(len(m.p.Together)), apart: none(len(m.p.Apart)),
	}
	c.within = make([]uint64, (len(who.start)-1)*c.wide)
	for g := range len(who.start) - 1 {
		for _, j := range who.agents(g) {
			c.within[g*c.wide+int(j)>>6] |= 1 << (j & 63)
		}
	}
	add := func(at *int32, kind DemandKind, unit, agent, measure, list int) {
		*at = int32(len(c.clauses))
		c.clauses = append(c.clauses, clause{kind, int32(unit), int32(agent), int32(measure), int32(list)})
	}
	for r := range m.r {
		c.upper, c.lower = append(c.upper, none(m.m)), append(c.lower, none(m.m))
		for j := range m.m {
			if !math.IsInf(m.upper[r][j], 1) {
				add(&c.upper[r][j], CapacityDemand, -1, j, r, -1)
			}
		}
		for j := range m.m {
			if m.lower[r][j] > 0 {
				add(&c.lower[r][j], FloorDemand, -1, j, r, -1)
			}
		}
	}
	for k, list := range m.p.Together {
		if len(list) > 1 {
			add(&c.together[k], TogetherDemand, -1, -1, -1, k)
		}
	}
	for k, list := range m.p.Apart {
		if len(list) > 1 {
			add(&c.apart[k], ApartDemand, -1, -1, -1, k)
		}
	}
	for i := range m.n {
		if j := m.fixed(i); j >= 0 {
			add(&c.lock[i], LockDemand, i, j, -1, -1)
		}
	}
	for i := range m.n {
		if len(c.agents(i)) < m.m {
			add(&c.only[i], EligibilityDemand, i, -1, -1, -1)
		}
	}
	for j := range m.m {
		for g := range len(c.who.start) - 1 {
			if c.within[g*c.wide+j>>6]>>(j&63)&1 == 0 {
				add(&c.serves[j], EligibilityDemand, -1, j, -1, -1)
				break
			}
		}
	}
	for i := range m.n {
		if m.dummy < 0 || math.IsInf(m.p.Penalty[i], 1) {
			add(&c.service[i], ServiceDemand, i, -1, -1, -1)
		}
	}
	return c, nil
}

func none(n int) []int32 { return slices.Repeat([]int32{-1}, n) }

// may reports whether agent j may serve unit i, locks apart.
func (c *catalogue) may(i, j int) bool {
	return c.within[c.who.group[i]*c.wide+j>>6]>>(j&63)&1 != 0
}

// agents are those that may serve unit i, ascending, locks apart.
func (c *catalogue) agents(i int) []int32 { return c.who.agents(c.who.group[i]) }

// could reports whether the loads of the pair are known, so that agent j could
// serve unit i if it were allowed to.
func (c *catalogue) could(i, j int) bool {
	for r := range c.m.r {
		if c.m.load[r] != nil && wrongLoad(c.m.load[r].At(i, j)) != "" {
			return false
		}
	}
	return true
}

// all lists the positions of all demands.
func (c *catalogue) all() []int32 {
	ids := make([]int32, len(c.clauses))
	for k := range ids {
		ids[k] = int32(k)
	}
	return ids
}

// demand is the clause in full.
func (c *catalogue) demand(id int32) Demand {
	x, m := c.clauses[id], c.m
	d := Demand{Kind: x.kind, Unit: int(x.unit), Agent: int(x.agent), Measure: int(x.measure), List: int(x.list)}
	switch x.kind {
	case CapacityDemand:
		d.Limit = m.upper[x.measure][x.agent]
		d.Text = fmt.Sprintf("%s can take %s", m.agent(d.Agent), m.quantity(d.Measure, d.Limit))
	case FloorDemand:
		d.Limit = m.lower[x.measure][x.agent]
		d.Text = fmt.Sprintf("%s must get %s", m.agent(d.Agent), m.quantity(d.Measure, d.Limit))
	case TogetherDemand:
		d.Units = sorted(m.p.Together[x.list])
		d.Text = fmt.Sprintf("%s must share an agent", named(d.Units, m.unit))
	case ApartDemand:
		d.Units = sorted(m.p.Apart[x.list])
		d.Text = fmt.Sprintf("%s must not share an agent", named(d.Units, m.unit))
	case LockDemand:
		d.Text = fmt.Sprintf("%s is fixed to %s", m.unit(d.Unit), m.agent(d.Agent))
	case ServiceDemand:
		d.Text = m.unit(d.Unit) + " must be served"
	case EligibilityDemand:
		if d.Unit < 0 {
			for i := range m.n {
				if c.may(i, d.Agent) {
					d.Units = append(d.Units, i)
				}
			}
			d.Text = fmt.Sprintf("%s may serve %s", m.agent(d.Agent), onlyThese(d.Units, m.unit))
			break
		}
		for _, j := range c.agents(d.Unit) {
			d.Agents = append(d.Agents, int(j))
		}
		if len(d.Agents) == 0 {
			d.Text = "nobody may serve " + m.unit(d.Unit)
		} else {
			d.Text = fmt.Sprintf("only %s may serve %s", m.some(d.Agents), m.unit(d.Unit))
		}
	}
	return d
}

// some names agents, or those that are missing where that is shorter.
func (m *model) some(agents []int) string {
	if 2*len(agents) <= m.m || m.m < 6 {
		return named(agents, m.agent)
	}
	var others []int
	for j := range m.m {
		if !slices.Contains(agents, j) {
			others = append(others, j)
		}
	}
	return "agents other than " + named(others, m.agent)
}

func onlyThese(units []int, name func(int) string) string {
	if len(units) == 0 {
		return "no unit"
	}
	return "only " + named(units, name)
}

func sorted(list []int) []int {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// quantity is an amount of measure r: "50 hours", "load 50".
func (m *model) quantity(r int, x float64) string {
	if name := m.p.Measures[r].Name; name != "" {
		return number(x) + " " + name
	}
	return m.measure(r) + " " + number(x)
}

package allocate

import (
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// model is a validated problem in the form that the solvers use. It is
// read-only and safe for concurrent use.
type model struct {
	p       *Problem
	n, m, r int // units, agents, measures

	lower, upper [][]float64 // [r][m]
	value        [][]float64 // [r][n]; nil where the load depends on the agent
	load         []Costs     // [r]; nil where it does not
	uniform      bool        // no load depends on the agent
	grain        []float64   // [r] of the loads, where limits have been drawn in to multiples of it, else 0; nil: nowhere
	dummy        int         // agent index m stands for "unassigned" where some penalty is finite; else -1

	family *contraction // of units that stay together, where this model is contracted; else nil
	apart  *apartness   // of a model that solvers take, see contracted; nil where everybody may share
}

// cost is the cost of the pair; +Inf where it is not allowed, forbidden, or
// excluded by a lock. j == m.dummy asks for the penalty.
func (m *model) cost(i, j int) float64 {
	if f := m.fixed(i); f >= 0 && f != j {
		return math.Inf(1)
	}
	if j == m.dummy {
		return m.p.Penalty[i]
	}
	if m.p.Allowed != nil && !m.p.Allowed(i, j) {
		return math.Inf(1)
	}
	return m.p.Cost.At(i, j)
}

// loadOf is the load of measure r that unit i puts on agent j; 0 on the dummy.
func (m *model) loadOf(r, i, j int) float64 {
	if j == m.dummy {
		return 0
	}
	if m.load[r] != nil {
		return m.load[r].At(i, j)
	}
	return m.value[r][i]
}

// fixed is the agent that unit i must keep, or -1.
func (m *model) fixed(i int) int {
	if m.p.Fixed == nil {
		return partition.Unassigned
	}
	return m.p.Fixed[i]
}

// unitLabel is the caller's name for unit i, or "".
func (m *model) unitLabel(i int) string {
	if m.p.UnitLabel == nil {
		return ""
	}
	return m.p.UnitLabel(i)
}

// agentLabel is the caller's name for agent j, or "".
func (m *model) agentLabel(j int) string {
	if m.p.AgentLabel == nil {
		return ""
	}
	return m.p.AgentLabel(j)
}

// unit names unit i in a sentence.
func (m *model) unit(i int) string {
	if s := m.unitLabel(i); s != "" {
		return s
	}
	return fmt.Sprintf("unit %d", i)
}

// agent names agent j in a sentence.
func (m *model) agent(j int) string {
	if s := m.agentLabel(j); s != "" {
		return s
	}
	return fmt.Sprintf("agent %d", j)
}

// index is the costs' own search at the prices, or nil where pairs must be
// scanned: for plain costs, and where a load depends on the agent.
func (m *model) index(price [][]float64) Index {
	x, ok := m.p.Cost.(IndexedCosts)
	if !ok || !m.uniform {
		return nil
	}
	real := make([][]float64, m.r) // without the dummy's
	for r := range real {
		real[r] = price[r][:m.m]
	}
	return x.Index(real)
}

// agents is the number of agents with the dummy among them.
func (m *model) agents() int {
	if m.dummy >= 0 {
		return m.m + 1
	}
	return m.m
}

// candidates lists for each unit the few agents that may serve it in a good
// allocation, in compressed rows: those of unit i are at positions
// start[i]..start[i+1]-1, ascending in agent. The dummy is listed as agent m.
type candidates struct {
	start []int
	agent []int32
	cost  []float64
	load  [][]float64 // [r], per position; load[r] is nil where the load does not depend on the agent
}

// loadAt is the load of measure r that unit i puts on the agent at position e.
func (m *model) loadAt(c *candidates, r, i, e int) float64 {
	if int(c.agent[e]) == m.dummy {
		return 0
	}
	if c.load[r] != nil {
		return c.load[r][e]
	}
	return m.value[r][i]
}

package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// finiteCosts is implemented by Costs that can tell, without looking at the
// agents one by one, that every one of them may serve a unit.
type finiteCosts interface {
	// finiteUnits returns a function that reports whether no cost of the unit
	// is +Inf. It may say no where it does not know, and is safe for
	// concurrent use.
	finiteUnits() func(unit int) bool
}

func finiteUnits(c Costs) func(unit int) bool {
	if c, ok := c.(finiteCosts); ok {
		return c.finiteUnits()
	}
	return func(int) bool { return false }
}

// eligibility groups the units that the same agents may serve.
type eligibility struct {
	group []int // per unit
	start []int // the agents of group g are agent[start[g]:start[g+1]], ascending
	agent []int32

	// least[r][i] and most[r][i] are the smallest and the largest load that
	// unit i can bring to an agent; nil where it does not depend on the agent.
	least, most [][]float64

	// barred[i] says that an agent may serve unit i but has no room for the whole of it.
	barred []bool

	// crowded lists the units that must be served and find an agent, but none
	// with room for the whole of them; ascending. Empty where units may be split.
	crowded []int
}

// agents are those of group g.
func (e *eligibility) agents(g int) []int32 { return e.agent[e.start[g]:e.start[g+1]] }

// load is the range of what unit i brings to an agent.
func (m *model) loadRange(e *eligibility, r, i int) (least, most float64) {
	if m.load[r] == nil {
		return m.value[r][i], m.value[r][i]
	}
	return e.least[r][i], e.most[r][i]
}

// mandatory reports whether unit i must be served.
func (m *model) mandatory(i int) bool {
	return m.dummy < 0 || m.fixed(i) >= 0 || math.IsInf(m.p.Penalty[i], 1)
}

// locked is the load that the fixed units put on their agents, [r][m].
func (m *model) locked() [][]float64 {
	total := make([][]float64, m.r)
	for r := range total {
		total[r] = make([]float64, m.m)
		if m.p.Fixed == nil {
			continue
		}
		sums := make([]sum, m.m)
		for i, j := range m.p.Fixed {
			if j >= 0 {
				sums[j].add(m.loadOf(r, i, j))
			}
		}
		for j := range sums {
			total[r][j] = sums[j].total()
		}
	}
	return total
}

// rooms is what fits at each agent beside its locks, [r][m], and the least room
// of any agent.
func (m *model) rooms(locked [][]float64) (room [][]float64, tight []float64) {
	room, tight = make([][]float64, m.r), make([]float64, m.r)
	for r := range room {
		room[r], tight[r] = make([]float64, m.m), math.Inf(1)
		for j, upper := range m.upper[r] {
			room[r][j] = upper - locked[r][j] + slackOf(locked[r][j])
			tight[r] = math.Min(tight[r], room[r][j])
		}
	}
	return room, tight
}

// eligible finds the agents that may serve each unit. Where units must stay
// whole, an agent with less room than the unit needs, beside what is fixed to
// it, may not. O(n·m) on all processors, but O(1) for a unit that finiteUnits
// knows and whose load fits every agent.
func (m *model) eligible(ctx context.Context, split bool, locked [][]float64) (*eligibility, error) {
	e := &eligibility{
		group: make([]int, m.n), barred: make([]bool, m.n),
		least: make([][]float64, m.r), most: make([][]float64, m.r),
	}
	for r := range m.r {
		if m.load[r] != nil {
			e.least[r], e.most[r] = make([]float64, m.n), make([]float64, m.n)
		}
	}
	var room [][]float64 // nil: any part of a unit fits
	var tight []float64
	if !split {
		room, tight = m.rooms(locked)
	}

	finite := func(int) bool { return false }
	if m.uniform && m.p.Allowed == nil {
		finite = finiteUnits(m.p.Cost)
	}
	tables := make([]setTable, groups)
	crowded := make([][]int, groups)
	parallel.For(groups, func(g int) {
		t := newSetTable(m.m)
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			if i&1023 == 0 && ctx.Err() != nil {
				return
			}
			if finite(i) && m.fixed(i) < 0 && m.fitsAll(i, tight) {
				e.group[i] = t.all()
				continue
			}
			if m.scan(e, i, room, t) {
				crowded[g] = append(crowded[g], i)
			}
			e.group[i] = t.number()
		}
		tables[g] = *t
	})
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}

	// Sets are numbered by their first unit, whatever found them.
	all := newSetTable(m.m)
	for g, t := range tables {
		global := make([]int, len(t.sets))
		for k, set := range t.sets {
			copy(all.bits, set)
			global[k] = all.number()
		}
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			e.group[i] = global[e.group[i]]
		}
		e.crowded = append(e.crowded, crowded[g]...)
	}
	e.start = make([]int, 1, len(all.sets)+1)
	for _, set := range all.sets {
		for j := range m.m {
			if set[j>>3]>>(j&7)&1 != 0 {
				e.agent = append(e.agent, int32(j))
			}
		}
		e.start = append(e.start, len(e.agent))
	}
	return e, nil
}

// scan puts the agents of unit i into t.bits and its range of loads into e. It
// reports whether the unit must be served and finds room nowhere.
func (m *model) scan(e *eligibility, i int, room [][]float64, t *setTable) bool {
	fixed := m.fixed(i)
	clear(t.bits)
	found := false
	for j := range m.m {
		if fixed >= 0 && j != fixed || math.IsInf(m.cost(i, j), 1) {
			continue
		}
		if fixed < 0 && !m.fits(i, j, room) {
			e.barred[i] = true
			continue
		}
		t.bits[j>>3] |= 1 << (j & 7)
		for r := range m.r {
			if m.load[r] != nil {
				a := m.load[r].At(i, j)
				if !found || a < e.least[r][i] {
					e.least[r][i] = a
				}
				e.most[r][i] = math.Max(e.most[r][i], a)
			}
		}
		found = true
	}
	return e.barred[i] && !found && m.mandatory(i)
}

// fitsAll reports whether every agent has room for unit i.
func (m *model) fitsAll(i int, tight []float64) bool {
	for r, room := range tight {
		if m.value[r][i] > room {
			return false
		}
	}
	return true
}

// fits reports whether agent j has room for the whole of unit i.
func (m *model) fits(i, j int, room [][]float64) bool {
	for r := range room {
		if m.loadOf(r, i, j) > room[r][j] {
			return false
		}
	}
	return true
}

// setTable numbers sets of agents in the order in which they first appear.
type setTable struct {
	bits  []byte // the set at hand
	index map[string]int
	sets  []string
	m     int
	full  int // the number of the set of all agents; -1: not seen yet
}

func newSetTable(m int) *setTable {
	return &setTable{bits: make([]byte, (m+7)/8), index: map[string]int{}, m: m, full: -1}
}

// all is the number of the set of all agents.
func (t *setTable) all() int {
	if t.full < 0 {
		for k := range t.bits {
			t.bits[k] = 0xff
		}
		if rest := t.m & 7; rest != 0 {
			t.bits[len(t.bits)-1] = 1<<rest - 1
		}
		t.full = t.number()
	}
	return t.full
}

// number is that of the set at hand.
func (t *setTable) number() int {
	if k, ok := t.index[string(t.bits)]; ok {
		return k
	}
	k := len(t.sets)
	s := string(t.bits)
	t.index[s] = k
	t.sets = append(t.sets, s)
	return k
}

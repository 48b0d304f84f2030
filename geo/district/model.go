package district

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/territory-go/territory/partition"
)

// model is a problem in flat arrays, read-only once compiled. Arcs are the two
// directions of each edge: the neighbours of unit u are adj[start[u]:start[u+1]],
// ascending. Values and loads lie side by side per unit and per territory,
// measure after measure.
type model struct {
	problem *partition.Problem
	n, k    int

	start  []int32   // n+1
	adj    []int32   // neighbour of each arc
	border []float64 // length of the border that each arc crosses; nil: the graph has none

	measures int       // those that limit something, in the order of the problem
	which    []int     // their indices in Problem.Measures
	value    []float64 // [unit·measures + r]
	lower    []float64 // [territory·measures + r]
	upper    []float64

	fixed     []int32 // territory that a unit must be in (Fixed, Seeds), or -1
	barFrom   []int32 // n+1: the territories forbidden to u are barred[barFrom[u]:barFrom[u+1]]
	barred    []int32
	component []int32   // of each unit, numbered in the order of their first units
	parts     [][]int32 // the units of each component, ascending
	alike     bool      // nothing but their numbers tells the territories apart
}

// compile checks a problem and lays it out. K = 0 passes; the model has then no
// territories and limits that follow from equal shares are missing.
func compile(p *partition.Problem) (*model, error) {
	var faults partition.Faults
	if err := p.Validate(); err != nil {
		return nil, err
	}
	n := p.Len()
	if p.Contiguity == nil {
		faults.Add(partition.InputError{Field: "Contiguity", Index: -1, Why: "is nil: connected territories need to know which units are neighbours"}, nil)
	}
	if g, ok := p.Contiguity.(interface{ Len() int }); ok && g.Len() != n {
		faults.Add(partition.InputError{Field: "Contiguity", Index: -1, Value: g.Len(), Why: fmt.Sprintf("is a graph of other units than the %d of the problem", n)}, nil)
	}
	if n > math.MaxInt32/2 {
		faults.Add(partition.InputError{Field: "Problem", Index: -1, Value: n, Why: "has more units than can be numbered"}, nil)
	}
	if faults.Len() > 0 {
		return nil, faults.Err()
	}
	m := &model{problem: p, n: n, k: p.K}
	m.layGraph(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	m.layMeasures()
	m.layRules()
	m.layComponents()
	m.alike = m.interchangeable()
	return m, nil
}

func (m *model) layGraph(faults *partition.Faults) {
	g := m.problem.Contiguity
	m.start = make([]int32, m.n+1)
	arcs := 0
	for u := range m.n {
		arcs += len(g.Neighbors(u))
	}
	if arcs > math.MaxInt32 {
		faults.Add(partition.InputError{Field: "Contiguity", Index: -1, Value: arcs / 2, Why: "has more edges than can be numbered"}, nil)
		return
	}
	m.adj = make([]int32, 0, arcs)
	bordered, ok := g.(interface{ Border(a, b int) float64 })
	if ok {
		m.border = make([]float64, 0, arcs)
	}
	for u := range m.n {
		for _, v := range g.Neighbors(u) {
			m.adj = append(m.adj, int32(v))
			if !ok {
				continue
			}
			length := bordered.Border(min(u, v), max(u, v))
			if !(length >= 0) || math.IsInf(length, 1) {
				faults.Add(partition.InputError{Field: "Contiguity.Border", Index: u, Value: length,
					Why: fmt.Sprintf("with unit %d is not a finite length ≥ 0", v)}, m.problem.Label)
			}
			m.border = append(m.border, length)
		}
		m.start[u+1] = int32(len(m.adj))
	}
}

func (m *model) layMeasures() {
	k := m.k
	var lower, upper [][]float64
	for r, me := range m.problem.Measures {
		lo, up := me.Limits(k)
		if k > 0 && slices.Max(lo) <= 0 && math.IsInf(slices.Min(up), 1) {
			continue // reported by the caller if he likes; it restricts nothing
		}
		m.which = append(m.which, r)
		lower, upper = append(lower, lo), append(upper, up)
	}
	m.measures = len(m.which)
	m.value = make([]float64, m.n*m.measures)
	m.lower = make([]float64, k*m.measures)
	m.upper = make([]float64, k*m.measures)
	for r, at := range m.which {
		for u, v := range m.problem.Measures[at].Value {
			m.value[u*m.measures+r] = v
		}
		for t := range k {
			m.lower[t*m.measures+r] = lower[r][t]
			m.upper[t*m.measures+r] = upper[r][t]
		}
	}
}

func (m *model) layRules() {
	p := m.problem
	m.fixed = make([]int32, m.n)
	for u := range m.fixed {
		m.fixed[u] = partition.Unassigned
		if p.Fixed != nil {
			m.fixed[u] = int32(p.Fixed[u])
		}
	}
	for t, u := range p.Seeds {
		m.fixed[u] = int32(t)
	}
	m.barFrom = make([]int32, m.n+1)
	pairs := slices.Clone(p.Forbidden)
	slices.SortFunc(pairs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	for _, pair := range slices.Compact(pairs) {
		m.barFrom[pair[0]+1]++
		m.barred = append(m.barred, int32(pair[1]))
	}
	for u := range m.n {
		m.barFrom[u+1] += m.barFrom[u]
		if m.fixed[u] < 0 && m.k > 1 && int(m.barFrom[u+1]-m.barFrom[u]) == m.k-1 {
			m.fixed[u] = m.onlyOne(int32(u))
		}
	}
}

// onlyOne is the one territory that is not forbidden to u.
func (m *model) onlyOne(u int32) int32 {
	for t, b := range m.barred[m.barFrom[u]:m.barFrom[u+1]] {
		if int32(t) != b {
			return int32(t)
		}
	}
	return int32(m.k - 1)
}

func (m *model) layComponents() {
	m.component = make([]int32, m.n)
	for u := range m.component {
		m.component[u] = -1
	}
	for first := range m.n {
		if m.component[first] >= 0 {
			continue
		}
		c := int32(len(m.parts))
		m.component[first] = c
		part := []int32{int32(first)}
		for at := 0; at < len(part); at++ {
			for _, v := range m.neighbors(part[at]) {
				if m.component[v] < 0 {
					m.component[v] = c
					part = append(part, v)
				}
			}
		}
		slices.Sort(part)
		m.parts = append(m.parts, part)
	}
}

// interchangeable reports whether territories differ in nothing but number.
func (m *model) interchangeable() bool {
	if len(m.barred) > 0 || m.problem.Homes != nil || slices.Max(append([]int32{-1}, m.fixed...)) >= 0 {
		return false
	}
	for i := m.measures; i < len(m.lower); i++ {
		if m.lower[i] != m.lower[i-m.measures] || m.upper[i] != m.upper[i-m.measures] {
			return false
		}
	}
	return true
}

func (m *model) neighbors(u int32) []int32 { return m.adj[m.start[u]:m.start[u+1]] }

// values are the amounts of unit u, one per measure.
func (m *model) values(u int32) []float64 {
	return m.value[int(u)*m.measures : (int(u)+1)*m.measures]
}

// limits are those of territory t, one per measure.
func (m *model) limits(t int32) (lower, upper []float64) {
	from, to := int(t)*m.measures, (int(t)+1)*m.measures
	return m.lower[from:to], m.upper[from:to]
}

// may reports whether unit u may be in territory t.
func (m *model) may(u, t int32) bool {
	if f := m.fixed[u]; f >= 0 {
		return f == t
	}
	for _, b := range m.barred[m.barFrom[u]:m.barFrom[u+1]] {
		if b == t {
			return false
		}
	}
	return true
}

// violation is the amount that a plan has outside the limits, all measures and
// territories taken together, summed up afresh.
func (m *model) violation(of []int32) float64 {
	load := make([]float64, len(m.lower))
	for u, t := range of {
		for r := range m.measures {
			load[int(t)*m.measures+r] += m.value[u*m.measures+r]
		}
	}
	outside := 0.0
	for i, l := range load {
		outside += math.Max(0, l-m.upper[i]) + math.Max(0, m.lower[i]-l)
	}
	return outside
}

// cut is what a plan costs, each edge counted once, in the order of the units.
func (m *model) cut(of []int32, weight []float64) float64 {
	sum := 0.0
	for u := range int32(m.n) {
		for a := m.start[u]; a < m.start[u+1]; a++ {
			if v := m.adj[a]; u < v && of[u] != of[v] {
				sum += weight[a]
			}
		}
	}
	return sum
}

// plan is of, with territories that nothing tells apart numbered in the order
// of their first units.
func (m *model) plan(of []int32) (*partition.Plan, error) {
	if m.alike {
		of = slices.Clone(of)
		number := make([]int32, m.k)
		next := int32(0)
		for u, t := range of {
			if number[t] == 0 {
				next++
				number[t] = next
			}
			of[u] = number[t] - 1
		}
	}
	return partition.NewPlan(m.k, of)
}

// openK is the error of a problem that leaves the number of territories open.
func (m *model) openK(method string) error {
	if m.k > 0 {
		return nil
	}
	return fmt.Errorf("%w: K = 0: %s does not choose the number of territories", errors.ErrUnsupported, method)
}

// unitName names a unit in a sentence.
func (m *model) unitName(u int) string {
	if m.problem.Label != nil {
		if s := m.problem.Label(u); s != "" {
			return s
		}
	}
	return "unit " + strconv.Itoa(u)
}

// measureName names limited measure r in a sentence.
func (m *model) measureName(r int) string {
	if s := m.problem.Measures[m.which[r]].Name; s != "" {
		return s
	}
	return fmt.Sprintf("Measures[%d]", m.which[r])
}

// unitNames joins up to three names and counts the others: "A, B, C and 4 more".
func (m *model) unitNames(units []int32) string {
	const listed = 3
	var b strings.Builder
	for i, u := range units {
		switch {
		case i == 0:
		case i == listed && len(units) > listed+1:
			return b.String() + " and " + strconv.Itoa(len(units)-listed) + " more"
		case i == len(units)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(m.unitName(int(u)))
	}
	return b.String()
}

// byWeight lists the units, those first that take most of what the territories
// may hold.
func (m *model) byWeight() []int32 {
	share := make([]float64, m.n)
	for r := range m.measures {
		total := 0.0
		for u := range m.n {
			total += m.value[u*m.measures+r]
		}
		for u := range share {
			if total > 0 {
				share[u] = max(share[u], m.value[u*m.measures+r]/total)
			}
		}
	}
	order := make([]int32, m.n)
	for u := range order {
		order[u] = int32(u)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(share[b], share[a]) })
	return order
}

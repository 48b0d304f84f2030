package allocate

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// compile validates the problem and puts it into the form that the solvers use.
// Every fault is reported at once, in the manner of [partition.Faults]. Where
// the input has no fault, the units that no agent may serve and the locks that
// no agent may keep are reported as infeasible, each with its witness.
//
// A problem without units is legal and has the empty plan. A problem without
// agents is legal where every unit has a finite penalty. A negative penalty is
// legal: it pays for leaving the unit alone. Costs and loads of pairs that are
// not allowed do not matter.
//
// The costs are read once, in O(n·m) on all processors, unless they are
// [IndexedCosts], which answer for their own entries (those of this package
// through checker). Whether a unit has an agent at all is asked pair by pair up
// to the first one.
func compile(p *Problem) (*model, error) {
	m, err := validated(p)
	if err != nil {
		return nil, err
	}
	if err := m.stranded(); err != nil {
		return nil, err
	}
	return m, nil
}

// validated is compile for a problem whose units may have nowhere to go.
func validated(p *Problem) (*model, error) {
	m, err := newModel(p)
	if err != nil {
		return nil, err
	}
	var f partition.Faults
	m.checkPenalty(&f)
	m.checkFixed(&f)
	m.checkMeasures(&f)
	m.checkGroups(&f)
	own := m.checkCosts(&f)
	if err := errors.Join(append(own, f.Err())...); err != nil {
		return nil, err
	}
	prepared := *p
	prepared.Cost = prepare(p.Cost)
	m.p = &prepared
	return m, nil
}

// newModel is the problem before anything but its size is checked.
func newModel(p *Problem) (*model, error) {
	if p == nil {
		return nil, &partition.InputError{Field: "Problem", Index: -1, Why: "is nil"}
	}
	if why := missing(p.Cost); why != "" {
		return nil, &partition.InputError{Field: "Cost", Index: -1, Why: why}
	}
	n, k := p.Cost.Dims()
	if n < 0 || k < 0 || n > math.MaxInt32 || k > max(n, manyAgents) {
		return nil, &partition.InputError{
			Field: "Cost", Index: -1,
			Why: fmt.Sprintf("has dimensions %d × %d: at most %d units and, beyond %d, no more agents than units",
				n, k, math.MaxInt32, manyAgents),
		}
	}
	return &model{p: p, n: n, m: k, r: len(p.Measures), dummy: partition.Unassigned, uniform: true}, nil
}

// manyAgents is the number of agents that any plan may have.
const manyAgents = 1 << 20

// checker is implemented by Costs that can check themselves faster than by
// their entries. The labels are never nil; "" means that there is none.
type checker interface {
	check(unitLabel, agentLabel func(int) string) []error
}

// missing says why there is no matrix to ask, or "".
func missing(c Costs) string {
	if c == nil {
		return "is nil"
	}
	if f, ok := c.(costFunc); ok && f.f == nil {
		return "has a nil function"
	}
	if w, ok := c.(*Preferring); ok && w != nil {
		if why := missing(w.Costs); why != "" {
			return "is a Preferring, and its Costs: " + why
		}
	}
	if v := reflect.ValueOf(c); v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Sprintf("is a nil %s", v.Type())
	}
	return ""
}

func (m *model) checkPenalty(f *partition.Faults) {
	penalty := m.p.Penalty
	if penalty != nil && !checkLength(f, "Penalty", len(penalty), m.n, "unit") {
		return
	}
	served := m.n // units that must be served
	for i, c := range penalty {
		if why := wrongCost(c); why != "" {
			f.Add(partition.InputError{Field: "Penalty", Index: i, Value: c, Why: why}, m.p.UnitLabel)
		} else if !math.IsInf(c, 1) {
			served--
			m.dummy = m.m
		}
	}
	if m.m == 0 && served > 0 {
		f.Add(partition.InputError{
			Field: "Cost", Index: -1,
			Why: fmt.Sprintf("has no agents, and %d of %d units have no finite Penalty", served, m.n),
		}, nil)
	}
}

func (m *model) checkFixed(f *partition.Faults) {
	fixed := m.p.Fixed
	if fixed == nil || !checkLength(f, "Fixed", len(fixed), m.n, "unit") {
		return
	}
	for i, j := range fixed {
		if j < partition.Unassigned || j >= m.m {
			f.Add(partition.InputError{
				Field: "Fixed", Index: i, Value: j,
				Why: fmt.Sprintf("is neither an agent, 0..%d, nor Unassigned, -1", m.m-1),
			}, m.p.UnitLabel)
		}
	}
}

// checkMeasures sets value, load, lower and upper.
func (m *model) checkMeasures(f *partition.Faults) {
	p := m.p
	if p.Load != nil && !checkLength(f, "Load", len(p.Load), m.r, "measure") {
		return
	}
	m.value, m.load = make([][]float64, m.r), make([]Costs, m.r)
	m.lower, m.upper = make([][]float64, m.r), make([][]float64, m.r)
	for r := range m.r {
		me, field := p.Measures[r], fmt.Sprintf("Measures[%d]", r)
		before, n := f.Len(), m.n
		if p.Load != nil && p.Load[r] != nil {
			m.uniform = false
			m.load[r] = p.Load[r]
			m.checkLoad(f, r)
			if me.Value == nil {
				n = -1
			}
		} else {
			m.value[r] = me.Value
		}
		me.Validate(f, field, n, m.m, p.UnitLabel, p.AgentLabel)
		checkSize(f, field+".Value", me.Value, p.UnitLabel)
		checkSize(f, field+".Lower", me.Lower, p.AgentLabel)
		checkSize(f, field+".Upper", me.Upper, p.AgentLabel)
		if f.Len() == before {
			m.lower[r], m.upper[r] = me.Limits(m.m)
		}
	}
}

// checkLoad checks a load that depends on the agent. The entries of pairs that
// cannot be served do not matter.
func (m *model) checkLoad(f *partition.Faults, r int) {
	field, load := fmt.Sprintf("Load[%d]", r), m.p.Load[r]
	if why := missing(load); why != "" {
		f.Add(partition.InputError{Field: field, Index: -1, Why: why}, nil)
		return
	}
	if n, k := load.Dims(); n != m.n || k != m.m {
		f.Add(partition.InputError{
			Field: field, Index: -1,
			Why: fmt.Sprintf("has dimensions %d × %d, not those of Cost, %d × %d", n, k, m.n, m.m),
		}, nil)
		return
	}
	m.checkPairs(f, field, load, wrongLoad)
}

// checkCosts reads all costs, unless they answer for themselves.
func (m *model) checkCosts(f *partition.Faults) []error {
	if c, ok := m.p.Cost.(checker); ok {
		if errs := c.check(m.unitLabel, m.agentLabel); errs != nil {
			return errs
		}
	}
	if plain(m.p.Cost) {
		m.checkPairs(f, "Cost", prepare(m.p.Cost), wrongCost)
	}
	return nil
}

// plain reports whether the costs do not answer for their own entries.
func plain(c Costs) bool {
	switch c := c.(type) {
	case *Preferring:
		return plain(c.Costs)
	case *preferred:
		return plain(c.inner)
	case checker, IndexedCosts:
		return false
	}
	return true
}

// checkPairs reports the wrong entries of pairs that may be served.
func (m *model) checkPairs(f *partition.Faults, field string, c Costs, wrong func(float64) string) {
	type report struct {
		count  int
		listed []partition.InputError
	}
	reports := make([]report, groups)
	parallel.For(groups, func(g int) {
		at := &reports[g]
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			for j := range m.m {
				x := c.At(i, j)
				if x >= 0 && x <= largest {
					continue // the usual case, in one comparison
				}
				why := wrong(x)
				if why == "" || m.p.Allowed != nil && !m.p.Allowed(i, j) || math.IsInf(m.p.Cost.At(i, j), 1) {
					continue
				}
				at.count++
				if len(at.listed) < partition.ListedFaults {
					at.listed = append(at.listed, partition.InputError{
						Field: field, Index: i, Value: x, Why: why + ", for " + m.agent(j),
					})
				}
			}
		}
	})
	for _, at := range reports {
		for k := range at.count {
			f.Add(at.listed[min(k, len(at.listed)-1)], m.p.UnitLabel) // past the listed ones it only counts
		}
	}
}

// largest is the largest magnitude of a cost, load, limit or penalty: two
// billion of them still add up to a finite number.
const largest = 1e290

// wrongCost says what is wrong with a cost, or "". +Inf is legal: it forbids.
func wrongCost(c float64) string {
	switch {
	case math.IsNaN(c):
		return "is not a number"
	case math.IsInf(c, -1):
		return "is -Inf"
	case math.Abs(c) > largest && !math.IsInf(c, 1):
		return tooLarge
	}
	return ""
}

// wrongLoad says what is wrong with a load, or "".
func wrongLoad(a float64) string {
	switch {
	case math.IsNaN(a):
		return "is not a number"
	case math.IsInf(a, 0):
		return "is infinite"
	case a < 0:
		return "is negative"
	case a > largest:
		return tooLarge
	}
	return ""
}

const tooLarge = "is beyond ±1e290: sums would overflow"

// checkSize finds the finite numbers that are too large to be added up.
func checkSize(f *partition.Faults, field string, x []float64, label func(int) string) {
	for i, v := range x {
		if math.Abs(v) > largest && !math.IsInf(v, 0) {
			f.Add(partition.InputError{Field: field, Index: i, Value: v, Why: tooLarge}, label)
		}
	}
}

func checkLength(f *partition.Faults, field string, got, want int, of string) bool {
	if got != want {
		f.Add(partition.InputError{
			Field: field, Index: -1, Why: fmt.Sprintf("has length %d, want %d, one per %s", got, want, of),
		}, nil)
	}
	return got == want
}

// stranded reports every unit that no agent may serve although it must be
// served, and every lock on an agent that may not serve the unit.
func (m *model) stranded() error {
	lost := make([][]int, groups)
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			if !m.servable(i) {
				lost[g] = append(lost[g], i)
			}
		}
	})
	var errs []error
	var more []int
	for _, units := range lost {
		for _, i := range units {
			if len(errs) == partition.ListedFaults {
				more = append(more, i)
				continue
			}
			e := &partition.InfeasibleError{Need: 1, Units: []int{i}}
			if j := m.fixed(i); j >= 0 {
				e.Territories = []int{j}
				e.Why = fmt.Sprintf("%s is fixed to %s, who may not serve it: %s", m.unit(i), m.agent(j), m.forbidden(i, j))
			} else {
				e.Why = fmt.Sprintf("%s must be served, and none of the %d agents may serve it", m.unit(i), m.m)
			}
			errs = append(errs, e)
		}
	}
	if len(more) > 0 {
		errs = append(errs, &partition.InfeasibleError{
			Why:  fmt.Sprintf("and %d more units that nobody may serve", len(more)),
			Need: float64(len(more)), Units: more,
		})
	}
	return errors.Join(errs...)
}

// servable reports whether unit i has anywhere to go.
func (m *model) servable(i int) bool {
	if j := m.fixed(i); j >= 0 {
		return !math.IsInf(m.cost(i, j), 1)
	}
	if m.dummy >= 0 && !math.IsInf(m.p.Penalty[i], 1) {
		return true
	}
	for j := range m.m {
		if !math.IsInf(m.cost(i, j), 1) {
			return true
		}
	}
	return false
}

// forbidden says why agent j may not serve unit i.
func (m *model) forbidden(i, j int) string {
	if m.p.Allowed != nil && !m.p.Allowed(i, j) {
		return "the pair is not allowed"
	}
	return "its cost is +Inf"
}

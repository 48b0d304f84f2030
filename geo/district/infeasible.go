package district

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// ruledOutNodes is the work allowed for going through all plans of a small map
// before anything else is done: some 50 ms.
const ruledOutNodes = 200_000

// infeasible is the plain reason why no plan keeps the limits and the rules, as
// a [*partition.InfeasibleError]; nil where none was found, which proves nothing.
// The reasons are tried from the simplest on. The work is bounded; a context
// that ends makes the answer nil.
func (m *model) infeasible(ctx context.Context) error {
	for _, reason := range []func() error{
		m.tooFewUnits, m.forbiddenEverywhere, m.heavyUnit, m.heavyFixed, m.wrongTotal,
		m.componentCount, m.tornApart, m.componentLoads,
		func() error { return m.noSetAround(ctx) },
		func() error { return m.ruledOut(ctx, ruledOutNodes) },
	} {
		if ctx.Err() != nil {
			return nil
		}
		if err := reason(); err != nil {
			return err
		}
	}
	return nil
}

// within reports whether an amount keeps an upper limit, and reaches a lower
// one, but for rounding.
func within(amount, upper float64) bool  { return amount <= upper+room(upper) }
func reaches(amount, lower float64) bool { return amount >= lower-room(lower) }

func amount(x float64) string { return strconv.FormatFloat(x, 'g', 10, 64) }

func (m *model) tooFewUnits() error {
	if m.n >= m.k {
		return nil
	}
	return &partition.InfeasibleError{Need: float64(m.k), Have: float64(m.n),
		Why: fmt.Sprintf("%d territories need a unit each, but there are %d", m.k, m.n)}
}

func (m *model) forbiddenEverywhere() error {
	for u := range m.n {
		if barred := int(m.barFrom[u+1] - m.barFrom[u]); barred >= m.k {
			return &partition.InfeasibleError{Need: 1, Have: 0, Units: []int{u},
				Why: fmt.Sprintf("every territory is forbidden to %s", m.unitName(u))}
		}
	}
	return nil
}

// heavyUnit finds a unit that exceeds the upper limits of all territories that
// may take it, of one measure.
func (m *model) heavyUnit() error {
	for r := range m.measures {
		highest := math.Inf(-1)
		for t := range m.k {
			highest = math.Max(highest, m.upper[t*m.measures+r])
		}
		for _, u := range m.byWeight() {
			value := m.value[int(u)*m.measures+r]
			most, where := highest, []int(nil)
			if m.fixed[u] >= 0 || m.barFrom[u+1] > m.barFrom[u] {
				most = math.Inf(-1)
				for t := range int32(m.k) {
					if m.may(u, t) {
						most = math.Max(most, m.upper[int(t)*m.measures+r])
						where = append(where, int(t))
					}
				}
			}
			if within(value, most) {
				continue
			}
			which := "every territory"
			switch {
			case len(where) == 1:
				which = fmt.Sprintf("territory %d, the only one that may take it", where[0])
			case len(where) > 1:
				which = "every territory that may take it"
			}
			return &partition.InfeasibleError{Measure: m.measureName(r), Need: value, Have: most, Units: []int{int(u)}, Territories: where,
				Why: fmt.Sprintf("%s has %s of %s, more than the upper limit %s of %s", m.unitName(int(u)), amount(value), m.measureName(r), amount(most), which)}
		}
	}
	return nil
}

// heavyFixed finds a territory whose fixed units exceed its upper limit, or which
// cannot reach its lower limit with all units that may be in it.
func (m *model) heavyFixed() error {
	if m.alike {
		return nil // there are none, or all units may be everywhere
	}
	for r := range m.measures {
		fixed, possible := make([]float64, m.k), make([]float64, m.k)
		free := 0.0
		for u := range m.n {
			value := m.value[u*m.measures+r]
			if t := m.fixed[u]; t >= 0 {
				fixed[t] += value
				possible[t] += value
				continue
			}
			free += value
			for _, t := range m.barred[m.barFrom[u]:m.barFrom[u+1]] {
				possible[t] -= value
			}
		}
		for t := range m.k {
			lower, upper := m.lower[t*m.measures+r], m.upper[t*m.measures+r]
			possible[t] += free
			if !within(fixed[t], upper) {
				var units []int
				for u, at := range m.fixed {
					if int(at) == t {
						units = append(units, u)
					}
				}
				return &partition.InfeasibleError{Measure: m.measureName(r), Need: fixed[t], Have: upper, Units: units, Territories: []int{t},
					Why: fmt.Sprintf("the %d units that territory %d must hold have %s of %s together, more than its upper limit %s", len(units), t, amount(fixed[t]), m.measureName(r), amount(upper))}
			}
			if possible[t] < lower-room(lower)-room(free) { // room for the rounding of the differences
				return &partition.InfeasibleError{Measure: m.measureName(r), Need: lower, Have: possible[t], Territories: []int{t},
					Why: fmt.Sprintf("all units that may be in territory %d have %s of %s together, less than its lower limit %s", t, amount(possible[t]), m.measureName(r), amount(lower))}
			}
		}
	}
	return nil
}

// wrongTotal compares the total of a measure with the sums of the limits.
func (m *model) wrongTotal() error {
	for r := range m.measures {
		total, lower, upper := 0.0, 0.0, 0.0
		for u := range m.n {
			total += m.value[u*m.measures+r]
		}
		for t := range m.k {
			lower += m.lower[t*m.measures+r]
			upper += m.upper[t*m.measures+r]
		}
		slack := float64(float64(m.k) * room(total))
		if total > upper+slack {
			return &partition.InfeasibleError{Measure: m.measureName(r), Need: total, Have: upper,
				Why: fmt.Sprintf("the units have %s of %s together, more than the %s that the %d upper limits add up to", amount(total), m.measureName(r), amount(upper), m.k)}
		}
		if total < lower-slack {
			return &partition.InfeasibleError{Measure: m.measureName(r), Need: lower, Have: total,
				Why: fmt.Sprintf("the units have %s of %s together, less than the %s that the %d lower limits add up to", amount(total), m.measureName(r), amount(lower), m.k)}
		}
	}
	return nil
}

func (m *model) componentCount() error {
	if len(m.parts) <= m.k {
		return nil
	}
	smallest := m.parts[0]
	for _, part := range m.parts {
		if len(part) < len(smallest) {
			smallest = part
		}
	}
	return &partition.InfeasibleError{Need: float64(len(m.parts)), Have: float64(m.k), Units: toInts(smallest),
		Why: fmt.Sprintf("the map has %d parts that are not connected, each of which needs a territory, but there are %d; the smallest part is %s", len(m.parts), m.k, m.unitNames(smallest))}
}

// tornApart finds a territory whose fixed units are not connected by units that
// may be in it.
func (m *model) tornApart() error {
	seen := make([]int32, m.n)
	for u := range seen {
		seen[u] = -1
	}
	first := make([]int32, m.k)
	for t := range first {
		first[t] = -1
	}
	queue := make([]int32, 0, m.n)
	for u := range int32(m.n) {
		t := m.fixed[u]
		if t < 0 || seen[u] == t {
			continue
		}
		if first[t] >= 0 {
			a, b := int(first[t]), int(u)
			why := fmt.Sprintf("%s and %s must both be in territory %d, but no units that may be in it connect them", m.unitName(a), m.unitName(b), t)
			if m.component[a] != m.component[b] {
				why = fmt.Sprintf("%s and %s must both be in territory %d, but are in parts of the map that are not connected", m.unitName(a), m.unitName(b), t)
			}
			return &partition.InfeasibleError{Need: 1, Have: 2, Units: []int{a, b}, Territories: []int{int(t)}, Why: why}
		}
		first[t] = u
		seen[u] = t
		queue = append(queue[:0], u)
		for at := 0; at < len(queue); at++ {
			for _, v := range m.neighbors(queue[at]) {
				if seen[v] != t && m.may(v, t) {
					seen[v] = t
					queue = append(queue, v)
				}
			}
		}
	}
	return nil
}

// componentLoads finds a component whose load fits no whole number of
// territories, or components whose numbers cannot add up to k.
func (m *model) componentLoads() error {
	if m.measures == 0 || len(m.parts) == 1 {
		return nil
	}
	// The least and the most that j territories can take together.
	least, most := make([]float64, (m.k+1)*m.measures), make([]float64, (m.k+1)*m.measures)
	for r := range m.measures {
		lower, upper := make([]float64, m.k), make([]float64, m.k)
		for t := range m.k {
			lower[t], upper[t] = m.lower[t*m.measures+r], m.upper[t*m.measures+r]
		}
		slices.Sort(lower)
		slices.Sort(upper)
		for j := range m.k {
			least[(j+1)*m.measures+r] = least[j*m.measures+r] + lower[j]
			most[(j+1)*m.measures+r] = most[j*m.measures+r] + upper[m.k-1-j]
		}
	}
	fewest, largest := 0, 0
	for _, part := range m.parts {
		load := make([]float64, m.measures)
		for _, u := range part {
			for r, v := range m.values(u) {
				load[r] += v
			}
		}
		from, to := -1, -1
		for j := 1; j <= min(m.k-len(m.parts)+1, len(part)); j++ {
			fits := true
			for r, l := range load {
				fits = fits && within(l, most[j*m.measures+r]) && reaches(l, least[j*m.measures+r])
			}
			if fits {
				if from < 0 {
					from = j
				}
				to = j
			}
		}
		if from < 0 {
			return m.oddComponent(part, load, least, most)
		}
		fewest += from
		largest += to
	}
	if fewest > m.k || largest < m.k {
		have, word := fewest, "at least"
		if largest < m.k {
			have, word = largest, "at most"
		}
		return &partition.InfeasibleError{Need: float64(have), Have: float64(m.k),
			Why: fmt.Sprintf("the %d parts of the map that are not connected make %s %d territories within the limits, but there are to be %d", len(m.parts), word, have, m.k)}
	}
	return nil
}

// oddComponent is the error of a component that fits no number of territories.
func (m *model) oddComponent(part []int32, load, least, most []float64) error {
	e := &partition.InfeasibleError{Units: toInts(part)}
	for r, l := range load { // the first measure that says no by itself, or else the first
		j := 1
		for j <= m.k && !within(l, most[j*m.measures+r]) {
			j++
		}
		if j <= m.k && reaches(l, least[j*m.measures+r]) && r+1 < m.measures {
			continue
		}
		e.Measure, e.Need = m.measureName(r), l
		switch {
		case j == 1:
			e.Need, e.Have = least[m.measures+r], l
			e.Why = fmt.Sprintf("the part of the map with %s has %s of %s and is connected to nothing else: a territory needs at least %s",
				m.unitNames(part), amount(l), e.Measure, amount(e.Need))
		case j <= m.k:
			e.Have = most[(j-1)*m.measures+r]
			e.Why = fmt.Sprintf("the part of the map with %s has %s of %s, which fits no whole number of territories: %d take at most %s, %d need at least %s",
				m.unitNames(part), amount(l), e.Measure, j-1, amount(e.Have), j, amount(least[j*m.measures+r]))
		default:
			e.Have = most[m.k*m.measures+r]
			e.Why = fmt.Sprintf("the part of the map with %s has %s of %s, more than %s, what all territories can take", m.unitNames(part), amount(l), e.Measure, amount(e.Have))
		}
		break
	}
	return e
}

func toInts(units []int32) []int {
	list := make([]int, len(units))
	for i, u := range units {
		list[i] = int(u)
	}
	return list
}

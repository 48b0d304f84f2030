package allocate

import (
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// checkMedians is the error of a problem that Medians cannot take: faults of
// the input, all at once; else what is not supported, or more territories than
// units; nil otherwise.
func (c Centers) checkMedians(p *partition.Problem) error {
	if err := p.Validate(); err != nil {
		return err
	}
	var faults partition.Faults
	c.checkOptions(&faults)
	checkPlaces(&faults, p, true)
	if err := faults.Err(); err != nil {
		return err
	}
	if err := refuse(
		asked{"K = 0", p.K == 0, "Medians does not choose the number of territories"},
		asked{"Contiguity", p.Contiguity != nil, "Medians does not keep territories connected"},
		asked{"Homes", p.Homes != nil, "Medians chooses the centres; units that must be centres are Seeds"},
	); err != nil {
		return err
	}
	for r := 1; r < len(p.Measures); r++ {
		lower, upper := p.Measures[r].Limits(p.K)
		if bounded(upper) || positive(lower) {
			return unsupported(measureField(r, p.Measures[r]), "Medians keeps the limits of Measures[0] only")
		}
	}
	if n := p.Len(); p.K > n {
		return &partition.InfeasibleError{Need: float64(p.K), Have: float64(n),
			Why: fmt.Sprintf("%d territories need a unit each at their centre, but there are %d units", p.K, n)}
	}
	return nil
}

// checkDistance is the error of a distance that is none.
func (m *medianModel) checkDistance(unit, center int) error {
	d := m.distance(unit, center)
	why := wrongDistance(m.p, d)
	if why == "" {
		return nil
	}
	return &partition.InputError{Field: distanceField(m.p), Index: -1, Value: d,
		Why: fmt.Sprintf("%s, from %s to %s", why, m.label(unit), m.label(center))}
}

func (m *medianModel) label(unit int) string { return unitName(m.p, unit) }

func (m *medianModel) measureName() string {
	if len(m.p.Measures) > 0 && m.p.Measures[0].Name != "" {
		return m.p.Measures[0].Name
	}
	return "the measure"
}

// infeasible is the error with a witness of a problem that has no plan for a
// simple reason; nil does not say that there is one.
func (m *medianModel) infeasible() error {
	name := ""
	if len(m.p.Measures) > 0 {
		name = m.p.Measures[0].Name
	}
	fail := func(need, have float64, units, territories []int, format string, args ...any) error {
		return &partition.InfeasibleError{Why: fmt.Sprintf(format, args...), Measure: name,
			Need: need, Have: have, Units: units, Territories: territories}
	}
	var centers []int // units that can be centres
	most := 0.0       // that a territory can take
	for i, v := range m.value {
		if m.room == nil || v <= m.room[i] {
			centers = append(centers, i)
			room := math.Inf(1)
			if m.room != nil {
				room = m.room[i]
			}
			most = math.Max(most, room)
		}
	}
	if len(centers) < m.k {
		return fail(float64(m.k), float64(len(centers)), nil, nil,
			"%d territories need a unit at their centre whose CenterCapacity is at least what it brings itself, but there are %d", m.k, len(centers))
	}
	if err := m.vacant(fail); err != nil {
		return err
	}
	if err := m.homeless(most, fail); err != nil {
		return err
	}
	if err := m.overfull(fail); err != nil {
		return err
	}
	return m.starved(fail)
}

type failure = func(need, have float64, units, territories []int, format string, args ...any) error

// vacant finds fixed units that leave too few for the other territories.
func (m *medianModel) vacant(fail failure) error {
	if m.fixed == nil {
		return nil
	}
	held, free := make([]bool, m.k), 0
	for _, t := range m.fixed {
		if t < 0 {
			free++
		} else {
			held[t] = true
		}
	}
	var open []int
	for t := range held {
		if !held[t] {
			open = append(open, t)
		}
	}
	if len(open) > free {
		return fail(float64(len(open)), float64(free), nil, open,
			"%d territories need a unit each, but all units but %d are fixed elsewhere", len(open), free)
	}
	return nil
}

// homeless finds a unit that no territory can hold.
func (m *medianModel) homeless(most float64, fail failure) error {
	for i, v := range m.value {
		room, any := 0.0, false
		if m.fixed == nil && m.forbidden == nil {
			any, room = true, slices.Max(m.upper)
		} else {
			for t := range m.k {
				if m.allowed(i, t) {
					any, room = true, math.Max(room, m.upper[t])
				}
			}
		}
		room = math.Min(room, most)
		switch {
		case !any:
			return fail(1, 0, []int{i}, nil, "%s is forbidden in every territory", m.label(i))
		case v > room+partition.FeasibleViolation:
			return fail(v, room, []int{i}, nil, "%s brings %v of %s, but no territory that may hold it can take more than %v",
				m.label(i), v, m.measureName(), room)
		}
	}
	return nil
}

// overfull finds more than the territories can take, all of them or one with
// the units that are fixed there.
func (m *medianModel) overfull(fail failure) error {
	total, have := sum{}, sum{}
	for _, v := range m.value {
		total.add(v)
	}
	upper := slices.Clone(m.upper)
	slices.Sort(upper)
	if m.room != nil {
		room := slices.Clone(m.room)
		slices.Sort(room)
		// The largest with the largest: no other matching takes more.
		for t := range upper {
			upper[t] = math.Min(upper[t], room[m.n-m.k+t])
		}
	}
	if !bounded(upper) || slices.Contains(upper, math.Inf(1)) {
		return m.overfixed(fail)
	}
	for _, u := range upper {
		have.add(u)
	}
	if need := total.total(); need > have.total()+partition.FeasibleViolation+slackOf(need) {
		units, part := heaviest(everyIndex(m.n), func(i int) float64 { return m.value[i] }, have.total())
		return fail(part, have.total(), units, nil,
			"all units together bring %v of %s, but the %d largest capacities add up to %v", need, m.measureName(), m.k, have.total())
	}
	return m.overfixed(fail)
}

// overfixed finds a territory that cannot take what is fixed there.
func (m *medianModel) overfixed(fail failure) error {
	if m.fixed == nil {
		return nil
	}
	load := make([]sum, m.k)
	for i, t := range m.fixed {
		if t >= 0 {
			load[t].add(m.value[i])
		}
	}
	for t := range load {
		have := m.upper[t]
		if m.seeds != nil {
			have = m.capacity(t, int(m.seeds[t]))
		}
		if need := load[t].total(); need > have+partition.FeasibleViolation {
			var units []int
			for i, u := range m.fixed {
				if int(u) == t {
					units = append(units, i)
				}
			}
			return fail(need, have, units, []int{t}, "the units fixed in territory %d bring %v of %s, but it can take %v",
				t, need, m.measureName(), have)
		}
	}
	return nil
}

// starved finds lower limits that ask for more than there is.
func (m *medianModel) starved(fail failure) error {
	total, want := sum{}, sum{}
	for _, v := range m.value {
		total.add(v)
	}
	var territories []int
	for t, l := range m.lower {
		if l > 0 {
			want.add(l)
			territories = append(territories, t)
		}
	}
	if need, have := want.total(), total.total(); need > have+partition.FeasibleViolation+slackOf(need) {
		return fail(need, have, nil, territories, "the territories must get %v of %s together, but all units bring %v", need, m.measureName(), have)
	}
	return nil
}

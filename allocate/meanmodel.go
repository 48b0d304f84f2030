package allocate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/centroid"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// meanModel is a problem of means in the form that the search takes.
type meanModel struct {
	p      *partition.Problem
	n      int
	kernel *centroid.Problem
	locked []int32 // per unit the territory it is locked in, or -1
	unit   float64 // the objective is the kernel's times this
}

// largestFeature is the largest coordinate whose square, added up over the units
// and dimensions, is finite.
const largestFeature = 1e140

// checkMeans is the error of a problem that Means cannot take: faults of the
// input, all at once; else what is not supported; nil otherwise.
func (c Centers) checkMeans(p *partition.Problem) error {
	if err := p.Validate(); err != nil {
		return err
	}
	var faults partition.Faults
	c.checkOptions(&faults)
	checkPlaces(&faults, p, p.Between != nil) // which is refused below
	for i, row := range p.Features {
		for d, x := range row {
			if math.Abs(x) > largestFeature {
				faults.Add(partition.InputError{Field: "Features", Index: i, Value: x,
					Why: fmt.Sprintf("is beyond ±%g, in coordinate %d: sums of squares would overflow", largestFeature, d)}, p.Label)
			}
		}
	}
	checkSize(&faults, "Weight", p.Weight, p.Label)
	for r, me := range p.Measures {
		checkSize(&faults, fmt.Sprintf("Measures[%d].Value", r), me.Value, p.Label)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return refuse(
		asked{"K = 0", p.K == 0, "Means does not choose the number of territories"},
		asked{"Distance", p.Distance != nil, "a mean needs coordinates; those of a plane go into Features"},
		asked{"Between", p.Between != nil, "a mean needs coordinates, which go into Features or Points"},
		asked{"Contiguity", p.Contiguity != nil, "Means does not keep territories connected"},
		asked{"Homes", p.Homes != nil, "Means puts the centres where the means are"},
		asked{"CenterCapacity", p.CenterCapacity != nil, "the centre of a territory is not a unit; limits of territories go into Measures"},
	)
}

// compileMeans puts a problem without faults into the form of the search, or
// says why it has no plan.
func compileMeans(ctx context.Context, p *partition.Problem, squared bool) (*meanModel, error) {
	n, k := p.Len(), p.K
	m := &meanModel{p: p, n: n, locked: make([]int32, n), unit: 1}
	for i := range m.locked {
		m.locked[i] = partition.Unassigned
		if p.Fixed != nil {
			m.locked[i] = int32(p.Fixed[i])
		}
	}
	for t, i := range p.Seeds {
		m.locked[i] = int32(t)
	}
	m.kernel = &centroid.Problem{
		K: k, Squared: squared, Weight: make([]float64, n),
		Value: make([][]float64, len(p.Measures)), Lower: make([][]float64, len(p.Measures)), Upper: make([][]float64, len(p.Measures)),
	}
	for r, me := range p.Measures {
		m.kernel.Value[r] = me.Value
		m.kernel.Lower[r], m.kernel.Upper[r] = me.Limits(k)
	}
	m.place()
	m.weigh()
	m.confine()
	if err := m.infeasible(ctx); err != nil {
		return nil, err
	}
	return m, nil
}

// place sets the coordinates: unit vectors, or Features moved and scaled, by a
// power of two, to about 1.
func (m *meanModel) place() {
	q := m.kernel
	if m.p.Features == nil {
		q.Dim, q.Sphere, q.X = 3, true, make([]float64, 0, 3*m.n)
		for _, pt := range m.p.Points {
			v := sphere.At(pt[0], pt[1])
			q.X = append(q.X, v.X, v.Y, v.Z)
		}
		return
	}
	q.Dim = 1
	if m.n > 0 {
		q.Dim = len(m.p.Features[0])
	}
	low, high := make([]float64, q.Dim), make([]float64, q.Dim)
	for i, row := range m.p.Features {
		for d, x := range row {
			if i == 0 || x < low[d] {
				low[d] = x
			}
			if i == 0 || x > high[d] {
				high[d] = x
			}
		}
	}
	wide := 0.0
	for d := range low {
		wide = math.Max(wide, high[d]-low[d])
	}
	_, exp := math.Frexp(wide)
	scale := math.Ldexp(1, exp)
	m.unit = scale
	if q.Squared {
		m.unit = square(scale)
	}
	q.X = make([]float64, 0, m.n*q.Dim)
	for _, row := range m.p.Features {
		for d, x := range row {
			q.X = append(q.X, (x-low[d])/scale)
		}
	}
}

// weigh sets the weights, scaled by a power of two to at most 1.
func (m *meanModel) weigh() {
	most := 0.0
	for i := range m.n {
		most = math.Max(most, m.weight(i))
	}
	if most == 0 {
		return
	}
	_, exp := math.Frexp(most)
	scale := math.Ldexp(1, exp)
	m.unit *= scale
	for i := range m.kernel.Weight {
		m.kernel.Weight[i] = m.weight(i) / scale
	}
}

// confine sets what is locked and what is allowed.
func (m *meanModel) confine() {
	for i, t := range m.locked {
		if t != partition.Unassigned {
			if m.kernel.Locked == nil {
				m.kernel.Locked = make([]bool, m.n)
			}
			m.kernel.Locked[i] = true
		}
	}
	if len(m.p.Forbidden) == 0 {
		return
	}
	barred := make(map[[2]int32]bool, len(m.p.Forbidden))
	for _, pair := range m.p.Forbidden {
		barred[[2]int32{int32(pair[0]), int32(pair[1])}] = true
	}
	m.kernel.Allowed = func(unit, territory int32) bool { return !barred[[2]int32{unit, territory}] }
}

// infeasible is the error with a witness of a problem that has no plan for a
// simple reason; nil does not say that there is one.
func (m *meanModel) infeasible(ctx context.Context) error {
	if m.p.K > m.n && m.n > 0 {
		return &partition.InfeasibleError{
			Why:  fmt.Sprintf("%d territories are to hold a unit each, but there are only %s", m.p.K, counted(m.n, "unit")),
			Need: float64(m.p.K), Have: float64(m.n), Units: everyIndex(m.n), Territories: everyIndex(m.p.K),
		}
	}
	q := &Problem{Cost: anywhere{m.n, m.p.K}, Measures: m.p.Measures, UnitLabel: m.p.Label, AgentLabel: territoryLabel}
	if m.kernel.Locked != nil {
		q.Fixed = make([]int, m.n)
		for i, t := range m.locked {
			q.Fixed[i] = int(t)
		}
	}
	if allowed := m.kernel.Allowed; allowed != nil {
		q.Allowed = func(unit, territory int) bool { return allowed(int32(unit), int32(territory)) }
	}
	if q.Fixed != nil || q.Allowed != nil { // then it is not plain that none must stay empty
		count := partition.Measure{Name: "number of units", Value: make([]float64, m.n), Lower: make([]float64, m.p.K)}
		for i := range count.Value {
			count.Value[i] = 1
		}
		for t := range count.Lower {
			count.Lower[t] = 1
		}
		q.Measures = append(slices.Clone(q.Measures), count)
	}
	c, err := compile(q)
	if err != nil {
		return err
	}
	return c.infeasible(ctx, false)
}

func territoryLabel(t int) string { return fmt.Sprintf("territory %d", t) }

// anywhere are costs of nothing, for questions of limits alone.
type anywhere struct{ n, m int }

func (c anywhere) Dims() (units, agents int)           { return c.n, c.m }
func (c anywhere) At(unit, agent int) float64          { return 0 }
func (c anywhere) check(_, _ func(int) string) []error { return nil }

func (m *meanModel) weight(i int) float64 {
	if m.p.Weight == nil {
		return 1
	}
	return m.p.Weight[i]
}

// coordinates are those of unit i: its features, or its place on the unit sphere.
func (m *meanModel) coordinates(i int) []float64 {
	if m.p.Features != nil {
		return m.p.Features[i]
	}
	return m.kernel.X[3*i : 3*i+3]
}

// away is the distance from unit i to the centre of its territory, or its square.
func (m *meanModel) away(i int, center []float64) float64 {
	away2 := 0.0
	for d, x := range m.coordinates(i) {
		away2 += square(x - center[d])
	}
	switch {
	case m.kernel.Sphere && m.kernel.Squared:
		return float64(away2 * square(sphere.Radius))
	case m.kernel.Sphere:
		return sphere.Arc(away2)
	case m.kernel.Squared:
		return away2
	}
	return math.Sqrt(away2)
}

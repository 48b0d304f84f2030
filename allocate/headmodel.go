package allocate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// headModel is a headcount problem in the form in which it is searched: units,
// and the sites where a territory may have its centre.
type headModel struct {
	p        *partition.Problem
	n, sites int
	reach    float64                      // +Inf: no limit
	distance func(unit, site int) float64 // may be +Inf
	value    [][]float64                  // per measure that has a limit, per unit
	room     [][]float64                  // per such measure, per site
	name     []string                     // of these measures
	slack    float64                      // by how much a limit may be missed for want of precision

	// Coordinates on an axis, no farther apart than unit and site are; nil: there are none.
	unitAt, siteAt []float64

	// The sites in reach of each unit, by (distance, site): those of unit i are at
	// positions start[i]..start[i+1]-1.
	start []int
	site  []int32
	whole bool // all of them, not the nearest ones alone
}

// near lists the sites in reach of unit i.
func (m *headModel) near(i int) []int32 { return m.site[m.start[i]:m.start[i+1]] }

// manyPairs is how many pairs in reach of each other are listed at most.
const manyPairs = 16_000_000

func (h Headcount) compile(p *partition.Problem) *headModel {
	m := &headModel{p: p, n: p.Len(), reach: h.Reach}
	if m.reach == 0 {
		m.reach = math.Inf(1)
	}
	m.sites = m.n
	if p.Homes != nil {
		m.sites = len(p.Homes)
	}
	for r, me := range p.Measures {
		room := make([]float64, m.sites)
		_, upper := me.Limits(p.K)
		for c := range room {
			if room[c] = math.Inf(1); p.Homes != nil {
				room[c] = upper[c]
			}
			if h.Upper != nil {
				room[c] = math.Min(room[c], h.Upper[r])
			}
			if r == 0 && p.Homes == nil && p.CenterCapacity != nil {
				room[c] = math.Min(room[c], p.CenterCapacity[c])
			}
		}
		if bounded(room) {
			name := me.Name
			if name == "" {
				name = fmt.Sprintf("measure %d", r)
			}
			m.value, m.room, m.name = append(m.value, me.Value), append(m.room, room), append(m.name, name)
		}
	}
	m.slack = partition.FeasibleViolation / 4 / math.Max(1, float64(len(m.value))*float64(m.n))
	m.measureDistance()
	return m
}

// measureDistance chooses how distances are computed.
func (m *headModel) measureDistance() {
	p := m.p
	places := p.Points
	if p.Homes != nil {
		places = p.Homes
	}
	switch {
	case p.Between != nil:
		m.distance = p.Between
	case len(p.Points) == 0 && m.n > 0:
		m.distance = func(i, c int) float64 { return euclidean(p.Features[i], p.Features[c]) }
		m.unitAt, m.siteAt = widestAxis(len(p.Features[0]), m.n, m.n, func(i, k int) float64 { return p.Features[i][k] }, nil)
	case p.Distance != nil:
		m.distance = func(i, c int) float64 { return p.Distance(p.Points[i], places[c]) }
	default:
		units, sites := make([]sphere.Vec, m.n), make([]sphere.Vec, m.sites)
		for i, at := range p.Points {
			units[i] = sphere.At(at[0], at[1])
		}
		for c, at := range places {
			sites[c] = sphere.At(at[0], at[1])
		}
		m.distance = func(i, c int) float64 { return sphere.Distance(units[i], sites[c]) }
		of := func(v []sphere.Vec) func(i, k int) float64 { // the chord is shorter than the arc
			return func(i, k int) float64 {
				return float64(sphere.Radius * [3]float64{v[i].X, v[i].Y, v[i].Z}[k])
			}
		}
		m.unitAt, m.siteAt = widestAxis(3, m.n, m.sites, of(units), of(sites))
	}
}

// widestAxis is the axis along which the units lie farthest apart, and the
// coordinates on it; site is nil where the sites are the units.
func widestAxis(axes, n, sites int, unit, site func(i, k int) float64) (unitAt, siteAt []float64) {
	best, width := 0, -1.0
	for k := range axes {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range n {
			lo, hi = math.Min(lo, unit(i, k)), math.Max(hi, unit(i, k))
		}
		if hi-lo > width {
			best, width = k, hi-lo
		}
	}
	unitAt = make([]float64, n)
	for i := range unitAt {
		unitAt[i] = unit(i, best)
	}
	if site == nil {
		return unitAt, unitAt
	}
	siteAt = make([]float64, sites)
	for c := range siteAt {
		siteAt[c] = site(c, best)
	}
	return unitAt, siteAt
}

// inReach reports whether a territory around the site may hold unit i.
func (m *headModel) inReach(i, site int) bool {
	if m.p.Between == nil && math.IsInf(m.reach, 1) {
		return true
	}
	d := m.distance(i, site)
	return d <= m.reach && !math.IsInf(d, 1)
}

// suits reports whether the site has room for unit i alone.
func (m *headModel) suits(i, site int) bool {
	for r, room := range m.room {
		if m.value[r][i] > room[site]+m.slack {
			return false
		}
	}
	return true
}

// gather lists the sites in reach of every unit that have room for it.
func (m *headModel) gather(ctx context.Context) error {
	most := m.sites
	if m.n > 0 {
		most = min(most, max(16, manyPairs/m.n))
		if math.IsInf(m.reach, 1) {
			most = min(most, max(16, manyPairs/m.n/16)) // everything is in reach: the nearest will do
		}
	}
	order := make([]int32, m.sites) // along the axis
	for c := range order {
		order[c] = int32(c)
	}
	if m.siteAt != nil {
		slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(m.siteAt[a], m.siteAt[b]), cmp.Compare(a, b)) })
	}
	lists := make([][]int32, m.n)
	faults := make([][]partition.InputError, groups)
	cut := make([]bool, groups)
	parallel.For(groups, func(g int) {
		var q nearest.Heap
		lo, hi := span(m.n, g)
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			q.Reset(most)
			found := 0
			for _, c := range m.window(order, i) {
				d := m.distance(i, int(c))
				if why := wrongDistance(m.p, d); why != "" {
					faults[g] = append(faults[g], m.distanceFault(i, int(c), d, why))
					break
				}
				if d <= m.reach && !math.IsInf(d, 1) && m.suits(i, int(c)) {
					found++
					q.Add(d, c)
				}
			}
			cut[g] = cut[g] || found > most
			lists[i] = slices.Clone(q.Sorted())
		}
	})
	if err := context.Cause(ctx); err != nil {
		return err
	}
	var f partition.Faults
	for _, some := range faults {
		for _, e := range some {
			f.Add(e, m.p.Label)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	m.whole = !slices.Contains(cut, true)
	m.start = make([]int, m.n+1)
	for i, list := range lists {
		m.start[i+1] = m.start[i] + len(list)
	}
	m.site = slices.Concat(lists...)
	return nil
}

// window is the part of the sites, in order along the axis, that can be in
// reach of unit i.
func (m *headModel) window(order []int32, i int) []int32 {
	if m.siteAt == nil || math.IsInf(m.reach, 1) {
		return order
	}
	at, reach := m.unitAt[i], m.reach+float64(1e-9*m.reach)+float64(1e-9*math.Abs(m.unitAt[i])) // room for rounding
	lo, _ := slices.BinarySearchFunc(order, at-reach, func(c int32, x float64) int { return cmp.Compare(m.siteAt[c], x) })
	hi := lo
	for hi < len(order) && m.siteAt[order[hi]] <= at+reach {
		hi++
	}
	return order[lo:hi]
}

func (m *headModel) distanceFault(i, site int, d float64, why string) partition.InputError {
	return partition.InputError{Field: distanceField(m.p), Index: i, Value: d, Why: why + ", to " + m.siteName(site)}
}

func (m *headModel) unit(i int) string { return unitName(m.p, i) }

func (m *headModel) siteName(c int) string {
	if m.p.Homes != nil {
		return fmt.Sprintf("home %d", c)
	}
	return m.unit(c)
}

// stranded is the error of the units that no site can serve.
func (m *headModel) stranded() error {
	var lost []int
	for i := range m.n {
		if len(m.near(i)) == 0 {
			lost = append(lost, i)
		}
	}
	if lost == nil {
		return nil
	}
	i := lost[0] // speaks for all
	e := &partition.InfeasibleError{Need: 1, Units: lost}
	var reached []int
	for c := range m.sites {
		if m.inReach(i, c) {
			reached = append(reached, c)
		}
	}
	if len(reached) == 0 {
		e.Why = fmt.Sprintf("%s is out of reach of every home", m.unit(i))
		if m.p.Homes == nil {
			e.Why = fmt.Sprintf("%s is out of reach of every unit", m.unit(i))
		}
	} else {
		for r := range m.value {
			most := 0.0
			for _, c := range reached {
				most = math.Max(most, m.room[r][c])
			}
			if need := m.value[r][i]; need > most+m.slack {
				a, b := amounts(need, most)
				e.Why = fmt.Sprintf("%s of %s is %s, and no territory that can hold it takes more than %s", m.name[r], m.unit(i), a, b)
				e.Measure, e.Need, e.Have = m.name[r], need, most
				break
			}
		}
		if e.Why == "" {
			e.Why = fmt.Sprintf("no territory that can hold %s has room for all its measures", m.unit(i))
		}
		if m.p.Homes != nil {
			e.Territories = reached
		}
	}
	if len(lost) > 1 {
		e.Why += fmt.Sprintf("; %d more units have no place", len(lost)-1)
	}
	return e
}

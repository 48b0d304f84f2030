package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// medianModel is a capacitated p-median problem in the form in which it is
// searched.
type medianModel struct {
	p    *partition.Problem
	n, k int

	distance func(unit, center int) float64 // may be +Inf
	x        []float64                      // coordinates, dim for each unit; nil where there are none
	dim      int
	places   *nearest.Tree // of x
	exact    bool          // distances are those of the coordinates

	weight []float64 // nil: 1
	value  []float64 // per unit; 0 without a measure
	lower  []float64 // per territory
	upper  []float64 // per territory
	room   []float64 // per unit what it can take as a centre; nil: no limit

	fixed     []int32         // nil, or per unit its territory or -1
	seeds     []int32         // nil, or per territory its centre
	forbidden map[[2]int]bool // (unit, territory)
	named     bool            // territories are told apart by limits, locks or seeds
	near      []int32         // the nearest units of each unit but itself, reach of them
	reach     int
}

// cost is what unit i adds in the territory of centre c.
func (m *medianModel) cost(i, c int) float64 {
	d := m.distance(i, c)
	if m.weight != nil {
		w := m.weight[i]
		if w == 0 && math.IsInf(d, 1) {
			return d
		}
		d = float64(d * w)
	}
	return d
}

// capacity is the most that territory t can take around centre c.
func (m *medianModel) capacity(t, c int) float64 {
	if m.room == nil {
		return m.upper[t]
	}
	return math.Min(m.upper[t], m.room[c])
}

// allowed reports whether territory t may hold unit i.
func (m *medianModel) allowed(i, t int) bool {
	if m.fixed != nil && m.fixed[i] >= 0 && int(m.fixed[i]) != t {
		return false
	}
	return m.forbidden == nil || !m.forbidden[[2]int{i, t}]
}

// compileMedians reads p, which must be valid.
func compileMedians(p *partition.Problem) *medianModel {
	m := &medianModel{p: p, n: p.Len(), k: p.K, weight: p.Weight, room: p.CenterCapacity}
	m.value = make([]float64, m.n)
	m.lower, m.upper = partition.Measure{}.Limits(m.k)
	if len(p.Measures) > 0 {
		copy(m.value, p.Measures[0].Value)
		m.lower, m.upper = p.Measures[0].Limits(m.k)
	}
	for t := range m.k {
		m.named = m.named || m.lower[t] != m.lower[0] || m.upper[t] != m.upper[0]
	}
	for i, t := range p.Fixed {
		if t != partition.Unassigned {
			if m.fixed == nil {
				m.fixed = slices.Repeat([]int32{-1}, m.n)
			}
			m.fixed[i] = int32(t)
		}
	}
	if p.Seeds != nil {
		if m.fixed == nil {
			m.fixed = slices.Repeat([]int32{-1}, m.n)
		}
		m.seeds = make([]int32, m.k)
		for t, i := range p.Seeds {
			m.seeds[t], m.fixed[i] = int32(i), int32(t)
		}
	}
	if len(p.Forbidden) > 0 {
		m.forbidden = make(map[[2]int]bool, len(p.Forbidden))
		for _, pair := range p.Forbidden {
			m.forbidden[pair] = true
		}
	}
	m.named = m.named || m.fixed != nil || m.forbidden != nil
	m.measureDistance()
	return m
}

// measureDistance chooses how distances are computed, and finds coordinates
// by which near units are found.
func (m *medianModel) measureDistance() {
	p := m.p
	switch {
	case p.Between != nil:
		m.distance = p.Between // which coordinates might not fit
		return
	case p.Features != nil:
		m.dim = len(p.Features[0])
		for _, row := range p.Features {
			m.x = append(m.x, row...)
		}
		m.exact = true
		m.distance = func(i, c int) float64 { return euclidean(p.Features[i], p.Features[c]) }
	case p.Distance != nil:
		m.dim = 2
		for _, pt := range p.Points {
			m.x = append(m.x, pt[0], pt[1])
		}
		m.distance = func(i, c int) float64 { return p.Distance(p.Points[i], p.Points[c]) }
	default:
		m.dim = 3
		for _, pt := range p.Points {
			v := sphere.At(pt[0], pt[1])
			m.x = append(m.x, v.X, v.Y, v.Z)
		}
		m.exact = true
		m.distance = func(i, c int) float64 {
			a, b := m.at(i), m.at(c)
			return sphere.Distance(sphere.Vec{X: a[0], Y: a[1], Z: a[2]}, sphere.Vec{X: b[0], Y: b[1], Z: b[2]})
		}
	}
	m.places = nearest.NewTree(m.x, m.dim)
}

// at are the coordinates of unit i.
func (m *medianModel) at(i int) []float64 { return m.x[i*m.dim : (i+1)*m.dim] }

// euclidean is the distance of two points of any dimension.
func euclidean(a, b []float64) float64 { return math.Sqrt(nearest.Distance2(a, b)) }

// gatherNear lists for each unit the others that are nearest to it. Where there
// are no coordinates, it looks at all pairs and reports the first faulty one.
func (m *medianModel) gatherNear(ctx context.Context, reach int) error {
	m.reach = max(0, min(reach, m.n-1))
	m.near = make([]int32, m.n*m.reach)
	faults := make([]error, groups)
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		var q nearest.Heap
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			q.Reset(m.reach)
			if m.places != nil {
				m.places.Search(&q, m.at(i), int32(i), math.MaxInt)
			} else {
				for j := range m.n {
					if err := m.checkDistance(i, j); err != nil {
						faults[g] = err
						return
					}
					if j != i && m.reach > 0 {
						q.Add(m.distance(i, j), int32(j))
					}
				}
			}
			copy(m.near[i*m.reach:], q.Sorted())
		}
	})
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// neighbors are the nearest units of unit i.
func (m *medianModel) neighbors(i int) []int32 { return m.near[i*m.reach : (i+1)*m.reach] }

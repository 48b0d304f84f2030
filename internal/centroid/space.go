package centroid

import (
	"math"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/sphere"
)

// space is the cost of the distances to the mean in any dimension, and on the
// sphere. Changes are estimated as by plane, with H replaced by the multiple of
// the identity that has the same trace.
type space struct {
	p       *Problem
	members [][]int32
	dim     int
	weight  []float64
	costs   []float64
	bend    []float64 // per cluster, the trace of H / dim
	sum     []float64 // dim per cluster: sum of the weighted points
	center  []float64
	slope   []float64
	scratch []float64
}

func newSpace(p *Problem, members [][]int32) *space {
	k, kd := p.K, p.K*p.Dim
	return &space{
		p: p, members: members, dim: p.Dim,
		weight: make([]float64, k), costs: make([]float64, k), bend: make([]float64, k),
		sum: make([]float64, kd), center: make([]float64, kd), slope: make([]float64, kd),
		scratch: make([]float64, p.Dim),
	}
}

func (m *space) cost(t int32) float64 { return m.costs[t] }

// far is the distance of a point from a centre.
func far(p *Problem, i int32, center []float64) float64 {
	d2 := nearest.Distance2(p.at(i), center)
	if p.Sphere {
		return sphere.Arc(d2)
	}
	return math.Sqrt(d2)
}

// centerOf turns a weighted sum of points into their centre.
func centerOf(p *Problem, sum []float64, weight float64) {
	by := weight
	if p.Sphere {
		by = 0
		for _, s := range sum {
			by += float64(s * s)
		}
		by = math.Sqrt(by)
	}
	if !(by > 0) { // no weight, or points that face each other
		clear(sum)
		if p.Sphere {
			sum[0] = 1
		}
		return
	}
	for d := range sum {
		sum[d] /= by
	}
}

func (m *space) refresh(t int32) {
	lo, hi := int(t)*m.dim, (int(t)+1)*m.dim
	sum, center, slope := m.sum[lo:hi], m.center[lo:hi], m.slope[lo:hi]
	weight := meanOf(m.p, m.members[t], sum)
	for d := range sum {
		sum[d] *= weight
	}
	copy(center, sum)
	centerOf(m.p, center, weight)
	clear(slope)
	unit := 1.0
	if m.p.Sphere {
		unit = sphere.Radius
	}
	least := 0.02 * m.costs[t] / math.Max(m.weight[t], 1e-300)
	cost, bend := 0.0, 0.0
	for _, i := range m.members[t] {
		w, away := m.p.Weight[i], far(m.p, i, center)
		cost += float64(w * away)
		if away = math.Max(away, least) / unit; away > 0 {
			f := float64(w*unit) / away
			bend += f
			for d, x := range m.p.at(i) {
				slope[d] += float64(f * (center[d] - x))
			}
		}
	}
	m.weight[t], m.costs[t], m.bend[t] = weight, cost, bend*float64(m.dim-1)/float64(m.dim)
}

// moved puts the centre without the one point and with the other into scratch.
func (m *space) moved(t, out, in int32) (weight float64) {
	weight = m.weight[t]
	copy(m.scratch, m.sum[int(t)*m.dim:])
	if out >= 0 {
		weight -= m.p.Weight[out]
		for d, x := range m.p.at(out) {
			m.scratch[d] -= float64(m.p.Weight[out] * x)
		}
	}
	if in >= 0 {
		weight += m.p.Weight[in]
		for d, x := range m.p.at(in) {
			m.scratch[d] += float64(m.p.Weight[in] * x)
		}
	}
	centerOf(m.p, m.scratch, weight)
	return weight
}

func (m *space) after(t, out, in int32) float64 {
	if len(m.members[t]) <= exactSize {
		return m.exact(t, out, in)
	}
	if weight := m.moved(t, out, in); !(weight > 0) {
		return 0
	}
	lo := int(t) * m.dim
	along, square := 0.0, 0.0
	for d, c := range m.scratch {
		step := c - m.center[lo+d]
		along += float64(step * m.slope[lo+d])
		square += float64(step * step)
	}
	cost := m.costs[t] + along + float64(0.5*float64(m.bend[t]*square))
	if out >= 0 {
		cost -= float64(m.p.Weight[out] * far(m.p, out, m.scratch))
	}
	if in >= 0 {
		cost += float64(m.p.Weight[in] * far(m.p, in, m.scratch))
	}
	return cost
}

func (m *space) exact(t, out, in int32) float64 {
	if weight := m.moved(t, out, in); !(weight > 0) {
		return 0
	}
	cost := 0.0
	for _, i := range m.members[t] {
		if i != out {
			cost += float64(m.p.Weight[i] * far(m.p, i, m.scratch))
		}
	}
	if in >= 0 {
		cost += float64(m.p.Weight[in] * far(m.p, in, m.scratch))
	}
	return cost
}

func (m *space) update(t, _, _ int32) { m.refresh(t) }

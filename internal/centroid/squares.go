package centroid

import (
	"math"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/sphere"
)

// squares is the cost of the squared distances to the mean, in any dimension,
// whose changes are known exactly: with W the weight and m the mean of a cluster,
//
//	Σ w_i|x_i - c|² = Σ w_i|x_i - m|² + W·|m - c|²   for every c.
//
// On the sphere the chords to the mean direction S/|S|, S = Σ w_i·x_i, add up to
//
//	Σ w_i|x_i - S/|S||² = 2(W - |S|).
type squares struct {
	p       *Problem
	members [][]int32
	dim     int
	weight  []float64
	costs   []float64
	mean    []float64 // dim per cluster; on the sphere the sum S
	age     []int
	scratch []float64
}

func newSquares(p *Problem, members [][]int32) *squares {
	return &squares{
		p: p, members: members, dim: p.Dim,
		weight: make([]float64, p.K), costs: make([]float64, p.K), mean: make([]float64, p.K*p.Dim),
		age: make([]int, p.K), scratch: make([]float64, p.Dim),
	}
}

const radius2 = sphere.Radius * sphere.Radius

func (m *squares) cost(t int32) float64 { return m.costs[t] }

func (m *squares) refresh(t int32) {
	mean := m.mean[int(t)*m.dim : (int(t)+1)*m.dim]
	m.weight[t] = meanOf(m.p, m.members[t], mean)
	m.age[t] = 0
	cost := 0.0
	if m.p.Sphere {
		for d := range mean {
			mean[d] *= m.weight[t]
		}
		m.costs[t] = onSphere(m.weight[t], mean)
		return
	}
	for _, i := range m.members[t] {
		cost += float64(m.p.Weight[i] * nearest.Distance2(m.p.at(i), mean))
	}
	m.costs[t] = cost
}

// onSphere is the cost of a cluster of the weight whose points add up to sum.
func onSphere(weight float64, sum []float64) float64 {
	length2 := 0.0
	for _, s := range sum {
		length2 += float64(s * s)
	}
	return math.Max(0, 2*radius2*(weight-math.Sqrt(length2)))
}

// meanOf puts the mean of the points into mean, 0 where they have no weight, and
// returns the weight.
func meanOf(p *Problem, points []int32, mean []float64) float64 {
	clear(mean)
	weight := 0.0
	for _, i := range points {
		w := p.Weight[i]
		weight += w
		for d, x := range p.at(i) {
			mean[d] += float64(w * x)
		}
	}
	if weight > 0 {
		for d := range mean {
			mean[d] /= weight
		}
	}
	return weight
}

func (m *squares) exact(t, out, in int32) float64 { return m.after(t, out, in) }

func (m *squares) after(t, out, in int32) float64 {
	cost, _ := m.change(t, out, in)
	return cost
}

// change is the cost with one point less and one more, and the weight; scratch
// is by how much the mean moves, times the weight.
func (m *squares) change(t, out, in int32) (cost, weight float64) {
	w := m.p.Weight
	weight = m.weight[t]
	mean := m.mean[int(t)*m.dim : (int(t)+1)*m.dim]
	step := m.scratch
	if m.p.Sphere {
		copy(step, mean)
		if out >= 0 {
			weight -= w[out]
			for d, x := range m.p.at(out) {
				step[d] -= float64(w[out] * x)
			}
		}
		if in >= 0 {
			weight += w[in]
			for d, x := range m.p.at(in) {
				step[d] += float64(w[in] * x)
			}
		}
		return onSphere(weight, step), weight
	}
	cost = m.costs[t]
	clear(step)
	if out >= 0 {
		weight -= w[out]
		sum := 0.0
		for d, x := range m.p.at(out) {
			gap := x - mean[d]
			sum += float64(gap * gap)
			step[d] -= float64(w[out] * gap)
		}
		cost -= float64(w[out] * sum)
	}
	if in >= 0 {
		weight += w[in]
		sum := 0.0
		for d, x := range m.p.at(in) {
			gap := x - mean[d]
			sum += float64(gap * gap)
			step[d] += float64(w[in] * gap)
		}
		cost += float64(w[in] * sum)
	}
	if !(weight > 0) {
		return 0, weight
	}
	sum := 0.0
	for _, s := range step {
		sum += float64(s * s)
	}
	return math.Max(0, cost-sum/weight), weight
}

func (m *squares) update(t, out, in int32) {
	if m.age[t]++; m.age[t] >= 8+len(m.members[t]) {
		m.refresh(t)
		return
	}
	cost, weight := m.change(t, out, in)
	if !(weight > 0) {
		m.refresh(t)
		return
	}
	m.costs[t], m.weight[t] = cost, weight
	mean := m.mean[int(t)*m.dim : (int(t)+1)*m.dim]
	if m.p.Sphere {
		copy(mean, m.scratch)
		return
	}
	for d, s := range m.scratch {
		mean[d] += s / weight
	}
}

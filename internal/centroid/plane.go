package centroid

import "math"

// plane is the cost of the distances to the mean, in two dimensions.
//
// The cost of a cluster as a function of its centre c is F(c) = Σ w_i·|x_i - c|.
// A point that comes or goes moves the mean by a small δ, and
//
//	F(c+δ) ≈ F(c) + g·δ + ½ δᵀHδ
//
// with gradient g and Hessian H at c, so that a change is judged in O(1).
type plane struct {
	p       *Problem
	members [][]int32
	of      []planeCluster
}

type planeCluster struct {
	weight, sx, sy, cx, cy float64 // sum of weights, of weighted points, mean
	cost                   float64
	gx, gy, hxx, hxy, hyy  float64
	age                    int // changes since all this was computed from the points
}

func newPlane(p *Problem, members [][]int32) *plane {
	return &plane{p: p, members: members, of: make([]planeCluster, p.K)}
}

func (m *plane) cost(t int32) float64 { return m.of[t].cost }

func (m *plane) refresh(t int32) {
	x, w := m.p.X, m.p.Weight
	var c planeCluster
	for _, i := range m.members[t] {
		c.weight += w[i]
		c.sx += float64(w[i] * x[2*i])
		c.sy += float64(w[i] * x[2*i+1])
	}
	if c.weight > 0 {
		c.cx, c.cy = c.sx/c.weight, c.sy/c.weight
	}
	// A point at the mean itself would make H infinite.
	least := 0.02 * m.of[t].cost / math.Max(m.of[t].weight, 1e-300)
	for _, i := range m.members[t] {
		dx, dy := c.cx-x[2*i], c.cy-x[2*i+1]
		far := math.Sqrt(float64(dx*dx) + float64(dy*dy))
		c.cost += float64(w[i] * far)
		c.bend(w[i], dx, dy, math.Max(far, least))
	}
	m.of[t] = c
}

// moved is the weight and the mean without the one point and with the other.
func (m *plane) moved(c *planeCluster, out, in int32) (weight, sx, sy float64) {
	x, w := m.p.X, m.p.Weight
	weight, sx, sy = c.weight, c.sx, c.sy
	if out >= 0 {
		weight -= w[out]
		sx -= float64(w[out] * x[2*out])
		sy -= float64(w[out] * x[2*out+1])
	}
	if in >= 0 {
		weight += w[in]
		sx += float64(w[in] * x[2*in])
		sy += float64(w[in] * x[2*in+1])
	}
	return weight, sx, sy
}

func (m *plane) after(t, out, in int32) float64 {
	if len(m.members[t]) <= exactSize {
		return m.count(t, out, in)
	}
	x, w := m.p.X, m.p.Weight
	c := &m.of[t]
	weight, sx, sy := m.moved(c, out, in)
	if !(weight > 0) {
		return 0
	}
	cx, cy := sx/weight, sy/weight
	dx, dy := cx-c.cx, cy-c.cy
	cost := c.cost + float64(dx*(c.gx+float64(0.5*float64(c.hxx*dx))+float64(c.hxy*dy))) + float64(dy*(c.gy+float64(0.5*float64(c.hyy*dy))))
	if out >= 0 {
		dx, dy = x[2*out]-cx, x[2*out+1]-cy
		cost -= float64(w[out] * math.Sqrt(float64(dx*dx)+float64(dy*dy)))
	}
	if in >= 0 {
		dx, dy = x[2*in]-cx, x[2*in+1]-cy
		cost += float64(w[in] * math.Sqrt(float64(dx*dx)+float64(dy*dy)))
	}
	return cost
}

func (m *plane) exact(t, out, in int32) float64 {
	if len(m.members[t]) > confirmSize {
		return m.after(t, out, in)
	}
	return m.count(t, out, in)
}

func (m *plane) count(t, out, in int32) float64 {
	x, w := m.p.X, m.p.Weight
	weight, sx, sy := m.moved(&m.of[t], out, in)
	if !(weight > 0) {
		return 0
	}
	cx, cy := sx/weight, sy/weight
	cost := 0.0
	for _, i := range m.members[t] {
		if i != out {
			dx, dy := x[2*i]-cx, x[2*i+1]-cy
			cost += float64(w[i] * math.Sqrt(float64(dx*dx)+float64(dy*dy)))
		}
	}
	if in >= 0 {
		dx, dy := x[2*in]-cx, x[2*in+1]-cy
		cost += float64(w[in] * math.Sqrt(float64(dx*dx)+float64(dy*dy)))
	}
	return cost
}

func (m *plane) update(t, out, in int32) {
	c := &m.of[t]
	if c.age++; len(m.members[t]) <= confirmSize || c.age*16 > len(m.members[t]) {
		m.refresh(t)
		return
	}
	// Carry value, gradient and Hessian over to the new mean.
	cost := m.after(t, out, in)
	weight, sx, sy := m.moved(c, out, in)
	if !(weight > 0) {
		m.refresh(t)
		return
	}
	cx, cy := sx/weight, sy/weight
	dx, dy := cx-c.cx, cy-c.cy
	c.gx += float64(c.hxx*dx) + float64(c.hxy*dy)
	c.gy += float64(c.hxy*dx) + float64(c.hyy*dy)
	c.weight, c.sx, c.sy, c.cx, c.cy, c.cost = weight, sx, sy, cx, cy, cost
	m.join(c, out, -1)
	m.join(c, in, 1)
}

// join adds a point to gradient and Hessian, or takes it away.
func (m *plane) join(c *planeCluster, i int32, sign float64) {
	if i < 0 {
		return
	}
	dx, dy := c.cx-m.p.X[2*i], c.cy-m.p.X[2*i+1]
	far := math.Max(math.Sqrt(float64(dx*dx)+float64(dy*dy)), 0.02*c.cost/c.weight)
	c.bend(sign*m.p.Weight[i], dx, dy, far)
}

// bend adds to gradient and Hessian what a point of the weight does that lies by
// dx and dy off the centre, taken to be this far away.
func (c *planeCluster) bend(weight, dx, dy, far float64) {
	if !(far > 0) {
		return
	}
	f := weight / far
	c.gx += float64(f * dx)
	c.gy += float64(f * dy)
	f /= float64(far * far)
	c.hxx += float64(f * float64(dy*dy))
	c.hxy -= float64(f * float64(dx*dy))
	c.hyy += float64(f * float64(dx*dx))
}

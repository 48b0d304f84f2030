package allocate

import (
	"math"
	"math/bits"
)

// list finds the agents that the units of the block have to look at, and
// reports whether they are few enough.
func (b *travelBlock) list() bool {
	x := b.x
	p, t := x.p, x.p.tree
	b.listed = blockList // for the case of failure
	middle := b.count / 2
	px, py, pz := b.x1[middle], b.y1[middle], b.z1[middle]
	var far2, slack float64
	for k := range b.count {
		dx, dy, dz := b.x1[k]-px, b.y1[k]-py, b.z1[k]-pz
		far2 = max(far2, planar2(dx, dy)+square(dz))
		slack = max(slack, b.slack[k]/b.factor[k])
	}
	i := int(b.unit[middle])
	for r, v := range b.load {
		b.one[r] = v[i]
	}
	s := x.bare(i, b.one)
	s.run(b.hint)
	good := s.best.Agent
	if good < 0 {
		return false
	}
	// Distances of the tree, without rounding.
	f := p.agentFactor(good)
	gx, gy, gz := t.place(good)
	gx, gy, gz = gx-px, gy-py, gz-pz
	limit := float64(f*p.length(planar2(gx, gy)+square(gz))) + slack +
		float64(p.maxFactor*(float64(2*p.length(far2))+p.t.Round.spread()))
	magnitude := math.Abs(limit) + float64(p.maxFactor*p.reach)
	var base [blockColumns]float64
	for c := range b.columns {
		base[c] = x.column(c)[good]
		if c < len(x.maxPrice) {
			magnitude += float64(2 * b.hi[c] * x.maxPrice[c])
		} else {
			magnitude += float64(2 * b.hi[c] * p.maxTerm)
		}
	}
	limit += float64(1e-9*slack) + float64(pruneMargin*magnitude)
	least := func(c int, v float64) float64 {
		if v -= base[c]; v < 0 {
			return float64(b.hi[c] * v)
		}
		return float64(b.lo[c] * v)
	}
	scale := p.scale * p.scale
	b.listed = 0
	for k := 1; ; {
		n := &x.node[k]
		dx, dy := n.x.beyond(px), n.y.beyond(py)
		d := planar2(dx, dy)
		if t.nodeZ != nil {
			dz := t.nodeZ[k].beyond(pz)
			d += square(dz)
		}
		if x.leafFactor != nil {
			d *= x.nodeFactor[k]
		}
		r := limit
		if x.columns > 0 {
			for c, v := range x.nodeColumn[k*x.columns : (k+1)*x.columns] {
				r -= least(c, v)
			}
		} else if b.columns > 0 {
			r -= least(0, n.price)
		}
		if !(0.25*scale*d > signedSquare(r)) {
			if k < t.leaves {
				k *= 2
				continue
			}
			l := &x.leaf[k-t.leaves]
			for e, j := range l.agent {
				if j < 0 {
					break
				}
				dx, dy, dz := l.x[e]-px, l.y[e]-py, 0.0
				if t.leafZ != nil {
					dz = t.leafZ[k-t.leaves][e] - pz
				}
				d := planar2(dx, dy) + square(dz)
				factor2 := 1.0
				if x.leafFactor != nil {
					factor2 = x.leafFactor[k-t.leaves][e]
				}
				r := limit
				for c := range b.columns {
					r -= least(c, x.column(c)[j])
				}
				if scale*d*factor2 > signedSquare(r) {
					continue
				}
				if b.listed == blockList {
					return false
				}
				if b.put(int(j), factor2); int(j) == good {
					b.front(b.listed - 1)
				}
			}
		}
		// The next node in preorder that is not below this one.
		k++
		if k >>= bits.TrailingZeros(uint(k)); k == 1 {
			return true
		}
	}
}

// put adds an agent to the list.
func (b *travelBlock) put(j int, square float64) {
	e := b.listed
	b.agent[e] = int32(j)
	b.x2[e], b.y2[e], b.z2[e] = b.x.p.tree.place(j)
	b.factor2[e], b.square2[e] = b.x.p.agentFactor(j), square
	for c := range b.columns {
		b.value[c][e] = b.x.column(c)[j]
	}
	b.listed++
}

// front brings position e of the list to the front: the best agent of the last
// unit is a good start for the next one.
func (b *travelBlock) front(e int) {
	swap := func(v *[blockList]float64) { v[0], v[e] = v[e], v[0] }
	b.agent[0], b.agent[e] = b.agent[e], b.agent[0]
	swap(&b.x2)
	swap(&b.y2)
	swap(&b.z2)
	swap(&b.factor2)
	swap(&b.square2)
	for c := range b.columns {
		swap(&b.value[c])
	}
}

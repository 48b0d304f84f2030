package allocate

import (
	"math"
	"math/bits"
)

// The three descents are one algorithm. They begin in a leaf, climb, descend
// into the siblings that they pass, the nearer child first, and remember the
// way without a stack: in a heap the parent of node k is k/2 and its sibling
// k^1, and bit l of done says that, l levels above, the sibling needs no visit
// any more.
//
// A node or an agent is left out where scale·d² > room·|room|: scale is the
// square of what a distance costs at least, room what the limit leaves for it.
// NaN, from infinite limits, terms and scales, leaves nothing out.

// climb goes from a finished node to the next one to visit; 1 where there is none.
func climb(k int, done uint64) (int, uint64) {
	up := bits.TrailingZeros64(^done)
	k >>= up
	if k == 1 {
		return 1, done
	}
	return k ^ 1, done>>up | 1
}

// weight is how much of the only column of prices the unit uses.
func (s *travelSearch) weight() float64 { return s.times(0) }

// descendPlane is for points in the plane that differ in at most one column.
func (s *travelSearch) descendPlane(scale float64, first int) {
	x := s.x
	leaves, node, leaf := x.p.tree.leaves, x.node, x.leaf
	unit := x.p.t.Units[s.unit]
	px, py, weight, limit := unit[0], unit[1], s.weight(), s.limit
	boxScale := 0.25 * scale // beyond is twice the distance
	k, done := leaves+first, uint64(0)
	for {
		l := &leaf[k-leaves]
		for e := range leafSize {
			dx, dy := l.x[e]-px, l.y[e]-py
			r := limit - float64(weight*l.price[e])
			if !(scale*planar2(dx, dy) > signedSquare(r)) {
				s.offer(l.agent[e])
				limit = s.limit
			}
		}
	up:
		for {
			if k, done = climb(k, done); k == 1 {
				return
			}
			n := &node[k]
			dx, dy := n.x.beyond(px), n.y.beyond(py)
			r := limit - float64(weight*n.price)
			if boxScale*planar2(dx, dy) > signedSquare(r) {
				continue
			}
			for k < leaves {
				c := (*[2]treeNode)(node[2*k:])
				ax, ay := c[0].x.beyond(px), c[0].y.beyond(py)
				bx, by := c[1].x.beyond(px), c[1].y.beyond(py)
				ar, br := limit-float64(weight*c[0].price), limit-float64(weight*c[1].price)
				a := float64(boxScale*planar2(ax, ay)) - signedSquare(ar)
				b := float64(boxScale*planar2(bx, by)) - signedSquare(br)
				k *= 2
				done <<= 1
				if b < a {
					k++
					a, b = b, a
				}
				if a > 0 {
					done |= 1
					continue up
				}
				if b > 0 {
					done |= 1
				}
			}
			break
		}
	}
}

// descendSphere is descendPlane in space.
func (s *travelSearch) descendSphere(scale float64, first int) {
	x := s.x
	leaves, node, leaf := x.p.tree.leaves, x.node, x.leaf
	nodeZ, leafZ := x.p.tree.nodeZ, x.p.tree.leafZ
	unit := x.p.unit[s.unit]
	px, py, pz, weight, limit := unit.X, unit.Y, unit.Z, s.weight(), s.limit
	boxScale := 0.25 * scale
	k, done := leaves+first, uint64(0)
	for {
		l, z := &leaf[k-leaves], &leafZ[k-leaves]
		for e := range leafSize {
			dx, dy, dz := l.x[e]-px, l.y[e]-py, z[e]-pz
			r := limit - float64(weight*l.price[e])
			if !(scale*(planar2(dx, dy)+square(dz)) > signedSquare(r)) {
				s.offer(l.agent[e])
				limit = s.limit
			}
		}
	up:
		for {
			if k, done = climb(k, done); k == 1 {
				return
			}
			n := &node[k]
			dx, dy, dz := n.x.beyond(px), n.y.beyond(py), nodeZ[k].beyond(pz)
			r := limit - float64(weight*n.price)
			if boxScale*(planar2(dx, dy)+square(dz)) > signedSquare(r) {
				continue
			}
			for k < leaves {
				c, cz := (*[2]treeNode)(node[2*k:]), (*[2]interval)(nodeZ[2*k:])
				ax, ay, az := c[0].x.beyond(px), c[0].y.beyond(py), cz[0].beyond(pz)
				bx, by, bz := c[1].x.beyond(px), c[1].y.beyond(py), cz[1].beyond(pz)
				ar, br := limit-float64(weight*c[0].price), limit-float64(weight*c[1].price)
				a := float64(boxScale*(planar2(ax, ay)+square(az))) - signedSquare(ar)
				b := float64(boxScale*(planar2(bx, by)+square(bz))) - signedSquare(br)
				k *= 2
				done <<= 1
				if b < a {
					k++
					a, b = b, a
				}
				if a > 0 {
					done |= 1
					continue up
				}
				if b > 0 {
					done |= 1
				}
			}
			break
		}
	}
}

// descend is for everything: several columns, and factors that differ.
func (s *travelSearch) descend(scale float64, first int) {
	x := s.x
	t := x.p.tree
	px, py, pz := x.p.place(s.unit)
	out := func(k int) float64 {
		n := &x.node[k]
		dx, dy := n.x.beyond(px), n.y.beyond(py)
		d := planar2(dx, dy)
		if t.nodeZ != nil {
			dz := t.nodeZ[k].beyond(pz)
			d += square(dz)
		}
		if x.nodeFactor != nil {
			d *= x.nodeFactor[k]
		}
		r := s.limit
		for c, v := range x.nodeColumn[k*x.columns : (k+1)*x.columns] {
			r -= float64(s.times(c) * v)
		}
		return float64(0.25*scale*d) - signedSquare(r)
	}
	k, done := t.leaves+first, uint64(0)
	for {
		s.offerLeaf(k-t.leaves, px, py, pz, scale)
	up:
		for {
			if k, done = climb(k, done); k == 1 {
				return
			}
			if out(k) > 0 {
				continue
			}
			for k < t.leaves {
				a, b := out(2*k), out(2*k+1)
				k *= 2
				done <<= 1
				if b < a {
					k++
					a, b = b, a
				}
				if a > 0 {
					done |= 1
					continue up
				}
				if b > 0 {
					done |= 1
				}
			}
			break
		}
	}
}

// offerLeaf offers the agents of leaf k that cannot be left out.
func (s *travelSearch) offerLeaf(k int, px, py, pz, scale float64) {
	agent := &s.x.leaf[k].agent
	d, used := s.leaf(k, px, py, pz, scale)
	for e := range leafSize {
		r := s.limit - used[e]
		if !(d[e] > signedSquare(r)) {
			s.offer(agent[e])
		}
	}
}

// start finds the nearest leaf, and seeds the search with the agent that looks
// best in it.
func (s *travelSearch) start(scale float64) (first int) {
	x := s.x
	t := x.p.tree
	px, py, pz := x.p.place(s.unit)
	k := 1
	for k < t.leaves {
		c := (*[2]treeNode)(t.node[2*k:])
		ax, ay := c[0].x.beyond(px), c[0].y.beyond(py)
		bx, by := c[1].x.beyond(px), c[1].y.beyond(py)
		a, b := planar2(ax, ay), planar2(bx, by)
		if t.nodeZ != nil {
			c := (*[2]interval)(t.nodeZ[2*k:])
			az, bz := c[0].beyond(pz), c[1].beyond(pz)
			a, b = a+square(az), b+square(bz)
		}
		k *= 2
		if b < a {
			k++
		}
	}
	first = k - t.leaves
	d, used := s.leaf(first, px, py, pz, scale)
	least, likely := math.Inf(1), int32(-1)
	for e, j := range x.leaf[first].agent {
		if v := math.Sqrt(d[e]) + used[e]; v < least && j >= 0 {
			least, likely = v, j
		}
	}
	if likely >= 0 {
		s.seed(int(likely))
	}
	return first
}

// leaf computes for the agents of leaf k the square of what the distance costs
// at least, and what price and term add.
func (s *travelSearch) leaf(k int, px, py, pz, scale float64) (d, used leafValue) {
	x := s.x
	l, t := &x.leaf[k], x.p.tree
	for e := range leafSize {
		dx, dy := l.x[e]-px, l.y[e]-py
		d[e] = planar2(dx, dy)
	}
	if t.leafZ != nil {
		z := &t.leafZ[k]
		for e := range leafSize {
			dz := z[e] - pz
			d[e] += square(dz)
		}
	}
	for e := range leafSize {
		d[e] *= scale
	}
	if x.leafFactor != nil {
		f := &x.leafFactor[k]
		for e := range leafSize {
			d[e] *= f[e]
		}
	}
	if x.columns == 0 {
		weight := s.weight()
		for e := range leafSize {
			used[e] = weight * l.price[e]
		}
	}
	for c := range x.columns {
		weight, v := s.times(c), &x.leafColumn[k*x.columns+c]
		for e := range leafSize {
			used[e] += float64(weight * v[e])
		}
	}
	return d, used
}

// times is how much of column c the unit uses: its load, and once the AgentTerm.
func (s *travelSearch) times(c int) float64 {
	if c < len(s.load) {
		return s.load[c]
	}
	return 1
}

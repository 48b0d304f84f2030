package allocate

import "math"

// The linear relaxation of a subproblem, a unit being free to split among its
// options, is solved by a dual simplex method for generalised upper bounds:
// each unit has a key option that it leans on, and the basis proper holds only
// one variable per row, a second option of a split unit or the load of the
// row itself. In terms of the Lagrangian dual
//
//	g(v) = Σ_u min_o (cost_o + load_o·v) - Σ_k max(v_k·hi_k, v_k·lo_k),    |v_k| ≤ soft,
//
// an iteration moves along a direction in which g increases to the maximum on
// that line, past as many breakpoints as it takes (units changing their key,
// prices changing sign); the variable of the last breakpoint enters the basis.
// So g never decreases, it is a valid bound at any moment whatever the state
// of the basis, and a search may stop as soon as g is high enough.
//
// The basis is the matrix M with a row per position: load(o) - load(key) for
// an option o, the unit vector for the load of a row; M·v is given, and the
// primal values are x = M⁻ᵀ·rhs. M⁻¹ is kept explicitly, for a handful of rows.

// Tolerances of the relaxation; loads are scaled to about 1.
const (
	primalTol = 1e-9
	pivotTol  = 1e-9
	hopeless  = 1e-6 // load that no choice of options can bring into its window
)

// breakpoint is a point on the search line where the slope of g drops by loss.
type breakpoint struct {
	t    float64
	loss float64
	id   int32 // an option that becomes as cheap as the key; ^row: its price changes sign or reaches ±soft
}

// crash starts the relaxation at the prices guess: every unit at its cheapest
// option, and the load of every row in the basis, pinned at its price until it
// leaves unless the load meets its limit exactly.
func (s *subproblem) crash(guess []float64) {
	clear(s.v)
	clear(s.col)
	for k := range s.rows {
		s.work[k], s.rowPos[k], s.side[k] = ^int32(k), int32(k), 0
		s.col[k*(s.rows+1)+k] = 1
		if v := guess[k]; v > 0 && !math.IsInf(s.hi[k], 1) {
			s.v[k], s.side[k] = math.Min(v, s.soft*s.scale[k]), pinnedHi
		} else if v < 0 && !math.IsInf(s.lo[k], -1) {
			s.v[k], s.side[k] = math.Max(v, -s.soft*s.scale[k]), pinnedLo
		}
	}
	clear(s.share)
	for o := range s.inPos {
		s.inPos[o] = -1
		s.rc[o] = s.cost[o] + s.along(int32(o), s.v)
	}
	for u := range s.units {
		best := int32(-1)
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if !s.dead[q] && (best < 0 || s.rc[q] < s.rc[best]) {
				best = q
			}
		}
		s.key[u] = best
	}
	s.sumKeys()
	s.pivots = 0
	s.stale = true
}

// What side says of a row that is not in the basis: its load is held at the
// lower limit (-1) or the upper (1). Of one that is: where its load may be.
const (
	between  int8 = 0  // within the window, at price 0
	above    int8 = 1  // above it, at price soft
	below    int8 = -1 // below it, at price -soft
	pinnedHi int8 = 2  // at the upper limit, at a positive price
	pinnedLo int8 = -2 // at the lower limit, at a negative price
)

func (s *subproblem) sumKeys() {
	clear(s.keyLoad)
	for u := range s.units {
		s.addLoad(s.keyLoad, s.key[u], 1)
	}
}

// lagrangian recomputes the reduced costs of the active units at the present
// prices, and returns g and the value of the dual solution that the basis
// stands for: the two differ where a unit leans on an option that has just been
// forbidden. Units outside the basis lean on their cheapest option from now on.
func (s *subproblem) lagrangian() (g, dual float64) {
	g = s.fixedCost
	for k := range s.rows {
		if v := s.v[k]; v > 0 {
			g += float64(v * (s.fixedLoad[k] - s.hi[k]))
		} else if v < 0 {
			g += float64(v * (s.fixedLoad[k] - s.lo[k]))
		}
	}
	dual = g
	for _, u := range s.active[:s.nactive] {
		least, most, best := math.Inf(1), math.Inf(-1), int32(-1)
		for q := s.first[u]; q < s.first[u+1]; q++ {
			rc := s.cost[q] + s.along(q, s.v)
			s.rc[q] = rc
			if s.dead[q] {
				continue
			}
			if rc < least {
				least, best = rc, q
			}
			if rc > most {
				most = rc
			}
		}
		g += least
		s.spread[u] = most - least
		if s.share[u] > 0 {
			dual += s.rc[s.key[u]]
		} else {
			dual += least
			if key := s.key[u]; best != key && (least < s.rc[key] || s.dead[key]) {
				s.rekey(u, best)
			}
		}
	}
	return g, dual
}

// relax solves the relaxation from the present basis and returns its value, or
// a value that is at least cut, or +Inf where it has no solution. solved says
// that x holds an optimal split solution.
func (s *subproblem) relax(cut float64) (g float64, solved bool) {
	if s.stale {
		_, s.dual = s.lagrangian()
	}
	s.stale = true
	for range 40 + 15*s.rows {
		if s.dual >= cut {
			return s.dual, false
		}
		p, sign, slope := s.leaving()
		if p < 0 {
			solved = true
			break
		}
		gain, left := s.step(p, sign, slope)
		if left > hopeless {
			return math.Inf(1), false
		} else if left > 0 {
			s.crash(s.v)
			break
		}
		s.dual += gain
		if s.pivots > 50 {
			s.refactor()
		}
	}
	g, s.dual = s.lagrangian()
	s.stale = false
	return g, solved
}

// balance computes what the basic variables have to make up for in every row.
func (s *subproblem) balance() {
	for k := range s.rows {
		h := -s.keyLoad[k]
		if s.rowPos[k] < 0 {
			if s.side[k] < 0 {
				h += s.lo[k]
			} else {
				h += s.hi[k]
			}
		}
		s.rhs[k] = h
	}
}

// values computes the value of every basic variable.
func (s *subproblem) values() {
	s.balance()
	stride := s.rows + 1
	for p := range s.rows {
		col := s.col[p*stride : p*stride+s.rows]
		sum, norm := 0.0, 0.0
		for k, c := range col {
			sum += float64(c * s.rhs[k])
			norm += float64(c * c)
		}
		s.x[p], s.weight[p] = sum, norm
	}
}

// keyValue is what is left for the key of a unit that shares the basis.
func (s *subproblem) keyValue(u int32) float64 {
	x := 1.0
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if p := s.inPos[q]; p >= 0 {
			x -= s.x[p]
		}
	}
	return x
}

// leaving picks the basic variable that is farthest outside its bounds, in the
// norm of its column, and returns its position, the direction its dual moves
// in and the slope of g there. The position is -1 where all are within bounds.
func (s *subproblem) leaving() (p int, sign, slope float64) {
	s.values()
	p = -1
	score := 0.0
	swap := int32(-1)
	for q := range s.rows {
		w := s.work[q]
		if w < 0 {
			k := ^w
			y := -s.x[q]
			up, down := math.Inf(1), math.Inf(-1)
			switch s.side[k] {
			case between:
				up, down = s.hi[k], s.lo[k]
			case above:
				down = s.hi[k]
			case below:
				up = s.lo[k]
			case pinnedHi:
				up, down = s.hi[k], s.hi[k]
			case pinnedLo:
				up, down = s.lo[k], s.lo[k]
			}
			tol := primalTol * (1 + math.Abs(y))
			if out := y - up; out > tol && out*out > score*s.weight[q] {
				p, sign, slope, score, swap = q, 1, out, out*out/s.weight[q], -1
			}
			if out := down - y; out > tol && out*out > score*s.weight[q] {
				p, sign, slope, score, swap = q, -1, out, out*out/s.weight[q], -1
			}
			continue
		}
		u := s.owner[w]
		out, sg := -s.x[q], 1.0
		if s.dead[w] && -out > primalTol {
			out, sg = -out, -1
		}
		if s.share[u] == 1 && s.dead[s.key[u]] {
			// One of the two has to go: the dead one, or either if both are.
			out = 0
			if s.dead[w] {
				out = 1
			}
		}
		if out > primalTol && out*out > score*s.weight[q] {
			p, sign, slope, score, swap = q, sg, out, out*out/s.weight[q], -1
		}
		if s.share[u] == 1 && s.dead[w] && s.dead[s.key[u]] {
			continue
		}
		x := s.keyValue(u)
		out, sg = -x, 1.0
		if s.dead[s.key[u]] && x > primalTol {
			out, sg = x, -1
		}
		if out > primalTol && out*out > score*s.weight[q] {
			p, sign, slope, score, swap = q, sg, out, out*out/s.weight[q], int32(q)
		}
	}
	if swap >= 0 {
		s.swapKey(int(swap))
	}
	return p, sign, slope
}

// swapKey exchanges the key of a unit with its option at position p. Rows of M
// change by a combination of themselves, so only column p of M⁻¹ does.
func (s *subproblem) swapKey(p int) {
	o := s.work[p]
	u := s.owner[o]
	old := s.key[u]
	stride := s.rows + 1
	col := s.col[p*stride : (p+1)*stride]
	for k := range col {
		col[k] = -col[k]
	}
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if c := s.inPos[q]; c >= 0 && int(c) != p {
			other := s.col[int(c)*stride : (int(c)+1)*stride]
			for k := range col {
				col[k] -= other[k]
			}
		}
	}
	s.rekey(u, o)
	s.work[p] = old
	s.inPos[o], s.inPos[old] = -1, int32(p)
}

// step moves the prices along column p to the maximum of g on that line and
// exchanges the basic variable there. It returns the gain of g, and the slope
// that is left where no breakpoint stops the ascent: g has no maximum, since
// the windows cannot be kept, and the basis is lost.
func (s *subproblem) step(p int, sign, slope float64) (gain, left float64) {
	stride := s.rows + 1
	for k := range s.rows {
		s.dir[k] = sign * s.col[p*stride+k]
	}
	s.dir[s.rows] = 0
	out := s.work[p]
	outUnit := int32(-1)
	if out >= 0 {
		outUnit = s.owner[out]
		s.inPos[out] = -1
		s.share[outUnit]--
		if s.share[outUnit] == 0 && s.dead[s.key[outUnit]] {
			slope = s.evict(outUnit)
		}
	} else {
		// The limit on the way out becomes the one that the load is held at.
		k := ^out
		s.rowPos[k] = -1
		switch s.side[k] {
		case between:
			s.side[k] = int8(sign)
		case pinnedHi:
			s.side[k] = above
		case pinnedLo:
			s.side[k] = below
		}
	}
	s.collect()
	t, enter := 0.0, int32(math.MinInt32)
	for len(s.heap) > 0 {
		b := s.popBreak()
		gain += float64(slope * (b.t - t))
		t = b.t
		slope -= b.loss
		if b.id >= 0 {
			u := s.owner[b.id]
			if slope <= 0 || s.share[u] > 0 {
				enter = b.id
				break
			}
			s.rekey(u, b.id)
			if b, ok := s.breakOf(u, t); ok {
				s.pushBreak(b)
			}
			continue
		}
		k := ^b.id
		if slope <= 0 {
			enter = b.id
			break
		}
		s.side[k] = -s.side[k]
		if !math.IsInf(s.soft, 1) {
			s.pushBreak(breakpoint{(s.limit(k) - s.v[k]) / s.dir[k], math.Inf(1), ^k})
		}
	}
	if enter == math.MinInt32 {
		return gain, slope
	}
	for k := range s.rows {
		s.v[k] += float64(t * s.dir[k])
	}
	for _, u := range s.touched {
		for q := s.first[u]; q < s.first[u+1]; q++ {
			s.rc[q] += float64(t * s.lean[q])
		}
	}
	s.pivot(p, enter)
	return gain, 0
}

// evict moves the key of a unit off a dead option once nothing else of the
// unit is in the basis. The unit's load jumps, so that the slope of g along
// the search direction is computed anew and the direction turned upwards.
func (s *subproblem) evict(u int32) (slope float64) {
	best := int32(-1)
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if !s.dead[q] && (best < 0 || s.rc[q] < s.rc[best]) {
			best = q
		}
	}
	s.dual += s.rc[best] - s.rc[s.key[u]]
	s.rekey(u, best)
	s.balance()
	for k := range s.rows {
		slope -= float64(s.dir[k] * s.rhs[k])
	}
	if slope < 0 {
		for k := range s.rows {
			s.dir[k] = -s.dir[k]
		}
		slope = -slope
	}
	return slope
}

// limit is the price at which row k leaves its limit for good, in the search direction.
func (s *subproblem) limit(k int32) float64 {
	if s.dir[k] > 0 {
		return s.soft * s.scale[k]
	}
	return -s.soft * s.scale[k]
}

// collect fills the heap with the first breakpoint of every unit and row that
// the search direction touches. Directions are sparse: agents that have no
// split unit with the one at fault keep their price.
func (s *subproblem) collect() {
	s.heap = s.heap[:0]
	s.touch()
	for _, u := range s.touched {
		if b, ok := s.breakOf(u, 0); ok {
			s.heap = append(s.heap, b)
		}
	}
	for k := range s.rows {
		d := s.dir[k]
		if s.rowPos[k] >= 0 || math.Abs(d) <= pivotTol {
			continue
		}
		if (s.side[k] < 0) == (d > 0) { // the price runs towards 0
			loss := math.Abs(d) * (s.hi[k] - s.lo[k])
			s.heap = append(s.heap, breakpoint{math.Max(0, -s.v[k]/d), loss, ^int32(k)})
		} else if !math.IsInf(s.soft, 1) {
			t := (s.limit(int32(k)) - s.v[k]) / d
			s.heap = append(s.heap, breakpoint{math.Max(0, t), math.Inf(1), ^int32(k)})
		}
	}
	for i := len(s.heap)/2 - 1; i >= 0; i-- {
		s.sink(i)
	}
}

// touch lists the active units that the search direction touches, and computes
// the change of their reduced costs along it.
func (s *subproblem) touch() {
	s.touched = s.touched[:0]
	hits := 0
	for k := range s.rows {
		if s.dir[k] != 0 {
			hits += int(s.rowFirst[k+1] - s.rowFirst[k])
		}
	}
	if hits*s.units > len(s.cost)*s.nactive {
		for _, u := range s.active[:s.nactive] {
			for q := s.first[u]; q < s.first[u+1]; q++ {
				s.lean[q] = s.along(q, s.dir)
			}
		}
		s.touched = append(s.touched, s.active[:s.nactive]...)
		return
	}
	for k := range s.rows {
		d := s.dir[k]
		if d == 0 {
			continue
		}
		for _, e := range s.rowEntry[s.rowFirst[k]:s.rowFirst[k+1]] {
			q := int(e) / s.r
			u := s.owner[q]
			if s.where[u] >= int32(s.nactive) {
				continue
			}
			if !s.mark[u] {
				s.mark[u] = true
				s.touched = append(s.touched, u)
				clear(s.lean[s.first[u]:s.first[u+1]])
			}
			s.lean[q] += float64(s.load[e] * d)
		}
	}
	for _, u := range s.touched {
		s.mark[u] = false
	}
}

// breakOf finds where, from t on, another option of the unit becomes cheaper than its key.
func (s *subproblem) breakOf(u int32, t float64) (breakpoint, bool) {
	key := s.key[u]
	lean, rc := s.lean[key], s.rc[key]
	b := breakpoint{t: math.Inf(1), id: -1}
	for q := s.first[u]; q < s.first[u+1]; q++ {
		loss := lean - s.lean[q]
		if loss <= pivotTol || s.dead[q] || s.inPos[q] >= 0 {
			continue
		}
		if at := math.Max(t, (s.rc[q]-rc)/loss); at < b.t || at == b.t && loss > b.loss {
			b = breakpoint{at, loss, q}
		}
	}
	return b, b.id >= 0
}

// pivot lets a variable into the basis at position p.
func (s *subproblem) pivot(p int, enter int32) {
	stride := s.rows + 1
	if enter >= 0 {
		u := s.owner[enter]
		key := s.key[u]
		for c := range s.rows {
			col := s.col[c*stride : (c+1)*stride]
			s.wcol[c] = s.along(enter, col) - s.along(key, col)
		}
		s.inPos[enter] = int32(p)
		s.share[u]++
	} else {
		k := int(^enter)
		for c := range s.rows {
			s.wcol[c] = s.col[c*stride+k]
		}
		s.rowPos[k] = int32(p)
		switch {
		case math.IsInf(s.soft, 1) || math.Abs(s.v[k]) < 0.5*s.soft*s.scale[k]:
			s.side[k], s.v[k] = between, 0
		case s.v[k] > 0:
			s.side[k], s.v[k] = above, s.soft*s.scale[k]
		default:
			s.side[k], s.v[k] = below, -s.soft*s.scale[k]
		}
	}
	s.work[p] = enter
	s.pivots++
	piv := s.wcol[p]
	if math.Abs(piv) < 1e-7 {
		s.refactor()
		return
	}
	cp := s.col[p*stride : p*stride+s.rows]
	for k := range cp {
		cp[k] /= piv
	}
	for c := range s.rows {
		if w := s.wcol[c]; c != p && w != 0 {
			col := s.col[c*stride : c*stride+s.rows]
			for k, a := range cp {
				col[k] -= float64(w * a)
			}
		}
	}
}

// refactor computes M⁻¹ anew by Gauss-Jordan elimination with row pivoting,
// and the loads of the keys. A singular basis gives way to a new start.
func (s *subproblem) refactor() {
	n := s.rows
	s.tmp = resize(s.tmp, 2*n*n)
	a, inv := s.tmp[:n*n], s.tmp[n*n:]
	clear(s.tmp)
	for p := range n {
		inv[p*n+p] = 1
		if w := s.work[p]; w < 0 {
			a[p*n+int(^w)] = 1
		} else {
			s.rowOf(a[p*n:(p+1)*n], w, 1)
			s.rowOf(a[p*n:(p+1)*n], s.key[s.owner[w]], -1)
		}
	}
	for c := range n {
		at := c
		for q := c + 1; q < n; q++ {
			if math.Abs(a[q*n+c]) > math.Abs(a[at*n+c]) {
				at = q
			}
		}
		if math.Abs(a[at*n+c]) < 1e-11 {
			s.crash(s.v)
			_, s.dual = s.lagrangian()
			return
		}
		if at != c {
			for k := range n {
				a[at*n+k], a[c*n+k] = a[c*n+k], a[at*n+k]
				inv[at*n+k], inv[c*n+k] = inv[c*n+k], inv[at*n+k]
			}
		}
		f := 1 / a[c*n+c]
		for k := range n {
			a[c*n+k] *= f
			inv[c*n+k] *= f
		}
		for q := range n {
			f := a[q*n+c]
			if q == c || f == 0 {
				continue
			}
			for k := range n {
				a[q*n+k] -= float64(f * a[c*n+k])
				inv[q*n+k] -= float64(f * inv[c*n+k])
			}
		}
	}
	for p := range n {
		for k := range n {
			s.col[p*(n+1)+k] = inv[k*n+p]
		}
	}
	s.sumKeys()
	s.pivots = 0
}

func (s *subproblem) rowOf(dst []float64, o int32, f float64) {
	for e := int(o) * s.r; e < (int(o)+1)*s.r; e++ {
		if k := s.row[e]; int(k) < s.rows {
			dst[k] += float64(f * s.load[e])
		}
	}
}

// The heap of breakpoints, smallest first by (t, id).

func (a breakpoint) before(b breakpoint) bool { return a.t < b.t || a.t == b.t && a.id < b.id }

func (s *subproblem) pushBreak(b breakpoint) {
	s.heap = append(s.heap, b)
	i := len(s.heap) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !s.heap[i].before(s.heap[up]) {
			break
		}
		s.heap[i], s.heap[up] = s.heap[up], s.heap[i]
		i = up
	}
}

func (s *subproblem) popBreak() breakpoint {
	top := s.heap[0]
	last := len(s.heap) - 1
	s.heap[0] = s.heap[last]
	s.heap = s.heap[:last]
	if last > 1 {
		s.sink(0)
	}
	return top
}

func (s *subproblem) sink(i int) {
	h := s.heap
	for {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].before(h[c]) {
			c++
		}
		if !h[c].before(h[i]) {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

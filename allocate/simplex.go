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
// Dantzig and Van Slyke, "Generalized upper bounding techniques", Journal of
// Computer and System Sciences 1 (1967), is the source of the key variables; the
// walk past breakpoints is the bound flipping of dual simplex codes. The rest
// follows from the small number of rows: the inverse of the basis is explicit.

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

func breakBefore(a, b breakpoint) bool { return a.t < b.t || a.t == b.t && a.id < b.id }

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

// relax solves the relaxation from the present basis and returns g, or a value
// that is at least cut, or +Inf where it has no solution. solved says that x
// holds an optimal split solution.
func (s *subproblem) relax(cut float64) (g float64, solved bool) {
	if s.stale {
		_, s.dual = s.lagrangian()
	}
	s.stale = true
	for range 40 + 15*s.rows {
		s.steps++
		if s.dual >= cut {
			if !s.strict {
				return s.dual, false
			}
			if g, s.dual = s.lagrangian(); g >= cut {
				return g, false
			}
		}
		p, sign, slope := s.leaving()
		if p < 0 {
			solved = true
			break
		}
		gain, left := s.step(p, sign, slope)
		if left > hopeless && (!s.strict || s.unbounded(cut, left)) {
			return math.Inf(1), false
		} else if left > 0 {
			s.crash(s.v)
			break
		}
		s.dual += gain
		if s.pivots > maxPivots {
			s.refactor()
		}
	}
	g, s.dual = s.lagrangian()
	s.stale = false
	return g, solved
}

// unbounded makes sure that g grows along the search direction beyond what any
// completion costs, given its slope there: then there is none.
func (s *subproblem) unbounded(cut, slope float64) bool {
	target := math.Min(cut, s.most+math.Max(1, math.Abs(s.most)))
	g, _ := s.lagrangian()
	far := 2 * math.Max(target-g, 0) / slope
	for k := range s.rows {
		s.v[k] += float64(far * s.dir[k])
		if !math.IsInf(s.soft, 1) {
			bound := s.soft * s.scale[k]
			s.v[k] = math.Min(math.Max(s.v[k], -bound), bound)
		}
	}
	g, _ = s.lagrangian()
	return g >= target
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
	for len(s.heap.items) > 0 {
		b := s.heap.pop()
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
				s.heap.push(b)
			}
			continue
		}
		k := ^b.id
		if slope <= 0 {
			enter = b.id
			break
		}
		s.side[k] = -s.side[k]
		if limit := s.limit(k); !math.IsInf(limit, 0) {
			s.heap.push(breakpoint{(limit - s.v[k]) / s.dir[k], math.Inf(1), ^k})
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
	s.heap.items = s.heap.items[:0]
	s.touch()
	for _, u := range s.touched {
		if b, ok := s.breakOf(u, 0); ok {
			s.heap.items = append(s.heap.items, b)
		}
	}
	for k := range s.rows {
		d := s.dir[k]
		if s.rowPos[k] >= 0 || math.Abs(d) <= pivotTol {
			continue
		}
		if (s.side[k] < 0) == (d > 0) { // the price runs towards 0
			loss := math.Abs(d) * (s.hi[k] - s.lo[k])
			s.heap.items = append(s.heap.items, breakpoint{math.Max(0, -s.v[k]/d), loss, ^int32(k)})
		} else if limit := s.limit(int32(k)); !math.IsInf(limit, 0) {
			t := (limit - s.v[k]) / d
			s.heap.items = append(s.heap.items, breakpoint{math.Max(0, t), math.Inf(1), ^int32(k)})
		}
	}
	s.heap.heapify()
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

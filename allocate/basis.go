package allocate

import "math"

// The basis of the relaxation is a matrix M with a row per position: for an
// option o, load(o) - load(key of its unit); for the load of a row itself, the
// unit vector. M·v is what the reduced costs of the basis demand, and the values
// of the basic variables are x = M⁻ᵀ·rhs. M⁻¹ is kept by columns: column p is
// the direction in which the prices move when the variable at p leaves.

// maxPivots is the number of exchanges after which M⁻¹ is computed afresh.
const maxPivots = 50

// What side says of a row that is not in the basis: its load is held at the
// lower limit (-1) or the upper (1). Of one that is: where its load may be.
const (
	between  int8 = 0  // within the window, at price 0
	above    int8 = 1  // above it, at price soft
	below    int8 = -1 // below it, at price -soft
	pinnedHi int8 = 2  // at the upper limit, at a positive price
	pinnedLo int8 = -2 // at the lower limit, at a negative price
)

// crash starts the relaxation at the prices guess: every unit at its cheapest
// option, and the load of every row in the basis, pinned at its price until it
// leaves unless the load meets its limit exactly.
func (s *subproblem) crash(guess []float64) {
	clear(s.col)
	s.v[s.rows] = 0
	for k := range s.rows {
		v := guess[k] // which may be s.v itself
		s.work[k], s.rowPos[k], s.side[k], s.v[k] = ^int32(k), int32(k), between, 0
		s.col[k*(s.rows+1)+k] = 1
		if v > 0 && !math.IsInf(s.hi[k], 1) {
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

func (s *subproblem) sumKeys() {
	clear(s.keyLoad)
	for u := range s.units {
		s.addLoad(s.keyLoad, s.key[u], 1)
	}
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

// keptBasis is a row of a basis that is kept: its variable, for an option the
// key of its unit and the place of the unit's forbidden options in keptDead, and
// the price and side of the row with the same number.
type keptBasis struct {
	price            float64
	work, key        int32
	deadFrom, deadTo int32
	side             int8
}

// keepBasis stores the basis and returns its place. When memory is short it is
// the place of the root's.
func (s *subproblem) keepBasis() int32 {
	if len(s.bases) > maxBases {
		return 0
	}
	place := int32(len(s.bases))
	for p, w := range s.work {
		b := keptBasis{price: s.v[p], work: w, key: -1, side: s.side[p], deadFrom: int32(len(s.keptDead))}
		if w >= 0 {
			u := s.owner[w]
			b.key = s.key[u]
			for q := s.first[u]; q < s.first[u+1]; q++ {
				if s.dead[q] {
					s.keptDead = append(s.keptDead, q)
				}
			}
		}
		b.deadTo = int32(len(s.keptDead))
		s.bases = append(s.bases, b)
	}
	return place
}

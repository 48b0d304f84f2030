package allocate

import "math"

// splitTol is the share up to which an option counts as not taken.
const splitTol = 1e-7

// round gives every split unit to its largest share and keeps the result if it
// is the best so far. It reports whether no unit was split and the result is
// within the windows: then no completion of the node is better.
func (s *subproblem) round() (whole bool) {
	whole = true
	load := s.rhs
	copy(load, s.keyLoad)
	for p, w := range s.work {
		if w < 0 || !s.largest(p) {
			continue
		}
		s.addLoad(load, w, 1)
		s.addLoad(load, s.key[s.owner[w]], -1)
	}
	for p, w := range s.work {
		if w >= 0 && s.x[p] > splitTol && s.x[p] < 1-splitTol {
			whole = false
			break
		}
	}
	viol := s.violation(load)
	if viol > 0 && !s.elastic && (math.IsInf(s.soft, 1) || viol > s.ubViol) {
		return false
	}
	s.trial = append(s.trial[:0], s.key[:s.units]...)
	for p, w := range s.work {
		if w >= 0 && s.largest(p) {
			s.trial[s.owner[w]] = w
		}
	}
	return s.keep() && whole
}

// leaf looks at the only completion that a node without choice has.
func (s *subproblem) leaf() {
	s.trial = resize(s.trial, s.units)
	for u := range s.units {
		s.trial[u] = s.first[u] // dead where the unit has no option left
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if !s.dead[q] {
				s.trial[u] = q
			}
		}
	}
	s.keep()
}

// keep makes the completion at hand the best one if it is that. It reports
// whether it is one at all, within the windows where these are hard, and
// otherwise no farther outside them than the best, unless violation is a cost
// like any other.
func (s *subproblem) keep() bool {
	// Afresh, because keyLoad has gathered the rounding of many moves.
	load := s.rhs
	clear(load)
	cost := s.constant
	for _, o := range s.trial {
		if s.dead[o] {
			return false
		}
		cost += s.cost[o]
		s.addLoad(load, o, 1)
	}
	if !s.disjoint(s.trial) {
		return false
	}
	viol := s.violation(load)
	if viol > 0 {
		if !s.elastic && (math.IsInf(s.soft, 1) || viol > s.ubViol) {
			return false
		}
		cost += float64(s.soft * viol)
	}
	if cost < s.ub-s.delta {
		s.best = append(s.best[:0], s.trial...)
		s.ub, s.ubViol, s.found = cost, viol, true
	}
	return true
}

// largest reports whether the option at position p has the largest share of its unit.
func (s *subproblem) largest(p int) bool {
	w := s.work[p]
	u := s.owner[w]
	if s.dead[w] {
		return false
	}
	if !s.dead[s.key[u]] && s.keyValue(u) >= s.x[p] {
		return false
	}
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if c := s.inPos[q]; c >= 0 && int(c) != p && !s.dead[q] && (s.x[c] > s.x[p] || s.x[c] == s.x[p] && q < w) {
			return false
		}
	}
	return true
}

// valueOf is the share of the unit that the relaxation gives to the option.
func (s *subproblem) valueOf(o int32) float64 {
	if p := s.inPos[o]; p >= 0 {
		return s.x[p]
	}
	if u := s.owner[o]; s.key[u] == o {
		return s.keyValue(u)
	}
	return 0
}

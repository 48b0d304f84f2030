package cluster

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// arrange finds the neighbours of each centre, and what the moves mean for bounds.
func (s *lloyd) arrange() {
	s.near.find(s.center)
	most, next, fastest := 0.0, 0.0, int32(-1)
	for t, m := range s.move {
		if m > most {
			most, next, fastest = m, most, int32(t)
		} else if m > next {
			next = m
		}
	}
	for t := range int32(s.k) {
		d := &s.drift[t]
		*d = drift{away: s.move[t], closer: most, beyond: math.Inf(1)}
		list := s.near.of(t)
		switch {
		case len(list) == s.k-1 && s.k-1 <= followed:
			if t == fastest {
				d.closer = next
			}
			continue
		case len(list) > followed:
			list, d.beyond = list[:followed], list[followed].distance
		default:
			d.beyond = s.near.rest[t]
		}
		d.closer = 0
		for _, u := range list {
			d.closer = max(d.closer, s.move[u.center])
		}
	}
}

// followed is the number of neighbours of a centre whose moves are looked at one
// by one.
const followed = 16

// assign gives every point to its nearest centre, and returns how many of them changed.
func (s *lloyd) assign() int {
	parallel.For(blocks(s.n), s.assignBlock)
	changed := 0
	for b := range s.ends {
		lo := b * block
		for e := lo; e < lo+int(s.ends[b]); e++ {
			i := s.moved[e]
			s.leave(i, s.from[e])
			s.join(i, s.of[i])
		}
		changed += int(s.ends[b])
	}
	return changed
}

func (s *lloyd) assignBlock(b int) {
	end := b * block
	for g := b * block / bunch; g*bunch < min(s.n, (b+1)*block); g++ {
		q := &s.bunches[g]
		if q.of >= 0 && q.stays(&s.drift[q.of], s.near.half[q.of]) {
			continue
		}
		s.loosen(g)
		for i := int32(g * bunch); i < int32(min(s.n, (g+1)*bunch)); i++ {
			a := s.of[i]
			if s.upper[i] <= s.lower[i] {
				continue
			}
			if s.locate(i); s.of[i] != a {
				s.moved[end], s.from[end] = i, a
				end++
			}
		}
		s.tighten(g)
	}
	s.ends[b] = int32(end - b*block)
}

// locate gives the point to its nearest centre, unless the bounds with an exact
// distance from its own say that this is the one it has.
func (s *lloyd) locate(i int32) {
	own := s.of[i]
	own2 := s.apart2(i, own)
	upper := math.Sqrt(own2) * s.slack
	if s.upper[i] = upper; upper <= s.lower[i] || upper <= s.near.half[own] {
		return
	}
	best, best2, second2 := s.search(i, own, own2, upper)
	if best != own {
		s.of[i], s.upper[i] = best, math.Sqrt(best2)*s.slack
	}
	s.lower[i] = math.Sqrt(second2) / s.slack
}

// search finds the nearest centre of the point and the squares of its distance and
// of that to the next. Of centres equally near, its own comes first, then the one
// of lower number.
func (s *lloyd) search(i, own int32, own2, upper float64) (best int32, best2, second2 float64) {
	best, best2, second2 = own, own2, math.Inf(1)
	second := second2
	list := s.near.of(own)
	for _, u := range list {
		// No centre from here on is nearer to the point than the second.
		if u.distance-upper >= second {
			return best, best2, second2
		}
		d2 := s.apart2(i, u.center)
		switch {
		case d2 < best2 || d2 == best2 && best != own && u.center < best:
			best, best2, second2 = u.center, d2, best2
		case d2 < second2:
			second2 = d2
		default:
			continue
		}
		second = math.Sqrt(second2) * s.slack
	}
	if s.near.rest[own]-upper >= second {
		return best, best2, second2
	}
	best, best2, second2 = own, own2, math.Inf(1)
	for t := range int32(s.k) {
		if t == own {
			continue
		}
		if d2 := s.apart2(i, t); d2 < best2 {
			best, best2, second2 = t, d2, best2
		} else if d2 < second2 {
			second2 = d2
		}
	}
	return best, best2, second2
}

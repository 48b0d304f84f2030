package district

import "context"

// groups are the territories of a plan as groups of a space.
func (s *space) groups(of []int32, k int) []group {
	all := make([]group, k)
	for t := range all {
		all[t].mean = make([]float64, s.dim)
	}
	for u, t := range of {
		all[t].take(group{s.weight[u], s.at(int32(u))})
	}
	return all
}

// gains is by how much the sum of squares falls where unit u leaves its group g.
func (s *space) gains(g group, u int32) float64 {
	w := s.weight[u]
	rest := g.mass - w
	if !(rest > 0) {
		return 0
	}
	return float64(w*(g.mass/rest)) * distance2(g.mean, s.at(u))
}

// costs is by how much the sum of squares grows where unit u joins group g.
func (s *space) costs(g group, u int32) float64 {
	return apart(g, group{s.weight[u], s.at(u)})
}

// shift takes unit u from one group to another.
func (s *space) shift(from, to *group, u int32) {
	w := s.weight[u]
	to.take(group{w, s.at(u)})
	rest := from.mass - w
	if rest > 0 {
		for d, x := range s.at(u) {
			from.mean[d] += float64((from.mean[d] - x) * (w / rest))
		}
	}
	from.mass = rest
}

// refine gives units on borders to the neighbouring territory where the sum of
// squares falls most, in rounds, until nothing is left to gain; of is changed. It
// returns how many were moved, and whether it came to its end.
func (s *space) refine(ctx context.Context, m *model, of []int32) (moves int, done bool) {
	st := newState(m, of, nil)
	groups := s.groups(of, m.k)
	scale := s.total(of, m.k)
	for again := true; again; {
		again = false
		for u := range int32(m.n) {
			if u%1024 == 0 && ctx.Err() != nil {
				copy(of, st.of)
				return moves, false
			}
			from := st.of[u]
			if st.foreign[u] == 0 || st.size[from] < 2 {
				continue
			}
			best, to := 1e-12*scale, int32(-1) // more than rounding, so that it ends
			gain := s.gains(groups[from], u)
			for _, v := range m.neighbors(u) {
				if t := st.of[v]; t != from {
					if g := gain - s.costs(groups[t], u); g > best {
						best, to = g, t
					}
				}
			}
			if to >= 0 && st.removable(u) {
				s.shift(&groups[from], &groups[to], u)
				st.move(u, to)
				moves++
				again = true
			}
		}
	}
	copy(of, st.of)
	return moves, true
}

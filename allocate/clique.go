package allocate

import "math"

// Of the options of a clique at most one may be taken: they give units that must
// be apart to the same agent. The relaxation does not know of cliques; the search
// drops the options that a unit without another choice rules out, refuses
// completions that take two of a clique, and branches on such units where
// nothing else is left to branch on.

// exclude drops the options that cannot be taken because another one of their
// clique has to be. It reports whether every unit still has one.
func (s *subproblem) exclude() bool {
	for again := len(s.cliques) > 0; again; {
		again = false
		for _, clique := range s.cliques {
			only := int32(-1)
			for _, o := range clique {
				if !s.dead[o] && s.alive[s.owner[o]] == 1 {
					only = o
					break
				}
			}
			if only < 0 {
				continue
			}
			for _, o := range clique {
				if o == only || s.dead[o] {
					continue
				}
				u := s.owner[o]
				if s.alive[u] == 1 {
					return false
				}
				s.kill(o)
				s.settle(u)
				s.stale, again = true, true
			}
		}
	}
	return true
}

// disjoint reports whether a completion takes no two options of a clique.
func (s *subproblem) disjoint(taken []int32) bool {
	for _, clique := range s.cliques {
		count := 0
		for _, o := range clique {
			if taken[s.owner[o]] == o {
				count++
			}
		}
		if count > 1 {
			return false
		}
	}
	return true
}

// entangledUnit is the heaviest unit with a choice that the relaxation gives to
// an agent together with one from which it must be apart, or -1.
func (s *subproblem) entangledUnit() int32 {
	unit, score := int32(-1), 0.0
	for _, clique := range s.cliques {
		count := 0
		for _, o := range clique {
			if s.valueOf(o) > 0.5 {
				count++
			}
		}
		if count < 2 {
			continue
		}
		for _, o := range clique {
			u := s.owner[o]
			if h := s.weightOf(u); s.valueOf(o) > 0.5 && s.alive[u] > 1 && (unit < 0 || h > score) {
				unit, score = u, h
			}
		}
	}
	return unit
}

// block takes away the options at agents where a unit sits that must be apart
// and is not part of the subproblem. It reports whether every unit keeps one.
func (t *attempt) block(a *arrangement) bool {
	s, part := &t.sub, map[int32]bool{}
	for _, i := range t.unit {
		if len(a.m.apart.listsOf(int(i))) > 0 {
			part[i] = true
		}
	}
	open := true
	for u, i := range t.unit {
		if !part[i] {
			continue
		}
		left := false
		for q := s.first[u]; q < s.first[u+1]; q++ {
			for _, k := range a.m.apart.listsOf(int(i)) {
				for _, h := range a.m.apart.lists[k] {
					if j := a.of[h]; h != i && int(j) != a.m.dummy && !part[h] && t.local[j] == t.agent[q] {
						t.rc[q] = math.Inf(1)
					}
				}
			}
			left = left || !math.IsInf(t.rc[q], 1)
		}
		open = open && left
	}
	return open
}

// cliques finds the options of the subproblem that exclude each other.
func (t *attempt) cliques(a *arrangement) {
	s := &t.sub
	type place struct{ list, agent int32 }
	at := map[place]int{}
	var all [][]int32
	for u, i := range t.unit {
		for _, k := range a.m.apart.listsOf(int(i)) {
			for q := s.first[u]; q < s.first[u+1]; q++ {
				j := t.agent[q]
				if int(j) == t.agents {
					continue // unassigned
				}
				c, ok := at[place{k, j}]
				if !ok {
					c = len(all)
					at[place{k, j}] = c
					all = append(all, nil)
				}
				all[c] = append(all[c], q)
			}
		}
	}
	s.cliques = s.cliques[:0]
	for _, clique := range all {
		if len(clique) > 1 {
			s.cliques = append(s.cliques, clique)
		}
	}
}

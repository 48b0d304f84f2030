package allocate

import "math"

// Of the options of a clique at most one may be taken: they give units that must
// be apart to the same agent. The relaxation does not know of cliques; the search
// drops the options that a unit without another choice rules out, refuses
// completions that take two of a clique, and branches on such units where
// nothing else is left to branch on.
type cliques struct {
	option      [][]int32 // per clique
	start, list []int32   // per option, and one more: its cliques
	seen        []int32   // per clique: the round in which it was met, see disjoint
	round       int32
	done        int // of the trail: options dropped before have had their effect
}

// set takes the cliques of two and more among the options.
func (c *cliques) set(all [][]int32, options int) {
	c.option, c.done = c.option[:0], -1
	for _, clique := range all {
		if len(clique) > 1 {
			c.option = append(c.option, clique)
		}
	}
	c.start = resize(c.start, options+1)
	clear(c.start)
	for _, clique := range c.option {
		for _, o := range clique {
			c.start[o+1]++
		}
	}
	for o := range options {
		c.start[o+1] += c.start[o]
	}
	c.list = resize(c.list, int(c.start[options]))
	for k, clique := range c.option {
		for _, o := range clique {
			c.list[c.start[o]] = int32(k)
			c.start[o]++
		}
	}
	copy(c.start[1:], c.start[:options])
	c.start[0] = 0
	c.seen = resize(c.seen, len(c.option))
	clear(c.seen)
	c.round = 0
}

// of are the cliques of an option.
func (c *cliques) of(o int32) []int32 { return c.list[c.start[o]:c.start[o+1]] }

// exclude drops the options that cannot be taken because another one of their
// clique has to be. It reports whether every unit still has one.
func (s *subproblem) exclude() bool {
	c := &s.cliques
	if len(c.option) == 0 {
		return true
	}
	if c.done < 0 { // units may have had a single option from the start
		c.done = 0
		for u := range int32(s.units) {
			if !s.excludeBy(u) {
				return false
			}
		}
	}
	for c.done < len(s.trail) {
		u := s.owner[s.trail[c.done]]
		c.done++
		if !s.excludeBy(u) {
			return false
		}
	}
	return true
}

// excludeBy drops what is ruled out by the only option of unit u, if it has one.
func (s *subproblem) excludeBy(u int32) bool {
	if s.alive[u] != 1 {
		return s.alive[u] > 0
	}
	only := s.first[u]
	for s.dead[only] {
		only++
	}
	for _, k := range s.cliques.of(only) {
		for _, o := range s.cliques.option[k] {
			if o == only || s.dead[o] {
				continue
			}
			w := s.owner[o]
			if s.alive[w] == 1 {
				return false
			}
			s.kill(o)
			s.settle(w)
			s.stale = true
		}
	}
	return true
}

// disjoint reports whether a completion takes no two options of a clique.
func (s *subproblem) disjoint(taken []int32) bool {
	c := &s.cliques
	if len(c.option) == 0 {
		return true
	}
	c.round++
	for _, o := range taken {
		for _, k := range c.of(o) {
			if c.seen[k] == c.round {
				return false
			}
			c.seen[k] = c.round
		}
	}
	return true
}

// entangledUnit is the heaviest unit with a choice that the relaxation gives to
// an agent together with one from which it must be apart, or -1.
func (s *subproblem) entangledUnit() int32 {
	unit, score := int32(-1), 0.0
	for _, clique := range s.cliques.option {
		count := 0
		for _, o := range clique {
			if !s.dead[o] && s.valueOf(o) > 0.5 {
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
		taken := map[int32]bool{} // places of agents
		for _, k := range a.m.apart.listsOf(int(i)) {
			for _, h := range a.m.apart.lists[k] {
				if j := a.of[h]; h != i && int(j) != a.m.dummy && !part[h] && t.local[j] >= 0 {
					taken[t.local[j]] = true
				}
			}
		}
		left := false
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if taken[t.agent[q]] {
				t.rc[q] = math.Inf(1)
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
	s.cliques.set(all, len(s.cost))
}

package district

import "slices"

// state is a plan under change: who has each unit, loads, cut, and which units
// lie on a border, all kept up by [state.move] in the time of a neighbourhood.
// It is not safe for concurrent use, and nothing is allocated after newState.
type state struct {
	m      *model
	of     []int32   // territory of each unit
	load   []float64 // [territory·measures + r]
	size   []int32   // units per territory
	weight []float64 // what cutting an arc costs, the same in both directions
	cut    float64   // Σ weight over the edges between territories

	foreign  []int32 // neighbours of each unit in other territories
	boundary []int32 // units with foreign > 0, in no order
	place    []int32 // of each unit in boundary, or -1

	head, next, prev []int32 // the units of each territory, in no order: linked lists, -1 at the ends

	stamp uint32   // marks of this value are of the question at hand
	seen  []uint32 // per unit, a stamp
	group []int32  // per marked unit, which of the fronts has reached it
	queue []int32  // of all fronts, interleaved
	root  []int32  // per front, that with which it has merged; per front how much is open
	open  []int32
}

// newState begins with the plan of, which is copied. Every unit has a territory.
// weight is per arc; nil counts 1.
func newState(m *model, of []int32, weight []float64) *state {
	if weight == nil {
		weight = make([]float64, len(m.adj))
		for a := range weight {
			weight[a] = 1
		}
	}
	s := &state{
		m: m, weight: weight,
		of: make([]int32, m.n), load: make([]float64, len(m.lower)), size: make([]int32, m.k),
		foreign: make([]int32, m.n), boundary: make([]int32, 0, m.n), place: make([]int32, m.n),
		head: make([]int32, m.k), next: make([]int32, m.n), prev: make([]int32, m.n),
		seen: make([]uint32, m.n), group: make([]int32, m.n), queue: make([]int32, 0, m.n),
	}
	degree := 0
	for u := range m.n {
		degree = max(degree, int(m.start[u+1]-m.start[u]))
	}
	s.root, s.open = make([]int32, degree), make([]int32, degree)
	s.set(of)
	return s
}

// set makes the state that of another plan. O(n + arcs).
func (s *state) set(of []int32) {
	m := s.m
	copy(s.of, of)
	clear(s.load)
	clear(s.size)
	s.cut = 0
	s.boundary = s.boundary[:0]
	for t := range s.head {
		s.head[t] = -1
	}
	for u := int32(m.n) - 1; u >= 0; u-- {
		s.link(u, s.of[u])
	}
	for u := range int32(m.n) {
		t := s.of[u]
		s.size[t]++
		for r, v := range m.values(u) {
			s.load[int(t)*m.measures+r] += v
		}
		s.foreign[u] = 0
		for a := m.start[u]; a < m.start[u+1]; a++ {
			if v := m.adj[a]; s.of[v] != t {
				s.foreign[u]++
				if u < v {
					s.cut += s.weight[a]
				}
			}
		}
		s.place[u] = -1
		s.enlist(u)
	}
}

func (s *state) link(u, t int32) {
	s.prev[u], s.next[u] = -1, s.head[t]
	if h := s.head[t]; h >= 0 {
		s.prev[h] = u
	}
	s.head[t] = u
}

func (s *state) unlink(u, t int32) {
	if p := s.prev[u]; p >= 0 {
		s.next[p] = s.next[u]
	} else {
		s.head[t] = s.next[u]
	}
	if x := s.next[u]; x >= 0 {
		s.prev[x] = s.prev[u]
	}
}

// enlist brings the boundary up to date with foreign[u].
func (s *state) enlist(u int32) {
	at := s.place[u]
	switch {
	case s.foreign[u] > 0 && at < 0:
		s.place[u] = int32(len(s.boundary))
		s.boundary = append(s.boundary, u)
	case s.foreign[u] == 0 && at >= 0:
		last := s.boundary[len(s.boundary)-1]
		s.boundary[at] = last
		s.place[last] = at
		s.boundary = s.boundary[:len(s.boundary)-1]
		s.place[u] = -1
	}
}

// move puts unit u into territory t. Nothing is checked. O(degree).
func (s *state) move(u, t int32) {
	m := s.m
	from := s.of[u]
	if from == t {
		return
	}
	s.unlink(u, from)
	s.link(u, t)
	s.size[from]--
	s.size[t]++
	for r, v := range m.values(u) {
		s.load[int(from)*m.measures+r] -= v
		s.load[int(t)*m.measures+r] += v
	}
	s.of[u] = t
	for a := m.start[u]; a < m.start[u+1]; a++ {
		v := m.adj[a]
		switch s.of[v] {
		case from:
			s.cut += s.weight[a]
			s.foreign[u]++
			s.foreign[v]++
			s.enlist(v)
		case t:
			s.cut -= s.weight[a]
			s.foreign[u]--
			s.foreign[v]--
			s.enlist(v)
		}
	}
	s.enlist(u)
}

// cutAfter is how much the cut grows when unit u moves to territory t.
func (s *state) cutAfter(u, t int32) float64 {
	from, grows := s.of[u], 0.0
	for a := s.m.start[u]; a < s.m.start[u+1]; a++ {
		switch s.of[s.m.adj[a]] {
		case from:
			grows += s.weight[a]
		case t:
			grows -= s.weight[a]
		}
	}
	return grows
}

// touches reports whether unit u has a neighbour in territory t.
func (s *state) touches(u, t int32) bool {
	for _, v := range s.m.neighbors(u) {
		if s.of[v] == t {
			return true
		}
	}
	return false
}

// removable reports whether the territory of unit u, taken to be connected,
// keeps units and stays connected without u. The answer is exact.
//
// Mostly it is found among the neighbours of u: they stay connected if they are
// so among themselves. Otherwise searches from each group of them run side by
// side, a step each, until all have met or one has nowhere to go, so that the
// work is in proportion to the smaller part; where a way around u is long, to
// that way.
func (s *state) removable(u int32) bool {
	m, t := s.m, s.of[u]
	if s.size[t] <= 1 {
		return false
	}
	mates := s.queue[:0]
	for _, v := range m.neighbors(u) {
		if s.of[v] == t {
			mates = append(mates, v)
		}
	}
	if len(mates) <= 1 {
		return true
	}
	s.newStamp()
	s.seen[u], s.group[u] = s.stamp, -1
	for g, v := range mates {
		s.seen[v], s.group[v] = s.stamp, int32(g)
		s.root[g], s.open[g] = int32(g), 1
	}
	fronts := len(mates)
	// The ring: edges among the neighbours of u themselves.
	for _, v := range mates {
		for _, w := range m.neighbors(v) {
			if w < v && s.seen[w] == s.stamp && s.group[w] >= 0 {
				if fronts -= s.meet(s.group[v], s.group[w]); fronts == 1 {
					return true
				}
			}
		}
	}
	queue := mates
	for at := 0; at < len(queue); at++ {
		v := queue[at]
		g := s.find(s.group[v])
		s.open[g]--
		for _, w := range m.neighbors(v) {
			switch {
			case s.of[w] != t || s.seen[w] == s.stamp && s.group[w] < 0:
			case s.seen[w] != s.stamp:
				s.seen[w], s.group[w] = s.stamp, g
				s.open[g]++
				queue = append(queue, w)
			default:
				if fronts -= s.meet(g, s.group[w]); fronts == 1 {
					return true
				}
				g = s.find(g)
			}
		}
		if s.open[g] == 0 {
			return false
		}
	}
	return false
}

func (s *state) find(g int32) int32 {
	for s.root[g] != g {
		g = s.root[g]
	}
	return g
}

// meet merges two fronts; it returns by how many their number falls.
func (s *state) meet(a, b int32) int {
	a, b = s.find(a), s.find(b)
	if a == b {
		return 0
	}
	s.root[b] = a
	s.open[a] += s.open[b]
	return 1
}

func (s *state) newStamp() {
	s.stamp++
	if s.stamp == 0 { // every 2^32 questions
		clear(s.seen)
		s.stamp = 1
	}
}

// units appends the units of territory t, ascending.
func (s *state) units(list []int32, t int32) []int32 {
	from := len(list)
	for u := s.head[t]; u >= 0; u = s.next[u] {
		list = append(list, u)
	}
	slices.Sort(list[from:])
	return list
}

// loads are those of territory t, one per measure.
func (s *state) loads(t int32) []float64 {
	return s.load[int(t)*s.m.measures : (int(t)+1)*s.m.measures]
}

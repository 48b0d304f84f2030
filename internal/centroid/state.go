package centroid

// state is an assignment with everything that a search wants to know about it.
type state struct {
	p       *Problem
	of      []int32
	members [][]int32
	pos     []int32   // of a point among the members of its cluster
	load    []float64 // measures per cluster
	costs   costs

	rate    []float64 // per measure: what an amount outside the limits costs
	penalty []float64 // per cluster
	breach  []float64 // per cluster: the sum of the amounts outside its limits

	total     float64 // cost of all clusters
	violation float64
}

func newState(p *Problem, of []int32) *state {
	n, r := p.Len(), len(p.Value)
	s := &state{
		p: p, of: of, members: make([][]int32, p.K), pos: make([]int32, n),
		load: make([]float64, p.K*r), rate: make([]float64, r),
		penalty: make([]float64, p.K), breach: make([]float64, p.K),
	}
	size := make([]int, p.K)
	for _, t := range of {
		size[t]++
	}
	for t := range s.members {
		s.members[t] = make([]int32, 0, size[t]+size[t]/4+4)
	}
	s.costs = newCosts(p, s.members)
	for i, t := range of {
		s.pos[i] = int32(len(s.members[t]))
		s.members[t] = append(s.members[t], int32(i))
	}
	s.refresh()
	return s
}

// refresh computes loads and costs anew from the points.
func (s *state) refresh() {
	clear(s.load)
	r := len(s.p.Value)
	for q, value := range s.p.Value {
		for i, t := range s.of {
			s.load[int(t)*r+q] += value[i]
		}
	}
	s.total = 0
	for t := range int32(s.p.K) {
		s.costs.refresh(t)
		s.total += s.costs.cost(t)
	}
	s.charge()
}

// charge computes the penalties anew, after the rates have changed.
func (s *state) charge() {
	clear(s.breach)
	s.violation = 0
	for t := range int32(s.p.K) {
		s.limit(t)
	}
}

// limit brings the penalty of cluster t up to date.
func (s *state) limit(t int32) {
	s.violation -= s.breach[t]
	s.penalty[t], s.breach[t] = s.outside(t, -1, -1)
	s.violation += s.breach[t]
}

// outside is the penalty and the amount outside the limits of cluster t without
// the one point and with the other.
func (s *state) outside(t, out, in int32) (penalty, breach float64) {
	r := len(s.rate)
	for q, rate := range s.rate {
		load := s.load[int(t)*r+q]
		if out >= 0 {
			load -= s.p.Value[q][out]
		}
		if in >= 0 {
			load += s.p.Value[q][in]
		}
		if o := outside(load, s.p.Lower[q][t], s.p.Upper[q][t]); o > 0 {
			penalty += float64(rate * o)
			breach += o
		}
	}
	return penalty, breach
}

// move takes point i to cluster b.
func (s *state) move(i, b int32) {
	a := s.of[i]
	from := s.members[a]
	last := from[len(from)-1]
	from[s.pos[i]], s.pos[last] = last, s.pos[i]
	s.members[a] = from[:len(from)-1]
	s.pos[i] = int32(len(s.members[b]))
	s.members[b] = append(s.members[b], i)
	s.of[i] = b
	r := len(s.rate)
	for q := range s.rate {
		s.load[int(a)*r+q] -= s.p.Value[q][i]
		s.load[int(b)*r+q] += s.p.Value[q][i]
	}
}

// changed brings cost and penalty of cluster t up to date.
func (s *state) changed(t, out, in int32) {
	s.total -= s.costs.cost(t)
	s.costs.update(t, out, in)
	s.total += s.costs.cost(t)
	s.limit(t)
}

// exchange gives i, of cluster a, to b, and j, of b or none, to a.
func (s *state) exchange(i, a, j, b int32) {
	s.move(i, b)
	if j >= 0 {
		s.move(j, a)
	}
	s.changed(a, i, j)
	s.changed(b, j, i)
}

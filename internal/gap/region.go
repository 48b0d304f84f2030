package gap

import "slices"

// regionStep anneals some agents and their units anew, all else staying where
// it is: larger parts than can be searched to the end. What is not worse is
// kept.
func (s *strand) regionStep() {
	agents := s.neighbors(min(4+s.random.Below(6), s.p.Agents))
	slices.Sort(agents)
	place := make([]int32, s.p.Agents)
	for k := range place {
		place[k] = -1
	}
	for k, j := range agents {
		place[j] = int32(k)
	}
	var units, of []int32
	for i, j := range s.of {
		if place[j] >= 0 {
			units, of = append(units, int32(i)), append(of, place[j])
		}
	}
	s.work++
	if len(units) < 2 {
		return
	}
	q := &Problem{Units: len(units), Agents: len(agents)}
	price, rate := make([]float64, len(units)), make([]float64, len(agents))
	for u, i := range units {
		price[u] = s.t.price[i]
	}
	for k, j := range agents {
		rate[k] = s.c.rate[j]
		q.Room = append(q.Room, s.p.Room[j])
		for _, i := range units {
			e := s.p.at(int(i), int(j))
			q.Cost, q.Load = append(q.Cost, s.p.Cost[e]), append(q.Load, s.p.Load[e])
		}
	}
	before := q.cost(of)
	c := newChains(q, price, rate, s.random.Uint64())
	c.scale, c.candidates = s.c.scale, c.pairs(s.c.reach)
	c.start(of)
	c.anneal(float64(0.5*s.hot), s.cold, 60, s.cancelled)
	s.work += c.work
	if c.bestCost > before {
		return
	}
	for u, i := range units {
		s.of[i] = agents[c.best[u]]
	}
	for _, j := range agents {
		s.version[j]++
	}
	s.cost = s.p.cost(s.of)
	s.weigh()
	if c.bestCost < before-float64(1e-12*s.c.scale) {
		s.won++
		s.gained = s.work
		s.keep()
	}
}

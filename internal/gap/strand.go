package gap

import (
	"math"
	"slices"
)

// strand is one independent search for plans: it cools a plan by ejection
// chains, solves larger and larger parts of it again, and where that no longer
// pays, warms it up and begins anew.
type strand struct {
	p     *Problem
	c     *chains
	t     *part
	grain float64

	of       []int32 // the plan at hand, within the rooms; nil: none yet
	cost     float64
	best     []int32 // the best one
	bestCost float64 // +Inf: none yet

	version []uint64            // per agent: how often its units have changed
	done    map[uint64]struct{} // parts in states that were searched to the end
	size    int                 // agents in a part
	nodes   int                 // limit of its search
	random  splitMix

	hot, cold float64 // temperatures of annealing, in scales

	tried, finished, won int // parts since the size was last looked at
	idle                 int // looks without a gain
	kicks                int
	work, told           int
	cancelled            func() bool
}

func newStrand(p *Problem, price, rate []float64, grain float64, seed uint64, hot, cold float64, cancelled func() bool) *strand {
	return &strand{
		p: p, c: newChains(p, price, rate, seed), t: newPart(p, price), grain: grain,
		bestCost: math.Inf(1), version: make([]uint64, p.Agents), done: map[uint64]struct{}{},
		hot: hot, cold: cold, size: 2, nodes: 60, random: splitMix(seed ^ 0x5DEECE66D), cancelled: cancelled,
	}
}

// advance works on until the work is done.
func (s *strand) advance(work int) {
	until := s.work + work
	for s.work < until && !s.cancelled() {
		if s.of == nil {
			s.anneal(nil, s.hot, 100)
			continue
		}
		s.partStep()
	}
}

// anneal begins a plan anew from the one given. Where no plan within the rooms
// comes out, the next attempt goes on from what has.
func (s *strand) anneal(from []int32, heat float64, sweeps int) {
	c := s.c
	c.bestCost, c.work = math.Inf(1), 0
	if from != nil || s.work == 0 {
		c.start(from)
	}
	c.anneal(heat, s.cold, sweeps, s.cancelled)
	s.work += 1 + c.work
	if math.IsInf(c.bestCost, 1) {
		return
	}
	s.take(c.best, c.bestCost)
}

// take makes a plan the one at hand.
func (s *strand) take(of []int32, cost float64) {
	if s.of == nil {
		s.of = slices.Clone(of)
	}
	copy(s.of, of)
	s.cost = cost
	for j := range s.version {
		s.version[j]++
	}
	s.keep()
}

func (s *strand) keep() {
	if s.cost < s.bestCost {
		s.best, s.bestCost = append(s.best[:0], s.of...), s.cost
	}
}

// partStep solves one part again, and decides how large the next ones are.
func (s *strand) partStep() {
	agents := s.neighbors(min(s.size, s.p.Agents))
	key := s.stamp(agents)
	s.work++
	s.tried++
	if _, seen := s.done[key]; seen {
		s.finished++
	} else {
		gain, done, work := s.t.improve(s.of, agents, s.grain, s.nodes, s.cancelled)
		s.work += work
		if gain > 0 {
			s.won++
			for _, j := range agents {
				s.version[j]++
			}
			s.cost = s.p.cost(s.of)
			s.keep()
		}
		if done {
			s.finished++
			if gain > 0 {
				key = s.stamp(agents)
			}
			s.done[key] = struct{}{}
		}
	}
	if s.tried < max(20, 2*s.p.Agents) {
		return
	}
	gained, ended := s.won > 0, s.finished*10 >= s.tried*6
	s.tried, s.finished, s.won = 0, 0, 0
	switch {
	case gained:
		s.idle = 0
	case ended && s.size < s.p.Agents:
		s.size++
		s.idle = 0
	default:
		if s.idle++; s.idle >= 2 {
			s.kick()
		}
	}
	if !ended && s.size > 2 {
		s.size--
	}
}

// kick warms the plan up: mostly the best one, and lightly.
func (s *strand) kick() {
	s.kicks++
	s.idle, s.size = 0, max(2, s.size-2)
	clear(s.done)
	s.anneal(s.best, math.Max(s.hot/4, 2*s.cold), 10)
}

// neighbors draws agents that have units to exchange with one another.
func (s *strand) neighbors(size int) []int32 {
	agents := make([]int32, 0, size)
	agents = append(agents, int32(s.random.below(s.p.Agents)))
	for tries := 0; len(agents) < size; tries++ {
		j := int32(s.random.below(s.p.Agents))
		if tries < 8*size { // by way of a unit that might move
			if list := s.c.coming[agents[s.random.below(len(agents))]]; len(list) > 0 {
				j = s.of[list[s.random.below(len(list))].unit]
			}
		}
		if !slices.Contains(agents, j) {
			agents = append(agents, j)
		}
	}
	return agents
}

// stamp identifies a set of agents in the state they are in.
func (s *strand) stamp(agents []int32) uint64 {
	sum := uint64(len(agents))
	for _, j := range agents { // in any order
		h := splitMix(uint64(j)<<40 ^ s.version[j])
		sum += h.next()
	}
	return sum
}

// spent is the work since it was last asked.
func (s *strand) spent() int {
	w := s.work - s.told
	s.told = s.work
	return w
}

package gap

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/splitmix"
)

// strand is one independent search for plans. It cools a litter of plans by
// ejection chains and takes the best of them; solves larger and larger parts of
// it again; where that no longer pays, warms it up and goes on; and where that
// does not pay either, begins with a new litter.
type strand struct {
	p     *Problem
	c     *chains
	how   *contest
	t     *part
	grain float64

	of        []int32 // the plan at hand, within the rooms; nil: none yet
	cost      float64
	base      []int32 // the best one of this litter
	baseCost  float64
	best      []int32 // the best of all
	bestCost  float64 // +Inf: none yet
	young     []int32 // the best one of a litter that is not complete yet
	youngCost float64
	litter    int // work done for it; 0: there is none

	least   []float64           // per agent: what it would contribute to the bound
	excess  []float64           // per agent: what its units cost more at the prices of the bound
	version []uint64            // per agent: how often its units have changed
	done    map[uint64]struct{} // parts in states that were searched to the end
	size    int                 // agents in a part
	random  splitmix.Source

	hot, cold float64 // temperatures of annealing, in scales

	tried, finished, won int // parts since the size was last looked at
	looked               int // the work at that time
	vain                 int // times that warming up has brought nothing
	stray                int // plans in turn that broke the limits
	gained               int // the work at which a part last gained
	bred                 int // work on litters
	regional             int // work on regions: a fifth of that on parts and regions
	work, told, leg      int
	cancelled            func() bool
}

func newStrand(p *Problem, d *Dual, grain float64, seed uint64, hot, cold float64, cancelled func() bool) *strand {
	c := newChains(p, d.Price, d.Rate, seed)
	how := newContest(c)
	c.use(how.best())
	return &strand{
		p: p, c: c, how: how, t: newPart(p, d.Price), grain: grain,
		least: d.Best, excess: make([]float64, p.Agents),
		bestCost: math.Inf(1), version: make([]uint64, p.Agents), done: map[uint64]struct{}{},
		hot: hot, cold: cold, size: 2, random: splitmix.Source(seed ^ 0x5DEECE66D), cancelled: cancelled,
	}
}

// advance works on until the work is done.
func (s *strand) advance(work int) {
	until := s.work + work
	s.leg = work
	for s.work < until && !s.cancelled() {
		if s.of == nil || s.vain > vainKicks || s.litter > 0 {
			s.breed()
			continue
		}
		if s.p.Agents > 4 && s.regional*5 < s.work-s.bred {
			before := s.work
			s.regionStep()
			s.regional += s.work - before
			continue
		}
		s.partStep()
	}
}

// breed cools one more plan of a litter from nothing, each at another
// temperature, and takes the best when the litter is complete.
func (s *strand) breed() {
	c := s.c
	c.use(s.how.turn())
	if s.litter == 0 {
		s.young, s.youngCost = s.young[:0], math.Inf(1)
	}
	if s.stray++; s.stray == 1 || s.stray == 5 {
		c.start(nil) // else what broke the limits last time goes on
		s.stray = 1
	}
	heat := [...]float64{1, 0.7, 0.4, 0.25}[s.random.Below(4)]
	sweeps := s.how.sweeps
	if s.leg < firstLeg { // the budget is small
		sweeps = min(sweeps, max(20, s.leg/s.p.Units))
	}
	before := s.work
	if s.cool(heat*s.hot, sweeps); c.bestCost < s.youngCost {
		s.youngCost, s.young = c.bestCost, append(s.young[:0], c.best...)
		if c.bestCost < s.bestCost {
			s.bestCost, s.best = c.bestCost, append(s.best[:0], c.best...)
		}
	}
	if !math.IsInf(c.bestCost, 1) {
		s.stray = 0
	}
	s.how.tell(c.bestCost)
	s.bred += s.work - before
	if s.litter += s.work - before; s.litter < litterWork {
		return
	}
	s.litter, s.vain = 0, 0
	c.use(s.how.best())
	if !math.IsInf(s.youngCost, 1) {
		s.take(s.young, s.youngCost)
	}
}

// cool anneals the plan that the chains have.
func (s *strand) cool(heat float64, sweeps int) {
	s.c.bestCost, s.c.work = math.Inf(1), 0
	s.c.anneal(heat, s.cold, sweeps, s.cancelled)
	s.work += 1 + s.c.work
	s.gained = s.work
}

// take makes a plan the one at hand, and forgets the litter before.
func (s *strand) take(of []int32, cost float64) {
	s.base, s.baseCost, s.vain, s.litter = append(s.base[:0], of...), cost, 0, 0
	s.adopt(of, cost)
}

// adopt makes a plan the one at hand.
func (s *strand) adopt(of []int32, cost float64) {
	if s.of == nil {
		s.of = slices.Clone(of)
	}
	copy(s.of, of)
	s.cost = cost
	for j := range s.version {
		s.version[j]++
	}
	s.weigh()
	s.keep()
}

// weigh finds every agent's part in the gap between the plan and the bound.
func (s *strand) weigh() {
	for j := range s.excess {
		s.excess[j] = -s.least[j]
	}
	for i, j := range s.of {
		s.excess[j] += s.p.Cost[s.p.at(i, int(j))] - s.t.price[i]
	}
}

// keep notes the plan at hand where it is the best.
func (s *strand) keep() {
	if s.cost < s.baseCost {
		s.base, s.baseCost, s.vain = append(s.base[:0], s.of...), s.cost, 0
	}
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
		gain, done, work := s.t.improve(s.c, s.of, agents, s.grain, partNodes, s.cancelled)
		s.work += work
		if gain > 0 {
			s.won++
			for _, j := range agents {
				s.version[j]++
			}
			s.cost = s.p.cost(s.of)
			s.gained = s.work
			s.weigh()
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
	if s.work-s.gained > patience {
		s.kick()
		return
	}
	if s.tried < max(10, s.p.Agents) || s.won == 0 && s.work-s.looked < longLook {
		return
	}
	switch ended := s.finished*10 >= s.tried*6; {
	case !ended:
		s.size = max(2, s.size-1)
	case s.won == 0:
		s.size = min(s.size+1, s.p.Agents)
	}
	s.tried, s.finished, s.won, s.looked = 0, 0, 0, s.work
}

const (
	litterWork = 800_000 // chains tried for a litter; a plan takes 20 to 1000 for each unit, and no more than its leg
	kickWork   = 40_000  // chains tried to warm up a plan
	patience   = 400_000 // work in vain on parts and regions before a plan is warmed up
	partNodes  = 600     // of the search of a part
	vainKicks  = 3       // times that a plan is warmed up in vain
	longLook   = 10_000  // work on parts of one size in vain before they grow
)

// kick warms the best plan up, more or less.
func (s *strand) kick() {
	s.tried, s.finished, s.won, s.looked = 0, 0, 0, s.work
	s.size = max(2, s.size-2)
	if len(s.done) > 1<<16 {
		clear(s.done)
	}
	s.vain++
	heat := 2 * s.cold
	for k := s.random.Below(3); k > 0; k-- {
		heat *= 2
	}
	s.c.start(s.base)
	if s.cool(heat, max(10, kickWork/s.p.Units)); !math.IsInf(s.c.bestCost, 1) {
		s.adopt(s.c.best, s.c.bestCost)
	}
}

// neighbors draws agents that have units to exchange with one another. Together
// they can gain no more than their excess, so of two that come up the one with
// more of it is taken.
func (s *strand) neighbors(size int) []int32 {
	agents := make([]int32, 0, size)
	draw := func(tries int) int32 {
		if len(agents) > 0 && tries < 8*size { // by way of a unit that might move
			if list := s.c.coming[agents[s.random.Below(len(agents))]]; len(list) > 0 {
				return s.of[list[s.random.Below(len(list))].unit]
			}
		}
		return int32(s.random.Below(s.p.Agents))
	}
	for tries := 0; len(agents) < size; tries++ {
		j := draw(tries)
		if k := draw(tries); s.excess[k] > s.excess[j] && !slices.Contains(agents, k) {
			j = k
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
		h := splitmix.Source(uint64(j)<<40 ^ s.version[j])
		sum += h.Uint64()
	}
	return sum
}

// spent is the work since it was last asked.
func (s *strand) spent() int {
	w := s.work - s.told
	s.told = s.work
	return w
}

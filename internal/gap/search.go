package gap

import (
	"math"
	"sync"
)

// Search solves a problem as well as its budget allows: the dual first, then
// several strands of plans side by side and a prover, which exchange what they
// have found at fixed amounts of work. The outcome depends on nothing else, as
// long as Stop is silent.
type Search struct {
	Problem *Problem
	Price   []float64 // of the units, to start from
	Grain   float64   // all costs are whole multiples of it; 0: they are not
	Seed    uint64
	Budget  int // in chains tried, a microsecond or two each, and knapsacks by their steps

	// Bound returns what the Lagrangian bound at the prices, as computed, proves
	// once rounding is taken care of.
	Bound func(price []float64, value float64) float64

	Stop   func() bool                         // ends the search with what there is
	Report func(cost, bound float64, work int) // nil, or told of every exchange
	Enough func(cost, bound float64) bool      // nil, or whether that is good enough
}

// Outcome is what a search has found.
type Outcome struct {
	Of      []int32 // nil: no plan within the rooms
	Cost    float64 // +Inf without one
	Price   []float64
	Dual    float64 // the Lagrangian bound at Price, as computed
	Lower   float64 // no plan costs less: Dual, or what was proved beyond it
	Work    int
	Done    bool // Of is optimal, or there is no plan
	Stopped bool // by Stop
}

// heats of the strands, relative to the usual one.
var heats = [...]float64{1, 2, 0.5}

// usualHeat is the temperature at which annealing begins, in scales of the
// reduced costs, and at which it ends. Found by trial: agents with few units
// each have to look farther.
func usualHeat(p *Problem) (hot, cold float64) {
	few := math.Max(1, math.Min(4, 20*float64(p.Agents)/float64(p.Units)))
	return few, 0.04 * few
}

const (
	dualSteps  = 1000
	strands    = len(heats)
	firstLeg   = 20_000 // work between exchanges, at first
	longestLeg = 200_000
)

// Run searches from a plan, or from none; the plan may overload agents.
func (s *Search) Run(of []int32) Outcome {
	p := s.Problem
	out := Outcome{Cost: math.Inf(1)}
	for i := range p.Units {
		any := false
		for j := range p.Agents {
			any = any || p.may(i, j)
		}
		if !any {
			out.Lower, out.Done = math.Inf(1), true
			return out
		}
	}
	if of != nil && p.within(of) {
		out.Of, out.Cost = append([]int32(nil), of...), p.cost(of)
	}
	d := NewDual(p, s.Price)
	// Without a plan what to aim at is a guess, farther each time it is reached.
	guess := math.Max(1e-9, float64(0.02*math.Abs(d.Value))+float64(0.05*p.spread()))
	late := func() bool { return d.sack.Work() >= s.Budget/3 || s.Stop() }
	for steps := dualSteps; steps > 0; guess *= 2 {
		target := math.Min(out.Cost, d.Value+guess)
		steps -= 1 + d.Ascend(target, steps, late)
		out.Work = d.sack.Work()
		if d.Value < target || late() {
			break
		}
	}
	out.Price, out.Dual = d.Price, d.Value
	out.Lower = s.Bound(d.Price, d.Value)
	v := newProver(p, d.Price, out.Lower, s.Grain)
	var threads []*strand
	hot, cold := usualHeat(p)
	for k, h := range heats {
		threads = append(threads, newStrand(p, d, s.Grain, s.Seed*uint64(strands)+uint64(k), hot*h, cold*h, s.Stop))
	}
	if out.Of != nil {
		threads[0].take(out.Of, out.Cost)
	}
	proving := 0 // work of the prover: one part in four
	for leg, round := firstLeg, 1; ; round++ {
		out.Done = out.Lower >= out.Cost
		if s.Report != nil {
			s.Report(out.Cost, out.Lower, out.Work)
		}
		if out.Stopped = s.Stop(); out.Stopped || out.Done || out.Work >= s.Budget || s.Enough != nil && s.Enough(out.Cost, out.Lower) {
			return out
		}
		leg = min(leg, longestLeg, 1+(s.Budget-out.Work)/(strands+1))
		var wait sync.WaitGroup
		for _, t := range threads {
			wait.Go(func() { t.advance(leg) })
		}
		var found []int32
		if proving <= (out.Work+strands*leg)/4 {
			var used int
			found, used = v.advance(out.Cost, leg, s.Stop)
			proving += used
			out.Work += used
		}
		wait.Wait()
		out.Lower = v.lower
		if found != nil {
			out.Of, out.Cost = found, p.cost(found)
		}
		for _, t := range threads {
			out.Work += t.spent()
			if t.bestCost < out.Cost {
				out.Of, out.Cost = append(out.Of[:0], t.best...), t.bestCost
			}
		}
		if round%4 == 0 && out.Of != nil {
			worst := threads[0]
			for _, t := range threads[1:] {
				if t.bestCost > worst.bestCost {
					worst = t
				}
			}
			if worst.bestCost > out.Cost {
				worst.take(out.Of, out.Cost)
			}
		}
		leg += leg / 2
	}
}

// spread is how far apart the cheapest and the dearest plan can be.
func (p *Problem) spread() float64 {
	low, high := p.extremes()
	return high - low
}

// extremes are what all units cost by the cheapest and by the dearest agents.
func (p *Problem) extremes() (low, high float64) {
	for i := range p.Units {
		least, most := math.Inf(1), math.Inf(-1)
		for j := range p.Agents {
			if p.may(i, j) {
				c := p.Cost[p.at(i, j)]
				least, most = math.Min(least, c), math.Max(most, c)
			}
		}
		low += least
		high += most
	}
	return low, high
}

// within reports whether a plan uses allowed pairs only and keeps the rooms.
func (p *Problem) within(of []int32) bool {
	free := append([]float64(nil), p.Room...)
	for i, j := range of {
		if !p.may(i, int(j)) {
			return false
		}
		free[j] -= p.Load[p.at(i, int(j))]
	}
	for _, f := range free {
		if f < 0 {
			return false
		}
	}
	return true
}

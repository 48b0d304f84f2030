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
	Budget  int // in knapsacks solved and chains tried: some microseconds each

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

// temperatures of the strands: which range is best depends on how freely units
// can be exchanged.
var temperatures = [...]struct{ hot, cold float64 }{{1, 0.03}, {4, 0.3}, {2, 0.1}}

const (
	strands    = len(temperatures)
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
	for steps := min(1000, s.Budget/(4*p.Agents)); steps > 0; {
		target := out.Cost
		if math.IsInf(target, 1) { // a guess, which may be reached
			target = d.Value + math.Max(1e-9, float64(0.02*math.Abs(d.Value)))
		}
		used := 1 + d.Ascend(target, steps, s.Stop)
		steps -= used
		out.Work += used * p.Agents
		if d.Value < target || !math.IsInf(out.Cost, 1) || s.Stop() {
			break
		}
	}
	out.Price, out.Dual = d.Price, d.Value
	out.Lower = s.Bound(d.Price, d.Value)
	v := newProver(p, d.Price, out.Lower, s.Grain)
	var threads []*strand
	for k, t := range temperatures {
		threads = append(threads, newStrand(p, d.Price, d.Rate, s.Grain, s.Seed*uint64(len(temperatures))+uint64(k), t.hot, t.cold, s.Stop))
	}
	if out.Of != nil {
		threads[0].take(out.Of, out.Cost)
	}
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
		found, used := v.advance(out.Cost, leg, s.Stop)
		wait.Wait()
		out.Work += used
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

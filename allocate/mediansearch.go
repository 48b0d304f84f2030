package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// The constants of the search were found by trial on published instances of 50
// to 3,000 units with 3 to 120 units per territory.
const (
	medianReach      = 24   // near units that are looked at
	patchTerritories = 40   // of a patch at most
	patchUnits       = 300  // of a patch, if it then holds enough territories
	patchMatrix      = 1536 // units of a patch up to which all costs are kept
	patchesAbreast   = 4    // patches that are searched at the same time
	patchSteps       = 1000 // per unit of a patch

	// Temperatures in units of the mean cost of a unit; a patch is warmed up
	// anew to somewhere between mild and hot.
	hotPatch, mildPatch, coldPatch = 1.0, 0.2, 0.025

	// The price per amount outside the limits, in units of the mean cost per
	// amount, at first and at last.
	cheapOutside, dearOutside = 0.4, 30
)

// outsideNoise is the amount outside the limits that is no more than the
// rounding of sums.
const outsideNoise = 1e-9

// medianSearch draws patches of the map anew, one after the other, and keeps
// what is better.
type medianSearch struct {
	m        *medianModel
	plan     medianPlan
	members  [][]int32
	local    []int32
	random   splitmix.Source
	lots     *[1024]float64
	mean     float64 // amount of a unit
	strict   float64 // raises the price per amount outside where that did not suffice
	cost     float64 // of the plan
	work     int64
	budget   int64
	progress func(partition.Progress)
	climb    *medianClimb // nil: no bound
	gap      float64      // at which to stop
}

func newMedianSearch(m *medianModel, plan medianPlan, c Centers) *medianSearch {
	s := &medianSearch{m: m, plan: plan, random: splitmix.Source(c.Seed), strict: 1, gap: c.Gap, budget: int64(c.Budget), progress: c.Progress, lots: new([1024]float64)}
	detmath.Exponentials(s.lots[:])
	if s.budget == 0 {
		s.budget = min(40_000*int64(m.n), 40_000_000+1_000*int64(m.n))
	}
	s.local = make([]int32, m.n)
	s.members = make([][]int32, m.k)
	for i, t := range s.plan.of {
		s.members[t] = append(s.members[t], int32(i))
	}
	for _, v := range m.value {
		s.mean += v / float64(m.n)
	}
	if s.mean == 0 {
		s.mean = 1
	}
	return s
}

// run searches until the budget is spent or ctx ends.
func (s *medianSearch) run(ctx context.Context) partition.Stop {
	n := s.m.n
	covered := 0
	for s.work < s.budget {
		if ctx.Err() != nil {
			return partition.Interrupted
		}
		if stop, done := s.report(); done {
			return stop
		}
		hot := hotPatch
		if covered > 3*n {
			hot = mildPatch + float64((hotPatch-mildPatch)*s.random.Float())
		}
		covered += s.round(ctx, hot, patchSteps)
	}
	if stop, done := s.report(); done {
		return stop
	}
	return partition.BudgetSpent
}

// iterations is the work as an int of any size holds it.
func (s *medianSearch) iterations() int { return int(min(s.work, math.MaxInt)) }

// optimal is the relative gap at which nothing but rounding is left.
const optimal = 1e-9

// report tells the observer, and whether enough is proved.
func (s *medianSearch) report() (stop partition.Stop, done bool) {
	cost, outside, err := s.m.evaluate(s.plan)
	if err != nil {
		return partition.Converged, true // medians reports it
	}
	s.cost = cost
	bound, _, _ := s.bound()
	p := partition.Progress{Phase: "improving", Objective: cost, Violation: outside, Bound: bound, Work: s.iterations()}
	if s.progress != nil {
		s.progress(p)
	}
	switch gap := p.Gap(); {
	case gap <= optimal:
		return partition.ProvedOptimal, true
	case gap <= s.gap:
		return partition.GapReached, true
	}
	return 0, false
}

// bound is what is proved so far, and how, with the multipliers if by these.
func (s *medianSearch) bound() (bound float64, proof string, multipliers []float64) {
	if s.climb != nil {
		if bound, proof = s.climb.proved(); bound >= 0 {
			return bound, proof, s.climb.best
		}
	}
	return 0, "costs are not negative", nil
}

// round draws a few patches at once, that do not touch each other unless each
// is the whole map. It returns how many units were in patches.
func (s *medianSearch) round(ctx context.Context, hot float64, steps int) (units int) {
	patches := s.choose()
	climbed := 0
	parallel.For(1+len(patches), func(g int) {
		if g == 0 {
			climbed = s.raise(ctx, steps*patches[0].a.n)
			return
		}
		g--
		a := &patches[g].a
		a.start()
		patches[g].cost, patches[g].outside = a.cost, a.outside
		scale := a.cost / float64(a.n)
		if scale == 0 {
			scale = 1
		}
		price := s.strict * scale / s.mean
		a.run(steps*a.n, hot*scale, coldPatch*scale, cheapOutside*price, dearOutside*price, func() bool { return ctx.Err() != nil })
	})
	s.work += int64(climbed)
	outside := false
	var best *patch
	for _, p := range patches {
		s.work += int64(steps) * int64(p.a.n)
		units += p.a.n
		outside = outside || p.a.leastOutside > outsideNoise
		if !p.better() {
			continue
		}
		if len(p.territories) < s.m.k {
			s.take(p)
		} else if best == nil || worth(p.a.leastOutside, p.a.best, best.a.leastOutside, best.a.best) < 0 {
			best = p
		}
	}
	if best != nil {
		s.take(best)
	}
	if outside {
		s.strict = math.Min(4*s.strict, 1e12)
	} else {
		s.strict = math.Max(1, s.strict/2)
	}
	return units
}

// raise works at the bound.
func (s *medianSearch) raise(ctx context.Context, budget int) (work int) {
	for s.climb != nil && !s.climb.done && work < budget && ctx.Err() == nil {
		work += s.climb.step(s.cost)
	}
	return work
}

// choose cuts the patches of a round.
func (s *medianSearch) choose() []*patch {
	m := s.m
	units := max(patchUnits, 8*m.n/m.k)
	if m.k <= patchTerritories && m.n <= units {
		var patches []*patch
		all := make([]int32, m.k)
		for t := range all {
			all[t] = int32(t)
		}
		for range patchesAbreast {
			patches = append(patches, s.cut(all, s.random.Uint64()))
		}
		return patches
	}
	taken := make([]bool, m.k)
	var patches []*patch
	for range patchesAbreast {
		i := int(s.random.Float() * float64(m.n))
		for tries := 0; tries < 10 && taken[s.plan.of[i]]; tries++ {
			i = int(s.random.Float() * float64(m.n))
		}
		if taken[s.plan.of[i]] {
			break
		}
		territories := s.grow(i, patchTerritories, units, taken)
		for _, t := range territories {
			taken[t] = true
		}
		patches = append(patches, s.cut(territories, s.random.Uint64()))
	}
	return patches
}

// take makes what was found in the patch part of the plan.
func (s *medianSearch) take(p *patch) {
	for l, t := range p.territories {
		s.members[t] = s.members[t][:0]
		s.plan.med[t] = p.units[p.a.bestMed[l]]
	}
	for c, i := range p.units {
		t := p.territories[p.a.bestOf[c]]
		s.plan.of[i] = t
		s.members[t] = append(s.members[t], i)
	}
}

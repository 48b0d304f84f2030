package district

import (
	"context"
	"iter"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// compactSearch is a run of [Compact]: walks side by side, in rounds.
type compactSearch struct {
	c      Compact
	x      *compactCosts
	walks  []*compactWalk
	dual   *compactDual
	pool   *pool           // nil: territories differ, or are too large
	every  *everyTerritory // nil: not begun
	slice  func() (struct{}, bool)
	stop   func()
	listed bool    // the list has ended, complete or not
	over   bool    // all territories that matter were listed, and searched: no plan is better
	tried  []int32 // centres of the dual that a walk began with
	best   compactPlan
	work   int64
}

// manner is how a walk goes: temperatures in relation to what a shift changes
// the cost by, the price of the whole width of the narrowest limits likewise.
// No manner suits all maps.
type manner struct{ hot, cold, price, often float64 }

var manners = [4]manner{
	{5, 0.02, 1, 0.2},
	{1, 0.05, 2, 0.2},
	{0.5, 0.2, 0, 0.02},
	{2, 0.02, 8, 0.2},
}

const (
	firstRound = 5000    // steps per unit of the first round; each one is twice as long as the last
	reheat     = 0.3     // of the hot temperature, for a round that begins with the best plan
	runSteps   = 1 << 19 // of a walk between two looks at what the others found

	poolRounds   = 2         // rounds after which those that feed the pool grow no longer: it lives on variety
	combineEvery = 4_000_000 // steps at least, but at the end of each round
)

// start makes the first plans.
func (c Compact) start(ctx context.Context, x *compactCosts) (*compactSearch, error) {
	s := &compactSearch{c: c, x: x, stop: func() {}}
	s.best.energy, s.best.outside = math.Inf(1), math.Inf(1)
	shared := newTables()
	s.walks = make([]*compactWalk, len(manners))
	parallel.For(len(manners), func(i int) { s.walks[i] = newCompactWalk(x, shared, manners[i], c.Seed, uint64(i)) })
	if m := x.m; m.alike && x.extra == nil && x.penalty == 0 && m.n <= poolUnits {
		s.pool = newPool(m)
		for _, w := range s.walks {
			w.met, w.lately = make([]poolSet, 0, poolMet), make([]poolSet, 4096)
		}
	}
	s.begin(ctx, 0, firstRound*int64(x.m.n))
	if s.best.of == nil {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		return nil, errNoPlan
	}
	s.dual = newCompactDual(x)
	s.dual.begin(s.best.of)
	return s, nil
}

// begin starts round number of so many steps per walk: half of the walks go on
// from the best plan, the others begin anew.
func (s *compactSearch) begin(ctx context.Context, number uint64, steps int64) {
	blocks := max(1, steps/int64(s.walks[0].block))
	suggested := s.suggested()
	parallel.For(len(s.walks), func(i int) {
		w := s.walks[i]
		if i == 1 && suggested != nil {
			w.begin(suggested, blocks, reheat)
			return
		}
		var of []int32
		if number == 0 || (number+uint64(i))%2 == 1 {
			random := splitmix.Fork(s.c.Seed, number<<32+uint64(i))
			of = newStarter(ctx, s.x.m, &random).plan()
		}
		switch {
		case of != nil:
			w.begin(of, blocks, 1)
		case s.best.of != nil:
			w.begin(s.best.of, blocks, reheat)
		}
	})
	s.gather()
	if number == 0 && s.best.of != nil {
		for _, w := range s.walks {
			if w.s == nil { // no first plan was found for it
				w.begin(s.best.of, blocks, 1)
			}
		}
	}
}

// suggested is a plan around centres that the dual met; nil where these are those
// of last time, or territories differ in more than their centres.
func (s *compactSearch) suggested() []int32 {
	if s.dual == nil || !s.x.m.alike || s.x.extra != nil || len(s.dual.centers) < s.x.m.k || slices.Equal(s.dual.centers, s.tried) {
		return nil
	}
	s.tried = slices.Clone(s.dual.centers)
	return s.x.around(s.tried)
}

// gather takes the best plan of all walks.
func (s *compactSearch) gather() {
	s.work = 0
	for _, w := range s.walks {
		s.work += w.steps
		if w.best.of != nil && w.best.better(&s.best) {
			s.best.copyFrom(&w.best)
		}
	}
}

func (s *compactSearch) run(ctx context.Context) partition.Stop {
	n := int64(s.x.m.n)
	budget := int64(s.c.Budget)
	if budget == 0 {
		budget = min(max(40_000*n, 4_000_000), 60_000_000)
	}
	length, combined := firstRound*n, int64(0)
	for number := uint64(1); ; number++ {
		for !s.walks[0].over() {
			switch {
			case s.over, s.x.m.k == 1, s.best.outside == 0 && s.best.energy-s.dual.bound <= float64(1e-9*math.Abs(s.best.energy)):
				return partition.ProvedOptimal // with one territory there is but one plan
			case ctx.Err() != nil:
				return partition.Interrupted
			case s.work >= budget:
				return partition.BudgetSpent
			}
			listed := s.slices(ctx, budget)
			s.gather()
			if listed {
				s.conclude(ctx)
			}
			if s.work >= combined+max(combineEvery, length) || s.walks[0].over() {
				s.combine()
				combined = s.work
			}
			s.report()
		}
		if s.pool == nil || number <= poolRounds {
			length *= 2
		}
		length = min(length, max(1, (budget-s.work)/int64(len(s.walks))))
		s.begin(ctx, number, length)
	}
}

// slices runs a part of all searches side by side; listed says that the list of
// all territories has come to its end.
func (s *compactSearch) slices(ctx context.Context, budget int64) (listed bool) {
	block := int64(s.walks[0].block)
	blocks := max(1, min(runSteps, (budget-s.work)/int64(len(s.walks)))/block)
	if s.pool != nil && s.dual.settled() && s.every == nil {
		s.every = newEveryTerritory(s.dual)
		s.slice, s.stop = iter.Pull(s.every.slices(ctx))
	}
	cost := s.best.energy
	if s.best.outside > 0 {
		cost = math.Inf(1)
	}
	parallel.For(1+len(s.walks), func(i int) {
		switch {
		case i > 0:
			s.walks[i-1].run(ctx, blocks)
		case s.every == nil:
			s.dual.raise(ctx, s.dual.pace(blocks*block), s.best.energy)
		case !s.listed:
			s.every.below, s.every.slice = cost, blocks*block*30/int64(30+s.x.m.n)
			if _, more := s.slice(); !more {
				listed, s.listed = !s.every.broken, true
			}
		}
	})
	return listed
}

// conclude finds the best plan of all territories that can be part of a better
// one than is known.
func (s *compactSearch) conclude(ctx context.Context) {
	below := math.Inf(1)
	if s.best.outside == 0 {
		below = s.best.energy
	}
	of, complete := s.every.pool.best(ctx, below)
	if of != nil {
		s.best.of, s.best.energy, s.best.outside = of, s.every.pool.below, 0
	}
	s.over = complete
}

// combine puts the best plan together of territories that were met.
func (s *compactSearch) combine() {
	if s.pool == nil {
		return
	}
	for _, w := range s.walks {
		for _, set := range w.met {
			s.pool.add(set, s.x)
		}
		w.met = w.met[:0]
	}
	below := math.Inf(1)
	if s.best.outside == 0 {
		below = s.best.energy
	}
	if of := s.pool.combine(below); of != nil {
		s.best.of, s.best.energy, s.best.outside = of, s.pool.below, 0
	}
}

func (s *compactSearch) report() {
	if s.c.Progress == nil {
		return
	}
	g := partition.Progress{Phase: "annealing", Objective: s.best.energy, Bound: s.dual.bound, Work: int(min(s.work, math.MaxInt))}
	if s.x.penalty == 0 {
		g.Violation = s.x.m.violation(s.best.of)
	}
	s.c.Progress(g)
}

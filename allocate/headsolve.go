package allocate

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/territory-go/territory/partition"
)

// staffing is a run of Headcount.
type staffing struct {
	*headModel
	seed   uint64
	budget int
	report func(partition.Progress)

	best  *crew
	bound int
	proof string
	looks int
	tries uint64 // squeezers so far: each draws its own numbers
}

func (s *staffing) solve(ctx context.Context) (*partition.Result, error) {
	s.bound, s.proof = s.capacityBound(), "capacity"
	w := s.weigher()
	s.firstWeights(w)
	if err := s.construct(ctx, w.weight); err != nil {
		return nil, err
	}
	s.tell("construction")
	if s.left() > 0 {
		stop := partition.BudgetSpent
		if ctx.Err() != nil {
			stop = partition.Interrupted
		}
		return s.result(stop), nil
	}
	s.searchAll(ctx)
	s.reduce(ctx, s.budget/4) // often the bound is met at once
	if s.whole && s.bound < len(s.best.site) {
		s.prove(w.raise(ctx, s.bound, len(s.best.site)), "weights")
		if t, left := s.greedy(ctx, w.weight); len(left) == 0 && ctx.Err() == nil && len(t.site) < len(s.best.site) {
			s.best = t
		}
		s.tell("weights")
	}
	s.reduce(ctx, s.budget)
	s.settle(ctx)
	stop := partition.BudgetSpent
	switch {
	case s.bound == len(s.best.site):
		stop = partition.ProvedOptimal
	case ctx.Err() != nil:
		stop = partition.Interrupted
	}
	s.tell("distances")
	return s.result(stop), nil
}

// prove notes a bound, if it is a better one.
func (s *staffing) prove(bound int, proof string) {
	if bound > s.bound {
		s.bound, s.proof = bound, proof
	}
}

func (s *staffing) tell(phase string) {
	if s.report != nil {
		s.report(partition.Progress{Phase: phase, Objective: float64(len(s.best.site)), Violation: float64(s.left()), Bound: float64(s.bound), Work: s.looks})
	}
}

// firstWeights mixes the loads, as shares of their totals, with units that are
// far from each other, as shares of their number.
func (s *staffing) firstWeights(w *weigher) {
	for _, value := range s.value {
		var total sum
		for _, v := range value {
			total.add(v)
		}
		for i, v := range value {
			if x := total.total(); x > 0 {
				w.weight[i] += v / x
			}
		}
	}
	apart := s.spread()
	if s.whole {
		s.prove(len(apart), "out of reach")
	}
	for _, i := range apart {
		w.weight[i] += 1 / float64(len(apart))
	}
	for i := range w.weight {
		w.weight[i] += 0.5 / float64(s.n)
	}
}

// construct finds a first plan. Where it cannot, it opens every site that
// there is and leaves some units over.
func (s *staffing) construct(ctx context.Context, weight []float64) error {
	t, left := s.greedy(ctx, weight)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if len(left) > 0 {
		if err := s.overfull(ctx); err != nil {
			return err
		}
		for c := range int32(s.sites) {
			if t.slot[c] == noSlot {
				t.open(c)
			}
		}
		all, err := s.tryAll(ctx)
		if err != nil {
			return err
		}
		if all == nil {
			q := s.squeezer(t, left)
			q.run(ctx, s.budget)
			all = q.crew
		}
		t = all
	}
	s.best = t.trimmed()
	return nil
}

// trimmed drops the territories that hold nothing.
func (t *crew) trimmed() *crew {
	for s := int32(len(t.site) - 1); s >= 0; s-- {
		if len(t.members[s]) == 0 {
			t.shut(s)
		}
	}
	return t
}

func (s *staffing) squeezer(t *crew, pool []int32) *squeezer {
	q := &squeezer{crew: t, rng: rand.New(rand.NewPCG(s.seed, s.tries)), pool: pool, cost: make([]float64, s.n), tabu: make([]int, s.n)}
	for i := range q.cost {
		q.cost[i] = 1
	}
	t.looks = 0
	s.tries++
	return q
}

// reduce closes one territory after the other, as long as its units find room
// before so many pairs were looked at in all.
func (s *staffing) reduce(ctx context.Context, looks int) {
	for s.bound < len(s.best.site) && s.looks < looks && ctx.Err() == nil {
		t := s.best.clone()
		smallest, least := int32(0), math.Inf(1)
		for at := range t.site {
			full := t.tightness(int32(at))
			if len(s.value) == 0 {
				full = float64(len(t.members[at]))
			}
			if full < least {
				smallest, least = int32(at), full
			}
		}
		q := s.squeezer(t, nil)
		q.pool = slices.Clone(t.shut(smallest))
		done := q.run(ctx, looks-s.looks)
		s.looks += q.looks
		if !done {
			return
		}
		s.best = q.crew.trimmed()
		s.tell("reduction")
	}
}

// result puts the territories in the order of their sites.
func (s *staffing) result(stop partition.Stop) *partition.Result {
	t := s.best
	k, rank, centers := len(t.site), make([]int32, len(t.site)), []int(nil)
	if s.p.Homes != nil {
		k = s.sites
		copy(rank, t.site)
	} else {
		centers = make([]int, 0, k)
		for c, at := range t.slot {
			if at != noSlot {
				rank[at] = int32(len(centers))
				centers = append(centers, c)
			}
		}
	}
	of := make([]int32, s.n)
	for i, at := range t.of {
		if of[i] = partition.Unassigned; at != noSlot {
			of[i] = rank[at]
		}
	}
	plan, _ := partition.NewPlan(k, of) // valid by construction
	return &partition.Result{
		Plan: plan, Centers: centers, Stop: stop, Iterations: s.looks, Seed: s.seed,
		Certificate: partition.Certificate{Objective: float64(len(t.site)), Bound: float64(s.bound), Proof: s.proof, Violation: s.violation()},
	}
}

// left is the number of units without a place.
func (s *staffing) left() int {
	left := 0
	for _, at := range s.best.of {
		if at == noSlot {
			left++
		}
	}
	return left
}

// violation counts the units without a place, and adds by how much the
// territories break their limits, which is rounding.
func (s *staffing) violation() float64 {
	over := float64(s.left())
	for r, value := range s.value {
		load := make([]sum, len(s.best.site))
		for i, at := range s.best.of {
			if at != noSlot {
				load[at].add(value[i])
			}
		}
		for at, x := range load {
			over += math.Max(0, x.total()-s.room[r][s.best.site[at]])
		}
	}
	return over
}

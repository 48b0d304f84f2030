package allocate

import (
	"context"
	"math"
	"math/bits"
	"math/rand/v2"
	"sync/atomic"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// The strategies of this file are what others are measured against. All of them
// keep Allowed and Fixed, leave a unit unassigned only where it has a finite
// penalty, answer with the bound at zero prices (what serving every unit at its
// cheapest would cost), and have no plan, only [context.Cause], when the context
// ends early. They look at upper limits one unit at a time and at lower limits
// not at all, so that the plan may violate both; the certificate says by how much.
// Units that must be together are placed as one. An agent who has a unit from
// which another one must be apart counts as one without room for that.

// Nearest gives every unit to its cheapest agent, ties to the lowest index, or
// leaves it unassigned where that is cheaper. It ignores all limits, and Apart: where the
// plan happens to keep them it is optimal, and Stop says so. O(n·m), or about
// O(n·log m) with [IndexedCosts]; parallel.
type Nearest struct{}

// Allocate implements [Solver].
func (Nearest) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	m, err := begin(ctx, p)
	if err != nil {
		return nil, err
	}
	f := m.filling()
	var stopped atomic.Bool
	parallel.For(groups, func(g int) {
		s := m.seeker(nil)
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			if i%checkEvery == 0 && ctx.Err() != nil {
				stopped.Store(true)
				return
			}
			if f.of[i] == partition.Unassigned {
				s.seek(i, partition.Unassigned)
				f.of[i] = int32(s.agent)
			}
		}
	})
	if stopped.Load() {
		return nil, context.Cause(ctx)
	}
	r := m.result(f.of, nil, partition.Converged, m.n, 0)
	if r.Certificate.Feasible() {
		r.Stop = partition.ProvedOptimal
	}
	return r, nil
}

// RoundRobin deals the units in their order to the agents in turn. An agent who
// may not serve the unit, has no room for it, or has another one from which it
// must be apart, is passed over and keeps no claim. Where nobody has room the unit stays unassigned, if it may; otherwise
// it goes where it breaks the upper limits least. Costs do not matter, but for
// ties there. O(n·m·r) at worst, O(n·r) where everybody may serve everything.
type RoundRobin struct{}

// Allocate implements [Solver].
func (RoundRobin) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	m, err := begin(ctx, p)
	if err != nil {
		return nil, err
	}
	f := m.filling()
	next := 0
	for i := range m.n {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if f.of[i] != partition.Unassigned {
			continue
		}
		for step := range m.m {
			j := (next + step) % m.m
			if f.open(i, j) {
				f.put(i, j)
				next = j + 1
				break
			}
		}
		if f.of[i] == partition.Unassigned {
			f.force(i)
		}
	}
	return m.result(f.of, nil, partition.Converged, m.n, 0), nil
}

// Random takes the units in random order and gives each to an agent drawn with
// equal probability from those who may serve it and have room; where nobody has,
// as [RoundRobin]. The same seed gives the same plan on every platform. O(n·m·r)
// at worst.
type Random struct {
	Seed uint64 // 0 is a seed like any other
}

// Allocate implements [Solver].
func (s Random) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	m, err := begin(ctx, p)
	if err != nil {
		return nil, err
	}
	f := m.filling()
	source := rand.NewPCG(s.Seed, 0)
	below := func(n int) int { // the bias of at most n/2⁶⁴ is not observable
		hi, _ := bits.Mul64(source.Uint64(), uint64(n))
		return int(hi)
	}
	order := make([]int32, m.n)
	for i := range order {
		k := below(i + 1)
		order[i] = order[k]
		order[k] = int32(i)
	}
	var open []int
	for step, unit := range order {
		if step%checkEvery == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		i := int(unit)
		if f.of[i] != partition.Unassigned {
			continue
		}
		// A few blind draws, each uniform over those that are open if it hits
		// one, spare the walk over all agents in the usual case.
		for try := 0; try < 8 && m.m > 0 && f.of[i] == partition.Unassigned; try++ {
			if j := below(m.m); f.open(i, j) {
				f.put(i, j)
			}
		}
		if f.of[i] != partition.Unassigned {
			continue
		}
		open = open[:0]
		for j := range m.m {
			if f.open(i, j) {
				open = append(open, j)
			}
		}
		if len(open) > 0 {
			f.put(i, open[below(len(open))])
		} else {
			f.force(i)
		}
	}
	return m.result(f.of, nil, partition.Converged, m.n, s.Seed), nil
}

// checkEvery is the number of units between two looks at the context.
const checkEvery = 1024

// begin compiles the problem unless the context has ended already.
func begin(ctx context.Context, p *Problem) (*model, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	return m.contracted()
}

// open reports whether agent j may serve unit i and has room for it.
func (f *filling) open(i, j int) bool {
	return f.fits(i, j) && !math.IsInf(f.m.cost(i, j), 1)
}

package district

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Cut draws K connected territories with as little border as possible between
// them: it minimises
//
//	Σ weight(e) over the neighbouring pairs e whose units are in different territories,
//
// where every pair weighs 1 (CutEdges), or the length of the border that it
// shares (CutBorder), in the unit of Contiguity.Border(a, b int) float64, which
// the graph must have then; pairs joined by a ferry or a bridge weigh 0.
//
// Problem.Contiguity is required. The limits of all Measures, Fixed, Forbidden
// and Seeds are kept; K = 0 is unsupported, and what concerns distances is
// ignored. Territories that nothing tells apart are numbered in the order of
// their first units.
//
// Guaranteed: every territory has a unit and is connected, fixed units and seeds
// are in their territories and no forbidden pair meets. To keep the limits is
// NP-hard by itself; if no plan within them is found, the plan that is least
// outside is returned, and its certificate says by how much (least in relation
// to the mean load of each measure). Maps of up to 128 units are also searched
// exhaustively beside that, so that the optimum, or that there is no plan, is
// proved where the search comes to its end: within seconds for some dozens of
// units and a few territories with narrow limits, now and then for a hundred
// units. Certificate.Proof is then "search"; otherwise Bound is what any K
// connected territories cut, one edge less than there are territories in each
// component of the map, and Proof is "components".
//
// Method: first plans by cutting random spanning trees into parts of equal
// loads, or, with Fixed, Forbidden and Seeds, by growth around what is tied
// together; then simulated annealing by shifts of a unit over a border,
// exchanges of two units, and recombinations: two neighbouring territories are
// merged and cut apart along a random spanning tree (DeFord, Duchin and Solomon,
// Recombination: a family of Markov chains for redistricting, 2021). Loads
// outside the limits are allowed on the way, at a price. A shift costs the time
// of a neighbourhood: its connectivity is decided among the neighbours of the
// unit wherever that is possible. Memory is O(Chains·(n + edges)).
//
// The same input, options and version give the same bytes at any GOMAXPROCS and
// on every platform, unless the context ends early.
type Cut struct {
	Objective CutObjective // CutEdges by default
	Seed      uint64       // of everything that is drawn
	Chains    int          // searches side by side; 0: 4

	// Budget is the work allowed, in steps of all searches together; a step takes
	// some 100 to 500 ns. 0: until the last three quarters of it have not found a
	// better plan, but at least 60 million and 5,000 per unit, and at most ten times
	// that.
	Budget int

	// Progress, if not nil, is told of the search now and then, by the calling goroutine.
	Progress func(partition.Progress)
}

var _ partition.Method = Cut{}

// CutObjective says what Cut minimises.
type CutObjective uint8

// The objectives of Cut.
const (
	CutEdges  CutObjective = iota // the number of pairs of neighbours in different territories
	CutBorder                     // the length of the borders between territories
)

// Partition solves p. Interrupted with a plan in hand it returns that plan;
// before there is one, the cause of the interruption. With Fixed, Forbidden or
// Seeds it may happen that no connected plan is found and none is ruled out; the
// error is then neither [partition.ErrInput] nor [partition.ErrInfeasible].
func (c Cut) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	if err := c.check(m); err != nil {
		return nil, err
	}
	if err := m.infeasible(ctx); err != nil {
		return nil, err
	}
	weight := m.border
	if c.Objective == CutEdges {
		weight = make([]float64, len(m.adj))
		for a := range weight {
			weight[a] = 1
		}
	}
	s, err := c.start(ctx, m, weight)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	stop := s.search(ctx, c)
	return s.result(stop, c.Seed)
}

// check is the error of options and of a problem that Cut does not take.
func (c Cut) check(m *model) error {
	var faults partition.Faults
	fault := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	if c.Objective > CutBorder {
		fault("Cut.Objective", c.Objective, "is neither CutEdges nor CutBorder")
	}
	if c.Chains < 0 {
		fault("Cut.Chains", c.Chains, "is negative")
	}
	if c.Budget < 0 {
		fault("Cut.Budget", c.Budget, "is negative")
	}
	if c.Objective == CutBorder && m.border == nil {
		fault("Contiguity", nil, "has no lengths: CutBorder needs a method Border(a, b int) float64")
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return m.openK("Cut")
}

// cutSearch is a run of Cut: chains that anneal, and the exhaustive search of
// small maps beside them. They work in rounds of fixed numbers of steps and know
// of each other only what was found in earlier rounds.
type cutSearch struct {
	m      *model
	weight []float64
	chains []*chain
	exact  *exact // nil: too many units
	slice  func() (struct{}, bool)
	stop   func()
	over   bool // the exhaustive search is complete

	best    []int32
	bestCut float64 // of best, in the unit of the weights
	bestOut float64
	steps   int64 // of each chain in the next round
	work    int64 // done
	found   int64 // work when best was found
}

// Steps of a chain per round, and nodes of the exhaustive search per step. The
// first rounds are short, for small maps.
const (
	shortRound = 1 << 11
	longRound  = 1 << 17
	exactNodes = 2
)

// start makes the first plans.
func (c Cut) start(ctx context.Context, m *model, weight []float64) (*cutSearch, error) {
	number := c.Chains
	if number == 0 {
		number = 4
	}
	s := &cutSearch{m: m, weight: weight, stop: func() {}, bestCut: math.Inf(1), bestOut: math.Inf(1), steps: shortRound}
	if s.exact = newExact(m, weight); s.exact != nil {
		s.slice, s.stop = iter.Pull(s.exact.slices(ctx, func() int64 { return exactNodes * s.steps }))
	}
	first := make([][]int32, number)
	parallel.For(number, func(i int) {
		random := splitmix.Fork(c.Seed, 1<<32+uint64(i))
		first[i] = newStarter(ctx, m, &random).plan()
	})
	var any []int32
	for _, of := range first {
		if any == nil {
			any = of
		}
	}
	if any == nil {
		var err error
		if any, err = m.connectedPlan(ctx); err != nil {
			s.stop()
			return nil, err
		}
	}
	shared := newTables()
	s.chains = make([]*chain, number)
	parallel.For(number, func(i int) {
		of := first[i]
		if of == nil {
			of = any
		}
		s.chains[i] = newChain(m, weight, of, shared, c.Seed, i)
	})
	s.gather()
	return s, nil
}

// search goes on until something is proved or the work is done.
func (s *cutSearch) search(ctx context.Context, c Cut) partition.Stop {
	least := 60_000_000 + 5_000*int64(s.m.n)
	bound, _ := s.bound()
	for {
		switch {
		case s.over || s.bestOut == 0 && s.bestCut <= bound:
			return partition.ProvedOptimal
		case ctx.Err() != nil:
			return partition.Interrupted
		case c.Budget > 0 && s.work >= int64(c.Budget), s.work >= 10*least:
			return partition.BudgetSpent
		case c.Budget == 0 && s.bestOut == 0 && s.work >= least && s.work >= 4*s.found:
			return partition.Converged
		}
		s.round(ctx)
		if c.Progress != nil {
			g := partition.Progress{Phase: "annealing", Objective: s.bestCut, Violation: s.m.violation(s.best), Work: int(min(s.work, math.MaxInt))}
			g.Bound, _ = s.bound()
			c.Progress(g)
		}
	}
}

func (s *cutSearch) round(ctx context.Context) {
	extra := 0
	if s.exact != nil && !s.over {
		extra = 1
		if s.bestOut == 0 {
			s.exact.least = min(s.exact.least, s.bestCut)
		}
	}
	parallel.For(len(s.chains)+extra, func(i int) {
		switch {
		case i >= extra:
			s.chains[i-extra].run(ctx, s.steps)
		default:
			_, more := s.slice()
			s.over = !more && !s.exact.broken
		}
	})
	s.work += s.steps * int64(len(s.chains)+exactNodes*extra)
	s.steps = min(2*s.steps, longRound)
	s.gather()
}

// gather takes the best plan of all. Its figures are summed up afresh, so that
// they do not depend on how it was reached.
func (s *cutSearch) gather() {
	take := func(of []int32, out float64) {
		cut := s.m.cut(of, s.weight)
		if out < s.bestOut || out == s.bestOut && cut < s.bestCut {
			s.best = append(s.best[:0], of...)
			s.bestCut, s.bestOut, s.found = cut, out, s.work
		}
	}
	for _, c := range s.chains {
		take(c.best, c.bestOut)
	}
	if s.exact != nil && s.exact.found != nil {
		take(s.exact.found, 0)
	}
}

// bound is what any connected plan cuts at least, and why.
func (s *cutSearch) bound() (bound float64, proof string) {
	least, whole := math.Inf(1), true
	for _, w := range s.weight {
		least = math.Min(least, w)
		whole = whole && w == math.Floor(w)
	}
	if s.over {
		if whole {
			return s.bestCut, "search"
		}
		return float64(s.bestCut * (1 - 1e-12)), "search" // the sums were rounded
	}
	if pairs := s.m.k - len(s.m.parts); pairs > 0 {
		bound = float64(pairs) * least
	}
	return bound, "components"
}

func (s *cutSearch) result(stop partition.Stop, seed uint64) (*partition.Result, error) {
	if s.over && s.bestOut > 0 {
		e := s.exact.exhausted()
		e.Why += fmt.Sprintf("; the nearest that was met is %s outside", amount(s.m.violation(s.best)))
		return nil, e
	}
	plan, err := s.m.plan(s.best)
	if err != nil {
		return nil, err
	}
	r := &partition.Result{Plan: plan, Stop: stop, Iterations: int(min(s.work, math.MaxInt)), Seed: seed,
		Certificate: partition.Certificate{Objective: s.bestCut, Violation: s.m.violation(s.best)}}
	r.Certificate.Bound, r.Certificate.Proof = s.bound()
	return r, nil
}

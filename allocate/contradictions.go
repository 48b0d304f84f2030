package allocate

import (
	"context"
	"errors"

	"github.com/territory-go/territory/partition"
)

// Contradictions says whether a [Problem] has a plan at all and, if not, why not
// and what would help: which of its demands contradict each other, and the
// cheapest changes to them with which there is a plan, which comes with them. It
// is the slow and deep answer; the [partition.InfeasibleError] of every solver is
// the fast one.
//
// The demands of a problem are its upper and lower limits, its locks, that units
// must be served, that some agents may not serve a unit, and what must be
// together or apart (see [DemandKind]).
//
// # Contradictory sets
//
// A set of demands is contradictory if no plan meets all of them, whatever
// becomes of the others: a unit that no demand of the set names may stay
// unassigned, an agent without a limit in it may take anything. Every set
// returned is proved to be, see [Contradiction].Proof, and no two have a demand in
// common. Proofs are a minimum cut, a linear program and branch and bound.
//
// Sets are irreducible: without any one of their demands, the others can be met,
// and a plan was found that does so (Contradiction.Irreducible), or at least can
// no longer be proved to be contradictory. There may be other sets, smaller ones
// too: to find the smallest is harder still.
//
// # Relaxations
//
// A relaxation changes one or several demands such that there is a plan. The
// least price of a relaxation is sought
//
//   - among all demands of the problem together,
//   - among all demands of one kind: raising upper limits only, freeing locks only …,
//   - for every demand of the contradictory sets by itself,
//
// where the price is Σ Price(d)·amount, with the amount by which a limit is
// changed, or 1 for a demand that is dropped (for each agent that may serve a unit
// as well). The problem so relaxed has then been solved in the caller's costs by
// [SingleSource], beyond 2,000 pairs of unit and agent with a small budget: solve
// Relaxation.Apply anew for the best plan. Together and Apart are dropped by
// themselves only, or where there is no other way.
//
// Up to 2,000 pairs of unit and agent a branch and bound seeks each least price,
// up to 20,000 that of limits, while SingleSource seeks the others; Relaxation.Bound
// says how much of a price is proved. For larger problems limits are changed by
// what the cuts ask for, each by itself and those of a set in proportion, and
// further as long as whole units do not fit; the heaviest units of an overload
// are freed, served by the nearest other agent or left out, as few as it takes.
//
// Time is that of a few hundred questions to a branch and bound on the demands of
// a conflict, besides O(n·m) for the first look and one run of SingleSource for
// each relaxation. Large problems are cut down to the units and agents of a
// minimum cut first. The same input and version give the same answer, unless
// the context ends early.
//
// Junker, "QuickXplain: preferred explanations and relaxations for
// over-constrained problems" (AAAI 2004), is how sets are made small.
type Contradictions struct {
	Seed   uint64 // of SingleSource
	Budget int    // search nodes allowed per question; 0: 20,000
	Most   int    // of the relaxations, the cheapest are kept; 0: 10, < 0: none are sought

	// Price is what it costs to change a demand: a limit by one unit of its
	// measure, or to drop any other one; ≥ 0, +Inf: it must not be changed. An
	// EligibilityDemand asks what it costs to let one more agent serve its unit.
	//
	// nil: an equal share of a measure, Σ_i load_i / m, costs 1 at every limit (the
	// least load where it depends on the agent), and so does every demand that is
	// dropped.
	Price func(Demand) float64
}

// Verdict says whether a problem has a plan.
type Verdict uint8

// The verdicts.
const (
	Undecided  Verdict = iota // no plan was found, and no proof that there is none
	Possible                  // there is a plan
	Impossible                // proved: there is none
)

func (v Verdict) String() string {
	switch v {
	case Possible:
		return "possible"
	case Impossible:
		return "impossible"
	}
	return "undecided"
}

// Diagnosis is what [Contradictions] found.
type Diagnosis struct {
	Verdict Verdict

	// Result is a plan within the limits where there is one; where the verdict is
	// Undecided, the nearest that was found, whose Certificate.Violation says how
	// near; else nil.
	Result *Result

	Sets        []Contradiction // no two of which share a demand; empty unless Impossible
	Relaxations []Relaxation    // ascending in price; each makes the problem possible
	Stop        partition.Stop  // Interrupted: the context ended, and there may be more; else Converged
}

// Contradiction is a set of demands that no plan meets.
type Contradiction struct {
	Demands []Demand // in the order of their kinds, units and agents

	// Proof says how that is known:
	//
	//	"split units"  not even units that are shared between agents could meet them
	//	"whole loads"  nor limits drawn in to what whole loads can fill: 33 of 33.33
	//	"search"       a complete search found nothing
	Proof string

	// Irreducible says that for each demand of the set a plan was found that meets
	// all others. Otherwise some of them may be superfluous: without it, no proof
	// was found.
	Irreducible bool

	Text string // in a sentence, with the caller's names
}

// String is Text.
func (c Contradiction) String() string { return c.Text }

// The proofs.
const (
	proofSplit  = "split units"
	proofWhole  = "whole loads"
	proofSearch = "search"
)

// Find says whether p has a plan, and why not. The errors are those of an
// invalid problem, an input error for a wrong price, and the cause of ctx where
// that ends before the verdict; later, the diagnosis is as far as it got.
func (s Contradictions) Find(ctx context.Context, p *Problem) (*Diagnosis, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	m, err := validated(p)
	if err != nil {
		return nil, err
	}
	r, err := SingleSource{Seed: s.Seed}.Allocate(ctx, p)
	switch {
	case err != nil && !errors.Is(err, partition.ErrInfeasible):
		return nil, err
	case err == nil && r.Certificate.Feasible():
		return &Diagnosis{Verdict: Possible, Result: r, Stop: partition.Converged}, nil
	case context.Cause(ctx) != nil:
		return nil, context.Cause(ctx)
	}
	d := &Diagnosis{Result: r, Stop: partition.Converged}
	x := &explorer{s: s, p: p, d: d, most: s.Most}
	if x.most == 0 {
		x.most = 10
	}
	nodes := s.Budget
	if nodes == 0 {
		nodes = 20_000
	}
	c, failed := m.catalogue(ctx)
	if failed != nil {
		return nil, failed
	}
	x.asker = newAsker(ctx, c, nodes)
	if err := x.prices(); err != nil {
		return nil, err
	}
	if x.found, err = x.conflicts(err, err != nil); len(x.found) == 0 && err != nil {
		return nil, err
	}
	if len(x.found) == 0 { // perhaps the search finds what SingleSource did not
		if ans := x.hard(c.all(), true, nodes); ans.verdict == met {
			if r := x.evaluated(p, ans.of); r != nil {
				return &Diagnosis{Verdict: Possible, Result: r, Stop: partition.Converged}, nil
			}
		}
	}
	for _, f := range x.found {
		d.Sets = append(d.Sets, x.contradiction(f))
	}
	if len(d.Sets) > 0 {
		d.Verdict, d.Result = Impossible, nil
	}
	if x.most > 0 {
		x.relaxations()
	}
	if ctx.Err() != nil {
		d.Stop = partition.Interrupted
	}
	return d, nil
}

// explorer finds contradictions and relaxations of one problem.
type explorer struct {
	*asker
	s      Contradictions
	p      *Problem
	d      *Diagnosis
	most   int
	charge []float64 // per demand
	found  []*conflict
}

// prices asks what every demand is worth.
func (x *explorer) prices() error {
	m := x.c.m
	x.charge = make([]float64, len(x.c.clauses))
	if x.s.Price == nil {
		share := make([]float64, m.r)
		for r := range share {
			share[r] = x.c.share(r)
		}
		for id, cl := range x.c.clauses {
			x.charge[id] = 1
			if cl.measure >= 0 {
				x.charge[id] = 1 / share[cl.measure]
			}
		}
		return nil
	}
	var f partition.Faults
	for id := range x.c.clauses {
		d := x.c.demand(int32(id))
		price := x.s.Price(d)
		if x.charge[id] = price; !(price >= 0) {
			f.Add(partition.InputError{Field: "Contradictions.Price", Index: id, Label: d.Text, Value: price, Why: "is no price ≥ 0"}, nil)
		}
	}
	return f.Err()
}

// share is the mean load of an agent, of the least loads; 1 where that is 0.
func (c *catalogue) share(r int) float64 {
	m := c.m
	var total sum
	for i := range m.n {
		if m.value[r] != nil {
			total.add(m.value[r][i])
			continue
		}
		total.add(c.who.least[r][i])
	}
	if share := total.total() / float64(m.m); share > 0 {
		return share
	}
	return 1
}

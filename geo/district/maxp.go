package district

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// MaxP draws as many connected territories as it can, each of them with at least
// a floor of every measure (the max-p-regions problem: Duque, Anselin and Rey, The
// Max-P-Regions Problem, Journal of Regional Science, 2012),
//
//	maximise   p
//	subject to Σ_{i ∈ t} value_ri ≥ Floor_r for t = 1..p and every measure r,
//
// and among plans of as many territories looks for one of least [SumOfSquares] of
// Features or Points. Every unit gets a territory. The problem's K must be 0: the
// number of territories is the answer, the K of the plan.
//
// The Objective is -p, and the Bound is proved: a territory fills its floor, and
// of a unit above the floor no more than that counts, so that a component of the
// graph holds at most
//
//	min_r ⌊ Σ_i min(value_ri, Floor_r) / Floor_r ⌋
//
// territories. Not guaranteed is that p is the most there can be, which is NP-hard
// to tell, nor the least sum of squares. A component that is below a floor as a
// whole cannot be served: a [*partition.InfeasibleError] with its units. Tie it to
// others, for example by [geo.Contiguity.Tie].
//
// Method: spanning trees of a component are drawn at random and cut from the
// leaves up as soon as a floor is reached, which is the most that one tree yields; then
// two to four neighbouring territories are drawn anew in the same way, so that
// what they have to spare gathers until it makes one more. With the number
// settled, borders are improved by simulated annealing within the floors: units are
// shifted and exchanged, and two neighbours drawn anew along a spanning tree. Memory is O(m + n·d) for m pairs and d coordinates.
//
// Fixed, Forbidden, Seeds, Homes, Distance, Between, a Tolerance and K > 0 are
// answered by an error that wraps [errors.ErrUnsupported] and names the field.
type MaxP struct {
	Floor  []float64 // per measure the least load of a territory, ≥ 0; measures beyond the last have none
	Seed   uint64    // of everything that is drawn
	Budget int       // work allowed, in units looked at; 0: 10,000 per unit and 10 million, seconds at most for thousands of units

	// Progress, if not nil, is told of the search now and then, by the calling goroutine.
	Progress func(partition.Progress)
}

var _ partition.Method = MaxP{}

// Partition solves p. Interrupted, it returns the plan reached so far.
func (x MaxP) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	m, space, err := similar(ctx, p, "MaxP")
	if err != nil {
		return nil, err
	}
	if err := x.check(p); err != nil {
		return nil, err
	}
	m = m.floored(x.Floor)
	bound := 0
	for c := range m.parts {
		most, err := m.mostFloors(c)
		if err != nil {
			return nil, err
		}
		bound += most
	}
	budget := int64(x.Budget)
	if budget <= 0 {
		budget = 10_000*int64(m.n) + 10_000_000
	}
	s := &packing{m: m, bound: bound, random: splitmix.Source(x.Seed), budget: budget, progress: x.Progress}
	s.pack(ctx)
	of, k := s.of, len(s.members)
	done := ctx.Err() == nil
	m = m.sized(k)
	work := s.work
	if done && space.dim > 0 && k > 1 {
		a := newSmoothing(m, space, of, splitmix.Fork(x.Seed, 1))
		a.progress = func(objective float64) {
			if x.Progress != nil {
				x.Progress(partition.Progress{Phase: "smoothing", Objective: -float64(k), Bound: -float64(bound), Work: int(min(work+a.work, math.MaxInt))})
			}
		}
		done = a.run(ctx, max(budget-work, budget/2))
		work += a.work
		of = a.best
	}
	res := &partition.Result{Stop: partition.BudgetSpent, Iterations: int(min(work, math.MaxInt)), Seed: x.Seed}
	if !done {
		res.Stop = partition.Interrupted
	}
	m.alike = true
	if res.Plan, err = m.plan(of); err != nil {
		return nil, err
	}
	res.Certificate = partition.Certificate{Objective: -float64(k), Violation: m.violation(of), Bound: -float64(bound), Proof: "whole floors"}
	return res, nil
}

func (x MaxP) check(p *partition.Problem) error {
	var faults partition.Faults
	if len(x.Floor) > len(p.Measures) {
		faults.Add(partition.InputError{Field: "MaxP.Floor", Index: -1, Value: len(x.Floor), Why: fmt.Sprintf("has more entries than the %d measures of the problem", len(p.Measures))}, nil)
	}
	for r, f := range x.Floor {
		if !(f >= 0) || math.IsInf(f, 1) {
			faults.Add(partition.InputError{Field: "MaxP.Floor", Index: r, Value: f, Why: "is not a finite number ≥ 0"}, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if p.K != 0 {
		return fmt.Errorf("%w: K = %d: MaxP finds the number of territories itself", errors.ErrUnsupported, p.K)
	}
	for r, me := range p.Measures {
		if me.Tolerance != 0 {
			return fmt.Errorf("%w: Measures[%d].Tolerance: MaxP knows floors alone", errors.ErrUnsupported, r)
		}
	}
	return nil
}

// floored is the model with those measures that have a floor.
func (m *model) floored(floor []float64) *model {
	f := *m
	f.which, f.lower = nil, nil
	for r, amount := range floor {
		if amount > 0 {
			f.which = append(f.which, r)
			f.lower = append(f.lower, amount)
		}
	}
	f.measures = len(f.which)
	f.value = make([]float64, f.n*f.measures)
	for r, at := range f.which {
		for u, v := range f.problem.Measures[at].Value {
			f.value[u*f.measures+r] = v
		}
	}
	return &f
}

// sized is a model of floors for k territories.
func (m *model) sized(k int) *model {
	s := *m
	s.k = k
	s.lower, s.upper = nil, nil
	for range k {
		s.lower = append(s.lower, m.lower[:m.measures]...)
		for range m.measures {
			s.upper = append(s.upper, math.Inf(1))
		}
	}
	return &s
}

// mostFloors is the most territories that a component can hold, or why it can
// hold none.
func (m *model) mostFloors(c int) (int, error) {
	part := m.parts[c]
	most := len(part)
	for r, floor := range m.lower[:m.measures] {
		total, useful := 0.0, 0.0
		for _, u := range part {
			v := m.values(u)[r]
			total += v
			useful += math.Min(v/floor, 1)
		}
		if total < floor {
			units := make([]int, len(part))
			for i, u := range part {
				units[i] = int(u)
			}
			what := "which nothing joins to the rest, have"
			if len(m.parts) == 1 {
				what = "all there are, have"
			}
			return 0, &partition.InfeasibleError{Measure: m.measureName(r), Need: floor, Have: total, Units: units,
				Why: fmt.Sprintf("%s, %s %v of %s together, less than the floor %v of one territory", m.unitNames(part), what, total, m.measureName(r), floor)}
		}
		// What adds up to a floor but for rounding is one.
		most = min(most, max(1, int(math.Floor(useful+float64(1e-9*(1+useful))))))
	}
	return most, nil
}

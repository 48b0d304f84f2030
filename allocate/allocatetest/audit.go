package allocatetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// aspect is a part of the contract that one look at a result decides.
type aspect int

const (
	complete aspect = iota
	locks
	eligibility
	splits
	limits
	objective
	bound
	stop
)

// audit recomputes a result from the problem alone, by loops as plain as they
// can be, and collects what is wrong by aspect.
type audit struct {
	in     Instance
	r      *allocate.Result
	n, m   int
	faults map[aspect][]error
}

func (a *audit) add(k aspect, format string, args ...any) {
	a.faults[k] = append(a.faults[k], fmt.Errorf(format, args...))
}

func inspect(in Instance, r *allocate.Result) *audit {
	a := &audit{in: in, r: r, faults: map[aspect][]error{}}
	a.n, a.m = in.Problem.Cost.Dims()
	a.certificate(a.shares())
	return a
}

// err joins all faults, in the order of the aspects.
func (a *audit) err() error {
	var errs []error
	for k := complete; k <= stop; k++ {
		errs = append(errs, a.faults[k]...)
	}
	return errors.Join(errs...)
}

// judge makes a question of an aspect.
func judge(k aspect) func(allocate.Solver, Instance) error {
	return func(s allocate.Solver, in Instance) error {
		r, err := answer(s, in)
		if r == nil {
			return err
		}
		return errors.Join(inspect(in, r).faults[k]...)
	}
}

// mandatory reports whether unit i must be served.
func mandatory(p *allocate.Problem, i int) bool {
	return p.Penalty == nil || math.IsInf(p.Penalty[i], 1) || fixedTo(p, i) >= 0
}

func fixedTo(p *allocate.Problem, i int) int {
	if p.Fixed == nil {
		return partition.Unassigned
	}
	return p.Fixed[i]
}

func loadOf(p *allocate.Problem, r, i, j int) float64 {
	if p.Load != nil && p.Load[r] != nil {
		return p.Load[r].At(i, j)
	}
	return p.Measures[r].Value[i]
}

// shares checks who serves what, and returns it as a matrix: share[i][j], with
// what is unassigned at j = m.
func (a *audit) shares() [][]float64 {
	p := a.in.Problem
	share := make([][]float64, a.n)
	for i := range share {
		share[i] = make([]float64, a.m+1)
	}
	divided := make([]bool, a.n)
	for k, s := range a.r.Splits {
		if s.Unit < 0 || s.Unit >= a.n || s.Agent < partition.Unassigned || s.Agent >= a.m || !(s.Fraction > 0 && s.Fraction <= 1) {
			a.add(splits, "Splits[%d] = %+v is no share", k, s)
			continue
		}
		divided[s.Unit] = true
		share[s.Unit][a.place(s.Agent)] += s.Fraction
	}
	for i := range share {
		owner := a.r.Plan.Of(i)
		if !divided[i] {
			share[i][a.place(owner)] = 1
		}
		sum, most := 0.0, 0.0
		for _, f := range share[i] {
			sum += f
			most = math.Max(most, f)
		}
		if !near(sum, 1, 1) {
			a.add(splits, "the shares of unit %d add up to %v", i, sum)
		}
		if named := share[i][a.place(owner)]; named < most-1e-9 {
			a.add(splits, "the plan gives unit %d to %d with a share of %v, where another has %v", i, owner, named, most)
		}
		if share[i][a.m] > 0 && mandatory(p, i) {
			a.add(complete, "unit %d must be served and is not", i)
		}
		for j, f := range share[i][:a.m] {
			switch {
			case f == 0:
			case fixedTo(p, i) >= 0 && fixedTo(p, i) != j:
				a.add(locks, "unit %d is fixed to agent %d and served by %d", i, fixedTo(p, i), j)
			case p.Allowed != nil && !p.Allowed(i, j):
				a.add(eligibility, "agent %d serves unit %d, which Allowed denies", j, i)
			case math.IsInf(p.Cost.At(i, j), 1):
				a.add(eligibility, "agent %d serves unit %d at a cost of +Inf", j, i)
			}
		}
		if f := fixedTo(p, i); f >= 0 && share[i][a.m] > 0 {
			a.add(locks, "unit %d is fixed to agent %d and not served", i, f)
		}
	}
	return share
}

// place is the column of an agent or of Unassigned.
func (a *audit) place(agent int) int {
	if agent == partition.Unassigned {
		return a.m
	}
	return agent
}

// certificate recomputes the numbers.
func (a *audit) certificate(share [][]float64) {
	p, c := a.in.Problem, a.r.Certificate
	cost, costSize, violation, loadSize := 0.0, 0.0, 0.0, 0.0
	for i, row := range share {
		for j, f := range row {
			x := 0.0
			switch {
			case f == 0:
				continue
			case j < a.m:
				x = p.Cost.At(i, j)
			case mandatory(p, i):
				violation += f
			default:
				x = p.Penalty[i]
			}
			cost += float64(f * x)
			costSize += math.Abs(x)
		}
	}
	for r, me := range p.Measures {
		lower, upper := me.Limits(a.m)
		for j := range a.m {
			load := 0.0
			for i := range share {
				if f := share[i][j]; f > 0 {
					load += float64(f * loadOf(p, r, i, j))
				}
			}
			violation += math.Max(0, math.Max(load-upper[j], lower[j]-load))
			loadSize += load
		}
	}
	violation += misgrouped(p, share)
	if !near(c.Violation, violation, loadSize) {
		a.add(limits, "the plan is %v outside the limits, the certificate says %v", violation, c.Violation)
	}
	if !near(c.Objective, cost, costSize) {
		a.add(objective, "the plan costs %v, the certificate says %v", cost, c.Objective)
	}

	feasible := violation <= partition.FeasibleViolation
	best := a.in.Optimum
	if len(a.r.Splits) > 0 {
		best = a.in.SplitOptimum
	}
	size := math.Max(costSize, math.Abs(best))
	if math.IsInf(best, 1) {
		size = costSize
	}
	switch {
	case math.IsNaN(c.Bound):
		a.add(bound, "the bound is not a number")
	case c.Bound > best && !near(c.Bound, best, size):
		a.add(bound, "the bound %v is above the optimum %v", c.Bound, best)
	case feasible && c.Bound > cost && !near(c.Bound, cost, size):
		a.add(bound, "the bound %v is above the cost %v of this very plan", c.Bound, cost)
	}
	if feasible && cost < best && !near(cost, best, size) {
		a.add(limits, "the plan costs %v, less than the optimum %v: some limit must be broken", cost, best)
	}
	switch a.r.Stop {
	case partition.ProvedOptimal:
		if !feasible {
			a.add(stop, "a plan that is %v outside the limits is called optimal", violation)
		} else if !near(cost, best, size) {
			a.add(stop, "a plan of cost %v is called optimal; the optimum is %v", cost, best)
		}
	case partition.Interrupted:
		a.add(stop, "the search calls itself interrupted, and nobody did")
	}
}

// verified lets the library's own check have its say.
func verified(s allocate.Solver, in Instance) error {
	r, err := answer(s, in)
	if r == nil {
		return err
	}
	return allocate.Verify(in.Problem, r)
}

// isRefusal reports whether the error says that no plan exists.
func isRefusal(err error) bool {
	var fact *partition.InfeasibleError
	return errors.Is(err, partition.ErrInfeasible) && errors.As(err, &fact)
}

// notDenied: a plan that exists is not denied. Where none exists, the solver
// says so, or shows how much is broken.
func notDenied(s allocate.Solver, in Instance) error {
	r, err := solve(context.Background(), s, in.Problem)
	switch {
	case errors.Is(err, partition.ErrInfeasible) && in.solvable():
		return fmt.Errorf("there is a plan of cost %v, and the solver says: %w", in.Optimum, err)
	case errors.Is(err, partition.ErrInfeasible) && !isRefusal(err):
		return fmt.Errorf("a refusal carries a *partition.InfeasibleError with the facts: %w", err)
	case err != nil && !isRefusal(err):
		return err
	case r != nil && !in.solvable() && r.Certificate.Feasible() && (len(r.Splits) == 0 || math.IsInf(in.SplitOptimum, 1)):
		return errors.New("there is no plan, and the solver claims to have found one")
	}
	return nil
}

// optimal: the optimum, of whole units or of the split ones.
func optimal(s allocate.Solver, in Instance) error {
	if !in.solvable() {
		return nil
	}
	r, err := solve(context.Background(), s, in.Problem)
	if err != nil {
		return err
	}
	best, c := in.Optimum, r.Certificate
	if len(r.Splits) > 0 {
		best = in.SplitOptimum
	}
	if math.IsInf(best, 1) {
		return nil // whole units have no plan; see refused
	}
	if !c.Feasible() {
		return fmt.Errorf("the optimum is %v; the plan found is %v outside the limits", best, c.Violation)
	}
	if !near(c.Objective, best, math.Abs(best)) {
		return fmt.Errorf("the optimum is %v; the plan found costs %v", best, c.Objective)
	}
	return nil
}

// refused: no plan, and the solver says so. Where only split units have one, a
// solver that splits may return it.
func refused(s allocate.Solver, in Instance) error {
	if !math.IsInf(in.Optimum, 1) {
		return nil
	}
	r, err := solve(context.Background(), s, in.Problem)
	switch {
	case isRefusal(err):
		return nil
	case err != nil:
		return err
	case len(r.Splits) > 0 && near(r.Certificate.Objective, in.SplitOptimum, math.Abs(in.SplitOptimum)):
		return nil
	}
	return fmt.Errorf("there is no plan; the solver returned one of cost %v that is %v outside the limits",
		r.Certificate.Objective, r.Certificate.Violation)
}

// misgrouped is by how much families are not together, and units not apart, as
// the documentation of a Problem says it. share[i] has what is unassigned last.
func misgrouped(p *allocate.Problem, share [][]float64) float64 {
	out := 0.0
	for _, family := range families(p) {
		least := math.Inf(1)
		for _, h := range family {
			away := 0.0
			for _, i := range family {
				for j := range share[i] {
					away += float64(math.Abs(share[i][j]-share[h][j]) / 2)
				}
			}
			least = math.Min(least, away)
		}
		out += least
	}
	for _, list := range p.Apart {
		if len(list) == 0 {
			continue
		}
		for j := range share[list[0]][1:] { // all but the last column
			there := 0.0
			for _, i := range list {
				there += share[i][j]
			}
			out += math.Max(0, there-1)
		}
	}
	return out
}

// families are the lists of Together, joined as long as two have a unit in common.
func families(p *allocate.Problem) [][]int {
	var all [][]int
	for _, list := range p.Together {
		family := slices.Clone(list)
		for k := 0; k < len(all); {
			if !slices.ContainsFunc(all[k], func(i int) bool { return slices.Contains(family, i) }) {
				k++
				continue
			}
			family = append(family, all[k]...)
			all = slices.Delete(all, k, k+1)
			k = 0 // the larger family may meet those that were passed
		}
		slices.Sort(family)
		if family = slices.Compact(family); len(family) > 1 {
			all = append(all, family)
		}
	}
	return all
}

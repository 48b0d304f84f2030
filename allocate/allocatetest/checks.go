package allocatetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"runtime"
	"strings"

	"github.com/territory-go/territory/allocate"
)

// check judges a solver. It returns nil, or what the solver did wrong, joined;
// or a [*SkippedError] where nothing is wrong but not all was tried.
type check = func(allocate.Solver) error

// SkippedError says that a check found nothing wrong, but that the solver does
// not support some of the instances. It wraps [errors.ErrUnsupported].
type SkippedError struct{ Instances []string }

func (e *SkippedError) Error() string {
	return "allocatetest: not supported: " + strings.Join(e.Instances, ", ")
}

// Unwrap makes errors.Is(err, errors.ErrUnsupported) true.
func (e *SkippedError) Unwrap() error { return errors.ErrUnsupported }

// Checks yields the contract of every solver, heuristics among them, as named
// checks. A check returns nil; or every breach that it found, joined; or a
// [*SkippedError].
//
//	solves                 at least one instance is supported and answered
//	complete               every unit that must be served is
//	locks, eligibility     nobody serves a unit that is fixed to another, denied, or priced at +Inf
//	splits                 shares are positive and add up to 1; the plan names a largest one
//	limits, objective      Violation and Objective are those of the plan; groups count as limits
//	bound                  Bound is at most the objective of a feasible plan, and the known optimum
//	stop                   ProvedOptimal is said of optima only, Interrupted only where somebody did
//	verify                 allocate.Verify agrees
//	infeasible             no plan that exists is denied, none that does not is claimed; a refusal has its facts
//	input-unmodified       the problem is as it was
//	input-refused          NaN, infinities, wrong lengths, crossed limits are partition.ErrInput
//	empty                  no units, no agents
//	repeatable             the same answer to the last bit, run again and at any GOMAXPROCS
//	cancelled              context.Cause, or a plan that is Interrupted, where the context is over at the start
//	interrupted            the same, wherever it ends
//	law-cost-doubled       twice all costs: the same plan at twice the cost
//	law-measure-doubled    twice a measure and its limits: the same plan
//	law-renamed            units and agents numbered backwards: no contradiction
//	law-unlimited-measure  a measure without limits more: no contradiction
//	law-forbidden-twice    Allowed instead of +Inf: no contradiction
//	law-plain-costs        costs without their fast path: no contradiction
//
// Two answers to the same problem contradict each other where a plan of the one
// is cheaper than the bound of the other, or two proved optima differ.
func Checks() iter.Seq2[string, func(allocate.Solver) error] {
	return all([]named{
		{"solves", solvesSomething},
		{"complete", onEach(judge(complete))},
		{"locks", onEach(judge(locks))},
		{"eligibility", onEach(judge(eligibility))},
		{"splits", onEach(judge(splits))},
		{"limits", onEach(judge(limits))},
		{"objective", onEach(judge(objective))},
		{"bound", onEach(judge(bound))},
		{"stop", onEach(judge(stop))},
		{"verify", onEach(verified)},
		{"infeasible", onEach(notDenied)},
		{"input-unmodified", onEach(unmodified)},
		{"input-refused", refusesFaults},
		{"empty", empty},
		{"repeatable", onEach(repeatable)},
		{"cancelled", onEach(cancelled)},
		{"interrupted", onEach(interrupted)},
		{"law-cost-doubled", onEach(costDoubled)},
		{"law-measure-doubled", onEach(measureDoubled)},
		{"law-renamed", onEach(renamed)},
		{"law-unlimited-measure", onEach(unlimitedMeasure)},
		{"law-forbidden-twice", onEach(forbiddenByAllowed)},
		{"law-plain-costs", onEach(plainCosts)},
	})
}

// ExactChecks yields what a solver keeps that finds an optimum wherever there
// is one, and proves that there is none where that is so: the optimum on every
// one of [Instances], and the refusal of those without a plan.
func ExactChecks() iter.Seq2[string, func(allocate.Solver) error] {
	return all([]named{
		{"exact-optimum", onEach(optimal)},
		{"exact-infeasible", onEach(refused)},
	})
}

// TestSolver runs all of [Checks] and returns the breaches, joined, each with
// the name of its check. What the solver does not support is no breach, as long
// as it supports anything; range over [Checks] to see what was skipped.
func TestSolver(s allocate.Solver) error { return run(s, Checks()) }

// TestExactSolver runs [Checks] and [ExactChecks].
func TestExactSolver(s allocate.Solver) error {
	return errors.Join(run(s, Checks()), run(s, ExactChecks()))
}

type named struct {
	name  string
	check check
}

func all(list []named) iter.Seq2[string, check] {
	return func(yield func(string, check) bool) {
		for _, c := range list {
			if !yield(c.name, c.check) {
				return
			}
		}
	}
}

func run(s allocate.Solver, checks iter.Seq2[string, check]) error {
	var errs []error
	for name, check := range checks {
		if err := check(s); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// onEach makes a check of a question about one instance.
func onEach(ask func(allocate.Solver, Instance) error) check {
	return func(s allocate.Solver) error {
		var errs []error
		var skipped []string
		for in := range Instances() {
			err := ask(s, in)
			switch {
			case errors.Is(err, errors.ErrUnsupported):
				skipped = append(skipped, in.Name)
			case err != nil:
				errs = append(errs, fmt.Errorf("instance %q: %w", in.Name, err))
			}
		}
		if len(errs) == 0 && len(skipped) > 0 {
			return &SkippedError{skipped}
		}
		return errors.Join(errs...)
	}
}

// solve calls the solver. A panic is a breach like any other.
func solve(ctx context.Context, s allocate.Solver, p *allocate.Problem) (r *allocate.Result, err error) {
	defer func() {
		if x := recover(); x != nil {
			trace := make([]byte, 1<<14)
			r, err = nil, fmt.Errorf("the solver panicked: %v\n%s", x, trace[:runtime.Stack(trace, false)])
		}
	}()
	r, err = s.Allocate(ctx, p)
	switch {
	case err != nil && r != nil:
		return nil, fmt.Errorf("the solver returned a result and an error, where an error means that there is none: %s", err)
	case err == nil && (r == nil || r.Plan == nil):
		return nil, errors.New("the solver returned neither a plan nor an error")
	case err == nil && !fits(r, p):
		n, m := p.Cost.Dims()
		return nil, fmt.Errorf("the plan has %d units and %d agents, the problem %d and %d", r.Plan.Len(), r.Plan.K(), n, m)
	}
	return r, err
}

func fits(r *allocate.Result, p *allocate.Problem) bool {
	n, m := p.Cost.Dims()
	return r.Plan.Len() == n && r.Plan.K() == m
}

// answer solves an instance without interruption. The result is nil, without
// an error, where the solver rightly refuses the instance.
func answer(s allocate.Solver, in Instance) (*allocate.Result, error) {
	r, err := solve(context.Background(), s, in.Problem)
	if err != nil && !in.solvable() && isRefusal(err) {
		return nil, nil
	}
	return r, err
}

func solvesSomething(s allocate.Solver) error {
	for in := range Instances() {
		if _, err := answer(s, in); err == nil {
			return nil
		}
	}
	return errors.New("not one instance is solved; what a solver does not do cannot be judged")
}

// near compares two numbers that were summed in different ways. size is that of
// what was summed.
func near(a, b, size float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*math.Max(1, size)
}

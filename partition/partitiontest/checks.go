package partitiontest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/territory-go/territory/partition"
)

// Promise is what some methods promise their callers and others do not.
type Promise string

// The promises.
const (
	// NoEmpty: every territory has a unit. Who promises that refuses a problem in
	// which it cannot be.
	NoEmpty Promise = "no-empty"

	// WithinLimits: the limits of all measures are kept on every one of [Instances]
	// that has such a plan and that the method supports. On large problems that is
	// NP-hard, and nobody promises it.
	WithinLimits Promise = "within-limits"
)

// Evaluator is a method that can say what any plan costs: its Objective, computed
// from the problem and the plan alone. Plans that the method would never make
// may cost +Inf. To have the numbers of a method checked, wrap it in a type with
// this method, written independently.
type Evaluator interface {
	partition.Method
	Objective(p *partition.Problem, a partition.Assignment) float64
}

// SkippedError says that a check found nothing wrong, but that the method does
// not support some of the instances. It wraps [errors.ErrUnsupported].
type SkippedError struct{ Instances []string }

func (e *SkippedError) Error() string {
	return "partitiontest: not supported: " + strings.Join(e.Instances, ", ")
}

// Unwrap makes errors.Is(err, errors.ErrUnsupported) true.
func (e *SkippedError) Unwrap() error { return errors.ErrUnsupported }

// Checks yields the contract of every method as named checks, and a check of each
// promise. A check returns nil; or every breach that it found, joined; or a
// [*SkippedError].
//
//	solves                 at least one instance is supported and answered
//	plan                   as many units as the problem, as many territories, Unassigned only where Violation counts it
//	locks, forbidden       fixed units and seeds are where they must be, forbidden pairs do not meet
//	connected              every territory is in one piece, where there is a Contiguity
//	limits                 Violation is what the plan has outside the limits
//	centers                Centers are units, no two the same; Multipliers are one per unit
//	bound                  Bound is a number, and at most the objective of a feasible plan
//	stop                   ProvedOptimal is said of feasible plans only, Interrupted only where somebody did
//	infeasible             no plan that exists is denied, none that does not is claimed; a refusal has its facts
//	objective              Objective is what the Evaluator says; of others nothing is known
//	optimum                no plan of an Evaluator's costs less than its Bound; what it calls optimal is
//	input-unmodified       the problem is as it was
//	input-refused          NaN, infinities, wrong lengths, crossed limits, broken graphs are partition.ErrInput
//	input-all-faults       all of them are named at once, by field and index
//	repeatable             the same answer to the last bit, run again and beside itself
//	cancelled              context.Cause, or a plan that is Interrupted, where the context is over at the start
//	interrupted            the same, wherever it ends
//	law-renamed            units numbered backwards: no contradiction
//	law-measure-doubled    twice a measure and its limits: no contradiction
//	law-unlimited-measure  a measure without limits more: no contradiction
//
// Two answers to what is the same problem contradict each other where a feasible
// plan of the one costs less than the bound of the other, two optima differ, or
// one is refused and the other answered by a plan within the limits.
//
// Where the method promises [NoEmpty], an empty territory may count 1 in the
// violation.
func Checks(promises ...Promise) iter.Seq2[string, func(partition.Method) error] {
	s := suite{noEmpty: slices.Contains(promises, NoEmpty)}
	list := []named{
		{"solves", s.solvesSomething},
		{"plan", s.onEach(s.judge(whole))},
		{"locks", s.onEach(s.judge(locks))},
		{"forbidden", s.onEach(s.judge(forbidden))},
		{"connected", s.onEach(s.judge(connected))},
		{"limits", s.onEach(s.judge(limits))},
		{"centers", s.onEach(s.judge(centers))},
		{"bound", s.onEach(s.judge(bound))},
		{"stop", s.onEach(s.judge(stop))},
		{"infeasible", s.onEach(s.notDenied)},
		{"objective", s.onEach(s.objective)},
		{"optimum", s.onEach(s.optimum)},
		{"input-unmodified", s.onEach(s.unmodified)},
		{"input-refused", refusesFaults},
		{"input-all-faults", namesAllFaults},
		{"repeatable", s.onEach(s.repeatable)},
		{"cancelled", s.onEach(s.cancelled)},
		{"interrupted", s.onEach(s.interrupted)},
		{"law-renamed", s.onEach(s.renamed)},
		{"law-measure-doubled", s.onEach(s.measureDoubled)},
		{"law-unlimited-measure", s.onEach(s.unlimitedMeasure)},
	}
	for _, p := range promises {
		name := "promise-" + string(p)
		switch p {
		case NoEmpty:
			list = append(list, named{name, s.onEach(s.judge(empty))})
		case WithinLimits:
			list = append(list, named{name, s.onEach(s.withinLimits)})
		default:
			list = append(list, named{name, func(partition.Method) error {
				return fmt.Errorf("partitiontest knows of no promise %q", string(p))
			}})
		}
	}
	return func(yield func(string, func(partition.Method) error) bool) {
		for _, c := range list {
			if !yield(c.name, c.check) {
				return
			}
		}
	}
}

// TestMethod runs all of [Checks] and returns the breaches, joined, each with
// the name of its check. What the method does not support is no breach, as long
// as it supports anything; range over [Checks] to see what was skipped.
func TestMethod(m partition.Method, promises ...Promise) error {
	var errs []error
	for name, check := range Checks(promises...) {
		if err := check(m); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

type named struct {
	name  string
	check func(partition.Method) error
}

// suite is the contract with the promises that change it.
type suite struct{ noEmpty bool }

// solvable reports whether a plan exists such as the method makes.
func (s suite) solvable(in Instance) bool {
	if s.noEmpty {
		return in.Solvable
	}
	return in.SolvableIdle
}

// onEach makes a check of a question about one instance.
func (s suite) onEach(ask func(partition.Method, Instance) error) func(partition.Method) error {
	return func(m partition.Method) error {
		var errs []error
		var skipped []string
		for in := range Instances() {
			err := ask(m, in)
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

// ask calls the method. A panic is a breach like any other.
func ask(ctx context.Context, m partition.Method, p *partition.Problem) (r *partition.Result, err error) {
	defer func() {
		if x := recover(); x != nil {
			trace := make([]byte, 1<<11)
			r, err = nil, fmt.Errorf("the method panicked: %v\n%s", x, trace[:runtime.Stack(trace, false)])
		}
	}()
	r, err = m.Partition(ctx, p)
	switch {
	case err != nil && r != nil:
		return nil, fmt.Errorf("the method returned a result and an error, where an error means that there is none: %v", err)
	case err == nil && (r == nil || r.Plan == nil):
		return nil, errors.New("the method returned neither a plan nor an error")
	case err == nil && r.Plan.Len() != p.Len():
		return nil, fmt.Errorf("the plan has %d units, the problem %d", r.Plan.Len(), p.Len())
	case err == nil && p.K != 0 && r.Plan.K() != p.K:
		return nil, fmt.Errorf("the plan has %d territories, the problem %d", r.Plan.K(), p.K)
	}
	if err != nil && misses(err, p) {
		err = fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	return r, err
}

// misses reports whether the error asks for fields that the problem leaves out,
// and for nothing else.
func misses(err error, p *partition.Problem) bool {
	if p == nil || !errors.Is(err, partition.ErrInput) {
		return false
	}
	faults := inputErrors(err)
	for _, e := range faults {
		name, _, _ := strings.Cut(e.Field, ".")
		name, _, _ = strings.Cut(name, "[")
		field := reflect.ValueOf(p).Elem().FieldByName(name)
		if !field.IsValid() || !(field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0) {
			return false
		}
	}
	return len(faults) > 0
}

// inputErrors are all faults that an error is made of.
func inputErrors(err error) []*partition.InputError {
	switch e := err.(type) {
	case nil:
		return nil
	case *partition.InputError:
		return []*partition.InputError{e}
	case interface{ Unwrap() []error }:
		var all []*partition.InputError
		for _, inner := range e.Unwrap() {
			all = append(all, inputErrors(inner)...)
		}
		return all
	}
	return inputErrors(errors.Unwrap(err))
}

// answer solves an instance without interruption. The result is nil, without
// an error, where the method rightly refuses the instance.
func (s suite) answer(m partition.Method, in Instance) (*partition.Result, error) {
	r, err := ask(context.Background(), m, in.Problem)
	if err != nil && !s.solvable(in) && isRefusal(err) {
		return nil, nil
	}
	return r, err
}

// isRefusal reports whether the error says, with the facts, that no plan exists.
func isRefusal(err error) bool {
	var fact *partition.InfeasibleError
	return errors.Is(err, partition.ErrInfeasible) && errors.As(err, &fact)
}

func (s suite) solvesSomething(m partition.Method) error {
	for in := range Instances() {
		if r, err := s.answer(m, in); err == nil && r != nil && r.Plan.Len() > 0 {
			return nil
		}
	}
	return errors.New("not one instance is solved; what a method does not do cannot be judged")
}

// near compares two numbers that were summed in different ways. size is that of
// what was summed.
func near(a, b, size float64) bool {
	return a == b || math.Abs(a-b) <= 1e-9*math.Max(1, size)
}

package partitiontest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/territory-go/territory/partition"
)

// unmodified: a Problem may be shared by goroutines, so nobody writes to it.
func (s suite) unmodified(m partition.Method, in Instance) error {
	_, err := s.answer(m, in)
	if errors.Is(err, errors.ErrUnsupported) {
		return err // by now it is another check's business whether it was solved
	}
	for fresh := range Instances() {
		if fresh.Name == in.Name {
			return sameProblem(fresh.Problem, in.Problem)
		}
	}
	return nil
}

// sameProblem compares field by field; functions cannot be, and cannot be
// written to but as a whole.
func sameProblem(before, after *partition.Problem) error {
	var errs []error
	x, y := reflect.ValueOf(*before), reflect.ValueOf(*after)
	for f := range x.NumField() {
		field, was, is := x.Type().Field(f), x.Field(f), y.Field(f)
		if field.Type.Kind() == reflect.Func {
			if was.IsNil() != is.IsNil() {
				errs = append(errs, fmt.Errorf("%s was replaced", field.Name))
			}
			continue
		}
		if !reflect.DeepEqual(was.Interface(), is.Interface()) {
			errs = append(errs, fmt.Errorf("%s was %v and is now %v", field.Name, was, is))
		}
	}
	return errors.Join(errs...)
}

// beside is how many times a problem is solved at the same time.
const beside = 4

// repeatable: the same problem has the same answer, bit for bit, again and in
// several goroutines that share problem and method.
func (s suite) repeatable(m partition.Method, in Instance) error {
	first, err := s.answer(m, in)
	if first == nil {
		return err
	}
	var results [beside]*partition.Result
	var errs [beside]error
	var wg sync.WaitGroup
	for g := range beside {
		wg.Go(func() { results[g], errs[g] = s.answer(m, in) })
	}
	wg.Wait()
	for g, again := range results {
		if errs[g] != nil {
			return fmt.Errorf("solved once, and then: %w", errs[g])
		}
		if err := sameResult(first, again); err != nil {
			return fmt.Errorf("another run differs: %w", err)
		}
	}
	return nil
}

// sameResult compares two results to the last bit.
func sameResult(x, y *partition.Result) error {
	if y == nil {
		return errors.New("the problem is now refused")
	}
	var errs []error
	compare := func(field string, a, b any) {
		if !reflect.DeepEqual(a, b) {
			errs = append(errs, fmt.Errorf("%s is %v and was %v", field, b, a))
		}
	}
	number := func(field string, a, b float64) { compare(field, math.Float64bits(a), math.Float64bits(b)) }
	compare("Plan", x.Plan.Slice(), y.Plan.Slice())
	number("Objective", x.Certificate.Objective, y.Certificate.Objective)
	number("Violation", x.Certificate.Violation, y.Certificate.Violation)
	number("Bound", x.Certificate.Bound, y.Certificate.Bound)
	compare("Proof", x.Certificate.Proof, y.Certificate.Proof)
	compare("Centers", x.Centers, y.Centers)
	compare("Multipliers", x.Multipliers, y.Multipliers)
	compare("Stop", x.Stop, y.Stop)
	compare("Iterations", x.Iterations, y.Iterations)
	compare("Seed", x.Seed, y.Seed)
	return errors.Join(errs...)
}

var errAsked = errors.New("the caller has had enough")

// cancelled: who is told to stop before the start has no plan, or says that it
// is what was at hand.
func (s suite) cancelled(m partition.Method, in Instance) error {
	if _, err := s.answer(m, in); errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errAsked)
	r, err := ask(ctx, m, in.Problem)
	switch {
	case errors.Is(err, errAsked) || isRefusal(err) && !s.solvable(in):
		return nil
	case err != nil:
		return fmt.Errorf("the context was cancelled; the error should be its cause, %q, and is: %w", errAsked, err)
	case r.Stop != partition.Interrupted && r.Stop != partition.ProvedOptimal:
		return fmt.Errorf("the context was cancelled before the start, and the search ended as if nothing was: %s", r.Stop)
	}
	return s.interruptedResult(in, r)
}

// interrupted: whenever the context ends, what comes back is its cause or a
// result that is as honest as any other.
func (s suite) interrupted(m partition.Method, in Instance) error {
	if _, err := s.answer(m, in); errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	for _, after := range []int64{1, 2, 3, 5, 8, 13, 21, 34, 55, 89} {
		ctx := &patience{Context: context.Background(), done: make(chan struct{})}
		ctx.left.Store(after)
		r, err := ask(ctx, m, in.Problem)
		switch {
		case errors.Is(err, errAsked) || isRefusal(err) && !s.solvable(in):
			continue
		case err != nil:
			return fmt.Errorf("the context ended at its question %d: %w", after, err)
		}
		if err := s.interruptedResult(in, r); err != nil {
			return fmt.Errorf("the context ended at its question %d: %w", after, err)
		}
	}
	return nil
}

// interruptedResult judges a result that may have been cut short: it may break
// limits, as long as it says so.
func (s suite) interruptedResult(in Instance, r *partition.Result) error {
	a := s.inspect(in, r)
	if r.Stop == partition.Interrupted {
		delete(a.faults, stop)
	}
	return a.err()
}

// patience is a context that ends when it has been asked so many times, so that
// a search is cut short at a place that no clock decides.
type patience struct {
	context.Context
	left atomic.Int64
	over atomic.Bool
	done chan struct{}
}

func (p *patience) ask() {
	if p.left.Add(-1) == 0 {
		p.over.Store(true)
		close(p.done)
	}
}

func (p *patience) Err() error {
	p.ask()
	if p.over.Load() {
		return errAsked
	}
	return nil
}

func (p *patience) Done() <-chan struct{} {
	p.ask()
	return p.done
}

func (p *patience) Deadline() (time.Time, bool) { return time.Time{}, false }

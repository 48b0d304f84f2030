package allocatetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// unmodified: a Problem may be shared by goroutines, so nobody writes to it.
func unmodified(s allocate.Solver, in Instance) error {
	_, err := answer(s, in)
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

// sameProblem compares what can be compared: functions by what they return.
func sameProblem(before, after *allocate.Problem) error {
	var errs []error
	compare := func(field string, x, y any) {
		if !reflect.DeepEqual(x, y) {
			errs = append(errs, fmt.Errorf("%s was %v and is now %v", field, x, y))
		}
	}
	compare("Measures", before.Measures, after.Measures)
	compare("Fixed", before.Fixed, after.Fixed)
	compare("Penalty", before.Penalty, after.Penalty)
	compare("Together", before.Together, after.Together)
	compare("Apart", before.Apart, after.Apart)
	compare("Cost", entries(before.Cost), entries(after.Cost))
	compare("the number of Loads", len(before.Load), len(after.Load))
	for r := range before.Load {
		if before.Load[r] != nil {
			compare(fmt.Sprintf("Load[%d]", r), entries(before.Load[r]), entries(after.Load[r]))
		}
	}
	if x, ok := before.Cost.(*allocate.Travel); ok {
		compare("Travel", x, after.Cost)
	}
	return errors.Join(errs...)
}

func entries(c allocate.Costs) [][]float64 {
	n, m := c.Dims()
	rows := make([][]float64, n)
	for i := range rows {
		for j := range m {
			rows[i] = append(rows[i], c.At(i, j))
		}
	}
	return rows
}

// repeatable: the same problem has the same answer, bit for bit, at any number
// of processors.
func repeatable(s allocate.Solver, in Instance) error {
	first, err := answer(s, in)
	if first == nil {
		return err
	}
	for _, procs := range []int{0, 1, 2, 8} {
		again, err := withProcs(procs, s, in)
		if err != nil {
			return fmt.Errorf("solved once, and then: %w", err)
		}
		if err := sameResult(first, again); err != nil {
			if procs == 0 {
				return fmt.Errorf("a second run differs: %w", err)
			}
			return fmt.Errorf("at GOMAXPROCS %d: %w", procs, err)
		}
	}
	return nil
}

// withProcs solves at the given GOMAXPROCS and puts the old one back; 0 leaves it.
func withProcs(procs int, s allocate.Solver, in Instance) (*allocate.Result, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	return answer(s, in)
}

// sameResult compares two results to the last bit.
func sameResult(x, y *allocate.Result) error {
	var errs []error
	compare := func(field string, a, b any) {
		if !reflect.DeepEqual(a, b) {
			errs = append(errs, fmt.Errorf("%s is %v and was %v", field, b, a))
		}
	}
	compare("Plan", x.Plan.Slice(), y.Plan.Slice())
	compare("Objective", math.Float64bits(x.Certificate.Objective), math.Float64bits(y.Certificate.Objective))
	compare("Violation", math.Float64bits(x.Certificate.Violation), math.Float64bits(y.Certificate.Violation))
	compare("Bound", math.Float64bits(x.Certificate.Bound), math.Float64bits(y.Certificate.Bound))
	compare("Proof", x.Certificate.Proof, y.Certificate.Proof)
	compare("Stop", x.Stop, y.Stop)
	compare("Iterations", x.Iterations, y.Iterations)
	compare("Seed", x.Seed, y.Seed)
	compare("Splits", x.Splits, y.Splits)
	compare("Prices", x.Prices, y.Prices)
	return errors.Join(errs...)
}

var errAsked = errors.New("the caller has had enough")

// cancelled: who is told to stop before the start has no plan, or says that it
// is what was at hand.
func cancelled(s allocate.Solver, in Instance) error {
	if _, err := answer(s, in); errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errAsked)
	r, err := solve(ctx, s, in.Problem)
	switch {
	case errors.Is(err, errAsked) || isRefusal(err) && !in.solvable():
		return nil
	case err != nil:
		return fmt.Errorf("the context was cancelled; the error should be its cause, %q, and is: %w", errAsked, err)
	case r.Stop != partition.Interrupted:
		return fmt.Errorf("the context was cancelled before the start, and the search ended as if nothing was: %s", r.Stop)
	}
	return interruptedResult(in, r)
}

// interrupted: whenever the context ends, what comes back is its cause or a
// result that is as honest as any other.
func interrupted(s allocate.Solver, in Instance) error {
	if _, err := answer(s, in); errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	for _, after := range []int64{1, 2, 3, 5, 8, 13, 21, 34, 55, 89} {
		ctx := &patience{Context: context.Background(), done: make(chan struct{})}
		ctx.left.Store(after)
		r, err := solve(ctx, s, in.Problem)
		switch {
		case errors.Is(err, errAsked) || isRefusal(err) && !in.solvable():
			continue
		case err != nil:
			return fmt.Errorf("the context ended at its question %d: %w", after, err)
		}
		if err := interruptedResult(in, r); err != nil {
			return fmt.Errorf("the context ended at its question %d: %w", after, err)
		}
	}
	return nil
}

// interruptedResult judges a result that may have been cut short: it may leave
// units unserved and limits broken, as long as it says so.
func interruptedResult(in Instance, r *allocate.Result) error {
	a := inspect(in, r)
	if r.Stop == partition.Interrupted {
		delete(a.faults, stop)
		delete(a.faults, complete)
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

package allocate_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

var errEnough = errors.New("enough")

// interrupted counts what interruptions led to.
type interrupted struct{ errors, plans, complete int }

// note demands of an interrupted run a complete plan that says what it is, or
// the cause of the interruption.
func (n *interrupted) note(t *testing.T, p *allocate.Problem, r *allocate.Result, err error) {
	t.Helper()
	if err != nil {
		n.errors++
		require.ErrorIs(t, err, errEnough)
		require.Nil(t, r)
		return
	}
	require.NoError(t, allocate.Verify(p, r))
	if r.Stop == partition.Interrupted {
		n.plans++
	} else {
		n.complete++ // it came too late
	}
}

// after is a context that ends after so many looks at it: an interruption at
// every place where a solver listens, without a clock.
type after struct {
	context.Context
	left atomic.Int64
	done chan struct{}
}

func newAfter(looks int) *after {
	c := &after{Context: context.Background(), done: make(chan struct{})}
	c.left.Store(int64(looks))
	return c
}

func (c *after) look() bool {
	left := c.left.Add(-1)
	if left == -1 {
		close(c.done)
	}
	return left < 0
}

func (c *after) Err() error {
	if c.look() {
		return errEnough
	}
	return nil
}

func (c *after) Done() <-chan struct{} {
	c.look()
	return c.done
}

// Whenever a solver is interrupted, there is a complete and honest plan, or the
// cause.
func TestInterruptedAnywhere(t *testing.T) {
	t.Parallel()
	growth := unlessShort(8, 1)
	for _, f := range families {
		switch f.name {
		case "planar", "penalties", "three", "speeds", "regions", "houses":
		default:
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			p := f.problem(newWorkload(unlessShort(700, 300), unlessShort(14, 10), 4))
			for name, s := range map[string]allocate.Solver{"Transport": allocate.Transport{}, "SingleSource": allocate.SingleSource{Budget: 300}} {
				if name == "Transport" && f.measures > 1 {
					continue
				}
				var n interrupted
				for looks := 0; looks < 1e6 && n.complete == 0; looks += 1 + looks/growth {
					ctx := newAfter(looks)
					r, err := s.Allocate(ctx, p)
					require.NotErrorIs(t, err, partition.ErrInfeasible)
					n.note(t, p, r, err)
				}
				require.Positive(t, n.errors, name)
				if name == "SingleSource" { // a flow is there only while it settles, which may be too short to be interrupted
					require.Positive(t, n.plans, name)
				}
				require.Positive(t, n.complete, name)
			}
		})
	}
}

// A caller who watches sees every phase, and may stop the search from within.
func TestInterruptedByTheObserver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		family string
		solver func(watch func(partition.Progress)) allocate.Solver
		phases []string
	}{
		{"planar", func(w func(partition.Progress)) allocate.Solver { return allocate.Transport{Progress: w} }, []string{"prices", "flow"}},
		{"planar", func(w func(partition.Progress)) allocate.Solver {
			return allocate.SingleSource{Budget: 2000, Progress: w}
		}, []string{"prices", "flow", "rounding", "improving"}},
		{"two", func(w func(partition.Progress)) allocate.Solver {
			return allocate.SingleSource{Budget: 2000, Progress: w}
		}, []string{"prices", "rounding", "improving"}},
	} {
		var p *allocate.Problem
		for _, f := range families {
			if f.name == c.family {
				p = f.problem(newWorkload(unlessShort(1000, 400), unlessShort(20, 10), 5))
			}
		}
		full, err := c.solver(nil).Allocate(context.Background(), p)
		require.NoError(t, err)
		var phases []string
		for stopAt := 1; ; stopAt += 1 + stopAt/unlessShort(4, 1) {
			ctx, cancel := context.WithCancelCause(context.Background())
			calls := 0
			phases = nil
			watch := func(at partition.Progress) {
				if len(phases) == 0 || phases[len(phases)-1] != at.Phase {
					phases = append(phases, at.Phase)
				}
				require.LessOrEqual(t, at.Bound, full.Certificate.Objective)
				if calls++; calls == stopAt {
					cancel(errEnough)
				}
			}
			r, err := c.solver(watch).Allocate(ctx, p)
			cancel(nil)
			if calls < stopAt {
				require.NoError(t, err)
				require.Equal(t, full, r, "watching changes nothing")
				break
			}
			require.Equal(t, stopAt, calls, "the observer is called after the end")
			if err != nil {
				require.ErrorIs(t, err, errEnough)
				continue
			}
			require.NoError(t, allocate.Verify(p, r))
			require.Equal(t, partition.Interrupted, r.Stop)
		}
		require.Equal(t, c.phases, phases)
	}
}

// No goroutine outlives a call, interrupted or not.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, f := range families {
		if f.name != "planar" && f.name != "speeds" {
			continue
		}
		p := f.problem(newWorkload(unlessShort(600, 300), unlessShort(12, 10), 6))
		for _, looks := range []int{1, 10, 30, 100, 1e9} {
			for _, s := range []allocate.Solver{allocate.Transport{}, allocate.SingleSource{Budget: 300}} {
				_, _ = s.Allocate(newAfter(looks), p)
			}
		}
	}
	for range 100 { // a goroutine that has said that it is done may take a moment to be gone
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}

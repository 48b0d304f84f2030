package partitiontest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/partitiontest"
)

// reference tries every plan of small problems. It is right about everything it
// supports, and slow.
type reference struct {
	before func(ctx context.Context, p *partition.Problem) (*partition.Result, error) // nil, or answers in its place where it can
	of     func(p *partition.Problem, of []int)                                       // nil, or spoils the plan
	after  func(p *partition.Problem, r *partition.Result)                            // nil, or spoils the result
}

// Objective counts the pairs of units together, those of large numbers dearer
// whichever end they are counted from.
func (reference) Objective(p *partition.Problem, a partition.Assignment) float64 {
	sum, n := 0.0, a.Len()
	for i := range n {
		for j := range i {
			if a.Of(i) == a.Of(j) {
				sum += math.Abs(float64((i - j) * (n - 1 - i - j)))
			}
		}
	}
	return sum
}

func (s reference) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if s.before != nil {
		if r, err := s.before(ctx, p); r != nil || err != nil {
			return r, err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	best, cost := all(p), math.Inf(1)
	if best.count == 0 {
		return nil, fmt.Errorf("too many plans: %w", errors.ErrUnsupported)
	}
	if len(best.plans) == 0 {
		return nil, &partition.InfeasibleError{Why: "every plan was tried"}
	}
	var of []int
	for _, plan := range best.plans {
		a, err := partition.NewPlan(p.K, plan)
		if err != nil {
			return nil, err
		}
		if c := s.Objective(p, a); c < cost {
			of, cost = plan, c
		}
	}
	if s.of != nil {
		s.of(p, of)
	}
	plan, err := partition.NewPlan(p.K, of)
	if err != nil {
		return nil, err
	}
	c := partition.Certificate{Objective: s.Objective(p, plan), Proof: "search"}
	c.Bound = c.Objective
	r := &partition.Result{Plan: plan, Certificate: c, Stop: partition.ProvedOptimal}
	if s.after != nil {
		s.after(p, r)
	}
	return r, nil
}

type plans struct {
	count int // tried
	plans [][]int
}

// all lists the plans of few units that keep everything and leave no territory
// empty. It counts in base K, and knows nothing of how the suite does it.
func all(p *partition.Problem) plans {
	n, k := p.Len(), p.K
	var found plans
	if k < 1 || math.Pow(float64(k), float64(n)) > 1000 {
		return found
	}
	for code := range int(math.Pow(float64(k), float64(n)) + 0.5) {
		found.count++
		of := make([]int, n)
		for i, c := 0, code; i < n; i, c = i+1, c/k {
			of[i] = c % k
		}
		if keeps(p, of) {
			found.plans = append(found.plans, of)
		}
	}
	return found
}

func keeps(p *partition.Problem, of []int) bool {
	a, err := partition.NewPlan(p.K, of)
	if err != nil {
		return false
	}
	for t := range p.K {
		if a.Count(t) == 0 || p.Contiguity != nil && len(partition.Fragments(p.Contiguity, a, t)) != 1 {
			return false
		}
	}
	for i, t := range p.Fixed {
		if t >= 0 && of[i] != t {
			return false
		}
	}
	for t, i := range p.Seeds {
		if of[i] != t {
			return false
		}
	}
	for _, pair := range p.Forbidden {
		if of[pair[0]] == pair[1] {
			return false
		}
	}
	for _, me := range p.Measures {
		lower, upper := me.Limits(p.K)
		for t, load := range partition.Loads(a, me.Value) {
			if load < lower[t]-1e-9 || load > upper[t]+1e-9 {
				return false
			}
		}
	}
	return true
}

func TestReferencePasses(t *testing.T) {
	require.NoError(t, partitiontest.TestMethod(reference{}, partitiontest.NoEmpty, partitiontest.WithinLimits))
}

func allChecks() map[string]func(partition.Method) error {
	checks := map[string]func(partition.Method) error{}
	for name, check := range partitiontest.Checks(partitiontest.NoEmpty, partitiontest.WithinLimits) {
		checks[name] = check
	}
	return checks
}

// Every check is there for a fault that it finds.
func TestEveryCheckFindsItsFault(t *testing.T) {
	checks := allChecks()
	covered := map[string]bool{}
	var calls atomic.Int64
	holds := func(where func(p *partition.Problem) bool, spoil func(p *partition.Problem, of []int)) reference {
		return reference{of: func(p *partition.Problem, of []int) {
			if p.K > 1 && where(p) {
				spoil(p, of)
			}
		}}
	}
	always := func(*partition.Problem) bool { return true }
	after := func(spoil func(p *partition.Problem, r *partition.Result)) reference { return reference{after: spoil} }
	instead := func(answer func(ctx context.Context, p *partition.Problem) (*partition.Result, error)) reference {
		return reference{before: answer}
	}
	for _, c := range []struct {
		check, fault string
		method       partition.Method
	}{
		{"solves", "supports nothing", partition.MethodFunc(func(context.Context, *partition.Problem) (*partition.Result, error) {
			return nil, fmt.Errorf("on holiday: %w", errors.ErrUnsupported)
		})},
		{"solves", "neither plan nor error", partition.MethodFunc(func(context.Context, *partition.Problem) (*partition.Result, error) {
			return nil, nil
		})},
		{"plan", "forgets a unit", holds(always, func(_ *partition.Problem, of []int) { of[0] = partition.Unassigned })},
		{"plan", "another number of territories", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			r, err := reference{}.Partition(ctx, p)
			if r != nil {
				r.Plan, err = r.Plan.WithK(p.K + 1)
			}
			return r, err
		})},
		{"locks", "moves a fixed unit", holds(func(p *partition.Problem) bool { return p.Fixed != nil }, func(p *partition.Problem, of []int) {
			for i, t := range p.Fixed {
				if t >= 0 {
					of[i] = (t + 1) % p.K
				}
			}
		})},
		{"locks", "moves a seed", holds(func(p *partition.Problem) bool {
			return len(p.Fixed) == 3 || p.Seeds != nil || p.K == 2 && p.Fixed != nil
		}, func(p *partition.Problem, of []int) {
			for i := range of {
				of[i] = (of[i] + 1) % p.K
			}
		})},
		{"forbidden", "serves whom it must not", holds(always, func(p *partition.Problem, of []int) {
			for i := range of {
				of[i] = 1 - min(of[i], 1)
			}
		})},
		{"connected", "knows no neighbours", holds(func(p *partition.Problem) bool { return p.Contiguity != nil && p.Fixed == nil }, func(p *partition.Problem, of []int) {
			for i := range of {
				of[i] = i % 2
			}
		})},
		{"limits", "hides a violation", holds(func(p *partition.Problem) bool { return p.Fixed == nil }, func(_ *partition.Problem, of []int) {
			for i := range of {
				of[i] = 0
			}
		})},
		{"limits", "sees one where there is none", after(func(_ *partition.Problem, r *partition.Result) { r.Certificate.Violation = 1 })},
		{"centers", "one centre for all", after(func(p *partition.Problem, r *partition.Result) {
			r.Centers = make([]int, p.K)
		})},
		{"centers", "a centre that is no unit", after(func(p *partition.Problem, r *partition.Result) {
			r.Centers = slices.Repeat([]int{p.Len()}, p.K)
		})},
		{"centers", "a multiplier too many", after(func(p *partition.Problem, r *partition.Result) {
			r.Multipliers = make([]float64, p.Len()+1)
		})},
		{"bound", "claims too much", after(func(_ *partition.Problem, r *partition.Result) { r.Certificate.Bound += 0.5 })},
		{"bound", "is no number", after(func(_ *partition.Problem, r *partition.Result) { r.Certificate.Bound = math.NaN() })},
		{"stop", "blames the caller", after(func(_ *partition.Problem, r *partition.Result) { r.Stop = partition.Interrupted })},
		{"stop", "invents a reason", after(func(_ *partition.Problem, r *partition.Result) { r.Stop = 99 })},
		{"stop", "calls a breach optimal", holds(func(p *partition.Problem) bool { return p.Fixed == nil }, func(_ *partition.Problem, of []int) {
			for i := range of {
				of[i] = 0
			}
		})},
		{"infeasible", "denies what is hard", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p != nil && len(p.Measures) > 1 {
				return nil, &partition.InfeasibleError{Why: "too hard"}
			}
			return nil, nil
		})},
		{"infeasible", "refuses without facts", instead(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			if _, err := (reference{}).Partition(ctx, p); errors.Is(err, partition.ErrInfeasible) {
				return nil, partition.ErrInfeasible
			}
			return nil, nil
		})},
		{"infeasible", "finds what does not exist", instead(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			_, err := (reference{}).Partition(ctx, p)
			if !errors.Is(err, partition.ErrInfeasible) {
				return nil, nil
			}
			plan, err := partition.NewPlan(p.K, make([]int, p.Len()))
			return &partition.Result{Plan: plan}, err
		})},
		{"objective", "makes it look cheaper", after(func(_ *partition.Problem, r *partition.Result) { r.Certificate.Objective -= 0.5 })},
		{"optimum", "a bound beyond the optimum", reference{
			of: func(p *partition.Problem, of []int) {
				if p.K == 2 && p.Fixed == nil && p.Measures == nil {
					for i := range of {
						of[i] = min(i, 1)
					}
				}
			},
		}},
		{"input-unmodified", "sorts the values", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p != nil {
				for _, me := range p.Measures {
					if len(me.Value) > 2 {
						me.Value[0], me.Value[1], me.Value[2] = me.Value[2], me.Value[0], me.Value[1]
					}
				}
			}
			return nil, nil
		})},
		{"input-unmodified", "sets a default", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p != nil && p.Weight == nil {
				p.Weight = make([]float64, p.Len())
			}
			return nil, nil
		})},
		{"input-refused", "takes NaN for a number", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p != nil && len(p.Measures) == 1 && len(p.Measures[0].Value) == 4 && math.IsNaN(p.Measures[0].Value[1]) {
				plan, err := partition.NewPlan(2, make([]int, 4))
				return &partition.Result{Plan: plan}, err
			}
			return nil, nil
		})},
		{"input-refused", "panics on nothing", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			_ = p.K
			return nil, nil
		})},
		{"input-refused", "an error of its own", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p == nil {
				return nil, errors.New("no problem, no plan")
			}
			return nil, nil
		})},
		{"input-all-faults", "stops at the first", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			var first *partition.InputError
			if errors.As(p.Validate(), &first) {
				return nil, first
			}
			return nil, nil
		})},
		{"repeatable", "another seed each time", after(func(_ *partition.Problem, r *partition.Result) {
			r.Seed = uint64(calls.Add(1))
		})},
		{"cancelled", "never listens", partition.MethodFunc(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			r, err := reference{}.Partition(context.Background(), p)
			if r != nil {
				r.Stop = partition.Converged
			}
			return r, err
		})},
		{"cancelled", "forgets why", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			if ctx.Err() != nil {
				return nil, errors.New("stopped")
			}
			return reference{}.Partition(ctx, p)
		})},
		{"interrupted", "hides what it did not do", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			r, err := reference{}.Partition(context.Background(), p)
			if err != nil || ctx.Err() == nil {
				return r, err
			}
			r.Certificate.Bound = r.Certificate.Objective + 1
			r.Stop = partition.Interrupted
			return r, nil
		})},
		{"law-renamed", "believes the first unit", after(func(p *partition.Problem, r *partition.Result) {
			if len(p.Features) > 0 && p.Features[0][0] > p.Features[p.Len()-1][0] {
				r.Certificate.Objective--
				r.Certificate.Bound--
			}
		})},
		{"law-measure-doubled", "eight hours are a day", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p != nil && len(p.Measures) > 0 && len(p.Measures[0].Value) > 0 && p.Measures[0].Value[0] >= 8 {
				return nil, errors.New("too much for a day")
			}
			return nil, nil
		})},
		{"law-unlimited-measure", "no limit is a limit of 0", instead(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
			if p != nil {
				for _, me := range p.Measures {
					if me.Name == "number" && me.Upper == nil && me.Tolerance == 0 {
						return nil, &partition.InfeasibleError{Why: "above 0"}
					}
				}
			}
			return nil, nil
		})},
		{"promise-no-empty", "puts all into one", holds(func(p *partition.Problem) bool { return p.Fixed == nil && p.Measures == nil }, func(_ *partition.Problem, of []int) {
			for i := range of {
				of[i] = 0
			}
		})},
		{"promise-within-limits", "does not care for limits", reference{
			of: func(p *partition.Problem, of []int) {
				for i := range of {
					of[i] = 0
				}
			},
			after: func(p *partition.Problem, r *partition.Result) {
				for _, me := range p.Measures {
					lower, upper := me.Limits(p.K)
					for t, load := range partition.Loads(r.Plan, me.Value) {
						r.Certificate.Violation += max(0, load-upper[t], lower[t]-load)
					}
				}
			},
		}},
	} {
		t.Run(strings.ReplaceAll(c.check+"/"+c.fault, " ", "-"), func(t *testing.T) {
			require.Contains(t, checks, c.check)
			err := checks[c.check](c.method)
			require.Error(t, err)
			require.NotErrorIs(t, err, errors.ErrUnsupported)
			covered[c.check] = true
		})
	}
	for name := range checks {
		require.True(t, covered[name], "no fault shows what %q is for", name)
	}
}

// A method is not judged by what it does not support, and the checks name that.
func TestWhatIsNotSupported(t *testing.T) {
	single := reference{before: func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
		if p != nil && len(p.Seeds) > 0 {
			return nil, fmt.Errorf("no seeds: %w", errors.ErrUnsupported)
		}
		return nil, nil
	}}
	require.NoError(t, partitiontest.TestMethod(single, partitiontest.NoEmpty))
	var skipped *partitiontest.SkippedError
	require.ErrorAs(t, allChecks()["bound"](single), &skipped)
	require.Contains(t, skipped.Instances, "seeds")
	require.NotContains(t, skipped.Instances, "fixed units, connected")

	// What misses a field that is not there is not judged either.
	mapped := reference{before: func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
		if p != nil && p.Contiguity == nil && p.Validate() == nil {
			return nil, &partition.InputError{Field: "Contiguity", Index: -1, Why: "is nil"}
		}
		return nil, nil
	}}
	require.NoError(t, partitiontest.TestMethod(mapped, partitiontest.NoEmpty))
	require.ErrorAs(t, allChecks()["bound"](mapped), &skipped)
	require.Contains(t, skipped.Instances, "features")
}

func TestPromisesThatNobodyKnows(t *testing.T) {
	require.ErrorContains(t, partitiontest.TestMethod(reference{}, partitiontest.NoEmpty, "world peace"), "world peace")
}

package allocatetest_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/allocate/allocatetest"
	"github.com/territory-go/territory/partition"
)

// reference tries every plan. It is right about everything, and slow.
type reference struct {
	before func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) // nil, or answers in its place where it can
	plan   func(p *allocate.Problem, of []int)                                      // nil, or spoils the plan
	after  func(p *allocate.Problem, r *allocate.Result)                            // nil, or spoils the result
}

func (s reference) Allocate(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
	if s.before != nil {
		if r, err := s.before(ctx, p); r != nil || err != nil {
			return r, err
		}
	}
	r, err := allocate.Nearest{}.Allocate(ctx, p) // for the validation
	if err != nil {
		return nil, err
	}
	x := plainly(p)
	of, cost := x.Best()
	if of == nil {
		return nil, &partition.InfeasibleError{Why: "every plan was tried"}
	}
	if s.plan != nil {
		s.plan(p, of)
		cost = 0
		for i, j := range of {
			switch {
			case j >= 0 && !math.IsInf(p.Cost.At(i, j), 1):
				cost += p.Cost.At(i, j)
			case j < 0 && p.Penalty != nil && !math.IsInf(p.Penalty[i], 1):
				cost += p.Penalty[i]
			}
		}
	}
	if r.Plan, err = partition.NewPlan(x.Agents, of); err != nil {
		return nil, err
	}
	r.Stop = partition.ProvedOptimal
	r.Certificate = partition.Certificate{Objective: cost, Bound: cost, Violation: x.Violation(of), Proof: "search"}
	if s.after != nil {
		s.after(p, r)
	}
	return r, nil
}

func TestReferencePasses(t *testing.T) {
	require.NoError(t, allocatetest.TestExactSolver(reference{}))
}

// allChecks gives all checks by their names.
func allChecks() map[string]func(allocate.Solver) error {
	checks := maps.Collect(allocatetest.Checks())
	maps.Insert(checks, allocatetest.ExactChecks())
	return checks
}

// Every check is there for a fault that it finds.
func TestEveryCheckFindsItsFault(t *testing.T) {
	checks := allChecks()
	covered := map[string]bool{}
	calls := 0
	for _, c := range []struct {
		check, fault string
		solver       allocate.Solver
	}{
		{"solves", "supports nothing", allocate.SolverFunc(func(context.Context, *allocate.Problem) (*allocate.Result, error) {
			return nil, fmt.Errorf("on holiday: %w", errors.ErrUnsupported)
		})},
		{"complete", "forgets a unit and says so", reference{
			plan:  func(p *allocate.Problem, of []int) { of[0] = partition.Unassigned },
			after: func(_ *allocate.Problem, r *allocate.Result) { r.Certificate.Violation++ },
		}},
		{"locks", "moves a fixed unit", reference{plan: func(p *allocate.Problem, of []int) {
			for i, j := range p.Fixed {
				if j >= 0 {
					of[i] = (j + 1) % 2
				}
			}
		}}},
		{"locks", "leaves a fixed unit", reference{plan: func(p *allocate.Problem, of []int) {
			if p.Penalty != nil && p.Fixed != nil {
				of[0] = partition.Unassigned
			}
		}}},
		{"eligibility", "serves whom Allowed denies", reference{plan: func(p *allocate.Problem, of []int) {
			for i := range of {
				if p.Allowed != nil && !p.Allowed(i, 2) {
					of[i] = 2
				}
			}
		}}},
		{"eligibility", "serves at +Inf", reference{plan: func(p *allocate.Problem, of []int) {
			for i := range of {
				if _, m := p.Cost.Dims(); math.IsInf(p.Cost.At(i, m-1), 1) {
					of[i] = m - 1
				}
			}
		}}},
		{"splits", "shares that do not add up", reference{after: func(p *allocate.Problem, r *allocate.Result) {
			if r.Plan.Len() > 0 && r.Plan.Of(0) >= 0 {
				r.Splits = []allocate.Share{{Unit: 0, Agent: r.Plan.Of(0), Fraction: 0.9}}
			}
		}}},
		{"splits", "a share for nobody", reference{after: func(p *allocate.Problem, r *allocate.Result) {
			r.Splits = []allocate.Share{{Unit: 0, Agent: 99, Fraction: 1}}
		}}},
		{"splits", "the plan names the smaller share", reference{after: func(p *allocate.Problem, r *allocate.Result) {
			if _, m := p.Cost.Dims(); r.Plan.Len() > 0 && m == 2 && r.Plan.Of(0) >= 0 {
				r.Splits = []allocate.Share{
					{Unit: 0, Agent: r.Plan.Of(0), Fraction: 0.25}, {Unit: 0, Agent: 1 - r.Plan.Of(0), Fraction: 0.75},
				}
			}
		}}},
		{"limits", "hides a violation", reference{
			plan: func(p *allocate.Problem, of []int) {
				for i := range of {
					if p.Fixed == nil && p.Allowed == nil {
						of[i] = 0
					}
				}
			},
			after: func(_ *allocate.Problem, r *allocate.Result) { r.Certificate.Violation = 0 },
		}},
		{"limits", "tears a family apart", reference{plan: func(p *allocate.Problem, of []int) {
			if p.Together != nil {
				of[0] = 1 - of[0]
			}
		}}},
		{"limits", "seats rivals side by side", reference{plan: func(p *allocate.Problem, of []int) {
			if p.Apart != nil {
				of[1] = of[2]
			}
		}}},
		{"objective", "makes it look cheaper", reference{after: func(_ *allocate.Problem, r *allocate.Result) { r.Certificate.Objective -= 0.5 }}},
		{"bound", "claims too much", reference{after: func(_ *allocate.Problem, r *allocate.Result) { r.Certificate.Bound += 0.5 }}},
		{"bound", "is no number", reference{after: func(_ *allocate.Problem, r *allocate.Result) { r.Certificate.Bound = math.NaN() }}},
		{"stop", "calls any plan optimal", allocate.SolverFunc(func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			r, err := allocate.RoundRobin{}.Allocate(ctx, p)
			if r != nil {
				r.Stop = partition.ProvedOptimal
			}
			return r, err
		})},
		{"stop", "blames the caller", reference{after: func(_ *allocate.Problem, r *allocate.Result) { r.Stop = partition.Interrupted }}},
		{"verify", "too many prices", reference{after: func(_ *allocate.Problem, r *allocate.Result) {
			r.Prices = append(r.Prices, []float64{1})
		}}},
		{"infeasible", "denies what is hard", reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			if len(p.Measures) > 2 {
				return nil, &partition.InfeasibleError{Why: "too hard"}
			}
			return nil, nil
		}}},
		{"infeasible", "refuses without facts", reference{before: func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			if _, err := (reference{}).Allocate(ctx, p); errors.Is(err, partition.ErrInfeasible) {
				return nil, partition.ErrInfeasible
			}
			return nil, nil
		}}},
		{"infeasible", "finds what does not exist", allocate.SolverFunc(func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			r, err := allocate.Nearest{}.Allocate(ctx, p)
			if r != nil {
				r.Certificate.Violation = 0
			}
			return r, err
		})},
		{"input-unmodified", "sorts the values", reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			for _, me := range p.Measures {
				if len(me.Value) > 1 {
					me.Value[0], me.Value[1] = me.Value[1], me.Value[0]
				}
			}
			return nil, nil
		}}},
		{"input-unmodified", "uses Fixed as its desk", reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			for i, j := range p.Fixed {
				if j < 0 {
					p.Fixed[i] = 0
				}
			}
			return nil, nil
		}}},
		{"input-refused", "takes NaN for a number", reference{before: func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			if p.Cost == nil {
				return nil, nil
			}
			if n, m := p.Cost.Dims(); n == 2 && m == 2 && math.IsNaN(p.Cost.At(1, 0)) {
				return allocate.Nearest{}.Allocate(ctx, &allocate.Problem{Cost: allocate.CostFunc(2, 2, func(int, int) float64 { return 0 })})
			}
			return nil, nil
		}}},
		{"input-refused", "an error of its own", reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			if p.Cost == nil {
				return nil, errors.New("no costs, no fun")
			}
			return nil, nil
		}}},
		{"empty", "divides by the number of units", reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			n, m := p.Cost.Dims()
			if _ = m / n; m == 0 {
				panic("nobody")
			}
			return nil, nil
		}}},
		{"repeatable", "another seed each time", reference{after: func(_ *allocate.Problem, r *allocate.Result) {
			calls++
			r.Seed = uint64(calls)
		}}},
		{"repeatable", "counts its workers", reference{after: func(_ *allocate.Problem, r *allocate.Result) {
			if runtime.GOMAXPROCS(0) == 8 {
				r.Certificate.Bound = math.Nextafter(r.Certificate.Bound, math.Inf(-1))
			}
		}}},
		{"cancelled", "never listens", allocate.SolverFunc(func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			return reference{}.Allocate(context.Background(), p)
		})},
		{"cancelled", "forgets why", allocate.SolverFunc(func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			if ctx.Err() != nil {
				return nil, errors.New("stopped")
			}
			return reference{}.Allocate(ctx, p)
		})},
		{"interrupted", "hides what it did not do", allocate.SolverFunc(func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			r, err := reference{}.Allocate(context.Background(), p)
			if err != nil || ctx.Err() == nil {
				return r, err
			}
			r.Certificate.Objective++
			r.Stop = partition.Interrupted
			return r, nil
		})},
		{"law-cost-doubled", "a cost of 9 or more is avoided", reference{plan: func(p *allocate.Problem, of []int) {
			for i, j := range of {
				if _, m := p.Cost.Dims(); j >= 0 && p.Cost.At(i, j) >= 9 {
					of[i] = (j + 1) % m
				}
			}
		}}},
		{"law-measure-doubled", "eight hours are a day", reference{plan: func(p *allocate.Problem, of []int) {
			for _, me := range p.Measures {
				if len(me.Value) > 0 && me.Value[0] >= 8 {
					of[0] = 0
				}
			}
		}}},
		{"law-renamed", "believes the first unit", reference{after: func(p *allocate.Problem, r *allocate.Result) {
			if n, _ := p.Cost.Dims(); n > 1 && p.Cost.At(0, 0) > p.Cost.At(n-1, 0) {
				r.Certificate.Objective--
			}
		}}},
		{"law-unlimited-measure", "no limit is a limit of 0", reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
			for _, me := range p.Measures {
				if me.Name == "number" && me.Upper == nil && me.Tolerance == 0 {
					return nil, &partition.InfeasibleError{Why: "above 0"}
				}
			}
			return nil, nil
		}}},
		{"law-forbidden-twice", "asks the costs alone", reference{before: func(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
			if p.Cost == nil || p.Allowed == nil {
				return nil, nil
			}
			q := *p
			q.Allowed = nil
			return reference{}.Allocate(ctx, &q)
		}}},
		{"law-plain-costs", "knows Travel too well", reference{after: func(p *allocate.Problem, r *allocate.Result) {
			if _, ok := p.Cost.(*allocate.Travel); ok {
				r.Certificate.Bound++
			}
		}}},
		{"exact-optimum", "the nearest will do", allocate.Nearest{}},
		{"exact-infeasible", "somehow it will fit", allocate.Nearest{}},
	} {
		t.Run(strings.ReplaceAll(c.check+"/"+c.fault, " ", "-"), func(t *testing.T) {
			require.Contains(t, checks, c.check)
			err := checks[c.check](c.solver)
			require.Error(t, err)
			require.NotErrorIs(t, err, errors.ErrUnsupported)
			covered[c.check] = true
		})
	}
	for name := range checks {
		require.True(t, covered[name], "no fault shows what %q is for", name)
	}
}

// A solver is not judged by what it does not support, and the checks name that.
func TestWhatIsNotSupported(t *testing.T) {
	single := reference{before: func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
		if len(p.Measures) > 1 {
			return nil, fmt.Errorf("one measure only: %w", errors.ErrUnsupported)
		}
		return nil, nil
	}}
	require.NoError(t, allocatetest.TestExactSolver(single))
	var skipped *allocatetest.SkippedError
	require.ErrorAs(t, allChecks()["bound"](single), &skipped)
	require.Equal(t, []string{"several measures", "either measure, not both"}, skipped.Instances)
}

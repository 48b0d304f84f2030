package allocate_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// costs is a dense matrix of its own, so that these tests rest on nothing.
type costs [][]float64

func (c costs) Dims() (int, int)    { return len(c), len(c[0]) }
func (c costs) At(i, j int) float64 { return c[i][j] }

// visits is a problem that a person can check: four customers of 3, 2, 2 and 1
// hours, two people with 4 hours each. By cost alone all would go to agent 0,
// at 1+1+1+1 = 4. With v_0 = 1 the priced costs of agent 0 are 4, 3, 3, 2 against
// 5, 3, 4, 2 of agent 1: the dual is 4+3+3+2 - 1·4 = 8. Serving 0 and 3 by agent
// 0 (4 hours) and the others by agent 1 (4 hours) costs 1+3+4+1 = 9; 0 by agent
// 0 and the rest by agent 1, who then has 5 hours, is outside the limits.
func visits() *allocate.Problem {
	return &allocate.Problem{
		Cost:     costs{{1, 5}, {1, 3}, {1, 4}, {1, 2}},
		Measures: []partition.Measure{{Name: "hours", Value: []float64{3, 2, 2, 1}, Upper: []float64{4, 4}}},
	}
}

// answer is the result with the given parts.
func answer(t *testing.T, k int, of []int, objective, violation, bound float64, proof string, prices ...[]float64) *allocate.Result {
	t.Helper()
	plan, err := partition.NewPlan(k, of)
	require.NoError(t, err)
	return &allocate.Result{
		Result: partition.Result{Plan: plan, Certificate: partition.Certificate{
			Objective: objective, Violation: violation, Bound: bound, Proof: proof,
		}},
		Prices: prices,
	}
}

func TestVerifyAccepts(t *testing.T) {
	for name, r := range map[string]*allocate.Result{
		"prices":      answer(t, 2, []int{0, 1, 1, 0}, 9, 0, 8, "prices", []float64{1, 0}),
		"no prices":   answer(t, 2, []int{0, 1, 1, 0}, 9, 0, 4, "prices"),
		"search":      answer(t, 2, []int{0, 1, 1, 0}, 9, 0, 9, "search", []float64{1, 0}),
		"no proof":    answer(t, 2, []int{0, 1, 1, 0}, 9, 0, math.Inf(-1), ""),
		"all nearest": answer(t, 2, []int{0, 0, 0, 0}, 4, 4, 4, "prices", []float64{0, 0}),
		"unserved":    answer(t, 2, []int{0, -1, 1, 0}, 6, 1, 4, "prices", []float64{0, 0}),
	} {
		require.NoError(t, allocate.Verify(visits(), r), name)
	}
}

func TestVerifyRejects(t *testing.T) {
	good := func() *allocate.Result {
		return answer(t, 2, []int{0, 1, 1, 0}, 9, 0, 8, "prices", []float64{1, 0})
	}
	locked := visits()
	locked.Fixed = []int{1, -1, -1, 0}
	closed := visits()
	closed.Allowed = func(i, j int) bool { return i != 1 || j != 1 }
	closed.UnitLabel = func(i int) string { return []string{"Oslo", "Bonn", "Lima", "Bern"}[i] }
	for name, c := range map[string]struct {
		problem *allocate.Problem
		change  func(r *allocate.Result)
		want    []string // one per error, in this order
	}{
		"objective": {nil, func(r *allocate.Result) { r.Certificate.Objective = 8.9 }, []string{"Certificate.Objective: claimed 8.9, computed 9"}},
		"violation": {nil, func(r *allocate.Result) { r.Certificate.Violation = 2 }, []string{"Certificate.Violation: claimed 2, computed 0"}},
		"NaN":       {nil, func(r *allocate.Result) { r.Certificate.Objective = math.NaN() }, []string{"Certificate.Objective: claimed NaN, computed 9"}},
		"bound too high for its prices": {
			nil, func(r *allocate.Result) { r.Certificate.Bound = 8.5 }, []string{"Certificate.Bound: claimed 8.5, computed 8"},
		},
		"bound above the plan": {
			nil, func(r *allocate.Result) { r.Certificate.Bound, r.Certificate.Proof = 9.5, "search" },
			[]string{"Certificate.Bound: claimed 9.5, computed 9: a feasible plan costs less than the bound"},
		},
		"search below its prices": {
			nil, func(r *allocate.Result) { r.Certificate.Bound, r.Certificate.Proof = 7, "search" },
			[]string{"Certificate.Bound: claimed 7, computed 8: is below what the prices alone prove"},
		},
		"bound without proof": {nil, func(r *allocate.Result) { r.Certificate.Proof = "" }, []string{"Certificate.Bound: claimed 8, computed -Inf"}},
		"not optimal": {
			nil, func(r *allocate.Result) { r.Stop = partition.ProvedOptimal },
			[]string{"Stop: claimed 9, computed 8: is ProvedOptimal, and the bound does not meet the objective"},
		},
		"another plan": {
			nil, func(r *allocate.Result) { r.Plan, _ = partition.NewPlan(2, []int{0, 0, 1, 1}) },
			[]string{"Certificate.Objective: claimed 9, computed 8", "Certificate.Violation: claimed 0, computed 1"},
		},
		"size": {
			nil, func(r *allocate.Result) { r.Plan, _ = partition.NewPlan(3, []int{0, 0}) },
			[]string{"Plan: has 2 units and 3 agents; the problem has 4 and 2"},
		},
		"no plan": {nil, func(r *allocate.Result) { r.Plan = nil }, []string{"Plan: there is none"}},
		"prices": {
			nil, func(r *allocate.Result) { r.Prices[0][0] = math.Inf(1) },
			[]string{"Prices[0][0]: is +Inf", "Certificate.Bound: claimed 8, computed 4"},
		},
		"price shape": {
			nil, func(r *allocate.Result) { r.Prices[0], r.Certificate.Bound = []float64{1}, 4 },
			[]string{"Prices[0]: has length 1; there are 2 agents"},
		},
		"lock": {locked, func(r *allocate.Result) { r.Certificate.Bound, r.Prices = 8, nil }, []string{
			"Plan[0]: is with agent 0, and fixed to agent 1",
		}},
		"eligibility": {closed, func(r *allocate.Result) { r.Certificate.Bound, r.Prices = 4, nil }, []string{
			"Plan[1] (Bonn): is with agent 1, which is not allowed",
		}},
		"shares": {nil, func(r *allocate.Result) {
			r.Splits = []allocate.Share{{Unit: 1, Agent: 0, Fraction: 0.5}, {Unit: 1, Agent: 1, Fraction: 0.75}, {Unit: 9, Agent: 0, Fraction: 1}}
		}, []string{
			"Splits[2]: share 1 of unit 9 for agent 0 is none", "Splits: the shares of unit 1 add up to 1.25, not to 1",
			"Certificate.Objective: claimed 9, computed 8.75", "Certificate.Violation: claimed 0, computed 1",
		}},
		"share of another": {nil, func(r *allocate.Result) {
			r.Splits = []allocate.Share{{Unit: 3, Agent: 0, Fraction: 0.25}, {Unit: 3, Agent: 1, Fraction: 0.75}}
			r.Certificate.Objective, r.Certificate.Violation = 9.75, 0.75
		}, []string{"Plan[3]: is with agent 0, who has not the largest share"}},
		"no vertex": {nil, func(r *allocate.Result) {
			half := func(i int) []allocate.Share {
				return []allocate.Share{{Unit: i, Agent: 0, Fraction: 0.5}, {Unit: i, Agent: 1, Fraction: 0.5}}
			}
			r.Splits = slices.Concat(half(1), half(2))
			r.Certificate.Objective = 1 + 2 + 2.5 + 1
			r.Certificate.Violation = 2
		}, []string{"Splits: 2 units are split among 2 agents: this is no vertex"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.problem
			if p == nil {
				p = visits()
			}
			r := good()
			c.change(r)
			err := allocate.Verify(p, r)
			require.ErrorIs(t, err, allocate.ErrVerify)
			joined, ok := err.(interface{ Unwrap() []error })
			require.True(t, ok)
			var got []string
			for _, e := range joined.Unwrap() {
				var as *allocate.VerifyError
				require.True(t, errors.As(e, &as))
				got = append(got, e.Error())
			}
			require.Equal(t, c.want, got)
		})
	}
	require.ErrorIs(t, allocate.Verify(nil, good()), partition.ErrInput)
	require.ErrorIs(t, allocate.Verify(visits(), nil), allocate.ErrVerify)
}

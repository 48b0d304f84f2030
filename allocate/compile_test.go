package allocate

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// table is a small dense matrix.
type table [][]float64

func (t table) Dims() (int, int) {
	if len(t) == 0 {
		return 0, 0
	}
	return len(t), len(t[0])
}
func (t table) At(i, j int) float64 { return t[i][j] }

// sized has dimensions only.
type sized struct{ n, m int }

func (s sized) Dims() (int, int)    { return s.n, s.m }
func (s sized) At(i, j int) float64 { return float64(i + j) }

func TestCompileFaults(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	square := table{{1, 2}, {3, 4}}
	ones := func(measures ...partition.Measure) []partition.Measure {
		for r := range measures {
			if measures[r].Value == nil {
				measures[r].Value = []float64{1, 1}
			}
		}
		return measures
	}
	for name, c := range map[string]struct {
		problem *Problem
		want    []string // what the message must say, one per fault, in any order
		number  int
	}{
		"no problem":          {nil, []string{"Problem: is nil"}, 1},
		"no cost":             {&Problem{}, []string{"Cost: is nil"}, 1},
		"no function":         {&Problem{Cost: CostFunc(2, 2, nil)}, []string{"Cost: has a nil function"}, 1},
		"nil pointer":         {&Problem{Cost: (*pointed)(nil)}, []string{"Cost: is a nil *allocate.pointed"}, 1},
		"negative dimensions": {&Problem{Cost: sized{-1, 2}}, []string{"Cost: has dimensions -1 × 2"}, 1},
		"no agents":           {&Problem{Cost: sized{2, 0}}, []string{"Cost: has no agents, and 2 of 2 units"}, 1},
		"no agents, one penalty": {
			&Problem{Cost: sized{2, 0}, Penalty: []float64{1, inf}}, []string{"1 of 2 units have no finite Penalty"}, 1,
		},
		"costs": {
			&Problem{Cost: table{{nan, 2}, {math.Inf(-1), 1e300}}},
			[]string{"Cost[0] = NaN: is not a number, for agent 0", "Cost[1] = -Inf: is -Inf, for agent 0", "Cost[1] = 1e+300: is beyond"}, 3,
		},
		"lengths": {
			&Problem{Cost: square, Fixed: []int{0}, Penalty: []float64{}, Load: []Costs{nil}},
			[]string{"Fixed: has length 1, want 2", "Penalty: has length 0, want 2", "Load: has length 1, want 0"}, 3,
		},
		"fixed": {
			&Problem{Cost: square, Fixed: []int{2, -2}, UnitLabel: func(i int) string { return string("AB"[i]) }},
			[]string{"Fixed[0] (A) = 2: is neither", "Fixed[1] (B) = -2: is neither"}, 2,
		},
		"penalty": {
			&Problem{Cost: square, Penalty: []float64{nan, math.Inf(-1)}},
			[]string{"Penalty[0] = NaN", "Penalty[1] = -Inf"}, 2,
		},
		"measures": {
			&Problem{Cost: square, Measures: []partition.Measure{
				{Value: []float64{nan, -1}, Tolerance: -1},
				{Value: []float64{1, inf}, Lower: []float64{0}, Upper: []float64{nan, -1}},
			}},
			[]string{
				"Measures[0].Value[0] = NaN", "Measures[0].Value[1] = -1: is negative", "Measures[0].Tolerance = -1",
				"Measures[1].Value[1] = +Inf", "Measures[1].Lower", "Measures[1].Upper[0] = NaN", "Measures[1].Upper[1] = -1",
			}, 7,
		},
		"limits cross": {
			&Problem{Cost: square, Measures: ones(partition.Measure{Lower: []float64{0, 5}, Upper: []float64{4, 4}}), AgentLabel: func(j int) string { return "Anna" }},
			[]string{"Measures[0].Lower[1] (Anna) = 5: exceeds the upper limit 4"}, 1,
		},
		"sums overflow": {
			&Problem{Cost: square, Measures: ones(partition.Measure{Value: []float64{1e291, 0}}, partition.Measure{Upper: []float64{1e291, inf}})},
			[]string{"Measures[0].Value[0] = 1e+291", "Measures[1].Upper[0] = 1e+291"}, 2,
		},
		"load of other size": {
			&Problem{Cost: square, Measures: ones(partition.Measure{}), Load: []Costs{sized{2, 3}}},
			[]string{"Load[0]: has dimensions 2 × 3, not those of Cost, 2 × 2"}, 1,
		},
		"load": {
			&Problem{
				Cost: table{{1, inf}, {1, 1}}, Measures: ones(partition.Measure{}),
				Load:    []Costs{table{{-1, nan}, {nan, inf}}}, // the NaNs are on pairs that cannot be served
				Allowed: func(i, j int) bool { return i == 0 || j == 1 },
			},
			[]string{"Load[0][0] = -1: is negative, for agent 0", "Load[0][1] = +Inf: is infinite, for agent 1"}, 2,
		},
		"no total to share": {
			&Problem{Cost: square, Measures: []partition.Measure{{Tolerance: 0.1}}, Load: []Costs{square}},
			[]string{"Measures[0].Target: is missing"}, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := compile(c.problem)
			require.Nil(t, m)
			require.ErrorIs(t, err, partition.ErrInput)
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
			require.Len(t, strings.Split(err.Error(), "\n"), c.number)
			require.Equal(t, math.Inf(-1), Bound(c.problem), "the bound of invalid input")
		})
	}
}

type pointed struct{ table }

func TestCompileCountsWhatItDoesNotList(t *testing.T) {
	cost := CostFunc(1000, 7, func(i, j int) float64 { return math.NaN() })
	_, err := compile(&Problem{Cost: cost})
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, partition.ListedFaults+1)
	require.Equal(t, "Cost[0] = NaN: is not a number, for agent 0", lines[0])
	require.Contains(t, lines[partition.ListedFaults], fmt.Sprintf("and %s more", "6,980 faults"))
}

func TestCompileInfeasible(t *testing.T) {
	inf := math.Inf(1)
	name := func(i int) string { return []string{"Oslo", "Bonn", "Lima"}[i] }
	p := &Problem{
		Cost:    table{{1, inf}, {inf, 5}, {1, 1}},
		Allowed: func(i, j int) bool { return i != 1 || j == 0 },
		Fixed:   []int{1, -1, 0}, UnitLabel: name,
	}
	_, err := compile(p)
	require.ErrorIs(t, err, partition.ErrInfeasible)
	require.NotErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, err, "infeasible: Oslo is fixed to agent 1, who may not serve it: its cost is +Inf\n"+
		"infeasible: Bonn must be served, and none of the 2 agents may serve it")
	var witness *partition.InfeasibleError
	require.True(t, errors.As(err, &witness))
	require.Equal(t, []int{0}, witness.Units)
	require.Equal(t, []int{1}, witness.Territories)
	require.Equal(t, inf, Bound(p), "no plan is cheaper than no plan")

	p.Fixed, p.Penalty = nil, []float64{inf, -3, inf} // a negative penalty is legal
	m, err := compile(p)
	require.NoError(t, err)
	require.Equal(t, 2, m.dummy)
	require.Equal(t, 1-3+1.0, math.Round(Bound(p)))
}

func TestCompileEmpty(t *testing.T) {
	for _, c := range []Costs{sized{0, 0}, sized{0, 3}} {
		m, err := compile(&Problem{Cost: c})
		require.NoError(t, err)
		r := m.result(nil, nil, partition.ProvedOptimal, 0, 0)
		require.Equal(t, 0, r.Plan.Len())
		require.Equal(t, 0.0, r.Certificate.Bound)
	}
	m, err := compile(&Problem{Cost: sized{2, 0}, Penalty: []float64{3, 4}})
	require.NoError(t, err)
	require.Equal(t, 7.0, m.result([]int32{0, 0}, nil, partition.Converged, 0, 0).Certificate.Objective)
}

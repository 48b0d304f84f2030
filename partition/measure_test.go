package partition_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

var inf, nan = math.Inf(1), math.NaN()

func TestLimits(t *testing.T) {
	value := []float64{1, 2, 3, 4, 10} // 20 in all
	for name, c := range map[string]struct {
		m            partition.Measure
		lower, upper []float64
	}{
		"nothing asked for":         {partition.Measure{Value: value}, []float64{0, 0}, []float64{inf, inf}},
		"a target only":             {partition.Measure{Value: value, Target: []float64{5, 15}}, []float64{0, 0}, []float64{inf, inf}},
		"equal shares":              {partition.Measure{Value: value, Tolerance: 0.5}, []float64{5, 5}, []float64{15, 15}},
		"targets":                   {partition.Measure{Value: value, Target: []float64{4, 16}, Tolerance: 0.25}, []float64{3, 12}, []float64{5, 20}},
		"never below zero":          {partition.Measure{Value: value, Tolerance: 3}, []float64{0, 0}, []float64{40, 40}},
		"both limits":               {partition.Measure{Value: value, Lower: []float64{1, 2}, Upper: []float64{3, inf}, Tolerance: 0.5}, []float64{1, 2}, []float64{3, inf}},
		"lower only":                {partition.Measure{Value: value, Lower: []float64{1, 2}}, []float64{1, 2}, []float64{inf, inf}},
		"upper only":                {partition.Measure{Value: value, Upper: []float64{1, 2}}, []float64{0, 0}, []float64{1, 2}},
		"lower, upper by tolerance": {partition.Measure{Value: value, Lower: []float64{1, 2}, Tolerance: 0.5}, []float64{1, 2}, []float64{15, 15}},
		"upper, lower by tolerance": {partition.Measure{Value: value, Upper: []float64{11, 12}, Tolerance: 0.5}, []float64{5, 5}, []float64{11, 12}},
	} {
		lower, upper := c.m.Limits(2)
		require.Equal(t, c.lower, lower, name)
		require.Equal(t, c.upper, upper, name)
	}
}

func TestLimitsAreCopies(t *testing.T) {
	m := partition.Measure{Value: []float64{1}, Target: []float64{1}, Lower: []float64{1}, Upper: []float64{2}}
	lower, upper := m.Limits(1)
	targets := m.Targets(1)
	lower[0], upper[0], targets[0] = 9, 9, 9
	require.Equal(t, partition.Measure{Value: []float64{1}, Target: []float64{1}, Lower: []float64{1}, Upper: []float64{2}}, m)
}

func TestTargets(t *testing.T) {
	require.Equal(t, []float64{2, 2, 2}, partition.Measure{Value: []float64{1, 5}}.Targets(3))
	require.Equal(t, []float64{1, 5}, partition.Measure{Value: []float64{9}, Target: []float64{1, 5}}.Targets(2))
	require.Empty(t, partition.Measure{Value: []float64{1, 5}}.Targets(0))
}

func TestLoads(t *testing.T) {
	value := []float64{1, 2, 4, 8}
	want := []float64{9, 0, 4}
	require.Equal(t, want, partition.Loads(plan(t, 3, 0, -1, 2, 0), value))
	require.Equal(t, want, partition.Loads(table{3, []int{0, -1, 2, 0}}, value))
	require.Panics(t, func() { partition.Loads(plan(t, 1, 0), value) })
}

func TestMeasureValidate(t *testing.T) {
	unit := func(i int) string { return []string{"ada", "bob"}[i] }
	territory := func(t int) string { return fmt.Sprintf("north %d", t) }
	ok := []float64{1, 2}
	for name, c := range map[string]struct {
		m    partition.Measure
		want string // "" for none
	}{
		"minimal":               {partition.Measure{Value: ok}, ""},
		"everything":            {partition.Measure{Value: ok, Target: []float64{1, 1, 1}, Tolerance: 0.5, Lower: []float64{0, 1, 1}, Upper: []float64{1, 1, inf}}, ""},
		"no values":             {partition.Measure{}, "m.Value: has 0 entries for 2 units"},
		"too many values":       {partition.Measure{Value: []float64{1, 2, nan}}, "m.Value: has 3 entries for 2 units\nm.Value[2] = NaN: is not a number"},
		"values":                {partition.Measure{Value: []float64{-1, inf}}, "m.Value[0] (ada) = -1: is negative\nm.Value[1] (bob) = +Inf: is infinite"},
		"sum of values":         {partition.Measure{Value: []float64{math.MaxFloat64, math.MaxFloat64}, Tolerance: 1}, "m.Value: adds up to more than a float64 can hold"},
		"targets":               {partition.Measure{Value: ok, Target: []float64{1, nan}}, "m.Target: has 2 entries for 3 territories\nm.Target[1] (north 1) = NaN: is not a number"},
		"sum of lower":          {partition.Measure{Value: ok, Lower: []float64{math.MaxFloat64, math.MaxFloat64, 0}}, "m.Lower: adds up to more than a float64 can hold"},
		"huge upper":            {partition.Measure{Value: ok, Upper: []float64{math.MaxFloat64, math.MaxFloat64, 0}}, ""},
		"lower":                 {partition.Measure{Value: ok, Lower: []float64{0, inf, 0}}, "m.Lower[1] (north 1) = +Inf: is infinite"},
		"upper":                 {partition.Measure{Value: ok, Upper: []float64{-inf, nan, 0}}, "m.Upper[0] (north 0) = -Inf: is negative\nm.Upper[1] (north 1) = NaN: is not a number"},
		"tolerance NaN":         {partition.Measure{Value: ok, Tolerance: nan}, "m.Tolerance = NaN: is not a finite number ≥ 0"},
		"tolerance negative":    {partition.Measure{Value: ok, Tolerance: -0.1}, "m.Tolerance = -0.1: is not a finite number ≥ 0"},
		"tolerance overflows":   {partition.Measure{Value: ok, Tolerance: math.MaxFloat64, Target: []float64{0, 9, 9}}, "m.Tolerance = 1.7976931348623157e+308: times the target of territory 1 overflows"},
		"lower above upper":     {partition.Measure{Value: ok, Lower: []float64{0, 2, 0}, Upper: ones(3)}, "m.Lower[1] (north 1) = 2: exceeds the upper limit 1"},
		"lower above tolerance": {partition.Measure{Value: ok, Lower: []float64{0, 0, 2}, Tolerance: 0.5}, "m.Lower[2] (north 2) = 2: exceeds the upper limit 1.5"},
		"upper below tolerance": {partition.Measure{Value: ok, Upper: []float64{1, 1, 0.25}, Tolerance: 0.5}, "m.Upper[2] (north 2) = 0.25: is below the lower limit 0.5"},
	} {
		t.Run(name, func(t *testing.T) {
			var f partition.Faults
			c.m.Validate(&f, "m", 2, 3, unit, territory)
			if c.want == "" {
				require.NoError(t, f.Err())
				return
			}
			require.EqualError(t, f.Err(), c.want)
		})
	}
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func TestMeasureValidateWithoutValues(t *testing.T) {
	var f partition.Faults
	partition.Measure{Value: []float64{nan}, Target: []float64{1}, Tolerance: 0.1}.Validate(&f, "m", -1, 1, nil, nil)
	require.NoError(t, f.Err())
	partition.Measure{Lower: []float64{0}, Upper: []float64{1}, Tolerance: 0.1}.Validate(&f, "m", -1, 1, nil, nil)
	require.NoError(t, f.Err())
	partition.Measure{Tolerance: 0.1}.Validate(&f, "m", -1, 1, nil, nil)
	require.EqualError(t, f.Err(), "m.Target: is missing: there are no equal shares of a load that depends on who serves")
}

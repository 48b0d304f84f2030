package balance_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/balance"
	"github.com/territory-go/territory/partition"
)

// owners is a caller's own ownership table.
type owners struct {
	k  int
	of []int
}

func (o owners) Len() int        { return len(o.of) }
func (o owners) K() int          { return o.k }
func (o owners) Of(unit int) int { return o.of[unit] }

func TestEvaluate(t *testing.T) {
	a := owners{3, []int{0, 1, 0, -1, 1, 0}}
	hours := partition.Measure{Name: "hours", Value: []float64{1, 2, 3, 4, 5, 6}}
	wanted := hours
	wanted.Target = []float64{20, 5, 0}
	got, err := balance.Evaluate(a, []partition.Measure{hours, wanted})
	require.NoError(t, err)
	require.Len(t, got, 2)

	// Loads 10, 7, 0; four hours belong to nobody, yet the aim is 21/3.
	require.Equal(t, balance.Report{
		Measure:   "hours",
		Load:      []float64{10, 7, 0},
		Target:    []float64{7, 7, 7},
		Deviation: []float64{3.0 / 7, 0, -1},
		Outside:   []float64{0, 0, 0},
		Units:     []int{3, 2, 0},
		Total:     21, Unassigned: 4, UnassignedUnits: 1,
		Worst: 1, WorstTerritory: 2,
		Gini: balance.Gini([]float64{10, 7, 0}), CV: balance.CV([]float64{10, 7, 0}),
		Theil: balance.Theil([]float64{10, 7, 0}), Jain: balance.Jain([]float64{10, 7, 0}),
		MaxMin: inf, HHI: balance.HHI([]float64{10, 7, 0}),
	}, got[0])
	require.InDelta(t, 149.0/289, got[0].HHI, 1e-15)
	require.InDelta(t, 10.0/17, got[0].TopShare(1.0/3), 1e-15)

	// Against targets the loads are 0.5 and 1.4; the third is not meant to hold
	// anything and does not.
	require.Equal(t, []float64{-0.5, 0.4, 0}, got[1].Deviation)
	require.Equal(t, 0.5, got[1].Worst)
	require.Equal(t, 0, got[1].WorstTerritory)
	require.InDelta(t, 0.9/3.8, got[1].Gini, 1e-15) // |0.5 - 1.4| / (2·2·0.95)
	require.InDelta(t, 2.8, got[1].MaxMin, 1e-15)
	require.InDelta(t, 149.0/289, got[1].HHI, 1e-15, "concentration is of the loads")
}

func TestEvaluateOutside(t *testing.T) {
	m := partition.Measure{Value: []float64{13, 8, 6, 9}, Tolerance: 0.25} // 9 ± 2.25
	got, err := balance.Evaluate(owners{4, []int{0, 1, 2, 3}}, []partition.Measure{m})
	require.NoError(t, err)
	require.Equal(t, []float64{1.75, 0, -0.75, 0}, got[0].Outside)
	require.Equal(t, 2.5, got[0].Violation)

	m.Upper, m.Lower = []float64{inf, 7, 7, 7}, []float64{0, 0, 6.5, 0}
	got, err = balance.Evaluate(owners{4, []int{0, 1, 2, 3}}, []partition.Measure{m})
	require.NoError(t, err)
	require.Equal(t, []float64{0, 1, -0.5, 2}, got[0].Outside)
	require.Equal(t, 3.5, got[0].Violation)
}

func TestEvaluateEqualTargetsChangeNothing(t *testing.T) {
	a := owners{3, []int{0, 1, 2, 2, 1}}
	m := partition.Measure{Value: []float64{8, 4, 2, 1, 9}}
	wanted := m
	wanted.Target = []float64{8, 8, 8} // the equal shares of 24
	got, err := balance.Evaluate(a, []partition.Measure{m, wanted})
	require.NoError(t, err)
	require.Equal(t, got[0], got[1])
}

func TestEvaluateDegenerate(t *testing.T) {
	for name, c := range map[string]struct {
		a    owners
		m    partition.Measure
		want balance.Report
	}{
		"no units": {owners{2, nil}, partition.Measure{Value: []float64{}},
			balance.Report{Load: []float64{0, 0}, Target: []float64{0, 0}, Deviation: []float64{0, 0}, Outside: []float64{0, 0}, Units: []int{0, 0}, Jain: 1, MaxMin: 1}},
		"no territories": {owners{0, []int{-1}}, partition.Measure{Value: []float64{5}},
			balance.Report{Load: []float64{}, Target: []float64{}, Deviation: []float64{}, Outside: []float64{}, Units: []int{}, Total: 5, Unassigned: 5, UnassignedUnits: 1, WorstTerritory: -1, Jain: 1, MaxMin: 1}},
		"single territory": {owners{1, []int{0, 0}}, partition.Measure{Value: []float64{5, 6}},
			balance.Report{Load: []float64{11}, Target: []float64{11}, Deviation: []float64{0}, Outside: []float64{0}, Units: []int{2}, Total: 11, Jain: 1, MaxMin: 1, HHI: 1}},
		"nothing assigned": {owners{2, []int{-1, -1}}, partition.Measure{Value: []float64{5, 6}},
			balance.Report{Load: []float64{0, 0}, Target: []float64{5.5, 5.5}, Deviation: []float64{-1, -1}, Outside: []float64{0, 0}, Units: []int{0, 0}, Total: 11, Unassigned: 11, UnassignedUnits: 2, Worst: 1, Jain: 1, MaxMin: 1}},
		"zero total": {owners{2, []int{0, 0}}, partition.Measure{Value: []float64{0, 0}},
			balance.Report{Load: []float64{0, 0}, Target: []float64{0, 0}, Deviation: []float64{0, 0}, Outside: []float64{0, 0}, Units: []int{2, 0}, Jain: 1, MaxMin: 1}},
		"load where none is wanted": {owners{2, []int{0, 1}}, partition.Measure{Value: []float64{3, 3}, Target: []float64{0, 3}},
			balance.Report{Load: []float64{3, 3}, Target: []float64{0, 3}, Deviation: []float64{inf, 0}, Outside: []float64{0, 0}, Units: []int{1, 1}, Total: 6, Worst: inf, Jain: 1, MaxMin: 1, HHI: 0.5}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := balance.Evaluate(c.a, []partition.Measure{c.m})
			require.NoError(t, err)
			require.Equal(t, []balance.Report{c.want}, got)
		})
	}
	got, err := balance.Evaluate(owners{2, []int{0}}, nil)
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestEvaluateNamesEveryFault(t *testing.T) {
	_, err := balance.Evaluate(owners{2, []int{0, 2, -2}}, []partition.Measure{
		{Value: []float64{1, -1, nan}, Target: []float64{1}},
		{Value: []float64{math.MaxFloat64, math.MaxFloat64, 0}},
		{Value: []float64{1, 2}, Target: []float64{inf, -2}},
	})
	require.ErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, err, `Assignment[1] = 2: is no territory; there are 2
Assignment[2] = -2: is no territory; there are 2
Measures[0].Value[1] = -1: is negative
Measures[0].Value[2] = NaN: is not a number
Measures[0].Target: has 1 entry for 2 territories
Measures[1].Value: adds up to more than a float64 can hold
Measures[2].Value: has 2 entries for 3 units
Measures[2].Target[0] = +Inf: is infinite
Measures[2].Target[1] = -2: is negative`)

	for _, a := range []partition.Assignment{nil, owners{-1, nil}} {
		_, err = balance.Evaluate(a, nil)
		var input *partition.InputError
		require.ErrorAs(t, err, &input)
		require.Equal(t, "Assignment", input.Field)
	}
}

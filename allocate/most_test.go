package allocate_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

func TestMostAgents(t *testing.T) {
	value := []float64{30, 20, 10, 40}
	for name, c := range map[string]struct {
		measures []partition.Measure
		want     int
	}{
		"nothing":              {nil, math.MaxInt},
		"no limit":             {[]partition.Measure{{Value: value}}, math.MaxInt},
		"limits of its own":    {[]partition.Measure{{Value: value, Tolerance: 0.1, Upper: []float64{1}}}, math.MaxInt},
		"targets of its own":   {[]partition.Measure{{Value: value, Tolerance: 0.1, Target: []float64{1}}}, math.MaxInt},
		"no load":              {[]partition.Measure{{Value: []float64{0, 0}, Tolerance: 0.1}}, math.MaxInt},
		"110 over 40":          {[]partition.Measure{{Value: value, Tolerance: 0.1}}, 2},
		"120 over 40, exactly": {[]partition.Measure{{Value: value, Tolerance: 0.2}}, 3},
		"the scarcer measure":  {[]partition.Measure{{Value: []float64{1, 1, 1}, Tolerance: 0.5}, {Value: value, Tolerance: 0.1}}, 2},
		"one unit":             {[]partition.Measure{{Value: []float64{7}, Tolerance: 0.01}}, 1},
	} {
		require.Equal(t, c.want, allocate.MostAgents(c.measures...), name)
	}
}

// The limits themselves say the same.
func TestMostAgentsAgreesWithLimits(t *testing.T) {
	for n := 1; n < 60; n++ {
		me := partition.Measure{Tolerance: 0.02}
		for i := range n {
			me.Value = append(me.Value, 1+float64(i*i%17)/7)
		}
		heaviest := 0.0
		for _, v := range me.Value {
			heaviest = math.Max(heaviest, v)
		}
		k := allocate.MostAgents(me)
		_, upper := me.Limits(k)
		require.LessOrEqual(t, heaviest, upper[0]+partition.FeasibleViolation, n)
		_, upper = me.Limits(k + 1)
		require.Greater(t, heaviest, upper[0]+partition.FeasibleViolation, n)
	}
}

func ExampleMostAgents() {
	population := partition.Measure{
		Value:     []float64{24.9, 19.0, 17.5, 13.7, 12.8, 12.5, 11.1, 10.0},
		Tolerance: 0.10,
	}
	fmt.Println(allocate.MostAgents(population), "equal shares are large enough for the largest city")
	// Output: 5 equal shares are large enough for the largest city
}

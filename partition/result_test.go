package partition_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestGap(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		cert partition.Certificate
		want float64
	}{
		"proved":                  {partition.Certificate{Objective: 10, Bound: 10}, 0},
		"one tenth":               {partition.Certificate{Objective: 10, Bound: 9}, 0.1},
		"negative objective":      {partition.Certificate{Objective: -10, Bound: -11}, 0.1},
		"bound above by rounding": {partition.Certificate{Objective: 10, Bound: 10 + 1e-12}, 0},
		"no bound":                {partition.Certificate{Objective: 10, Bound: -inf}, inf},
		"outside its limits":      {partition.Certificate{Objective: 10, Bound: 10, Violation: 1}, inf},
		"bound unknown":           {partition.Certificate{Objective: 10, Bound: math.NaN()}, inf},
		"violation unknown":       {partition.Certificate{Objective: 10, Bound: 10, Violation: math.NaN()}, inf},
		"no plan yet":             {partition.Certificate{Objective: inf, Bound: 10}, inf},
		"absurd bound":            {partition.Certificate{Objective: 10, Bound: inf}, inf},
		"no objective":            {partition.Certificate{Objective: math.NaN(), Bound: 1}, inf},
	} {
		if math.IsInf(c.want, 1) {
			require.Equal(t, c.want, c.cert.Gap(), name)
		} else {
			require.InDelta(t, c.want, c.cert.Gap(), 1e-15, name)
		}
		p := partition.Progress{Objective: c.cert.Objective, Violation: c.cert.Violation, Bound: c.cert.Bound}
		require.Equal(t, c.cert.Gap(), p.Gap(), name)
	}
}

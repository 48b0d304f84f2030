package allocatetest_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/allocate/allocatetest"
	"github.com/territory-go/territory/internal/exact"
)

// plainly is a problem as plain numbers.
func plainly(p *allocate.Problem) *exact.Allocation {
	n, m := p.Cost.Dims()
	x := &exact.Allocation{Agents: m, Penalty: p.Penalty, Fixed: p.Fixed, Cost: make([][]float64, n), Together: p.Together, Apart: p.Apart}
	for i := range n {
		for j := range m {
			c := p.Cost.At(i, j)
			if p.Allowed != nil && !p.Allowed(i, j) {
				c = math.Inf(1)
			}
			x.Cost[i] = append(x.Cost[i], c)
		}
	}
	for r, me := range p.Measures {
		load := make([][]float64, n)
		for i := range n {
			for j := range m {
				if p.Load != nil && p.Load[r] != nil {
					load[i] = append(load[i], p.Load[r].At(i, j))
				} else {
					load[i] = append(load[i], me.Value[i])
				}
			}
		}
		lower, upper := me.Limits(m)
		x.Load, x.Lower, x.Upper = append(x.Load, load), append(x.Lower, lower), append(x.Upper, upper)
	}
	return x
}

// equal compares optima, which may be +Inf.
func equal(t *testing.T, want, got float64, message string) {
	t.Helper()
	if math.IsInf(want, 1) || math.IsInf(got, 1) {
		require.Equal(t, want, got, message)
		return
	}
	require.InDelta(t, want, got, 1e-9*math.Max(1, math.Abs(want)), message)
}

func TestOptimaAreProved(t *testing.T) {
	seen := map[string]bool{}
	for in := range allocatetest.Instances() {
		t.Run(in.Name, func(t *testing.T) {
			require.False(t, seen[in.Name])
			seen[in.Name] = true
			require.NotEmpty(t, in.Source)
			x := plainly(in.Problem)
			_, best := x.Best()
			_, split := x.BestSplit()
			equal(t, in.Optimum, best, "whole units")
			equal(t, in.SplitOptimum, split, "split units")
		})
	}
}

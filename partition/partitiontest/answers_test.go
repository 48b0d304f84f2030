package partitiontest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the instances say of themselves is found by going through all plans, or
// shown by a plan.
func TestInstancesHaveTheirPlans(t *testing.T) {
	names := map[string]bool{}
	enumerated := 0
	for in := range Instances() {
		t.Run(strings.ReplaceAll(in.Name, " ", "-"), func(t *testing.T) {
			require.False(t, names[in.Name], "two instances have this name")
			names[in.Name] = true
			require.NotEmpty(t, in.Tries)
			require.NoError(t, in.Problem.Validate())
			full, idle := false, false
			if everyPlan(in.Problem, func(_ []int, empty int) {
				idle = true
				full = full || empty == 0
			}) {
				enumerated++
				require.Equal(t, full, in.Solvable)
				require.Equal(t, idle, in.SolvableIdle)
				return
			}
			require.True(t, in.Solvable && in.SolvableIdle)
			p := in.Problem
			switch {
			case p.K == 0:
				require.Empty(t, p.Fixed)
				require.Empty(t, p.Forbidden)
			case strings.HasPrefix(in.Name, "districts around a plan"):
				of := make([]int, p.Len())
				for u := range of {
					of[u] = u/8/3*2 + u%8/4
				}
				outside, _ := violation(p, p.K, of, nil)
				require.Zero(t, outside)
				for k := range p.K {
					require.Equal(t, 1, pieces(grid(8, 6), of, k))
				}
			default:
				require.Equal(t, "duplicates", in.Name)
				lower, upper := p.Measures[0].Limits(p.K)
				of := make([]int, p.Len())
				for u := range of {
					of[u] = u * p.K / p.Len()
				}
				outside, _ := violation(p, p.K, of, nil)
				require.Zero(t, outside, "%v %v", lower, upper)
			}
		})
	}
	require.Greater(t, enumerated, 60)
}

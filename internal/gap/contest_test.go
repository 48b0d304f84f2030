package gap

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every manner has its turn in a round, the dearer half leaves, and long chains
// come in once, when few are left.
func TestContest(t *testing.T) {
	cost := func(reach float64) float64 { return math.Abs(reach - 3) } // 3 is the best
	c := &contest{sweeps: fewSweeps}
	for reach := range 7 {
		c.in = append(c.in, manner{candidates: candidates{reach: float64(reach)}, longest: shortChain})
	}
	left := []int{}
	for _, n := range []int{7, 4, 4, 2, 2} {
		seen := map[float64]int{}
		for range n {
			m := c.turn()
			seen[m.reach]++
			c.tell(cost(m.reach) + float64(m.longest)/100)
		}
		left = append(left, len(c.in))
		require.EqualValues(t, 3, c.best().reach)
		require.NotZero(t, seen[3], "the best one competes in every round")
	}
	require.Equal(t, []int{4, 4, 2, 2, 2}, left)
	require.Equal(t, shortChain, c.best().longest)
	require.Equal(t, manySweeps, c.sweeps)
}

// Where no manner finds a plan all go on, each with more sweeps.
func TestContestWithoutPlans(t *testing.T) {
	c := &contest{sweeps: fewSweeps, in: make([]manner, 5)}
	for range 3 * 5 {
		c.tell(math.Inf(1))
	}
	require.Len(t, c.in, 5)
	require.Equal(t, 8*fewSweeps, c.sweeps)
	c.tell(7)
	for range 4 {
		c.tell(math.Inf(1))
	}
	require.Len(t, c.in, 3)
	require.EqualValues(t, 7, c.best().cost)
}

package allocate

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestTravelCheck(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	here := []orb.Point{{10, 20}, {30, 40}}
	for name, c := range map[string]struct {
		travel Travel
		want   []string // messages; none: valid
	}{
		"nothing at all": {Travel{}, nil},
		"everything": {Travel{
			Units: here, Agents: here, UnitFactor: []float64{0, 1}, AgentFactor: []float64{2, 3}, AgentTerm: []float64{-5, inf},
			Terms: []Term{{0, 1, -3}, {1, 0, inf}}, Incumbent: []int{1, -1}, Switching: []float64{0, inf},
		}, nil},
		"far away in the plane": {Travel{Units: []orb.Point{{1e6, -3e7}}, Agents: here, Metric: Planar}, nil},
		"too far in the plane":  {Travel{Units: []orb.Point{{1e141, 0}}, Agents: here, Metric: Planar}, []string{"Travel.Units[0] (u0) = [1e+141 0]: has a coordinate beyond ±1e+140"}},
		"no number": {Travel{Units: []orb.Point{{0, 0}, {nan, 0}}, Agents: []orb.Point{{0, nan}}}, []string{
			"Travel.Units[1] (u1) = [NaN 0]: has a coordinate that is not a number",
			"Travel.Agents[0] (a0) = [0 NaN]: has a coordinate that is not a number",
		}},
		"infinite in the plane": {Travel{Units: []orb.Point{{0, inf}}, Agents: here, Metric: Planar}, []string{"Travel.Units[0] (u0) = [0 +Inf]: has an infinite coordinate"}},
		"swapped": {Travel{Units: []orb.Point{{39.9, 116.4}}, Agents: here}, []string{
			"Travel.Units[0] (u0) = [39.9 116.4]: has a latitude outside -90..90\nMaybe latitude and longitude are swapped: a point is {longitude, latitude}.",
		}},
		"not swapped": {Travel{Units: []orb.Point{{116.4, 95}, {181, 3}}, Agents: here}, []string{
			"Travel.Units[0] (u0) = [116.4 95]: has a latitude outside -90..90",
			"Travel.Units[1] (u1) = [181 3]: has a longitude outside -180..180",
		}},
		"planar coordinates on the sphere": {Travel{Units: []orb.Point{{4000, 3000}}, Agents: here}, []string{
			"Travel.Units[0] (u0) = [4000 3000]: has a longitude outside -180..180 and a latitude outside -90..90\nMaybe the coordinates are planar: set Metric to Planar.",
		}},
		"no such metric or rounding": {Travel{Metric: 2, Round: 3}, []string{
			"Travel.Metric = 2: is neither GreatCircle nor Planar",
			"Travel.Round = 3: is neither Exact nor HalfUp nor Down",
		}},
		"lengths": {Travel{
			Units: here, Agents: here[:1], UnitFactor: []float64{1}, AgentFactor: []float64{}, AgentTerm: []float64{1, 2},
			Incumbent: []int{0}, Switching: []float64{1, 2, 3},
		}, []string{
			"Travel.UnitFactor: has length 1, want 2, one per unit",
			"Travel.AgentFactor: has length 0, want 1, one per agent",
			"Travel.AgentTerm: has length 2, want 1, one per agent",
			"Travel.Switching: has length 3, want 2, one per unit",
			"Travel.Incumbent: has length 1, want 2, one per unit",
		}},
		"factors": {Travel{Units: here, Agents: here, UnitFactor: []float64{-1, nan}, AgentFactor: []float64{inf, 1e71}}, []string{
			"Travel.UnitFactor[0] (u0) = -1: is negative",
			"Travel.UnitFactor[1] (u1) = NaN: is not a number",
			"Travel.AgentFactor[0] (a0) = +Inf: is infinite",
			"Travel.AgentFactor[1] (a1) = 1e+71: is above 1e+70",
		}},
		"agent terms": {Travel{Units: here, Agents: here, AgentTerm: []float64{nan, -inf}}, []string{
			"Travel.AgentTerm[0] (a0) = NaN: is not a number",
			"Travel.AgentTerm[1] (a1) = -Inf: is -Inf",
		}},
		"terms": {Travel{Units: here, Agents: here[:1], Terms: []Term{{0, 0, 1}, {2, 0, 1}, {-1, 0, 1}, {0, 1, 1}, {1, 0, nan}, {1, 0, -inf}}}, []string{
			"Travel.Terms[1] = {Unit:2 Agent:0 Cost:1}: names no unit: they are 0..1",
			"Travel.Terms[2] = {Unit:-1 Agent:0 Cost:1}: names no unit: they are 0..1",
			"Travel.Terms[3] = {Unit:0 Agent:1 Cost:1}: names no agent: they are 0..0",
			"Travel.Terms[4] (u1, a0) = {Unit:1 Agent:0 Cost:NaN}: has a Cost that is not a number",
			"Travel.Terms[5] (u1, a0) = {Unit:1 Agent:0 Cost:-Inf}: has a Cost that is -Inf",
		}},
		"incumbents": {Travel{Units: here, Agents: here, Incumbent: []int{2, -2}, Switching: []float64{-1, nan}}, []string{
			"Travel.Switching[0] (u0) = -1: is negative",
			"Travel.Switching[1] (u1) = NaN: is not a number",
			"Travel.Incumbent[0] (u0) = 2: is neither an agent, 0..1, nor Unassigned, -1",
			"Travel.Incumbent[1] (u1) = -2: is neither an agent, 0..1, nor Unassigned, -1",
		}},
		"from nobody": {Travel{Units: here, Switching: []float64{1, 1}}, []string{"Travel.Switching: is given without Incumbent"}},
	} {
		err := errors.Join(c.travel.check(numbered("u"), numbered("a"))...)
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.EqualError(t, err, strings.Join(c.want, "\n"), name)
		var fault *partition.InputError
		require.ErrorAs(t, err, &fault, name)
	}
}

func numbered(letter string) func(int) string {
	return func(i int) string { return fmt.Sprint(letter, i) }
}

// A column of nothing but faults makes a message that can be read.
func TestTravelCheckCounts(t *testing.T) {
	travel := Travel{Units: make([]orb.Point, 50_000), Agents: make([]orb.Point, 1)}
	for i := range travel.Units {
		travel.Units[i][1] = 91
	}
	err := errors.Join(travel.check(numbered("u"), numbered("a"))...)
	lines := strings.Split(err.Error(), "\n")
	require.Less(t, len(lines), 100)
	require.Contains(t, lines[len(lines)-1], "49,980 faults more")
}

// The faults reach the caller of a solver.
func TestCompileChecksTravel(t *testing.T) {
	_, err := compile(&Problem{Cost: &Travel{Units: []orb.Point{{0, 91}}, Agents: []orb.Point{{0, 0}}}})
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "Travel.Units[0]")
}

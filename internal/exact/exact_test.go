package exact_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/exact"
)

var inf = math.Inf(1)

func TestLinear(t *testing.T) {
	for name, c := range map[string]struct {
		lp   exact.Linear
		want *big.Rat
		x    []*big.Rat // nil where several points are optimal
		err  error
	}{
		// Maximise 3x+5y: the corner (2, 6) of x ≤ 4, 2y ≤ 12, 3x+2y ≤ 18.
		"corner": {exact.Linear{Cost: []float64{-3, -5}, Rows: []exact.Row{
			{[]float64{1, 0}, exact.AtMost, 4},
			{[]float64{0, 2}, exact.AtMost, 12},
			{[]float64{3, 2}, exact.AtMost, 18},
		}}, big.NewRat(-36, 1), []*big.Rat{big.NewRat(2, 1), big.NewRat(6, 1)}, nil},
		// x+2y ≥ 1, 3x+y ≥ 1, minimise x+y: where the lines cross, (1/5, 2/5).
		"thirds and fifths": {exact.Linear{Cost: []float64{1, 1}, Rows: []exact.Row{
			{[]float64{1, 2}, exact.AtLeast, 1},
			{[]float64{3, 1}, exact.AtLeast, 1},
		}}, big.NewRat(3, 5), []*big.Rat{big.NewRat(1, 5), big.NewRat(2, 5)}, nil},
		"negative right side": {exact.Linear{Cost: []float64{1}, Rows: []exact.Row{
			{[]float64{-1}, exact.AtMost, -3},
		}}, big.NewRat(3, 1), []*big.Rat{big.NewRat(3, 1)}, nil},
		"a row twice": {exact.Linear{Cost: []float64{1, 2}, Rows: []exact.Row{
			{[]float64{1, 1}, exact.Equal, 2},
			{[]float64{2, 2}, exact.Equal, 4},
		}}, big.NewRat(2, 1), []*big.Rat{big.NewRat(2, 1), new(big.Rat)}, nil},
		// Beale's example, on which the largest-coefficient rule cycles for ever.
		"degenerate": {exact.Linear{Cost: []float64{-0.75, 20, -0.5, 6}, Rows: []exact.Row{
			{[]float64{0.25, -8, -1, 9}, exact.AtMost, 0},
			{[]float64{0.5, -12, -0.5, 3}, exact.AtMost, 0},
			{[]float64{0, 0, 1, 0}, exact.AtMost, 1},
		}}, big.NewRat(-5, 4), nil, nil},
		"empty": {exact.Linear{Cost: []float64{1}, Rows: []exact.Row{
			{[]float64{1}, exact.AtMost, 1},
			{[]float64{1}, exact.AtLeast, 2},
		}}, nil, nil, exact.ErrEmpty},
		"unbounded": {exact.Linear{Cost: []float64{-1}, Rows: []exact.Row{
			{[]float64{1}, exact.AtLeast, 2},
		}}, nil, nil, exact.ErrUnbounded},
		"nothing at all": {exact.Linear{}, new(big.Rat), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			x, value, err := c.lp.Solve()
			require.ErrorIs(t, err, c.err)
			if c.err != nil {
				return
			}
			require.Zero(t, c.want.Cmp(value), "got %v", value)
			for k := range c.x {
				require.Zero(t, c.x[k].Cmp(x[k]), "x[%d] = %v", k, x[k])
			}
		})
	}
}

// same spreads a load that does not depend on the agent.
func same(agents int, load ...float64) [][]float64 {
	rows := make([][]float64, len(load))
	for i, v := range load {
		for range agents {
			rows[i] = append(rows[i], v)
		}
	}
	return rows
}

func TestAllocation(t *testing.T) {
	for name, c := range map[string]struct {
		problem     exact.Allocation
		plan        []int
		best, split float64
	}{
		"everyone to the nearest": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{1, 5}, {7, 2}},
		}, []int{0, 1}, 3, 3},
		// Agent 0 is cheaper by 4, 3 and 2 for loads of 2, 2, 2 and has room for 3:
		// one whole unit, or one and a half.
		"room for one and a half": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{0, 4}, {0, 3}, {0, 2}},
			Load:   [][][]float64{same(2, 2, 2, 2)},
			Lower:  [][]float64{{0, 0}},
			Upper:  [][]float64{{3, inf}},
		}, []int{0, 1, 1}, 5, 3.5},
		"a lower limit costs": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{0, 4}, {0, 3}},
			Load:   [][][]float64{same(2, 1, 1)},
			Lower:  [][]float64{{0, 0.5}},
			Upper:  [][]float64{{inf, inf}},
		}, []int{0, 1}, 3, 1.5},
		"only the parts fit": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{1, 3}},
			Load:   [][][]float64{same(2, 4)},
			Lower:  [][]float64{{0, 0}},
			Upper:  [][]float64{{3, 1}},
		}, nil, inf, 1.5},
		"the lock is kept": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{1, 5}, {7, 2}},
			Fixed:  []int{1, -1},
		}, []int{1, 1}, 7, 7},
		"the lock is forbidden": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{1, inf}},
			Fixed:  []int{1},
		}, nil, inf, inf},
		"cheaper unserved": {exact.Allocation{
			Agents:  1,
			Cost:    [][]float64{{9}, {1}},
			Penalty: []float64{4, inf},
		}, []int{-1, 0}, 5, 5},
		// Junior 0 needs twice the hours; the hours of each are exhausted.
		"the load depends on the agent": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{0, 1}, {0, 5}},
			Load:   [][][]float64{{{2, 1}, {2, 1}}},
			Lower:  [][]float64{{0, 0}},
			Upper:  [][]float64{{2, 1}},
		}, []int{1, 0}, 1, 1},
		// Agent 0 saves 1, 3 and 4. The second measure lets it take the last unit,
		// or the middle one whole and half of the last.
		"two measures": {exact.Allocation{
			Agents: 2,
			Cost:   [][]float64{{0, 1}, {0, 3}, {0, 4}},
			Load:   [][][]float64{same(2, 2, 1, 1), same(2, 1, 1, 2)},
			Lower:  [][]float64{{0, 0}, {0, 0}},
			Upper:  [][]float64{{2, inf}, {2, inf}},
		}, []int{1, 1, 0}, 4, 3},
		"no units": {exact.Allocation{Agents: 2}, []int{}, 0, 0},
		"no units, but wanted": {exact.Allocation{
			Agents: 1,
			Load:   [][][]float64{{}},
			Lower:  [][]float64{{1}},
			Upper:  [][]float64{{inf}},
		}, nil, inf, inf},
	} {
		t.Run(name, func(t *testing.T) {
			plan, best := c.problem.Best()
			require.Equal(t, c.plan, plan)
			require.Equal(t, c.best, best)
			_, split := c.problem.BestSplit()
			require.Equal(t, c.split, split)
		})
	}
}

package allocate_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Six units, three agents: 0 leaves, 2 is new; unit 5 is a new customer.
func leaving() (*allocate.Problem, []int) {
	cost := [][]float64{{0, 5, 9}, {0, 6, 1}, {9, 0, 8}, {9, 0, 2}, {9, 0, 3}, {9, 4, 1}}
	p := &allocate.Problem{
		Cost: allocate.CostFunc(6, 3, func(i, j int) float64 { return cost[i][j] }),
		Measures: []partition.Measure{{
			Name: "customers", Value: []float64{1, 1, 1, 1, 1, 1}, Lower: []float64{0, 2, 2}, Upper: []float64{0, 4, 4},
		}},
	}
	return p, []int{0, 0, 1, 1, 1, partition.Unassigned}
}

func TestLeaversAreForcedAndNewUnitsMoveForNothing(t *testing.T) {
	p, today := leaving()
	f, err := allocate.Realign{Today: today}.Frontier(context.Background(), p, nil)
	require.NoError(t, err)
	require.Equal(t, 2.0, f.Least, "the units of the agent who leaves")
	first := f.Points[0]
	require.Equal(t, partition.Tally{Units: 2, Amount: 2}, first.Moved)
	require.Equal(t, partition.Tally{Units: 2, Amount: 2}, first.Forced)
	require.Equal(t, []int{1, 2, 1, 1, 1, 2}, first.Plan.Slice())

	// By value: what the two units are worth.
	f, err = allocate.Realign{Today: today}.Frontier(context.Background(), p, []float64{10, 20, 1, 1, 1, 99})
	require.NoError(t, err)
	require.Equal(t, 30.0, f.Least)
	require.Equal(t, partition.Tally{Units: 2, Amount: 30}, f.Points[0].Forced)

	_, err = allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Name: "customers", Most: 1}}}.Allocate(context.Background(), p)
	var none *partition.InfeasibleError
	require.ErrorAs(t, err, &none)
	require.Equal(t, []int{0, 1}, none.Units)
	require.Equal(t, []int{0}, none.Territories)
	require.Equal(t, [2]float64{2, 1}, [2]float64{none.Need, none.Have})
	require.EqualError(t, err, "infeasible: at least 2 customers must leave agent 0, who may not keep them or has too much, against a limit of 1")
	visits := []allocate.MoveLimit{{Value: []float64{1000.25, 2000.5, 0, 0, 0, 0}, Most: 3000.5}}
	_, err = allocate.Realign{Today: today, Moved: visits}.Allocate(context.Background(), p)
	require.ErrorContains(t, err, "at least 3.001k value must leave agent 0")
	require.ErrorContains(t, err, "against a limit of 3k")
}

func TestRealignKeepsLocksAndGroups(t *testing.T) {
	p, today := leaving()
	p.Fixed = []int{2, -1, 2, -1, -1, -1}
	p.Together = [][]int{{3, 4}}
	p.Apart = [][]int{{1, 5}}
	f, err := allocate.Realign{Today: today}.Frontier(context.Background(), p, nil)
	require.NoError(t, err)
	for _, q := range f.Points {
		require.Equal(t, 2, q.Plan.Of(0))
		require.Equal(t, 2, q.Plan.Of(2))
		require.Equal(t, q.Plan.Of(3), q.Plan.Of(4))
		require.NotEqual(t, q.Plan.Of(1), q.Plan.Of(5))
		require.Equal(t, 3, q.Forced.Units, "a lock elsewhere forces a move")
		require.NoError(t, q.Realign(allocate.Realign{Today: today}, nil).Verify(p, &q.Result))
	}
}

// A unit that is left to nobody is taken from its agent as well.
func TestReleaseIsAMove(t *testing.T) {
	p := &allocate.Problem{
		Cost:    allocate.CostFunc(3, 1, func(i, _ int) float64 { return float64(10 * (i + 1)) }),
		Penalty: []float64{1, 1, 1},
		Measures: []partition.Measure{{
			Name: "customers", Value: []float64{1, 1, 1}, Upper: []float64{3},
		}},
	}
	for most, cost := range map[float64]float64{0: 60, 1: 31, 2: 12, 3: 3} {
		r := allocate.Realign{Today: []int{0, 0, 0}, Moved: []allocate.MoveLimit{{Most: most}}}
		a, err := r.Allocate(context.Background(), p)
		require.NoError(t, err)
		require.InDelta(t, cost, a.Certificate.Objective, 1e-9, "%v", most)
		require.NoError(t, r.Verify(p, a))
	}
}

// Two limits at once, against all plans.
func TestRealignWithTwoLimits(t *testing.T) {
	binding := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 9))
		c := randomCut(3*seed + 1) // with values
		units := &cut{p: c.p, today: c.today}
		units.enumerate() // the same plans in the same order
		mostUnits, mostValue := float64(1+rng.IntN(4)), float64(5+rng.IntN(25))
		best := math.Inf(1)
		for k, o := range c.plans {
			if o.moved <= mostValue+1e-9 && units.plans[k].moved <= mostUnits+1e-9 {
				best = math.Min(best, o.cost)
			}
		}
		r := allocate.Realign{Today: c.today, Moved: []allocate.MoveLimit{{Most: mostUnits}, {Value: c.value, Most: mostValue}}}
		a, err := r.Allocate(context.Background(), c.p)
		if math.IsInf(best, 1) {
			require.ErrorIs(t, err, partition.ErrInfeasible, seed)
			_, err = r.Frontier(context.Background(), c.p, nil)
			require.ErrorIs(t, err, partition.ErrInfeasible, seed)
			continue
		}
		require.NoError(t, err, seed)
		require.NoError(t, r.Verify(c.p, a), seed)
		require.InDelta(t, best, a.Certificate.Objective, 1e-6, seed)
		if best > c.best(mostValue)+1e-6 && best > units.best(mostUnits)+1e-6 {
			binding++
		}

		// The other limit holds for every point of a frontier.
		f, err := allocate.Realign{Today: c.today, Moved: r.Moved[1:]}.Frontier(context.Background(), c.p, nil)
		require.NoError(t, err, seed)
		for _, q := range f.Points {
			require.LessOrEqual(t, movedBy(c.today, q.Plan, c.value).Amount, mostValue+1e-9)
		}
	}
	require.NotZero(t, binding, "both limits at once matter somewhere")
}

// Costs in other units, values in others, agents in another order: the same frontier.
func TestFrontierDoesNotDependOnUnits(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		c := randomCut(seed)
		if len(c.plans) == 0 {
			continue
		}
		n, m := c.p.Cost.Dims()
		f, err := allocate.Realign{Today: c.today, Points: 100}.Frontier(context.Background(), c.p, c.value)
		require.NoError(t, err)

		q := *c.p
		q.Cost = allocate.CostFunc(n, m, func(i, j int) float64 { return 1024 * c.p.Cost.At(i, j) })
		q.Penalty = slices.Clone(c.p.Penalty)
		for i := range q.Penalty {
			q.Penalty[i] *= 1024
		}
		value := make([]float64, n)
		for i := range value {
			value[i] = 8 * c.valueOf(i)
		}
		g, err := allocate.Realign{Today: c.today, Points: 100}.Frontier(context.Background(), &q, value)
		require.NoError(t, err)
		require.Len(t, g.Points, len(f.Points), seed)
		for k := range g.Points {
			require.InDelta(t, 1024*f.Points[k].Certificate.Objective, g.Points[k].Certificate.Objective, 1e-3)
			require.InDelta(t, 8*f.Points[k].Moved.Amount, g.Points[k].Moved.Amount, 1e-6)
		}
	}
}

func TestRealignReportsEveryFault(t *testing.T) {
	p, _ := leaving()
	p.UnitLabel = func(i int) string { return fmt.Sprintf("u%d", i) }
	r := allocate.Realign{
		Today: []int{0, 3, -2, 0, 0, 0}, Points: -1,
		Moved: []allocate.MoveLimit{{Most: -1}, {Most: math.NaN(), Value: []float64{1, 2, -3, math.Inf(1), 0, 0}}, {Value: []float64{1}}},
	}
	want := "Realign.Today[1] (u1) = 3: is neither an agent, 0..2, nor Unassigned, -1\n" +
		"Realign.Today[2] (u2) = -2: is neither an agent, 0..2, nor Unassigned, -1\n" +
		"Realign.Points = -1: is negative\n" +
		"Realign.Moved[0].Most = -1: is not a number ≥ 0\n" +
		"Realign.Moved[1].Most = NaN: is not a number ≥ 0\n" +
		"Realign.Moved[1].Value[2] (u2) = -3: is negative\n" +
		"Realign.Moved[1].Value[3] (u3) = +Inf: is infinite\n" +
		"Realign.Moved[2].Value: has length 1, want 6, one per unit"
	_, err := r.Allocate(context.Background(), p)
	require.EqualError(t, err, want)
	require.ErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, r.Verify(p, nil), want)
	require.Equal(t, math.Inf(-1), r.Bound(p, nil))

	_, err = allocate.Realign{Today: []int{0}}.Allocate(context.Background(), p)
	require.EqualError(t, err, "Realign.Today: has length 1, want 6, one per unit")
	_, err = allocate.Realign{Today: make([]int, 6)}.Frontier(context.Background(), p, []float64{1})
	require.EqualError(t, err, "value: has length 1, want 6, one per unit")
	_, err = allocate.Realign{}.Allocate(context.Background(), nil)
	require.ErrorIs(t, err, partition.ErrInput)
}

func TestRealignVerifyFindsWhatIsWrong(t *testing.T) {
	p, today := leaving()
	r := allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Most: 3}}}
	for want, spoil := range map[string]func(a *allocate.Result){
		"": func(*allocate.Result) {},
		"Plan: claimed 3, computed 4: moves more units than the limit allows": func(a *allocate.Result) {
			plan, err := partition.NewPlan(3, []int{1, 2, 2, 2, 1, 1})
			require.NoError(t, err)
			a.Plan = plan
			a.Certificate.Objective = 20
		},
		"MovePrices[0]: has length 2":                  func(a *allocate.Result) { a.MovePrices[0] = a.MovePrices[0][:2] },
		"MovePrices[0][1]: is -1":                      func(a *allocate.Result) { a.MovePrices[0][1] = -1 },
		"MovePrices: has length 0; there are 1 limits": func(a *allocate.Result) { a.MovePrices = nil },
		"Certificate.Objective: claimed 1":             func(a *allocate.Result) { a.Certificate.Objective = 1 },
		"Certificate.Bound: claimed 9, computed":       func(a *allocate.Result) { a.Certificate.Bound, a.MovePrices[0] = 9, make([]float64, 3) },
		"Plan: has 0 units":                            func(a *allocate.Result) { a.Plan = new(partition.Plan) },
		"a feasible plan costs less than the bound":    func(a *allocate.Result) { a.Certificate.Bound = 10 },
		"Certificate.Violation: claimed 3, computed 0": func(a *allocate.Result) { a.Certificate.Violation = 3 },
		"MovePrices[0][2]: is +Inf":                    func(a *allocate.Result) { a.MovePrices[0][2] = math.Inf(1) },
		"Prices: has length 2; there are 1 measures":   func(a *allocate.Result) { a.Prices = append(a.Prices, nil) },
	} {
		a, err := r.Allocate(context.Background(), p)
		require.NoError(t, err)
		a.Certificate.Proof = "prices of loads and moves"
		spoil(a)
		if err = r.Verify(p, a); want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, allocate.ErrVerify, want)
		require.ErrorContains(t, err, want)
	}
}

// Without units, without agents, without limits there is little to choose, and no panic.
func TestRealignOfNothing(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {0, 3}, {3, 0}, {3, 1}} {
		n, m := size[0], size[1]
		p := &allocate.Problem{
			Cost:    allocate.CostFunc(n, m, func(int, int) float64 { return 1 }),
			Penalty: make([]float64, n),
		}
		today := slices.Repeat([]int{partition.Unassigned}, n)
		for range 2 {
			f, err := allocate.Realign{Today: today}.Frontier(context.Background(), p, nil)
			require.NoError(t, err, size)
			require.Len(t, f.Points, 1, size)
			require.Zero(t, f.Points[0].Moved, size)
			a, err := allocate.Realign{Today: today, Moved: []allocate.MoveLimit{{Most: 0}}}.Allocate(context.Background(), p)
			require.NoError(t, err, size)
			require.Equal(t, partition.ProvedOptimal, a.Stop, size)
			require.Equal(t, n, a.Plan.Count(partition.Unassigned), size)
			p.Measures = []partition.Measure{{Value: make([]float64, n)}}
		}
	}
}

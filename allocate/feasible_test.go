package allocate

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	oracle "github.com/territory-go/territory/internal/exact"
	"github.com/territory-go/territory/partition"
)

func names(list ...string) func(int) string { return func(i int) string { return list[i] } }

// witnesses are the facts of a joined error.
func witnesses(t *testing.T, err error) []*partition.InfeasibleError {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok, "%v", err)
	var list []*partition.InfeasibleError
	for _, err := range joined.Unwrap() {
		var e *partition.InfeasibleError
		require.ErrorAs(t, err, &e)
		list = append(list, e)
	}
	return list
}

func TestInfeasible(t *testing.T) {
	inf := math.Inf(1)
	free := func(n, m int) Costs { return CostFunc(n, m, func(int, int) float64 { return 1 }) }
	may := func(rows ...string) func(int, int) bool { // "x." : agent 0 only
		return func(i, j int) bool { return rows[i][j] == 'x' }
	}
	for name, c := range map[string]struct {
		problem Problem
		whole   bool // units may not be split
		want    []partition.InfeasibleError
	}{
		"no limits": {problem: Problem{Cost: free(2, 1), Measures: []partition.Measure{{Value: []float64{1, 2}}}}},
		"fits exactly": {whole: true, problem: Problem{Cost: free(2, 2), Measures: []partition.Measure{
			{Value: []float64{1, 2}, Upper: []float64{2, 1}, Lower: []float64{2, 1}},
		}}},
		"too much in all": {
			problem: Problem{Cost: free(3, 2), Measures: []partition.Measure{
				{Name: "hours", Value: []float64{4, 0, 5}, Upper: []float64{3, 4}},
			}},
			want: []partition.InfeasibleError{{
				Why:     "hours of the units that must be served is 9, but all 2 agents together may take 7\nMaybe raise the upper limits by 2 in all, or add an agent",
				Measure: "hours", Need: 9, Have: 7, Units: []int{0, 2}, Territories: []int{0, 1},
			}},
		},
		"optional units do not count": {problem: Problem{
			Cost: free(3, 2), Penalty: []float64{1, inf, inf},
			Measures: []partition.Measure{{Value: []float64{4, 2, 5}, Upper: []float64{3, 4}}},
		}},
		"a fixed unit counts in spite of its penalty": {
			problem: Problem{
				Cost: free(3, 1), Penalty: []float64{1, 1, inf}, Fixed: []int{0, -1, -1},
				Measures: []partition.Measure{{Value: []float64{4, 9, 3}, Upper: []float64{6}}},
			},
			want: []partition.InfeasibleError{{
				Why:  "load of the units that must be served is 7, but the only agent may take 6\nMaybe raise the upper limits by 1 in all, or add an agent",
				Need: 7, Have: 6, Units: []int{0, 2}, Territories: []int{0},
			}},
		},
		"too little in all": {
			problem: Problem{Cost: free(2, 2), Measures: []partition.Measure{
				{Name: "revenue", Value: []float64{1500, 200}, Lower: []float64{1000, 1001}},
			}},
			want: []partition.InfeasibleError{{
				Why:     "all 2 agents must get revenue 2k together, but that of all units is 1.7k\nMaybe lower the lower limits by 301 in all",
				Measure: "revenue", Need: 2001, Have: 1700, Units: []int{0, 1}, Territories: []int{0, 1},
			}},
		},
		"Shanghai": {
			whole: true,
			problem: Problem{
				Cost: free(4, 3), UnitLabel: names("Shanghai", "Suzhou", "Wuxi", "Ningbo"),
				Measures: []partition.Measure{{Name: "workload", Value: []float64{24.9e6, 15e6, 14e6, 6e6}, Tolerance: 0.02}},
			},
			want: []partition.InfeasibleError{{
				Why:     "workload of Shanghai is 24.9M, above the upper limit 20.4M of every agent that may serve it\nMaybe plan for at most 2 agents, raise the limit by 4.54M, or divide the unit",
				Measure: "workload", Need: 24.9e6, Have: 20366000, Units: []int{0}, Territories: []int{0, 1, 2},
			}},
		},
		"Shanghai may be split": {problem: Problem{
			Cost:     free(4, 3),
			Measures: []partition.Measure{{Value: []float64{24.9e6, 15e6, 14e6, 6e6}, Tolerance: 0.02}},
		}},
		"no room beside the lock": {
			whole: true,
			problem: Problem{
				Cost: free(2, 2), Fixed: []int{0, -1}, AgentLabel: names("Li", "Wang"), UnitLabel: names("A", "B"),
				Measures: []partition.Measure{{Value: []float64{3, 4}, Upper: []float64{6, 2}}},
			},
			want: []partition.InfeasibleError{{
				Why: "no agent that may serve B has room for it: Li comes closest, where it brings load 4 and has room for 3 beside what is fixed to it\n" +
					"Maybe raise that limit by 1, or divide the unit",
				Need: 4, Have: 3, Units: []int{1}, Territories: []int{0, 1},
			}},
		},
		"fixed beyond the limit": {
			problem: Problem{
				Cost: free(4, 2), Fixed: []int{0, 0, 0, -1}, AgentLabel: names("Li", "Wang"), UnitLabel: names("A", "B", "C", "D"),
				Measures: []partition.Measure{{Value: []float64{3, 4, 5, 0}, Upper: []float64{8, 20}}},
			},
			want: []partition.InfeasibleError{{
				Why: "2 units fixed to Li, B and C, bring load 9, above the upper limit 8\n" +
					"Maybe raise the limit by 4 for all that is fixed to it, or free some of that",
				Need: 9, Have: 8, Units: []int{1, 2}, Territories: []int{0},
			}},
		},
		// Units 1 and 2 have nobody but agents 0 and 1; unit 0 is as confined,
		// and counts in the advice.
		"a cut": {
			problem: Problem{
				Cost: free(4, 3), Allowed: may("x..", "xx.", "xx.", "xxx"),
				AgentLabel: names("Li", "Wang", "Chen"),
				Measures:   []partition.Measure{{Name: "visits", Value: []float64{1, 6, 5, 9}, Upper: []float64{5, 5, 100}}},
			},
			want: []partition.InfeasibleError{{
				Why: "visits of unit 1 and unit 2 is 11, but the agents that may serve them, Li and Wang, can take 10\n" +
					"Maybe raise what they can take by 2, which counts all 3 units that have nobody else, or let another agent serve some",
				Measure: "visits", Need: 11, Have: 10, Units: []int{1, 2}, Territories: []int{0, 1},
			}},
		},
		"whole units narrow the choice": {
			whole: true,
			problem: Problem{
				Cost: free(2, 2), UnitLabel: names("A", "B"), AgentLabel: names("Li", "Wang"),
				Measures: []partition.Measure{{Value: []float64{3, 3}, Upper: []float64{5, 2}}},
			},
			want: []partition.InfeasibleError{{
				Why: "load of A and B is 6, but the agent that may serve them and have room for whole ones, Li, can take 5\n" +
					"Maybe raise what they can take by 1, or let another agent serve some of the units",
				Need: 6, Have: 5, Units: []int{0, 1}, Territories: []int{0},
			}},
		},
		"an agent that nobody feeds": {
			problem: Problem{
				Cost:       CostFunc(3, 3, func(i, j int) float64 { return []float64{1, inf}[min(1, i*j)] }),
				AgentLabel: names("Li", "Wang", "Chen"),
				Measures:   []partition.Measure{{Value: []float64{3, 7, 7}, Lower: []float64{0, 2, 2}}},
			},
			want: []partition.InfeasibleError{{
				Why:  "Wang and Chen must get load 4 together, but of what they may serve that of unit 0 is 3\nMaybe lower what they must get by 1, or let them serve more units",
				Need: 4, Have: 3, Units: []int{0}, Territories: []int{1, 2},
			}},
		},
		"both sides of both measures": {
			problem: Problem{
				Cost: free(2, 2), Allowed: may("x.", ".x"),
				Measures: []partition.Measure{
					{Name: "hours", Value: []float64{4, 1}, Upper: []float64{3, 9}},
					{Name: "revenue", Value: []float64{4, 1}, Lower: []float64{0, 2}},
				},
			},
			want: []partition.InfeasibleError{
				{
					Why:     "hours of unit 0 is 4, but the agent that may serve it, agent 0, can take 3\nMaybe raise what they can take by 1, or let another agent serve some of the units",
					Measure: "hours", Need: 4, Have: 3, Units: []int{0}, Territories: []int{0},
				},
				{
					Why:     "agent 1 must get revenue 2, but of what they may serve that of unit 1 is 1\nMaybe lower what they must get by 1, or let them serve more units",
					Measure: "revenue", Need: 2, Have: 1, Units: []int{1}, Territories: []int{1},
				},
			},
		},
		// The junior needs three hours for what the senior does in one.
		"the load depends on the agent": {
			problem: Problem{
				Cost:     free(2, 2),
				Load:     []Costs{CostFunc(2, 2, func(i, j int) float64 { return float64(1 + 2*j) })},
				Measures: []partition.Measure{{Name: "hours", Upper: []float64{1, 0.5}}},
			},
			want: []partition.InfeasibleError{{
				Why:     "hours of the units that must be served is at least 2, but all 2 agents together may take 1.5\nMaybe raise the upper limits by 0.5 in all, or add an agent",
				Measure: "hours", Need: 2, Have: 1.5, Units: []int{0, 1}, Territories: []int{0, 1},
			}},
		},
		"nobody there, something wanted": {
			problem: Problem{Cost: free(0, 1), Measures: []partition.Measure{{Value: []float64{}, Lower: []float64{1}}}},
			want: []partition.InfeasibleError{{
				Why:  "the only agent must get load 1, but that of all units is 0\nMaybe lower the lower limits by 1 in all",
				Need: 1, Have: 0, Units: nil, Territories: []int{0},
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := compile(&c.problem)
			require.NoError(t, err)
			err = m.infeasible(context.Background(), !c.whole)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, partition.ErrInfeasible)
			var got []partition.InfeasibleError
			for _, w := range witnesses(t, err) {
				got = append(got, *w)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestInfeasibleListsFewUnits(t *testing.T) {
	const n = partition.ListedFaults + 3
	value := make([]float64, n)
	for i := range value {
		value[i] = float64(2 + i)
	}
	m, err := compile(&Problem{
		Cost:     CostFunc(n, 1, func(int, int) float64 { return 0 }),
		Measures: []partition.Measure{{Value: value, Upper: []float64{1}}},
	})
	require.NoError(t, err)
	list := witnesses(t, m.infeasible(context.Background(), false))
	require.Len(t, list, partition.ListedFaults+2) // and the total
	require.Equal(t, []int{n - 1}, list[0].Units, "the heaviest first")
	rest := list[partition.ListedFaults]
	require.Equal(t, []int{0, 1, 2}, rest.Units)
	require.Contains(t, rest.Why, "and 3 more units")
}

func TestInfeasibleCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	cancel(why)
	m, err := compile(&Problem{
		Cost:     CostFunc(1, 1, func(int, int) float64 { return 0 }),
		Measures: []partition.Measure{{Value: []float64{1}, Upper: []float64{0}}},
	})
	require.NoError(t, err)
	require.ErrorIs(t, m.infeasible(ctx, true), why)
}

// What Travel knows of its infinite costs is what a scan finds.
func TestEligibleOfTravel(t *testing.T) {
	inf := math.Inf(1)
	travel := &Travel{
		Units:  []orb.Point{{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}},
		Agents: []orb.Point{{0, 1}, {2, 1}, {4, 1}},
		Terms:  []Term{{Unit: 1, Agent: 2, Cost: inf}, {Unit: 2, Agent: 0, Cost: -5}},

		Incumbent: []int{-1, -1, -1, 1, 2, -1},
		Switching: []float64{inf, 1, 1, inf, 3, 1},
	}
	want := [][]int32{{0, 1, 2}, {0, 1}, {0, 1, 2}, {1}, {0, 1, 2}, {1}} // the last weighs 5
	for name, term := range map[string][]float64{"terms": nil, "an agent on leave": {0, 0, inf}} {
		travel.AgentTerm = term
		problem := &Problem{Cost: travel, Measures: []partition.Measure{{Value: []float64{1, 1, 1, 1, 1, 5}, Upper: []float64{4, 6, 4}}}}
		for _, cost := range []Costs{travel, CostFunc(6, 3, travel.At)} {
			problem.Cost = cost
			m, err := compile(problem)
			require.NoError(t, err)
			e, err := m.eligible(context.Background(), false, m.locked())
			require.NoError(t, err)
			for i := range 6 {
				wanted := slices.Clone(want[i])
				if term != nil {
					wanted = slices.DeleteFunc(wanted, func(j int32) bool { return j == 2 })
				}
				require.Equal(t, wanted, e.agents(e.group[i]), "%s: unit %d", name, i)
			}
			require.Empty(t, e.crowded)
		}
	}
}

// small is a random problem in both forms.
func small(rng *rand.Rand, measures int) (*Problem, *oracle.Allocation) {
	inf := math.Inf(1)
	n, m := 1+rng.IntN(6), 1+rng.IntN(4)
	x := &oracle.Allocation{Agents: m}
	p := &Problem{Fixed: make([]int, n)}
	x.Fixed = p.Fixed
	forbid := rng.IntN(3)
	for i := range n {
		row := make([]float64, m)
		for j := range row {
			row[j] = float64(rng.IntN(10))
			if rng.IntN(6) < forbid {
				row[j] = inf
			}
		}
		row[rng.IntN(m)] = 1
		x.Cost = append(x.Cost, row)
		p.Fixed[i] = partition.Unassigned
		if j := rng.IntN(m); rng.IntN(6) == 0 && row[j] < inf {
			p.Fixed[i] = j
		}
	}
	p.Cost = CostFunc(n, m, func(i, j int) float64 { return x.Cost[i][j] })
	if rng.IntN(3) == 0 {
		p.Penalty = make([]float64, n)
		for i := range p.Penalty {
			p.Penalty[i] = []float64{3, inf}[rng.IntN(2)]
		}
		x.Penalty = p.Penalty
	}
	for r := range measures {
		me := partition.Measure{Name: string(rune('a' + r)), Value: make([]float64, n), Lower: make([]float64, m), Upper: make([]float64, m)}
		total := 0
		load := make([][]float64, n)
		for i := range n {
			a := rng.IntN(8)
			total += a
			me.Value[i] = float64(a)
			for range m {
				load[i] = append(load[i], float64(a))
			}
		}
		for j := range m {
			me.Lower[j] = float64(rng.IntN(total/m + 1))
			me.Upper[j] = me.Lower[j] + float64(rng.IntN(total+1))/2
			if rng.IntN(8) == 0 {
				me.Upper[j] = inf
			}
		}
		p.Measures = append(p.Measures, me)
		x.Load = append(x.Load, load)
		x.Lower, x.Upper = append(x.Lower, me.Lower), append(x.Upper, me.Upper)
	}
	return p, x
}

// With one measure the answer for split units is right on both sides, and what
// is said of whole units or of several measures is never false.
func TestInfeasibleAgainstOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 7))
	var none, cut, wholeOnly int
	cases := 4000
	if testing.Short() {
		cases /= 10
	}
	for k := range cases {
		p, x := small(rng, 1+k%2)
		m, err := compile(p)
		require.NoError(t, err)
		split := m.infeasible(context.Background(), true)
		share, _ := x.BestSplit()
		if len(p.Measures) == 1 {
			require.Equal(t, share == nil, split != nil, "%+v: %v", x, split)
		} else if split != nil {
			require.Nil(t, share, "%+v: %v", x, split)
		}
		whole := m.infeasible(context.Background(), false)
		plan, _ := x.Best()
		if whole != nil {
			require.Nil(t, plan, "%+v: %v", x, whole)
		}
		switch {
		case split != nil:
			require.Error(t, whole, "%+v: %v", x, split)
			cut++
			for _, w := range witnesses(t, split) {
				checkWitness(t, x, p, w)
			}
		case whole != nil:
			wholeOnly++
		default:
			none++
		}
	}
	require.Greater(t, min(none, cut, wholeOnly), cases/80, "the generator has no variety")
}

// Loads of any size have the same answer.
func TestInfeasibleOfHugeLoads(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	for range 500 {
		p, _ := small(rng, 1)
		m, err := compile(p)
		require.NoError(t, err)
		for _, split := range []bool{true, false} {
			before := m.infeasible(context.Background(), split)
			for _, factor := range []float64{0x1p10, 0x1p60, 0x1p900} {
				huge := *p
				me := p.Measures[0]
				for _, x := range []*[]float64{&me.Value, &me.Lower, &me.Upper} {
					*x = slices.Clone(*x)
					for k := range *x {
						(*x)[k] *= factor
					}
				}
				huge.Measures = []partition.Measure{me}
				large, err := compile(&huge)
				require.NoError(t, err)
				after := large.infeasible(context.Background(), split)
				require.Equal(t, before == nil, after == nil, "%v: %v", before, after)
			}
		}
	}
}

// checkWitness confirms a witness for split units from the numbers alone: either
// its units bring more than the agents that may serve them can take, or its
// agents ask for more than the units that they may serve bring.
func checkWitness(t *testing.T, x *oracle.Allocation, p *Problem, w *partition.InfeasibleError) {
	t.Helper()
	r := slices.IndexFunc(p.Measures, func(me partition.Measure) bool { return me.Name == w.Measure })
	require.GreaterOrEqual(t, r, 0)
	must := func(i int) bool { return x.Penalty == nil || x.Fixed[i] >= 0 || math.IsInf(x.Penalty[i], 1) }
	may := func(i, j int) bool {
		return !math.IsInf(x.Cost[i][j], 1) && (x.Fixed[i] < 0 || x.Fixed[i] == j)
	}
	demand := func(units []int) (need, have float64) {
		for j := range x.Agents {
			if slices.ContainsFunc(units, func(i int) bool { return may(i, j) }) {
				have += x.Upper[r][j]
			}
		}
		for _, i := range units {
			require.True(t, must(i), "%d is in the witness and need not be served", i)
			need += p.Measures[r].Value[i]
		}
		return need, have
	}
	request := func(agents []int) (need, have float64) {
		for _, j := range agents {
			need += x.Lower[r][j]
		}
		for i, a := range p.Measures[r].Value {
			if slices.ContainsFunc(agents, func(j int) bool { return may(i, j) }) {
				have += a
			}
		}
		return need, have
	}

	// The totals speak of everyone and are not made smaller.
	total := len(w.Territories) == x.Agents
	if strings.Contains(w.Why, "must get") {
		need, have := request(w.Territories)
		require.Equal(t, []float64{need, have}, []float64{w.Need, w.Have}, "%+v: %v", x, w)
		require.Greater(t, need, have, "%+v: %v", x, w)
		for k := range w.Territories {
			if need, have := request(without(w.Territories, k)); !total {
				require.LessOrEqual(t, need, have, "%+v: %v could be smaller", x, w)
			}
		}
		return
	}
	need, have := demand(w.Units)
	require.Equal(t, need, w.Need, "%+v: %v", x, w)
	require.Greater(t, need, have, "%+v: %v", x, w)
	if !total {
		require.Equal(t, have, w.Have, "%+v: %v", x, w)
	}
	for k := range w.Units {
		if need, have := demand(without(w.Units, k)); !total {
			require.LessOrEqual(t, need, have, "%+v: %v could be smaller", x, w)
		}
	}
}

func without(list []int, k int) []int { return slices.Delete(slices.Clone(list), k, k+1) }

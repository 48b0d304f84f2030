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

// demanding draws a tiny problem with demands of every kind.
func demanding(rng *rand.Rand) *allocate.Problem {
	n, m, r := 1+rng.IntN(5), 1+rng.IntN(3), 1+rng.IntN(2)
	inf := math.Inf(1)
	p := &allocate.Problem{}
	cost := make([][]float64, n)
	for i := range cost {
		cost[i] = make([]float64, m)
		for j := range cost[i] {
			if cost[i][j] = float64(rng.IntN(20)); rng.IntN(8) == 0 {
				cost[i][j] = inf
			}
		}
	}
	p.Cost = allocate.CostFunc(n, m, func(i, j int) float64 { return cost[i][j] })
	if rng.IntN(2) == 0 {
		barred := make([]bool, n*m)
		for k := range barred {
			barred[k] = rng.IntN(4) == 0
		}
		p.Allowed = func(i, j int) bool { return !barred[i*m+j] }
	}
	if rng.IntN(3) == 0 {
		p.Load = make([]allocate.Costs, r)
	}
	for k := range r {
		me := partition.Measure{Value: make([]float64, n), Lower: make([]float64, m), Upper: make([]float64, m)}
		for i := range me.Value {
			me.Value[i] = float64(rng.IntN(9)) / 2
		}
		for j := range m {
			me.Upper[j] = inf
			if rng.IntN(3) > 0 {
				me.Upper[j] = float64(rng.IntN(40)) / 4
			}
			if rng.IntN(4) == 0 {
				me.Lower[j] = math.Min(me.Upper[j], float64(rng.IntN(20))/4)
			}
		}
		if p.Load != nil && rng.IntN(2) == 0 {
			load := make([]float64, n*m)
			for e := range load {
				load[e] = float64(rng.IntN(9)) / 2
			}
			p.Load[k] = allocate.CostFunc(n, m, func(i, j int) float64 { return load[i*m+j] })
		}
		p.Measures = append(p.Measures, me)
	}
	if rng.IntN(2) == 0 {
		p.Fixed = make([]int, n)
		for i := range p.Fixed {
			if p.Fixed[i] = -1; rng.IntN(4) == 0 {
				p.Fixed[i] = rng.IntN(m)
			}
		}
	}
	if rng.IntN(3) == 0 {
		p.Penalty = make([]float64, n)
		for i := range p.Penalty {
			if p.Penalty[i] = inf; rng.IntN(3) == 0 {
				p.Penalty[i] = 5
			}
		}
	}
	lists := func() [][]int {
		var all [][]int
		for range rng.IntN(3) {
			list := rng.Perm(n)
			all = append(all, list[:1+rng.IntN(n)])
		}
		return all
	}
	if rng.IntN(3) == 0 {
		p.Together = lists()
	}
	if rng.IntN(3) == 0 {
		p.Apart = lists()
	}
	return p
}

// everyPlan visits all plans, unassigned units included.
func everyPlan(n, m int, visit func(of []int)) {
	of := make([]int, n)
	var set func(i int)
	set = func(i int) {
		if i == n {
			visit(of)
			return
		}
		for j := -1; j < m; j++ {
			of[i] = j
			set(i + 1)
		}
	}
	set(0)
}

// breaks is by how much a plan breaks a demand, straight from its words.
func breaks(p *allocate.Problem, d allocate.Demand, of []int) float64 {
	load := func() float64 {
		total := 0.0
		for i, j := range of {
			if j == d.Agent {
				if p.Load != nil && p.Load[d.Measure] != nil {
					total += p.Load[d.Measure].At(i, j)
				} else {
					total += p.Measures[d.Measure].Value[i]
				}
			}
		}
		return total
	}
	is := func(broken bool) float64 {
		if broken {
			return 1
		}
		return 0
	}
	switch d.Kind {
	case allocate.CapacityDemand:
		return math.Max(0, load()-d.Limit)
	case allocate.FloorDemand:
		return math.Max(0, d.Limit-load())
	case allocate.ServiceDemand:
		return is(of[d.Unit] < 0)
	case allocate.LockDemand:
		return is(of[d.Unit] != d.Agent)
	case allocate.EligibilityDemand:
		if d.Unit >= 0 {
			return is(of[d.Unit] >= 0 && !slices.Contains(d.Agents, of[d.Unit]))
		}
		for i, j := range of {
			if j == d.Agent && !slices.Contains(d.Units, i) {
				return 1
			}
		}
		return 0
	}
	at := map[int]int{}
	for _, i := range d.Units {
		at[of[i]]++
	}
	if d.Kind == allocate.TogetherDemand {
		return is(len(at) > 1)
	}
	delete(at, -1)
	for _, count := range at {
		if count > 1 {
			return 1
		}
	}
	return 0
}

// meetable reports whether a plan meets all demands, by looking at every plan.
func meetable(p *allocate.Problem, demands []allocate.Demand) bool {
	n, m := p.Cost.Dims()
	found := false
	everyPlan(n, m, func(of []int) {
		for _, d := range demands {
			if breaks(p, d, of) > 1e-6 {
				return
			}
		}
		found = true
	})
	return found
}

// everything lists what a problem demands, for the oracle.
func everything(p *allocate.Problem) []allocate.Demand {
	n, m := p.Cost.Dims()
	var all []allocate.Demand
	for r, me := range p.Measures {
		for j := range m {
			all = append(all,
				allocate.Demand{Kind: allocate.CapacityDemand, Agent: j, Measure: r, Limit: me.Upper[j]},
				allocate.Demand{Kind: allocate.FloorDemand, Agent: j, Measure: r, Limit: me.Lower[j]})
		}
	}
	for i := range n {
		d := allocate.Demand{Kind: allocate.EligibilityDemand, Unit: i}
		for j := range m {
			if !math.IsInf(p.Cost.At(i, j), 1) && (p.Allowed == nil || p.Allowed(i, j)) {
				d.Agents = append(d.Agents, j)
			}
		}
		all = append(all, d)
		if p.Penalty == nil || math.IsInf(p.Penalty[i], 1) {
			all = append(all, allocate.Demand{Kind: allocate.ServiceDemand, Unit: i})
		}
		if p.Fixed != nil && p.Fixed[i] >= 0 {
			all = append(all, allocate.Demand{Kind: allocate.LockDemand, Unit: i, Agent: p.Fixed[i]})
		}
	}
	for _, list := range p.Together {
		all = append(all, allocate.Demand{Kind: allocate.TogetherDemand, Units: list})
	}
	for _, list := range p.Apart {
		all = append(all, allocate.Demand{Kind: allocate.ApartDemand, Units: list})
	}
	return all
}

// Against complete enumeration, for demands of every kind: the verdict; that sets
// are contradictory and none of their demands can be spared; that ways out are
// ways out, and the cheapest.
func TestContradictionsAgainstOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 3))
	cases := 2500
	if testing.Short() {
		cases /= 10
	}
	price := map[allocate.DemandKind]float64{
		allocate.CapacityDemand: 1, allocate.FloorDemand: 1.25, allocate.LockDemand: 3,
		allocate.EligibilityDemand: 4, allocate.ServiceDemand: 5, allocate.TogetherDemand: 2, allocate.ApartDemand: 2,
	}
	possible, kinds, proofs, several := 0, map[allocate.DemandKind]int{}, map[string]int{}, 0
	for k := range cases {
		p := demanding(rng)
		all := everything(p)
		d, err := allocate.Contradictions{
			Most: 1000, Price: func(d allocate.Demand) float64 { return price[d.Kind] },
		}.Find(context.Background(), p)
		require.NoError(t, err, "case %d", k)
		if meetable(p, all) {
			require.Equal(t, allocate.Possible, d.Verdict, "case %d", k)
			require.NoError(t, allocate.Verify(p, d.Result), "case %d", k)
			require.True(t, d.Result.Certificate.Feasible(), "case %d", k)
			require.Empty(t, d.Sets, "case %d", k)
			possible++
			continue
		}
		require.Equal(t, allocate.Impossible, d.Verdict, "case %d", k)
		require.NotEmpty(t, d.Sets, "case %d", k)
		if len(d.Sets) > 1 {
			several++
		}
		seen := map[[5]int]bool{}
		for _, set := range d.Sets {
			proofs[set.Proof]++
			require.True(t, set.Irreducible, "case %d: %v", k, set)
			require.False(t, meetable(p, set.Demands), "case %d: %v", k, set)
			for at, demand := range set.Demands {
				kinds[demand.Kind]++
				require.True(t, meetable(p, slices.Delete(slices.Clone(set.Demands), at, at+1)), "case %d: %v without %v", k, set, demand)
				key := [5]int{int(demand.Kind), demand.Unit, demand.Agent, demand.Measure, demand.List}
				require.False(t, seen[key], "case %d: %v twice", k, demand)
				seen[key] = true
			}
		}
		checkRelaxations(t, k, p, d, all, price)
	}
	t.Log(possible, several, kinds, proofs)
	require.Greater(t, possible, cases/10)
	require.Greater(t, several, cases/50)
	for kind := range price {
		require.Greater(t, kinds[kind], cases/100, "%v", kind)
	}
	require.Len(t, proofs, 3)
}

// checkRelaxations compares ways out with the best of all plans.
func checkRelaxations(t *testing.T, k int, p *allocate.Problem, d *allocate.Diagnosis, all []allocate.Demand, price map[allocate.DemandKind]float64) {
	t.Helper()
	n, m := p.Cost.Dims()
	// The least price of a plan that keeps what is not of the kind (-1: of any), and
	// every list.
	least := func(accept func(d allocate.Demand) bool) float64 {
		best := math.Inf(1)
		everyPlan(n, m, func(of []int) {
			total := 0.0
			for _, d := range all {
				b := breaks(p, d, of)
				if b > 1e-6 && !accept(d) {
					return
				}
				total += b * price[d.Kind]
			}
			best = math.Min(best, total)
		})
		return best
	}
	cheapest := least(func(d allocate.Demand) bool {
		return d.Kind != allocate.TogetherDemand && d.Kind != allocate.ApartDemand
	})
	found := math.Inf(1)
	for at, r := range d.Relaxations {
		require.NotEmpty(t, r.Changes, "case %d", k)
		require.NoError(t, allocate.Verify(r.Apply(p), r.Result), "case %d: %v", k, r)
		require.True(t, r.Result.Certificate.Feasible(), "case %d: %v", k, r)
		require.LessOrEqual(t, r.Bound, r.Price, "case %d", k)
		total, lists := 0.0, false
		of := make([]int, n)
		for i := range of {
			of[i] = r.Result.Plan.Of(i)
		}
		for _, c := range r.Changes {
			total += c.Price
			lists = lists || c.Demand.Kind == allocate.TogetherDemand || c.Demand.Kind == allocate.ApartDemand
			if c.Demand.Kind == allocate.CapacityDemand || c.Demand.Kind == allocate.FloorDemand {
				require.InDelta(t, math.Abs(c.To-c.Demand.Limit)*price[c.Demand.Kind], c.Price, 1e-9, "case %d: %v", k, r)
			} else {
				require.Equal(t, price[c.Demand.Kind], c.Price, "case %d: %v", k, r)
			}
		}
		require.InDelta(t, total, r.Price, 1e-9, "case %d: %v", k, r)
		if at > 0 {
			require.GreaterOrEqual(t, r.Price, d.Relaxations[at-1].Price, "case %d", k)
		}
		if !lists {
			found = math.Min(found, r.Price)
		}
		if len(r.Changes) > 1 || lists {
			continue
		}
		// One demand by itself: no smaller change of it will do.
		one := r.Changes[0].Demand
		alone := least(func(d allocate.Demand) bool {
			return d.Kind == one.Kind && (d.Unit == one.Unit || one.Unit < 0) && (d.Agent == one.Agent || one.Kind == allocate.EligibilityDemand || one.Agent < 0) &&
				(d.Measure == one.Measure || one.Measure < 0)
		})
		require.InDelta(t, alone, r.Price, 1e-6, "case %d: %v", k, r)
		require.InDelta(t, alone, r.Bound, 1e-6, "case %d: %v", k, r)
	}
	if math.IsInf(cheapest, 1) {
		require.True(t, math.IsInf(found, 1), "case %d", k)
	} else {
		require.InDelta(t, cheapest, found, 1e-6, "case %d", k)
	}
}

// overloaded is a problem of n units and m agents in which only the first two
// agents may serve the first units, and cannot.
func overloaded(n, m int) *allocate.Problem {
	rng := rand.New(rand.NewPCG(uint64(n), uint64(m)))
	value, upper := make([]float64, n), make([]float64, m)
	total := 0.0
	for i := range value {
		value[i] = float64(1 + rng.IntN(9))
		total += value[i]
	}
	for j := range upper {
		upper[j] = math.Ceil(1.3 * total / float64(m))
	}
	few, load := 0, 0.0
	for ; load <= 2*upper[0]; few++ {
		load += value[few]
	}
	costs := make([]float64, n*m)
	for k := range costs {
		costs[k] = float64(rng.IntN(100))
	}
	return &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return costs[i*m+j] }),
		Measures: []partition.Measure{{Name: "visits", Value: value, Upper: upper}},
		Allowed:  func(i, j int) bool { return i >= few || j < 2 },
	}
}

// In problems too large for a complete search, the units and agents of the cut
// are found, and every way out is one.
func TestContradictionsLarger(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 5}, {200, 12}, {1050, 20}} {
		p := overloaded(size[0], size[1])
		d, err := allocate.Contradictions{Most: 3}.Find(context.Background(), p)
		require.NoError(t, err)
		require.Equal(t, allocate.Impossible, d.Verdict)
		require.Len(t, d.Sets, 1)
		set := d.Sets[0]
		require.True(t, set.Irreducible)
		need, room := 0.0, 0.0
		var units, agents []int
		for _, demand := range set.Demands {
			switch demand.Kind {
			case allocate.ServiceDemand:
				units = append(units, demand.Unit)
				need += p.Measures[0].Value[demand.Unit]
			case allocate.CapacityDemand:
				agents = append(agents, demand.Agent)
				room += demand.Limit
			case allocate.EligibilityDemand:
				require.Equal(t, []int{0, 1}, demand.Agents)
			}
		}
		require.Equal(t, []int{0, 1}, agents)
		require.Greater(t, need, room)
		require.Len(t, set.Demands, 2*len(units)+2)
		for _, i := range units { // none can be spared
			require.LessOrEqual(t, need-p.Measures[0].Value[i], room)
		}
		require.NotEmpty(t, d.Relaxations)
		for _, r := range d.Relaxations {
			require.NoError(t, allocate.Verify(r.Apply(p), r.Result), "%v", r)
			require.True(t, r.Result.Certificate.Feasible(), "%v", r)
			require.LessOrEqual(t, r.Bound, r.Price)
			require.Error(t, allocate.Verify(p, r.Result), "the problem itself has no plan")
		}
	}
}

func TestContradictionsIsDeterministic(t *testing.T) {
	t.Parallel()
	p := overloaded(30, 4)
	first, err := allocate.Contradictions{}.Find(context.Background(), p)
	require.NoError(t, err)
	again, err := allocate.Contradictions{}.Find(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, first, again)
}

// Whenever the context ends, the answer is its cause or a true one.
func TestContradictionsInterrupted(t *testing.T) {
	t.Parallel()
	p := overloaded(60, 6)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := allocate.Contradictions{}.Find(ctx, p)
	require.ErrorIs(t, err, context.Canceled)

	early, late := 0, 0
	for left := 1; left < 400; left += 7 {
		d, err := allocate.Contradictions{}.Find(newAfter(left), p)
		if d == nil {
			require.ErrorIs(t, err, errEnough)
			early++
			continue
		}
		require.NoError(t, err)
		require.Equal(t, allocate.Impossible, d.Verdict)
		require.NotEmpty(t, d.Sets)
		for _, r := range d.Relaxations {
			require.NoError(t, allocate.Verify(r.Apply(p), r.Result))
		}
		if d.Stop == partition.Interrupted {
			late++
		}
	}
	t.Log(early, late)
	require.Positive(t, early)
	require.Positive(t, late)
}

// Sets that were found before the context ended are not lost: the longer it
// lasts, the more of them are known.
func TestContradictionsInterruptedBetweenSets(t *testing.T) {
	const n, m = 40, 3
	p := &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return float64((7*i + 3*j) % 11) }),
		Measures: []partition.Measure{{Value: slices.Repeat([]float64{2}, n), Upper: slices.Repeat([]float64{31}, m)}},
		Allowed:  func(i, j int) bool { return i%2 == j || j == 2 && i < 4 }, // 36 hours for 31, twice
	}
	var counts [3]int
	sets := 0
	for left := 1; counts[2] < 5; left++ {
		d, err := allocate.Contradictions{Most: -1}.Find(newAfter(left), p)
		if err != nil {
			require.ErrorIs(t, err, errEnough)
			require.Zero(t, sets, "after %d looks", left)
			counts[0]++
			continue
		}
		require.GreaterOrEqual(t, len(d.Sets), sets, "after %d looks", left)
		sets = len(d.Sets)
		counts[sets]++
	}
	t.Log(counts)
	require.Positive(t, min(counts[0], counts[1]))
}

func TestContradictionsInput(t *testing.T) {
	p := overloaded(20, 4)
	_, err := allocate.Contradictions{}.Find(context.Background(), nil)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = allocate.Contradictions{Price: func(d allocate.Demand) float64 {
		if d.Kind == allocate.CapacityDemand && d.Agent == 1 {
			return math.NaN()
		}
		return 1
	}}.Find(context.Background(), p)
	var wrong *partition.InputError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "Contradictions.Price", wrong.Field)
	require.Equal(t, fmt.Sprintf("agent 1 can take %v visits", p.Measures[0].Upper[1]), wrong.Label)

	// What must not change does not: without prices there is no way out.
	d, err := allocate.Contradictions{Price: func(allocate.Demand) float64 { return math.Inf(1) }}.Find(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, allocate.Impossible, d.Verdict)
	require.Empty(t, d.Relaxations)
	d, err = allocate.Contradictions{Price: func(d allocate.Demand) float64 {
		if d.Kind == allocate.CapacityDemand && d.Agent == 1 {
			return 3
		}
		return math.Inf(1)
	}}.Find(context.Background(), p)
	require.NoError(t, err)
	require.Len(t, d.Relaxations, 1)
	require.Len(t, d.Relaxations[0].Changes, 1)
	require.Equal(t, 1, d.Relaxations[0].Changes[0].Demand.Agent)

	// Without limits there is nothing to contradict.
	d, err = allocate.Contradictions{}.Find(context.Background(), &allocate.Problem{Cost: p.Cost})
	require.NoError(t, err)
	require.Equal(t, allocate.Possible, d.Verdict)
}

// Sentences name what the caller names.
func TestContradictionSentences(t *testing.T) {
	free := func(n, m int) allocate.Costs { return allocate.CostFunc(n, m, func(int, int) float64 { return 1 }) }
	names := func(list ...string) func(int) string { return func(i int) string { return list[i] } }
	for _, c := range []struct {
		problem allocate.Problem
		want    string
		proof   string
	}{
		{allocate.Problem{Cost: free(1000, 30), Measures: []partition.Measure{{Name: "visits", Value: slices.Repeat([]float64{1}, 1000), Upper: slices.Repeat([]float64{33.33}, 30)}}},
			"991 units (unit 0, unit 1, unit 2 and 988 more) must be served and bring 991 visits, but all 30 agents can take 990 together in whole loads, all multiples of 1", "whole loads"},
		{allocate.Problem{Cost: free(3, 2), Measures: []partition.Measure{{Value: []float64{6, 6, 6}, Upper: []float64{10, 10}}}, UnitLabel: names("Ada", "Bob", "Cleo")},
			"Ada, Bob and Cleo must be served and bring load 18, but all 2 agents can take 12 together in whole loads, all multiples of 6", "whole loads"},
		{allocate.Problem{Cost: free(3, 2), Measures: []partition.Measure{{Value: []float64{6, 7, 6}, Upper: []float64{10, 10}}}, UnitLabel: names("Ada", "Bob", "Cleo")},
			"Ada, Bob and Cleo must be served and bring load 19, but all 2 agents can take 20 together, which whole units do not fit into", "search"},
		{allocate.Problem{Cost: free(2, 2), Measures: []partition.Measure{{Name: "hours", Value: []float64{6, 7}, Upper: []float64{10, 10}}}, Fixed: []int{1, 1}, AgentLabel: names("Li", "Wang")},
			"unit 0 and unit 1 are fixed to Wang and bring 13 hours, but Wang can take 10", "split units"},
		{allocate.Problem{Cost: free(2, 2), Allowed: func(i, j int) bool { return i == 1 || j == 1 }, Fixed: []int{0, -1}, AgentLabel: names("Li", "Wang")},
			"together impossible: unit 0 is fixed to Li; only Wang may serve unit 0", "split units"},
		{allocate.Problem{Cost: free(2, 2), Allowed: func(i, j int) bool { return i == 1 }},
			"together impossible: nobody may serve unit 0; unit 0 must be served", "split units"},
		{allocate.Problem{Cost: free(2, 3), Together: [][]int{{0, 1}}, Fixed: []int{0, 2}},
			"together impossible: unit 0 and unit 1 must share an agent; unit 0 is fixed to agent 0; unit 1 is fixed to agent 2", "split units"},
		{allocate.Problem{Cost: free(3, 2), Apart: [][]int{{0, 1, 2}}, Allowed: func(i, j int) bool { return j == 0 || i == 0 }},
			"together impossible: unit 0, unit 1 and unit 2 must not share an agent; only agent 0 may serve unit 1; only agent 0 may serve unit 2; unit 1 must be served; unit 2 must be served", "split units"},
		{allocate.Problem{Cost: free(2, 2), Allowed: func(i, j int) bool { return j == 0 }, Measures: []partition.Measure{{Name: "hours", Value: []float64{6, 7}, Lower: []float64{0, 5}}}},
			"together impossible: agent 1 must get 5 hours; agent 1 may serve no unit", "split units"},
	} {
		d, err := allocate.Contradictions{Most: -1}.Find(context.Background(), &c.problem)
		require.NoError(t, err, c.want)
		require.Len(t, d.Sets, 1, c.want)
		require.Equal(t, c.want, d.Sets[0].String())
		require.Equal(t, c.proof, d.Sets[0].Proof, c.want)
		require.Empty(t, d.Relaxations)
	}
}

// Where neither a plan nor a proof is found, the answer says so, with the
// nearest plan: perfect packings of many different weights.
func TestContradictionsUndecided(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 8))
	n, m := 90, 30
	value, total := make([]float64, n), 0.0
	for i := range value {
		value[i] = 3000 + 1000*rng.Float64()
		total += value[i]
	}
	p := &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return float64((i*7 + j*13) % 17) }),
		Measures: []partition.Measure{{Value: value, Upper: slices.Repeat([]float64{1.00001 * total / float64(m)}, m)}},
	}
	d, err := allocate.Contradictions{Budget: 50, Most: 1}.Find(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, allocate.Undecided, d.Verdict)
	require.Empty(t, d.Sets)
	require.False(t, d.Result.Certificate.Feasible())
	for _, r := range d.Relaxations {
		require.NoError(t, allocate.Verify(r.Apply(p), r.Result))
	}
}

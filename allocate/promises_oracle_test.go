package allocate_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// pledge is a small problem with promises of every kind as plain numbers, so
// that enumeration can tell what each of them costs without any code of the
// package. All numbers are whole.
type pledge struct {
	n, m         int
	base         [][]float64
	wish         [][]float64 // cost of a term; 0: none
	incumbent    []int
	switching    []float64
	fixed        []int
	load         []float64
	lower, upper []float64
	together     [][]int
	apart        [][]int
	penalty      []float64
}

func randomPledge(rng *rand.Rand) *pledge {
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	q := &pledge{n: 2 + rng.IntN(4), m: 2 + rng.IntN(2)}
	total := 0.0
	for i := range q.n {
		var base, wish []float64
		for range q.m {
			base = append(base, float64(rng.IntN(20)))
			w := 0.0
			if chance(25) {
				w = float64(rng.IntN(15) - 9)
			}
			if chance(5) {
				w = math.Inf(1)
			}
			wish = append(wish, w)
		}
		q.base, q.wish = append(q.base, base), append(q.wish, wish)
		q.incumbent = append(q.incumbent, rng.IntN(q.m+1)-1)
		q.switching = append(q.switching, float64(rng.IntN(6)))
		fixed := partition.Unassigned
		if j := rng.IntN(q.m); chance(25) && !math.IsInf(wish[j], 1) {
			fixed = j
		}
		q.fixed = append(q.fixed, fixed)
		a := float64(1 + rng.IntN(6))
		q.load = append(q.load, a)
		total += a
		q.penalty = append(q.penalty, math.Inf(1))
		if chance(20) {
			q.penalty[i] = float64(rng.IntN(25))
		}
	}
	for range q.m {
		share := math.Round(total / float64(q.m))
		q.lower = append(q.lower, math.Max(0, share-float64(rng.IntN(5))))
		q.upper = append(q.upper, share+float64(rng.IntN(5)))
	}
	if chance(40) {
		q.together = append(q.together, rng.Perm(q.n)[:2])
	}
	if chance(20) {
		q.together = append(q.together, rng.Perm(q.n)[:2])
	}
	if chance(40) {
		q.apart = append(q.apart, rng.Perm(q.n)[:2])
	}
	return q
}

func (q *pledge) clone() *pledge {
	c := *q
	c.wish = nil
	for _, row := range q.wish {
		c.wish = append(c.wish, slices.Clone(row))
	}
	c.switching, c.fixed = slices.Clone(q.switching), slices.Clone(q.fixed)
	c.lower, c.upper = slices.Clone(q.lower), slices.Clone(q.upper)
	c.together, c.apart = slices.Clone(q.together), slices.Clone(q.apart)
	return &c
}

func (q *pledge) cost(i, j int) float64 {
	if q.fixed[i] >= 0 && q.fixed[i] != j {
		return math.Inf(1)
	}
	if j < 0 {
		return q.penalty[i]
	}
	c := q.base[i][j] + q.wish[i][j]
	if o := q.incumbent[i]; o >= 0 && o != j {
		c += q.switching[i]
	}
	return c
}

func (q *pledge) objective(plan []int) float64 {
	c := 0.0
	for i, j := range plan {
		c += q.cost(i, j)
	}
	return c
}

// keeps reports whether the plan keeps all limits and groups.
func (q *pledge) keeps(plan []int) bool {
	loads := make([]float64, q.m)
	for i, j := range plan {
		if j >= 0 {
			loads[j] += q.load[i]
		}
	}
	for j, a := range loads {
		if a < q.lower[j] || a > q.upper[j] {
			return false
		}
	}
	for _, list := range q.together {
		if plan[list[0]] != plan[list[1]] {
			return false
		}
	}
	for _, list := range q.apart {
		if plan[list[0]] == plan[list[1]] && plan[list[0]] >= 0 {
			return false
		}
	}
	return true
}

// each calls visit with every plan.
func (q *pledge) each(visit func(plan []int)) {
	plan := make([]int, q.n)
	var try func(i int)
	try = func(i int) {
		if i == q.n {
			visit(plan)
			return
		}
		for plan[i] = -1; plan[i] < q.m; plan[i]++ {
			try(i + 1)
		}
	}
	try(0)
}

// best is a cheapest plan, or nil.
func (q *pledge) best() (best []int, least float64) {
	least = math.Inf(1)
	q.each(func(plan []int) {
		if c := q.objective(plan); c < least && q.keeps(plan) {
			best, least = slices.Clone(plan), c
		}
	})
	return best, least
}

func (q *pledge) problem() *allocate.Problem {
	var terms []allocate.Term
	for i := range q.n {
		for j, c := range q.wish[i] {
			switch {
			case math.IsInf(c, 1):
				terms = append(terms, allocate.Term{Unit: i, Agent: j, Cost: c})
			case c != 0: // in two parts, which add up
				terms = append([]allocate.Term{{Unit: i, Agent: j, Cost: c - 1}}, append(terms, allocate.Term{Unit: i, Agent: j, Cost: 1})...)
			}
		}
	}
	return &allocate.Problem{
		Cost: &allocate.Preferring{
			Costs: allocate.CostFunc(q.n, q.m, func(i, j int) float64 { return q.base[i][j] }),
			Terms: terms, Incumbent: q.incumbent, Switching: q.switching,
		},
		Measures: []partition.Measure{{Name: "hours", Value: q.load, Lower: q.lower, Upper: q.upper}},
		Fixed:    q.fixed, Penalty: q.penalty, Together: q.together, Apart: q.apart,
	}
}

// without is q with the promise, or all of its kind, withdrawn.
func (q *pledge) without(k allocate.Promise) *pledge {
	c := q.clone()
	all := k.Count > 1
	for i := range q.n {
		if k.Kind == allocate.LockPromise && (all || i == k.Unit) {
			c.fixed[i] = -1
		}
		if k.Kind == allocate.IncumbencyPromise && (all || i == k.Unit) {
			c.switching[i] = 0
		}
		for j := range q.m {
			if k.Kind == allocate.PreferencePromise && (all || i == k.Unit && j == k.Agent) {
				c.wish[i][j] = 0
			}
		}
	}
	for j := range q.m {
		if k.Kind == allocate.CapacityPromise && (all || j == k.Agent) {
			c.upper[j] = math.Inf(1)
		}
		if k.Kind == allocate.FloorPromise && (all || j == k.Agent) {
			c.lower[j] = 0
		}
	}
	drop := func(lists [][]int) [][]int {
		if all {
			return nil
		}
		return slices.Delete(lists, k.List, k.List+1)
	}
	switch k.Kind {
	case allocate.TogetherPromise:
		c.together = drop(c.together)
	case allocate.ApartPromise:
		c.apart = drop(c.apart)
	}
	return c
}

// promises counts those that the list must hold, one by one.
func (q *pledge) promises() int {
	count := len(q.together) + len(q.apart)
	for i := range q.n {
		if q.fixed[i] >= 0 {
			count++
		}
		if q.incumbent[i] >= 0 && q.switching[i] > 0 {
			count++
		}
		for _, c := range q.wish[i] {
			if c != 0 {
				count++
			}
		}
	}
	for j := range q.m {
		if q.lower[j] > 0 {
			count++
		}
		count++ // every upper limit is finite
	}
	return count
}

// enumerate solves small problems by trying all plans, groups and all, so that
// the pricing of promises is tested apart from the solvers. proved says whether
// it tells that it has the optimum.
func enumerate(proved bool) allocate.Solver {
	return allocate.SolverFunc(func(_ context.Context, p *allocate.Problem) (*allocate.Result, error) {
		n, m := p.Cost.Dims()
		lower, upper := p.Measures[0].Limits(m)
		q := &pledge{
			n: n, m: m, load: p.Measures[0].Value, lower: lower, upper: upper,
			together: p.Together, apart: p.Apart, penalty: p.Penalty, fixed: p.Fixed,
		}
		if q.fixed == nil {
			q.fixed = slices.Repeat([]int{-1}, n)
		}
		for i := range n {
			var row []float64
			for j := range m {
				row = append(row, p.Cost.At(i, j))
			}
			q.base, q.wish = append(q.base, row), append(q.wish, make([]float64, m))
			q.incumbent = append(q.incumbent, -1)
		}
		best, least := q.best()
		if best == nil {
			return nil, &partition.InfeasibleError{Why: "no plan"}
		}
		plan, err := partition.NewPlan(m, best)
		r := &allocate.Result{Result: partition.Result{Plan: plan, Certificate: partition.Certificate{Objective: least, Bound: math.Inf(-1)}}}
		if proved {
			r.Stop, r.Certificate.Bound = partition.ProvedOptimal, least
		} else {
			r.Stop, r.Certificate.Bound = partition.Converged, least-1
		}
		return r, err
	})
}

// What every promise costs lies between what is found and what is proved, for
// any prices and any plan within the limits; it is what is said to be exact.
func TestPromisesAgainstOracle(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 41))
	var plans, exact, dear int
	kinds := map[allocate.PromiseKind]int{}
	for number := range 400 {
		q := randomPledge(rng)
		best, _ := q.best()
		if best == nil {
			continue
		}
		if number%4 == 0 { // any plan within the limits will do
			q.each(func(plan []int) {
				if !math.IsInf(q.objective(plan), 1) && q.keeps(plan) && rng.IntN(5) == 0 {
					best = slices.Clone(plan)
				}
			})
		}
		plans++
		plan, err := partition.NewPlan(q.m, best)
		require.NoError(t, err)
		r := &allocate.Result{Result: partition.Result{Plan: plan}, Prices: [][]float64{make([]float64, q.m)}}
		for j := range q.m {
			r.Prices[0][j] = rng.NormFloat64() * 2
		}
		p := q.problem()
		for _, s := range []allocate.Promises{
			{Resolve: -1},
			{Solver: enumerate(true), Resolve: 1000},
			{Solver: enumerate(false), Resolve: 3},
			{Resolve: 100},
		} {
			if s.Resolve == 100 && number%5 > 0 {
				continue // the solvers are tested elsewhere
			}
			list, err := s.Price(context.Background(), p, r)
			require.NoError(t, err)
			single := 0
			for k, promise := range list.Promises {
				if promise.Count == 1 {
					single++
					kinds[promise.Kind]++
				}
				without := q.without(promise.Promise)
				_, least := without.best()
				cost := without.objective(best) - least
				require.LessOrEqual(t, cost, promise.SavingAtMost+1e-9, "case %d: %v", number, promise)
				require.LessOrEqual(t, promise.Saving, promise.SavingAtMost, "case %d: %v", number, promise)
				if promise.Solved {
					require.InDelta(t, cost, promise.Saving, 1e-9, "case %d: %v", number, promise)
				}
				if promise.Exact {
					exact++
					require.InDelta(t, cost, promise.Saving, 1e-9, "case %d: %v", number, promise)
				}
				if cost > 0 {
					dear++
				}
				if k > 0 {
					require.LessOrEqual(t, promise.Saving, list.Promises[k-1].Saving)
				}
			}
			require.Equal(t, q.promises(), single)
			require.Len(t, list.Promises, list.Total)
			if s.Resolve >= 100 {
				require.Equal(t, partition.ProvedOptimal, list.Stop)
			}
		}
	}
	require.Greater(t, plans, 100)
	require.Greater(t, exact, 1000)
	require.Greater(t, dear, 1000)
	require.Len(t, kinds, 7)
}

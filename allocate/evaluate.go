package allocate

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// evaluate computes what the assignment costs, the load of every agent in every
// measure, [r][m], and by how much the limits are broken. of[i] is an agent,
// the dummy, or Unassigned, which is the dummy where there is one. A unit that
// must be served and is not adds 1 to the violation and nothing to the
// objective; a forbidden pair makes the objective +Inf.
//
// Units that are not together, or not apart, add to the violation as [Problem] says.
//
// Sums are compensated, and run in the order of the units. O(n·r).
func (m *model) evaluate(of []int32) (objective, violation float64, loads [][]float64) {
	type part struct {
		cost      sum
		unserved  int
		forbidden bool
	}
	parts := make([]part, groups)
	parallel.For(groups, func(g int) {
		var at part
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			j := int(of[i])
			if j < 0 || j >= m.m {
				j = m.m
				if m.dummy < 0 || math.IsInf(m.cost(i, j), 1) {
					at.unserved++
					continue
				}
			}
			if c := m.cost(i, j); math.IsInf(c, 1) {
				at.forbidden = true
			} else {
				at.cost.add(c)
			}
		}
		parts[g] = at
	})
	var cost, broken sum
	for _, at := range parts {
		cost.merge(at.cost)
		broken.add(float64(at.unserved))
	}
	objective = cost.total()
	for _, at := range parts {
		if at.forbidden {
			objective = math.Inf(1)
		}
	}

	loads = m.loads(of)
	for r := range m.r {
		for j, a := range loads[r] {
			broken.add(math.Max(0, math.Max(a-m.upper[r][j], m.lower[r][j]-a)))
		}
	}
	broken.add(float64(m.misgrouped(of)))
	return objective, broken.total(), loads
}

// loads is what an assignment gives to every agent, [r][m].
func (m *model) loads(of []int32) [][]float64 {
	loads := make([][]float64, m.r)
	parallel.For(m.r, func(r int) {
		load := make([]sum, m.m)
		for i, j := range of {
			if j >= 0 && int(j) < m.m {
				load[j].add(m.loadOf(r, i, int(j)))
			}
		}
		loads[r] = make([]float64, m.m)
		for j := range load {
			loads[r][j] = load[j].total()
		}
	})
	return loads
}

// misgrouped is the number of units that are away from most of their family, or
// with an agent that they must not share.
func (m *model) misgrouped(of []int32) int {
	apart, count := m.apart, 0
	if apart == nil {
		apart = newApartnessOf(m)
	}
	count += apart.surplus(of, m.m)
	if c := m.contract(); c != nil {
		for g := range c.units() {
			at := map[int32]int{}
			most := 0
			for _, i := range c.members(g) {
				j := of[i]
				if int(j) >= m.m {
					j = partition.Unassigned
				}
				at[j]++
				most = max(most, at[j])
			}
			count += len(c.members(g)) - most
		}
	}
	return count
}

// result is the assignment with its certificate. prices, [r][m] or longer, are
// the evidence of the bound; nil: zero prices. The bound of a feasible
// assignment is never above its objective, whose own rounding the price bound
// does not know.
func (m *model) result(of []int32, prices [][]float64, stop partition.Stop, work int, seed uint64) *Result {
	return m.certified(of, prices, math.NaN(), stop, work, seed)
}

// certified is result with the bound of the prices where that is known already,
// else NaN.
func (m *model) certified(of []int32, prices [][]float64, bound float64, stop partition.Stop, work int, seed uint64) *Result {
	if m.family != nil {
		if math.IsNaN(bound) {
			bound = m.bound(m.evidence(prices))
		}
		return m.family.base.certified(m.family.expand(of), prices, bound, stop, work, seed)
	}
	own := make([]int32, m.n) // the plan knows no dummy
	for i, j := range of {
		own[i] = partition.Unassigned
		if int(j) < m.m {
			own[i] = j
		}
	}
	plan, err := partition.NewPlan(m.m, own)
	if err != nil {
		panic("allocate: a solver assigned a unit to an agent that does not exist: " + err.Error())
	}
	evidence := m.evidence(prices)
	if math.IsNaN(bound) {
		bound = m.bound(evidence)
	}
	objective, violation, _ := m.evaluate(own)
	certificate := partition.Certificate{Objective: objective, Violation: violation, Bound: bound, Proof: "prices"}
	if certificate.Feasible() {
		certificate.Bound = math.Min(certificate.Bound, objective)
	}
	return &Result{
		Result: partition.Result{Plan: plan, Certificate: certificate, Stop: stop, Iterations: work, Seed: seed},
		Prices: evidence,
	}
}

// planOf is the plan as the solvers have it.
func planOf(plan *partition.Plan) []int32 {
	of := make([]int32, plan.Len())
	for i := range of {
		of[i] = int32(plan.Of(i))
	}
	return of
}

// evidence is a copy of the prices of the agents; nil: zero prices.
func (m *model) evidence(prices [][]float64) [][]float64 {
	evidence := make([][]float64, m.r)
	for r := range evidence {
		evidence[r] = make([]float64, m.m)
		if r < len(prices) {
			copy(evidence[r], prices[r])
		}
	}
	return evidence
}

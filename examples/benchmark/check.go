package main

import (
	"fmt"
	"math"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// recheck computes cost and violation of a result again, from the problem and
// the plan alone, and compares them with what the certificate claims. A
// harness does not take a strategy's word.
func recheck(p *allocate.Problem, r *allocate.Result) error {
	units, agents := p.Cost.Dims()
	if r.Plan == nil || r.Plan.Len() != units || r.Plan.K() != agents {
		return fmt.Errorf("the plan does not have %d units and %d agents", units, agents)
	}
	load := make([][]float64, len(p.Measures))
	for i := range load {
		load[i] = make([]float64, agents)
	}
	cost, unserved := 0.0, 0
	serve := func(unit, agent int, fraction float64) {
		cost += float64(fraction * p.Cost.At(unit, agent))
		for i, m := range p.Measures {
			if p.Load != nil && p.Load[i] != nil {
				load[i][agent] += float64(fraction * p.Load[i].At(unit, agent))
			} else {
				load[i][agent] += float64(fraction * m.Value[unit])
			}
		}
	}
	split := map[int]bool{}
	for _, s := range r.Splits {
		split[s.Unit] = true
		serve(s.Unit, s.Agent, s.Fraction)
	}
	for i := range units {
		switch j := r.Plan.Of(i); {
		case split[i]:
		case j == partition.Unassigned:
			unserved++
		default:
			serve(i, j, 1)
		}
	}
	violation := float64(unserved)
	for i, m := range p.Measures {
		lower, upper := m.Limits(agents)
		for j, v := range load[i] {
			violation += math.Max(0, math.Max(v-upper[j], lower[j]-v))
		}
	}
	return compare(cost, violation, r.Certificate)
}

// compare holds a certificate against what was computed.
func compare(cost, violation float64, c partition.Certificate) error {
	if math.Abs(cost-c.Objective) > 1e-9*math.Max(1, math.Abs(cost)) {
		return fmt.Errorf("the plan costs %v; its certificate says %v", cost, c.Objective)
	}
	if math.Abs(violation-c.Violation) > partition.FeasibleViolation*math.Max(1, violation) {
		return fmt.Errorf("the plan breaks its limits by %v; its certificate says %v", violation, c.Violation)
	}
	if c.Feasible() && c.Bound-c.Objective > 1e-9*math.Max(1, math.Abs(c.Objective)) {
		return fmt.Errorf("the lower bound %v is above the cost %v", c.Bound, c.Objective)
	}
	return nil
}

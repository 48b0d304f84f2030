package main

import (
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// recheckTerritories does for contiguous territories what recheckDesign does:
// every territory is connected, and cost and violation are what they are said
// to be.
func recheckTerritories(in *instance, r *partition.Result) error {
	p := in.design
	violation := 0.0
	for t := range in.k {
		if parts := partition.Fragments(p.Contiguity, r.Plan, t); len(parts) != 1 {
			return fmt.Errorf("territory %d has %d parts", t, len(parts))
		}
		if in.goal.centred() && (r.Centers[t] < 0 || r.Centers[t] >= in.n || r.Plan.Of(r.Centers[t]) != t) {
			return fmt.Errorf("the centre of territory %d is not in it", t)
		}
	}
	for _, m := range p.Measures {
		lower, upper := m.Limits(in.k)
		for t, load := range partition.Loads(r.Plan, m.Value) {
			violation += math.Max(0, math.Max(load-upper[t], lower[t]-load))
		}
	}
	cost := 0.0
	for i := range in.n {
		t := r.Plan.Of(i)
		switch in.goal {
		case cutEdges, borderLength:
			for _, j := range p.Contiguity.Neighbors(i) {
				if i < j && r.Plan.Of(j) != t {
					cost += border(in, i, j)
				}
			}
		case inertia:
			d := between(p, i, r.Centers[t])
			cost += float64(p.Weight[i] * d * d)
		default:
			cost += between(p, i, r.Centers[t])
			if in.goal == affinity {
				cost += in.preference(i, t)
			}
		}
	}
	if in.goal == affinity {
		cost += float64(priceOfViolation * violation)
		violation = 0 // it has its price
	}
	return compare(cost, violation, r.Certificate)
}

// border is what a pair of neighbours in different territories costs.
func border(in *instance, a, b int) float64 {
	if in.goal == cutEdges {
		return 1
	}
	return in.design.Contiguity.(interface{ Border(a, b int) float64 }).Border(a, b)
}

package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// recheckDesign computes cost and violation of a design again, from the
// instance and the plan alone, and compares them with what the certificate
// claims.
func recheckDesign(in *instance, r *partition.Result) error {
	p := in.design
	if r.Plan == nil || r.Plan.Len() != in.n || r.Plan.K() != in.k {
		return fmt.Errorf("the plan does not have %d units and %d territories", in.n, in.k)
	}
	if in.goal.centred() && len(r.Centers) != in.k {
		return fmt.Errorf("%d centres for %d territories", len(r.Centers), in.k)
	}
	for i := range in.n {
		if r.Plan.Of(i) == partition.Unassigned {
			return fmt.Errorf("point %d has no territory", i)
		}
	}
	if in.goal.contiguous() {
		return recheckTerritories(in, r)
	}
	cost, violation := 0.0, 0.0
	for t := range in.k {
		units := slices.Collect(r.Plan.Units(t))
		if in.goal == medians {
			c := r.Centers[t]
			if c < 0 || c >= in.n || r.Plan.Of(c) != t {
				return errors.New("a centre is not in its own territory")
			}
			for _, i := range units {
				cost += between(p, i, c)
			}
		} else {
			cost += aroundMean(p.Features, units, in.goal == squaredMeans)
		}
		m := p.Measures[0]
		lower, upper := m.Limits(in.k)
		if p.CenterCapacity != nil {
			upper[t] = math.Min(upper[t], p.CenterCapacity[r.Centers[t]])
		}
		load := 0.0
		for _, i := range units {
			load += m.Value[i]
		}
		violation += math.Max(0, math.Max(load-upper[t], lower[t]-load))
	}
	return compare(cost, violation, r.Certificate)
}

// between is the distance from a unit to a centre.
func between(p *partition.Problem, unit, centre int) float64 {
	switch {
	case p.Between != nil:
		return p.Between(unit, centre)
	case p.Features != nil:
		return math.Sqrt(squaredDistance(p.Features[unit], p.Features[centre]))
	}
	return p.Distance(p.Points[unit], p.Points[centre])
}

// aroundMean adds up the distances of the units to their mean, or the squares
// of these.
func aroundMean(place [][]float64, units []int, squared bool) float64 {
	if len(units) == 0 {
		return 0
	}
	mean := make([]float64, len(place[units[0]]))
	for _, i := range units {
		for d, x := range place[i] {
			mean[d] += x / float64(len(units))
		}
	}
	total := 0.0
	for _, i := range units {
		d := squaredDistance(place[i], mean)
		if !squared {
			d = math.Sqrt(d)
		}
		total += d
	}
	return total
}

func squaredDistance(a, b []float64) float64 {
	total := 0.0
	for d := range a {
		total += float64((a[d] - b[d]) * (a[d] - b[d]))
	}
	return total
}

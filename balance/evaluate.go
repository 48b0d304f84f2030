package balance

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Report says how evenly a plan spreads one measure over k territories.
//
// The indices of inequality compare territories in relation to what they are
// meant to hold: they are taken over load/target where the measure has targets,
// so that a half-time territory with half the load counts as even, and over the
// loads themselves where it has none (the same, since all targets are equal
// then). A territory whose target is zero has no such relation and is left out
// of them; its deviation tells. Without any territory, and where all loads are
// zero, everything is even.
type Report struct {
	Measure string // name of the measure

	Load      []float64 // per territory: the measure summed over its units
	Target    []float64 // per territory: what was wanted; equal shares of the total without a target
	Deviation []float64 // per territory: (load - target) / target; +Inf: load without a target, 0: neither
	Units     []int     // per territory: number of units; 0: an empty territory, which counts like any other

	Total           float64 // over all units, assigned or not
	Unassigned      float64 // the part of it that no territory holds; in no load and no index
	UnassignedUnits int     // number of units that no territory holds

	Worst          float64 // largest |deviation|; 0 without territories
	WorstTerritory int     // where that is, the lowest index among equals; -1 without territories

	Gini, CV, Theil, Jain, MaxMin float64 // inequality of load/target; see the functions of these names
	HHI                           float64 // concentration of the loads
}

// TopShare is the part of all assigned load that the fraction q of the
// territories with the largest loads hold; see the function [TopShare].
func (r Report) TopShare(q float64) float64 { return TopShare(r.Load, q) }

// Evaluate reports how evenly the plan spreads each measure, in the order of
// the measures. Of a measure it reads Name, Value (one per unit) and Target
// (one per territory); limits are a matter of the problem's certificate.
//
// Deviations are relative to the target. Where a measure has none, each
// territory is to hold an equal share of the total over all units, those
// without a territory included: leaving units out does not lower the aim.
//
// All faults of the input are returned at once, joined, each a
// [partition.InputError]: values or targets that are NaN, infinite or negative,
// a total beyond float64, wrong lengths, and territories out of range where a
// is the caller's own table. Neither argument is modified or kept.
//
// O(units·measures + measures·k·log k).
func Evaluate(a partition.Assignment, measures []partition.Measure) ([]Report, error) {
	if a == nil {
		return nil, &partition.InputError{Field: "Assignment", Index: -1, Why: "is nil"}
	}
	if err := validate(a, measures); err != nil {
		return nil, err
	}
	n, k := a.Len(), a.K()
	count := make([]int, k)
	without := 0
	for i := range n {
		if t := a.Of(i); t == partition.Unassigned {
			without++
		} else {
			count[t]++
		}
	}
	reports := make([]Report, len(measures))
	for r, m := range measures {
		reports[r] = evaluate(a, m)
		reports[r].Units = slices.Clone(count)
		reports[r].UnassignedUnits = without
	}
	return reports, nil
}

// evaluate is the report of one valid measure, without the number of units.
func evaluate(a partition.Assignment, m partition.Measure) Report {
	k := a.K()
	rep := Report{
		Measure:        m.Name,
		Load:           make([]float64, k),
		Target:         make([]float64, k),
		Deviation:      make([]float64, k),
		WorstTerritory: -1,
	}
	for i, v := range m.Value {
		rep.Total += v
		if t := a.Of(i); t == partition.Unassigned {
			rep.Unassigned += v
		} else {
			rep.Load[t] += v
		}
	}
	var relative []float64
	for t, load := range rep.Load {
		target := rep.Total / float64(k)
		if m.Target != nil {
			target = m.Target[t]
		}
		rep.Target[t] = target
		rep.Deviation[t] = deviation(load, target)
		if d := math.Abs(rep.Deviation[t]); rep.WorstTerritory < 0 || d > rep.Worst {
			rep.Worst, rep.WorstTerritory = d, t
		}
		if m.Target != nil && target > 0 {
			relative = append(relative, load/target)
		}
	}
	if m.Target == nil {
		relative = rep.Load
	}
	rep.Gini, rep.CV, rep.Theil = Gini(relative), CV(relative), Theil(relative)
	rep.Jain, rep.MaxMin = Jain(relative), MaxMin(relative)
	rep.HHI = HHI(rep.Load)
	return rep
}

// deviation is (load - target) / target, with 0/0 = 0.
func deviation(load, target float64) float64 {
	if load == target {
		return 0
	}
	return (load - target) / target
}

func validate(a partition.Assignment, measures []partition.Measure) error {
	var faults []error
	fault := func(field string, index int, value any, why string) {
		faults = append(faults, &partition.InputError{Field: field, Index: index, Value: value, Why: why})
	}
	n, k := a.Len(), a.K()
	for i := range n {
		if t := a.Of(i); t != partition.Unassigned && (t < 0 || t >= k) {
			fault("Assignment", i, t, fmt.Sprintf("is no territory; there are %d", k))
		}
	}
	for r, m := range measures {
		field := func(name string) string { return fmt.Sprintf("Measures[%d].%s", r, name) }
		check := func(name string, x []float64, want int, of string) {
			if len(x) != want {
				fault(field(name), -1, nil, fmt.Sprintf("has length %d, want %d, one per %s", len(x), want, of))
				return
			}
			for i, v := range x {
				if why := badAmount(v); why != "" {
					fault(field(name), i, v, why)
				}
			}
		}
		before := len(faults)
		check("Value", m.Value, n, "unit")
		if m.Target != nil {
			check("Target", m.Target, k, "territory")
		}
		if len(faults) > before {
			continue
		}
		var total float64
		for _, v := range m.Value {
			total += v
		}
		if math.IsInf(total, 1) {
			fault(field("Value"), -1, nil, "sums to more than a float64 can hold")
		}
	}
	return errors.Join(faults...)
}

// badAmount says what is wrong with an amount; "" if nothing is.
func badAmount(v float64) string {
	switch {
	case math.IsNaN(v):
		return "is NaN"
	case math.IsInf(v, 0):
		return "is infinite"
	case v < 0:
		return "is negative"
	}
	return ""
}

package balance

import (
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
//
// It is plain data and can be stored, but beware: Deviation, Worst and MaxMin
// are +Inf where a load stands against nothing, and encoding/json refuses that.
type Report struct {
	Measure string // name of the measure

	Load      []float64 // per territory: the measure summed over its units
	Target    []float64 // per territory: what was wanted; equal shares of the total without a target
	Deviation []float64 // per territory: (load - target) / target; +Inf: load without a target, 0: neither
	Outside   []float64 // per territory: amount above the upper limit, or below the lower one (negative); 0: within
	Units     []int     // per territory: number of units; 0: an empty territory, which counts like any other

	Total           float64 // over all units, assigned or not
	Unassigned      float64 // the part of it that no territory holds; in no load and no index
	UnassignedUnits int     // number of units that no territory holds

	Violation      float64 // Σ |Outside|: what the measure adds to the violation of a certificate
	Worst          float64 // largest |deviation|; 0 without territories
	WorstTerritory int     // where that is, the lowest index among equals; -1 without territories

	Gini, CV, Theil, Jain, MaxMin float64 // inequality of load/target; see the functions of these names
	HHI                           float64 // concentration of the loads
}

// TopShare is the part of all assigned load that the fraction q of the
// territories with the largest loads hold; see the function [TopShare].
func (r Report) TopShare(q float64) float64 { return TopShare(r.Load, q) }

// Evaluate reports how evenly the plan spreads each measure, in the order of
// the measures. Targets and limits are those of [partition.Measure.Targets] and
// [partition.Measure.Limits] with k = a.K(): where a measure has no target, each
// territory is to hold an equal share of the total over all units, those
// without a territory included. Leaving units out does not lower the aim.
//
// All faults of the input are returned at once, each a [partition.InputError]:
// those of the measures ([partition.Measure.Validate]), and territories out of
// range where a is the caller's own table. Neither argument is modified or kept.
//
// O(units·measures + measures·k·log k).
func Evaluate(a partition.Assignment, measures []partition.Measure) ([]Report, error) {
	if err := validate(a, measures); err != nil {
		return nil, err
	}
	units, without := make([]int, a.K()), 0
	for i := range a.Len() {
		if t := a.Of(i); t == partition.Unassigned {
			without++
		} else {
			units[t]++
		}
	}
	reports := make([]Report, len(measures))
	for r, m := range measures {
		reports[r] = evaluate(a, m)
		reports[r].Units = slices.Clone(units)
		reports[r].UnassignedUnits = without
	}
	return reports, nil
}

// evaluate is the report of one valid measure, but for the numbers of units.
func evaluate(a partition.Assignment, m partition.Measure) Report {
	k := a.K()
	rep := Report{
		Measure:        m.Name,
		Load:           partition.Loads(a, m.Value),
		Target:         m.Targets(k),
		Deviation:      make([]float64, k),
		Outside:        make([]float64, k),
		WorstTerritory: -1,
	}
	for i, v := range m.Value {
		rep.Total += v
		if a.Of(i) == partition.Unassigned {
			rep.Unassigned += v
		}
	}
	lower, upper := m.Limits(k)
	relative := rep.Load
	if m.Target != nil {
		relative = nil
	}
	for t, load := range rep.Load {
		target := rep.Target[t]
		rep.Deviation[t] = deviation(load, target)
		rep.Outside[t] = math.Max(0, load-upper[t]) + math.Min(0, load-lower[t])
		rep.Violation += math.Abs(rep.Outside[t])
		if d := math.Abs(rep.Deviation[t]); rep.WorstTerritory < 0 || d > rep.Worst {
			rep.Worst, rep.WorstTerritory = d, t
		}
		if m.Target != nil && target > 0 {
			relative = append(relative, load/target)
		}
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
	if a == nil {
		return &partition.InputError{Field: "Assignment", Index: -1, Why: "is nil"}
	}
	var faults partition.Faults
	n, k := a.Len(), a.K()
	if k < 0 {
		return &partition.InputError{Field: "Assignment", Index: -1, Why: fmt.Sprintf("has %d territories", k)}
	}
	for i := range n {
		if t := a.Of(i); t != partition.Unassigned && (t < 0 || t >= k) {
			faults.Add(partition.InputError{Field: "Assignment", Index: i, Value: t,
				Why: fmt.Sprintf("is no territory; there are %d", k)}, nil)
		}
	}
	for r, m := range measures {
		m.Validate(&faults, fmt.Sprintf("Measures[%d]", r), n, k, nil, nil)
	}
	return faults.Err()
}

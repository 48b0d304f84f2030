package allocate

import (
	"math"
	"slices"
	"strings"

	"github.com/territory-go/territory/partition"
)

// Relaxation is a way out of a contradiction.
type Relaxation struct {
	Changes []Change // all of them are needed at once; ascending as demands are

	// Price is Σ Changes.Price. Bound is proved: no relaxation of the demands that
	// were looked at (all, those of one kind, a single one) has a lower price.
	Price, Bound float64

	// Result is a plan of the problem so relaxed (Apply), which keeps all its
	// limits; its objective is in the caller's own costs.
	Result *Result
}

// String lists the changes, and counts those beyond the first few.
func (r Relaxation) String() string {
	list := make([]string, len(r.Changes))
	for k, c := range r.Changes {
		list[k] = c.Text
	}
	if len(list) > 6 {
		list = append(list[:5:5], counted(len(list)-5, "more change"))
	}
	return strings.Join(list, ", and ")
}

// Change is a demand that is relaxed: a limit is changed to To, a unit may be
// served by Agent as well, any other demand is dropped.
type Change struct {
	Demand Demand
	To     float64 // the new limit of a CapacityDemand or FloorDemand; else 0
	Agent  int     // who may serve the unit of an EligibilityDemand as well; else -1
	Price  float64
	Text   string // "raise what Li can take from 50 to 60 hours", with the caller's names
}

// String is Text.
func (c Change) String() string { return c.Text }

// Apply is p with the changes made; p itself stays as it is. A unit whose
// ServiceDemand is dropped may stay unassigned at no penalty. A pair that was
// forbidden by a cost of +Inf costs what the dearest agent of the unit does, or
// nothing where it has none.
func (r *Relaxation) Apply(p *Problem) *Problem { return applied(p, r.Changes) }

func applied(p *Problem, changes []Change) *Problem {
	q := *p
	n, m := p.Cost.Dims()
	q.Measures = slices.Clone(p.Measures)
	for k := range q.Measures {
		me := &q.Measures[k]
		me.Lower, me.Upper = me.Limits(m)
		me.Tolerance = 0
	}
	q.Fixed = slices.Clone(p.Fixed)
	q.Together, q.Apart = slices.Clone(p.Together), slices.Clone(p.Apart)
	if p.Penalty != nil {
		q.Penalty = slices.Clone(p.Penalty)
	} else {
		q.Penalty = slices.Repeat([]float64{math.Inf(1)}, n)
	}
	opened := map[[2]int]bool{}
	for _, c := range changes {
		switch d := c.Demand; d.Kind {
		case CapacityDemand:
			q.Measures[d.Measure].Upper[d.Agent] = c.To
		case FloorDemand:
			q.Measures[d.Measure].Lower[d.Agent] = c.To
		case LockDemand:
			q.Fixed[d.Unit] = partition.Unassigned
		case ServiceDemand:
			q.Penalty[d.Unit] = 0
		case EligibilityDemand:
			opened[[2]int{d.Unit, c.Agent}] = true
		case TogetherDemand:
			q.Together[d.List] = nil
		case ApartDemand:
			q.Apart[d.List] = nil
		}
	}
	if p.Penalty == nil && !slices.Contains(q.Penalty, 0) {
		q.Penalty = nil
	}
	if len(opened) > 0 {
		admitted(&q, p, opened)
	}
	return &q
}

// admitted lets pairs meet that may not in p.
func admitted(q, p *Problem, opened map[[2]int]bool) {
	n, m := p.Cost.Dims()
	some := make([]bool, n)
	dearest := map[[2]int]float64{} // the pairs without a cost
	for pair := range opened {      // in any order: they do not depend on each other
		i := pair[0]
		some[i] = true
		if math.Abs(p.Cost.At(i, pair[1])) <= largest {
			continue
		}
		most := 0.0
		for j := range m {
			if cost := p.Cost.At(i, j); (p.Allowed == nil || p.Allowed(i, j)) && !math.IsInf(cost, 1) {
				most = math.Max(most, cost)
			}
		}
		dearest[pair] = most
	}
	if p.Allowed != nil {
		q.Allowed = func(i, j int) bool { return p.Allowed(i, j) || some[i] && opened[[2]int{i, j}] }
	}
	if len(dearest) == 0 {
		return // the costs stay what they are, with their index
	}
	q.Cost = CostFunc(n, m, func(i, j int) float64 {
		if some[i] {
			if cost, is := dearest[[2]int{i, j}]; is {
				return cost
			}
		}
		return p.Cost.At(i, j)
	})
}

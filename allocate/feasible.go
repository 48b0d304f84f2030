package allocate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// infeasible looks for a proof that the limits leave no plan. It returns nil
// where it finds none, the cause of ctx where that ended, or else
// [partition.InfeasibleError]s, joined: every contradiction of plain arithmetic,
// or, where there is none, one minimum cut per measure and side.
//
// split says that units may be shared between agents. For a single measure
// whose load does not depend on the agent, nil then means that there is a plan.
// In all other cases the conditions are necessary only: whole units may not fit
// together, and several measures are looked at one by one. Where units stay
// whole and the limits as they are prove nothing, they are looked at once more
// as drawn in to what whole loads can meet: 33 of a limit of 33.33.
//
// That two cuts decide, one for the upper and one for the lower limits, is
// Hoffman's circulation theorem (1960): where every unit that must be served
// finds room below the upper limits, and the lower limits find enough units, one
// allocation does both.
func (m *model) infeasible(ctx context.Context, split bool) error {
	return m.inUnits(m.contradiction(ctx, split))
}

// contradiction is infeasible in terms of the model's own units.
func (m *model) contradiction(ctx context.Context, split bool) error {
	if !slices.ContainsFunc(m.lower, positive) && !slices.ContainsFunc(m.upper, bounded) {
		return nil
	}
	locked := m.locked()
	e, err := m.eligible(ctx, split, locked)
	if err != nil {
		return err
	}
	errs := m.overlocked(locked)
	errs = append(errs, m.tooHeavy(e, locked)...)
	if m.apart != nil && !split {
		for _, list := range m.apart.lists {
			errs = append(errs, m.overcrowded(list, e))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return errors.Join(append(errs, m.outOfTotals(e))...)
	}
	if err := m.outOfReach(ctx, e); err != nil || split {
		return err
	}
	for r := range m.r {
		errs = append(errs, m.grainless(r)...)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if inner := m.drawnIn(partition.FeasibleViolation); inner.drawn() {
		return inner.outOfReach(ctx, e)
	}
	return nil
}

// outOfReach looks for proof among the totals, and then in the cuts.
func (m *model) outOfReach(ctx context.Context, e *eligibility) error {
	if err := m.outOfTotals(e); err != nil {
		return err
	}
	if len(e.agent) == m.m*(len(e.start)-1) {
		return nil // everyone may serve everything: the totals decide
	}
	var errs []error
	for r := range m.r {
		over, err := m.overflow(ctx, e, r)
		if err != nil {
			return err
		}
		under, err := m.underflow(ctx, e, r)
		if err != nil {
			return err
		}
		errs = append(errs, over, under)
	}
	return errors.Join(errs...)
}

// positive reports whether any lower limit asks for anything.
func positive(lower []float64) bool {
	return slices.ContainsFunc(lower, func(x float64) bool { return x > 0 })
}

// bounded reports whether any upper limit is finite.
func bounded(upper []float64) bool {
	return slices.ContainsFunc(upper, func(x float64) bool { return !math.IsInf(x, 1) })
}

// slackOf is by how much a load may exceed a limit without being a breach: the
// violation that counts as feasible, and the rounding of sums of this size.
func slackOf(size float64) float64 {
	if math.IsInf(size, 0) {
		return partition.FeasibleViolation
	}
	return partition.FeasibleViolation + float64(math.Abs(size)*0x1p-50)
}

// measure names measure r in a sentence.
func (m *model) measure(r int) string {
	switch name := m.p.Measures[r].Name; {
	case name != "":
		return name
	case m.r == 1:
		return "load"
	default:
		return fmt.Sprintf("measure %d", r)
	}
}

// overlocked reports the agents whose fixed units alone exceed an upper limit,
// each with the fewest units that do.
func (m *model) overlocked(locked [][]float64) []error {
	var errs []error
	for r := range m.r {
		for j, load := range locked[r] {
			upper := m.upper[r][j]
			if load <= upper+slackOf(load) {
				continue
			}
			var fixed []int
			for i, f := range m.p.Fixed {
				if f == j {
					fixed = append(fixed, i)
				}
			}
			units, need := heaviest(fixed, func(i int) float64 { return m.loadOf(r, i, j) }, upper)
			a, b := amounts(need, upper)
			errs = append(errs, &partition.InfeasibleError{
				Why: fmt.Sprintf("%s fixed to %s, %s, bring %s %s, above the upper limit %s\n"+
					"Maybe raise the limit by %s for all that is fixed to it, or free some of that",
					counted(len(units), "unit"), m.agent(j), named(units, m.unit), m.measure(r), a, b, atLeast(load-upper)),
				Measure: m.p.Measures[r].Name,
				Need:    need, Have: upper,
				Units: units, Territories: []int{j},
			})
		}
	}
	return errs
}

// heaviest takes the units of the largest loads until these exceed have, and
// returns them, ascending, with their load. None of them can be spared.
func heaviest(units []int, load func(i int) float64, have float64) ([]int, float64) {
	order := slices.Clone(units)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(load(b), load(a)) })
	var need sum
	for k, i := range order {
		need.add(load(i))
		if total := need.total(); total > have+slackOf(total) {
			order = order[:k+1]
			break
		}
	}
	slices.Sort(order)
	return order, need.total()
}

// tooHeavy reports the units for which no agent that may serve them has room,
// the heaviest first.
func (m *model) tooHeavy(e *eligibility, locked [][]float64) []error {
	found := make([]*partition.InfeasibleError, len(e.crowded))
	for k, i := range e.crowded {
		found[k] = m.crowdedOut(i, locked)
	}
	slices.SortStableFunc(found, func(a, b *partition.InfeasibleError) int { return cmp.Compare(b.Need-b.Have, a.Need-a.Have) })
	var errs []error
	for k, f := range found {
		if k == partition.ListedFaults {
			more := &partition.InfeasibleError{Need: float64(len(found) - k)}
			for _, f := range found[k:] {
				more.Units = append(more.Units, f.Units[0])
			}
			slices.Sort(more.Units)
			more.Why = fmt.Sprintf("and %s for which no agent has room", counted(len(more.Units), "more unit"))
			return append(errs, more)
		}
		errs = append(errs, f)
	}
	return errs
}

// crowdedOut says why no agent has room for unit i.
func (m *model) crowdedOut(i int, locked [][]float64) *partition.InfeasibleError {
	var may []int
	for j := range m.m {
		if !math.IsInf(m.cost(i, j), 1) {
			may = append(may, j)
		}
	}
	// The plain case: one measure, and the same load for everyone, above every limit.
	for r := range m.r {
		have := math.Inf(-1)
		for _, j := range may {
			have = math.Max(have, m.upper[r][j])
		}
		if m.load[r] != nil || m.value[r][i] <= have+slackOf(0) {
			continue
		}
		need := m.value[r][i]
		a, b := amounts(need, have)
		advice := fmt.Sprintf("raise the limit by %s, or %s", atLeast(need-have), m.divide(i))
		if most := MostAgents(m.p.Measures[r]); most > 0 && most < m.m {
			advice = fmt.Sprintf("plan for at most %s, ", counted(most, "agent")) + advice
		}
		return &partition.InfeasibleError{
			Why: fmt.Sprintf("%s of %s is %s, above the upper limit %s of every agent that may serve it\nMaybe %s",
				m.measure(r), m.unit(i), a, b, advice),
			Measure: m.p.Measures[r].Name, Need: need, Have: have, Units: []int{i}, Territories: may,
		}
	}
	// Otherwise the agent that comes closest speaks for all.
	best, measure, excess := -1, -1, math.Inf(1)
	for _, j := range may {
		worst, at := math.Inf(-1), -1
		for r := range m.r {
			if x := m.loadOf(r, i, j) - (m.upper[r][j] - locked[r][j]); x > worst {
				worst, at = x, r
			}
		}
		if worst < excess {
			best, measure, excess = j, at, worst
		}
	}
	need := m.loadOf(measure, i, best)
	have := math.Max(0, m.upper[measure][best]-locked[measure][best])
	a, b := amounts(need, have)
	beside := ""
	if locked[measure][best] > 0 {
		beside = " beside what is fixed to it"
	}
	return &partition.InfeasibleError{
		Why: fmt.Sprintf("no agent that may serve %s has room for it: "+
			"%s comes closest, where it brings %s %s and has room for %s%s\n"+
			"Maybe raise that limit by %s, or %s",
			m.unit(i), m.agent(best), m.measure(measure), a, b, beside, atLeast(excess), m.divide(i)),
		Measure: m.p.Measures[measure].Name, Need: need, Have: have, Units: []int{i}, Territories: may,
	}
}

func (m *model) outOfTotals(e *eligibility) error {
	var errs []error
	for r := range m.r {
		errs = append(errs, m.outOfTotal(e, r))
	}
	return errors.Join(errs...)
}

// outOfTotal reports a measure that exceeds or falls short of the limits of
// all agents together.
func (m *model) outOfTotal(e *eligibility, r int) error {
	var lower, upper sum
	for j := range m.m {
		lower.add(m.lower[r][j])
		upper.add(math.Min(m.upper[r][j], math.MaxFloat64/float64(m.m+1))) // a total that nothing reaches
	}
	must, all := m.totals(e, r)
	everyone := make([]int, m.m)
	for j := range everyone {
		everyone[j] = j
	}
	if need, have := must, upper.total(); need > have+slackOf(need) {
		a, b := amounts(need, have)
		var units []int
		for i := range m.n {
			if least, _ := m.loadRange(e, r, i); least > 0 && m.mandatory(i) {
				units = append(units, i)
			}
		}
		return &partition.InfeasibleError{
			Why: fmt.Sprintf("%s of the units that must be served is%s %s, but %s may take %s%s\n"+
				"Maybe raise the upper limits by %s in all, or add an agent",
				m.measure(r), m.extreme(r, "at least"), a, m.everyone()+m.together(), b, m.inWhole(r), atLeast(need-have)),
			Measure: m.p.Measures[r].Name, Need: need, Have: have, Units: units, Territories: everyone,
		}
	}
	if need, have := lower.total(), all; need > have+slackOf(need) {
		a, b := amounts(need, have)
		var units []int
		for i := range m.n {
			if _, most := m.loadRange(e, r, i); most > 0 {
				units = append(units, i)
			}
		}
		return &partition.InfeasibleError{
			Why: fmt.Sprintf("%s must get %s %s%s%s, but that of all units is%s %s\n"+
				"Maybe lower the lower limits by %s in all",
				m.everyone(), m.measure(r), a, m.together(), m.inWhole(r), m.extreme(r, "at most"), b, atLeast(need-have)),
			Measure: m.p.Measures[r].Name, Need: need, Have: have, Units: units, Territories: everyone,
		}
	}
	return nil
}

// totals is the load of measure r that the units which must be served bring at
// least, and that all units bring at most.
func (m *model) totals(e *eligibility, r int) (must, all float64) {
	parts := make([][2]sum, groups)
	parallel.For(groups, func(g int) {
		var part [2]sum
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			least, most := m.loadRange(e, r, i)
			part[1].add(most)
			if m.mandatory(i) {
				part[0].add(least)
			}
		}
		parts[g] = part
	})
	var total [2]sum
	for _, part := range parts {
		total[0].merge(part[0])
		total[1].merge(part[1])
	}
	return total[0].total(), total[1].total()
}

// everyone is all agents in a sentence.
func (m *model) everyone() string {
	if m.m == 1 {
		return "the only agent"
	}
	return fmt.Sprintf("all %d agents", m.m)
}

// together says that several agents are meant as one.
func (m *model) together() string {
	if m.m == 1 {
		return ""
	}
	return " together"
}

// MostAgents is the largest number of agents k among whom the measures can be
// shared equally without one unit outweighing a share,
//
//	max_i Value_i ≤ (1 + Tolerance) · Σ_i Value_i / k   for each measure,
//
// where whole units are wanted. More than these are impossible; whether so many
// can be served is for a [Solver] to say, and how few suffice for [Headcount].
// It is [math.MaxInt] where nothing
// limits the number: measures with a Target or Upper of their own, or with
// Tolerance 0, do not. O(n).
func MostAgents(measures ...partition.Measure) int {
	most := math.MaxInt
	for _, me := range measures {
		if me.Target != nil || me.Upper != nil || !(me.Tolerance > 0) || len(me.Value) == 0 {
			continue
		}
		heaviest, total := slices.Max(me.Value), me.Targets(1)[0]
		holds := func(k int) bool { // in the arithmetic of Measure.Limits
			target := total / float64(k)
			return heaviest <= float64(target*(1+me.Tolerance))+partition.FeasibleViolation
		}
		if !(heaviest > 0) || holds(math.MaxInt) {
			continue
		}
		low, high := 0, math.MaxInt
		for high-low > 1 {
			if mid := low + (high-low)/2; holds(mid) {
				low = mid
			} else {
				high = mid
			}
		}
		most = min(most, low)
	}
	return most
}

package partition

import (
	"fmt"
	"math"
)

// Measure is a quantity per unit that adds up over a territory and is to be
// balanced: hours, visits, revenue, head count.
//
// The limits of territory t are Lower[t] and Upper[t] where these are given;
// where they are nil they follow from the target,
//
//	target_t·(1 - Tolerance) ≤ load_t ≤ target_t·(1 + Tolerance),
//
// and where Tolerance is 0 as well there is no limit: the measure is reported
// but not enforced. An exact load is asked for by Lower equal to Upper.
type Measure struct {
	Name      string
	Value     []float64 // per unit, finite and ≥ 0
	Target    []float64 // per territory, finite and ≥ 0; nil: equal shares of the total
	Tolerance float64   // allowed relative deviation: 0.10 is ±10 % of the target; 0: no limit
	Lower     []float64 // per territory, finite and ≥ 0; nil: from Target and Tolerance
	Upper     []float64 // per territory, ≥ 0, +Inf allowed; nil: from Target and Tolerance
}

// Targets is the wanted load of each of k territories: Target, or else
//
//	target_t = Σ_i Value_i / k.
//
// The slice is new, of length k. O(n + k).
func (m Measure) Targets(k int) []float64 {
	targets := make([]float64, max(k, 0))
	if m.Target != nil {
		copy(targets, m.Target)
		return targets
	}
	share := sum(m.Value) / float64(k)
	for t := range targets {
		targets[t] = share
	}
	return targets
}

// Limits is the range of loads that each of k territories may have. Each of the
// two sides is taken from Lower or Upper where that is given; otherwise
//
//	lower_t = max(0, target_t·(1 - Tolerance)),  upper_t = target_t·(1 + Tolerance)
//
// with the targets of [Measure.Targets], and 0 and +Inf where Tolerance is 0.
// The slices are new, of length k. O(n + k).
func (m Measure) Limits(k int) (lower, upper []float64) {
	lower = make([]float64, max(k, 0))
	upper = make([]float64, max(k, 0))
	if m.derivesLimits() {
		for t, target := range m.Targets(k) {
			lower[t] = math.Max(0, target*(1-m.Tolerance))
			upper[t] = target * (1 + m.Tolerance)
		}
	} else {
		for t := range upper {
			upper[t] = math.Inf(1)
		}
	}
	if m.Lower != nil {
		copy(lower, m.Lower)
	}
	if m.Upper != nil {
		copy(upper, m.Upper)
	}
	return lower, upper
}

// derivesLimits reports whether a limit follows from the targets.
func (m Measure) derivesLimits() bool {
	return m.Tolerance != 0 && (m.Lower == nil || m.Upper == nil)
}

// Loads sums the values of the units over each territory, in the order of the
// units:
//
//	load_t = Σ_{i: a.Of(i) = t} value_i.
//
// Unassigned units count nowhere. The result has length a.K(). Loads panics, as
// indexing a slice would, unless there is one value per unit. O(n + k).
func Loads(a Assignment, value []float64) []float64 {
	if len(value) != a.Len() {
		panic(fmt.Sprintf("partition: %d values for %d units", len(value), a.Len()))
	}
	loads := make([]float64, a.K())
	if p, ok := a.(*Plan); ok {
		for i, t := range p.of {
			if t >= 0 {
				loads[t] += value[i]
			}
		}
		return loads
	}
	for i, v := range value {
		if t := a.Of(i); t != Unassigned {
			loads[t] += v
		}
	}
	return loads
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

// Validate adds to faults every fault of m as a measure of n units and k
// territories: lengths, values that are not finite or are negative, sums and
// limits that overflow, lower limits above upper ones. field is the name of m,
// "Measures[0]"; unit and territory give the caller's names and may be nil.
//
// n < 0 says that the loads are not in Value, which is then not looked at;
// limits cannot follow from equal shares in that case. k < 0 says that the
// number of territories is not known: lengths and derived limits are not
// looked at. O(n + k).
func (m Measure) Validate(faults *Faults, field string, n, k int, unit, territory func(index int) string) {
	before := faults.Len()
	if n >= 0 {
		checkAmounts(faults, field+".Value", m.Value, n, "unit", unit, false)
	}
	if m.Target != nil {
		checkAmounts(faults, field+".Target", m.Target, k, "territory", territory, false)
	}
	if m.Lower != nil {
		checkAmounts(faults, field+".Lower", m.Lower, k, "territory", territory, false)
	}
	if m.Upper != nil {
		checkAmounts(faults, field+".Upper", m.Upper, k, "territory", territory, true)
	}
	if !(m.Tolerance >= 0) || math.IsInf(m.Tolerance, 1) {
		faults.Add(InputError{Field: field + ".Tolerance", Index: -1, Value: m.Tolerance, Why: "is not a finite number ≥ 0"}, nil)
	}
	if n < 0 && m.Target == nil && m.derivesLimits() {
		faults.Add(InputError{Field: field + ".Target", Index: -1,
			Why: "is missing: there are no equal shares of a load that depends on who serves"}, nil)
	}
	if faults.Len() > before {
		return // what follows from faulty numbers is no news
	}

	lower, upper := m.Limits(k)
	for t := range lower {
		if m.Upper == nil && m.derivesLimits() && math.IsInf(upper[t], 1) {
			faults.Add(InputError{Field: field + ".Tolerance", Index: -1, Value: m.Tolerance,
				Why: fmt.Sprintf("times the target of territory %d overflows", t)}, nil)
			return
		}
		if lower[t] > upper[t] {
			e := InputError{Field: field + ".Lower", Index: t, Value: lower[t],
				Why: fmt.Sprintf("exceeds the upper limit %v", upper[t])}
			if m.Lower == nil {
				e.Field, e.Value = field+".Upper", upper[t]
				e.Why = fmt.Sprintf("is below the lower limit %v", lower[t])
			}
			faults.Add(e, territory)
		}
	}
}

// checkAmounts adds the faults of a column of amounts ≥ 0 with one entry per
// what. With unlimited, +Inf is an amount as well.
func checkAmounts(
	faults *Faults, field string, x []float64, n int, what string, label func(int) string, unlimited bool,
) {
	before := faults.Len()
	checkLength(faults, field, len(x), n, what)
	for i, v := range x {
		why := ""
		switch {
		case math.IsNaN(v):
			why = "is not a number"
		case v < 0:
			why = "is negative"
		case math.IsInf(v, 1) && !unlimited:
			why = "is infinite"
		default:
			continue
		}
		faults.Add(InputError{Field: field, Index: i, Value: v, Why: why}, upTo(n, label))
	}
	if faults.Len() == before && !unlimited && math.IsInf(sum(x), 1) {
		faults.Add(InputError{Field: field, Index: -1, Why: "adds up to more than a float64 can hold"}, nil)
	}
}

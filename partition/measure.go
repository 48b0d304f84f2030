package partition

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
	Lower     []float64 // per territory, ≥ 0; nil: from Target and Tolerance
	Upper     []float64 // per territory, +Inf allowed; nil: from Target and Tolerance
}

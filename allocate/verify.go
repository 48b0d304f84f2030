package allocate

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// ErrVerify is the class of every [*VerifyError].
var ErrVerify = errors.New("verification failed")

// VerifyError is one statement of a result that does not hold.
type VerifyError struct {
	Field             string // "Certificate.Objective", "Plan", "Splits", "Prices[0]", …
	Index             int    // position in Field; -1: the field as a whole
	Label             string // the caller's name for it; "" without one
	Claimed, Computed float64
	Why               string // what is wrong, where the two numbers do not say it; "" otherwise
}

func (e *VerifyError) Error() string {
	s := e.Field
	if e.Index >= 0 {
		s += "[" + strconv.Itoa(e.Index) + "]"
	}
	if e.Label != "" {
		s += " (" + e.Label + ")"
	}
	if e.Why == "" || e.Claimed != e.Computed && !(math.IsNaN(e.Claimed) && math.IsNaN(e.Computed)) {
		s += fmt.Sprintf(": claimed %.10g, computed %.10g", e.Claimed, e.Computed)
	}
	if e.Why != "" {
		s += ": " + e.Why
	}
	return s
}

// Unwrap makes errors.Is(err, ErrVerify) true.
func (e *VerifyError) Unwrap() error { return ErrVerify }

// The tolerances of Verify, relative to the sum of the magnitudes that were
// added up: naive summation in a caller's own solver stays below them.
const (
	verifyRounding = 1e-10
	verifyReach    = 1e-13  // of what the loads could be worth at the steepest prices, see Bound
	verifyOptimal  = 1e-6   // how close the bound of a plan that is called optimal must come, of the costs
	verifyWorth    = 1e-9   // and of what the prices add up
	verifyTiny     = 1e-300 // absolute, where relative ones underflow
)

// Verify recomputes everything that the result says from p alone, and returns
// nil or every statement that does not hold, each a [*VerifyError], joined:
//
//   - the plan has one entry per unit and p's agents; no unit is with an agent
//     that may not serve it, or with another one than it is fixed to;
//   - the shares of a split unit name different agents, are positive and add up
//     to 1, and the plan names a largest one; with one measure whose load does
//     not depend on the agent, fewer units are split than there are agents,
//     being unassigned counted as one where some penalty is finite, and units that
//     are together as one;
//   - Objective and Violation are those of the plan (of the shares, where units
//     are split): a must-serve unit that is unassigned adds 1 to the violation,
//     and units that are not together or not apart add what [Problem] says;
//   - Prices has the shape of the problem and is finite (nil: zero);
//   - Bound is at most Objective where the plan is feasible;
//   - with Proof "prices", Bound is the price bound (see [Bound]), or Objective
//     where that is smaller; with Proof "knapsacks", Bound is not above the bound
//     of UnitPrices (see [KnapsackBound]), and with "knapsacks, whole costs" not
//     above its next multiple of the number that all costs are multiples of;
//     with another Proof ("search": an exhaustive
//     search), which cannot be recomputed from prices, Bound is not below the
//     price bound; without a Proof it is -Inf;
//   - a result that stopped as ProvedOptimal is feasible and its bound meets its
//     objective.
//
// Numbers are compared to a relative 1e-10 of the sum of the magnitudes that
// were added, and bounds also to the rounding that [Bound] subtracts; the bound
// of an optimum meets the objective to 1e-6 of the costs. Verify shares no code with the solvers and [Bound]: it reads every
// cost and load through At, also those of [IndexedCosts], in O(n·m·r) time on
// all processors and O(n + r·m) memory, and what an assignment problem takes for
// each list of Apart. A Problem that is invalid, or infeasible for a unit, a
// family or a list of Apart on its own, is an error like that of every solver.
func Verify(p *Problem, r *Result) error {
	m, err := compile(p)
	if err == nil {
		_, err = m.contracted()
	}
	if err != nil {
		return err // p's own faults; nothing else of the compiled form is used
	}
	v := &verifier{p: p, cost: prepare(p.Cost)} // the same entries, faster
	v.n, v.m = p.Cost.Dims()
	if r == nil || r.Plan == nil {
		v.fault("Plan", -1, "", 0, 0, "there is none")
		return errors.Join(v.errs...)
	}
	if r.Plan.Len() != v.n || r.Plan.K() != v.m {
		v.fault("Plan", -1, "", 0, 0, fmt.Sprintf("has %d units and %d agents; the problem has %d and %d", r.Plan.Len(), r.Plan.K(), v.n, v.m))
		return errors.Join(v.errs...)
	}
	v.limits()
	v.families()
	v.plan(r)
	v.certificate(r, v.prices(r.Prices))
	return errors.Join(v.errs...)
}

type verifier struct {
	p            *Problem
	cost         Costs
	n, m         int
	lower, upper [][]float64
	family       [][]int // what Together joins, of at least two units each
	apart        []bool  // per family: Apart names two of its units
	inFamily     []bool  // per unit; nil where there are none

	objective, violation float64
	costMass, loadMass   float64 // what was added up, without signs
	errs                 []error
}

func (v *verifier) fault(field string, index int, label string, claimed, computed float64, why string) {
	v.errs = append(v.errs, &VerifyError{field, index, label, claimed, computed, why})
}

func (v *verifier) label(i int) string {
	if v.p.UnitLabel == nil {
		return ""
	}
	return v.p.UnitLabel(i)
}

func (v *verifier) limits() {
	for _, me := range v.p.Measures {
		lower, upper := me.Limits(v.m)
		v.lower, v.upper = append(v.lower, lower), append(v.upper, upper)
	}
}

func (v *verifier) load(r, i, j int) float64 {
	if v.p.Load != nil && v.p.Load[r] != nil {
		return v.p.Load[r].At(i, j)
	}
	return v.p.Measures[r].Value[i]
}

// mayBeLeft is the penalty of a unit that may stay unassigned.
func (v *verifier) mayBeLeft(i int) (penalty float64, ok bool) {
	if v.p.Penalty == nil || v.p.Fixed != nil && v.p.Fixed[i] >= 0 || math.IsInf(v.p.Penalty[i], 1) {
		return 0, false
	}
	return v.p.Penalty[i], true
}

// plan checks every assignment and recomputes objective and violation.
func (v *verifier) plan(r *Result) {
	shares := v.shares(r)
	loads := make([][]exact, len(v.p.Measures))
	for k := range loads {
		loads[k] = make([]exact, v.m)
	}
	var cost, broken exact
	for i := range v.n {
		parts := shares[i]
		if parts == nil {
			parts = []Share{{i, r.Plan.Of(i), 1}}
		}
		for _, s := range parts {
			if s.Agent == partition.Unassigned {
				penalty, ok := v.mayBeLeft(i)
				if !ok {
					broken.add(s.Fraction)
				}
				cost.add(float64(penalty * s.Fraction))
				v.costMass += math.Abs(penalty)
				continue
			}
			c := v.cost.At(i, s.Agent)
			switch {
			case v.p.Fixed != nil && v.p.Fixed[i] >= 0 && v.p.Fixed[i] != s.Agent:
				v.fault("Plan", i, v.label(i), 0, 0, fmt.Sprintf("is with agent %d, and fixed to agent %d", s.Agent, v.p.Fixed[i]))
			case v.p.Allowed != nil && !v.p.Allowed(i, s.Agent):
				v.fault("Plan", i, v.label(i), 0, 0, fmt.Sprintf("is with agent %d, which is not allowed", s.Agent))
			case math.IsInf(c, 1):
				v.fault("Plan", i, v.label(i), 0, 0, fmt.Sprintf("is with agent %d at a cost of +Inf", s.Agent))
			}
			if !math.IsInf(c, 1) {
				cost.add(float64(c * s.Fraction))
				v.costMass += math.Abs(c)
			}
			for k := range loads {
				a := v.load(k, i, s.Agent)
				loads[k][s.Agent].add(float64(a * s.Fraction))
				v.loadMass += math.Abs(a)
			}
		}
	}
	for k := range loads {
		for j := range v.m {
			a := loads[k][j].value()
			broken.add(math.Max(0, a-v.upper[k][j]))
			broken.add(math.Max(0, v.lower[k][j]-a))
		}
	}
	broken.add(v.groups(func(i int) []Share {
		if parts := shares[i]; parts != nil {
			return parts
		}
		return []Share{{i, r.Plan.Of(i), 1}}
	}))
	v.objective, v.violation = cost.value(), broken.value()
}

// shares checks the splits and returns them by unit; nil: the unit is whole.
func (v *verifier) shares(r *Result) map[int][]Share {
	shares := map[int][]Share{}
	var split []int // in order of appearance
	for k, s := range r.Splits {
		if s.Unit < 0 || s.Unit >= v.n || s.Agent < partition.Unassigned || s.Agent >= v.m || !(s.Fraction > 0 && s.Fraction <= 1) {
			v.fault("Splits", k, "", 0, 0, fmt.Sprintf("share %v of unit %d for agent %d is none", s.Fraction, s.Unit, s.Agent))
			continue
		}
		if shares[s.Unit] == nil {
			split = append(split, s.Unit)
		}
		shares[s.Unit] = append(shares[s.Unit], s)
	}
	for _, i := range split {
		var all exact
		most, named := 0.0, 0.0
		for k, s := range shares[i] {
			for _, t := range shares[i][:k] {
				if s.Agent == t.Agent {
					v.fault("Splits", -1, v.label(i), 0, 0, fmt.Sprintf("unit %d has two shares for agent %d", i, s.Agent))
				}
			}
			all.add(s.Fraction)
			most = math.Max(most, s.Fraction)
			if s.Agent == r.Plan.Of(i) {
				named = s.Fraction
			}
		}
		if math.Abs(all.value()-1) > verifyRounding {
			v.fault("Splits", -1, v.label(i), 0, 0, fmt.Sprintf("the shares of unit %d add up to %v, not to 1", i, all.value()))
		}
		if named < most-verifyRounding {
			v.fault("Plan", i, v.label(i), 0, 0, fmt.Sprintf("is with agent %d, who has not the largest share", r.Plan.Of(i)))
		}
	}
	places := v.m
	for i := range v.p.Penalty {
		if _, ok := v.mayBeLeft(i); ok {
			places++
			break
		}
	}
	apiece := len(split) // what stays together is split together
	for _, family := range v.family {
		for _, i := range family[1:] {
			if shares[i] != nil && shares[family[0]] != nil {
				apiece--
			}
		}
	}
	if len(v.p.Measures) == 1 && (v.p.Load == nil || v.p.Load[0] == nil) && apiece > 0 && apiece >= places {
		v.fault("Splits", -1, "", 0, 0, fmt.Sprintf("%d units are split among %d agents: this is no vertex", apiece, v.m))
	}
	return shares
}

// prices checks the shape of the prices and returns them, or zeros.
func (v *verifier) prices(claimed [][]float64) [][]float64 {
	prices := make([][]float64, len(v.p.Measures))
	for k := range prices {
		prices[k] = make([]float64, v.m)
	}
	if claimed == nil {
		return prices
	}
	if len(claimed) != len(prices) {
		v.fault("Prices", -1, "", 0, 0, fmt.Sprintf("has length %d; there are %d measures", len(claimed), len(prices)))
		return prices
	}
	for k := range claimed {
		field := fmt.Sprintf("Prices[%d]", k)
		if len(claimed[k]) != v.m {
			v.fault(field, -1, "", 0, 0, fmt.Sprintf("has length %d; there are %d agents", len(claimed[k]), v.m))
			continue
		}
		for j, x := range claimed[k] {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				label := ""
				if v.p.AgentLabel != nil {
					label = v.p.AgentLabel(j)
				}
				v.fault(field, j, label, 0, 0, fmt.Sprintf("is %v", x))
				continue
			}
			prices[k][j] = x
		}
	}
	return prices
}

// priceBound is the Lagrangian dual, the sum of the magnitudes in it, and what
// the loads could be worth.
func (v *verifier) priceBound(prices [][]float64) (bound, mass, reach float64) {
	var total exact
	steep := make([]float64, len(prices))
	for k := range prices {
		for j, x := range prices[k] {
			steep[k] = math.Max(steep[k], math.Abs(x))
			limit := v.upper[k][j]
			if x < 0 {
				limit = v.lower[k][j]
			}
			if x == 0 {
				continue
			}
			term := float64(x * limit)
			if math.IsInf(term, 0) {
				return math.Inf(-1), 0, 0
			}
			total.add(-term)
			mass += math.Abs(term)
		}
	}
	var masses, reaches [groups]float64
	var totals [groups]exact
	parallel.For(groups, func(g int) {
		lo, hi := span(v.n, g)
		for i := lo; i < hi; i++ {
			if v.inFamily != nil && v.inFamily[i] {
				continue
			}
			least, worth := v.cheapest([]int{i}, v.m, prices, steep)
			totals[g].add(least)
			masses[g] += math.Abs(least)
			reaches[g] += worth
		}
	})
	gain, size := v.apartGain(prices, steep)
	total.add(gain)
	mass += size
	for k, family := range v.family {
		agents := v.m
		if v.apart[k] {
			agents = 0
		}
		least, worth := v.cheapest(family, agents, prices, steep)
		total.add(least)
		mass += math.Abs(least)
		reach += worth
	}
	for g := range groups {
		total.add(totals[g].hi)
		total.add(totals[g].lo)
		mass += masses[g]
		reach += reaches[g]
	}
	return total.value(), mass, reach
}

// cheapest is the least priced cost of serving the units, one or a family, by one
// of the first agents or not at all, and the most that their loads could be worth at steep, the
// largest |prices| of the measures.
func (v *verifier) cheapest(units []int, agents int, prices [][]float64, steep []float64) (least, reach float64) {
	least = math.Inf(1)
	var alone exact
	free := true
	for _, i := range units {
		penalty, ok := v.mayBeLeft(i)
		free = free && ok
		alone.add(penalty)
	}
	if free {
		least = alone.value()
	}
	for j := range agents {
		if c, size := v.priced(units, j, prices, steep); !math.IsInf(c, 1) {
			least = math.Min(least, c)
			reach = math.Max(reach, size)
		}
	}
	return least, reach
}

// priced is the priced cost of serving the units by agent j, +Inf where it may
// not serve all of them, and what their loads are worth at steep.
func (v *verifier) priced(units []int, j int, prices [][]float64, steep []float64) (cost, size float64) {
	var total exact
	for _, i := range units {
		if v.p.Fixed != nil && v.p.Fixed[i] >= 0 && v.p.Fixed[i] != j || v.p.Allowed != nil && !v.p.Allowed(i, j) {
			return math.Inf(1), 0
		}
		c := v.cost.At(i, j)
		if math.IsInf(c, 1) {
			return c, 0
		}
		total.add(c)
		for k := range prices {
			a := v.load(k, i, j)
			total.add(float64(a * prices[k][j]))
			size += float64(a * steep[k])
		}
	}
	return total.value(), size
}

// certificate compares what is claimed with what was computed.
func (v *verifier) certificate(r *Result, prices [][]float64) {
	c := r.Certificate
	differ := func(field string, claimed, computed, tolerance float64) {
		if claimed != computed && !(math.Abs(claimed-computed) <= tolerance) {
			v.fault(field, -1, "", claimed, computed, "")
		}
	}
	rounding := verifyTiny + float64(verifyRounding*v.costMass)
	differ("Certificate.Objective", c.Objective, v.objective, rounding)
	differ("Certificate.Violation", c.Violation, v.violation, partition.FeasibleViolation+float64(1e-12*v.loadMass))

	bound, mass, reach := v.priceBound(prices)
	enough := float64(verifyOptimal*v.costMass) + float64(verifyWorth*mass)
	if v.costMass+mass == 0 {
		enough = float64(verifyReach * reach) // there is nothing else to measure by
	}
	rounding += float64(verifyRounding*mass) + float64(verifyReach*reach)
	// A violation that counts as rounding may be worth something at high prices.
	steep := 0.0
	for k := range prices {
		for _, x := range prices[k] {
			steep = math.Max(steep, math.Abs(x))
		}
	}
	worth := rounding + float64(steep*v.violation)

	feasible := v.violation <= partition.FeasibleViolation
	switch {
	case feasible && c.Bound > v.objective+worth:
		v.fault("Certificate.Bound", -1, "", c.Bound, v.objective, "a feasible plan costs less than the bound")
	case c.Proof == "":
		differ("Certificate.Bound", c.Bound, math.Inf(-1), 0)
	case c.Proof != "prices":
		if c.Proof == proofKnapsacks || c.Proof == proofWholeCosts {
			if most, mass, ok := v.knapsacks(r.UnitPrices); ok {
				if c.Proof == proofWholeCosts {
					most = math.Max(most, v.whole(most-float64(verifyRounding*mass)))
				}
				if c.Bound > most+verifyTiny+float64(verifyRounding*mass) {
					v.fault("Certificate.Bound", -1, "", c.Bound, most, "is above what the knapsacks at the prices of units prove")
				}
			}
		}
		if !(c.Bound >= bound-worth) {
			v.fault("Certificate.Bound", -1, "", c.Bound, bound, "is below what the prices alone prove")
		}
	case feasible && bound > v.objective && c.Bound >= v.objective-rounding: // lowered to the objective
	default:
		differ("Certificate.Bound", c.Bound, bound, rounding)
	}
	if r.Stop == partition.ProvedOptimal {
		if !feasible {
			v.fault("Stop", -1, "", 0, v.violation, "is ProvedOptimal, and the plan is not feasible")
		} else if !(v.objective-c.Bound <= verifyTiny+enough+float64(steep*v.violation)) {
			v.fault("Stop", -1, "", v.objective, c.Bound, "is ProvedOptimal, and the bound does not meet the objective")
		}
	}
}

// exact adds floating-point numbers as the unevaluated sum of two, by Knuth's
// error-free addition.
type exact struct{ hi, lo float64 }

func (e *exact) add(x float64) {
	s := e.hi + x
	b := s - e.hi
	e.lo += (e.hi - (s - b)) + (x - b)
	e.hi = s
}

func (e *exact) value() float64 { return e.hi + e.lo }

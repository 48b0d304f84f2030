package allocate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// promise is k with its names.
func (x *explainer) promise(k *promised) Promise {
	p := Promise{
		Kind: k.kind, Count: k.count, Unit: k.unit, Agent: k.agent, Measure: k.measure, List: k.list, Worth: k.worth,
	}
	switch {
	case k.unit >= 0:
		p.UnitName = x.m.unit(k.unit)
	case k.list >= 0 && k.kind == TogetherPromise:
		p.UnitName = named(x.m.p.Together[k.list], x.m.unit)
	case k.list >= 0:
		p.UnitName = named(x.m.p.Apart[k.list], x.m.unit)
	}
	if k.agent >= 0 {
		p.AgentName = x.m.agent(k.agent)
	}
	if k.measure >= 0 {
		p.MeasureName = x.m.measure(k.measure)
	}
	return p
}

// priced is k with its names and what it costs.
func (q *pricer) priced(k *promised) PricedPromise {
	p := PricedPromise{
		Promise: q.x.promise(k), Rate: k.rate, Saving: k.saving, SavingAtMost: k.most, Solved: k.solved, Exact: k.exact,
		Kept: k.count == 1 && q.x.kept(k, q.of, q.x.loads), Instead: partition.Unassigned, Balance: k.balance, Relief: k.relief,
	}
	if k.unit >= 0 && k.solved {
		if p.Instead = k.instead; int(q.of[k.unit]) != k.instead {
			p.InsteadName = q.x.name(k.instead)
		}
	}
	return p
}

// kept reports whether a plan with these loads keeps the promise, which is one.
func (x *explainer) kept(k *promised, of []int32, loads [][]float64) bool {
	switch k.kind {
	case PreferencePromise:
		return (int(of[k.unit]) == k.agent) == (k.worth < 0)
	case LockPromise, IncumbencyPromise:
		return int(of[k.unit]) == k.agent
	case CapacityPromise:
		return loads[k.measure][k.agent] <= k.worth+partition.FeasibleViolation
	case FloorPromise:
		return loads[k.measure][k.agent] >= k.worth-partition.FeasibleViolation
	case TogetherPromise:
		list := x.m.p.Together[k.list]
		for _, i := range list[1:] {
			if of[i] != of[list[0]] {
				return false
			}
		}
		return true
	}
	seen := map[int32]bool{}
	for _, i := range x.m.p.Apart[k.list] {
		if of[i] >= 0 && seen[of[i]] {
			return false
		}
		seen[of[i]] = true
	}
	return true
}

// String says what was promised and what it costs, with the caller's names;
// numbers are rounded to four digits. It is for people and not to be parsed.
func (p PricedPromise) String() string {
	return p.Promise.String() + " " + p.costs() + p.consequences()
}

// String names the promise, with the caller's names, such that a sentence can go
// on: "Fixing Bonn to Bea". It is for people and not to be parsed.
func (p Promise) String() string {
	if p.Count > 1 {
		what := map[PromiseKind]string{
			LockPromise: "locks", PreferencePromise: "preferences", IncumbencyPromise: "incumbencies",
			CapacityPromise: "upper limits on " + p.MeasureName, FloorPromise: "lower limits on " + p.MeasureName,
			TogetherPromise: "groups", ApartPromise: "separations",
		}[p.Kind]
		return "All " + strconv.Itoa(p.Count) + " " + what + " together"
	}
	switch p.Kind {
	case LockPromise:
		return fmt.Sprintf("Fixing %s to %s", p.UnitName, p.AgentName)
	case PreferencePromise:
		switch {
		case math.IsInf(p.Worth, 1):
			return fmt.Sprintf("Barring %s from %s", p.AgentName, p.UnitName)
		case p.Worth > 0:
			return fmt.Sprintf("Preferring others to %s for %s", p.AgentName, p.UnitName)
		}
		return fmt.Sprintf("Preferring %s for %s", p.AgentName, p.UnitName)
	case IncumbencyPromise:
		return fmt.Sprintf("Keeping %s with %s, the incumbent,", p.UnitName, p.AgentName)
	case CapacityPromise:
		return fmt.Sprintf("The upper limit of %s on %s's %s", number(p.Worth), p.AgentName, p.MeasureName)
	case FloorPromise:
		return fmt.Sprintf("The lower limit of %s on %s's %s", number(p.Worth), p.AgentName, p.MeasureName)
	case TogetherPromise:
		return fmt.Sprintf("Keeping %s together", p.UnitName)
	}
	return fmt.Sprintf("Keeping %s apart", p.UnitName)
}

// costs says the price and how sure it is.
func (p PricedPromise) costs() string {
	verb := "costs"
	if p.Count > 1 {
		verb = "cost"
	}
	saving, most := number(p.Saving), number(p.SavingAtMost)
	switch {
	case p.Exact && saving == "0" && p.Count == 1 && !p.Kept:
		return verb + " nothing, as the plan does not"
	case p.Exact && saving == "0":
		return verb + " nothing"
	case p.Exact:
		return verb + " " + saving
	case p.Solved && saving == most:
		return verb + " " + saving + ", to rounding"
	case saving == "0":
		return verb + " at most " + most
	case p.Solved:
		return fmt.Sprintf("%s at least %s and at most %s", verb, saving, most)
	}
	return fmt.Sprintf("%s about %s by the prices, at most %s", verb, saving, most)
}

// consequences says what would be different without the promise.
func (p PricedPromise) consequences() string {
	s := ""
	if p.InsteadName == "unassigned" {
		s += ": without it " + p.UnitName + " would be left unassigned"
	} else if p.InsteadName != "" {
		s += ": without it " + p.UnitName + " would go to " + p.InsteadName
	}
	if p.Relief > partition.FeasibleViolation {
		s += ". The other limits would be broken by " + number(p.Relief) + " less"
	}
	for _, b := range p.Balance {
		if before, after := percent(b.Before), percent(b.After); before != after {
			s += fmt.Sprintf(". The largest deviation of %s would go from %s to %s", b.MeasureName, before, after)
		}
	}
	if p.Rate > 0 && p.Kind == CapacityPromise {
		s += ". Room for one more would save about " + number(p.Rate)
	} else if p.Rate > 0 {
		s += ". A limit lower by one would save about " + number(p.Rate)
	}
	return s + "."
}

// percent is a share to a tenth of a percent.
func percent(x float64) string {
	if math.IsInf(x, 0) {
		return "infinity"
	}
	return strconv.FormatFloat(100*x, 'f', 1, 64) + " %"
}

package allocate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// promise is k with its names.
func (q *pricer) promise(k *promised) Promise {
	p := Promise{
		Kind: k.kind, Count: k.count, Unit: k.unit, Agent: k.agent, Measure: k.measure, List: k.list,
		Worth: k.worth, Rate: k.rate, Saving: k.saving, SavingAtMost: k.most, Solved: k.solved, Exact: k.exact,
		Instead: partition.Unassigned, Balance: k.balance, Relief: k.relief,
	}
	switch {
	case k.unit >= 0:
		p.UnitName = q.m.unit(k.unit)
		if k.solved {
			p.Instead, p.InsteadName = k.instead, q.x.name(k.instead)
		}
	case k.list >= 0:
		lists := q.p.Together
		if k.kind == ApartPromise {
			lists = q.p.Apart
		}
		p.UnitName = named(lists[k.list], q.m.unit)
	}
	p.Kept = q.kept(k)
	if k.agent >= 0 {
		p.AgentName = q.m.agent(k.agent)
	}
	if k.measure >= 0 {
		p.MeasureName = q.m.measure(k.measure)
	}
	if k.unit >= 0 && k.solved && int(q.of[k.unit]) == k.instead {
		p.InsteadName = ""
	}
	return p
}

// kept reports whether the plan keeps the promise.
func (q *pricer) kept(k *promised) bool {
	if k.count > 1 {
		return false // or some of them: see the promises one by one
	}
	switch k.kind {
	case PreferencePromise:
		return (int(q.of[k.unit]) == k.agent) == (k.worth < 0)
	case LockPromise, IncumbencyPromise:
		return int(q.of[k.unit]) == k.agent
	case CapacityPromise:
		return q.x.loads[k.measure][k.agent] <= k.worth+partition.FeasibleViolation
	case FloorPromise:
		return q.x.loads[k.measure][k.agent] >= k.worth-partition.FeasibleViolation
	}
	p := Problem{Together: q.p.Together, Apart: q.p.Apart}
	if k.kind == TogetherPromise {
		p.Together, p.Apart = [][]int{p.Together[k.list]}, nil
	} else {
		p.Together, p.Apart = nil, [][]int{p.Apart[k.list]}
	}
	m := *q.m
	m.p = &p
	return m.misgrouped(q.of) == 0
}

// subject names the promise in a message.
func (q *pricer) subject(k *promised) string {
	p := q.promise(k)
	return p.subject()
}

// String says what the promise is and what it costs, with the caller's names;
// numbers are rounded to four digits. It is for people and not to be parsed.
func (p Promise) String() string { return p.subject() + " " + p.costs() + p.consequences() }

// subject is the beginning of the sentence: "Fixing Bonn to Bea".
func (p Promise) subject() string {
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
func (p Promise) costs() string {
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
func (p Promise) consequences() string {
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

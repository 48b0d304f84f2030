package allocate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// relaxations fills the diagnosis with ways out. Small problems are searched to
// the end; for larger ones SingleSource solves what it can be asked, and for the
// largest limits are changed by what the cuts ask for.
func (x *explorer) relaxations() {
	var kinds [ServiceDemand + 1][]int32
	for id, cl := range x.c.clauses {
		if cl.kind != EligibilityDemand || cl.unit >= 0 {
			kinds[cl.kind] = append(kinds[cl.kind], int32(id))
		}
	}
	var singles [ServiceDemand + 1][]int32
	for _, f := range x.found {
		for _, id := range f.ids {
			if cl := x.c.clauses[id]; cl.kind != EligibilityDemand || cl.unit >= 0 {
				singles[cl.kind] = append(singles[cl.kind], id)
			}
		}
	}
	pairs := float64(x.c.m.n) * float64(x.c.m.m)
	x.patience = easingWork
	if pairs <= cutFirst {
		limits := slices.Concat(kinds[CapacityDemand], kinds[FloorDemand])
		others := slices.Concat(kinds[LockDemand], kinds[EligibilityDemand], kinds[ServiceDemand])
		lists := slices.Concat(singles[TogetherDemand], singles[ApartDemand])
		if soft := slices.Concat(limits, others); !x.try(soft, nil) && len(lists) > 0 {
			x.try(soft, lists)
		}
		x.try(kinds[CapacityDemand], nil)
		x.try(kinds[FloorDemand], nil)
	} else {
		x.spread()
		if len(x.found) == 1 {
			f := x.found[0]
			x.fewest(LockDemand, f)
			x.fewest(EligibilityDemand, f)
			x.fewest(ServiceDemand, f)
			tries := 3
			for _, id := range f.ids {
				if kind := x.c.clauses[id].kind; kind <= FloorDemand && tries > 0 {
					tries--
					x.alone(id, f)
				}
			}
		}
		x.ranked()
		return
	}
	x.patience = questionWork
	small := pairs <= smallProblem
	for _, kind := range []DemandKind{LockDemand, EligibilityDemand, ServiceDemand} {
		if ids := kinds[kind]; small {
			x.try(ids, nil)
		} else {
			x.bySolver(ids)
		}
	}
	for kind, ids := range singles {
		x.c.byImportance(ids)
		x.single(DemandKind(kind), ids, small)
	}
	x.ranked()
}

// single tries demands one by one, those that weigh most first.
func (x *explorer) single(kind DemandKind, ids []int32, small bool) {
	const patience = 3 // lighter ones of a kind help no more
	failed := 0
	for _, id := range ids[:min(len(ids), x.most)] {
		ok := false
		switch limit := kind == CapacityDemand || kind == FloorDemand; {
		case failed == patience && !limit || len(x.found) > 1 && !small:
			return
		case kind == EligibilityDemand:
			ok = x.admit(id, small)
		case small && (kind == TogetherDemand || kind == ApartDemand):
			ok = x.try(nil, []int32{id})
		case small:
			ok = x.try([]int32{id}, nil)
		case limit:
			ok = x.bySolver([]int32{id})
		case !math.IsInf(x.charge[id], 1):
			ok = x.keep([]Change{x.change(id, 0, -1)}, 0, nil)
		}
		if failed++; ok {
			failed = 0
		}
	}
}

// admit looks for the cheapest agent that may serve the unit as well.
func (x *explorer) admit(id int32, small bool) bool {
	c := x.c
	i := int(c.clauses[id].unit)
	if math.IsInf(x.charge[id], 1) {
		return false
	}
	var agents []int
	for j := range c.m.m {
		if !c.may(i, j) && c.could(i, j) {
			agents = append(agents, j)
		}
	}
	cost := func(j int) float64 {
		if cost := c.m.p.Cost.At(i, j); math.Abs(cost) <= largest {
			return cost
		}
		return math.Inf(1)
	}
	slices.SortStableFunc(agents, func(a, b int) int { return cmp.Compare(cost(a), cost(b)) })
	if !small {
		for _, j := range agents[:min(len(agents), 2)] {
			if x.keep([]Change{x.change(id, 0, j)}, 0, nil) {
				return true
			}
		}
		return false
	}
	rest := slices.DeleteFunc(c.all(), func(o int32) bool {
		cl := c.clauses[o]
		return o == id || cl.kind == EligibilityDemand && cl.unit < 0 // a unit's own demand speaks for both
	})
	if x.hard(rest, true, x.nodes).verdict == refuted {
		return false // whoever may serve it
	}
	defer func() { x.guest = -1 }()
	for _, j := range agents {
		if x.guest = int32(j); x.try([]int32{id}, nil) {
			return true
		}
	}
	return false
}

// ranked puts the ways out in order, and keeps the best.
func (x *explorer) ranked() {
	list := x.d.Relaxations
	slices.SortStableFunc(list, func(a, b Relaxation) int {
		return cmp.Or(cmp.Compare(a.Price, b.Price), cmp.Compare(len(a.Changes), len(b.Changes)),
			slices.CompareFunc(a.Changes, b.Changes, func(a, b Change) int { return cmp.Compare(a.Demand.Kind, b.Demand.Kind) }),
			cmp.Compare(a.Result.Certificate.Objective, b.Result.Certificate.Objective))
	})
	var best []Relaxation // of those that differ only in who may serve a unit as well
	for _, r := range list {
		if !slices.ContainsFunc(best, func(o Relaxation) bool { return slices.EqualFunc(o.Changes, r.Changes, sameDemand) }) {
			best = append(best, r)
		}
	}
	x.d.Relaxations = best[:min(len(best), x.most)]
}

// try looks for the relaxation of the least price that changes no demands but
// those of soft, and drops those of the lists. It reports whether there is one.
func (x *explorer) try(soft, dropped []int32) bool {
	if x.ctx.Err() != nil || len(soft)+len(dropped) == 0 {
		return false
	}
	for id := range x.price {
		x.price[id] = math.Inf(1)
	}
	defer clear(x.price)
	opens := false
	for _, id := range soft {
		x.price[id] = x.charge[id]
		opens = opens || x.c.clauses[id].kind == EligibilityDemand
	}
	for _, id := range dropped {
		if math.IsInf(x.charge[id], 1) {
			return false
		}
		x.price[id] = 0
	}
	for id, cl := range x.c.clauses { // a unit's own demand speaks for both
		if cl.kind == EligibilityDemand && cl.unit < 0 && opens {
			x.price[id] = 0
		}
	}
	var asked []int32
	for id, price := range x.price {
		if price > 0 {
			asked = append(asked, int32(id))
		}
	}
	ans := x.ask(asked, len(soft) == 0, x.nodes)
	if ans.verdict != met {
		return false
	}
	changes := x.changes(soft, ans.of)
	for _, id := range dropped {
		changes = append(changes, x.change(id, 0, -1))
	}
	return x.keep(changes, ans.bound, ans.of)
}

// changes are those that make the plan possible.
func (x *explorer) changes(soft, of []int32) []Change {
	c := x.c
	loads := c.m.loads(of)
	var list []Change
	for _, id := range soft {
		breach := c.breach(id, of, loads)
		if breach == 0 {
			continue
		}
		switch cl := c.clauses[id]; cl.kind {
		case CapacityDemand, FloorDemand:
			if load := loads[cl.measure][cl.agent]; breach > slackOf(load) {
				list = append(list, x.change(id, load, -1))
			}
		case EligibilityDemand:
			list = append(list, x.change(id, 0, int(of[cl.unit])))
		default:
			list = append(list, x.change(id, 0, -1))
		}
	}
	return list
}

// change puts a change into words.
func (x *explorer) change(id int32, to float64, agent int) Change {
	m, d := x.c.m, x.c.demand(id)
	c := Change{Demand: d, To: to, Agent: agent, Price: x.charge[id]}
	switch d.Kind {
	case CapacityDemand:
		c.Price *= to - d.Limit
		c.Text = fmt.Sprintf("raise what %s can take from %s to %s", m.agent(d.Agent), number(d.Limit), m.quantity(d.Measure, to))
	case FloorDemand:
		c.Price *= d.Limit - to
		c.Text = fmt.Sprintf("lower what %s must get from %s to %s", m.agent(d.Agent), number(d.Limit), m.quantity(d.Measure, to))
	case LockDemand:
		c.Text = fmt.Sprintf("free %s from %s", m.unit(d.Unit), m.agent(d.Agent))
	case ServiceDemand:
		c.Text = fmt.Sprintf("leave %s unserved", m.unit(d.Unit))
	case EligibilityDemand:
		c.Text = fmt.Sprintf("let %s serve %s", m.agent(agent), m.unit(d.Unit))
	case TogetherDemand:
		c.Text = fmt.Sprintf("let %s part", named(d.Units, m.unit))
	case ApartDemand:
		c.Text = fmt.Sprintf("let %s share an agent", named(d.Units, m.unit))
	}
	return c
}

// keep solves the relaxed problem and keeps what comes out unless it is there
// already. of is a plan of it, for where the solver finds none, or nil.
func (x *explorer) keep(changes []Change, bound float64, of []int32) bool {
	if x.ctx.Err() != nil || len(changes) == 0 {
		return false
	}
	r := Relaxation{Changes: changes, Bound: bound}
	for _, c := range changes {
		r.Price += c.Price
	}
	r.Bound = math.Min(r.Bound, r.Price)
	for k, old := range x.d.Relaxations {
		if slices.EqualFunc(old.Changes, changes, sameChange) {
			x.d.Relaxations[k].Bound = math.Max(old.Bound, r.Bound)
			return true
		}
	}
	p := r.Apply(x.p)
	res, err := x.solver().Allocate(x.ctx, p)
	if err != nil || !res.Certificate.Feasible() {
		if res = x.evaluated(p, of); res == nil {
			return false
		}
	}
	r.Result = res
	x.d.Relaxations = append(x.d.Relaxations, r)
	return true
}

// evaluated is a plan of the problem with its certificate; nil where it is none
// within the limits.
func (x *explorer) evaluated(p *Problem, of []int32) *Result {
	m, err := compile(p)
	if err != nil || of == nil {
		return nil
	}
	own := slices.Clone(of)
	for i, j := range own {
		if j < 0 {
			own[i] = partition.Unassigned
		}
	}
	if len(p.Together)+len(p.Apart) > 0 || m.r == 0 {
		return within(m.result(own, nil, partition.Converged, 0, x.s.Seed))
	}
	for i, j := range own {
		if j < 0 && m.dummy >= 0 {
			own[i] = int32(m.dummy)
		}
	}
	rel, err := m.relax(x.ctx, 1e-5, nil)
	if err != nil {
		return within(m.result(own, nil, partition.Converged, 0, x.s.Seed))
	}
	better := &improver{m: m, c: rel.candidates(rel.reach()), prices: rel.prices, bound: rel.bound, gap: 5e-4, seed: x.s.Seed, budget: max(1_000, x.solver().Budget)}
	work, stop := better.run(x.ctx, own)
	r := m.certified(own, rel.prices, rel.bound, stop, work, x.s.Seed)
	r.Certificate.Proof = rel.proof
	return within(r)
}

// within is the result, or nil if it is outside its limits.
func within(r *Result) *Result {
	if r.Certificate.Feasible() {
		return r
	}
	return nil
}

func sameChange(a, b Change) bool { return sameDemand(a, b) && a.Agent == b.Agent }

func sameDemand(a, b Change) bool {
	return a.Demand.Kind == b.Demand.Kind && a.Demand.Unit == b.Demand.Unit && a.Demand.Agent == b.Demand.Agent &&
		a.Demand.Measure == b.Demand.Measure && a.Demand.List == b.Demand.List && a.To == b.To
}

// solver is what relaxed problems are solved with. Beyond small ones it is not
// given the patience that a plan within tight limits may take: there are many to
// be solved.
func (x *explorer) solver() SingleSource {
	s := SingleSource{Seed: x.s.Seed}
	switch pairs := float64(x.c.m.n) * float64(x.c.m.m); {
	case pairs > cutFirst:
		s.Budget = 5 * easingBudget / max(1, x.c.m.r)
	case pairs > smallProblem:
		s.Budget = easingBudget / max(1, x.c.m.r)
	}
	return s
}

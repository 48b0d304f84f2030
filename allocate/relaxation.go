package allocate

import (
	"cmp"
	"fmt"
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

// String lists the changes.
func (r Relaxation) String() string {
	list := make([]string, len(r.Changes))
	for k, c := range r.Changes {
		list[k] = c.Text
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
	if len(opened) == 0 {
		return &q
	}
	may := func(i, j int) bool {
		return (p.Allowed == nil || p.Allowed(i, j)) && !math.IsInf(p.Cost.At(i, j), 1)
	}
	dearest := map[int]float64{}
	for pair := range opened {
		i := pair[0]
		most := 0.0
		for j := range m {
			if may(i, j) {
				most = math.Max(most, p.Cost.At(i, j))
			}
		}
		dearest[i] = most
	}
	q.Allowed = func(i, j int) bool { return opened[[2]int{i, j}] || may(i, j) }
	q.Cost = CostFunc(n, m, func(i, j int) float64 {
		cost := p.Cost.At(i, j)
		if opened[[2]int{i, j}] && !(math.Abs(cost) <= largest) {
			return dearest[i]
		}
		return cost
	})
	return &q
}

// relaxations fills the diagnosis with ways out.
func (x *explorer) relaxations() {
	var kinds [ServiceDemand + 1][]int32
	all := x.c.all()
	var groups []int32 // of the conflicts
	for _, id := range all {
		if x.c.clauses[id].kind != EligibilityDemand || x.c.clauses[id].unit >= 0 {
			kind := x.c.clauses[id].kind
			kinds[kind] = append(kinds[kind], id)
		}
	}
	var singles []int32
	for _, f := range x.found {
		for _, id := range f.ids {
			switch cl := x.c.clauses[id]; {
			case cl.kind == TogetherDemand || cl.kind == ApartDemand:
				groups = append(groups, id)
				singles = append(singles, id)
			case cl.kind != EligibilityDemand || cl.unit >= 0:
				singles = append(singles, id)
			}
		}
	}
	elastic := slices.Concat(kinds[CapacityDemand], kinds[FloorDemand], kinds[LockDemand], kinds[EligibilityDemand], kinds[ServiceDemand])
	if !x.try(elastic, nil) && len(groups) > 0 {
		x.try(elastic, groups)
	}
	for kind, ids := range kinds {
		if k := DemandKind(kind); k != TogetherDemand && k != ApartDemand && len(ids) > 0 {
			x.try(ids, nil)
		}
	}
	var tried [ServiceDemand + 1]int
	for _, id := range singles {
		kind := x.c.clauses[id].kind
		if tried[kind]++; tried[kind] > x.most {
			continue
		}
		switch kind {
		case TogetherDemand, ApartDemand:
			x.try(nil, []int32{id})
		case EligibilityDemand:
			x.admit(id)
		default:
			x.try([]int32{id}, nil)
		}
	}
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

// admit looks for the cheapest agent that may serve the unit as well.
func (x *explorer) admit(id int32) {
	const tries = 16
	c := x.c
	i := int(c.clauses[id].unit)
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
	for _, j := range agents[:min(len(agents), tries)] {
		x.guest = int32(j)
		if x.try([]int32{id}, nil) {
			break
		}
	}
	x.guest = -1
}

// try looks for the relaxation of the least price that changes no demands but
// those of soft, and drops those of the lists. It reports whether there is one.
func (x *explorer) try(soft, dropped []int32) bool {
	if x.ctx.Err() != nil {
		return false
	}
	for id := range x.price {
		x.price[id] = math.Inf(1)
	}
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
	var of []int32
	if ans.verdict == met {
		of = ans.of
	}
	changes := x.changes(soft, dropped, of)
	clear(x.price)
	if of == nil {
		return false
	}
	x.keep(changes, ans.bound, of)
	return true
}

// changes are those that make the plan possible.
func (x *explorer) changes(soft, dropped, of []int32) []Change {
	if of == nil {
		return nil
	}
	c := x.c
	loads := c.loads(of)
	var list []Change
	for _, id := range dropped {
		list = append(list, x.change(id, 0, -1))
	}
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

// keep solves the relaxed problem, of being a plan of it, and keeps what comes
// out unless it is there already.
func (x *explorer) keep(changes []Change, bound float64, of []int32) {
	r := Relaxation{Changes: changes, Bound: bound}
	for _, c := range changes {
		r.Price += c.Price
	}
	r.Bound = math.Min(r.Bound, r.Price)
	for k, old := range x.d.Relaxations {
		if slices.EqualFunc(old.Changes, changes, sameChange) {
			x.d.Relaxations[k].Bound = math.Max(old.Bound, r.Bound)
			return
		}
	}
	p := r.Apply(x.p)
	res, err := SingleSource{Seed: x.s.Seed}.Allocate(x.ctx, p)
	if err != nil || !res.Certificate.Feasible() {
		m, err := compile(p)
		if err != nil {
			return
		}
		if res = m.result(of, nil, partition.Converged, 0, x.s.Seed); !res.Certificate.Feasible() {
			return
		}
	}
	r.Result = res
	x.d.Relaxations = append(x.d.Relaxations, r)
}

func sameChange(a, b Change) bool { return sameDemand(a, b) && a.Agent == b.Agent }

func sameDemand(a, b Change) bool {
	return a.Demand.Kind == b.Demand.Kind && a.Demand.Unit == b.Demand.Unit && a.Demand.Agent == b.Demand.Agent &&
		a.Demand.Measure == b.Demand.Measure && a.Demand.List == b.Demand.List && a.To == b.To
}

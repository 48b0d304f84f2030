package allocate

import "math"

// promised is a promise while it is priced: without names, as there may be as
// many as units.
type promised struct {
	kind                 PromiseKind
	count                int
	unit, agent, measure int
	list                 int
	worth, rate          float64

	saving, most  float64
	coarse        bool // most and saving are to be refined, see refine
	solved, exact bool
	instead       int
	balance       []Shift
	relief        float64
	order         int
}

// promises lists all promises, those of a kind in ascending order.
func (x *explainer) promises() []promised {
	var all []promised
	add := func(k promised) {
		k.count = max(k.count, 1)
		k.order = len(all)
		all = append(all, k)
	}
	together := func(kind PromiseKind, measure, from int) {
		if count := len(all) - from; count > 1 {
			add(promised{kind: kind, count: count, unit: -1, agent: -1, measure: measure, list: -1})
		}
	}
	for i, j := range x.m.p.Fixed {
		if j >= 0 {
			add(promised{kind: LockPromise, unit: i, agent: j, measure: -1, list: -1})
		}
	}
	together(LockPromise, -1, 0)

	from := len(all)
	terms, stays := x.wishes()
	for _, e := range terms {
		add(promised{kind: PreferencePromise, unit: e.Unit, agent: e.Agent, measure: -1, list: -1, worth: e.Cost})
	}
	together(PreferencePromise, -1, from)
	from = len(all)
	for _, e := range stays {
		add(promised{kind: IncumbencyPromise, unit: e.Unit, agent: e.Agent, measure: -1, list: -1, worth: e.Cost})
	}
	together(IncumbencyPromise, -1, from)

	for r := range x.m.r {
		from = len(all)
		for j, upper := range x.m.upper[r] {
			if !math.IsInf(upper, 1) {
				add(promised{kind: CapacityPromise, unit: -1, agent: j, measure: r, list: -1,
					worth: upper, rate: math.Max(0, x.price(r, j))})
			}
		}
		together(CapacityPromise, r, from)
		from = len(all)
		for j, lower := range x.m.lower[r] {
			if lower > 0 {
				add(promised{kind: FloorPromise, unit: -1, agent: j, measure: r, list: -1,
					worth: lower, rate: math.Max(0, -x.price(r, j))})
			}
		}
		together(FloorPromise, r, from)
	}
	for _, g := range [...]struct {
		kind  PromiseKind
		lists [][]int
	}{{TogetherPromise, x.m.p.Together}, {ApartPromise, x.m.p.Apart}} {
		from = len(all)
		for k, list := range g.lists {
			if len(list) > 1 {
				add(promised{kind: g.kind, unit: -1, agent: -1, measure: -1, list: k})
			}
		}
		together(g.kind, -1, from)
	}
	return all
}

// wishes adds up the wishes for each pair, and for each unit and incumbent;
// those that are worth nothing are none.
func (x *explainer) wishes() (terms, stays []Term) {
	var all, kept []Term
	for _, w := range wishesOf(x.m.p.Cost) {
		all = append(all, w.terms...)
		for i, j := range w.incumbent {
			if j >= 0 && w.switching != nil {
				kept = append(kept, Term{i, j, w.switching[i]})
			}
		}
	}
	flat := func(s pairTerms) (list []Term) {
		for i := range len(s.start) - 1 {
			agents, costs := s.row(i)
			for k, j := range agents {
				if costs[k] != 0 {
					list = append(list, Term{i, int(j), costs[k]})
				}
			}
		}
		return list
	}
	return flat(sortTerms(all, x.m.n, x.m.m)), flat(sortTerms(kept, x.m.n, x.m.m))
}

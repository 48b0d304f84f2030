package allocate

import (
	"context"
	"math"
	"slices"
)

// blocks are the units that must go together, as disjoint sets of two and more.
type blocks struct {
	list [][]int // each ascending, by first unit
	of   []int32 // per unit the position in list, or -1; nil: there is no block
}

// blocks joins lists of Together with units in common.
func (m *model) blocks(lists [][]int) blocks {
	var b blocks
	root := make([]int32, 0)
	find := func(i int32) int32 {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, list := range lists {
		if len(list) < 2 {
			continue
		}
		if b.of == nil {
			b.of, root = make([]int32, m.n), make([]int32, m.n)
			for i := range root {
				b.of[i], root[i] = -1, int32(i)
			}
		}
		for _, i := range list[1:] {
			x, y := find(int32(list[0])), find(int32(i))
			root[max(x, y)] = min(x, y) // the first unit leads
		}
	}
	members := make([]int, len(root)) // of each leader
	for i := range root {
		members[find(int32(i))]++
	}
	for i := range root {
		lead := find(int32(i))
		if members[lead] < 2 {
			continue
		}
		if int(lead) == i {
			b.of[i] = int32(len(b.list))
			b.list = append(b.list, nil)
		}
		b.of[i] = b.of[lead]
		b.list[b.of[i]] = append(b.list[b.of[i]], i)
	}
	return b
}

// with lists the units that go with unit i, i among them.
func (b blocks) with(i int) []int {
	if b.of == nil || b.of[i] < 0 {
		return []int{i}
	}
	return b.list[b.of[i]]
}

// unitRounding is the relative rounding error of one operation.
const unitRounding = 0x1p-53

// priceBound is the Lagrangian dual at the prices with the units of a block as
// one: what [Bound] gives, or more.
func (q *pricer) bound(m *model, prices [][]float64, b blocks) float64 {
	bound := m.bound(prices)
	if math.IsInf(bound, -1) {
		return bound
	}
	f := m.finder(prices)
	for _, block := range b.list {
		whole, slack := q.least(m, prices, block, m.cost)
		bound += whole - slack
		for _, i := range block {
			alone, slack := q.alone(f, i)
			bound -= alone + slack
		}
	}
	return bound
}

// alone is the least priced cost of the unit, and more than its rounding error.
func (q *pricer) alone(f *finder, i int) (least, slack float64) {
	if f.index == nil {
		return q.least(f.m, f.price, []int{i}, f.m.cost)
	}
	var s scratch
	near := f.near(&s, i, 0)
	if len(near) == 0 {
		return math.Inf(1), 0
	}
	size := math.Abs(near[0].Priced)
	for r := range f.m.r {
		steep := 0.0
		for _, v := range f.price[r] {
			steep = math.Max(steep, math.Abs(v))
		}
		size += 2 * float64(f.m.value[r][i]*steep)
	}
	return near[0].Priced, q.slack(size)
}

// slack is more than the rounding error of a minimum whose terms have the size.
func (q *pricer) slack(size float64) float64 { return float64(q.m.r+16) * unitRounding * size }

// least is the least priced cost of the block with one agent, or unassigned, and
// more than its rounding error. cost takes the place of the model's.
func (q *pricer) least(m *model, prices [][]float64, block []int, cost func(i, j int) float64) (least, slack float64) {
	least = math.Inf(1)
	reach := 0.0
	for j := range m.agents() {
		var total, size float64
		for _, i := range block {
			c := cost(i, j)
			total += c
			size += math.Abs(c)
			if j == m.dummy || math.IsInf(c, 1) {
				continue
			}
			for r := range m.r {
				t := float64(m.loadOf(r, i, j) * prices[r][j])
				total += t
				size += math.Abs(t)
			}
		}
		if math.IsInf(total, 1) {
			continue
		}
		least = math.Min(least, total)
		reach = math.Max(reach, size)
	}
	return least, q.slack(float64(len(block)) * reach)
}

// price finds for each promise in turn what can be saved at most, and an
// estimate. It returns how many it has looked at when the context ends.
func (q *pricer) price(ctx context.Context, all []promised) int {
	free, plain, loose := *q.m, *q.m, *q.m // without locks, terms, incumbents
	open, mute, loyal := *q.m.p, *q.m.p, *q.m.p
	open.Fixed = nil
	mute.Cost = prepare(reworded(q.p.Cost, withoutTerm(-1, -1)))
	loyal.Cost = prepare(reworded(q.p.Cost, withoutStay(-1, -1)))
	free.p, plain.p, loose.p = &open, &mute, &loyal
	models := map[PromiseKind]*model{LockPromise: &free, PreferencePromise: &plain, IncumbencyPromise: &loose}
	now, unlocked, unbound := q.m.finder(q.prices), free.finder(q.prices), loose.finder(q.prices)

	// single is a promise about one unit: only what this unit costs changes.
	single := func(k *promised) {
		block := q.blocks.with(k.unit)
		m := models[k.kind]
		cost := func(i, j int) float64 {
			if i == k.unit && (k.kind != PreferencePromise || j == k.agent) {
				return m.cost(i, j)
			}
			return q.m.cost(i, j)
		}
		var with, without, e1, e2 float64
		if len(block) == 1 {
			with, e1 = q.alone(now, k.unit)
		} else {
			with, e1 = q.least(q.m, q.prices, block, q.m.cost)
		}
		switch {
		case len(block) == 1 && k.kind == LockPromise:
			without, e2 = q.alone(unlocked, k.unit)
		case len(block) == 1 && k.kind == IncumbencyPromise:
			without, e2 = q.alone(unbound, k.unit)
		default:
			without, e2 = q.least(q.m, q.prices, block, cost)
		}
		objective := q.objective
		if j := int(q.of[k.unit]); k.kind == PreferencePromise && j == k.agent || k.kind == IncumbencyPromise && j >= 0 && j != k.agent {
			objective -= k.worth
		}
		q.conclude(k, objective, q.base+(without-e2)-(with+e1))
	}
	for from := 0; from < len(all); {
		if ctx.Err() != nil {
			return from
		}
		to := from
		for to < len(all) && to < from+1<<16 && all[to].unit >= 0 {
			to++
		}
		if to > from {
			batch := all[from:to]
			parallel(groups, func(g int) {
				lo, hi := span(len(batch), g)
				for k := lo; k < hi && ctx.Err() == nil; k++ {
					single(&batch[k])
				}
			})
			if ctx.Err() != nil {
				return from
			}
			from = to
			continue
		}
		q.several(&all[from], models)
		from++
	}
	return len(all)
}

// several prices a promise that concerns more than one unit.
func (q *pricer) several(k *promised, models map[PromiseKind]*model) {
	switch k.kind {
	case LockPromise, PreferencePromise, IncumbencyPromise:
		m := models[k.kind]
		objective, _, _ := m.evaluate(q.of)
		q.conclude(k, objective, q.bound(m, q.prices, q.blocks))
	case CapacityPromise, FloorPromise:
		// A limit that is not there has no price; those of the others stay.
		prices := slices.Clone(q.prices)
		at := slices.Clone(prices[k.measure])
		prices[k.measure] = at
		changed := false
		for j, v := range at {
			binds := v > 0 && k.kind == CapacityPromise || v < 0 && k.kind == FloorPromise
			if binds && (k.count > 1 || j == k.agent) {
				at[j], changed = 0, true
			}
		}
		bound := q.base
		if changed {
			bound = q.bound(q.m, prices, q.blocks)
		}
		q.conclude(k, q.objective, bound)
	case TogetherPromise:
		q.conclude(k, q.objective, q.bound(q.m, q.prices, q.m.blocks(withoutList(q.p.Together, k.list))))
	case ApartPromise:
		q.conclude(k, q.objective, q.base) // the prices do not know who is apart
	}
}

// conclude draws the two figures from what the plan costs without the promise,
// and from the bound without it.
func (q *pricer) conclude(k *promised, objective, bound float64) {
	k.most = math.Max(0, objective-bound)
	k.saving = math.Min(k.most, math.Max(0, (objective-q.objective)+(q.base-bound)))
	if math.IsNaN(k.saving) {
		k.saving = 0
	}
	k.exact = q.feasible() && k.most <= 1e-9*math.Abs(objective)
}

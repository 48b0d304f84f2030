package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
)

// unitRounding is the relative rounding error of one operation.
const unitRounding = 0x1p-53

// alone is the least priced cost of the contracted unit, and more than its
// rounding error.
func (q *pricer) alone(f *finder, g int) (least, slack float64) {
	var s scratch
	near := f.near(&s, g, 0)
	if len(near) == 0 {
		return math.Inf(1), 0
	}
	size := math.Abs(near[0].Priced)
	for r := range f.m.r {
		most, steep := 0.0, 0.0
		for j, v := range f.price[r][:f.m.m] {
			steep = math.Max(steep, math.Abs(v))
			if f.m.load[r] != nil && v != 0 && !math.IsInf(f.m.cost(g, j), 1) {
				most = math.Max(most, f.m.loadOf(r, g, j))
			}
		}
		if f.m.load[r] == nil {
			most = f.m.value[r][g]
		}
		size += 2 * float64(most*steep)
	}
	return near[0].Priced, q.slack(size)
}

// slack is more than the rounding error of a minimum whose terms have the size.
func (q *pricer) slack(size float64) float64 { return float64(q.m.r+16) * unitRounding * size }

// least is the least priced cost of the units with one agent, or unassigned, and
// more than its rounding error. cost takes the place of the model's.
func (q *pricer) least(units []int32, cost func(i, j int) float64) (least, slack float64) {
	m := q.m
	least = math.Inf(1)
	reach := 0.0
	for j := range m.agents() {
		var total, size float64
		for _, i := range units {
			c := cost(int(i), j)
			if total += c; math.IsInf(total, 1) {
				break
			}
			size += math.Abs(c)
			for r := range m.r {
				if j != m.dummy {
					t := float64(m.loadOf(r, int(i), j) * q.prices[r][j])
					total += t
					size += math.Abs(t)
				}
			}
		}
		if !math.IsInf(total, 1) {
			least = math.Min(least, total)
			reach = math.Max(reach, size)
		}
	}
	return least, q.slack(float64(len(units)) * reach)
}

// relaxed is the problem with something withdrawn, as it is and contracted.
type relaxed struct{ m, c *model }

// relax is the problem that has not made the promise.
func (q *pricer) relax(k *promised) (relaxed, error) {
	m := *q.m
	m.p = q.without(m.p, k)
	m.p.Cost = prepare(m.p.Cost)
	c, err := m.contracted()
	return relaxed{&m, c}, err
}

// price finds for each promise in turn what can be saved at most, and an
// estimate. It returns how many it has looked at when the context ends.
func (q *pricer) price(ctx context.Context, all []promised) (int, error) {
	without := map[PromiseKind]relaxed{} // all promises of a kind
	finders := map[PromiseKind]*finder{}
	for _, kind := range [...]PromiseKind{LockPromise, PreferencePromise, IncumbencyPromise} {
		x, err := q.relax(&promised{kind: kind, count: 2, unit: -1, agent: -1})
		if err != nil {
			return 0, err
		}
		without[kind], finders[kind] = x, x.c.finder(q.prices)
	}
	now := q.c.finder(q.prices)

	// single prices a promise about one unit: only what its family costs changes.
	single := func(k *promised) {
		g, family := k.unit, []int32{int32(k.unit)}
		if q.c.family != nil {
			g = int(q.c.family.of[k.unit])
			family = q.c.family.members(g)
		}
		with, e1 := q.alone(now, g)
		var least, e2 float64
		if len(family) == 1 && k.kind != PreferencePromise {
			least, e2 = q.alone(finders[k.kind], g)
		} else {
			m := without[k.kind].m
			least, e2 = q.least(family, func(i, j int) float64 {
				if i == k.unit && (k.kind != PreferencePromise || j == k.agent) {
					return m.cost(i, j)
				}
				return q.m.cost(i, j)
			})
		}
		objective := q.objective
		if j := int(q.of[k.unit]); k.kind == PreferencePromise && j == k.agent || k.kind == IncumbencyPromise && j >= 0 && j != k.agent {
			objective -= k.worth
		}
		q.conclude(k, objective, q.base+(least-e2)-(with+e1), q.base)
	}
	for from := 0; from < len(all); {
		if ctx.Err() != nil {
			return from, nil
		}
		to := from
		for to < len(all) && to < from+1<<16 && all[to].unit >= 0 {
			to++
		}
		if to > from {
			batch := all[from:to]
			parallel.For(groups, func(g int) {
				lo, hi := span(len(batch), g)
				for k := lo; k < hi && ctx.Err() == nil; k++ {
					single(&batch[k])
				}
			})
			if ctx.Err() != nil {
				return from, nil
			}
			from = to
			continue
		}
		if err := q.several(&all[from], without); err != nil {
			return from, err
		}
		from++
	}
	return len(all), nil
}

// several prices a promise that concerns more than one unit.
func (q *pricer) several(k *promised, without map[PromiseKind]relaxed) error {
	switch k.kind {
	case LockPromise, PreferencePromise, IncumbencyPromise:
		x := without[k.kind]
		objective, _, _ := x.m.evaluate(q.of)
		q.conclude(k, objective, x.c.bound(q.prices), q.most)
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
		bound := q.most
		if changed {
			bound = q.tight.bound(prices)
		}
		q.conclude(k, q.objective, bound, q.most)
		k.coarse = changed
	case TogetherPromise, ApartPromise:
		x, err := q.relax(k)
		if err != nil {
			return err
		}
		q.conclude(k, q.objective, x.c.bound(q.prices), q.most)
	}
	return nil
}

// refine prices the dearest limits, up to a number, by the best prices there are
// without them: those of the result are far from these, as the prices of all
// neighbours give way together.
func (q *pricer) refine(ctx context.Context, all []promised, number int) {
	for k := range all {
		at := &all[k]
		if !at.coarse {
			continue
		}
		if number--; number < 0 || ctx.Err() != nil {
			return
		}
		loose := *q.tight
		limits := &loose.upper
		absent := math.Inf(1)
		if at.kind == FloorPromise {
			limits, absent = &loose.lower, 0
		}
		*limits = slices.Clone(*limits)
		row := slices.Clone((*limits)[at.measure])
		(*limits)[at.measure] = row
		for j := range row {
			if at.count > 1 || j == at.agent {
				row[j] = absent
			}
		}
		if x, err := loose.relax(ctx, 1e-4, nil); err == nil {
			before := at.most
			q.conclude(at, q.objective, x.bound, q.most)
			at.most = math.Min(at.most, before)
			at.saving = math.Min(at.saving, at.most)
			at.coarse = false
		}
	}
}

// conclude draws the two figures from what the plan costs without the promise,
// and from the bounds without and with it.
func (q *pricer) conclude(k *promised, objective, bound, with float64) {
	k.most = math.Max(0, objective-bound)
	k.saving = math.Min(k.most, math.Max(0, (objective-q.objective)+(with-bound)))
	if math.IsNaN(k.saving) {
		k.saving = 0
	}
	if k.exact = q.feasible() && k.most <= 1e-9*math.Abs(objective); k.exact {
		k.saving = 0
	}
}

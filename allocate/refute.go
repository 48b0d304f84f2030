package allocate

import (
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// cutFirst is the number of pairs of unit and agent from which on cuts are tried first.
const cutFirst = 20_000

// decide answers whether a plan meets the demands: by search and, where they are
// too many for that alone, by cuts, which never say that one does.
func (a *asker) decide(ids []int32) verdict {
	if a.pairs(ids) > cutFirst {
		switch {
		case a.overfull(ids):
			return refuted
		case a.quick:
			return open
		case a.cut(ids) != nil:
			return refuted
		}
	}
	return a.hard(ids, true, a.nodes).verdict
}

// pairs is about how many pairs of unit and agent the demands concern.
func (a *asker) pairs(ids []int32) float64 {
	units, agents, floors := 0, 1, false
	for _, id := range ids {
		switch a.c.clauses[id].kind {
		case ServiceDemand, LockDemand:
			units++
		case CapacityDemand:
			agents++
		case FloorDemand:
			agents++
			floors = true
		}
	}
	if floors {
		units = a.c.m.n
	}
	return float64(units) * float64(min(agents, a.c.m.m))
}

// cut is the error of infeasible for the demands alone, without the units they
// do not concern. Together and Apart do not count.
func (a *asker) cut(ids []int32) error {
	defer func() {
		a.work += int(math.Min(a.pairs(ids), conflictWork))
		a.reset()
		for _, id := range ids {
			a.price[id] = 0
		}
	}()
	a.gather(ids)
	for _, id := range ids {
		a.price[id] = math.Inf(1)
	}
	c, m := a.c, a.c.m
	units := slices.Clone(a.marked)
	slices.Sort(units)
	p := &Problem{
		Measures: slices.Clone(m.p.Measures), Load: make([]Costs, m.r),
		Fixed: make([]int, len(units)), Penalty: make([]float64, len(units)),
		Cost: CostFunc(len(units), m.m, func(k, j int) float64 {
			i := int(units[k])
			if (a.priceOf(c.only[i]) > 0 || a.priceOf(c.serves[j]) > 0) && !c.may(i, j) || !c.could(i, j) {
				return math.Inf(1)
			}
			return 0
		}),
	}
	sub := &model{p: p, n: len(units), m: m.m, r: m.r, uniform: m.uniform, dummy: m.m, load: make([]Costs, m.r), value: make([][]float64, m.r)}
	for k, i := range units {
		p.Fixed[k] = partition.Unassigned
		if a.priceOf(c.lock[i]) > 0 {
			p.Fixed[k] = m.fixed(int(i))
		}
		if a.priceOf(c.service[i]) > 0 {
			p.Penalty[k] = math.Inf(1)
		}
	}
	for r := range m.r {
		lower, upper := make([]float64, m.m), make([]float64, m.m)
		for j := range m.m {
			upper[j] = math.Inf(1)
			if a.priceOf(c.upper[r][j]) > 0 {
				upper[j] = m.upper[r][j]
			}
			if a.priceOf(c.lower[r][j]) > 0 {
				lower[j] = m.lower[r][j]
			}
		}
		sub.lower, sub.upper = append(sub.lower, lower), append(sub.upper, upper)
		if load := m.load[r]; load != nil {
			sub.load[r] = CostFunc(len(units), m.m, func(k, j int) float64 { return load.At(int(units[k]), j) })
			continue
		}
		sub.value[r] = make([]float64, len(units))
		for k, i := range units {
			sub.value[r][k] = m.value[r][i]
		}
	}
	err := sub.stranded()
	if err == nil {
		err = sub.infeasible(a.ctx, false)
	}
	if !errors.Is(err, partition.ErrInfeasible) {
		return nil
	}
	each(err, func(e *partition.InfeasibleError) {
		for k, u := range e.Units {
			e.Units[k] = int(units[u])
		}
	})
	return err
}

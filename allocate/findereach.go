package allocate

import (
	"math"
	"slices"
)

// each calls visit for every unit of the list in turn with what near returns
// for it; slack is per position, nil: 0. near is valid until visit returns.
// Where the costs can, neighbours in the list share a search.
func (f *finder) each(units []int32, slack []float64, visit func(at int, near []Candidate)) {
	m := f.m
	index, ok := f.index.(eachIndex)
	if !ok || m.p.Fixed != nil {
		var s scratch
		for k, i := range units {
			visit(k, f.near(&s, int(i), slackAt(slack, k)))
		}
		return
	}
	var with []Candidate // the candidates and the dummy
	index.findEach(units, m.value, slack, m.p.Allowed, func(at int, near []Candidate) {
		if i := units[at]; m.dummy >= 0 && !math.IsInf(m.p.Penalty[i], 1) {
			with = append(with[:0], near...)
			dummy := Candidate{Agent: m.dummy, Cost: m.p.Penalty[i], Priced: m.p.Penalty[i]}
			place, _ := slices.BinarySearchFunc(with, dummy, candidateOrder)
			with = slices.Insert(with, place, dummy)
			limit := with[0].Priced + slackAt(slack, at)
			near = slices.DeleteFunc(with, func(c Candidate) bool { return c.Priced > limit })
		}
		visit(at, near)
	})
}

func slackAt(slack []float64, k int) float64 {
	if slack == nil {
		return 0
	}
	return slack[k]
}

// order lists the units so that neighbours are near each other where the costs
// know what near means, else ascending. The slice must not be modified.
func (m *model) order() []int32 { return localOrder(m.p.Cost) }

func localOrder(c Costs) []int32 {
	if o, ok := c.(interface{ localOrder() []int32 }); ok {
		return o.localOrder()
	}
	n, _ := c.Dims()
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

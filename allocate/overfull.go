package allocate

import (
	"math"

	"github.com/territory-go/territory/internal/flow"
)

// overfull reports whether units that the demands want served bring more of a
// measure than those who may serve them can take in whole loads. It is weaker
// than cut, which also knows of units that fit nowhere and of lower limits, and
// much faster: it looks at groups of units, in O(n + groups·m).
func (a *asker) overfull(ids []int32) bool {
	c, m := a.c, a.c.m
	for _, id := range ids {
		a.price[id] = math.Inf(1)
	}
	defer func() {
		for _, id := range ids {
			a.price[id] = 0
		}
	}()
	count := len(c.who.start) - 1
	keys := make([]int32, 0, len(ids)) // per unit: its group, or that of its lock, or the one without demands
	var units []int32
	for _, id := range ids {
		i := c.clauses[id].unit
		switch c.clauses[id].kind {
		case LockDemand:
			keys = append(keys, int32(count)+1+c.clauses[id].agent)
		case ServiceDemand:
			switch {
			case a.priceOf(c.lock[i]) > 0:
				continue
			case a.priceOf(c.only[i]) > 0:
				keys = append(keys, int32(c.who.group[i]))
			default:
				keys = append(keys, int32(count))
			}
		default:
			continue
		}
		units = append(units, i)
	}
	a.work += 20*len(ids) + 10*count*m.m
	for r := range m.r {
		if m.value[r] != nil && a.overfullIn(r, units, keys) {
			return true
		}
	}
	return false
}

func (a *asker) overfullIn(r int, units, keys []int32) bool {
	c, m := a.c, a.c.m
	count := len(c.who.start) - 1
	sums := make([]sum, count+1+m.m)
	loads := make([]float64, len(units))
	for k, i := range units {
		loads[k] = m.value[r][i]
		sums[keys[k]].add(loads[k])
	}
	g, exact := grain(loads)
	room := make([]float64, m.m)
	for j := range room {
		room[j] = math.Inf(1)
		if a.priceOf(c.upper[r][j]) > 0 {
			if room[j] = m.upper[r][j]; g > 0 {
				whole := wholeBelow(room[j], g)
				if !exact {
					whole += float64(1e-3 * g)
				}
				room[j] = math.Min(room[j], whole)
			}
		}
	}
	total := 0.0
	b := &flow.Bipartite{Start: []int{0}}
	var demand []float64
	for key, s := range sums {
		d := s.total()
		if d == 0 {
			continue
		}
		agents := a.everyone
		switch {
		case key < count:
			agents = c.who.agents(key)
		case key > count:
			agents = a.everyone[key-count-1 : key-count]
		}
		escape := false
		for _, j := range agents {
			escape = escape || math.IsInf(room[j], 1)
		}
		if escape {
			continue
		}
		total += d
		demand = append(demand, d)
		b.Right = append(b.Right, agents...)
		b.Start = append(b.Start, len(b.Right))
	}
	if len(demand) == 0 {
		return false
	}
	w := wholeUpTo(total)
	for _, d := range demand {
		b.Supply = append(b.Supply, w.down(d))
	}
	for _, x := range room {
		b.Capacity = append(b.Capacity, w.up(x+slackOf(total)))
	}
	cut, err := b.Overflow(a.ctx, 0)
	return err == nil && cut != nil
}

package allocate

import (
	"cmp"
	"slices"
)

// knapsackItem may be taken for its gain > 0, and takes weight ≥ 0.
type knapsackItem struct {
	gain, weight, ratio float64
	unit                int32
}

// heavierGain orders items by falling gain per weight; weightless ones first.
func heavierGain(a, b knapsackItem) int {
	return cmp.Or(cmp.Compare(b.ratio, a.ratio), cmp.Compare(a.unit, b.unit))
}

// fillKnapsack is the most that the items are worth together within the room,
// one of them taken in part: Dantzig's bound. It orders the items so that those
// taken whole come first; part is the fraction of the next one. Expected O(n).
func fillKnapsack(items []knapsackItem, room float64) (value float64, taken int, part float64) {
	lo, hi := 0, len(items)
	for lo < hi {
		// Split items[lo:hi] by a middle one, and go on with the half in which the room ends.
		a, b, c := items[lo], items[lo+(hi-lo)/2], items[hi-1]
		if heavierGain(b, a) < 0 {
			a, b = b, a
		}
		pivot := b
		if heavierGain(c, b) < 0 {
			pivot = c
			if heavierGain(c, a) < 0 {
				pivot = a
			}
		}
		weight, gain, at := 0.0, 0.0, lo
		for e := lo; e < hi; e++ {
			if heavierGain(items[e], pivot) < 0 {
				items[at], items[e] = items[e], items[at]
				weight += items[at].weight
				gain += items[at].gain
				at++
			}
		}
		if weight > room {
			hi = at
			continue
		}
		value += gain
		room -= weight
		lo = at
		// The pivot comes next.
		for e := lo; e < hi; e++ {
			if items[e] == pivot {
				items[lo], items[e] = items[e], items[lo]
				break
			}
		}
		if pivot.weight > room {
			part = room / pivot.weight
			return value + float64(part*pivot.gain), lo, part
		}
		value += pivot.gain
		room -= pivot.weight
		lo++
	}
	return value, lo, 0
}

// knapsack solves small knapsacks by branch and bound.
type knapsack struct {
	items []knapsackItem
	taken []bool
	best  []bool
	value float64
	nodes int
}

// solve is the most that the items are worth together within the room, each
// taken or left, and which are taken; done is false, and the rest nothing,
// where that takes more than the given number of nodes. The items are sorted.
func (k *knapsack) solve(items []knapsackItem, room float64, nodes int) (value float64, taken []bool, done bool) {
	slices.SortFunc(items, heavierGain)
	k.items = items
	k.taken = append(k.taken[:0], make([]bool, len(items))...)
	k.best = append(k.best[:0], make([]bool, len(items))...)
	k.value, k.nodes = -1, nodes
	k.branch(0, 0, room)
	return k.value, k.best, k.nodes > 0
}

// branch decides about the items from at on.
func (k *knapsack) branch(at int, value, room float64) {
	for ; k.nodes > 0; at++ {
		k.nodes--
		if at == len(k.items) {
			if value > k.value {
				k.value = value
				copy(k.best, k.taken)
			}
			break
		}
		// The bound: fill up with what comes next.
		bound, left := value, room
		for e := at; e < len(k.items); e++ {
			if w := k.items[e].weight; w > left {
				bound += float64(k.items[e].gain * (left / w))
				break
			}
			left -= k.items[e].weight
			bound += k.items[e].gain
		}
		if bound <= k.value {
			break
		}
		if w := k.items[at].weight; w <= room {
			k.taken[at] = true
			k.branch(at+1, value+k.items[at].gain, room-w)
			k.taken[at] = false
		}
	}
}

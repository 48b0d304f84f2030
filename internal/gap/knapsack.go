package gap

import (
	"math"
	"math/bits"
	"slices"
)

// Knapsack chooses the items of most profit that fit into a room. The zero value
// works; its memory is used again.
//
// Method: the items in the order of profit per weight are packed up to the first
// that does not fit, the break item. From there a dynamic program decides about
// the items one by one, outwards on both sides of the break, and keeps of the
// packings only those that no lighter one equals and that a fractional rest
// could still bring above the best: Pisinger's expanding core. Weights and
// profits may be any real numbers ≥ 0. Time is O(k log k) to sort and, as a
// rule, some dozens of steps over some hundreds of packings; the worst case is
// exponential, which maxPackings and maxSteps cut short.
//
// Pisinger, "A minimal algorithm for the 0-1 knapsack problem", Operations
// Research 45 (1997); we keep whole lists of decisions where he keeps the last.
type Knapsack struct {
	items  []item
	list   []packing
	next   []packing
	trail  []decision
	most   int     // index in trail of the best packing; -1: the greedy one
	brk    int     // the break item
	linear float64 // value of the fractional packing
	steps  int64   // of all calls of Solve, some nanoseconds each
}

// stepsPerWork makes knapsacks and chains comparable: so many steps take about
// as long as a chain.
const stepsPerWork = 150

// Work is what Solve has done in all, in the unit of a budget.
func (k *Knapsack) Work() int { return int(k.steps / stepsPerWork) }

type item struct {
	id            int32
	weight, value float64
	rate          float64 // value per weight; +Inf where the weight is 0
}

// packing is a set of items that differs from the greedy one by its decisions.
type packing struct {
	weight, value float64
	last          int32 // in trail; -1: none
}

// decision turns one item of the greedy packing around.
type decision struct {
	item, before int32
}

const (
	maxPackings = 1 << 15 // that are kept at most
	maxSteps    = 1 << 19 // of one call of Solve, some milliseconds
)

// Reset forgets all items.
func (k *Knapsack) Reset() { k.items = k.items[:0] }

// Add puts up an item for choice. Items without profit are never chosen.
func (k *Knapsack) Add(id int32, weight, value float64) {
	if value <= 0 {
		return
	}
	rate := math.Inf(1)
	if weight > 0 {
		rate = value / weight
	}
	k.items = append(k.items, item{id, weight, value, rate})
}

// Solve packs a room ≥ 0. No packing is worth more than bound; the best one that
// was found is worth value, the same unless the search was cut short.
func (k *Knapsack) Solve(room float64) (bound, value float64) {
	k.items = slices.DeleteFunc(k.items, func(a item) bool { return a.weight > room })
	slices.SortFunc(k.items, byRate)
	k.steps += int64(len(k.items) * (8 + 2*bits.Len(uint(len(k.items)))))
	weight := 0.0
	k.brk, k.most, k.trail = 0, -1, k.trail[:0]
	for k.brk < len(k.items) && weight+k.items[k.brk].weight <= room {
		weight += k.items[k.brk].weight
		value += k.items[k.brk].value
		k.brk++
	}
	k.linear = value
	if k.brk == len(k.items) {
		return value, value
	}
	k.linear += float64((room - weight) * k.items[k.brk].rate)
	greedy := value
	// What still fits beside the greedy packing makes a first plan to beat.
	free := room - weight
	for q := k.brk + 1; q < len(k.items); q++ {
		if a := &k.items[q]; a.weight <= free {
			free -= a.weight
			value += a.value
			k.trail = append(k.trail, decision{int32(q), int32(k.most)})
			k.most = len(k.trail) - 1
		}
	}
	k.list = append(k.list[:0], packing{weight, greedy, -1})
	in, out := k.brk, k.brk-1 // the next item to add, to take away
	until := k.steps + maxSteps
	for len(k.list) > 0 && (in < len(k.items) || out >= 0) {
		if in < len(k.items) {
			in++
			value = k.decide(int32(in-1), 1, room, value, in, out)
		}
		if out >= 0 && len(k.list) > 0 {
			out--
			value = k.decide(int32(out+1), -1, room, value, in, out)
		}
		if len(k.list) > maxPackings || k.steps > until {
			bound = value
			for _, s := range k.list {
				free := room - s.weight
				if free >= 0 && in < len(k.items) {
					bound = math.Max(bound, s.value+float64(free*k.items[in].rate))
				} else if free < 0 {
					bound = math.Max(bound, s.value+float64(free*k.items[out].rate))
				}
			}
			return bound, value
		}
	}
	return value, value
}

// byRate puts the best profit per weight first.
func byRate(a, b item) int {
	switch {
	case a.rate > b.rate:
		return -1
	case a.rate < b.rate:
		return 1
	}
	return int(a.id - b.id)
}

// Rate is the profit per weight of the break item, what a little more room is
// worth to a fractional packing; 0 where everything fits.
func (k *Knapsack) Rate() float64 {
	if k.brk == len(k.items) {
		return 0
	}
	return k.items[k.brk].rate
}

// Chosen appends the ids of the best packing to dst, in no particular order.
func (k *Knapsack) Chosen(dst []int32) []int32 {
	from := len(dst)
	for _, a := range k.items[:k.brk] {
		dst = append(dst, a.id)
	}
	for t := k.most; t >= 0; t = int(k.trail[t].before) {
		a := k.trail[t].item
		if int(a) >= k.brk {
			dst = append(dst, k.items[a].id)
			continue
		}
		at := from + slices.Index(dst[from:], k.items[a].id)
		dst[at] = dst[len(dst)-1]
		dst = dst[:len(dst)-1]
	}
	return dst
}

// decide merges the list with itself after turning an item around, sign 1 to add
// it and -1 to take it away. It drops what a lighter packing equals and what
// fractions of the items still undecided, from in upwards and from out
// downwards, cannot bring above the best. It returns the value of the best.
func (k *Knapsack) decide(at int32, sign, room, best float64, in, out int) float64 {
	a := k.items[at]
	dw, dv := float64(sign*a.weight), float64(sign*a.value)
	gain, loss := 0.0, math.Inf(1) // per weight: what free room may bring, what excess must cost
	if in < len(k.items) {
		gain = k.items[in].rate
	}
	if out >= 0 {
		loss = k.items[out].rate
	}
	old, merged := k.list, k.next[:0]
	k.steps += int64(4 + 2*len(old))
	top := math.Inf(-1) // the most value of the lighter packings
	x, y := 0, 0
	for y < len(old) {
		var s packing
		moved := x == len(old)
		if !moved {
			s = old[x]
			w := old[y].weight + dw
			moved = w < s.weight || w == s.weight && old[y].value+dv > s.value
		}
		if moved {
			s = packing{old[y].weight + dw, old[y].value + dv, old[y].last}
			y++
		} else {
			x++
		}
		if s.value <= top {
			continue
		}
		free := room - s.weight
		if free >= 0 {
			if s.value+float64(free*gain) <= best {
				continue
			}
		} else if !(s.value+float64(free*loss) > best) {
			continue
		}
		top = s.value
		if moved {
			k.trail = append(k.trail, decision{at, s.last})
			s.last = int32(len(k.trail) - 1)
		}
		if free >= 0 && s.value > best {
			best, k.most = s.value, int(s.last)
		}
		merged = append(merged, s)
	}
	for ; x < len(old); x++ {
		s := old[x]
		if s.value <= top {
			continue
		}
		free := room - s.weight
		if free >= 0 && s.value+float64(free*gain) <= best || free < 0 && !(s.value+float64(free*loss) > best) {
			continue
		}
		top = s.value
		merged = append(merged, s)
	}
	k.list, k.next = merged, old
	return best
}

// Linear is what a fractional packing of the room is worth.
func (k *Knapsack) Linear() float64 { return k.linear }

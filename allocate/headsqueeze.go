package allocate

import (
	"context"
	"math"
	"math/rand/v2"
)

// squeezer empties the pool of a crew that has one territory fewer than a plan
// needed. Units that find no room eject others. What a unit costs to eject
// grows with every failure to place it, so that the search leaves no
// unit behind for long: the ejection pool of Nagata and Bräysy for vehicle routes, with
// territories in place of routes.
type squeezer struct {
	*crew
	rng   *rand.Rand
	pool  []int32
	cost  []float64 // per unit, of ejecting it
	tabu  []int     // per unit the step up to which it stays where it was put
	step  int
	slots []int32 // scratch
	out   []int32 // scratch: units to eject
	best  []int32
}

// run places the units of the pool until none is left, and reports whether it did before limit looks were taken.
func (q *squeezer) run(ctx context.Context, limit int) bool {
	for len(q.pool) > 0 {
		if q.looks > limit || q.step&15 == 0 && ctx.Err() != nil {
			return false
		}
		q.step++
		i := q.hardest()
		if s := q.home(i, noSlot); s != noSlot {
			q.put(i, s)
			continue
		}
		if q.shift(i) {
			continue
		}
		q.cost[i]++
		if !q.eject(i) {
			q.pool = append(q.pool, i)
		}
	}
	return true
}

// hardest takes the unit out of the pool that failed most often.
func (q *squeezer) hardest() int32 {
	at := len(q.pool) - 1
	for k, i := range q.pool {
		if q.cost[i] > q.cost[q.pool[at]] || q.cost[i] == q.cost[q.pool[at]] && q.rng.IntN(2) == 0 {
			at = k
		}
	}
	i := q.pool[at]
	q.pool[at] = q.pool[len(q.pool)-1]
	q.pool = q.pool[:len(q.pool)-1]
	return i
}

// shift makes room for unit i by moving one other unit to where it fits.
func (q *squeezer) shift(i int32) bool {
	q.slots = q.reachable(q.slots[:0], i)
	for _, s := range q.slots {
		q.looks += len(q.members[s])
		for _, j := range q.members[s] {
			if !q.fits(i, s, j) {
				continue
			}
			if to := q.crew.home(j, s); to != noSlot {
				q.take(j)
				q.put(j, to)
				q.put(i, s)
				return true
			}
		}
	}
	return false
}

// eject places unit i where that drives out the least cost of others: by
// making room in a territory in reach, or by moving the centre of one into reach.
func (q *squeezer) eject(i int32) bool {
	least, slot, site := math.Inf(1), int32(noSlot), int32(noSlot)
	q.best = q.best[:0]
	consider := func(s, c int32) {
		if cost := q.ejected(i, s, c, least); cost < least || cost == least && cost < math.Inf(1) && q.rng.IntN(3) == 0 {
			least, slot, site = cost, s, c
			q.best = append(q.best[:0], q.out...)
		}
	}
	q.slots = q.reachable(q.slots[:0], i)
	for _, s := range q.slots {
		consider(s, q.site[s])
	}
	near := q.near(int(i))
	for _, s := range q.neighbors(i) {
		for range min(len(near), 12) {
			if c := near[q.rng.IntN(len(near))]; q.slot[c] == noSlot {
				consider(s, c)
			}
		}
	}
	if slot == noSlot {
		return false
	}
	for _, j := range q.best {
		q.take(j)
		q.pool = append(q.pool, j)
	}
	if q.site[slot] != site {
		q.slot[q.site[slot]] = noSlot
		q.site[slot], q.slot[site] = site, slot
	}
	q.put(i, slot)
	q.tabu[i] = q.step + 5 + q.rng.IntN(10)
	return true
}

// neighbors are slots whose centre may be moved for unit i: the nearest few, and a few at random.
func (q *squeezer) neighbors(i int32) []int32 {
	const few = 4
	var slots []int32
	var at [few]float64
	for s, c := range q.site {
		d := q.distance(int(i), int(c))
		if len(slots) < few {
			slots = append(slots, int32(s))
			at[len(slots)-1] = d
		} else if d >= at[few-1] {
			continue
		} else {
			slots[few-1], at[few-1] = int32(s), d
		}
		for k := len(slots) - 1; k > 0 && at[k] < at[k-1]; k-- {
			slots[k], slots[k-1], at[k], at[k-1] = slots[k-1], slots[k], at[k-1], at[k]
		}
	}
	q.looks += 2 * len(q.site)
	for range min(few, len(q.site)) {
		slots = append(slots, int32(q.rng.IntN(len(q.site))))
	}
	return slots
}

// ejected is the cost of the units that must leave slot s when its centre is
// at site c and unit i comes in; they are left in out. It gives up, and says
// +Inf, above most.
func (q *squeezer) ejected(i, s, c int32, most float64) float64 {
	q.out = q.out[:0]
	cost := 0.0
	var stay []int32
	moved := q.site[s] != c
	q.looks += len(q.members[s])
	if moved && !q.suits(int(i), int(c)) {
		return math.Inf(1)
	}
	for _, j := range q.members[s] {
		if moved && !q.inReach(int(j), int(c)) {
			q.out = append(q.out, j)
			if cost += q.burden(j, s); cost > most {
				return math.Inf(1)
			}
			continue
		}
		stay = append(stay, j)
	}
	for r, value := range q.value {
		for {
			load := value[i]
			for _, j := range stay {
				load += value[j]
			}
			over := load - q.room[r][c] - q.slack
			if over <= 0 {
				break
			}
			// One that is enough, the cheapest; else the one that brings most for its cost.
			at, enough, worth := -1, false, math.Inf(1)
			for k, j := range stay {
				if value[j] == 0 || q.tabu[j] > q.step {
					continue
				}
				if value[j] >= over {
					if !enough || q.cost[j] < worth {
						at, enough, worth = k, true, q.cost[j]
					}
				} else if x := q.cost[j] / value[j]; !enough && x < worth {
					at, worth = k, x
				}
			}
			if at < 0 {
				return math.Inf(1)
			}
			j := stay[at]
			q.out = append(q.out, j)
			if cost += q.cost[j]; cost > most {
				return math.Inf(1)
			}
			stay[at] = stay[len(stay)-1]
			stay = stay[:len(stay)-1]
		}
	}
	return cost
}

// burden is the cost of ejecting unit j from slot s: next to nothing where
// another territory has room for it.
func (q *squeezer) burden(j, s int32) float64 {
	if q.tabu[j] > q.step {
		return 10 * q.cost[j]
	}
	if q.crew.home(j, s) != noSlot {
		return 0.01 * q.cost[j]
	}
	return q.cost[j]
}

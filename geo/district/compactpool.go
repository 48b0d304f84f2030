package district

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
)

// poolUnits is the largest number of units of which territories are collected.
const poolUnits = 256

// poolSet is a set of up to poolUnits units.
type poolSet [poolUnits / 64]uint64

func (a *poolSet) add(u int32) { a[u>>6] |= 1 << (u & 63) }

func (a *poolSet) within(b *poolSet) bool {
	return a[0]&^b[0]|a[1]&^b[1]|a[2]&^b[2]|a[3]&^b[3] == 0
}

func (a poolSet) without(b *poolSet) poolSet {
	return poolSet{a[0] &^ b[0], a[1] &^ b[1], a[2] &^ b[2], a[3] &^ b[3]}
}

func (a *poolSet) each(f func(u int32)) {
	for at, word := range a {
		for ; word != 0; word &= word - 1 {
			f(int32(64*at + bits.TrailingZeros64(word)))
		}
	}
}

// column is a territory within the limits, whichever it is.
type column struct {
	set     poolSet
	cost    float64
	reduced float64
}

// pool collects territories that searches went through, and finds the best plan
// that can be put together of them: columns of a set-partitioning problem.
type pool struct {
	n, k    int
	columns []column
	units   []int32
	sums    []float64
	known   map[poolSet]bool

	u     []float64 // multipliers per unit
	fresh bool      // these are not yet set

	all    poolSet
	of     [][]int32 // per unit, the columns that hold it, the least reduced cost first
	chosen []int32
	found  []int32 // the best plan so far; nil: none better than what was given
	below  float64 // what it has to cost less than
	looked int64   // at columns
	limit  int64
	pause  int64 // when to look at the context
	ctx    context.Context
}

const (
	poolMet     = 1 << 15 // noted by a walk in a round
	poolColumns = 40_000  // kept from one round to the next
	poolLooks   = 1 << 25 // at columns, of a search on the way
	bestLooks   = 1 << 30 // of the one among all columns
)

func newPool(m *model) *pool {
	p := &pool{n: m.n, k: m.k, known: make(map[poolSet]bool), fresh: true, u: make([]float64, m.n), sums: make([]float64, m.n)}
	for u := range int32(m.n) {
		p.all.add(u)
	}
	return p
}

func (p *pool) add(set poolSet, x *compactCosts) {
	if p.known[set] {
		return
	}
	p.known[set] = true
	p.units = p.units[:0]
	set.each(func(u int32) { p.units = append(p.units, u) })
	_, cost := x.centre(p.units, p.sums)
	p.columns = append(p.columns, column{set: set, cost: cost})
}

// combine is the best plan of columns that costs less than below, if the search
// finds one; else nil.
func (p *pool) combine(below float64) []int32 {
	if len(p.columns) < p.k {
		return nil
	}
	p.raise(context.Background(), below)
	p.sort()
	if len(p.columns) > poolColumns {
		for _, c := range p.columns[poolColumns:] {
			delete(p.known, c.set)
		}
		p.columns = p.columns[:poolColumns]
	}
	p.divide(context.Background(), below, poolLooks)
	return p.found
}

// best is the best plan of all columns that costs less than below, or nil: there
// is none, if the search was complete.
func (p *pool) best(ctx context.Context, below float64) (plan []int32, complete bool) {
	if len(p.columns) < p.k {
		return nil, true
	}
	p.raise(ctx, below)
	p.sort()
	p.divide(ctx, below, bestLooks)
	return p.found, p.looked < bestLooks
}

func (p *pool) sort() {
	p.price()
	slices.SortFunc(p.columns, func(a, b column) int {
		return cmp.Or(cmp.Compare(a.reduced, b.reduced), slices.Compare(a.set[:], b.set[:]))
	})
}

// divide searches for a plan that costs less than below, with at most so many looks at columns.
func (p *pool) divide(ctx context.Context, below float64, looks int64) {
	// K-1 others cost at least the least ones in addition to the multipliers.
	total := 0.0
	for _, v := range p.u {
		total += v
	}
	others := 0.0
	for _, c := range p.columns[:p.k-1] {
		others += c.reduced
	}
	p.of = make([][]int32, p.n)
	for i := range p.columns {
		c := &p.columns[i]
		if total+others+c.reduced >= below {
			break
		}
		c.set.each(func(u int32) { p.of[u] = append(p.of[u], int32(i)) })
	}
	p.below, p.found, p.looked, p.chosen = below, nil, 0, p.chosen[:0]
	p.ctx, p.limit, p.pause = ctx, looks, 0
	p.search(p.all, total)
}

// search divides the units that are left among columns; sum is the multipliers
// and the reduced costs of the columns chosen.
func (p *pool) search(left poolSet, sum float64) {
	depth := len(p.chosen)
	if left == (poolSet{}) {
		if depth == p.k && (sum < p.below-float64(1e-9*math.Abs(p.below)) || math.IsInf(p.below, 1)) {
			p.below = sum
			p.found = make([]int32, p.n)
			for t, i := range p.chosen {
				p.columns[i].set.each(func(u int32) { p.found[u] = int32(t) })
			}
		}
		return
	}
	if depth == p.k || p.looked >= p.limit {
		return
	}
	if p.looked >= p.pause {
		if p.pause = p.looked + 1<<16; p.ctx.Err() != nil {
			p.looked = p.limit
			return
		}
	}
	p.looked += int64(p.n)
	least := float64(float64(p.k-depth-1) * math.Min(0, p.columns[0].reduced))
	// The unit that fewest columns can serve.
	few, unit := math.MaxInt, int32(-1)
	left.each(func(u int32) {
		count := 0
		for _, i := range p.of[u] {
			p.looked++
			if c := &p.columns[i]; sum+c.reduced+least >= p.below {
				break
			} else if c.set.within(&left) {
				count++
			}
			if count >= few {
				return
			}
		}
		few, unit = count, u
	})
	if few == 0 {
		return
	}
	for _, i := range p.of[unit] {
		p.looked++
		c := &p.columns[i]
		if sum+c.reduced+least >= p.below {
			break
		}
		if !c.set.within(&left) {
			continue
		}
		p.chosen = append(p.chosen, i)
		p.search(left.without(&c.set), sum+c.reduced)
		p.chosen = p.chosen[:depth]
	}
}

func (p *pool) price() {
	for i := range p.columns {
		c := &p.columns[i]
		c.reduced = c.cost
		c.set.each(func(u int32) { c.reduced -= p.u[u] })
	}
}

// raise moves the multipliers up the dual of the columns, as in
// [compactDual.raise], from where they are.
func (p *pool) raise(ctx context.Context, cost float64) {
	times := 60
	if p.fresh {
		times = 150
		for u := range p.u {
			p.u[u] = p.columns[0].cost * float64(p.k) / float64(p.n)
		}
	}
	p.fresh = false
	if math.IsInf(cost, 1) {
		cost = 0
		for _, c := range p.columns {
			cost = math.Max(cost, float64(float64(p.k)*c.cost))
		}
	}
	best, reach, idle, least := slices.Clone(p.u), 1.0, 0, math.Inf(-1)
	served := make([]float64, p.n)
	var heap nearest.Heap
	for range times {
		if ctx.Err() != nil {
			break
		}
		p.price()
		heap.Reset(p.k)
		for i := range p.columns {
			heap.Add(p.columns[i].reduced, int32(i))
		}
		v := 0.0
		for _, u := range p.u {
			v += u
		}
		clear(served)
		for _, i := range heap.Sorted() {
			v += p.columns[i].reduced
			p.columns[i].set.each(func(u int32) { served[u]++ })
		}
		if v > least {
			least, idle = v, 0
			copy(best, p.u)
		}
		if idle++; idle > 8 {
			idle, reach = 0, reach*0.6
			copy(p.u, best)
			continue
		}
		norm := 0.0
		for _, s := range served {
			norm += float64((1 - s) * (1 - s))
		}
		if norm == 0 {
			break
		}
		step := reach * math.Max(cost-v, 1e-9*math.Abs(cost)) / norm
		for u, s := range served {
			p.u[u] += float64(step * (1 - s))
		}
	}
	copy(p.u, best)
}

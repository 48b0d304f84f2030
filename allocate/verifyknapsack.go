package allocate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// knapsacks recomputes [KnapsackBound] in its own way, and the sum of the
// magnitudes in it. It reports false where the prices are none.
func (v *verifier) knapsacks(prices []float64) (bound, mass float64, ok bool) {
	if len(prices) != v.n {
		v.fault("UnitPrices", -1, "", 0, 0, fmt.Sprintf("has length %d; there are %d units", len(prices), v.n))
		return 0, 0, false
	}
	var total exact
	for i, x := range prices {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			v.fault("UnitPrices", i, v.label(i), 0, 0, fmt.Sprintf("is %v", x))
			return 0, 0, false
		}
		total.add(x)
		mass += math.Abs(x)
		if penalty, may := v.mayBeLeft(i); may {
			total.add(math.Min(0, penalty-x))
			mass += math.Max(0, x-penalty)
		}
	}
	worth := make([]float64, v.m)
	parallel.For(v.m, func(j int) { worth[j] = v.packed(j, prices) })
	for _, w := range worth {
		total.add(-w)
		mass += w
	}
	return total.value(), mass, true
}

// packed is the most that agent j can gain by whole units within its limit; of
// several measures the least.
func (v *verifier) packed(j int, prices []float64) float64 {
	least := math.Inf(1)
	for r := range max(len(v.p.Measures), 1) {
		room := math.Inf(1)
		if len(v.p.Measures) > 0 {
			room = v.upper[r][j] + partition.FeasibleViolation
		}
		var items []load
		for i := range v.n {
			if v.p.Fixed != nil && v.p.Fixed[i] >= 0 && v.p.Fixed[i] != j || v.p.Allowed != nil && !v.p.Allowed(i, j) {
				continue
			}
			if gain := prices[i] - v.cost.At(i, j); gain > 0 {
				a := load{0, gain}
				if len(v.p.Measures) > 0 {
					a.size = v.load(r, i, j)
				}
				if a.size <= room {
					items = append(items, a)
				}
			}
		}
		least = math.Min(least, packing(items, room))
	}
	return least
}

// load is what a unit, or a set of them, takes of the room and brings in.
type load struct{ size, gain float64 }

// packing is the knapsack by Nemhauser's and Ullmann's list of all sets that no
// smaller one equals, one item after the other, the best gain per size first.
// Sets that even a fraction of the rest leaves below the greedy one are dropped.
// Where the list becomes too long the best of these fractions is the answer: too
// much, never too little.
func packing(items []load, room float64) float64 {
	slices.SortStableFunc(items, func(a, b load) int { return cmp.Compare(float64(b.gain*a.size), float64(a.gain*b.size)) })
	greedy, free := 0.0, room
	for _, a := range items {
		if a.size <= free {
			free -= a.size
			greedy += a.gain
		}
	}
	reach := func(s load, rest []load) float64 {
		gain, free := s.gain, room-s.size
		for _, a := range rest {
			if a.size > free {
				return gain + float64(a.gain*(free/a.size))
			}
			free -= a.size
			gain += a.gain
		}
		return gain
	}
	const longest = 1 << 18
	rounding := float64(1e-12 * greedy)
	sets := []load{{}}
	for k, a := range items {
		if len(sets) > longest {
			most := greedy
			for _, s := range sets {
				most = math.Max(most, reach(s, items[k:]))
			}
			return most
		}
		var merged []load
		top := math.Inf(-1)
		take := func(s load) {
			if s.gain > top && s.size <= room && reach(s, items[k+1:]) >= greedy-rounding {
				top = s.gain
				merged = append(merged, s)
			}
		}
		x := 0
		for _, s := range sets {
			grown := load{s.size + a.size, s.gain + a.gain}
			for ; x < len(sets) && sets[x].size <= grown.size; x++ {
				take(sets[x])
			}
			take(grown)
		}
		for ; x < len(sets); x++ {
			take(sets[x])
		}
		sets = merged
	}
	most := greedy
	for _, s := range sets {
		most = math.Max(most, s.gain)
	}
	return most
}

// whole rounds a bound up to the next multiple of what all costs are multiples
// of, which plans therefore cost; unchanged where there is no such number.
func (v *verifier) whole(bound float64) float64 {
	divisor := 0.0
	add := func(c float64) {
		for c = math.Abs(c); c > 0 && !math.IsInf(c, 0); {
			if divisor > c {
				divisor, c = c, divisor
			}
			if divisor == 0 {
				divisor, c = c, 0
				continue
			}
			c = math.Mod(c, divisor)
		}
	}
	for i := range v.n {
		if penalty, ok := v.mayBeLeft(i); ok {
			add(penalty)
		}
		for j := range v.m {
			if v.p.Fixed != nil && v.p.Fixed[i] >= 0 && v.p.Fixed[i] != j || v.p.Allowed != nil && !v.p.Allowed(i, j) {
				continue
			}
			add(v.cost.At(i, j))
		}
	}
	if divisor == 0 || v.costMass/divisor > 1<<50 {
		return bound
	}
	return float64(math.Ceil(bound/divisor) * divisor)
}

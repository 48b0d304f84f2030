package allocate

import (
	"errors"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Bound is the Lagrangian dual at the given prices, one slice of length m per measure,
//
//	Σ_i min_j (cost(i,j) + Σ_r load_r(i,j)·v_rj) - Σ_rj (v_rj > 0 ? v_rj·upper_rj : v_rj·lower_rj),
//
// the minimum over the agents that may serve the unit (its agent alone where it
// is fixed), and over Penalty_i where that is finite. Units that Together joins
// are one unit, with the sums of their costs, loads and penalties. For units that
// a list of Apart names, each counted in the first one, the minima are replaced by
// the least sum of priced costs with different agents (in lists of at most 1024
// units; longer ones are cut in the order of the units), an assignment problem. By weak duality no
// feasible allocation, split or not, costs less: for any prices. Nothing that a
// solver does can make it false; good prices only make it tight. Without prices
// all of them are 0, and Bound is what serving every unit by its cheapest agent
// would cost.
//
// The result is rounded down by a bound on its own rounding error,
//
//	(r+8)·u·(Σ_i (|z_i| + 2·Σ_r load_r·max_j |v_rj|) + Σ_rj |v_rj·limit_rj|),   u = 2⁻⁵³,
//
// z_i being the minimum of unit i: about 1e-15 of the sum of the magnitudes,
// because all sums are compensated.
//
// It is -Inf where the input is invalid, where a price is not finite or the
// slices have the wrong shape, and where a positive price meets an upper limit
// of +Inf; +Inf where a unit that must be served has no agent, and where what must
// be together or apart cannot be, whatever the limits.
//
// Time is O(n·m) on all processors, or about O(n·log m) where Cost is an
// [IndexedCosts] and no load depends on the agent, and that of an assignment
// problem for each list of Apart; memory is O(r·m) besides. The value
// is the same to the last bit at any GOMAXPROCS. Plain costs are read once more
// to be checked.
func Bound(p *Problem, prices ...[]float64) float64 {
	m, err := compile(p)
	if err == nil {
		m, err = m.contracted()
	}
	switch {
	case errors.Is(err, partition.ErrInput):
		return math.Inf(-1)
	case err != nil:
		return math.Inf(1)
	}
	if len(prices) != 0 && len(prices) != m.r {
		return math.Inf(-1)
	}
	zero := make([]float64, m.m)
	price := make([][]float64, m.r)
	for r := range price {
		price[r] = zero
		if r < len(prices) && prices[r] != nil {
			price[r] = prices[r]
		}
		if len(price[r]) != m.m {
			return math.Inf(-1)
		}
	}
	return m.bound(price)
}

// boundPart is what a group of units adds to the bound.
type boundPart struct {
	value     sum
	magnitude float64 // Σ (|z_i| + 2·Σ_r load·max|v|)
	empty     bool    // a unit has no agent
}

// bound is Bound at prices [r][m] or longer. See there for the rounding.
//
// The error of a priced cost p_j = c_j + Σ_r a_r·v_rj is at most
// (r+1)·u·(|c_j| + Σ_r |a_r·v_rj|) to first order. With V = Σ_r a_r·max_j|v_rj|
// that is at most (r+1)·u·(|p_j| + 2V), and p_j minus it still grows with p_j: so
// the smallest computed p_j, corrected, is below every exact one, the pruned
// agents among them. The 7·u more than cover the corrections, the compensated
// sums, the sum of the magnitudes and the last subtraction.
func (m *model) bound(price [][]float64) float64 {
	steep := make([]float64, m.r) // max_j |v_rj|
	var limits sum
	magnitude := 0.0
	for r := range m.r {
		for j, v := range price[r][:m.m] {
			limit := m.upper[r][j]
			if v == 0 {
				continue
			} else if v < 0 {
				limit = m.lower[r][j]
			}
			term := float64(v * limit)
			if !(math.Abs(term) <= math.MaxFloat64) {
				return math.Inf(-1)
			}
			limits.add(term)
			magnitude += math.Abs(term)
			steep[r] = math.Max(steep[r], math.Abs(v))
		}
	}
	f := m.finder(price)
	var order []int32
	if f.index != nil {
		order = m.order()
	}
	parts := make([]boundPart, groups)
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		if f.index != nil {
			parts[g] = m.boundIndexed(f, steep, order[lo:hi])
		} else {
			parts[g] = m.boundScanned(price, lo, hi)
		}
	})
	var value sum
	for _, part := range parts {
		if part.empty {
			return math.Inf(1)
		}
		value.merge(part.value)
		magnitude += part.magnitude
	}
	if m.apart != nil {
		gain, size := m.boundApart(f)
		value.merge(gain)
		magnitude += size
	}
	const u = 0x1p-53
	value.add(-limits.head)
	value.add(-limits.tail)
	slack := float64(float64(m.r+8) * u * magnitude)
	// A product may lose up to half of the smallest number to underflow.
	if magnitude > 0 {
		slack += float64(float64(m.r) * (float64(m.n) + float64(m.m)) * math.SmallestNonzeroFloat64)
	}
	if b := value.total() - slack; !math.IsNaN(b) && !math.IsInf(b, 0) {
		return b
	}
	return math.Inf(-1) // prices so large that sums overflow
}

// boundIndexed is the part of the listed units by the costs' own search.
func (m *model) boundIndexed(f *finder, steep []float64, units []int32) boundPart {
	var part boundPart
	f.each(units, nil, func(at int, near []Candidate) {
		if len(near) == 0 {
			part.empty = true
			return
		}
		reach := 0.0
		for r := range steep {
			reach += float64(m.value[r][units[at]] * steep[r])
		}
		least := near[0].Priced
		part.value.add(least)
		part.magnitude += math.Abs(least) + float64(2*reach)
	})
	return part
}

// boundScanned is the part of units lo..hi-1 by looking at every agent.
func (m *model) boundScanned(price [][]float64, lo, hi int) boundPart {
	var part boundPart
	for i := lo; i < hi; i++ {
		least, reach, any := math.Inf(1), 0.0, false
		for j := range m.agents() {
			c := m.cost(i, j)
			if math.IsInf(c, 1) {
				continue
			}
			any = true
			steep := 0.0
			if j != m.dummy {
				for r := range m.r {
					t := float64(m.loadOf(r, i, j) * price[r][j])
					c += t
					steep += math.Abs(t)
				}
			}
			least = math.Min(least, c)
			reach = math.Max(reach, steep)
		}
		if !any {
			part.empty = true
			return part
		}
		part.value.add(least)
		part.magnitude += math.Abs(least) + float64(2*reach)
	}
	return part
}

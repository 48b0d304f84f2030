package allocate

import (
	"errors"
	"math"

	"github.com/territory-go/territory/internal/gap"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Certificate.Proof of bounds by knapsacks.
const (
	proofKnapsacks  = "knapsacks"
	proofWholeCosts = "knapsacks, whole costs"
)

// KnapsackBound is the Lagrangian dual in one price λ_i per unit,
//
//	Σ_i λ_i + Σ_j min { Σ_i (cost(i,j) - λ_i)·x_i : Σ_i load_r(i,j)·x_i ≤ upper_rj, x binary }
//	        + Σ_i min(0, Penalty_i - λ_i):
//
// every agent takes the units that pay best at these prices, whole ones, as far
// as they fit. No plan of whole units costs less, for any prices. It says more
// than [Bound] where few large units share a limit, because it knows that they
// are whole; the best prices give the bound of column generation.
//
// The minimum of an agent is a knapsack, solved exactly for one measure; of
// several measures the one that says most is taken, and lower limits are not
// used. A limit counts with [partition.FeasibleViolation] more, so that the bound
// holds for all that counts as feasible. The result is rounded down by what the
// rounding of its sums may be, about n·1e-16 of the magnitudes.
//
// It is -Inf where the input is invalid, or prices are not finite or not one per
// unit; +Inf where a unit that must be served has no agent. Time is O(n·m) and
// what the knapsacks take: microseconds each, as a rule, for some hundred units;
// a knapsack that would take too long counts with a bound of its own.
func KnapsackBound(p *Problem, unitPrices []float64) float64 {
	m, err := compile(p)
	switch {
	case errors.Is(err, partition.ErrInput):
		return math.Inf(-1)
	case err != nil:
		return math.Inf(1)
	}
	return m.knapsackBound(unitPrices)
}

func (m *model) knapsackBound(prices []float64) float64 {
	if len(prices) != m.n {
		return math.Inf(-1)
	}
	var value sum
	magnitude := 0.0
	for i, v := range prices {
		if math.IsNaN(v) || math.Abs(v) > largest {
			return math.Inf(-1)
		}
		value.add(v)
		magnitude += math.Abs(v)
		if m.dummy >= 0 {
			if gain := v - m.cost(i, m.dummy); gain > 0 {
				value.add(-gain)
				magnitude += gain
			}
		}
	}
	const u = 0x1p-53
	most, gains := make([]float64, m.m), make([]float64, m.m)
	parallel.For(m.m, func(j int) {
		var sack gap.Knapsack
		most[j] = math.Inf(1)
		for r := range max(m.r, 1) {
			sack.Reset()
			gains[j] = 0
			room := math.Inf(1)
			if m.r > 0 {
				room = m.upper[r][j] + partition.FeasibleViolation
				room += float64(float64(2*m.n+2) * u * math.Abs(room))
			}
			for i, v := range prices {
				gain := v - m.cost(i, j)
				if !(gain > 0) {
					continue
				}
				load := 0.0
				if m.r > 0 {
					load = m.loadOf(r, i, j)
				}
				sack.Add(int32(i), load, gain)
				gains[j] += gain
			}
			bound, _ := sack.Solve(room)
			most[j] = math.Min(most[j], bound)
		}
	})
	for j := range m.m {
		value.add(-most[j])
		magnitude += gains[j]
	}
	return value.total() - float64(float64(2*m.n+16)*u*magnitude)
}

// lift rounds a bound at the prices up to the next multiple of the costs' grain:
// no plan costs anything between. It leaves a margin for the rounding of those
// who check it.
func lift(bound, grain float64, prices []float64) float64 {
	if grain == 0 || math.IsInf(bound, 0) {
		return bound
	}
	magnitude := 0.0
	for _, v := range prices {
		magnitude += math.Abs(v)
	}
	return math.Max(bound, float64(math.Ceil((bound-float64(1e-9*magnitude))/grain-1e-6)*grain))
}

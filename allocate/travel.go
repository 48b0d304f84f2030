package allocate

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/sphere"
)

// Travel is the cost of travelling from agents to units,
//
//	cost(i,j) = UnitFactor_i · distance(i,j) · AgentFactor_j + AgentTerm_j
//	          + Σ Cost of the Terms of (i,j)
//	          + Switching_i, where unit i has an incumbent other than j,
//
// computed from left to right in float64, with the same bits on every platform.
//
// It is an [IndexedCosts]: the search descends a k-d tree of the agents whose
// nodes carry the smallest price, factor and term below them, so that no
// units × agents matrix is ever built. Its answers are those of a scan over
// At, to the last bit.
//
// Use it by pointer, as a literal: Problem{Cost: &allocate.Travel{…}}. The
// solvers validate it and report every fault; At and Index expect valid data.
// All methods are safe for concurrent use while the fields are not modified.
type Travel struct {
	// For GreatCircle longitude and latitude in degrees, for Planar coordinates up to ±1e140.
	Units, Agents []orb.Point

	Metric Metric   // GreatCircle by default
	Round  Rounding // Exact by default

	UnitFactor  []float64 // nil: 1; finite and ≥ 0, e.g. the workload of the unit
	AgentFactor []float64 // nil: 1; finite and ≥ 0, e.g. the cost of a kilometre
	AgentTerm   []float64 // nil: 0; added to every cost of the agent; +Inf: the agent serves nobody
	Terms       []Term    // preferences and exceptions for single pairs, in any order; several for a pair add up

	Incumbent []int     // nil, or today's agent of each unit, or Unassigned
	Switching []float64 // cost ≥ 0 of taking the unit from its incumbent, +Inf: it stays; nil: 0; needs Incumbent
}

// Term adds Cost to the cost of one pair: negative for a preference, +Inf to forbid it.
type Term struct {
	Unit, Agent int
	Cost        float64
}

// Metric is a distance between two points.
type Metric uint8

// The metrics of Travel.
const (
	GreatCircle Metric = iota // kilometres on the sphere of mean radius 6371.0088 km
	Planar                    // Euclidean, in the unit of the coordinates
)

// Rounding is applied to each distance before it is multiplied.
type Rounding uint8

// The roundings of Travel.
const (
	Exact  Rounding = iota
	HalfUp          // to the nearest whole number, .5 upwards
	Down            // to the next whole number below
)

var _ IndexedCosts = (*Travel)(nil)

// Dims is the number of units and of agents.
func (t *Travel) Dims() (units, agents int) { return len(t.Units), len(t.Agents) }

// At is the cost of the pair. It looks through all Terms and, on the sphere,
// computes four sines and cosines; the costs that [Travel.Prepare] returns do
// neither.
func (t *Travel) At(unit, agent int) float64 {
	cost := t.cost(unit, agent, t.distance(unit, agent))
	if extra, has := termOf(t.Terms, unit, agent); has {
		cost += extra
	}
	return cost + switching(t.Incumbent, t.Switching, unit, agent)
}

// Index prepares a search at the prices. Where several indices of the same
// costs are wanted, call [Travel.Prepare] once and Index on its result, which
// takes O(agents · measures).
func (t *Travel) Index(price [][]float64) Index { return t.Prepare().Index(price) }

// Prepare returns the same costs with everything computed that does not depend
// on prices: points on the sphere, the tree of agents, the terms by unit. It
// takes O(n + m·log²m + len(Terms)) time. The result keeps the slices of t,
// which must not be modified as long as it is in use.
//
// The solvers prepare any Costs that has this method.
func (t *Travel) Prepare() IndexedCosts { return newPreparedTravel(t) }

// distance is the rounded distance between unit i and agent j.
func (t *Travel) distance(i, j int) float64 {
	u, a := t.Units[i], t.Agents[j]
	if t.Metric == Planar {
		return t.Round.of(math.Sqrt(planar2(u[0]-a[0], u[1]-a[1])))
	}
	return t.Round.of(sphere.Distance(sphere.At(u[0], u[1]), sphere.At(a[0], a[1])))
}

// planar2 is the square of a distance in the plane.
func planar2(dx, dy float64) float64 { return square(dx) + square(dy) }

// square and signedSquare round what they return: no processor may fuse it with
// the sum that it goes into.
func square(v float64) float64 { return float64(v * v) }

func signedSquare(v float64) float64 { return float64(v * math.Abs(v)) }

// cost is the cost of the pair at the given distance, without the exceptions
// of single pairs.
func (t *Travel) cost(i, j int, distance float64) float64 {
	if t.UnitFactor != nil {
		distance = float64(distance * t.UnitFactor[i])
	}
	if t.AgentFactor != nil {
		distance = float64(distance * t.AgentFactor[j])
	}
	if t.AgentTerm != nil {
		return distance + t.AgentTerm[j]
	}
	return distance
}

// of rounds a distance. No rounding takes away a whole unit or more, and none
// changes the order of two distances: the search relies on both.
func (r Rounding) of(distance float64) float64 {
	switch r {
	case HalfUp:
		whole := math.Floor(distance)
		if distance-whole >= 0.5 {
			whole++
		}
		return whole
	case Down:
		return math.Floor(distance)
	}
	return distance
}

// loss is more than the rounding takes away at most.
func (r Rounding) loss() float64 {
	switch r {
	case HalfUp:
		return 0.5
	case Down:
		return 1
	}
	return 0
}

// spread is twice what rounding can add to the difference of two distances.
func (r Rounding) spread() float64 {
	if r == Exact {
		return 0
	}
	return 2
}

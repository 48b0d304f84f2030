package allocate

import "github.com/paulmach/orb"

// Travel is the cost of travelling from agents to units,
//
//	cost(i,j) = UnitFactor_i · AgentFactor_j · distance(i,j) + AgentTerm_j + Σ Term of (i,j) + Switching_i·[j ≠ Incumbent_i].
//
// It is an [IndexedCosts]: the search descends a k-d tree of the agents whose
// nodes carry the smallest price, factor and term below them, so that no
// units × agents matrix is ever built.
type Travel struct {
	Units, Agents []orb.Point // longitude and latitude in degrees for GreatCircle, plane coordinates for Planar
	Metric        Metric
	Round         Rounding

	UnitFactor  []float64 // nil: 1; ≥ 0, e.g. the workload of the unit
	AgentFactor []float64 // nil: 1; ≥ 0, e.g. the cost of a kilometre
	AgentTerm   []float64 // nil: 0; added to every cost of the agent
	Terms       []Term    // preferences and exceptions for single pairs; several for a pair add up

	Incumbent []int     // nil, or today's agent of each unit, or Unassigned
	Switching []float64 // cost of taking the unit from its incumbent; nil: 0
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

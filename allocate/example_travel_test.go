package allocate_test

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
)

// Visits times kilometres, and a customer who changes hands costs as much as
// 300 km of driving: Schwerin stays with Berlin although Hamburg is nearer,
// Rostock, with many visits, does not.
func ExampleTravel() {
	cities := []string{"Schwerin", "Rostock"}
	people := []string{"Hamburg", "Berlin"}
	const berlin = 1
	travel := &allocate.Travel{
		Units:      []orb.Point{{11.41, 53.63}, {12.14, 54.09}},
		Agents:     []orb.Point{{9.99, 53.55}, {13.41, 52.52}},
		UnitFactor: []float64{2, 10},
		Incumbent:  []int{berlin, berlin},
		Switching:  []float64{300, 300},
	}
	index := travel.Index(nil)
	for i, city := range cities {
		for _, c := range index.Find(nil, i, nil, math.Inf(1), nil) {
			fmt.Printf("%s with %s: %.0f\n", city, people[c.Agent], c.Cost)
		}
	}
	// Output:
	// Schwerin with Berlin: 364
	// Schwerin with Hamburg: 488
	// Rostock with Hamburg: 1834
	// Rostock with Berlin: 1939
}

// Terms are preferences and exceptions for single pairs; AgentTerm is what an
// agent costs wherever the customer is.
func ExampleTravel_terms() {
	travel := &allocate.Travel{
		Units:  []orb.Point{{0, 0}},
		Agents: []orb.Point{{3, 4}, {6, 8}, {0, 1}},
		Metric: allocate.Planar,

		AgentFactor: []float64{1, 0.5, 1}, // the second one drives a cheaper car
		AgentTerm:   []float64{0, 1, 0},
		Terms: []allocate.Term{
			{Unit: 0, Agent: 0, Cost: -2},          // speaks the customer's language
			{Unit: 0, Agent: 2, Cost: math.Inf(1)}, // is the customer's brother
		},
	}
	for _, c := range travel.Index(nil).Find(nil, 0, nil, math.Inf(1), nil) {
		fmt.Printf("agent %d: %g\n", c.Agent, c.Cost)
	}
	// Output:
	// agent 0: 3
	// agent 1: 6
}

// Prices shift the choice: what an agent's time is worth is added per unit of
// load. Prepare once where many prices are tried.
func ExampleTravel_Prepare() {
	travel := &allocate.Travel{
		Units:  []orb.Point{{4, 0}},
		Agents: []orb.Point{{0, 0}, {10, 0}},
		Metric: allocate.Planar,
	}
	costs := travel.Prepare()
	visits := []float64{3}
	for _, price := range []float64{0, 0.5, 1} {
		index := costs.Index([][]float64{{price, 0}})
		best := index.Find(nil, 0, visits, 0, nil)[0]
		fmt.Printf("at %g per visit of agent 0: agent %d, cost %g, priced %g\n", price, best.Agent, best.Cost, best.Priced)
	}
	// Output:
	// at 0 per visit of agent 0: agent 0, cost 4, priced 4
	// at 0.5 per visit of agent 0: agent 0, cost 4, priced 5.5
	// at 1 per visit of agent 0: agent 1, cost 6, priced 6
}

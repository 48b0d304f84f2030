package allocate_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Three territories have been drawn, and four people could take them. Who gets
// which, so that they travel least?
func ExampleLinearAssignment() {
	centers := []orb.Point{{8.68, 50.11}, {11.58, 48.14}, {13.40, 52.52}}
	names := []string{"Frankfurt", "Munich", "Berlin"}
	homes := []orb.Point{{9.73, 52.37}, {12.37, 51.34}, {9.18, 48.78}, {6.96, 50.94}}
	people := []string{"Mia in Hanover", "Jan in Leipzig", "Eva in Stuttgart", "Tom in Cologne"}

	m, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{
		Cost: &allocate.Travel{Units: centers, Agents: homes},
	})
	if err != nil {
		panic(err)
	}
	for t, name := range names {
		fmt.Println(name, "goes to", people[m.Plan.Of(t)])
	}
	fmt.Printf("%.0f km, no less than %.0f\n", m.Certificate.Objective, m.Certificate.Bound)
	// Output:
	// Frankfurt goes to Tom in Cologne
	// Munich goes to Eva in Stuttgart
	// Berlin goes to Jan in Leipzig
	// 492 km, no less than 492
}

// Where there is no pairing, the error names those who are short of choice.
func ExampleLinearAssignment_infeasible() {
	languages := [][]bool{ // of Ann, Bob and Cid: German, French, Italian, for the territories in this order
		{true, false, false},
		{true, false, false},
		{true, true, true},
	}
	_, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{
		Cost:       allocate.CostFunc(3, 3, func(t, person int) float64 { return 1 }),
		Allowed:    func(t, person int) bool { return languages[person][t] },
		UnitLabel:  func(t int) string { return []string{"Zurich", "Geneva", "Lugano"}[t] },
		AgentLabel: func(person int) string { return []string{"Ann", "Bob", "Cid"}[person] },
	})
	var e *partition.InfeasibleError
	if errors.As(err, &e) {
		fmt.Println(e)
		fmt.Println("units", e.Units, "agents", e.Territories)
	}
	// Output:
	// infeasible: Geneva and Lugano may go only to Cid: 2 units for 1 agent
	// Maybe allow one of them another agent
	// units [1 2] agents [2]
}

package allocate_test

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Carl leaves. Who takes over, and does anybody else have to change?
func ExampleWhatIf_Leave() {
	ctx, p := context.Background(), visitsWithPromises()
	p.Measures[0].Upper = []float64{47, 50, 40}
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	if err != nil {
		panic(err)
	}
	w, err := allocate.NewWhatIf(p, r)
	if err != nil {
		panic(err)
	}
	t, err := w.Leave(ctx, 2)
	if err != nil {
		panic(err)
	}
	fmt.Println(t)
	for _, s := range t.Steps {
		fmt.Println(s.UnitName, "goes from", s.FromName, "to", s.ToName)
	}
	// Output:
	// Carl leaves. Anna gets 2 and gives 1 (hours from 31 to 46). Bea gets 1 and gives 1 (hours from 46 to 49). Moved: 1 of Carl's and 2 of others; no plan within the limits moves fewer. The plan would cost 10 more.
	// Lima goes from Anna to Bea
	// Kyiv goes from Bea to Anna
	// Riga goes from Carl to Anna
}

// Dora joins: the problem has a column for her, and today's plan nobody with her
// yet. She gets her share, and as few as possible change hands.
func ExampleWhatIf_Join() {
	ctx := context.Background()
	hours := []float64{16, 14, 15, 20, 12, 18}
	p := &allocate.Problem{
		Cost: mat.NewDense(6, 3, []float64{ // kilometres from Anna, Bea and Dora
			10, 60, 40,
			20, 90, 70,
			70, 30, 40,
			80, 10, 40,
			50, 60, 90,
			40, 10, 30,
		}),
		Measures:   []partition.Measure{{Name: "hours", Value: hours, Tolerance: 0.2}},
		AgentLabel: func(j int) string { return []string{"Anna", "Bea", "Dora"}[j] },
	}
	today, err := partition.NewPlan(2, []int{0, 0, 1, 1, 0, 1})
	if err != nil {
		panic(err)
	}
	if today, err = today.WithK(3); err != nil {
		panic(err)
	}
	w, err := allocate.NewWhatIf(p, &allocate.Result{Result: partition.Result{Plan: today}})
	if err != nil {
		panic(err)
	}
	t, err := w.Join(ctx, 2)
	if err != nil {
		panic(err)
	}
	fmt.Println(t)
	// Output:
	// Dora joins. Anna gives 1 (hours from 42 to 26). Bea gives 1 (hours from 53 to 38). Dora gets 2 (hours from 0 to 31). Moved: 2 to Dora and 0 between others; no plan within the limits moves fewer. The plan would cost 40 more.
}

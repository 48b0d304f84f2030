package allocate_test

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Where else could they go, and who would have to move then?
func ExampleWhatIf_Elsewhere() {
	ctx, p := context.Background(), visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	if err != nil {
		panic(err)
	}
	w, err := allocate.NewWhatIf(p, r)
	if err != nil {
		panic(err)
	}
	for _, unit := range []int{1, 5} {
		e, err := w.Explain(unit)
		if err != nil {
			panic(err)
		}
		fmt.Println(e)
		places, err := w.Elsewhere(ctx, unit)
		if err != nil {
			panic(err)
		}
		for _, place := range places {
			fmt.Println("-", place)
		}
	}
	// Output:
	// Bonn is fixed to Bea, at a cost of 90: Anna would cost 45 less.
	// - Bonn with Anna is impossible: it is fixed to Bea.
	// - Bonn with Carl is impossible: it is fixed to Bea.
	// Riga is with Carl at a cost of 30, the cheapest: Bea would cost 5 more.
	// - Riga with Anna would cost 30 more in all: 35 more itself, but Anna's hours would rise from 31 to 49, above the upper limit of 40, so that Lima would go to Carl (5 less).
	// - Riga with Bea would cost 60 more in all: 5 more itself, but Bea's hours would rise from 34 to 52, above the upper limit of 45, so that Bern would go to Carl (55 more).
}

// A colleague wants to swap two customers. What would that mean?
func ExampleWhatIf_Edit() {
	ctx, p := context.Background(), visitsWithPromises()
	r, err := allocate.SingleSource{}.Allocate(ctx, p)
	if err != nil {
		panic(err)
	}
	w, err := allocate.NewWhatIf(p, r)
	if err != nil {
		panic(err)
	}
	for _, proposal := range []partition.Changes{
		{{Unit: 2, From: 0, To: 2}, {Unit: 5, From: 2, To: 0}},
		{{Unit: 3, From: 1, To: 0}},
		{{Unit: 1, From: 1, To: 0}},
	} {
		e, err := w.Edit(proposal)
		if err != nil {
			panic(err)
		}
		fmt.Println(e)
	}
	// Output:
	// Lima goes to Carl (5 less) and Riga to Anna (35 more): 30 more in all. No longer kept: preferring Anna for Lima; keeping Riga with Carl, the incumbent. The plan would be at most 9.1 % above the best.
	// Bern goes to Anna (95 more). Anna's hours would rise from 31 to 51, above the upper limit of 40. Bea's hours would fall from 34 to 14, below the lower limit of 20. No longer kept: keeping Bern with Bea, the incumbent. The plan would break its limits by 17.
	// Bonn cannot go to Anna, as it is fixed to Bea.
}

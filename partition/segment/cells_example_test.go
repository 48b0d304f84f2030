package segment_test

import (
	"fmt"
	"log"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// A scheme of industry and tier, replayed with and without memory of the tier.
func ExampleCells() {
	industry := []string{"auto", "auto", "steel", "steel"}
	var quarters []segment.Period
	for _, revenue := range [][]float64{{98, 20, 120, 60}, {103, 25, 97, 70}, {96, 22, 105, 95}} {
		book, err := partition.NewTable(
			partition.Categories("industry", industry, "auto", "steel"),
			partition.Numbers("revenue", revenue),
		)
		if err != nil {
			log.Fatal(err)
		}
		quarters = append(quarters, segment.Period{Book: book})
	}
	tier := segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{50, 100}, Labels: []string{"C", "B", "A"}}
	for _, d := range []segment.Dimension{tier, segment.Steady{Tiers: tier, Hysteresis: segment.Hysteresis{Width: 10}}} {
		scheme := &segment.Scheme{
			Name:       "industry and tier",
			Dimensions: []segment.Dimension{segment.Category{Attribute: "industry"}, d},
			Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "industry"}, {Dimension: "tier"}}},
		}
		replay, err := segment.Replay(segment.Cells(scheme), "revenue", quarters...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(replay)
		for m := range replay.Drifts[0].Movers() {
			fmt.Println("  at first", replay.Drifts[0].Label(m.From), "->", replay.Drifts[0].Label(m.To))
		}
	}
	// Output:
	// industry and tier: 4 moves by 2 units in 2 steps, 2 of them back
	//   at first auto / B -> auto / A
	//   at first steel / A -> steel / B
	// industry and tier: 0 moves by 0 units in 2 steps, 0 of them back
}

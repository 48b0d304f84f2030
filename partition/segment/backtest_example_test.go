package segment_test

import (
	"fmt"
	"log"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// What would the new tiers have done over the last four quarters, with and
// without memory, beside the old ones?
func ExampleReplay() {
	var quarters []segment.Period
	for _, revenue := range [][]float64{
		{98, 60, 11, 205, 30},
		{103, 90, 9, 190, 34},
		{97, 115, 10, 210, 29},
		{104, 130, 9, 195, 33},
	} {
		book, err := partition.NewTable(partition.Numbers("revenue", revenue))
		if err != nil {
			log.Fatal(err)
		}
		quarters = append(quarters, segment.Period{Book: book})
	}

	old := segment.Bands{Attribute: "revenue", As: "old tiers", Cuts: []float64{100}}
	fresh := segment.Bands{Attribute: "revenue", As: "new tiers", Cuts: []float64{10, 100, 200}, Labels: []string{"D", "C", "B", "A"}}
	steady := segment.Steady{As: "with memory", Tiers: fresh, Hysteresis: segment.Hysteresis{Share: 0.15}}

	for _, d := range []segment.Dimension{old, fresh, steady} {
		replay, err := segment.Replay(d, "revenue", quarters...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(replay)
		both := float64(replay.Stayed.Units + replay.Moved.Units)
		fmt.Printf("  %.0f %% move per quarter; the last one: %v\n",
			100*float64(replay.Moved.Units)/both, replay.Drifts[len(replay.Drifts)-1])
	}
	// Output:
	// old tiers: 4 moves by 2 units in 3 steps, 2 of them back
	//   27 % move per quarter; the last one: 1 of 5 units moved (20.0 %, 22.1 % of the value), 0 joined, 0 left; PSI 0.1622, adjusted Rand 0.1667
	// new tiers: 10 moves by 4 units in 3 steps, 6 of them back
	//   67 % move per quarter; the last one: 3 of 5 units moved (60.0 %, 65.4 % of the value), 0 joined, 0 left; PSI 1.0175, adjusted Rand -0.4286
	// with memory: 1 move by 1 unit in 3 steps, 0 of them back
	//   7 % move per quarter; the last one: 0 of 5 units moved (0.0 %, 0.0 % of the value), 0 joined, 0 left; PSI 0.0000, adjusted Rand 1.0000
}

// Ages are counted to the end of each quarter.
func ExampleSteady_At() {
	day := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 0, 0, 0, 0, time.UTC) }
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{130}),
		partition.Categories("tier", []string{"B"}),
		partition.Dates("tier since", []time.Time{day(3, 1)}),
	)
	if err != nil {
		log.Fatal(err)
	}
	tier := segment.Steady{
		Tiers:     segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{100}, Labels: []string{"B", "A"}},
		DwellDays: 100,
		Held:      "tier",
	}
	for _, quarter := range []time.Time{day(4, 1), day(7, 1)} {
		classes, err := tier.At(quarter).Bind(book)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(classes.Labels[classes.Of(0)])
	}
	// Output:
	// B
	// A
}

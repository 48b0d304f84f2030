package segment_test

import (
	"fmt"
	"log"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// Three quarters of a year. The book of each comes from the CRM as it is; the
// memory is carried from one to the next.
func ExampleSteady() {
	tier := segment.Steady{
		Tiers:      segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{10_000, 100_000}, Labels: []string{"C", "B", "A"}},
		Hysteresis: segment.Hysteresis{Share: 0.1},
	}
	var last *partition.Table
	for _, revenue := range [][]float64{
		{98_000, 60_000, 10_500},
		{103_000, 90_000, 9_400},
		{97_000, 115_000, 10_800},
	} {
		book, err := partition.NewTable(partition.Numbers("revenue", revenue))
		if err != nil {
			log.Fatal(err)
		}
		if book, err = tier.Carry(last, book, nil); err != nil {
			log.Fatal(err)
		}
		classes, err := tier.Bind(book)
		if err != nil {
			log.Fatal(err)
		}
		for unit := range book.Len() {
			fmt.Print(classes.Labels[classes.Of(unit)])
		}
		fmt.Println()
		last = book
	}
	// Output:
	// BBB
	// BBB
	// BAB
}

// Where the CRM stores the tier of a customer and the date of its last change,
// the book has the memory already.
func ExampleSteady_Bind() {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{130_000, 130_000, 130_000, 0}),
		partition.Categories("tier", []string{"B", "B", "", "B"}),
		partition.Dates("tier since", []time.Time{day(2024, 10, 1), day(2025, 6, 1), {}, day(2024, 1, 1)}),
	)
	if err != nil {
		log.Fatal(err)
	}
	tier := segment.Steady{
		Tiers:      segment.Tiers{Attribute: "revenue", As: "tier", Cut: segment.FixedCuts{10_000, 100_000}, Labels: []string{"C", "B", "A"}},
		Hysteresis: segment.Hysteresis{Share: 0.1},
		DwellDays:  180,
		AsOf:       day(2025, 7, 1),
		Held:       "tier",
	}
	classes, err := tier.Bind(book)
	if err != nil {
		log.Fatal(err)
	}
	for unit, who := range []string{"long in B", "a month in B", "new", "without revenue"} {
		fmt.Println(who+":", classes.Labels[classes.Of(unit)])
	}
	// Output:
	// long in B: A
	// a month in B: B
	// new: A
	// without revenue: zero
}

// A customer list that has changed: the memory goes with the customers.
func ExampleSteady_Carry() {
	tier := segment.Steady{
		Tiers:      segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{100}, Labels: []string{"B", "A"}},
		Hysteresis: segment.Hysteresis{Width: 10, Dwell: 2},
	}
	spring, _ := partition.NewTable(partition.Numbers("revenue", []float64{150, 50, 98}))
	spring, _ = tier.Carry(nil, spring, nil) // the first time: nobody holds anything
	summer, _ := partition.NewTable(partition.Numbers("revenue", []float64{120, 103, 95}))
	link, _ := segment.Link([]string{"acme", "bolt", "core"}, []string{"core", "dyna", "acme"})

	summer, err := tier.Carry(spring, summer, link)
	if err != nil {
		log.Fatal(err)
	}
	periods, _ := summer.Numbers("tier periods")
	held, names, _ := summer.Categories("tier held")
	classes, _ := tier.Bind(summer)
	for unit, h := range held {
		was := "nothing"
		if h >= 0 {
			was = names[h]
		}
		fmt.Println("held", was, "for", periods[unit], "periods, has", classes.Labels[classes.Of(unit)])
	}
	// Output:
	// held B for 1 periods, has B
	// held nothing for NaN periods, has A
	// held A for 1 periods, has A
}

package segment_test

import (
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// A year of four customers. The first one orders around the cut of 100,000, and
// would change tier every quarter; the second one grows; the third one falls just
// below a cut and recovers; the last one joins in summer.
func ExampleLadder_Next() {
	ladder, err := segment.NewLadder([]float64{10_000, 100_000}, segment.Hysteresis{Share: 0.1})
	if err != nil {
		fmt.Println(err)
		return
	}
	plain, _ := segment.NewLadder([]float64{10_000, 100_000}, segment.Hysteresis{})

	none := math.NaN()
	quarters := [][]float64{
		{98_000, 60_000, 10_500, none},
		{103_000, 90_000, 9_400, 102_000},
		{97_000, 115_000, 10_800, 99_000},
		{104_000, 130_000, 10_200, 95_000},
	}
	var m, p segment.Memory // nobody stands anywhere yet
	for _, revenue := range quarters {
		m, _ = ladder.Next(m, revenue)
		p, _ = plain.Next(p, revenue)
		fmt.Println("with memory", m.Tier, "without", p.Tier)
	}
	// Output:
	// with memory [1 1 1 -1] without [1 1 1 -1]
	// with memory [1 1 1 2] without [2 1 0 2]
	// with memory [1 2 1 2] without [1 2 1 1]
	// with memory [1 2 1 2] without [2 2 1 1]
}

// It is hard to become a key account, and hard to stop being one: the upper cut
// has thresholds of its own.
func ExampleNewLadder() {
	ladder, err := segment.NewLadder([]float64{10_000, 100_000}, segment.Hysteresis{
		Bands: []segment.Band{{Leave: 9_000, Enter: 11_000}, {Leave: 60_000, Enter: 120_000}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("a new customer of 110,000:", ladder.Tier(110_000, partition.Unassigned))
	fmt.Println("one that was in tier 1:   ", ladder.Tier(110_000, 1))
	fmt.Println("a key account of 61,000:  ", ladder.Tier(61_000, 2))

	_, err = segment.NewLadder([]float64{100, 120}, segment.Hysteresis{Share: 0.1})
	fmt.Println(err)
	// Output:
	// a new customer of 110,000: 2
	// one that was in tier 1:    1
	// a key account of 61,000:   2
	// hysteresis.bands[1] = {108 132}: overlaps the one before it: the tier above the cut at 100 is entered at 110, that above the cut at 120 is left below 108
}

// One large order does not make a key account: the value has to be above the cut
// for two quarters in a row, and then the tier is kept for three.
func ExampleHysteresis() {
	ladder, err := segment.NewLadder([]float64{100}, segment.Hysteresis{Confirm: 2, Dwell: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	var m segment.Memory
	for _, revenue := range []float64{50, 60, 250, 70, 140, 150, 90, 80, 70, 60} {
		m, _ = ladder.Next(m, []float64{revenue})
		fmt.Print(m.Tier[0], " ")
	}
	fmt.Println("and that for", m.Periods[0], "quarters")
	// Output:
	// 0 0 0 0 0 1 1 1 0 0 and that for 2 quarters
}

// Two late invoices come in: only the two customers are looked at again.
func ExampleLadder_Revise() {
	ladder, _ := segment.NewLadder([]float64{100}, segment.Hysteresis{Width: 10, Dwell: 2})
	revenue := []float64{80, 120, 95, 130}
	spring, _ := ladder.Next(segment.Memory{Tier: []int32{0, 1, 1, 0}}, revenue)
	fmt.Println(spring.Tier)

	last := segment.Memory{Tier: []int32{0, 1, 1, 0}}
	revenue[0], revenue[2] = 115, 94
	moved, err := ladder.Revise(&spring, last, []int{0, 2}, revenue)
	fmt.Println(spring.Tier, moved, err)
	// Output:
	// [0 1 1 1]
	// [1 1 1 1] [0] <nil>
}

// In the next quarter one customer has left, one has joined, and the list is
// sorted otherwise.
func ExampleMemory_Follow() {
	ladder, _ := segment.NewLadder([]float64{100}, segment.Hysteresis{Width: 10})
	m, _ := ladder.Next(segment.Memory{}, []float64{150, 50, 98})

	link, err := segment.Link([]string{"acme", "bolt", "core"}, []string{"core", "dyna", "acme"})
	if err != nil {
		fmt.Println(err)
		return
	}
	m, _ = m.Follow(link)
	m, _ = ladder.Next(m, []float64{103, 103, 95})
	fmt.Println(link, m.Tier, m.Periods)
	// Output:
	// [2 -1 0] [0 1 1] [2 1 2]
}

// Unit numbers of one list, found in another by their keys.
func ExampleLink() {
	link, err := segment.Link([]int{701, 702, 703}, []int{703, 704, 701})
	fmt.Println(link, err)

	_, err = segment.Link([]int{701, 702}, []int{702, 702})
	fmt.Println(err)
	// Output:
	// [2 -1 0] <nil>
	// after[1] = 702: is the key of unit 0 too
}

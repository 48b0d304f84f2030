package segment_test

import (
	"fmt"
	"log"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// Key accounts keep their tier until the review in April, whoever grows is
// promoted at once, and at most two customers move in a quarter.
func ExamplePolicy_Decide() {
	before := []customer{{"acme", 0, 9}, {"bolt", 1, 60}, {"dairy", 2, 140}, {"forge", 2, 200}, {"harbour", 1, 80}, {"mill", 0, 5}}
	after := []customer{{"acme", 1, 12}, {"bolt", 2, 150}, {"dairy", 1, 85}, {"forge", 2, 230}, {"harbour", 2, 130}, {"mill", 0, 6}}
	drift, err := segment.DriftOf(snapshot(before), snapshot(after), nil)
	if err != nil {
		log.Fatal(err)
	}
	policy := segment.Policy{
		Keep:     map[string]segment.Keep{"key": {Review: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}},
		Rise:     true,
		MaxUnits: 2,
	}
	moves, err := policy.Decide(drift, segment.Now{Date: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range moves.Made {
		fmt.Println(after[m.Unit].ID, "moves to", drift.Label(m.To))
	}
	for _, m := range moves.Pending {
		fmt.Println(after[m.Unit].ID, "stays in", drift.Label(m.From)+":", m.Why)
	}
	fmt.Println(moves.Churn.Units, "customers worth", moves.Churn.Amount, "change tier")
	// Output:
	// bolt moves to key
	// harbour moves to key
	// dairy stays in key: kept until review
	// acme stays in small: over the limit
	// 2 customers worth 280 change tier
}

// A year: tiers are fixed once, and each quarter is classified with memory. Of
// the moves that this asks for, the policy makes at most one; what it keeps back
// is remembered as it was.
func Example_year() {
	tier := segment.Steady{
		Tiers:      segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{100}, Labels: []string{"B", "A"}},
		Hysteresis: segment.Hysteresis{Share: 0.1},
	}
	policy := segment.Policy{MaxUnits: 1}
	var last *partition.Table
	var held *segment.Snapshot
	for _, revenue := range [][]float64{
		{98, 60, 150, 70},
		{103, 120, 80, 180},
		{97, 125, 85, 170},
		{99, 130, 85, 160},
	} {
		book, err := partition.NewTable(partition.Numbers("revenue", revenue))
		if err != nil {
			log.Fatal(err)
		}
		if book, err = tier.CarryHeld(last, held, book, nil); err != nil {
			log.Fatal(err)
		}
		asked, err := segment.Take(book, tier, "revenue")
		if err != nil {
			log.Fatal(err)
		}
		if held == nil {
			last, held = book, asked
			continue
		}
		drift, err := segment.DriftOf(held, asked, nil)
		if err != nil {
			log.Fatal(err)
		}
		moves, err := policy.Decide(drift, segment.Now{}, nil)
		if err != nil {
			log.Fatal(err)
		}
		for _, m := range moves.Made {
			fmt.Print("unit ", m.Unit, " moves to ", drift.Label(m.To), "; ")
		}
		fmt.Println(len(moves.Pending), "pending")
		last, held = book, moves.Held
	}
	// Output:
	// unit 3 moves to A; 2 pending
	// unit 1 moves to A; 1 pending
	// unit 2 moves to B; 0 pending
}

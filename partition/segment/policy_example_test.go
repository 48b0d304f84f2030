package segment_test

import (
	"fmt"
	"log"
	"time"

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
	fmt.Println(moves.Churn.Units, "customers worth", moves.Churn.Amount, "change tier:", moves.Class.Slice())
	// Output:
	// bolt moves to key
	// harbour moves to key
	// dairy stays in key: kept until review
	// acme stays in small: over the limit
	// 2 customers worth 280 change tier: [0 2 2 2 2 0]
}

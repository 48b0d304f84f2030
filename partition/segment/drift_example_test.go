package segment_test

import (
	"fmt"
	"strings"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// customer is one of a caller's own.
type customer struct {
	ID      string
	Tier    int // 0 small, 1 medium, 2 key account
	Revenue float64
}

func snapshot(customers []customer) *segment.Snapshot {
	plan, err := partition.NewPlan(3, partition.Column(customers, func(c customer) int { return c.Tier }))
	if err != nil {
		panic(err)
	}
	return &segment.Snapshot{
		Class:  plan,
		Labels: []string{"small", "medium", "key"},
		Ranked: 3,
		Value:  partition.Column(customers, func(c customer) float64 { return c.Revenue }),
	}
}

func id(c customer) string { return c.ID }

// Two lists of customers: harbour rose, dairy fell, acme left, solar is new.
func ExampleDriftOf() {
	spring := []customer{{"acme", 0, 5}, {"bolt", 0, 9}, {"dairy", 2, 140}, {"forge", 2, 200}, {"harbour", 1, 60}, {"mill", 1, 50}}
	autumn := []customer{{"bolt", 0, 8}, {"dairy", 1, 85}, {"forge", 2, 230}, {"harbour", 2, 150}, {"mill", 1, 55}, {"solar", 1, 40}}

	link, err := segment.Link(partition.Column(spring, id), partition.Column(autumn, id))
	if err != nil {
		fmt.Println(err)
		return
	}
	drift, err := segment.DriftOf(snapshot(spring), snapshot(autumn), link)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(drift)
	for m := range drift.Movers() {
		fmt.Println(autumn[m.Unit].ID, "to", drift.Label(m.To))
	}
	// Output:
	// 2 of 5 units moved (40.0 %, 44.5 % of the value), 1 joined, 1 left; PSI 0.1831, adjusted Rand -0.2500
	// harbour to key
	// dairy to medium
}

// Who went where, and with how much: the rows are the tiers of spring, the
// columns those of autumn.
func ExampleDrift_Rows() {
	spring := []customer{{"bolt", 0, 9}, {"dairy", 2, 140}, {"forge", 2, 200}, {"harbour", 1, 60}, {"mill", 1, 50}}
	autumn := []customer{{"bolt", 0, 8}, {"dairy", 1, 85}, {"forge", 2, 230}, {"harbour", 2, 150}, {"mill", 1, 55}}
	drift, err := segment.DriftOf(snapshot(spring), snapshot(autumn), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range drift.Rows() {
		fmt.Println(strings.Join(row, " | "))
	}
	for _, f := range drift.Flows {
		if f.From != f.To {
			fmt.Println(drift.Label(f.From), "to", drift.Label(f.To)+":", f.Before, "before,", f.After, "after")
		}
	}
	// Output:
	// units | small | medium | key | left
	// small | 1 | 0 | 0 | 0
	// medium | 0 | 1 | 1 | 0
	// key | 0 | 1 | 1 | 0
	// joined | 0 | 0 | 0 | -
	// medium to key: 60 before, 150 after
	// key to medium: 140 before, 85 after
}

// Why a tier is worth more than it was: some of it is growth, some is customers
// that came in.
func ExampleDrift_classes() {
	before := snapshot([]customer{{"forge", 2, 200}, {"harbour", 1, 60}, {"dairy", 2, 140}})
	after := snapshot([]customer{{"forge", 2, 230}, {"harbour", 2, 150}, {"dairy", 1, 85}})
	drift, _ := segment.DriftOf(before, after, nil) // the same customers in the same order

	key := drift.Classes[2]
	fmt.Printf("%s accounts: %.0f = %.0f before %+.0f growth %+.0f moved in %+.0f moved out; Jaccard %.2f\n",
		key.Label, key.After.Amount, key.Before.Amount, key.Growth, key.In.Amount, -key.Out.Amount, key.Jaccard)
	// Output:
	// key accounts: 380 = 340 before +30 growth +150 moved in -140 moved out; Jaccard 0.33
}

func ExampleDrift_Members() {
	before := snapshot([]customer{{"forge", 2, 200}, {"harbour", 1, 60}, {"mill", 1, 50}, {"dairy", 2, 140}})
	after := snapshot([]customer{{"forge", 2, 230}, {"harbour", 2, 150}, {"mill", 2, 120}, {"dairy", 1, 85}})
	drift, _ := segment.DriftOf(before, after, nil)
	for m := range drift.Members(1, 2) {
		fmt.Println("unit", m.Unit, "grew from", m.Before, "to", m.After)
	}
	// Output:
	// unit 1 grew from 60 to 150
	// unit 2 grew from 50 to 120
}

// A snapshot of a book by any dimension; here by the industry.
func ExampleTake() {
	book := func(industry ...string) *partition.Table {
		t, err := partition.NewTable(partition.Categories("industry", industry, "auto", "steel"))
		if err != nil {
			panic(err)
		}
		return t
	}
	industry := byIndustry{}
	spring, err := segment.Take(book("steel", "auto", "auto"), industry, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	autumn, _ := segment.Take(book("steel", "steel", "auto"), industry, "")
	drift, _ := segment.DriftOf(spring, autumn, nil)
	fmt.Println(drift.Moved.Units, "of", drift.Label(0), "is now in", drift.Label(1))
	// Output:
	// 1 of auto is now in steel
}

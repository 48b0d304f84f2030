package segment_test

import (
	"fmt"
	"log"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// orders is a book of ten customers and what they bought.
func orders() *partition.Table {
	asOf := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	last := make([]time.Time, 10)
	for i, days := range []int{3, 10, 12, 30, 45, 60, 120, 200, 300, 0} {
		last[i] = asOf.AddDate(0, 0, -days)
	}
	last[9] = time.Time{}
	book, err := partition.NewTable(
		partition.Dates("last order", last),
		partition.Numbers("orders", []float64{25, 1, 14, 2, 6, 1, 30, 1, 1, 0}),
		partition.Numbers("spent", []float64{90_000, 400, 21_000, 1_500, 9_000, 300, 120_000, 200, 700, 0}),
	)
	if err != nil {
		log.Fatal(err)
	}
	return book
}

func ExampleRFM() {
	rfm := segment.RFM{
		Recency:   "last order",
		Frequency: "orders",
		Monetary:  "spent",
		AsOf:      time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	}
	book := orders()
	classes, err := rfm.Bind(book)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := rfm.Scores(book)
	if err != nil {
		log.Fatal(err)
	}
	for unit := range book.Len() {
		r, f, m := scores(unit)
		fmt.Println(r, f, m, classes.Labels[classes.Of(unit)])
	}
	// Output:
	// 5 4 4 champions
	// 4 1 2 promising
	// 4 4 4 champions
	// 3 3 3 need attention
	// 3 3 3 need attention
	// 2 1 1 hibernating
	// 2 5 5 not to be lost
	// 1 1 1 lost
	// 1 1 2 lost
	// 0 0 0 no orders
}

// Segments are data: here three instead of eleven.
func ExampleRFM_segments() {
	rfm := segment.RFM{
		Recency:   "last order",
		Frequency: "orders",
		Monetary:  "spent",
		AsOf:      time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
		Segments: []segment.RFMSegment{
			{Label: "win back", Recency: [2]int{1, 2}, Monetary: [2]int{4, 5}},
			{Label: "keep", Recency: [2]int{3, 5}, Monetary: [2]int{4, 5}},
			{Label: "write to"},
		},
	}
	book := orders()
	classes, err := rfm.Bind(book)
	if err != nil {
		log.Fatal(err)
	}
	count := make([]int, len(classes.Labels))
	for unit := range book.Len() {
		count[classes.Of(unit)]++
	}
	for c, label := range classes.Labels {
		fmt.Println(label, count[c])
	}
	// Output:
	// win back 1
	// keep 2
	// write to 6
	// no orders 1
	// future 0
	// missing 0
}

// Next quarter's customers are scored by this quarter's thresholds.
func ExampleRFM_Fit() {
	fixed, err := segment.RFM{
		Recency:   "last order",
		Frequency: "orders",
		Monetary:  "spent",
		AsOf:      time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
	}.Fit(orders())
	if err != nil {
		log.Fatal(err)
	}
	rfm := fixed.(segment.RFM)
	fmt.Println("days", rfm.Thresholds.Days)
	fmt.Println("orders", rfm.Thresholds.Frequency)
	fmt.Println("spent", rfm.Thresholds.Monetary)
	rfm.AsOf = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	classes, err := rfm.Bind(orders())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("after a quarter without orders:", classes.Labels[classes.Of(0)])
	// Output:
	// days [120 45 12 3]
	// orders [1.5 2 14 30]
	// spent [400 1500 21000 120000]
	// after a quarter without orders: not to be lost
}

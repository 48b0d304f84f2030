package segment_test

import (
	"fmt"
	"log"
	"math"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// revenues is a small book with a heavy tail: the sum is 1,000.
func revenues() []float64 { return []float64{520, 210, 90, 60, 40, 30, 20, 20, 5, 5} }

func ExampleCumulativeShare() {
	cuts, err := segment.CumulativeShare{}.Cuts(revenues(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("B from", cuts[0], "and A from", cuts[1])
	// Output: B from 30 and A from 90
}

func ExampleQuantiles() {
	cuts, err := segment.Quantiles{K: 5}.Cuts(revenues(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cuts)
	// Output: [20 30 60 210]
}

func ExampleNaturalBreaks() {
	cuts, err := segment.NaturalBreaks{K: 3}.Cuts(revenues(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cuts)
	// Output: [210 520]
}

// How many tiers are enough? As many as it takes until another one explains
// little.
func ExampleNaturalBreaks_SumsOfSquares() {
	sums, err := segment.NaturalBreaks{K: 5}.SumsOfSquares(revenues(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for k, sum := range sums {
		fmt.Printf("%d tiers explain %.1f %%\n", k+1, 100*(1-sum/sums[0]))
	}
	// Output:
	// 1 tiers explain 0.0 %
	// 2 tiers explain 85.4 %
	// 3 tiers explain 97.4 %
	// 4 tiers explain 99.4 %
	// 5 tiers explain 99.7 %
}

// What a simpler rule costs: how alike the members of the tiers are.
func ExampleSumOfSquares() {
	for _, cutter := range []segment.Cutter{
		segment.NaturalBreaks{K: 3},
		segment.CumulativeShare{},
		segment.Deviations{},
	} {
		cuts, err := cutter.Cuts(revenues(), nil)
		if err != nil {
			log.Fatal(err)
		}
		sum, err := segment.SumOfSquares(revenues(), nil, cuts)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%T %.0f\n", cutter, sum)
	}
	// Output:
	// segment.NaturalBreaks 5938
	// segment.CumulativeShare 99158
	// segment.Deviations 33550
}

func ExampleDeviations() {
	cuts, err := segment.Deviations{Multiples: []float64{0, 1}}.Cuts(revenues(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f\n", cuts)
	// Output: [100.0 251.5]
}

func ExampleFixedCuts() {
	cutter := segment.FixedCuts{50, 500}
	cuts, err := cutter.Cuts(revenues(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cuts)
	// Output: [50 500]
}

func ExampleTiers() {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{700, 0, 150, math.NaN(), 40, 900, 110, -20}),
		partition.Dates("customer since", []time.Time{day(1, 5), day(2, 1), day(1, 9), day(3, 3), day(2, 2), day(9, 20), day(4, 1), day(5, 5)}),
	)
	if err != nil {
		log.Fatal(err)
	}
	value := segment.Tiers{
		Attribute: "revenue",
		As:        "value",
		Cut:       segment.CumulativeShare{}, // 80 %, 95 %, the rest
		Labels:    []string{"C", "B", "A"},
		Since:     "customer since",
		AsOf:      day(10, 1),
		NewDays:   90,
	}
	classes, err := value.Bind(book)
	if err != nil {
		log.Fatal(err)
	}
	for unit := range book.Len() {
		fmt.Print(classes.Labels[classes.Of(unit)], " ")
	}
	fmt.Println()
	// Output: A zero A missing C new B negative
}

func ExampleTiers_Fit() {
	book := func(revenue ...float64) *partition.Table {
		t, err := partition.NewTable(partition.Numbers("revenue", revenue))
		if err != nil {
			log.Fatal(err)
		}
		return t
	}
	value, err := segment.Tiers{Attribute: "revenue", Cut: segment.Quantiles{K: 2}, Labels: []string{"small", "large"}}.
		Fit(book(10, 20, 30, 40))
	if err != nil {
		log.Fatal(err)
	}
	// All have grown: by their own quantiles two of them would be small again.
	classes, err := value.Bind(book(25, 35, 45, 55))
	if err != nil {
		log.Fatal(err)
	}
	for unit := range 4 {
		fmt.Print(classes.Labels[classes.Of(unit)], " ")
	}
	fmt.Println()
	// Output: small large large large
}

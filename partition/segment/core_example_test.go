package segment_test

import (
	"fmt"
	"log"
	"math"
	"strings"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func ExampleCoreGrowthPotential() {
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{600, 250, 60, 40, 30, 20, 3, math.NaN()}),
		partition.Numbers("revenue last year", []float64{580, 300, 30, 39, 28, 22, 1, 0}),
		partition.Numbers("potential", []float64{0.9, 0.2, 0.1, 0.8, 0.3, 0.1, 0.2, 0.9}),
	)
	if err != nil {
		log.Fatal(err)
	}
	d := segment.CoreGrowthPotential{
		Value:         "revenue",
		Before:        "revenue last year",
		Potential:     "potential",
		PotentialFrom: 0.7,
	}
	classes, err := d.Bind(book)
	if err != nil {
		log.Fatal(err)
	}
	names := make([]string, book.Len())
	for unit := range names {
		names[unit] = classes.Labels[classes.Of(unit)]
	}
	fmt.Println(strings.Join(names, ", "))
	// The thresholds that the book led to, to be written down and kept.
	fixed, err := d.Fit(book)
	if err != nil {
		log.Fatal(err)
	}
	f := fixed.(segment.CoreGrowthPotential)
	fmt.Printf("core from %.0f, growth of %.0f %% from %.1f, potential from %.1f\n", f.CoreFrom, 100*f.GrowthFrom, f.BaseFrom, f.PotentialFrom)
	// Output:
	// core, core, growth, potential, other, other, other, potential
	// core from 250, growth of 20 % from 14.3, potential from 0.7
}

// Business circles (商圈): core is where sales are densest, not where a district
// is large.
func ExampleCoreGrowthPotential_places() {
	sales := []float64{300, 280, 240, 90, 60, 30}
	km2 := []float64{2, 1, 12, 1, 3, 5}
	density := make([]float64, len(sales))
	for i := range sales {
		density[i] = sales[i] / km2[i]
	}
	book, err := partition.NewTable(
		partition.Numbers("sales per km²", density),
		partition.Numbers("km²", km2),
		partition.Numbers("last year", []float64{149, 300, 21, 60, 15, 6}),
		partition.Numbers("new flats per km²", []float64{10, 0, 5, 0, 12, 90}),
	)
	if err != nil {
		log.Fatal(err)
	}
	circles := segment.CoreGrowthPotential{
		As:            "商圈",
		Value:         "sales per km²",
		Weight:        "km²",
		Before:        "last year",
		Potential:     "new flats per km²",
		Labels:        []string{"其他", "潜力", "成长", "核心"},
		CoreShare:     0.60,
		GrowthFrom:    0.25,
		BaseFrom:      10,
		PotentialFrom: 50,
	}
	classes, err := circles.Bind(book)
	if err != nil {
		log.Fatal(err)
	}
	names := make([]string, book.Len())
	for unit := range names {
		names[unit] = classes.Labels[classes.Of(unit)]
	}
	fmt.Println(strings.Join(names, ", "))
	// Output:
	// 核心, 核心, 其他, 核心, 成长, 潜力
}

package segment_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// account is the caller's own struct.
type account struct {
	Name      string
	Industry  string
	Region    string
	Staff     float64
	LastOrder time.Time
}

func accounts() []account {
	date := func(year, month int) time.Time { return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC) }
	return []account{
		{"Alder", "steel", "3201", 20, date(2026, 5)},
		{"Birch", "auto", "3205", 400, date(2025, 11)},
		{"Cedar", "steel", "32", 60, date(2024, 2)},
		{"Elder", "", "3413", 5, time.Time{}},
	}
}

// Four kinds of dimension, read out of the caller's own struct.
func ExampleDimension() {
	all := accounts()
	provinces, err := partition.NewTree([]partition.Node{
		{Code: "32", Name: "Jiangsu"}, {Code: "3201", Name: "Nanjing", Parent: "32"}, {Code: "3205", Name: "Suzhou", Parent: "32"},
		{Code: "34", Name: "Anhui"}, {Code: "3413", Name: "Suzhou", Parent: "34"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := partition.NewTable(
		partition.Categories("industry", partition.Column(all, func(a account) string { return a.Industry })),
		partition.Codes("region", provinces, partition.Column(all, func(a account) string { return a.Region })),
		partition.Numbers("staff", partition.Column(all, func(a account) float64 { return a.Staff })),
		partition.Dates("last order", partition.Column(all, func(a account) time.Time { return a.LastOrder })),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range []segment.Dimension{
		segment.Category{Attribute: "industry"},
		segment.Hierarchy{Attribute: "region", Levels: 2},
		segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{50, 250}, Labels: []string{"small", "medium", "large"}},
		segment.LifeCycle{Attribute: "last order", As: "life cycle", AsOf: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC),
			Days: []int{180, 730}, Labels: []string{"active", "dormant", "lost"}},
	} {
		classes, err := d.Bind(book)
		if err != nil {
			fmt.Println(err)
			return
		}
		of := make([]string, book.Len())
		for i := range of {
			of[i] = classes.Labels[classes.Of(i)]
		}
		fmt.Printf("%s: %s\n", d.Name(), strings.Join(of, ", "))
	}
	// Output:
	// industry: steel, auto, steel, missing
	// region: Nanjing, Suzhou (3205), Jiangsu, Suzhou (3413)
	// size: small, large, medium, small
	// life cycle: active, dormant, lost, missing
}

// initials is a dimension of one's own: the first letter of the name.
type initials struct{ names []string }

func (initials) Name() string { return "initial" }

func (d initials) Bind(*partition.Table) (*segment.Classes, error) {
	return &segment.Classes{
		Labels: []string{"A to M", "N to Z"},
		Of: func(unit int) int {
			if d.names[unit] < "N" {
				return 0
			}
			return 1
		},
	}, nil
}

// A kind of one's own takes two methods. This one reads no column at all.
func ExampleClasses() {
	d := initials{[]string{"Alder", "Walnut"}}
	classes, err := d.Bind(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(classes.Labels[classes.Of(0)], "/", classes.Labels[classes.Of(1)])
	// Output: A to M / N to Z
}

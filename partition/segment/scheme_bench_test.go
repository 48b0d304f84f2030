package segment_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// bigBook is a book of n customers in 34 provinces, 340 prefectures and 3,400
// districts, 20 industries with unequal shares, and heavy tails.
type bigBook struct {
	tree             *partition.Tree
	region, industry []string
	staff, revenue   []float64
	order            []time.Time
}

func newBigBook(tb testing.TB, n int) *bigBook {
	var nodes []partition.Node
	var codes []string
	for p := range 34 {
		province := fmt.Sprintf("%02d", 11+p)
		nodes = append(nodes, partition.Node{Code: province + "0000", Prefixes: []string{province}})
		for c := range 10 {
			city := fmt.Sprintf("%s%02d", province, c+1)
			nodes = append(nodes, partition.Node{Code: city + "00", Parent: province + "0000", Prefixes: []string{city}})
			for d := range 10 {
				code := fmt.Sprintf("%s%02d", city, d+1)
				nodes = append(nodes, partition.Node{Code: code, Parent: city + "00"})
				codes = append(codes, code)
			}
		}
	}
	tree, err := partition.NewTree(nodes)
	require.NoError(tb, err)
	b := &bigBook{tree: tree}
	r := rand.New(rand.NewPCG(1, 2))
	now := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for range n {
		at := int(math.Pow(r.Float64(), 3) * float64(len(codes)))
		b.region = append(b.region, codes[at])
		b.industry = append(b.industry, fmt.Sprintf("industry %02d", int(math.Pow(r.Float64(), 2)*20)))
		b.staff = append(b.staff, math.Floor(math.Exp(r.NormFloat64()*1.5+2.5)))
		b.revenue = append(b.revenue, math.Round(math.Exp(r.NormFloat64()*2+9)*100)/100)
		b.order = append(b.order, now.AddDate(0, 0, -int(r.ExpFloat64()*200)))
	}
	return b
}

func (b *bigBook) table(tb testing.TB) *partition.Table {
	book, err := partition.NewTable(
		partition.Codes("region", b.tree, b.region), partition.Categories("industry", b.industry),
		partition.Numbers("staff", b.staff), partition.Numbers("revenue", b.revenue), partition.Dates("order", b.order),
	)
	require.NoError(tb, err)
	return book
}

func bigScheme() *segment.Scheme {
	return &segment.Scheme{
		Dimensions: []segment.Dimension{
			segment.Hierarchy{Attribute: "region"},
			segment.Category{Attribute: "industry"},
			segment.Bands{Attribute: "staff", As: "size", Cuts: []float64{10, 50, 250}, Labels: []string{"tiny", "small", "medium", "large"}},
			segment.LifeCycle{Attribute: "order", As: "life cycle", AsOf: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Days: []int{90, 365}, Labels: []string{"active", "dormant", "lost"}},
		},
		Grid: &segment.Grid{Order: []segment.Step{
			{Dimension: "region", Level: 1, Join: segment.ToOther},
			{Dimension: "industry", Join: segment.ToOther},
			{Dimension: "region", Level: 2, Join: segment.ToOther},
			{Dimension: "size", Join: segment.ToNeighbour},
			{Dimension: "life cycle", Join: segment.ToNeighbour},
			{Dimension: "region", Level: 3},
		}},
		Minimum: segment.Minimum{Units: 50, Of: "revenue", Value: 500e3},
	}
}

const million = 1_000_000

func BenchmarkScheme(b *testing.B) {
	big := newBigBook(b, million)
	b.Run("step=table/n=1000000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			big.table(b)
		}
	})
	book, scheme := big.table(b), bigScheme()
	b.Run("step=apply/n=1000000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			cells, err := scheme.Apply(book)
			require.NoError(b, err)
			b.ReportMetric(float64(cells.K()), "cells")
		}
	})
	cells, err := scheme.Apply(book)
	require.NoError(b, err)
	other := newBigBook(b, 1000)
	changed := make([]int, 1000)
	for i := range changed {
		changed[i] = i * 997
		big.region[i*997], big.industry[i*997], big.revenue[i*997] = other.region[i], other.industry[i], other.revenue[i]
	}
	book = big.table(b)
	b.Run("step=update/changed=1000/n=1000000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			revision, err := cells.Update(book, changed)
			require.NoError(b, err)
			b.ReportMetric(float64(len(revision.Moves)), "moves")
		}
	})
}

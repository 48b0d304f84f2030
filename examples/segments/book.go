package main

import (
	"math"
	"time"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// customer is one row of a book. Money is in thousands of yuan.
type customer struct {
	ID          string // the same in every book
	Place       string // code of its city; "": missing
	Industry    string // code of its branch, or of a sector where no more is known; "": missing
	Kind        string // one of kinds; "": missing
	At          orb.Point
	Sales       float64 // of four quarters; negative: more was sent back than sold
	Before      float64 // of the four quarters before those
	Growth      float64 // of Sales against Before; NaN: nothing was sold then
	Potential   float64 // 0..100: how much it buys from others, by our estimate; NaN: none was made
	First, Last time.Time
	Office      int // who serves it today, an index of regions
}

func (c customer) place() string       { return c.Place }
func (c customer) industry() string    { return c.Industry }
func (c customer) kind() string        { return c.Kind }
func (c customer) point() orb.Point    { return c.At }
func (c customer) sales() float64      { return c.Sales }
func (c customer) before() float64     { return c.Before }
func (c customer) growth() float64     { return c.Growth }
func (c customer) id() string          { return c.ID }
func (c customer) potential() float64  { return c.Potential }
func (c customer) firstDay() time.Time { return c.First }
func (c customer) lastDay() time.Time  { return c.Last }
func (c customer) office() int         { return c.Office }

// customers are the rows of a book, in the order of the firms.
func (m *market) customers(book int) []customer {
	var rows []customer
	for i := range m.Firms {
		if f := &m.Firms[i]; f.Joins <= book && book < f.Leaves {
			rows = append(rows, f.row(book, m.Cities))
		}
	}
	return rows
}

// row is the firm as a book has it.
func (f *firm) row(book int, cities []city) customer {
	nowhere := orb.Point{math.NaN(), math.NaN()}
	c := customer{
		ID: f.ID, Place: cities[f.City].Code, Industry: branchCode(f.Sector, f.Branch), Kind: kinds[f.Kind],
		At: f.At, Potential: f.Potential, First: f.First, Office: f.Office, Growth: math.NaN(),
	}
	switch {
	case book < f.PlaceSaid:
		c.Place, c.At = "", nowhere
	case f.Unlisted:
		c.Place, c.At = "abroad", nowhere
	case book < f.CitySaid:
		c.Place, c.At = cities[f.WrongCity].Code, cities[f.WrongCity].At
	}
	if book < f.IndustrySaid {
		if c.Industry = ""; f.Branch == 0 {
			c.Industry = sectors[f.Sector].Code
		}
	}
	if f.KindUnknown {
		c.Kind = ""
	}
	if f.NoEstimate {
		c.Potential = math.NaN()
	}
	c.Last = f.First
	for q := max(book-8, 0); q < book; q++ {
		if q < book-4 {
			c.Before += f.Sales[q]
		} else {
			c.Sales += f.Sales[q]
		}
		if f.Sales[q] != 0 {
			c.Last = day(q).AddDate(0, 0, f.LastDay[q])
		}
	}
	if c.Before > 0 {
		c.Growth = math.Round(1e3*(c.Sales/c.Before-1)) / 1e3
	}
	return c
}

// logSales is the logarithm of the sales to base 10: what makes customers of
// ten and of a hundred as different as those of a thousand and ten thousand.
func (c customer) logSales() float64 {
	if c.Sales <= 0 {
		return math.NaN()
	}
	return math.Round(1e4*math.Log10(c.Sales)) / 1e4
}

// catalog holds the trees that books refer to.
type catalog struct{ Places, Industries *partition.Tree }

// table describes the customers to the library.
func (g catalog) table(rows []customer) (*partition.Table, error) {
	return partition.NewTable(
		partition.Codes("place", g.Places, partition.Column(rows, customer.place)),
		partition.Codes("industry", g.Industries, partition.Column(rows, customer.industry)),
		partition.Categories("kind", partition.Column(rows, customer.kind), kinds[:]...),
		partition.Numbers("sales", partition.Column(rows, customer.sales)),
		partition.Numbers("sales before", partition.Column(rows, customer.before)),
		partition.Numbers("log sales", partition.Column(rows, customer.logSales)),
		partition.Numbers("growth", partition.Column(rows, customer.growth)),
		partition.Numbers("potential", partition.Column(rows, customer.potential)),
		partition.Dates("first order", partition.Column(rows, customer.firstDay)),
		partition.Dates("last order", partition.Column(rows, customer.lastDay)),
		partition.Places("location", partition.Column(rows, customer.point)),
	)
}

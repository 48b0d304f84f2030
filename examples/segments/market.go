package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"
)

// market is an invented business with customers in China: a maker of sensors
// and controls. There are no such firms, and no such customers.
//
// A firm's city is drawn by the root of the city's people, its sector by how
// common that is in the region, its branch and kind at random. In a quarter it
// buys
//
//	size · (1 + trend)^years · noise,
//
// where the size is lognormal (σ 1.25) around the sector's, three times that for
// a distributor, and for one firm in forty multiplied by a Pareto variable (α
// 1.3); the trend is the sector's and a normal variable of its own (σ 0.16); the
// noise is lognormal (σ 0.45). Small firms do not buy in every quarter, one firm
// in twelve has stopped or will stop, and one order in a thousand is sent back.
// Each quarter 2 % join and 1.5 % leave the book.
//
// Of 1000 rows 25 lack the branch or the whole industry, 10 the place, 6 have a
// place that no list knows, 20 lack the kind, 120 an estimate of the potential,
// and 50 are in a wrong city. Of these one in sixteen is corrected each quarter.
//
// Every firm has a stream of random numbers of its own, and money is rounded to
// thousands of yuan, so that equal arguments give equal books on every platform.
type market struct {
	Cities []city
	Firms  []firm
}

// Quarters are counted from the oldest sales that are known. A book has the sales
// of the eight quarters before it: there are four books before today's, and one
// after it.
const (
	first = 8
	today = 12
	next  = 13
)

// day is the date of a book: today is 1 January 2026.
func day(book int) time.Time {
	return time.Date(2026, time.Month(1+3*(book-today)), 1, 0, 0, 0, 0, time.UTC)
}

// firm is an invented customer through all quarters.
type firm struct {
	ID                   string
	City, WrongCity      int
	Sector, Branch, Kind int
	Office               int // whose customer it is, an index of regions
	At                   orb.Point
	Potential            float64
	First                time.Time

	Joins, Leaves                     int // it is in the books from Joins on, and before Leaves
	Sales                             [next]float64
	LastDay                           [next]int // of the quarter on which it bought
	PlaceSaid, CitySaid, IndustrySaid int       // from which book on this is known, and right
	Unlisted, KindUnknown, NoEstimate bool
}

// newMarket invents a market with n customers in today's book.
func newMarket(n int, seed uint64) (*market, error) {
	cities, err := readCities()
	if err != nil {
		return nil, err
	}
	m := &market{Cities: cities}
	weight := make([]float64, len(cities))
	for k, c := range cities {
		weight[k] = math.Sqrt(c.People)
	}
	const join, leave = 0.02, 0.015 // a quarter
	for count, joiners := 0, n/50; count < n || joiners > 0; {
		i := len(m.Firms)
		rng := rand.New(rand.NewPCG(seed, uint64(i)*0x9e3779b97f4a7c15))
		f := firm{ID: fmt.Sprintf("K%05d", i+1), Leaves: next + 1}
		if u := rng.Float64(); count == n {
			f.Joins = next
			joiners--
		} else if u < join*today {
			f.Joins = 1 + int(u/join)
		}
		for b := max(f.Joins, first) + 1; b <= next && f.Leaves > next; b++ {
			if rng.Float64() < leave {
				f.Leaves = b
			}
		}
		if f.Joins <= today && today < f.Leaves {
			count++
		}
		f.be(rng, cities, weight)
		f.buy(rng)
		f.known(rng, len(cities))
		m.Firms = append(m.Firms, f)
	}
	return m, nil
}

// be draws what the firm is.
func (f *firm) be(rng *rand.Rand, cities []city, weight []float64) {
	f.City = draw(rng, weight)
	at := cities[f.City]
	pull := make([]float64, len(sectors))
	for k := range sectors {
		pull[k] = sectors[k].Pull[at.Region]
	}
	f.Sector, f.Branch = draw(rng, pull), rng.IntN(4)
	f.Kind = draw(rng, []float64{62, 18, 14, 6})
	f.At = orb.Point{math.Round(1e4*(at.At[0]+0.12*rng.NormFloat64())) / 1e4, math.Round(1e4*(at.At[1]+0.1*rng.NormFloat64())) / 1e4}
	f.Office = at.Region
	if rng.Float64() < 0.06 {
		f.Office = rng.IntN(len(regions)) // it stayed with whoever knew it
	}
	f.Potential = math.Round(100 * math.Pow(rng.Float64(), 1.6))
}

// buy draws what the firm buys, in every quarter.
func (f *firm) buy(rng *rand.Rand) {
	size := 16 * sectors[f.Sector].Spend * math.Exp(1.25*rng.NormFloat64())
	if kinds[f.Kind] == "distributor" {
		size *= 3
	}
	if rng.Float64() < 1.0/40 {
		size *= 3 * math.Pow(1-rng.Float64(), -1/1.3)
	}
	size = math.Min(size, 40_000)
	trend := math.Max(sectors[f.Sector].Trend+0.16*rng.NormFloat64(), -0.6)
	start, stop := max(f.Joins-1, 0), next
	if rng.Float64() < 1.0/12 {
		stop = rng.IntN(next)
	}
	for q := start; q < next; q++ {
		noise, buys, sentBack := math.Exp(0.45*rng.NormFloat64()), rng.Float64() < 0.35+size/20, rng.Float64() < 0.001
		f.LastDay[q] = rng.IntN(90)
		if q > start && (q >= stop || !buys) {
			continue
		}
		amount := math.Max(math.Round(size*math.Pow(1+trend, float64(q)/4)*noise), 1)
		if sentBack {
			amount *= -3
		}
		f.Sales[q] = amount
	}
	f.First = day(f.Joins-1).AddDate(0, 0, f.LastDay[start])
	if f.Joins == 0 {
		f.First = day(0).AddDate(0, 0, -int(math.Min(1100*rng.ExpFloat64(), 8000)))
	}
}

// known draws what the books leave out or have wrong.
func (f *firm) known(rng *rand.Rand, cities int) {
	corrected := func() int { return first + 1 + rng.IntN(16) }
	f.WrongCity = f.City
	if rng.Float64() < 0.025 {
		f.IndustrySaid = corrected()
	}
	switch u := rng.Float64(); {
	case u < 0.010:
		f.PlaceSaid = corrected()
	case u < 0.016:
		f.Unlisted = true
	case u < 0.066:
		f.WrongCity, f.CitySaid = rng.IntN(cities), corrected()
	}
	f.KindUnknown = rng.Float64() < 0.02
	f.NoEstimate = rng.Float64() < 0.12
}

// draw is an index, drawn by weight.
func draw(rng *rand.Rand, weight []float64) int {
	total := 0.0
	for _, w := range weight {
		total += w
	}
	u := rng.Float64() * total
	for k, w := range weight {
		if u -= w; u < 0 {
			return k
		}
	}
	return len(weight) - 1
}

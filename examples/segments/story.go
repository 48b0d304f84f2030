package main

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// story is what the program finds out, in the order in which it tells it.
type story struct {
	*market
	catalog
	Now, Next *book
	Coverage  []*segment.Coverage
	Money     *segment.Crosstab // sales by industry and region
	Curve     []float64         // share of all sales that the k+1 largest customers make
	Cuts      []cutLine

	Stage  segment.CoreGrowthPotential // with its thresholds
	Stages *segment.Crosstab

	Groups *groups

	Schemes    []*segment.Segmentation // the last one is adopted
	Comparison *segment.Comparison

	Drift *drift
}

// book is what is known on one day.
type book struct {
	Day   time.Time
	Rows  []customer
	Table *partition.Table
}

func (s *story) book(number int) (*book, error) {
	b := &book{Day: day(number), Rows: s.customers(number)}
	var err error
	b.Table, err = s.table(b.Rows)
	return b, err
}

// tell finds out everything.
func (m *market) tell(ctx context.Context, own string) (*story, error) {
	schemes, err := readSchemes(own)
	if err != nil {
		return nil, err
	}
	s := &story{market: m}
	if s.Places, err = placeTree(m.Cities); err != nil {
		return nil, err
	}
	if s.Industries, err = industryTree(); err != nil {
		return nil, err
	}
	if s.Now, err = s.book(today); err != nil {
		return nil, err
	}
	steps := []func() error{
		s.cover, s.tabulate, s.cut, s.stages,
		func() error { return s.discover(ctx) },
		func() error { return s.divide(append([]*segment.Scheme{s.Groups.scheme()}, schemes...)) },
		s.follow,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// cover asks how well the dimensions fit the book.
func (s *story) cover() error {
	for _, d := range []segment.Dimension{
		segment.Hierarchy{Attribute: "place"},
		segment.Hierarchy{Attribute: "industry"},
		segment.Category{Attribute: "kind"},
		segment.Bands{Attribute: "potential", Cuts: []float64{25, 50, 75}},
		segment.LifeCycle{Attribute: "last order", AsOf: s.Now.Day, Days: []int{92, 366}, Labels: []string{"active", "quiet", "lost"}},
	} {
		c, err := segment.CoverageOf(s.Now.Table, d, "sales")
		if err != nil {
			return err
		}
		s.Coverage = append(s.Coverage, c)
	}
	return nil
}

// tabulate sums sales by industry and region.
func (s *story) tabulate() error {
	var err error
	s.Money, err = segment.Tabulate(s.Now.Table, []segment.Dimension{
		segment.Hierarchy{Attribute: "industry", Levels: 1},
		segment.Hierarchy{Attribute: "place", Levels: 1},
	}, "sales")
	return err
}

// cut cuts the sales in two ways.
func (s *story) cut() error {
	var sales []float64
	total := 0.0
	for _, c := range s.Now.Rows {
		if c.Sales > 0 {
			sales = append(sales, c.Sales)
			total += c.Sales
		}
	}
	slices.Sort(sales)
	slices.Reverse(sales)
	sum := 0.0
	for _, v := range sales {
		sum += v
		s.Curve = append(s.Curve, sum/total)
	}
	logs := make([]float64, len(sales)) // breaks of the sales themselves would set a few giants apart
	for i, v := range sales {
		logs[i] = math.Log10(v)
	}
	for _, way := range []struct {
		name, class string
		segment.Cutter
		value []float64
	}{
		{"ABC: 80 %, 95 % of sales", "abc", segment.CumulativeShare{}, sales},
		{"natural breaks of the logarithm", "natural", segment.NaturalBreaks{K: 4}, logs},
	} {
		cuts, err := way.Cuts(way.value, nil)
		if err != nil {
			return err
		}
		line := cutLine{Name: way.name, Class: way.class}
		for _, cut := range slices.Backward(cuts) {
			at := 0
			for at < len(sales) && way.value[at] >= cut {
				at++
			}
			line.At, line.Value = append(line.At, at), append(line.Value, sales[at-1])
		}
		s.Cuts = append(s.Cuts, line)
	}
	return nil
}

// stages divides the customers into core, growth and potential (核心, 成长, 潜力).
func (s *story) stages() error {
	stage := segment.CoreGrowthPotential{As: "stage", Value: "sales", Before: "sales before", Potential: "potential", GrowthFrom: 0.5}
	fixed, err := stage.Fit(s.Now.Table)
	if err != nil {
		return err
	}
	s.Stage = fixed.(segment.CoreGrowthPotential)
	s.Stages, err = segment.Tabulate(s.Now.Table, []segment.Dimension{s.Stage}, "sales", "sales before")
	return err
}

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// customer is somebody to be served, rep somebody who serves.
type (
	customer struct {
		ID, Name string
		At       orb.Point
		Visits   float64 // a year
	}
	rep struct {
		Name string
		Home orb.Point
	}
)

func (c customer) Point() orb.Point  { return c.At }
func (c customer) Workload() float64 { return c.Visits }
func (r rep) Point() orb.Point       { return r.Home }

// staff is who serves whom today, and what is to be from now on.
type staff struct {
	Title, Source string
	Customers     []customer
	Reps          []rep // the one who leaves and the one who joins among them
	Leaver, Hire  int   // indices, or -1
	Today         []int // per customer
	Problem       *allocate.Problem
	Scale         float64 // what the costs are divided by to become visits × km
}

//go:embed data/cities.csv
var cities []byte

// A city is visited as often a year as it has tens of thousands of people, and
// at least once, at most every week.
const (
	peoplePerVisit = 10_000
	visitsMost     = 52
)

// embedded makes the built-in story: today's plan is a balanced one for the people
// of today, the best of its kind.
func embedded(ctx context.Context, people int, leaver, hire string, tolerance float64) (*staff, error) {
	s := &staff{
		Title: "Germany’s cities", Source: "Cities: GeoNames (geonames.org), CC BY 4.0",
		Leaver: -1, Hire: -1, Scale: 1,
	}
	rows, err := read(bytes.NewReader(cities), "data/cities.csv", "id", "name", "lon", "lat", "population")
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		s.Customers = append(s.Customers, customer{
			ID: r.text[0], Name: r.text[1], At: orb.Point{r.number[2], r.number[3]},
			Visits: min(math.Ceil(r.number[4]/peoplePerVisit), visitsMost),
		})
	}
	if people < 2 || people >= len(s.Customers) {
		return nil, fmt.Errorf("-people %d: must be between 2 and %d", people, len(s.Customers)-1)
	}
	for j, c := range s.Customers[:people] { // the largest come first
		s.Reps = append(s.Reps, rep{c.Name, c.At})
		if c.Name == leaver {
			s.Leaver = j
		}
	}
	if s.Leaver < 0 {
		return nil, fmt.Errorf("-leaver %q: nobody lives there", leaver)
	}
	before, err := allocate.SingleSource{}.Allocate(ctx, s.problem(tolerance, nil))
	if err != nil {
		return nil, fmt.Errorf("today's plan: %w", err)
	}
	s.Today = before.Plan.Slice()
	for _, c := range s.Customers {
		if c.Name == hire {
			s.Hire = len(s.Reps)
			s.Reps = append(s.Reps, rep{c.Name, c.At})
			break
		}
	}
	if s.Hire < 0 {
		return nil, fmt.Errorf("-hire %q: is no city of the list", hire)
	}
	// Who leaves stays in the problem, with nothing to do: the hand-over has to name somebody.
	share := sum(partition.Column(s.Customers, customer.Workload)) / float64(people)
	target := slices.Repeat([]float64{share}, len(s.Reps))
	target[s.Leaver] = 0
	s.Problem = s.problem(tolerance, target)
	return s, nil
}

// problem asks for even loads, or for the targets.
func (s *staff) problem(tolerance float64, target []float64) *allocate.Problem {
	visits := partition.Column(s.Customers, customer.Workload)
	return &allocate.Problem{
		Cost: &allocate.Travel{
			Units:      partition.Column(s.Customers, customer.Point),
			Agents:     partition.Column(s.Reps, rep.Point),
			UnitFactor: visits,
		},
		Measures:   []partition.Measure{{Name: "visits", Value: visits, Target: target, Tolerance: tolerance}},
		UnitLabel:  func(i int) string { return s.Customers[i].Name },
		AgentLabel: func(j int) string { return s.Reps[j].Name },
	}
}

// generated reads the two files of a transport instance, distances in whole metres.
func generated(prefix string) (*staff, error) {
	s := &staff{Title: "Customers of " + prefix, Leaver: -1, Hire: -1, Scale: 1000}
	var errs []error
	load := func(suffix string, columns ...string) []row {
		file, err := os.Open(prefix + suffix)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		defer file.Close()
		rows, err := read(file, prefix+suffix, columns...)
		errs = append(errs, err)
		return rows
	}
	metres := func(r row) orb.Point {
		return orb.Point{math.Round(1000 * r.number[1]), math.Round(1000 * r.number[2])}
	}
	var lower, upper []float64
	for _, r := range load("_customers.csv", "id", "x_km", "y_km", "workload") {
		s.Customers = append(s.Customers, customer{ID: r.text[0], Name: "customer " + r.text[0], At: metres(r), Visits: r.number[3]})
	}
	for _, r := range load("_reps.csv", "id", "x_km", "y_km", "cap_lo", "cap_hi") {
		s.Reps = append(s.Reps, rep{"rep " + r.text[0], metres(r)})
		lower, upper = append(lower, r.number[3]), append(upper, r.number[4])
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s.Problem = s.problem(0, nil)
	s.Problem.Measures[0].Lower, s.Problem.Measures[0].Upper = lower, upper
	travel := s.Problem.Cost.(*allocate.Travel)
	travel.Metric, travel.Round = allocate.Planar, allocate.HalfUp
	nearest, err := allocate.Nearest{}.Allocate(context.Background(), s.Problem)
	if err != nil {
		return nil, err
	}
	s.Today = nearest.Plan.Slice()
	return s, nil
}

// row is a line of a table: its wanted columns as text and, where they are that, as numbers.
type row struct {
	text   []string
	number []float64
}

// read reads a table that has the columns, in this order, first.
func read(in io.Reader, file string, columns ...string) ([]row, error) {
	c := csv.NewReader(in)
	header, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for k, name := range columns {
		if k >= len(header) || header[k] != name {
			return nil, fmt.Errorf("%s: column %d is not %q", file, k+1, name)
		}
	}
	var rows []row
	for {
		line, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		r := row{text: line, number: make([]float64, len(columns))}
		for k, name := range columns {
			if name == "name" {
				continue
			}
			if r.number[k], err = strconv.ParseFloat(line[k], 64); err != nil {
				at, _ := c.FieldPos(k)
				return nil, fmt.Errorf("%s, line %d, column %s = %q: is not a number", file, at, name, line[k])
			}
		}
		rows = append(rows, r)
	}
}

func sum(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total
}

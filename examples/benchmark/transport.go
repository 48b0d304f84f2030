package main

import (
	"fmt"
	"path/filepath"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// readTransport reads PREFIX_customers.csv and PREFIX_reps.csv.
//
// Everything is in whole metres: the distance from a customer to a
// representative is rounded half up and multiplied by the workload, so that
// every solver, in integers or floating point, sees the same numbers. The
// objective is reported in workload × km.
func readTransport(prefix string, o *options) (*instance, error) {
	var (
		customers, reps       []orb.Point
		amount                [measuresMost][]float64 // workload, revenue, count
		capLower, capUpper    []float64
		customerFile, repFile = prefix + "_customers.csv", prefix + "_reps.csv"
		point                 = func(ps *[]orb.Point, axis int) func(int, int64) {
			return func(row int, v int64) { (*ps)[row][axis] = float64(v) }
		}
		number  = func(xs *[]float64) func(int, int64) { return func(row int, v int64) { (*xs)[row] = float64(v) } }
		numbers = func(xs *[]float64) func(int) { return func(n int) { *xs = make([]float64, n) } }
	)
	columns := []column{
		{name: "id", kind: serial},
		{name: "x_km", kind: milli, rows: func(n int) { customers = make([]orb.Point, n) }, set: point(&customers, 0)},
		{name: "y_km", kind: milli, set: point(&customers, 1)},
		{name: "workload", kind: whole, rows: numbers(&amount[0]), set: number(&amount[0])},
	}
	revenue := column{name: "revenue", kind: whole, optional: o.measures < 2}
	if !revenue.optional {
		revenue.rows, revenue.set = numbers(&amount[1]), number(&amount[1])
	}
	columns = append(columns, revenue)
	if err := readTable(customerFile, columns); err != nil {
		return nil, err
	}
	if err := readTable(repFile, []column{
		{name: "id", kind: serial},
		{name: "x_km", kind: milli, rows: func(n int) { reps = make([]orb.Point, n) }, set: point(&reps, 0)},
		{name: "y_km", kind: milli, set: point(&reps, 1)},
		{name: "cap_lo", kind: whole, rows: numbers(&capLower), set: number(&capLower)},
		{name: "cap_hi", kind: whole, rows: numbers(&capUpper), set: number(&capUpper)},
	}); err != nil {
		return nil, err
	}
	if len(customers) == 0 || len(reps) == 0 {
		return nil, fmt.Errorf("%s: %d customers and %d reps; there must be one of each", prefix, len(customers), len(reps))
	}
	if o.measures > 2 {
		amount[2] = make([]float64, len(customers))
		for i := range amount[2] {
			amount[2][i] = 1
		}
	}

	p := &allocate.Problem{
		Cost: &allocate.Travel{
			Units: customers, Agents: reps,
			Metric: allocate.Planar, Round: allocate.HalfUp,
			UnitFactor: amount[0],
		},
	}
	for r, name := range []string{"workload", "revenue", "count"}[:o.measures] {
		m := partition.Measure{Name: name, Value: amount[r], Lower: capLower, Upper: capUpper}
		if tolerance := o.tolerance; r > 0 || tolerance > 0 {
			if tolerance == 0 {
				tolerance = furtherTolerance
			}
			m.Lower, m.Upper = shares(amount[r], len(reps), tolerance)
		}
		p.Measures = append(p.Measures, m)
	}
	return &instance{name: filepath.Base(prefix), allocation: p, n: len(customers), k: len(reps), scale: 1000}, nil
}

const (
	measuresMost     = 3    // workload, revenue, count
	furtherTolerance = 0.03 // of the measures for which the file holds no capacities
)

// shares are the capacities that an equal share of the total gives everyone.
func shares(x []float64, k int, tolerance float64) (lower, upper []float64) {
	total := 0.0
	for _, v := range x {
		total += v
	}
	lower, upper = make([]float64, k), make([]float64, k)
	for j := range lower {
		lower[j], upper[j] = capacities(total, k, tolerance)
	}
	return lower, upper
}

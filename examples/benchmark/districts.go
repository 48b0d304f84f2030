package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// populated is what the districting families have in common: units with a
// population and a place, some of them neighbours.
type populated struct {
	name       string
	population []float64
	place      []orb.Point // longitude and latitude
	label      []string
	contiguity *geo.Contiguity
}

// usualTolerance is the deviation from equal populations that districting
// allows where nothing else is said.
const usualTolerance = 0.005

// instance is the problem that the flags make of it.
func (s *populated) instance(o *options) (*instance, error) {
	in := &instance{name: s.name, n: len(s.population), k: o.k, scale: 1}
	if o.k == 0 {
		return nil, fmt.Errorf("%s: the number of districts is given by -k", s.name)
	}
	m := partition.Measure{Name: "population", Value: s.population}
	lower, upper := o.limits(s.population)
	for range o.k {
		m.Lower, m.Upper = append(m.Lower, lower), append(m.Upper, upper)
	}
	in.design = &partition.Problem{K: o.k, Measures: []partition.Measure{m}, Contiguity: s.contiguity,
		Label: func(unit int) string { return s.label[unit] }}
	switch o.objective {
	case "", "cut":
		in.goal = cutEdges
	case "border":
		in.goal = borderLength
	case "hess":
		in.goal, in.scale = inertia, 1e6
		in.design.Points, in.design.Weight = s.place, s.population
		in.design.Distance = func(a, b orb.Point) float64 { return geo.Geodesic{}.Distance(a, b) / 1000 }
	default:
		return nil, fmt.Errorf("-objective is %q, must be cut, border or hess", o.objective)
	}
	return in, nil
}

// limits are the populations that a district may have: those of the flags, or
// the whole numbers within the tolerance.
func (o *options) limits(population []float64) (lower, upper float64) {
	total := 0.0
	for _, v := range population {
		total += v
	}
	tolerance := o.tolerance
	if tolerance == 0 {
		tolerance = usualTolerance
	}
	lower, upper = o.lower, o.upper
	if lower == 0 {
		lower = math.Ceil(total / float64(o.k) * (1 - tolerance))
	}
	if upper == 0 {
		upper = math.Floor(total / float64(o.k) * (1 + tolerance))
	}
	return lower, upper
}

const nodesEnding = "_nodes.csv"

// readDistricting reads the units of a state, and its edges from the file
// beside it.
func readDistricting(file string, o *options) (*instance, error) {
	base, packed := strings.CutSuffix(file, ".gz")
	base, named := strings.CutSuffix(base, nodesEnding)
	if !named {
		return nil, fmt.Errorf("%s: the file is called STATE%s", file, nodesEnding)
	}
	s := &populated{name: filepath.Base(base)}
	err := eachRow(file, []string{"node", "geoid", "name", "population", "lat", "lon"}, func(row []string) error {
		x, err := parseAll(row[3:])
		if err != nil {
			return err
		}
		s.population, s.place, s.label = append(s.population, x[0]), append(s.place, orb.Point{x[2], x[1]}), append(s.label, row[2])
		return nil
	})
	if err != nil {
		return nil, err
	}
	edges := base + "_edges.csv"
	if packed {
		edges += ".gz"
	}
	if s.contiguity, err = readEdges(edges, len(s.population)); err != nil {
		return nil, err
	}
	return s.instance(o)
}

// readEdges reads pairs of neighbours; a third column is the length of what
// they share, where it is known.
func readEdges(file string, n int) (*geo.Contiguity, error) {
	var pairs [][2]int
	var border []float64
	err := eachRow(file, []string{"u", "v"}, func(row []string) error {
		u, errU := strconv.Atoi(row[0])
		v, errV := strconv.Atoi(row[1])
		if errU != nil || errV != nil {
			return fmt.Errorf("%q and %q are not two units", row[0], row[1])
		}
		length := 0.0
		if len(row) > 2 && row[2] != "" {
			var err error
			if length, err = strconv.ParseFloat(row[2], 64); err != nil {
				return err
			}
		}
		pairs, border = append(pairs, [2]int{u, v}), append(border, length)
		return nil
	})
	if err != nil {
		return nil, err
	}
	g, err := geo.NewContiguity(n, pairs, border)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return g, nil
}

// eachRow calls f for every row of a CSV file after its header, which begins
// with the given columns.
func eachRow(file string, columns []string, f func(row []string) error) error {
	data, err := readAll(file)
	if err != nil {
		return err
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	want := strings.Join(columns, ",")
	if len(records) == 0 || !strings.HasPrefix(strings.Join(records[0], ",")+",", want+",") {
		return fmt.Errorf("%s: line 1: the header does not begin with %s", file, want)
	}
	for i, row := range records[1:] {
		if err := f(row); err != nil {
			return fmt.Errorf("%s: line %d: %w", file, i+2, err)
		}
	}
	return nil
}

func parseAll(words []string) ([]float64, error) {
	x := make([]float64, len(words))
	for i, w := range words {
		v, err := strconv.ParseFloat(w, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%.40q is not a finite number", w)
		}
		x[i] = v
	}
	return x, nil
}

// exists reports whether there is such a file.
func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

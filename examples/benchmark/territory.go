package main

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// activities is how many measures a unit of a commercial territory design has.
const activities = 3

// The published objective of the families with preferences: what is outside
// the limits, and every step down from a first choice, has its price.
const (
	priceOfViolation = 1000
	priceOfAffinity  = 500
)

// readTerritory reads a commercial territory design: the units with their
// activities, their neighbours, the number of territories with the tolerances,
// then, in some families, the preferences of every territory, and the distances
// from units to centres.
func readTerritory(file string, o *options) (*instance, error) {
	x, err := readNumbers(file)
	if err != nil {
		return nil, err
	}
	r := rowReader{x: x}
	n := r.count("units")
	p := &partition.Problem{Measures: make([]partition.Measure, activities)}
	for i := range n {
		row := r.row(3+activities, fmt.Sprintf("id, x, y and %d activities of unit %d", activities, i))
		p.Points = append(p.Points, orb.Point{row[1], row[2]})
		for a := range activities {
			p.Measures[a].Value = append(p.Measures[a].Value, row[3+a])
		}
	}
	var pairs [][2]int
	for i := range r.count("edges") {
		row := r.row(2, fmt.Sprintf("the units of edge %d", i))
		pairs = append(pairs, [2]int{int(row[0]), int(row[1])})
	}
	settings := r.row(1+activities, "p and the tolerances")
	if len(settings) > 1+activities {
		settings = append(settings[:1:1], settings[2:]...) // p again
	}
	filed := int(settings[0])
	var preference [][]float64
	if r.more() {
		for t := range filed {
			preference = append(preference, r.row(n, fmt.Sprintf("the preferences of territory %d", t)))
		}
	}
	if r.more() {
		between := make([][]float64, n)
		for i := range between {
			between[i] = r.row(n, fmt.Sprintf("the distances from unit %d", i))
		}
		p.Between = func(from, to int) float64 { return between[from][to] }
	} else {
		p.Distance = geo.Plane{}.Distance
	}
	if r.err != nil {
		return nil, r.err
	}
	contiguity, err := geo.NewContiguity(n, pairs, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	p.Contiguity, p.K = contiguity, filed
	if o.k != 0 {
		p.K = o.k
	}
	for a := range p.Measures {
		m := &p.Measures[a]
		m.Name, m.Tolerance = fmt.Sprintf("activity %d", a+1), settings[1+a]
		if o.tolerance != 0 {
			m.Tolerance = o.tolerance
		}
	}
	in := &instance{name: instanceName(file), n: n, k: p.K, scale: 1, design: p, goal: compactness}
	return in, in.prefer(preference, filed, o.objective)
}

// prefer settles whether the preferences of a file count: where they say
// anything, unless the objective is given.
func (in *instance) prefer(preference [][]float64, filed int, objective string) error {
	said := false
	for _, row := range preference {
		for _, v := range row {
			said = said || v != 1
		}
	}
	switch objective {
	case "":
	case "compact":
		said = false
	case "affinity":
		said = true
	default:
		return fmt.Errorf("-objective is %q, must be compact or affinity", objective)
	}
	if !said {
		return nil
	}
	if len(preference) != in.k {
		return fmt.Errorf("%s has the preferences of %d territories, -k is %d", in.name, len(preference), in.k)
	}
	in.goal = affinity
	in.preference = func(unit, territory int) float64 {
		return priceOfAffinity * (preference[territory][unit] - 1)
	}
	return nil
}

// rowReader takes the numbers of a file line by line. After the first error
// it gives rows of zeros.
type rowReader struct {
	x   *numbers
	at  int
	err error
}

func (r *rowReader) more() bool { return r.err == nil && r.at < len(r.x.value) }

// count is a line with one number: how many there are of what.
func (r *rowReader) count(what string) int {
	if r.err != nil {
		return 0
	}
	c, err := r.x.count(r.at, what)
	if err != nil {
		r.err = err
		return 0
	}
	r.at++
	return c
}

// row is the next line, which has at least so many numbers.
func (r *rowReader) row(least int, what string) []float64 {
	if r.err == nil && r.at == len(r.x.value) {
		r.err = fmt.Errorf("%s: ends before %s", r.x.file, what)
	}
	if r.err != nil {
		return make([]float64, least)
	}
	first := r.at
	for r.at < len(r.x.value) && r.x.line[r.at] == r.x.line[first] {
		r.at++
	}
	row := r.x.value[first:r.at:r.at]
	if len(row) < least {
		r.err = fmt.Errorf("%s: line %d: has %d numbers, want %d: %s", r.x.file, r.x.line[first], len(row), least, what)
		return make([]float64, least)
	}
	return row
}

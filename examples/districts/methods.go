package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// request is what is asked of every method.
type request struct {
	K         int
	Tolerance float64
	Seed      uint64
	Budget    int
	Floor     float64 // least people of a territory
}

// method is one way to draw territories.
type method struct {
	Key, Name string
	About     string // what it is after, in plain words
	Method    func(r request) partition.Method
	Problem   func(p *partition.Problem) // adapts the common problem, where that asks for more than the method knows
}

var methods = []method{
	{
		Key: "hess", Name: "inertia (Hess)", About: "Minimises people times squared distance to the central county of their territory.",
		Method: func(r request) partition.Method { return district.Compact{Seed: r.Seed, Budget: r.Budget} },
	},
	{
		Key: "border", Name: "short borders", About: "Minimises the length of the borders between territories.",
		Method: func(r request) partition.Method {
			return district.Cut{Objective: district.CutBorder, Seed: r.Seed, Budget: r.Budget}
		},
	},
	{
		Key: "cut", Name: "few cut edges", About: "Minimises the pairs of neighbouring counties that are parted.",
		Method: func(r request) partition.Method { return district.Cut{Seed: r.Seed, Budget: r.Budget} },
	},
	{
		Key: "maxp", Name: "max-p", About: "Draws as many territories as it can, each with at least as many people as the others must have, and no limit above.",
		Method: func(r request) partition.Method {
			return district.MaxP{Floor: []float64{r.Floor}, Seed: r.Seed, Budget: r.Budget}
		},
		Problem: func(p *partition.Problem) {
			p.K, p.Between = 0, nil
			p.Measures[0].Tolerance = 0
		},
	},
	{
		Key: "ward", Name: "Ward", About: "Minimises the squared distances of the people to the mean of their territory, joining county by county, and does not look at balance.",
		Method:  func(r request) partition.Method { return district.Ward{Refine: true} },
		Problem: func(p *partition.Problem) { p.Between = nil },
	},
}

// problem is what all methods have in common.
func (s *state) problem(r request) *partition.Problem {
	people := partition.Column(s.Counties, county.Weight)
	return &partition.Problem{
		K:          r.K,
		Points:     partition.Column(s.Counties, county.Point),
		Measures:   []partition.Measure{{Name: "people", Value: people, Tolerance: r.Tolerance}},
		Weight:     people,
		Between:    func(from, to int) float64 { return s.Between[from][to] },
		Contiguity: s.Contiguity,
		Label:      func(i int) string { return s.Counties[i].Name },
	}
}

// outcome is everything that report, map and outlines show.
type outcome struct {
	*state
	request
	Total float64 // people
	Plans []plan
	Shown int // index in Plans
}

// plan is what one method made, measured by all yardsticks.
type plan struct {
	method
	Result      *partition.Result
	Seconds     float64
	Territories []territory
	Worst       float64 // largest deviation, with its sign
	CutEdges    int
	BorderKm    float64 // of the borders between territories
	Inertia     float64 // people·km², see territory
	Compactness float64 // mean Polsby-Popper
}

type territory struct {
	Name        string // its largest place
	Counties    int
	People      float64
	Deviation   float64 // from an equal share
	Km2         float64
	Inertia     float64 // Σ people·km² to the county that makes this least
	Shape       geo.Shape
	Outline     orb.MultiPolygon
	LabelPlace  orb.Point
	LabelMetres float64 // to the nearest border from there
}

// compare asks all methods. Plans are numbered like the first one, as far as
// territories correspond, so that they have the same colours.
func (s *state) compare(ctx context.Context, r request, shown int) (*outcome, error) {
	o := &outcome{state: s, request: r, Shown: shown}
	for _, c := range s.Counties {
		o.Total += c.People
	}
	r.Floor = o.Total / float64(r.K) * (1 - r.Tolerance)
	for _, m := range methods {
		problem := s.problem(r)
		if m.Problem != nil {
			m.Problem(problem)
		}
		start := time.Now()
		result, err := m.Method(r).Partition(ctx, problem)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		p := plan{method: m, Result: result, Seconds: time.Since(start).Seconds()}
		if len(o.Plans) > 0 {
			if result.Plan, _, err = partition.Align(o.Plans[0].Result.Plan, result.Plan, problem.Weight); err != nil {
				return nil, err
			}
		}
		if err := s.measure(&p, o.Total); err != nil {
			return nil, err
		}
		o.Plans = append(o.Plans, p)
	}
	return o, nil
}

// measure holds a plan to all yardsticks.
func (s *state) measure(p *plan, total float64) error {
	of := p.Result.Plan
	outlines, err := s.Coverage.Dissolve(of)
	if err != nil {
		return err
	}
	used := 0
	for t := range of.K() {
		for range of.Units(t) {
			used++
			break
		}
	}
	share := total / float64(used)
	p.Territories = make([]territory, of.K())
	for t := range p.Territories {
		units := slices.Collect(of.Units(t))
		if len(units) == 0 {
			continue // the number of a territory that only other plans have
		}
		v := territory{Counties: len(units), Outline: outlines[t], Inertia: math.Inf(1)}
		var largest place
		for _, center := range units {
			sum := 0.0
			for _, i := range units {
				sum += s.Counties[i].People * s.Between[center][i] * s.Between[center][i]
			}
			v.Inertia = math.Min(v.Inertia, sum)
			c := s.Counties[center]
			v.People += c.People
			if c.Place.People > largest.People {
				largest = c.Place
			}
		}
		v.Name = largest.Name
		v.Deviation = v.People/share - 1
		v.Km2 = geo.Area(outlines[t], nil) / 1e6
		v.Shape = geo.ShapeOf(outlines[t], nil)
		v.LabelPlace, v.LabelMetres = geo.LabelPoint(outlines[t], 1000, nil)
		p.Territories[t] = v

		p.Inertia += v.Inertia
		p.Compactness += v.Shape.PolsbyPopper / float64(used)
		if math.Abs(v.Deviation) > math.Abs(p.Worst) {
			p.Worst = v.Deviation
		}
	}
	for pair, metres := range s.Contiguity.Edges() {
		if of.Of(pair[0]) != of.Of(pair[1]) {
			p.CutEdges++
			p.BorderKm += metres / 1000
		}
	}
	return nil
}

// territories is the number of those that are not empty.
func (p *plan) territories() (n int) {
	for _, t := range p.Territories {
		if t.Counties > 0 {
			n++
		}
	}
	return n
}

package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/topojson"
)

//go:embed data/counties.json
var countiesFile []byte

//go:embed data/places.csv
var placesFile []byte

// county is a unit: it goes to one territory as a whole.
type county struct {
	Name   string
	People float64
	At     orb.Point // the mean place of its people
	Place  place     // its largest one
}

func (c county) Weight() float64  { return c.People }
func (c county) Point() orb.Point { return c.At }

type place struct {
	Name   string
	At     orb.Point
	People float64
}

// state is the map and who lives there.
type state struct {
	Counties   []county
	Areas      []orb.MultiPolygon // of the counties
	Places     []place            // the largest first
	Offshore   []string           // places that are in no county as the map draws it, and went to the nearest
	Coverage   *geo.Coverage
	Contiguity *geo.Contiguity // borders in metres
	Between    [][]float64     // km between the counties' people
}

// texas reads the embedded files.
func texas() (*state, error) {
	topology, err := topojson.Read(bytes.NewReader(countiesFile))
	if err != nil {
		return nil, err
	}
	features, err := topology.Features("counties")
	if err != nil {
		return nil, err
	}
	s := &state{Counties: make([]county, len(features))}
	for i, f := range features {
		s.Counties[i].Name, _ = f.Properties.Text("name")
	}
	if s.Areas, err = geo.Areas(features); err != nil {
		return nil, err
	}
	if s.Places, err = readPlaces(); err != nil {
		return nil, err
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	if s.Coverage, err = geo.NewCoverage(s.Areas, 0); err != nil {
		return nil, err
	}
	if s.Contiguity, err = neighbors(s.Coverage); err != nil {
		return nil, err
	}
	s.Between = make([][]float64, len(s.Counties))
	for i, a := range s.Counties {
		s.Between[i] = make([]float64, len(s.Counties))
		for j := range i {
			km := geo.Geodesic{}.Distance(a.At, s.Counties[j].At) / 1000
			s.Between[i][j], s.Between[j][i] = km, km
		}
	}
	return s, nil
}

// leastBorder is how much border two counties must share to be neighbours, in
// metres: where four of them meet, a map as coarse as this one draws some
// hundred metres between two that only touch.
const leastBorder = 5000

// neighbors is who borders whom.
func neighbors(c *geo.Coverage) (*geo.Contiguity, error) {
	var pairs [][2]int
	var border []float64
	for pair, metres := range c.Contiguity(geo.Rook, nil).Edges() {
		if metres >= leastBorder {
			pairs, border = append(pairs, pair), append(border, metres)
		}
	}
	return geo.NewContiguity(c.Len(), pairs, border)
}

func readPlaces() ([]place, error) {
	rows, err := csv.NewReader(bytes.NewReader(placesFile)).ReadAll()
	if err != nil {
		return nil, err
	}
	var places []place
	for n, row := range rows[1:] {
		p := place{Name: row[0]}
		for column, to := range []*float64{&p.At[0], &p.At[1], &p.People} {
			if *to, err = strconv.ParseFloat(row[1+column], 64); err != nil {
				return nil, fmt.Errorf("data/places.csv, line %d: %w", n+2, err)
			}
		}
		places = append(places, p)
	}
	return places, nil
}

// settle gives every place to the county that it lies in.
func (s *state) settle() error {
	locator, err := geo.NewLocator(s.Areas)
	if err != nil {
		return err
	}
	for _, p := range s.Places {
		at := locator.Locate(p.At)
		if at < 0 { // on a bank or an island that the generalised coast leaves out
			at, _ = locator.Nearest(p.At, nil)
			s.Offshore = append(s.Offshore, p.Name)
		}
		c := &s.Counties[at]
		if p.People > c.Place.People {
			c.Place = p
		}
		c.At[0] += p.People * p.At[0]
		c.At[1] += p.People * p.At[1]
		c.People += p.People
	}
	for i := range s.Counties {
		c := &s.Counties[i]
		if c.People == 0 {
			return fmt.Errorf("there is no place in %s County", c.Name)
		}
		c.At[0] /= c.People
		c.At[1] /= c.People
	}
	return nil
}

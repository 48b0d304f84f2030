package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// customer is somebody to be served.
type customer struct {
	ID, Name string
	Alt      string // more about the name: in another script, the province; "" without
	At       orb.Point
	Work     float64
}

// rep is a sales person.
type rep struct {
	ID, Name, Alt string
	Home          orb.Point
	Share         float64 // of the work, relative to the others
}

func (c customer) Point() orb.Point  { return c.At }
func (c customer) Workload() float64 { return c.Work }
func (r rep) Point() orb.Point       { return r.Home }

// full is the name with what tells it from its namesakes.
func full(name, alt string) string {
	if alt == "" {
		return name
	}
	return name + " (" + alt + ")"
}

// dataset is what the program plans for.
type dataset struct {
	Title     string
	Source    string // attribution
	Builtin   bool   // the embedded cities
	Work      string // what a workload counts: "people"
	Customers []customer
	Reps      []rep
	Today     []int    // nil, or the index of today's sales person of each customer, or partition.Unassigned
	Notes     []string // what the reader of the report should know about the input
}

// amount writes a workload: "22.32 M people", "workload 40".
func (d *dataset) amount(work float64) string {
	if d.Builtin {
		return quantity(work) + " " + d.Work
	}
	return d.Work + " " + quantity(work)
}

//go:embed data/cities.csv
var cities []byte

// embedded makes the built-in data: the cities are the customers, and the
// sales people live in the largest of them.
func embedded(people int) (*dataset, error) {
	t := openTable(bytes.NewReader(cities), "data/cities.csv", []column{
		{names: []string{"id"}}, {names: []string{"name"}}, {names: []string{"chinese"}}, {names: []string{"lon"}},
		{names: []string{"lat"}}, {names: []string{"population"}}, {names: []string{"province"}},
	})
	d := &dataset{
		Title:  "China’s cities",
		Source: "Cities: GeoNames (geonames.org), CC BY 4.0",
		Work:   "people", Builtin: true,
	}
	t.each(func(r *record) {
		c := customer{
			ID: r.text("id"), Name: r.text("name"), Alt: r.text("province"),
			At:   orb.Point{r.number("lon", -180, 180), r.number("lat", -90, 90)},
			Work: r.number("population", 0, math.Inf(1)),
		}
		if chinese := r.text("chinese"); chinese != "" {
			c.Alt = chinese + ", " + c.Alt
		}
		d.Customers = append(d.Customers, c)
	})
	if err := errors.Join(t.faults...); err != nil {
		return nil, err
	}
	if people < 1 || people > len(d.Customers) {
		return nil, fmt.Errorf("-people %d: must be between 1 and the number of cities, %d", people, len(d.Customers))
	}
	for _, c := range d.Customers[:people] { // the largest come first
		d.Reps = append(d.Reps, rep{ID: c.ID, Name: c.Name, Alt: c.Alt, Home: c.At, Share: 1})
	}
	return d, nil
}

// load reads the caller's two files. Either every row is right or there is an
// error that lists all that are not.
func load(customersFile, repsFile string) (*dataset, error) {
	d := &dataset{Title: "Your customers", Work: "workload"}
	var faults []error
	open := func(name string, read func(io.Reader) *table) {
		f, err := os.Open(name)
		if err != nil {
			faults = append(faults, err)
			return
		}
		defer f.Close()
		faults = append(faults, read(f).faults...)
	}
	open(repsFile, func(r io.Reader) *table { return d.readReps(r, repsFile) })
	repsRight := len(faults) == 0
	open(customersFile, func(r io.Reader) *table { return d.readCustomers(r, customersFile, repsRight) })
	if len(faults) > 0 {
		return nil, fmt.Errorf("%w\n%d fault(s) in the input: nothing was planned", errors.Join(faults...), len(faults))
	}
	return d, nil
}

var repColumns = []column{
	{names: []string{"id"}},
	{names: []string{"name"}},
	{names: []string{"lon", "longitude", "lng"}},
	{names: []string{"lat", "latitude"}},
	{names: []string{"capacity share", "capacity", "capacity_share", "share"}, optional: true},
}

// readReps reads the columns id, name, lon, lat and, optionally, capacity share.
func (d *dataset) readReps(r io.Reader, file string) *table {
	t := openTable(r, file, repColumns)
	ids := unique{}
	t.each(func(r *record) {
		x := rep{Share: 1}
		x.ID, x.Name = ids.read(r)
		x.Home = position(r)
		if _, ok := t.at["capacity share"]; ok {
			if x.Share = r.number("capacity share", 0, math.Inf(1)); x.Share == 0 && !r.bad {
				r.fail("capacity share", "must be positive")
			}
		}
		if !r.bad {
			d.Reps = append(d.Reps, x)
		}
	})
	d.note(t)
	return t
}

var customerColumns = []column{
	{names: []string{"id"}},
	{names: []string{"name"}},
	{names: []string{"lon", "longitude", "lng"}},
	{names: []string{"lat", "latitude"}},
	{names: []string{"workload"}},
	{names: []string{"owner"}, optional: true},
}

// readCustomers reads the columns id, name, lon, lat, workload and,
// optionally, owner. Owners are looked up where the sales people are known.
func (d *dataset) readCustomers(r io.Reader, file string, repsKnown bool) *table {
	t := openTable(r, file, customerColumns)
	reps := map[string]int{}
	for j, r := range d.Reps {
		reps[r.ID] = j
	}
	ids := unique{}
	total := 0.0
	t.each(func(r *record) {
		var x customer
		x.ID, x.Name = ids.read(r)
		x.At = position(r)
		x.Work = r.number("workload", 0, 1e15)
		owner := partition.Unassigned
		if r.has("owner") {
			if j, ok := reps[r.text("owner")]; ok {
				owner = j
			} else if repsKnown {
				r.fail("owner", "is no id of a sales person")
			}
		}
		if !r.bad {
			d.Customers = append(d.Customers, x)
			d.Today = append(d.Today, owner)
			total += x.Work
		}
	})
	if _, ok := t.at["owner"]; !ok {
		d.Today = nil
	}
	if len(t.faults) == 0 && total <= 0 {
		t.add(&fault{Why: "the workloads add up to nothing"})
	}
	d.note(t)
	return t
}

func (d *dataset) note(t *table) {
	for _, h := range t.unused {
		d.Notes = append(d.Notes, fmt.Sprintf("%s: column %q is not used", t.file, h))
	}
}

// position reads lon and lat, in degrees.
func position(r *record) orb.Point {
	lon, lat := r.number("lon", -180, 180), r.number("lat", -90, 90)
	return orb.Point{lon, lat}
}

// unique remembers the line of each id.
type unique map[string]int

// read reads id and name; a name that is missing is the id.
func (u unique) read(r *record) (id, name string) {
	id, name = r.text("id"), r.text("name")
	if name == "" {
		name = id
	}
	if id == "" {
		r.fail("id", "is missing")
	} else if first, twice := u[id]; twice {
		r.fail("id", "is the id of line %d already", first)
	} else {
		u[id] = r.line
	}
	return id, name
}

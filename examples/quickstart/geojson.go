package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

type feature struct {
	Type       string   `json:"type"`
	Geometry   geometry `json:"geometry"`
	Properties any      `json:"properties"`
}

type geometry struct {
	Type        string    `json:"type"`
	Coordinates orb.Point `json:"coordinates"`
}

// customerProperties describe a customer; marker-color is what common viewers look for.
type customerProperties struct {
	Kind       string  `json:"kind"`
	ID         string  `json:"id"`
	Name       string  `json:"name"`
	More       string  `json:"more,omitempty"`
	Workload   float64 `json:"workload"`
	Owner      string  `json:"owner"`
	OwnerName  string  `json:"owner_name"`
	Before     *string `json:"before"` // null: nobody
	Km         float64 `json:"km"`
	RunnerUp   *string `json:"runner_up"` // null: there is nobody else
	RunnerUpKm float64 `json:"runner_up_km,omitempty"`
	Extra      float64 `json:"runner_up_costs_more,omitempty"`
	Color      string  `json:"marker-color"`
	Size       string  `json:"marker-size"`
}

type repProperties struct {
	Kind      string  `json:"kind"`
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	More      string  `json:"more,omitempty"`
	Load      float64 `json:"load"`
	Target    float64 `json:"target"`
	Deviation float64 `json:"deviation"`
	Customers int     `json:"customers"`
	Before    float64 `json:"load_before"`
	Color     string  `json:"marker-color"`
	Symbol    string  `json:"marker-symbol"`
	Size      string  `json:"marker-size"`
}

// writeGeoJSON writes the plan as an RFC 7946 feature collection of points, one
// feature a line: first the homes of the sales people, then the customers.
func (o *outcome) writeGeoJSON(w io.Writer) error {
	colours := o.colours()
	features := make([]feature, 0, len(o.Reps)+len(o.Customers))
	add := func(at orb.Point, properties any) {
		features = append(features, feature{"Feature", geometry{"Point", at}, properties})
	}
	for j, r := range o.Reps {
		add(r.Home, repProperties{
			Kind: "home", ID: r.ID, Name: r.Name, More: r.Alt,
			Load: o.After.Load[j], Target: o.After.Target[j], Deviation: round(o.After.Deviation[j], 1e4),
			Customers: o.After.Units[j], Before: o.Before.Load[j],
			Color: colours[j], Symbol: "star", Size: "large",
		})
	}
	id := func(j int) *string {
		if j == partition.Unassigned {
			return nil
		}
		return &o.Reps[j].ID
	}
	for i, c := range o.Customers {
		d := o.Decisions[i]
		p := customerProperties{
			Kind: "customer", ID: c.ID, Name: c.Name, More: c.Alt, Workload: c.Work,
			Owner: o.Reps[d.Owner].ID, OwnerName: o.Reps[d.Owner].Name, Before: id(o.Before.Plan.Of(i)), Km: round(d.Km, 10),
			RunnerUp: id(d.RunnerUp), Color: colours[d.Owner], Size: "small",
		}
		if d.RunnerUp >= 0 {
			p.RunnerUpKm, p.Extra = round(d.RunnerUpKm, 10), math.Round(d.Extra)
		}
		add(c.At, p)
	}

	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","features":[` + "\n")
	for i, f := range features {
		line, err := json.Marshal(f)
		if err != nil {
			return err
		}
		b.Write(line)
		if i < len(features)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("]}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// round keeps 1/steps; JSON cannot hold what is not finite: that becomes 0.
func round(x, steps float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	return math.Round(x*steps) / steps
}

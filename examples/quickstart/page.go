package main

import (
	"embed"
	"html/template"
	"io"
	"math"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

//go:embed page
var pageFiles embed.FS

// pageView is what page/page.html shows. The template escapes all of it for the
// place where it stands; only our own style sheet and program are trusted.
type pageView struct {
	Title, BeforeName, Work, Proof, Source string
	Customers, People, Tolerance           string
	Feasible                               bool
	Figures                                []figure
	Reps                                   []barView
	Band                                   struct{ Left, Width, Target float64 } // per cent of the bar's width
	Decisions                              []decisionView
	Style                                  template.CSS
	Script                                 template.JS
	Data                                   pageData
}

// barView is the load of one sales person. Before and After are per cent of the bar's width.
type barView struct {
	Index                           int
	Name, Alt, Colour               string
	Before, After                   float64
	LoadBefore, LoadAfter           string
	DeviationBefore, DeviationAfter string
	Customers                       string
}

type decisionView struct {
	Unit                   int
	Name, Sentence, Colour string
}

// pageData is what the program of the page reads: parallel slices, to be short.
// Positions are in map units from the upper left corner.
type pageData struct {
	Km         float64    `json:"km"` // length of a map unit
	Width      int        `json:"width"`
	Height     int        `json:"height"`
	Work       string     `json:"work"`
	Cost       string     `json:"cost"`
	BeforeName string     `json:"before"`
	Reps       []repData  `json:"reps"`
	Grid       []gridData `json:"grid"`
	Name       []string   `json:"name"`
	Alt        []string   `json:"alt"`
	X          []int      `json:"x"`
	Y          []int      `json:"y"`
	Weight     []float64  `json:"w"`
	Was        []int      `json:"was"`
	Owner      []int      `json:"owner"`
	RunnerUp   []int      `json:"runner"`
	Nearest    []int      `json:"nearest"`
	KmOwner    []float64  `json:"kmOwner"`
	KmRunnerUp []float64  `json:"kmRunner"`
	KmNearest  []float64  `json:"kmNearest"`
	Extra      []float64  `json:"extra"`
	Why        []reason   `json:"why"`
}

type repData struct {
	Name   string    `json:"name"`
	Alt    string    `json:"alt"`
	Colour string    `json:"colour"`
	X      int       `json:"x"`
	Y      int       `json:"y"`
	Load   [2]string `json:"load"` // before and after
	Dev    [2]string `json:"dev"`
	Units  [2]int    `json:"units"`
	Range  string    `json:"range"` // of loads that are allowed
}

type gridData struct {
	Label    string `json:"label"`
	Meridian bool   `json:"meridian"`
	Points   []int  `json:"points"` // x, y, x, y, …
}

// resolution is the length of the map's longer side in map units.
const resolution = 20000

// writePage writes the map, one HTML file that needs nothing else.
func (o *outcome) writePage(w io.Writer) error {
	page, err := template.ParseFS(pageFiles, "page/page.html")
	if err != nil {
		return err
	}
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	script, err := pageFiles.ReadFile("page/map.js")
	if err != nil {
		return err
	}
	v := pageView{
		Title: o.Title, BeforeName: o.BeforeName, Work: o.Work, Proof: o.proof(), Source: o.Source,
		Customers: thousands(len(o.Customers)), People: thousands(len(o.Reps)),
		Tolerance: tolerance(o.Tolerance),
		Feasible:  o.Result.Certificate.Feasible(),
		Figures:   o.figures(),
		Style:     template.CSS(style), Script: template.JS(script),
	}
	colours := o.colours()
	v.Data = o.pageData(colours)
	v.bars(o, colours)
	explained, err := o.explanations()
	if err != nil {
		return err
	}
	for k, d := range o.interesting() {
		v.Decisions = append(v.Decisions, decisionView{d.Unit, o.Customers[d.Unit].Name, explained[k], colours[d.Owner]})
	}
	return page.ExecuteTemplate(w, "page.html", v)
}

// bars fills in the loads, drawn relative to the targets. The scale ends at
// the largest load, but not beyond three times the target.
func (v *pageView) bars(o *outcome, colours []string) {
	ratio := func(s state, j int) float64 { return 1 + math.Min(s.Deviation[j], 1e6) }
	most := 1 + 2*o.Tolerance
	for j := range o.Reps {
		most = math.Max(most, math.Max(ratio(o.Before, j), ratio(o.After, j)))
	}
	most = math.Min(most, 3)
	part := func(x float64) float64 { return round(100*math.Min(x, most)/most, 100) }
	for j, r := range o.Reps {
		v.Reps = append(v.Reps, barView{
			Index: j, Name: r.Name, Alt: r.Alt, Colour: colours[j],
			Before: part(ratio(o.Before, j)), After: part(ratio(o.After, j)),
			LoadBefore: quantity(o.Before.Load[j]), LoadAfter: quantity(o.After.Load[j]),
			DeviationBefore: percent(o.Before.Deviation[j]), DeviationAfter: percent(o.After.Deviation[j]),
			Customers: thousands(o.After.Units[j]),
		})
	}
	v.Band.Left, v.Band.Target = part(1-o.Tolerance), part(1)
	v.Band.Width = round(part(1+o.Tolerance)-v.Band.Left, 100)
}

func (o *outcome) pageData(colours []string) pageData {
	points := partition.Column(o.Customers, customer.Point)
	points = append(points, partition.Column(o.Reps, rep.Point)...)
	proj := centred(points)
	west, north, east, south := math.Inf(1), math.Inf(-1), math.Inf(-1), math.Inf(1)
	for _, p := range points {
		x, y := proj.of(p)
		west, east = math.Min(west, x), math.Max(east, x)
		south, north = math.Min(south, y), math.Max(north, y)
	}
	unit := math.Max(math.Max(east-west, north-south), 1) / resolution
	place := func(p orb.Point) (int, int) {
		x, y := proj.of(p)
		return int(math.Round((x - west) / unit)), int(math.Round((north - y) / unit))
	}

	d := pageData{
		Km: round(unit, 1e9), Width: int(math.Ceil((east - west) / unit)), Height: int(math.Ceil((north - south) / unit)),
		Work: o.Work, Cost: o.costUnit(), BeforeName: o.BeforeName,
	}
	for j, r := range o.Reps {
		x, y := place(r.Home)
		d.Reps = append(d.Reps, repData{
			Name: r.Name, Alt: r.Alt, Colour: colours[j], X: x, Y: y,
			Load:  [2]string{quantity(o.Before.Load[j]), quantity(o.After.Load[j])},
			Dev:   [2]string{percent(o.Before.Deviation[j]), percent(o.After.Deviation[j])},
			Units: [2]int{o.Before.Units[j], o.After.Units[j]},
			Range: quantity(o.Lower[j]) + " – " + quantity(o.Upper[j]),
		})
	}
	for _, line := range proj.graticule(points) {
		g := gridData{Label: line.label(), Meridian: line.Meridian}
		for _, p := range line.Points {
			x, y := place(p)
			g.Points = append(g.Points, x, y)
		}
		d.Grid = append(d.Grid, g)
	}
	for i, c := range o.Customers {
		x, y := place(c.At)
		e := o.Decisions[i]
		d.Name, d.Alt = append(d.Name, c.Name), append(d.Alt, c.Alt)
		d.X, d.Y, d.Weight = append(d.X, x), append(d.Y, y), append(d.Weight, c.Work)
		d.Was, d.Owner = append(d.Was, o.Before.Plan.Of(i)), append(d.Owner, e.Owner)
		d.RunnerUp, d.Nearest = append(d.RunnerUp, e.RunnerUp), append(d.Nearest, e.Nearest)
		d.KmOwner, d.KmRunnerUp = append(d.KmOwner, round(e.Km, 10)), append(d.KmRunnerUp, round(e.RunnerUpKm, 10))
		d.KmNearest, d.Extra = append(d.KmNearest, round(e.NearestKm, 10)), append(d.Extra, math.Round(e.Extra))
		d.Why = append(d.Why, e.Why)
	}
	return d
}

// label writes 30° N, and plain 0° and 180°.
func (g gridLine) label() string {
	side := " N"
	switch {
	case g.Degrees == 0 || g.Meridian && math.Abs(g.Degrees) == 180:
		side = ""
	case g.Meridian && g.Degrees >= 0:
		side = " E"
	case g.Meridian:
		side = " W"
	case g.Degrees < 0:
		side = " S"
	}
	return strconv.FormatFloat(round(math.Abs(g.Degrees), 1e3), 'f', -1, 64) + "°" + side
}

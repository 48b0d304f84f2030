package main

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed page
var pageFiles embed.FS

// pageView is what page/page.html shows. The template escapes all of it for the
// place where it stands; only our own style sheet is trusted.
type pageView struct {
	Lead, Source       string
	Style              template.CSS
	Width, Height      int
	Counties           []countyView
	Places             []dot
	Plans              []planView
	ScaleKm            string
	ScaleUnits, ScaleY int
}

type countyView struct{ Path, Title string }

type dot struct {
	X, Y int
	R    string
}

type planView struct {
	Index                                                        int
	Shown                                                        bool
	Name, About, Balance                                         string
	Number, Worst, CutEdges, BorderKm, Inertia, Compactness, Gap string
	Territories                                                  []territoryView
}

type territoryView struct {
	Colour, Name, People, Deviation, Counties, Km2, Polsby, Reock, Km string
	Path                                                              string
	X, Y                                                              int
	Small                                                             bool // no room for two lines of text
	BarLeft, BarWidth                                                 string
}

// palette has colours that can be told apart on light and on dark ground.
var palette = [...]string{
	"#3f7fca", "#d98324", "#3d9a67", "#c4496d", "#8a63c4", "#a89a1f",
	"#2b9b9b", "#94603b", "#6a7d8b", "#cf63bd", "#5f9c2c", "#a5393b",
}

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
	proj := newProjection(o.Areas)
	v := pageView{
		Lead: fmt.Sprintf("%d counties with %s people in contiguous territories, drawn in %d ways that mean different things by compact.",
			len(o.Counties), grouped(o.Total), len(o.Plans)),
		Source: source, Style: template.CSS(o.styleOfPlans() + string(style)),
		Width: proj.width, Height: proj.height,
		ScaleKm: "200 km", ScaleUnits: int(math.Round(200 / proj.unit)), ScaleY: proj.height - 350,
	}
	for i, c := range o.Counties {
		v.Counties = append(v.Counties, countyView{proj.path(o.Areas[i]), fmt.Sprintf("%s County: %s people", c.Name, grouped(c.People))})
	}
	for _, p := range o.Places {
		if p.People < 20_000 {
			break
		}
		x, y := proj.of(p.At)
		v.Places = append(v.Places, dot{x, y, strconv.FormatFloat(math.Sqrt(p.People)/8, 'f', 0, 64)})
	}
	for i := range o.Plans {
		v.Plans = append(v.Plans, o.planView(i, proj))
	}
	return page.ExecuteTemplate(w, "page.html", v)
}

// apart moves labels up or down until none covers another one, those with the
// least room last.
func apart(labels []territoryView, room []float64) {
	const height, letter = 560, 105 // half of it in width; of two lines in the larger type of small screens
	order := make([]int, len(labels))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(room[j], room[i]) })
	for k, i := range order {
		free := func(y int) bool {
			for _, j := range order[:k] {
				wide := letter * (utf8.RuneCountInString(labels[i].Name) + utf8.RuneCountInString(labels[j].Name))
				if abs(labels[i].X-labels[j].X) < wide && abs(y-labels[j].Y) < height {
					return false
				}
			}
			return true
		}
		at := labels[i].Y
		for step := 0; step < 40; step++ {
			shift := (step + 1) / 2 * 100
			if step%2 == 1 {
				shift = -shift
			}
			if free(at + shift) {
				labels[i].Y = at + shift
				break
			}
		}
	}
}

func abs(x int) int { return max(x, -x) }

func (o *outcome) planView(i int, proj projection) planView {
	p := &o.Plans[i]
	v := planView{
		Index: i, Shown: i == o.Shown, Name: p.Name, About: p.About,
		Number: strconv.Itoa(p.territories()), Worst: percent(p.Worst), CutEdges: strconv.Itoa(p.CutEdges),
		Balance:  fmt.Sprintf("The load farthest from an equal share is %s off.", percent(p.Worst)),
		BorderKm: grouped(p.BorderKm), Inertia: grouped(p.Inertia / 1e9), Compactness: fixed(p.Compactness), Gap: p.gap(),
	}
	var room []float64
	scale := 1.25 * math.Max(math.Abs(p.Worst), o.Tolerance) // of a half bar
	if math.Abs(p.Worst) <= o.Tolerance {
		v.Balance = fmt.Sprintf("Every load is within ±%s of an equal share.", strings.TrimPrefix(percent(o.Tolerance), "+"))
	}
	for t, place := range p.Territories {
		if place.Counties == 0 {
			continue
		}
		x, y := proj.of(place.LabelPlace)
		length := 50 * math.Abs(place.Deviation) / scale
		left := 50.0
		if place.Deviation < 0 {
			left -= length
		}
		v.Territories = append(v.Territories, territoryView{
			Colour: palette[t%len(palette)], Name: place.Name, People: grouped(place.People), Deviation: percent(place.Deviation),
			Counties: strconv.Itoa(place.Counties), Km2: grouped(place.Km2), Polsby: fixed(place.Shape.PolsbyPopper),
			Reock: fixed(place.Shape.Reock), Km: grouped(place.kmToCentre()),
			Path: proj.path(place.Outline), X: x, Y: y, Small: place.LabelMetres/1000/proj.unit < 500,
			BarLeft: strconv.FormatFloat(left, 'f', 1, 64), BarWidth: strconv.FormatFloat(length, 'f', 1, 64),
		})
		room = append(room, place.LabelMetres)
	}
	apart(v.Territories, room)
	return v
}

// styleOfPlans shows what belongs to the plan that is chosen, without a program.
func (o *outcome) styleOfPlans() string {
	var b strings.Builder
	for i := range o.Plans {
		fmt.Fprintf(&b, "#plan%d:checked~main .of%[1]d{display:revert}\n", i)
		fmt.Fprintf(&b, "#plan%d:checked~main .tabs label[for=plan%[1]d]{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}\n", i)
		fmt.Fprintf(&b, "#plan%d:checked~main .row%[1]d{background:var(--mark)}\n", i)
		fmt.Fprintf(&b, "#plan%d:focus-visible~main .tabs label[for=plan%[1]d]{outline:3px solid var(--accent);outline-offset:2px}\n", i)
	}
	return b.String()
}

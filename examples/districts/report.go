package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/geojson"
)

const source = "County shapes: us-atlas 3.0.1, made of cartographic boundary files of the U.S. Census Bureau. Places: GeoNames (geonames.org), CC BY 4.0"

// writeReport prints the comparison and the territories of the plan that is shown.
func (o *outcome) writeReport(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Texas: %d counties, %s people in %s places; %d contiguous territories of %s people ±%s\n",
		len(o.Counties), grouped(o.Total), grouped(float64(len(o.Places))), o.K, grouped(o.Total/float64(o.K)), strings.TrimPrefix(percent(o.Tolerance), "+"))
	if n := len(o.Offshore); n > 0 {
		fmt.Fprintf(&b, "off the coast as the map draws it, counted with the nearest county: %s\n", strings.Join(o.Offshore, ", "))
	}

	row := func(cells ...string) {
		line := padRight(cells[0], 18)
		for _, cell := range cells[1:] {
			line += padLeft(cell, 12)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	b.WriteString("\n")
	row("method", "territories", "worst dev.", "cut edges", "border km", "inertia", "Polsby-P.", "gap", "seconds")
	for i := range o.Plans {
		p := &o.Plans[i]
		row(p.Name, strconv.Itoa(p.territories()), percent(p.Worst), strconv.Itoa(p.CutEdges), grouped(p.BorderKm),
			grouped(p.Inertia/1e9), fixed(p.Compactness), p.gap(), strconv.FormatFloat(p.Seconds, 'f', 1, 64))
	}
	fmt.Fprint(&b, "\n", notes)

	p := &o.Plans[o.Shown]
	fmt.Fprintf(&b, "\nTerritories of the plan with %s\n", p.Name)
	row("around", "people", "deviation", "counties", "km²", "Polsby-P.", "Reock", "km to centre")
	for _, t := range p.Territories {
		if t.Counties > 0 {
			row(t.Name, grouped(t.People), percent(t.Deviation), strconv.Itoa(t.Counties), grouped(t.Km2),
				fixed(t.Shape.PolsbyPopper), fixed(t.Shape.Reock), grouped(t.kmToCentre()))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", source)
	_, err := w.Write(b.Bytes())
	return err
}

const notes = `inertia: Σ people·km², in thousand millions, to the county of each territory that makes it least (Hess)
Polsby-P.: 4π·area/perimeter², the mean of the territories; gap: to what is proved to be the least possible
`

// gap is how far the plan's own objective may be from the best possible.
func (p *plan) gap() string {
	if gap := p.Result.Certificate.Gap(); gap < 1 {
		return strings.TrimPrefix(percent(gap), "+")
	}
	return "–"
}

// kmToCentre is the root of the mean squared distance of its people to the centre.
func (t territory) kmToCentre() float64 { return math.Sqrt(t.Inertia / t.People) }

// writeOutlines writes the territories of the plan that is shown.
func (o *outcome) writeOutlines(w io.Writer) error {
	out := geojson.NewWriter(w)
	out.Decimals = 6
	for i, t := range o.Plans[o.Shown].Territories {
		if t.Counties == 0 {
			continue
		}
		about, err := geo.NewProperties(map[string]any{
			"name": t.Name, "people": t.People, "deviation": t.Deviation, "counties": t.Counties,
			"polsby_popper": t.Shape.PolsbyPopper, "label": t.LabelPlace,
		})
		if err != nil {
			return err
		}
		if err := out.Write(geo.Feature{ID: strconv.Itoa(i), NumericID: true, Geometry: t.Outline, Properties: about}); err != nil {
			return err
		}
	}
	return out.Close()
}

// grouped writes a whole number with commas.
func grouped(v float64) string {
	s := strconv.FormatFloat(math.Round(v), 'f', -1, 64)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// percent writes a part as +1.9 %.
func percent(v float64) string {
	s := strconv.FormatFloat(100*v, 'f', 1, 64)
	if math.Abs(100*v) < 0.05 {
		s = "0.0"
	}
	if v > 0 {
		s = "+" + s
	}
	return strings.Replace(s, "-", "−", 1) + " %"
}

func fixed(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 1))
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 1)) + s
}

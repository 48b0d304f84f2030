package main

import (
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
)

// The picture, in pixels.
const (
	width, height            = 900, 560
	left, right, top, bottom = 96, 28, 84, 64
)

// axis maps numbers to pixels.
type axis struct{ from, to, at, end float64 }

func (a axis) pixel(v float64) float64 { return a.at + float64((v-a.from)/(a.to-a.from)*(a.end-a.at)) }

// newAxis spans the numbers, widened to whole steps of a length that people
// like: 1, 2 or 5 times a power of ten.
func newAxis(least, most, at, end float64, wanted int) (a axis, ticks []float64) {
	if most <= least {
		most = least + 1
	}
	step := math.Pow(10, math.Floor(math.Log10((most-least)/float64(wanted))))
	for _, f := range []float64{2, 2.5, 2} { // ×2, ×5, ×10
		if (most-least)/step <= float64(wanted) {
			break
		}
		step *= f
	}
	first, last := math.Floor(least/step), math.Ceil(most/step)
	for k := first; k <= last; k++ {
		ticks = append(ticks, k*step)
	}
	return axis{first * step, last * step, at, end}, ticks
}

// writePicture draws the frontier: cost over moves, each choice a dot, and below
// it what is proved to be out of reach.
func (o *outcome) writePicture(w io.Writer) error {
	ps := o.Frontier.Points
	first, last := ps[0], ps[len(ps)-1]
	low := last.Certificate.Bound / o.Scale
	x, xTicks := newAxis(0, last.Moved.Amount, left, width-right, 10)
	y, yTicks := newAxis(low-float64(0.1*(first.Certificate.Objective/o.Scale-low)), first.Certificate.Objective/o.Scale, height-bottom, top, 8)

	b := &strings.Builder{}
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" `, width, height)
	b.WriteString("font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\" font-size=\"13\">\n")
	fmt.Fprintf(b, "<title>%s: cost against customers that change hands</title>\n", html.EscapeString(o.Title))
	b.WriteString("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n")
	text := func(x, y float64, attributes, s string) {
		fmt.Fprintf(b, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>\n", x, y, attributes, html.EscapeString(s))
	}
	line := func(x1, y1, x2, y2 float64, attributes string) {
		fmt.Fprintf(b, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2, attributes)
	}
	text(left, 32, `font-size="19" font-weight="600" fill="#1f2933"`, o.Title+": what moving customers is worth")
	text(left, 54, `fill="#52606d"`, o.subtitle())

	for _, t := range yTicks {
		line(left, y.pixel(t), width-right, y.pixel(t), `stroke="#e4e7eb"`)
		text(left-10, y.pixel(t)+4.5, `text-anchor="end" fill="#52606d"`, grouped(t))
	}
	for _, t := range xTicks {
		line(x.pixel(t), height-bottom, x.pixel(t), height-bottom+5, `stroke="#9aa5b1"`)
		text(x.pixel(t), height-bottom+21, `text-anchor="middle" fill="#52606d"`, grouped(t))
	}
	text((left+width-right)/2, height-16, `text-anchor="middle" fill="#1f2933"`, "customers that change hands")
	fmt.Fprintf(b, "<text transform=\"translate(22 %d) rotate(-90)\" text-anchor=\"middle\" fill=\"#1f2933\">visits × km a year</text>\n", (top+height-bottom)/2)

	// What no plan reaches: left of the least churn, and below the proved bounds.
	area := fmt.Sprintf("M%.1f %.1f", x.pixel(0), float64(height-bottom))
	area += fmt.Sprintf(" V%.1f H%.1f", float64(top), x.pixel(o.Frontier.Least))
	var dots strings.Builder
	path := ""
	for k, p := range ps {
		px := x.pixel(p.Moved.Amount)
		area += fmt.Sprintf(" L%.1f %.1f", px, y.pixel(p.Certificate.Bound/o.Scale))
		verb := "L"
		if k == 0 {
			verb = "M"
		}
		path += fmt.Sprintf("%s%.1f %.1f ", verb, px, y.pixel(p.Certificate.Objective/o.Scale))
		fmt.Fprintf(&dots, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#fff\" stroke=\"#2563a8\" stroke-width=\"2\"><title>%d customers move: %s visits × km, at most %.2f %% above the best</title></circle>\n",
			px, y.pixel(p.Certificate.Objective/o.Scale), p.Moved.Units, grouped(p.Certificate.Objective/o.Scale), 100*p.Certificate.Gap())
	}
	area += fmt.Sprintf(" H%d V%d Z", width-right, height-bottom)
	fmt.Fprintf(b, "<path d=\"%s\" fill=\"#f0f2f5\"/>\n", area)
	text(x.pixel(o.Frontier.Least)+14, height-bottom-14, `fill="#7b8794"`, "no plan is here: proved")
	if forced := first.Forced.Units; forced > 0 {
		line(x.pixel(float64(forced)), top, x.pixel(float64(forced)), height-bottom, `stroke="#b0413e" stroke-dasharray="5 4"`)
		text(x.pixel(float64(forced))-7, height-bottom-14, `text-anchor="end" fill="#b0413e"`, fmt.Sprintf("%d of %s must move", forced, o.Reps[o.Leaver].Name))
	}
	line(left, height-bottom, width-right, height-bottom, `stroke="#9aa5b1"`)
	line(left, top, left, height-bottom, `stroke="#9aa5b1"`)
	fmt.Fprintf(b, "<path d=\"%s\" fill=\"none\" stroke=\"#2563a8\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n", strings.TrimSpace(path))
	b.WriteString(dots.String())

	cx, cy := x.pixel(float64(len(o.Moves))), y.pixel(o.Result.Certificate.Objective/o.Scale)
	fmt.Fprintf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"6.5\" fill=\"#d9730d\" stroke=\"#fff\" stroke-width=\"1.5\"/>\n", cx, cy)
	anchor, dx := "start", 12.0
	if cx > width-right-260 {
		anchor, dx = "end", -12
	}
	text(cx+dx, cy-12, `fill="#a34f00" font-weight="600" text-anchor="`+anchor+`"`,
		fmt.Sprintf("chosen: %d customers, %s visits × km", len(o.Moves), grouped(o.Result.Certificate.Objective/o.Scale)))
	if o.Source != "" {
		text(width-right, height-16, `font-size="11" text-anchor="end" fill="#9aa5b1"`, o.Source)
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (o *outcome) subtitle() string {
	worst := 0.0
	for _, p := range o.Frontier.Points {
		worst = math.Max(worst, p.Certificate.Gap())
	}
	s := fmt.Sprintf("%d choices, each proved to within %.2f %% of the best for its moves", len(o.Frontier.Points), 100*worst)
	if o.Leaver >= 0 {
		s = fmt.Sprintf("%s leaves, %s joins. ", o.Reps[o.Leaver].Name, o.Reps[o.Hire].Name) + s
	}
	return s
}

// grouped writes a whole number with commas.
func grouped(v float64) string {
	s := strconv.FormatFloat(math.Round(v), 'f', -1, 64)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

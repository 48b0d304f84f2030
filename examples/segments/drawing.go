package main

import (
	"cmp"
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
)

// drawing is a picture in SVG that is being made. Its looks are those of the
// classes in page/style.css.
type drawing struct {
	strings.Builder
	width, height float64
	about         string // for those who cannot see it
}

func newDrawing(width, height float64, about string) *drawing {
	return &drawing{width: width, height: height, about: about}
}

// markup is the finished picture.
func (d *drawing) markup() template.HTML {
	return template.HTML(fmt.Sprintf("<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n%s</svg>",
		pixel(d.width), pixel(d.height), html.EscapeString(d.about), d.String()))
}

func pixel(v float64) string { return strconv.FormatFloat(math.Round(10*v)/10, 'f', -1, 64) }

func (d *drawing) text(x, y float64, class, s string) {
	fmt.Fprintf(d, "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n", class, pixel(x), pixel(y), html.EscapeString(s))
}

func (d *drawing) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(d, "<path class=\"%s\" d=\"M%s %sL%s %s\"/>\n", class, pixel(x1), pixel(y1), pixel(x2), pixel(y2))
}

// box draws a rectangle; what is said shows when the pointer is over it.
func (d *drawing) box(r rect, class, fill, said string) {
	fmt.Fprintf(d, "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"", class, pixel(r.X), pixel(r.Y), pixel(r.W), pixel(r.H))
	if fill != "" {
		fmt.Fprintf(d, " fill=\"%s\"", fill)
	}
	if said == "" {
		d.WriteString("/>\n")
		return
	}
	fmt.Fprintf(d, "><title>%s</title></rect>\n", html.EscapeString(said))
}

// band draws a flow from the span y1..y1+h at x1 to the span y2..y2+h at x2.
func (d *drawing) band(x1, y1, x2, y2, h float64, class, said string) {
	mid := (x1 + x2) / 2
	fmt.Fprintf(d, "<path class=\"%s\" d=\"M%s %s", class, pixel(x1), pixel(y1))
	fmt.Fprintf(d, "C%[1]s %[2]s %[1]s %[3]s %[4]s %[3]s", pixel(mid), pixel(y1), pixel(y2), pixel(x2))
	fmt.Fprintf(d, "V%[3]sC%[1]s %[3]s %[1]s %[2]s %[4]s %[2]sZ", pixel(mid), pixel(y1+h), pixel(y2+h), pixel(x1))
	fmt.Fprintf(d, "\"><title>%s</title></path>\n", html.EscapeString(said))
}

// curve draws a line through points.
func (d *drawing) curve(x, y []float64, class string) {
	fmt.Fprintf(d, "<path class=\"%s\" d=\"", class)
	for k := range x {
		verb := "L"
		if k == 0 {
			verb = "M"
		}
		fmt.Fprintf(d, "%s%s %s", verb, pixel(x[k]), pixel(y[k]))
	}
	d.WriteString("\"/>\n")
}

// rect is a rectangle in pixels.
type rect struct{ X, Y, W, H float64 }

// inset is r without a rim.
func (r rect) inset(left, top, right, bottom float64) rect {
	return rect{r.X + left, r.Y + top, math.Max(r.W-left-right, 0), math.Max(r.H-top-bottom, 0)}
}

// squarify divides a rectangle into one for each weight, of that part of its
// area, and as near to squares as rows from the largest weight to the smallest
// allow (Bruls, Huizing and van Wijk, "Squarified treemaps", 2000).
func squarify(weight []float64, in rect) []rect {
	order := make([]int, len(weight))
	total := 0.0
	for i, w := range weight {
		order[i] = i
		total += w
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(weight[j], weight[i]) })
	out := make([]rect, len(weight))
	if total <= 0 {
		return out
	}
	scale := in.W * in.H / total
	for len(order) > 0 && weight[order[0]] > 0 {
		short := math.Min(in.W, in.H)
		// A row takes more rectangles for as long as the worst of them gets better.
		worst := func(row []int, sum float64) float64 {
			first, last := weight[row[0]]*scale, weight[row[len(row)-1]]*scale
			return math.Max(short*short*first/(sum*sum), sum*sum/(short*short*last))
		}
		n, sum := 1, weight[order[0]]*scale
		for n < len(order) && weight[order[n]] > 0 {
			more := sum + weight[order[n]]*scale
			if worst(order[:n+1], more) > worst(order[:n], sum) {
				break
			}
			n, sum = n+1, more
		}
		thick, at := sum/short, 0.0
		for _, i := range order[:n] {
			long := weight[i] * scale / thick
			if in.W >= in.H {
				out[i] = rect{in.X, in.Y + at, thick, long}
			} else {
				out[i] = rect{in.X + at, in.Y, long, thick}
			}
			at += long
		}
		if in.W >= in.H {
			in = in.inset(thick, 0, 0, 0)
		} else {
			in = in.inset(0, thick, 0, 0)
		}
		order = order[n:]
	}
	return out
}

// shade is a colour between light and dark, and whether text on it is to be white.
func shade(part float64) (fill string, white bool) {
	stops := [...][3]float64{{244, 248, 250}, {190, 220, 230}, {92, 160, 186}, {22, 92, 125}, {8, 48, 76}}
	part = math.Min(math.Max(part, 0), 1) * float64(len(stops)-1)
	k := min(int(part), len(stops)-2)
	part -= float64(k)
	var c [3]int
	for i := range c {
		c[i] = int(math.Round(stops[k][i] + part*(stops[k+1][i]-stops[k][i])))
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]), float64(k)+part > 1.7
}

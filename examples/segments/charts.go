package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// heat is a table of numbers drawn as shades.
type heat struct {
	Rows, Columns []string
	Value         [][]float64 // rows by columns
	Units         [][]int
	Text          func(float64) string
	About, Unit   string
}

func (h heat) draw() *drawing {
	const left, top, height, gap, width = 178.0, 44.0, 38.0, 2.0, 1120.0
	wide := (width - left) / float64(len(h.Columns)+1)
	d := newDrawing(width, top+height*float64(len(h.Rows)+1)+8, h.About)
	most, total := 0.0, 0.0
	column := make([]float64, len(h.Columns))
	for r := range h.Value {
		for c, v := range h.Value[r] {
			most, total = math.Max(most, v), total+v
			column[c] += v
		}
	}
	for c, name := range h.Columns {
		lines := []string{name}
		if len(name) > 11 {
			lines = strings.SplitN(name, " ", 2)
		}
		for k, line := range lines {
			d.text(left+wide*(float64(c)+0.5), top-10-16*float64(len(lines)-1-k), "mid", line)
		}
	}
	d.text(width-8, top-10, "end strong", "all")
	for r, name := range h.Rows {
		y, sum := top+height*float64(r), 0.0
		d.text(left-12, y+height/2+5, "end", name)
		for c, v := range h.Value[r] {
			sum += v
			fill, white := shade(math.Sqrt(math.Max(v, 0) / most))
			class := "mid"
			if white {
				class = "mid white"
			}
			cell := rect{left + wide*float64(c), y, wide - gap, height - gap}
			d.box(cell, "", fill, fmt.Sprintf("%s, %s: %s %s, %s customers", name, h.Columns[c], h.Text(v), h.Unit, grouped(float64(h.Units[r][c]))))
			d.text(cell.X+cell.W/2, y+height/2+4, class, h.Text(v))
		}
		d.text(width-8, y+height/2+4, "end strong", h.Text(sum))
	}
	y := top + height*float64(len(h.Rows))
	d.text(left-12, y+height/2+5, "end strong", "all")
	for c, v := range column {
		d.text(left+wide*(float64(c)+0.5), y+height/2+4, "mid strong", h.Text(v))
	}
	d.text(width-8, y+height/2+4, "end strong", h.Text(total))
	return d
}

// cutLine is one way to cut the customers, the largest first, into tiers: At is
// how many are above each cut, Value the cut.
type cutLine struct {
	Name, Class string
	At          []int
	Value       []float64
}

// tierCurve is what part of the whole the largest customers make up.
type tierCurve struct {
	Share []float64 // of the first k+1 customers
	Lines []cutLine
	About string
}

func (t tierCurve) draw() *drawing {
	const left, right, top, width, height = 64.0, 24.0, 20.0, 1120.0, 470.0
	bottom := 48.0 + 26*float64(len(t.Lines))
	n := len(t.Share)
	d := newDrawing(width, height, t.About)
	x := func(k float64) float64 { return left + (width-left-right)*math.Log10(k)/math.Log10(float64(n)) }
	y := func(part float64) float64 { return height - bottom - part*(height-bottom-top) }
	for part := 0; part <= 100; part += 20 {
		d.line(left, y(float64(part)/100), width-right, y(float64(part)/100), "grid")
		d.text(left-8, y(float64(part)/100)+4, "end soft", strconv.Itoa(part)+" %")
	}
	base := func(row int) float64 { return height - bottom + 50 + 26*float64(row) }
	for row, l := range t.Lines { // below all text
		for _, at := range l.At {
			px := x(math.Max(float64(at), 1))
			d.line(px, y(t.Share[max(at, 1)-1]), px, base(row)-14, l.Class+" cut")
		}
	}
	for row, l := range t.Lines {
		base := base(row)
		d.text(left, base, "strong "+l.Class, l.Name)
		free := width - 4.0 // labels are put from the right, each to the left of the one before
		for k := len(l.At) - 1; k >= 0; k-- {
			at := max(l.At[k], 1)
			px, py := x(float64(at)), y(t.Share[at-1])
			said := fmt.Sprintf("%s from %s", grouped(float64(at)), money(l.Value[k]))
			wide := 7.3 * float64(len([]rune(said)))
			label := math.Min(px+wide/2, free)
			free = label - wide - 10
			d.text(label, base, "end halo "+l.Class, said)
			d.dot(px, py, 5, l.Class+" dot", fmt.Sprintf("%s: the %s largest customers, from %s on, make %s of sales",
				l.Name, grouped(float64(at)), money(l.Value[k]), percent(t.Share[at-1], 0)))
		}
	}
	for decade := 1; decade <= n; decade *= 10 {
		for _, f := range []int{1, 2, 5} {
			if k := decade * f; k <= n {
				d.line(x(float64(k)), height-bottom, x(float64(k)), height-bottom+5, "axis")
				d.text(x(float64(k)), height-bottom+20, "mid soft halo", grouped(float64(k)))
			}
		}
	}
	var xs, ys []float64
	for k := 1; ; k = max(k+1, k*102/100) {
		k = min(k, n)
		xs, ys = append(xs, x(float64(k))), append(ys, y(t.Share[k-1]))
		if k == n {
			break
		}
	}
	d.curve(xs, ys, "curve")
	return d
}

func (d *drawing) dot(x, y, r float64, class, said string) {
	fmt.Fprintf(d, "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>\n", class, pixel(x), pixel(y), pixel(r), said)
}

// flow is how customers go from the classes of one quarter to those of the next.
type flow struct {
	From, To   []string
	Class      func(label string) string // its looks
	Units      [][]int
	Title      string
	Left, Then string // what the sides are
	About      string
}

func (f flow) draw() *drawing {
	const width, height, left, right, top, bar, space = 550.0, 430.0, 112.0, 112.0, 56.0, 14.0, 12.0
	d := newDrawing(width, height, f.About)
	out, in, total := make([]int, len(f.From)), make([]int, len(f.To)), 0
	for a := range f.Units {
		for b, n := range f.Units[a] {
			out[a], in[b], total = out[a]+n, in[b]+n, total+n
		}
	}
	scale := (height - top - 16 - space*float64(max(len(f.From), len(f.To))-1)) / float64(total)
	tops := func(sum []int) []float64 {
		y, at := make([]float64, len(sum)), top
		for k, n := range sum {
			y[k] = at
			at += float64(n)*scale + space
		}
		return y
	}
	from, to := tops(out), tops(in)
	d.text(0, 18, "strong", f.Title)
	d.text(left+bar, 42, "end soft", f.Left)
	d.text(width-right-bar, 42, "soft", f.Then)
	nextFrom, nextTo := append([]float64(nil), from...), append([]float64(nil), to...)
	for a := range f.From {
		for b := range f.To {
			n := f.Units[a][b]
			if n == 0 {
				continue
			}
			h := float64(n) * scale
			class := "flow moved " + f.Class(f.To[b])
			if f.From[a] == f.To[b] {
				class = "flow stays"
			}
			d.band(left+bar, nextFrom[a], width-right-bar, nextTo[b], math.Max(h, 0.4), class,
				fmt.Sprintf("%s → %s: %s customers", f.From[a], f.To[b], grouped(float64(n))))
			nextFrom[a], nextTo[b] = nextFrom[a]+h, nextTo[b]+h
		}
	}
	side := func(labels []string, sum []int, y []float64, x, at float64, anchor string) {
		free := 0.0
		for k, name := range labels {
			h := float64(sum[k]) * scale
			d.box(rect{x, y[k], bar, math.Max(h, 1)}, f.Class(name), "", name+": "+grouped(float64(sum[k]))+" customers")
			base := math.Max(y[k]+h/2+4, free)
			d.text(at, base, anchor, name+"  "+grouped(float64(sum[k])))
			free = base + 17
		}
	}
	side(f.From, out, from, left, left-8, "end")
	side(f.To, in, to, width-right-bar, width-right+8, "")
	return d
}

// plot is one field of a map of rectangles.
type plot struct {
	Group, Name string
	Weight      float64
	Class       string // its looks
	Said        string
}

// fields draws plots as rectangles of that area, those of a group together.
func fields(plots []plot, about string) *drawing {
	const width, height = 1120.0, 620.0
	d := newDrawing(width, height, about)
	var groups []string
	var weight []float64
	within := map[string][]plot{}
	for _, p := range plots {
		if within[p.Group] == nil {
			groups, weight = append(groups, p.Group), append(weight, 0)
		}
		within[p.Group] = append(within[p.Group], p)
		for g := range groups {
			if groups[g] == p.Group {
				weight[g] += p.Weight
			}
		}
	}
	for g, frame := range squarify(weight, rect{0, 0, width, height}) {
		inner := frame.inset(1.5, 21, 1.5, 1.5)
		d.text(frame.X+4, frame.Y+15, "strong", fit(groups[g], frame.W-8, 7.6))
		var parts []float64
		for _, p := range within[groups[g]] {
			parts = append(parts, p.Weight)
		}
		for k, r := range squarify(parts, inner) {
			p := within[groups[g]][k]
			d.box(r.inset(0.5, 0.5, 0.5, 0.5), p.Class, "", p.Said)
			if lines := strings.Split(p.Name, "\n"); r.H > 13*float64(len(lines))+3 {
				for i, line := range lines {
					if s := fit(line, r.W-7, 6.1); s != "" {
						d.text(r.X+4, r.Y+13+13*float64(i), "tiny "+p.Class, s)
					}
				}
			}
		}
	}
	return d
}

// fit shortens a text that would be wider than so many pixels.
func fit(s string, width, letter float64) string {
	r, most := []rune(s), int(width/letter)
	switch {
	case len(r) <= most:
		return s
	case most < 4:
		return ""
	}
	return strings.TrimRight(string(r[:most-1]), " ,·") + "…"
}

package main

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

//go:embed page
var pageFiles embed.FS

// pageView is what page/page.html shows. The template escapes all of it for the
// place where it stands; only our own style sheet and pictures are trusted.
type pageView struct {
	Title, Lead, Source string
	Style               template.CSS
	Schemes             tableView
	Heat, Curve, Fields figure
	Drift               struct {
		tableView
		Pictures []template.HTML
		Key      []key
		Policy   string
	}
	Groups, Coverage, Stages tableView
}

// figure is a picture with what it shows.
type figure struct {
	Title, About string
	Picture      template.HTML
	Key          []key
}

type key struct {
	Class string // its look
	Name  string
}

type tableView struct {
	Title, About string
	Heads        []string
	Rows         []rowView
}

type rowView struct {
	Name  string
	Cells []string
}

// writePage writes the story in pictures, one HTML file that needs nothing else.
func (s *story) writePage(w io.Writer) error {
	page, err := template.ParseFS(pageFiles, "page/page.html")
	if err != nil {
		return err
	}
	style, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		return err
	}
	total := s.Money.Margin().At()
	v := pageView{
		Title: "A book of customers, divided", Source: source, Style: template.CSS(style),
		Lead: fmt.Sprintf("%s invented customers on %s, %s of sales in four quarters: what %s schemes make of them, and what becomes of the one adopted, %s, in the next quarter.",
			grouped(float64(total.Units)), s.Now.Day.Format("2 January 2006"), money(total.Sum[0]), number(len(s.Schemes)), s.adopted().Scheme().Name),
	}
	s.schemesView(&v)
	s.heatView(&v)
	s.curveView(&v)
	s.fieldsView(&v)
	s.driftView(&v)
	s.groupsView(&v)
	s.coverageView(&v)
	v.Stages = tableView{
		Title: "Core, growth and potential customers", About: "In this order: " + s.thresholds() + ". The thresholds that the book led to are kept from now on.",
		Heads: []string{"", "customers", "sales", "the year before"}, Rows: s.stageRows(),
	}
	return page.ExecuteTemplate(w, "page.html", v)
}

// schemeRows are the figures of the schemes: names first, then a line for each
// yardstick.
func (s *story) schemeRows() [][]string {
	var rows [][]string
	row := func(name string, text func(p *segment.Profile) string) {
		line := []string{name}
		for i := range s.Comparison.Profiles {
			line = append(line, text(&s.Comparison.Profiles[i]))
		}
		rows = append(rows, line)
	}
	row("", func(p *segment.Profile) string { return p.Name })
	row("cells", func(p *segment.Profile) string { return grouped(float64(p.Cells)) })
	row("sparse cells", func(p *segment.Profile) string { return grouped(float64(p.Sparse)) })
	row("largest cell", func(p *segment.Profile) string { return p.LargestCell })
	row("its part of sales", func(p *segment.Profile) string { return percent(p.Largest, 1) })
	row("imbalance of sales (CV)", func(p *segment.Profile) string { return fixed(p.CV, 2) })
	row("variance explained: size", func(p *segment.Profile) string { return percent(p.Adjusted[0], 1) })
	row("variance explained: growth", func(p *segment.Profile) string { return percent(p.Adjusted[1], 1) })
	row("customers that change office", func(p *segment.Profile) string { return grouped(float64(p.Split.Units)) })
	row("their sales", func(p *segment.Profile) string { return money(p.Split.Amount) })
	row("mean km to the cell’s centre", func(p *segment.Profile) string {
		return grouped(p.Travel / float64(max(p.Located, 1)))
	})
	return rows
}

func (s *story) schemesView(v *pageView) {
	least := s.Comparison.By.Minimum
	t := &v.Schemes
	last := s.Comparison.Profiles[len(s.Comparison.Profiles)-1]
	t.Title = fmt.Sprintf("The %s scheme explains %s of size, and moves %s customers to another office", last.Name, percent(last.Adjusted[0], 0), grouped(float64(last.Split.Units)))
	t.About = fmt.Sprintf("Sparse is a cell of fewer than %d customers or less than %s. Variance explained is the part that is between cells, made up for their number; "+
		"size is the logarithm of sales. Customers change office when each cell goes to the office, of seven, that has the most of it today.", least.Units, money(least.Value))
	rows := s.schemeRows()
	t.Heads = rows[0]
	for _, row := range rows[1:] {
		t.Rows = append(t.Rows, rowView{Name: row[0], Cells: row[1:]})
	}
}

func (s *story) heatView(v *pageView) {
	h := heat{Text: millions, Unit: "million yuan", About: "Sales by industry and region"}
	rows, columns := s.Money.Margin(0), s.Money.Margin(1)
	var of []int
	for c, name := range s.Money.Labels(1) {
		if columns.At(c).Units > 0 {
			of, h.Columns = append(of, c), append(h.Columns, aside("place", name))
		}
	}
	best := segment.Entry{Sum: []float64{0}}
	for r, name := range s.Money.Labels(0) {
		if rows.At(r).Units == 0 {
			continue
		}
		h.Rows = append(h.Rows, aside("industry", name))
		value, units := make([]float64, len(of)), make([]int, len(of))
		for k, c := range of {
			e := s.Money.At(r, c)
			if value[k], units[k] = e.Sum[0], e.Units; value[k] > best.Sum[0] {
				best = e
			}
		}
		h.Value, h.Units = append(h.Value, value), append(h.Units, units)
	}
	v.Heat.Title = fmt.Sprintf("%s in the %s buy most: %s", s.Money.Labels(0)[best.Class[0]], s.Money.Labels(1)[best.Class[1]], money(best.Sum[0]))
	v.Heat.About = "Sales of four quarters by industry and region, in millions of yuan. The shade is the root of the amount."
	v.Heat.Picture = h.draw().markup()
}

// aside makes plain of what a value is missing.
func aside(dimension, label string) string {
	if label == segment.MissingLabel || label == segment.UnknownLabel {
		return dimension + " " + label
	}
	return label
}

func (s *story) curveView(v *pageView) {
	abc := s.Cuts[0]
	v.Curve.Title = fmt.Sprintf("%s of those who buy make %s of sales", percent(float64(abc.At[0])/float64(len(s.Curve)), 0), percent(s.Curve[abc.At[0]-1], 0))
	v.Curve.About = "Across, customers from the largest on, on a logarithmic scale; up, their part of all sales. Below, how two rules cut them into tiers: how many customers are above each cut, and where it is."
	v.Curve.Picture = tierCurve{Share: s.Curve, Lines: s.Cuts, About: v.Curve.Title}.draw().markup()
}

func (s *story) fieldsView(v *pageView) {
	g := s.adopted()
	backs := fallBacks(g)
	level := map[string]int{}
	for k, f := range backs {
		level[f.To] = min(k, 4)
		name := fmt.Sprintf("fell back to %s (%d cells)", f.To, f.Cells)
		if f.To == "" {
			name = fmt.Sprintf("divided as far as the scheme goes (%d)", f.Cells)
		}
		v.Fields.Key = append(v.Fields.Key, key{fmt.Sprintf("level%d", min(k, 4)), name})
	}
	var plots []plot
	for _, c := range g.Cells() {
		var parts []string
		for _, p := range c.Path {
			parts = append(parts, strings.Join(p.Classes, " + "))
		}
		group := "all"
		if len(parts) > 0 {
			group, parts = parts[0], parts[1:]
		}
		plots = append(plots, plot{
			Group: group, Name: strings.Join(append(parts, money(c.Value)), "\n"), Weight: c.Value, Class: fmt.Sprintf("level%d", level[c.FellBackTo]),
			Said: fmt.Sprintf("%s: %s customers, %s", c.Label, grouped(float64(c.Units)), money(c.Value)),
		})
	}
	least := g.Scheme().Minimum
	v.Fields.Title = fmt.Sprintf("The %d cells of the scheme adopted, and how far each is divided", g.K())
	v.Fields.About = fmt.Sprintf("Areas are sales. A cell has at least %d customers and %s of sales; where a division would leave less, it is not made, or small parts go together.", least.Units, money(least.Value))
	v.Fields.Picture = fields(plots, v.Fields.Title).markup()
}

func (s *story) driftView(v *pageView) {
	d := &v.Drift
	h := s.Drift.Hysteresis
	d.Title = fmt.Sprintf("Next quarter %s customers change tier, with hysteresis %s",
		grouped(float64(s.Drift.Next[0].Moved.Units)), grouped(float64(s.Drift.Next[1].Moved.Units)))
	d.About = fmt.Sprintf("Who goes where between %s and %s. Hysteresis: a customer changes tier when its sales are %s past the cut and it has been in its tier for %d quarters.",
		s.Now.Day.Format("2 January"), s.Next.Day.Format("2 January 2006"), percent(h.Share, 0), h.Dwell)
	for w, title := range [...]string{"Without hysteresis", "With hysteresis"} {
		d.Pictures = append(d.Pictures, tierFlow(s.Drift.Next[w], title, s.Now.Day.Format("January 2006"), s.Next.Day.Format("January 2006")).draw().markup())
	}
	d.Key = []key{{"stays", "stays"}, {"tier-a", "comes to A"}, {"tier-b", "comes to B"}, {"tier-c", "comes to C"}, {"tier-none", "stops buying, leaves"}, {"tier-new", "joins"}}
	d.Heads = []string{"", "without", "with hysteresis"}
	d.Rows = s.Drift.lines()
	rule, result := s.Drift.decision()
	d.Policy = rule + ": " + result + "."
}

func (s *story) groupsView(v *pageView) {
	g := s.Groups
	v.Groups.Title = fmt.Sprintf("%s groups that the customers form by themselves", capital(number(g.K)))
	v.Groups.About = fmt.Sprintf("Each is about a real customer, the medoid: the one least different from the others in industry, kind, sales, growth, potential and last order. "+
		"The conditions, with sales in thousands of yuan, put %s of the customers into their group.", percent(g.Description.Agreement, 0))
	v.Groups.Heads = []string{"group", "customers", "in its middle", "conditions"}
	for group := range g.K {
		var boxes []string
		for _, box := range g.Description.Of(group) {
			boxes = append(boxes, box.String())
		}
		v.Groups.Rows = append(v.Groups.Rows, rowView{Name: fmt.Sprint(group + 1), Cells: []string{
			grouped(float64(g.Plan.Count(group))), s.example(group), strings.Join(boxes, "; or "),
		}})
	}
}

func (s *story) coverageView(v *pageView) {
	t := &v.Coverage
	t.Title = "What the book knows"
	t.About = "Customers of whom a value is missing, or is in no list, and their part of sales."
	t.Heads = []string{"", "classes", "missing", "unknown"}
	part := func(p segment.Part) string {
		if len(p.Units) == 0 {
			return "–"
		}
		return fmt.Sprintf("%s (%s)", grouped(float64(len(p.Units))), percent(p.AmountShare, 1))
	}
	for _, c := range s.Coverage {
		t.Rows = append(t.Rows, rowView{Name: c.Dimension, Cells: []string{grouped(float64(c.Classes)), part(c.Missing), part(c.Unknown)}})
	}
}

// tierFlow is the drift as a picture: the highest tier on top, and those who
// joined or left below.
func tierFlow(t *segment.Drift, title, left, then string) flow {
	f := flow{Title: title, Left: left, Then: then, Class: tierClass, About: title}
	var classes []int
	for c := t.Ranked - 1; c >= 0; c-- {
		classes = append(classes, c)
	}
	for c := t.Ranked; c < len(t.Labels); c++ {
		if t.Classes[c].Before.Units+t.Classes[c].After.Units > 0 {
			classes = append(classes, c)
		}
	}
	for _, c := range classes {
		f.From, f.To = append(f.From, t.Label(c)), append(f.To, t.Label(c))
	}
	f.From, f.To = append(f.From, "joined"), append(f.To, "left")
	classes = append(classes, partition.Unassigned)
	f.Units = make([][]int, len(classes))
	for a, from := range classes {
		f.Units[a] = make([]int, len(classes))
		for b, to := range classes {
			if from != to || from != partition.Unassigned {
				f.Units[a][b] = t.Flow(from, to).Units
			}
		}
	}
	return f
}

// tierClass is the look of a tier on the page.
func tierClass(tier string) string {
	switch tier {
	case "A", "B", "C":
		return "tier-" + strings.ToLower(tier)
	case "joined":
		return "tier-new"
	}
	return "tier-none"
}

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/territory-go/territory/partition/segment"
)

// writeReport prints the story.
func (s *story) writeReport(w io.Writer) error {
	b := &strings.Builder{}
	total := s.Money.Margin().At()
	fmt.Fprintf(b, "%s customers on %s, %s of sales in four quarters (an invented business)\n",
		grouped(float64(total.Units)), s.Now.Day.Format("2 January 2006"), money(total.Sum[0]))

	b.WriteString("\nWHAT THE BOOK KNOWS (sales in thousands of yuan)\n")
	name := func(unit int) string { return s.Now.Rows[unit].ID }
	for _, c := range s.Coverage {
		lines := c.Lines(name)
		b.WriteString("  " + lines[0] + "\n")
		for _, l := range lines[1:] {
			b.WriteString("    " + l + "\n")
		}
	}

	fmt.Fprintf(b, "\nCORE, GROWTH, POTENTIAL: %s\n", s.thresholds())
	for _, row := range s.stageRows() {
		fmt.Fprintf(b, "  %s%s customers%s of sales%s the year before\n", padRight(row.Name, 12), padLeft(row.Cells[0], 8), padLeft(row.Cells[1], 10), padLeft(row.Cells[2], 10))
	}
	s.reportGroups(b)
	s.reportSchemes(b)
	s.reportCells(b)
	s.reportDrift(b)
	fmt.Fprintf(b, "\n%s\n", source)
	_, err := io.WriteString(w, b.String())
	return err
}

const source = "Customers are invented. Cities: GeoNames (geonames.org), CC BY 4.0"

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ") + "\n"
}

// fallBack are the cells that fell back to one step of the scheme, or to none.
type fallBack struct {
	To           string
	Cells, Units int
	Value        float64
}

// fallBacks counts cells by how far they are divided, the finest first.
func fallBacks(g *segment.Segmentation) []fallBack {
	all := []fallBack{{To: ""}}
	for _, c := range g.Cells() {
		at := 0
		for at < len(all) && all[at].To != c.FellBackTo {
			at++
		}
		if at == len(all) {
			all = append(all, fallBack{To: c.FellBackTo})
		}
		all[at].Cells, all[at].Units, all[at].Value = all[at].Cells+1, all[at].Units+c.Units, all[at].Value+c.Value
	}
	return all
}

// thresholds spells out what makes a customer core, growth or potential.
func (s *story) thresholds() string {
	return fmt.Sprintf("core from %s on, growth of %s from %s on, potential from index %.0f on",
		money(s.Stage.CoreFrom), percent(s.Stage.GrowthFrom, 0), money(s.Stage.BaseFrom), s.Stage.PotentialFrom)
}

// stageRows counts them, the core first.
func (s *story) stageRows() []rowView {
	var rows []rowView
	labels := s.Stages.Labels(0)
	for k := 3; k >= 0; k-- {
		e := s.Stages.At(k)
		rows = append(rows, rowView{Name: labels[k], Cells: []string{grouped(float64(e.Units)), money(e.Sum[0]), money(e.Sum[1])}})
	}
	return rows
}

// reportSchemes prints what the schemes do, side by side.
func (s *story) reportSchemes(b *strings.Builder) {
	fmt.Fprintf(b, "\n%s SCHEMES SIDE BY SIDE (sparse: fewer than %d customers or less than %s; variance explained made up for the number of cells)\n",
		strings.ToUpper(number(len(s.Schemes))), s.Comparison.By.Minimum.Units, money(s.Comparison.By.Minimum.Value))
	rows := s.schemeRows()
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for c, cell := range row {
			width[c] = max(width[c], utf8.RuneCountInString(cell)+2)
		}
	}
	for _, row := range rows {
		b.WriteString("  " + padRight(row[0], width[0]))
		for c, cell := range row[1:] {
			b.WriteString(padLeft(cell, width[c+1]))
		}
		b.WriteString("\n")
	}
}

// number writes a small number.
func number(n int) string {
	if words := [...]string{"zero", "one", "two", "three", "four", "five", "six"}; n < len(words) {
		return words[n]
	}
	return grouped(float64(n))
}

func (s *story) reportCells(b *strings.Builder) {
	g := s.adopted()
	least := g.Scheme().Minimum
	fmt.Fprintf(b, "\nADOPTED: %s, %d cells, each with %d customers and %s at least\n", strings.ToUpper(g.Scheme().Name), g.K(), least.Units, money(least.Value))
	for _, f := range fallBacks(g) {
		what := "divided as far as the scheme goes"
		if f.To != "" {
			what = "fell back to " + f.To
		}
		fmt.Fprintf(b, "  %-40s %4d cells %7s customers %10s\n", what, f.Cells, grouped(float64(f.Units)), money(f.Value))
	}
	most, unit := 0, 0
	for i := range s.Now.Rows {
		if n := len(g.Explain(i).Merges); n > most && n <= 4 {
			most, unit = n, i
		}
	}
	b.WriteString("  Why one of them is where it is:\n")
	name := func(i int) string { return s.Now.Rows[i].ID }
	b.WriteString(indent(indent(strings.Join(g.Explain(unit).Lines(name), "\n"))))
}

// reportGroups tells which groups the customers form, each with the customer in
// its middle and the conditions that most of its members meet.
func (s *story) reportGroups(b *strings.Builder) {
	g := s.Groups
	fmt.Fprintf(b, "\n%s GROUPS THAT NOBODY DEFINED, found among %s customers, each about one of them; the conditions put %s into the right one\n",
		strings.ToUpper(number(g.K)), grouped(float64(len(g.Sample))), percent(g.Description.Agreement, 0))
	for group := range g.K {
		fmt.Fprintf(b, "  %d: %s customers like %s\n", group+1, grouped(float64(g.Plan.Count(group))), s.example(group))
		for _, leaf := range g.Description.Leaves {
			if leaf.Label == group {
				fmt.Fprintf(b, "       %s (%s customers, %s of them in the group)\n", leaf.Box, grouped(float64(leaf.Units)), percent(leaf.Purity, 0))
			}
		}
	}
}

// reportDrift tells what the next quarter brings.
func (s *story) reportDrift(b *strings.Builder) {
	d := s.Drift
	fmt.Fprintf(b, "\nNEXT QUARTER, %s: %s customers joined, %s left. Tiers that follow every change of sales, and tiers with\n"+
		"hysteresis: a change of tier takes sales %s past the cut, and %d quarters in the tier before\n",
		s.Next.Day.Format("2 January 2006"), grouped(float64(d.Next[0].Joined.Units)), grouped(float64(d.Next[0].Left.Units)),
		percent(d.Hysteresis.Share, 0), d.Hysteresis.Dwell)
	fmt.Fprintf(b, "  %s%s%s\n", padRight("", 40), padLeft("without", 12), padLeft("with", 12))
	for _, line := range d.lines() {
		fmt.Fprintf(b, "  %s%s%s\n", padRight(line.Name, 40), padLeft(line.Cells[0], 12), padLeft(line.Cells[1], 12))
	}
	rule, result := d.decision()
	fmt.Fprintf(b, "  Policy: %s:\n  %s.\n", lower(rule), result)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

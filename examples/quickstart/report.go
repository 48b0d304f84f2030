package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// writeReport prints what one wants to know first, on some sixty lines.
func (o *outcome) writeReport(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s, %s, %s; every load within %s of its target\n\n", o.Title,
		plural(len(o.Customers), "customer", "customers"), o.amount(o.Before.Total), plural(len(o.Reps), "sales person", "sales people"), tolerance(o.Tolerance))
	for _, n := range o.Notes {
		fmt.Fprintln(&b, "note:", n)
	}
	row := func(name, before, after string) {
		fmt.Fprintf(&b, "%s%s%s\n", left(name, 28), right(before, 18), right(after, 18))
	}
	row("", o.BeforeName, "balanced")
	for _, f := range o.figures() {
		row(f.Name, f.Before, f.After)
	}
	fmt.Fprintf(&b, "\n%s\n", wrap(o.proof(), 92, ""))

	fmt.Fprintf(&b, "\n%s%s%s%s%s%s\n", left("sales person", 26), right(o.BeforeName, 16), right("balanced", 12), right("deviation", 12), right("customers", 11), right("mean", 10))
	for j, r := range o.Reps {
		fmt.Fprintf(&b, "%s%s%s%s%s%s\n", left(r.Name, 26), right(quantity(o.Before.Load[j]), 16), right(quantity(o.After.Load[j]), 12),
			right(percent(o.After.Deviation[j]), 12), right(thousands(o.After.Units[j]), 11), right(kilometres(o.meanKm(j)), 10))
	}

	explained, err := o.explanations()
	if err != nil {
		return err
	}
	if len(explained) > 0 {
		fmt.Fprint(&b, "\nDecisions explained\n")
	}
	for i, text := range explained {
		fmt.Fprintln(&b, wrap(right(strconv.Itoa(i+1), 2)+". "+text, 92, "    "))
	}
	if o.Source != "" {
		fmt.Fprintf(&b, "\n%s\n", o.Source)
	}
	_, err = w.Write(bytes.ReplaceAll(b.Bytes(), []byte(glue), []byte(" ")))
	return err
}

// figure is one line of the comparison, for report and page.
type figure struct{ Name, Before, After string }

func (o *outcome) figures() []figure {
	total := o.Before.Total
	mean := func(s state) string {
		if served := total - s.Unassigned; served > 0 {
			return kilometres(s.Travel / served)
		}
		return "–"
	}
	ratio := func(s state) string { return strconv.FormatFloat(s.MaxMin, 'f', 2, 64) }
	f := []figure{
		{"travel, " + o.costUnit(), quantity(o.Before.Travel), quantity(o.After.Travel)},
		{"mean distance", mean(o.Before), mean(o.After)},
		{"worst deviation", percent(o.worst(o.Before)), percent(o.worst(o.After))},
		{"largest / smallest load", ratio(o.Before), ratio(o.After)},
		{"Gini coefficient", strconv.FormatFloat(o.Before.Gini, 'f', 3, 64), strconv.FormatFloat(o.After.Gini, 'f', 3, 64)},
	}
	if n := o.Before.UnassignedUnits; n > 0 {
		f = append(f, figure{"customers nobody serves", thousands(n), thousands(o.After.UnassignedUnits)})
	}
	return append(f, figure{"customers change hands", "", thousands(o.Changed)})
}

// worst is the largest deviation with its sign.
func (o *outcome) worst(s state) float64 {
	if s.WorstTerritory < 0 {
		return 0
	}
	return s.Deviation[s.WorstTerritory]
}

// costUnit names what travel counts: person-km for people.
func (o *outcome) costUnit() string {
	if o.Builtin {
		return "person-km"
	}
	return o.Work + " × km"
}

// proof says what is known about the plan, in a sentence.
func (o *outcome) proof() string {
	c := o.Result.Certificate
	if !c.Feasible() {
		return fmt.Sprintf("No plan within the limits was found: together the loads of this one are outside them by %s.", o.amount(c.Violation))
	}
	s := fmt.Sprintf("Proved: no plan within these limits travels less than %s %s, so at most %s could still be saved (the gap).",
		quantity(c.Bound), o.costUnit(), strconv.FormatFloat(100*c.Gap(), 'f', 2, 64)+glue+"%")
	if o.Result.Stop == partition.ProvedOptimal {
		s = "Proved optimal: no plan within these limits travels less."
	}
	s += " Cost, loads and bound were recomputed from the input alone."
	if o.Result.Stop == partition.Interrupted {
		s = "Interrupted; the best plan so far. " + s
	}
	return s
}

// meanKm is the mean distance of a sales person's customers, by workload.
func (o *outcome) meanKm(j int) float64 {
	sum, work := 0.0, 0.0
	for i := range o.After.Plan.Units(j) {
		sum += float64(o.Customers[i].Work * o.Decisions[i].Km)
		work += o.Customers[i].Work
	}
	if work == 0 {
		return 0
	}
	return sum / work
}

package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// drift is what becomes of what was adopted, from book to book: first with tiers
// that follow every change of sales, then with tiers that remember.
type drift struct {
	Hysteresis segment.Hysteresis
	Past       [2]*segment.Backtest // of tiers, in the year before today
	Next       [2]*segment.Drift    // of tiers, in the quarter after it
	Cells      [2]*segment.Drift    // of the cells of today
	Anew       [2]*segment.Drift    // of cells that are made anew
	Policy     segment.Policy
	Moves      *segment.Moves // of the next quarter's moves with hysteresis, those that the policy makes
}

// follow replays the year that has passed, and goes on to the next quarter, both
// by the thresholds that were adopted today.
func (s *story) follow() error {
	plain := s.adopted().Scheme() // with its thresholds fixed to today's book
	at := slices.IndexFunc(plain.Dimensions, func(d segment.Dimension) bool { return d.Name() == "tier" })
	if at < 0 {
		return errors.New("the adopted scheme has no dimension tier")
	}
	d := &drift{Hysteresis: segment.Hysteresis{Share: 0.2, Dwell: 2}}
	s.Drift = d
	steady := *plain
	steady.Dimensions = slices.Clone(plain.Dimensions)
	steady.Dimensions[at] = segment.Steady{Tiers: plain.Dimensions[at], Hysteresis: d.Hysteresis}

	periods, err := s.periods()
	if err != nil {
		return err
	}
	for w, scheme := range []*segment.Scheme{plain, &steady} {
		tier := scheme.Dimensions[at]
		if d.Past[w], err = segment.Replay(tier, "sales", periods[:today-first+1]...); err != nil {
			return err
		}
		// Sales people work in the cells of today, in which nobody held a tier before.
		book := s.Now.Table
		if r, ok := segment.Cells(scheme).(segment.Rememberer); ok {
			if book, err = r.Carry(nil, book, nil); err != nil {
				return err
			}
		}
		cells, err := scheme.Apply(book)
		if err != nil {
			return err
		}
		for _, look := range []struct {
			at segment.Dimension
			to *[2]*segment.Drift
		}{{tier, &d.Next}, {segment.Adopted{Cells: cells}, &d.Cells}, {segment.Cells(scheme), &d.Anew}} {
			all, err := segment.Replay(look.at, "sales", periods...)
			if err != nil {
				return err
			}
			look.to[w] = all.Drifts[today-first]
		}
	}
	d.Policy = segment.Policy{
		Keep:     map[string]segment.Keep{"A": {Review: s.Next.Day.AddDate(0, 3, 0)}},
		Rise:     true,
		MaxUnits: len(s.Next.Rows) / 25,
	}
	d.Moves, err = d.Policy.Decide(d.Next[1], segment.Now{Date: s.Next.Day}, nil)
	return err
}

// periods are the books of all quarters, each linked to the one before.
func (s *story) periods() ([]segment.Period, error) {
	var all []segment.Period
	var last *book
	for number := first; number <= next; number++ {
		b, err := s.book(number)
		if err != nil {
			return nil, err
		}
		p := segment.Period{Book: b.Table, AsOf: b.Day}
		if last != nil {
			if p.Link, err = segment.Link(partition.Column(last.Rows, customer.id), partition.Column(b.Rows, customer.id)); err != nil {
				return nil, err
			}
		}
		all, last = append(all, p), b
	}
	s.Next = last
	return all, nil
}

// lines say what changes, without and with hysteresis.
func (d *drift) lines() []rowView {
	var rows []rowView
	row := func(name string, text func(w int) string) {
		rows = append(rows, rowView{Name: name, Cells: []string{text(0), text(1)}})
	}
	row("customers that change tier", func(w int) string { return grouped(float64(d.Next[w].Moved.Units)) })
	row("their sales", func(w int) string { return money(d.Next[w].Moved.After) })
	row("customers that change cell", func(w int) string { return grouped(float64(d.Cells[w].Moved.Units)) })
	row("were the cells made anew", func(w int) string { return grouped(float64(d.Anew[w].Moved.Units)) })
	row("population stability index", func(w int) string { return fixed(d.Next[w].PSI, 4) })
	row("adjusted Rand index", func(w int) string { return fixed(d.Next[w].Rand, 3) })
	for _, tier := range []string{"A", "B", "C"} {
		row("Jaccard index of tier "+tier, func(w int) string {
			for _, c := range d.Next[w].Classes {
				if c.Label == tier {
					return fixed(c.Jaccard, 3)
				}
			}
			return "–"
		})
	}
	row("changes of tier in the year before", func(w int) string { return grouped(float64(d.Past[w].Moved.Units)) })
	row("of which back to where they came from", func(w int) string { return grouped(float64(d.Past[w].Returned)) })
	return rows
}

// decision is what the policy does, in words.
func (d *drift) decision() (rule, result string) {
	pending := map[segment.Why]int{}
	for _, p := range d.Moves.Pending {
		pending[p.Why]++
	}
	rule = fmt.Sprintf("Tier A keeps its customers until the review on %s, whoever rises does so at once, and no more than %s move in a quarter",
		d.Policy.Keep["A"].Review.Format("2 January 2006"), grouped(float64(d.Policy.MaxUnits)))
	result = fmt.Sprintf("%s move now, %s of sales; %s stay in A until the review, %s wait for the next quarter",
		grouped(float64(d.Moves.Churn.Units)), money(d.Moves.Churn.Amount), grouped(float64(pending[segment.KeptUntil])), grouped(float64(pending[segment.OverLimit])))
	return rule, result
}

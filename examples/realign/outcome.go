package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// outcome is the answer: the choices, and the plan that was chosen.
type outcome struct {
	*staff
	Frontier *allocate.Frontier
	Chosen   int // point of the frontier; -1: a plan of its own
	Result   *allocate.Result
	Moves    []handover
}

// handover is one customer that changes hands.
type handover struct {
	Unit, From, To int
	Saves          float64 // visits × km; negative: it costs
	Why            string
}

// realign explores the frontier and makes the plan for at most so many moves, or
// picks a point where that is 0.
func (s *staff) realign(ctx context.Context, points, most int) (*outcome, error) {
	r := allocate.Realign{Today: s.Today, Points: points}
	f, err := r.Frontier(ctx, s.Problem, nil)
	if err != nil {
		return nil, err
	}
	o := &outcome{staff: s, Frontier: f, Chosen: knee(f)}
	o.Result = &f.Points[o.Chosen].Result
	if most > 0 {
		r.Moved = []allocate.MoveLimit{{Name: "customers", Most: float64(most)}}
		if o.Result, err = r.Allocate(ctx, s.Problem); err != nil {
			return nil, err
		}
		o.Chosen = -1
	}
	o.handovers()
	return o, nil
}

// knee is the point farthest below the straight line between the ends of the
// frontier, both axes being scaled to it: from there on a move saves less than on average.
func knee(f *allocate.Frontier) int {
	first, last := f.Points[0], f.Points[len(f.Points)-1]
	best, deepest := 0, 0.0
	for k, p := range f.Points {
		x := (p.Moved.Amount - first.Moved.Amount) / math.Max(last.Moved.Amount-first.Moved.Amount, 1)
		y := (first.Certificate.Objective - p.Certificate.Objective) / math.Max(first.Certificate.Objective-last.Certificate.Objective, 1e-9)
		if y-x > deepest {
			best, deepest = k, y-x
		}
	}
	return best
}

// handovers lists who gives whom to whom, and why.
func (o *outcome) handovers() {
	for i, from := range o.Today {
		to := o.Result.Plan.Of(i)
		if to == from {
			continue
		}
		h := handover{Unit: i, From: from, To: to, Saves: (o.Problem.Cost.At(i, from) - o.Problem.Cost.At(i, to)) / o.Scale}
		switch {
		case from == o.Leaver:
			h.Why = o.Reps[from].Name + " leaves"
		case h.Saves > 0:
			h.Why = "is nearer to " + o.Reps[to].Name
		case to == o.Hire:
			h.Why = "gives " + o.Reps[to].Name + " a share"
		default:
			h.Why = "evens out the loads"
		}
		o.Moves = append(o.Moves, h)
	}
	slices.SortFunc(o.Moves, func(a, b handover) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Unit, b.Unit))
	})
}

// writeReport prints the choices and the hand-over between each two people.
func (o *outcome) writeReport(w io.Writer) error {
	b := &strings.Builder{}
	visits := partition.Column(o.Customers, customer.Workload)
	fmt.Fprintf(b, "%s: %d customers, %.0f visits\n", o.Title, len(o.Customers), sum(visits))
	if o.Leaver >= 0 {
		fmt.Fprintf(b, "%s leaves, %s joins. ", o.Reps[o.Leaver].Name, o.Reps[o.Hire].Name)
	}
	lower, upper := o.Problem.Measures[0].Limits(len(o.Reps))
	fmt.Fprintf(b, "Everybody is to have %.0f to %.0f visits.\n\n", slices.Max(lower), slices.Max(upper))

	fmt.Fprintf(b, "%10s %10s %14s %12s %14s\n", "customers", "visits", "visits × km", "proved", "the next saves")
	for k, p := range o.Frontier.Points {
		mark := ""
		if k == o.Chosen {
			mark = "  <- chosen"
		}
		moved := 0.0
		for i, j := range o.Today {
			if p.Plan.Of(i) != j {
				moved += visits[i]
			}
		}
		fmt.Fprintf(b, "%10d %10.0f %14.0f %10.2f %% %14.1f%s\n", p.Moved.Units, moved, p.Certificate.Objective/o.Scale,
			100*p.Certificate.Gap(), p.Benefit/o.Scale, mark)
	}
	f := o.Frontier
	fmt.Fprintf(b, "\nproved: how much cheaper a plan with no more moves could be at most. In no plan fewer than %.0f move", f.Least)
	if forced := f.Points[0].Forced.Units; forced > 0 {
		fmt.Fprintf(b, ", the %d of %s among them", forced, o.Reps[o.Leaver].Name)
	}
	fmt.Fprintf(b, ".\n\nHand-over: %d customers\n", len(o.Moves))
	for k := 0; k < len(o.Moves); {
		from, to := o.Moves[k].From, o.Moves[k].To
		end, load, names := k, 0.0, []string(nil)
		for ; end < len(o.Moves) && o.Moves[end].From == from && o.Moves[end].To == to; end++ {
			load += visits[o.Moves[end].Unit]
			if len(names) < 4 {
				names = append(names, o.Customers[o.Moves[end].Unit].Name)
			}
		}
		if end-k > len(names) {
			names = append(names, "…")
		}
		fmt.Fprintf(b, "%18s -> %-18s %5d, %5.0f visits: %s\n", o.Reps[from].Name, o.Reps[to].Name, end-k, load, strings.Join(names, ", "))
		k = end
	}
	if o.Source != "" {
		fmt.Fprintf(b, "\n%s\n", o.Source)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeList writes the hand-over list.
func (o *outcome) writeList(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"customer", "name", "visits", "from", "to", "saves_visits_km", "why"}); err != nil {
		return err
	}
	for _, h := range o.Moves {
		u := o.Customers[h.Unit]
		saves := strconv.FormatFloat(h.Saves, 'f', 1, 64)
		if err := c.Write([]string{
			u.ID, u.Name, strconv.FormatFloat(u.Visits, 'f', -1, 64), o.Reps[h.From].Name, o.Reps[h.To].Name, saves, h.Why,
		}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

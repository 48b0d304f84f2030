package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// decision is what the map says about a customer.
type decision struct {
	Unit, Owner int
	Nearest     int     // the sales person who lives nearest
	RunnerUp    int     // the next best at the prices of the plan; -1: there is nobody else
	Km          float64 // to the owner
	NearestKm   float64
	RunnerUpKm  float64
	Extra       float64 // what the runner-up would cost more than the owner; negative: less
	Margin      float64 // the same at the prices of the plan, in km
	Why         reason  // why the customer is not with the nearest
}

// reason says why a customer is not with the nearest sales person.
type reason int

const (
	atNearest reason = iota // it is
	tooMuch                 // the nearest would be above the upper limit
	tooLittle               // the owner would fall below the lower limit
	scarce                  // the room of the nearest is worth more to others
)

// decide compares the places for a customer as allocate.WhatIf does, but in
// kilometres, and for every customer at once. At the prices v of the plan, a customer of
// workload w costs w·(km + v) with each sales person: a price is a number of
// kilometres that everybody has to travel in addition to reach a busy one.
func (o *outcome) decide(km allocate.Costs, i int) decision {
	price, w := o.Result.Prices[0], o.Customers[i].Work
	d := decision{Unit: i, Owner: o.After.Plan.Of(i), RunnerUp: partition.Unassigned}
	next := math.Inf(1)
	for j := range o.Reps {
		x := km.At(i, j)
		if j == 0 || x < d.NearestKm {
			d.Nearest, d.NearestKm = j, x
		}
		if j == d.Owner {
			d.Km = x
		} else if x+price[j] < next {
			d.RunnerUp, d.RunnerUpKm, next = j, x, x+price[j]
		}
	}
	if d.RunnerUp != partition.Unassigned {
		d.Extra = w * (d.RunnerUpKm - d.Km)
		d.Margin = next - (d.Km + price[d.Owner])
	}
	switch {
	case d.Owner == d.Nearest:
	case o.After.Load[d.Nearest]+w > o.Upper[d.Nearest]:
		d.Why = tooMuch
	case o.After.Load[d.Owner]-w < o.Lower[d.Owner]:
		d.Why = tooLittle
	default:
		d.Why = scarce
	}
	return d
}

// interesting picks up to ten decisions that one would ask about: the customers
// that do not go to the nearest sales person and pay most for it, those on a border, the largest, and the one
// with the longest way.
func (o *outcome) interesting() []decision {
	if len(o.Reps) < 2 {
		return nil
	}
	var picked []decision
	taken := map[int]bool{}
	pick := func(n int, fits func(decision) bool, value func(decision) float64) {
		var found []decision
		for _, d := range o.Decisions {
			if d.Owner >= 0 && d.RunnerUp >= 0 && !taken[d.Unit] && o.Customers[d.Unit].At != o.Reps[d.Owner].Home && fits(d) {
				found = append(found, d)
			}
		}
		slices.SortStableFunc(found, func(a, b decision) int {
			return cmp.Or(cmp.Compare(value(b), value(a)), cmp.Compare(a.Unit, b.Unit))
		})
		owners := map[int]bool{} // one per sales person, for variety
		for _, d := range found {
			if n > 0 && !owners[d.Owner] {
				owners[d.Owner], taken[d.Unit] = true, true
				picked = append(picked, d)
				n--
			}
		}
	}
	work := func(d decision) float64 { return o.Customers[d.Unit].Work }
	detour := func(d decision) bool { return d.Owner != d.Nearest }
	all := func(decision) bool { return true }
	pick(4, detour, func(d decision) float64 { return work(d) * (d.Km - d.NearestKm) })
	pick(3, func(d decision) bool { return d.Margin >= 0 && work(d) > 0 }, func(d decision) float64 { return -d.Margin })
	pick(2, all, work)
	pick(1, all, func(d decision) float64 { return d.Km })
	pick(10-len(picked), all, work)
	return picked[:min(10, len(picked))]
}

// explanations puts the interesting decisions into words.
func (o *outcome) explanations() ([]string, error) {
	ask, err := allocate.NewWhatIf(o.Problem, o.Result)
	if err != nil {
		return nil, err
	}
	var text []string
	for _, d := range o.interesting() {
		e, err := ask.Explain(d.Unit)
		if err != nil {
			return nil, err
		}
		text = append(text, o.sentence(d, e))
	}
	return text, nil
}

// sentence says in words why the customer is where it is.
func (o *outcome) sentence(d decision, e *allocate.Explanation) string {
	c := o.Customers[d.Unit]
	s := fmt.Sprintf("%s, %s: %s, %s.", full(c.Name, c.Alt), o.amount(c.Work), e.Name, kilometres(d.Km))
	if limit := e.Decision.Limit; limit != nil {
		near := o.Reps[d.Nearest].Name
		s += fmt.Sprintf(" %s lives nearer (%s), but", near, kilometres(d.NearestKm))
		switch over := limit.Excess() > 0; {
		case over && limit.Upper:
			s += fmt.Sprintf(" would then carry %s, above the limit of %s.", quantity(limit.After), quantity(limit.Limit))
		case over:
			s += fmt.Sprintf(" without it %s would carry %s, below the limit of %s.", limit.Name, quantity(limit.After), quantity(limit.Limit))
		case limit.Upper:
			s += fmt.Sprintf(" has no room to spare: others would pay for it with %s more each.", kilometres(limit.Price))
		default:
			s += fmt.Sprintf(" %s has little to do: its lower limit of %s is worth a detour of %s.", limit.Name, quantity(limit.Limit), kilometres(limit.Price))
		}
	} else if d.Owner == d.Nearest {
		s += " Nobody lives nearer."
	}
	if next, ok := e.RunnerUp(); ok {
		extra, how, but := next.Extra, "more", "and"
		if extra < 0 {
			extra, how, but = -extra, "less", "but"
		}
		s += fmt.Sprintf(" Runner-up %s (%s) would cost %s %s %s", next.Name, kilometres(d.RunnerUpKm), quantity(extra), o.costUnit(), how)
		if len(next.Breaks) > 0 {
			s += " " + but + " break a limit"
		}
		s += "."
	}
	return s
}

package main

import (
	"cmp"
	"fmt"
	"slices"
)

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

// sentence explains a decision in words.
func (o *outcome) sentence(d decision) string {
	c := o.Customers[d.Unit]
	owner := o.Reps[d.Owner].Name
	s := fmt.Sprintf("%s, %s %s: %s, %s.", full(c.Name, c.Alt), quantity(c.Work), o.Work, owner, kilometres(d.Km))
	if d.Nearest != d.Owner {
		near := o.Reps[d.Nearest].Name
		s += fmt.Sprintf(" %s lives nearer (%s), but", near, kilometres(d.NearestKm))
		switch {
		case d.Overload:
			s += fmt.Sprintf(" would then carry %s, above the limit of %s.", quantity(o.After.Load[d.Nearest]+c.Work), quantity(o.Upper[d.Nearest]))
		case d.Short:
			s += fmt.Sprintf(" without it %s would carry %s, below the limit of %s.", owner, quantity(o.After.Load[d.Owner]-c.Work), quantity(o.Lower[d.Owner]))
		default:
			s += " has better use for the room."
		}
	} else {
		s += " The nearest of all."
	}
	if d.RunnerUp >= 0 {
		how := "more"
		extra := d.Extra
		if extra < 0 {
			how, extra = "less", -extra
		}
		s += fmt.Sprintf(" Runner-up %s (%s) would cost %s %s %s.", o.Reps[d.RunnerUp].Name, kilometres(d.RunnerUpKm), quantity(extra), o.costUnit(), how)
	}
	return s
}

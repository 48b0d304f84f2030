package allocate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/territory-go/territory/partition"
)

// String says what it would mean to put the unit there, with the caller's names;
// numbers are rounded to four digits. It is for people and not to be parsed.
func (p Placement) String() string {
	head := p.UnitName
	if more := len(p.Steps) - 1; more > 0 {
		head += fmt.Sprintf(" and %d more", more)
	}
	head += " with " + p.Name
	if p.Agent == partition.Unassigned {
		head = strings.TrimSuffix(head, "with "+p.Name) + "unassigned"
	}
	if p.Forbidden != "" {
		return head + " is impossible: " + p.Forbidden + "."
	}
	var troubles []string
	for _, b := range p.Breaks {
		troubles = append(troubles, b.String())
	}
	if p.ApartName != "" {
		troubles = append(troubles, p.Name+" has "+p.ApartName+", to be kept apart")
	}
	trouble := strings.Join(troubles, ", and ")
	switch {
	case trouble == "":
		return head + " would cost " + difference(p.Total) + "."
	case p.Settled:
		return fmt.Sprintf("%s would cost %s in all: %s itself, but %s, so that %s.",
			head, difference(p.Total), difference(p.Extra), trouble, steps(p.Follow, "would go"))
	case p.Exact:
		return fmt.Sprintf("%s would cost %s, but %s, and a few moves of others cannot mend that.", head, difference(p.Extra), trouble)
	}
	return fmt.Sprintf("%s would cost %s, but %s, and no moves of others were found that mend that.", head, difference(p.Extra), trouble)
}

// String says what the edit would come to, with the caller's names; numbers are
// rounded to four digits. It is for people and not to be parsed.
func (e *Edit) String() string {
	if len(e.Steps) == 0 {
		return "Nothing changes."
	}
	if len(e.Refused) > 0 {
		var why []string
		for _, r := range e.Refused {
			if r.Agent == partition.Unassigned {
				why = append(why, fmt.Sprintf("%s cannot be unassigned, as %s", r.UnitName, r.Why))
			} else {
				why = append(why, fmt.Sprintf("%s cannot go to %s, as %s", r.UnitName, r.Name, r.Why))
			}
		}
		return strings.Join(why, "; ") + "."
	}
	s := steps(e.Steps, "goes")
	if len(e.Steps) > 1 {
		s += ": " + difference(e.Extra) + " in all"
	}
	s += "."
	for _, b := range e.Breaks {
		s += " " + b.String() + "."
	}
	var broken []string
	for _, p := range e.Broken {
		if p.Kind != CapacityPromise && p.Kind != FloorPromise {
			name := strings.TrimSuffix(p.String(), ",")
			broken = append(broken, strings.ToLower(name[:1])+name[1:])
		}
	}
	if len(broken) > 0 {
		s += " No longer kept: " + strings.Join(broken, "; ") + "."
	}
	if c := e.Result.Certificate; !c.Feasible() {
		s += " The plan would break its limits by " + number(c.Violation) + "."
	} else if gap := c.Gap(); !math.IsInf(gap, 1) {
		s += fmt.Sprintf(" The plan would be at most %s above the best.", percent(gap))
	}
	return s
}

// String says what the transition means, with the caller's names; numbers are
// rounded to four digits. It is for people and not to be parsed.
func (t *Transition) String() string {
	s, moved := t.Name+" joins.", fmt.Sprintf("%d to %s and %d between others", t.Own.Units, t.Name, t.Other.Units)
	if t.Leaves {
		s, moved = t.Name+" leaves.", fmt.Sprintf("%d of %s's and %d of others", t.Own.Units, t.Name, t.Other.Units)
	}
	for _, h := range t.Hands {
		if t.Leaves && h.Agent == t.Agent {
			continue
		}
		s += " " + h.Name
		switch {
		case h.Given == 0:
			s += " gets " + strconv.Itoa(h.Gained)
		case h.Gained == 0:
			s += " gives " + strconv.Itoa(h.Given)
		default:
			s += fmt.Sprintf(" gets %d and gives %d", h.Gained, h.Given)
		}
		for k, l := range h.Loads {
			lead := ", "
			if k == 0 {
				lead = " ("
			}
			s += fmt.Sprintf("%s%s from %s to %s", lead, l.MeasureName, number(l.Before), number(l.After))
		}
		if len(h.Loads) > 0 {
			s += ")"
		}
		s += "."
	}
	s += " Moved: " + moved
	amount := t.Own.Amount + t.Other.Amount
	switch {
	case t.counts && t.AtLeast >= amount:
		s += "; no plan within the limits moves fewer."
	case t.counts:
		s += "; no plan within the limits moves fewer than " + number(t.AtLeast) + "."
	default:
		s += fmt.Sprintf(", worth %s; no plan within the limits moves less than %s.", number(amount), number(t.AtLeast))
	}
	s += " The plan would cost " + difference(t.Extra) + "."
	if c := t.Result.Certificate; !c.Feasible() {
		s += " It would break its limits by " + number(c.Violation) + "."
	}
	return s
}

// steps lists moves: "Bonn would go to Anna (2 less) and Lima to Carl (3 more)".
func steps(all []Step, verb string) string {
	var b strings.Builder
	for k, s := range all {
		switch {
		case k == 0:
			b.WriteString(s.UnitName + " " + verb)
		case k == len(all)-1:
			b.WriteString(" and " + s.UnitName)
		default:
			b.WriteString(", " + s.UnitName)
		}
		if s.To == partition.Unassigned {
			b.WriteString(" to nobody")
		} else {
			b.WriteString(" to " + s.ToName)
		}
		b.WriteString(" (" + difference(s.Extra) + ")")
	}
	return b.String()
}

// difference is "2 more", "2 less" or "the same".
func difference(x float64) string {
	switch s := number(math.Abs(x)); {
	case s == "0":
		return "the same"
	case x > 0:
		return s + " more"
	default:
		return s + " less"
	}
}

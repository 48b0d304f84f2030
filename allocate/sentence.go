package allocate

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/territory-go/territory/partition"
)

// String is the explanation in plain words, with the caller's names; numbers are
// rounded to four digits. It is for people and not to be parsed.
func (e *Explanation) String() string {
	var b strings.Builder
	b.WriteString(e.place())
	d := e.Decision
	if d.Rival < 0 {
		switch d.Reason {
		case ByLock:
			b.WriteString(", to whom it is fixed")
		case ByEligibility:
			b.WriteString(", since nobody else may serve it")
		}
		return b.String() + "."
	}
	a := e.Alternatives[d.Rival]
	there := a.place() + " it would cost " + difference(a.Extra)
	if math.IsInf(e.Cost, 1) {
		there = a.place() + " it would cost " + number(a.Cost)
	}
	switch d.Reason {
	case ByCost, ByPenalty:
		b.WriteString(", where it is cheapest: " + there)
	case ByLock:
		b.WriteString(", to whom it is fixed: " + there)
	case ByEligibility:
		b.WriteString(": " + there + ", but " + a.Forbidden)
	case ByLimit:
		b.WriteString(": " + there + ", but " + d.Limit.reason())
	case ByNothing:
		b.WriteString(", although " + there + " and break no limit: the plan can be improved")
	}
	return b.String() + "."
}

// place says where the unit is and at what cost.
func (e *Explanation) place() string {
	switch {
	case e.Shares != nil:
		parts := make([]string, len(e.Shares))
		for k, s := range e.Shares {
			name := "nobody"
			if s.Agent == e.Owner {
				name = e.Name
			} else {
				for _, a := range e.Alternatives {
					if a.Agent == s.Agent && s.Agent != partition.Unassigned {
						name = a.Name
					}
				}
			}
			parts[k] = fmt.Sprintf("%s (%s %%)", name, number(100*s.Fraction))
		}
		return fmt.Sprintf("%s is shared by %s at a cost of %s", e.UnitName, list(parts), number(e.Cost))
	case e.Owner != partition.Unassigned:
		return fmt.Sprintf("%s is with %s at a cost of %s", e.UnitName, e.Name, number(e.Cost))
	case math.IsInf(e.Cost, 1):
		return e.UnitName + " must be served and is unassigned"
	}
	return fmt.Sprintf("%s is unassigned at a penalty of %s", e.UnitName, number(e.Cost))
}

func (a Alternative) place() string {
	if a.Agent == partition.Unassigned {
		return "left unassigned"
	}
	return "with " + a.Name
}

// String says what the move does to the load: "Bea's hours would rise from 38
// to 44, above the upper limit of 40".
func (b Breach) String() string {
	verb, side := "rise", "above the upper"
	if b.After < b.Before {
		verb = "fall"
	}
	if !b.Upper {
		side = "below the lower"
	}
	s := fmt.Sprintf("%s's %s would %s from %s to %s", b.Name, b.MeasureName, verb, number(b.Before), number(b.After))
	if b.Excess() > 0 {
		s += fmt.Sprintf(", %s limit of %s", side, number(b.Limit))
	}
	return s
}

// reason is String with what the limit costs, where that is known.
func (b Breach) reason() string {
	switch {
	case !(b.Price > 0):
		return b.String()
	case b.Upper:
		return fmt.Sprintf("%s (room for one more would save about %s)", b, number(b.Price))
	}
	return fmt.Sprintf("%s (a limit lower by one would save about %s)", b, number(b.Price))
}

// difference says "3 more", "3 less" or "the same".
func difference(x float64) string {
	switch {
	case x > 0:
		return number(x) + " more"
	case x < 0:
		return number(-x) + " less"
	}
	return "the same"
}

// list joins with commas and an "and".
func list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// number is x to four significant digits, thousands grouped: 0.04123, 12.5, 1,234,567.
func number(x float64) string {
	size := math.Abs(x)
	if math.IsInf(x, 0) || math.IsNaN(x) || size >= 1e15 || size < 1e-6 && x != 0 {
		return strconv.FormatFloat(x, 'g', 4, 64)
	}
	decimals := 0
	for at := 1000.0; decimals < 9 && size < at && x != 0; at /= 10 {
		decimals++
	}
	s := strconv.FormatFloat(size, 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	for k := len(whole) - 3; k > 0; k -= 3 {
		whole = whole[:k] + "," + whole[k:]
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		whole += "." + fraction
	}
	if x < 0 && whole != "0" {
		whole = "-" + whole
	}
	return whole
}

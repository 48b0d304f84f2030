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
	here, there := e.here(), ""
	if e.Decision.Rival >= 0 {
		there = e.there(e.Alternatives[e.Decision.Rival])
	}
	switch e.Decision.Reason {
	case ByLock:
		here = fmt.Sprintf("%s is fixed to %s, at a cost of %s", e.who(), e.Name, number(e.Cost))
		if there != "" {
			here += ": " + there
		}
	case ByEligibility:
		if there == "" {
			here += ": nobody else may serve it"
		} else {
			here += ": " + there + ", but may not serve it"
		}
	case ByCost, ByPenalty:
		here += ", the cheapest: " + there
	case ByLimit:
		here += ": " + there + ", but " + e.Decision.Limit.reason()
	case ByApart:
		here += ": " + there + ", but has " + e.Alternatives[e.Decision.Rival].ApartName + ", to be kept apart"
	case ByNothing:
		here += ", although " + there + " and break no limit: the plan can be improved"
	}
	return here + "."
}

// who names the unit, and those that must be with it.
func (e *Explanation) who() string {
	if e.With == nil {
		return e.UnitName
	}
	return e.UnitName + ", together with " + e.WithName + ","
}

// here says where the unit is and at what cost.
func (e *Explanation) here() string {
	switch {
	case e.Shares != nil:
		return fmt.Sprintf("%s is shared by %s at a cost of %s", e.who(), e.sharers(), number(e.Cost))
	case e.Owner != partition.Unassigned:
		return fmt.Sprintf("%s is with %s at a cost of %s", e.who(), e.Name, number(e.Cost))
	case math.IsInf(e.Cost, 1):
		return e.who() + " must be served and is unassigned"
	}
	return fmt.Sprintf("%s is unassigned at a penalty of %s", e.who(), number(e.Cost))
}

// there says what the unit would cost elsewhere.
func (e *Explanation) there(a Alternative) string {
	who := a.Name
	switch {
	case a.Agent == partition.Unassigned:
		who = "leaving it unassigned"
	case e.Shares != nil:
		who += " alone"
	}
	switch {
	case math.IsInf(e.Cost, 1):
		return who + " would cost " + number(a.Cost)
	case a.Extra > 0:
		return who + " would cost " + number(a.Extra) + " more"
	case a.Extra < 0:
		return who + " would cost " + number(-a.Extra) + " less"
	}
	return who + " would cost the same"
}

// sharers lists who serves a split unit: "Anna (25 %) and Bea (75 %)".
func (e *Explanation) sharers() string {
	var b strings.Builder
	for k, s := range e.Shares {
		switch {
		case k == 0:
		case k == len(e.Shares)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		name := "nobody"
		for _, a := range e.Alternatives {
			if a.Agent == s.Agent && s.Agent != partition.Unassigned {
				name = a.Name
			}
		}
		fmt.Fprintf(&b, "%s (%s %%)", name, number(100*s.Fraction))
	}
	return b.String()
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
	before, after, limit := number(b.Before), number(b.After), number(b.Limit)
	same := func(x, y float64) bool { return x != y && number(x) == number(y) }
	if same(b.After, b.Before) || same(b.After, b.Limit) || same(b.Before, b.Limit) { // a close call needs all digits
		before, after, limit = digits(b.Before), digits(b.After), digits(b.Limit)
	}
	s := fmt.Sprintf("%s's %s would %s from %s to %s", b.Name, b.MeasureName, verb, before, after)
	if b.Excess() > 0 {
		s += fmt.Sprintf(", %s limit of %s", side, limit)
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

// digits is x as it is.
func digits(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

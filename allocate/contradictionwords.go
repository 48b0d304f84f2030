package allocate

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// contradiction puts a conflict into words.
func (x *explorer) contradiction(f *conflict) Contradiction {
	c := Contradiction{Proof: f.proof, Irreducible: f.irreducible}
	for _, id := range f.ids {
		c.Demands = append(c.Demands, x.c.demand(id))
	}
	if c.Text = x.c.overload(f); c.Text == "" {
		c.Text = listed(c.Demands)
	}
	return c
}

// overload is the sentence for units that bring more of one measure than those
// who may serve them can take; "" where it is something else.
func (c *catalogue) overload(f *conflict) string {
	m := c.m
	measure := int32(-1)
	var must, fixed, agents []int
	barred := map[int]bool{}
	for _, id := range f.ids {
		switch x := c.clauses[id]; x.kind {
		case CapacityDemand:
			if measure >= 0 && measure != x.measure {
				return ""
			}
			measure = x.measure
			agents = append(agents, int(x.agent))
		case ServiceDemand:
			must = append(must, int(x.unit))
		case LockDemand:
			fixed = append(fixed, int(x.unit))
		case EligibilityDemand:
			if x.unit < 0 {
				return ""
			}
			barred[int(x.unit)] = true
		default:
			return ""
		}
	}
	if measure < 0 || len(fixed) > 0 && len(must) > 0 || m.load[measure] != nil {
		return ""
	}
	r := int(measure)
	units := slices.Concat(must, fixed)
	var need, have sum
	for _, i := range units {
		need.add(m.value[r][i])
	}
	loads := make([]float64, len(units))
	for k, i := range units {
		loads[k] = m.value[r][i]
	}
	g, exact := grain(loads)
	for _, j := range agents {
		room := m.upper[r][j]
		if g > 0 && f.proof == proofWhole {
			if room = wholeBelow(room, g); !exact {
				room = math.Min(room+float64(1e-9*g), m.upper[r][j])
			}
		}
		have.add(room)
	}
	bring, does, them := "bring", "are", "them"
	if len(units) == 1 {
		bring, does, them = "brings", "is", "it"
	}
	total, room := need.total(), have.total()
	var b strings.Builder
	if len(fixed) > 0 {
		if len(agents) > 1 {
			return ""
		}
		fmt.Fprintf(&b, "%s %s fixed to %s and %s %s", m.those(units), does, m.agent(agents[0]), bring, m.quantity(r, total))
		fmt.Fprintf(&b, ", but %s can take %s", m.agent(agents[0]), number(room))
		return b.String()
	}
	fmt.Fprintf(&b, "%s must be served and %s %s, but ", m.those(units), bring, m.quantity(r, total))
	who := named(agents, m.agent)
	switch {
	case len(agents) == m.m && m.m > 1:
		who = m.everyone()
	case len(barred) > 0 && len(agents) == 1:
		who += ", the only one who may serve " + them + ","
	case len(barred) > 0:
		who = "those who may serve " + them + ", " + who + ","
	}
	fmt.Fprintf(&b, "%s can take %s", who, number(room))
	if len(agents) > 1 {
		b.WriteString(" together")
	}
	switch {
	case total > room+slackOf(room):
		if f.proof == proofWhole {
			fmt.Fprintf(&b, " in whole loads, all multiples of %s", digits(g))
		}
	default:
		b.WriteString(", which whole units do not fit into")
	}
	return b.String()
}

// listed is the sentence for any other set: its demands, many of one kind being
// counted.
func listed(demands []Demand) string {
	const shown = 6
	var list []string
	for k := 0; k < len(demands); {
		end := k
		for end < len(demands) && demands[end].Kind == demands[k].Kind {
			end++
		}
		for at := k; at < end; at++ {
			if at-k == shown-1 && end-at > 1 {
				list = append(list, fmt.Sprintf("%d more demands of %v", end-at, demands[k].Kind))
				break
			}
			list = append(list, demands[at].Text)
		}
		k = end
	}
	return "together impossible: " + strings.Join(list, "; ")
}

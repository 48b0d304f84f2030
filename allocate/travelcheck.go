package allocate

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// The largest magnitudes that Travel accepts: no product of them overflows,
// so that a cost is +Inf only where a term says so.
const (
	largestCoordinate = 1e140
	largestFactor     = 1e70
)

// check reports every fault of the data in the manner of [partition.Faults].
func (t *Travel) check(unitLabel, agentLabel func(int) string) []error {
	c := travelCheck{of: "Travel", t: t, n: len(t.Units), m: len(t.Agents), unitLabel: unitLabel, agentLabel: agentLabel}
	if t.Metric > Planar {
		c.whole("Travel.Metric", t.Metric, "is neither GreatCircle nor Planar")
	} else {
		c.points("Travel.Units", t.Units, unitLabel)
		c.points("Travel.Agents", t.Agents, agentLabel)
	}
	if t.Round > Down {
		c.whole("Travel.Round", t.Round, "is neither Exact nor HalfUp nor Down")
	}
	c.values("Travel.UnitFactor", t.UnitFactor, c.n, "unit", unitLabel, wrongFactor)
	c.values("Travel.AgentFactor", t.AgentFactor, c.m, "agent", agentLabel, wrongFactor)
	c.values("Travel.AgentTerm", t.AgentTerm, c.m, "agent", agentLabel, wrongCost)
	c.terms()
	c.switching()
	if err := c.faults.Err(); err != nil {
		return []error{err}
	}
	return nil
}

func (p *preparedTravel) check(unitLabel, agentLabel func(int) string) []error {
	return p.t.check(unitLabel, agentLabel)
}

type travelCheck struct {
	of                    string // the type that has the fields
	t                     *Travel
	n, m                  int
	unitLabel, agentLabel func(int) string
	faults                partition.Faults
}

// whole reports a fault of a field as a whole.
func (c *travelCheck) whole(field string, value any, why string) {
	c.faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
}

func (c *travelCheck) points(field string, points []orb.Point, label func(int) string) {
	wrong := wrongPlanar
	if c.t.Metric == GreatCircle {
		wrong = wrongLonLat
	}
	for i, p := range points {
		if why := wrong(p); why != "" {
			c.faults.Add(partition.InputError{Field: field, Index: i, Value: p, Why: why}, label)
		}
	}
}

func wrongPlanar(p orb.Point) string {
	switch x, y := math.Abs(p[0]), math.Abs(p[1]); {
	case x <= largestCoordinate && y <= largestCoordinate:
		return ""
	case math.IsNaN(x) || math.IsNaN(y):
		return "has a coordinate that is not a number"
	case math.IsInf(x, 1) || math.IsInf(y, 1):
		return "has an infinite coordinate"
	}
	return fmt.Sprintf("has a coordinate beyond ±%g", largestCoordinate)
}

func wrongLonLat(p orb.Point) string {
	const lon, lat = 180, 90
	switch x, y := math.Abs(p[0]), math.Abs(p[1]); {
	case x <= lon && y <= lat:
		return ""
	case math.IsNaN(x) || math.IsNaN(y):
		return "has a coordinate that is not a number"
	case x <= lat && y <= lon:
		return "has a latitude outside -90..90\nMaybe latitude and longitude are swapped: a point is {longitude, latitude}."
	case x <= lon:
		return "has a latitude outside -90..90"
	case y <= lat:
		return "has a longitude outside -180..180"
	}
	return "has a longitude outside -180..180 and a latitude outside -90..90\nMaybe the coordinates are planar: set Metric to Planar."
}

func wrongFactor(f float64) string {
	switch {
	case f >= 0 && f <= largestFactor:
		return ""
	case math.IsNaN(f):
		return "is not a number"
	case f < 0:
		return "is negative"
	case math.IsInf(f, 1):
		return "is infinite"
	}
	return fmt.Sprintf("is above %g", largestFactor)
}

func wrongSwitching(s float64) string {
	if s < 0 {
		return "is negative"
	}
	return wrongCost(s)
}

// values checks an optional column.
func (c *travelCheck) values(
	field string, values []float64, want int, of string, label func(int) string, wrong func(float64) string,
) {
	if values == nil || !checkLength(&c.faults, field, len(values), want, of) {
		return
	}
	for i, v := range values {
		if why := wrong(v); why != "" {
			c.faults.Add(partition.InputError{Field: field, Index: i, Value: v, Why: why}, label)
		}
	}
}

func (c *travelCheck) terms() {
	for e, term := range c.t.Terms {
		fault := partition.InputError{Field: c.of + ".Terms", Index: e, Value: fmt.Sprintf("%+v", term)}
		switch {
		case term.Unit < 0 || term.Unit >= c.n:
			fault.Why = fmt.Sprintf("names no unit: they are 0..%d", c.n-1)
		case term.Agent < 0 || term.Agent >= c.m:
			fault.Why = fmt.Sprintf("names no agent: they are 0..%d", c.m-1)
		default:
			why := wrongCost(term.Cost)
			if why == "" {
				continue
			}
			fault.Why = "has a Cost that " + why
			fault.Label = pairLabel(c.unitLabel(term.Unit), c.agentLabel(term.Agent))
		}
		c.faults.Add(fault, nil)
	}
}

func pairLabel(unit, agent string) string {
	if unit == "" || agent == "" {
		return unit + agent
	}
	return unit + ", " + agent
}

func (c *travelCheck) switching() {
	t := c.t
	if t.Switching != nil && t.Incumbent == nil {
		c.whole(c.of+".Switching", nil, "is given without Incumbent")
	}
	c.values(c.of+".Switching", t.Switching, c.n, "unit", c.unitLabel, wrongSwitching)
	if t.Incumbent == nil || !checkLength(&c.faults, c.of+".Incumbent", len(t.Incumbent), c.n, "unit") {
		return
	}
	for i, j := range t.Incumbent {
		if j < partition.Unassigned || j >= c.m {
			c.faults.Add(partition.InputError{
				Field: c.of + ".Incumbent", Index: i, Value: j,
				Why: fmt.Sprintf("is neither an agent, 0..%d, nor Unassigned, -1", c.m-1),
			}, c.unitLabel)
		}
	}
}

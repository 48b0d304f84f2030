package partition

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Validate returns every fault of the problem, each an [*InputError], joined:
// slices of the wrong length, numbers that are not finite or out of range,
// fields that contradict each other. It does not decide whether a plan exists,
// does not ask for fields that only some methods need, and does not call
// Distance or Between.
//
// O(n + K) per measure, and O(e·log d) for a Contiguity of e edges and at most
// d neighbours per unit.
func (p *Problem) Validate() error {
	var faults Faults
	if p == nil {
		faults.Add(InputError{Field: "Problem", Index: -1, Why: "is nil"}, nil)
		return faults.Err()
	}
	n := p.Len()
	checkK(&faults, "K", p.K, n)
	k := p.K
	if faults.Len() > 0 {
		k = -1 // unknown: nothing can be measured by it
	}

	degrees := p.Distance == nil && p.Between == nil
	checkPoints(&faults, "Points", p.Points, degrees, p.Label)
	p.checkFeatures(&faults, n)
	if p.Weight != nil {
		checkAmounts(&faults, "Weight", p.Weight, n, "unit", p.Label, false)
	}
	for r, m := range p.Measures {
		m.Validate(&faults, fmt.Sprintf("Measures[%d]", r), n, k, p.Label, nil)
	}
	if p.CenterCapacity != nil {
		checkAmounts(&faults, "CenterCapacity", p.CenterCapacity, n, "unit", p.Label, true)
	}
	if p.Homes != nil {
		checkLength(&faults, "Homes", len(p.Homes), k, "territory")
		checkPoints(&faults, "Homes", p.Homes, degrees, nil)
	}
	if p.Contiguity != nil {
		checkGraph(&faults, "Contiguity", p.Contiguity, n, p.Label)
	}
	p.checkFixed(&faults, n, k)
	p.checkSeeds(&faults, n, k)
	p.checkForbidden(&faults, n, k)
	return faults.Err()
}

// checkLength adds the fault of a wrong length; want < 0: any length will do.
func checkLength(faults *Faults, field string, got, want int, what string) {
	if got != want && want >= 0 {
		faults.Add(InputError{Field: field, Index: -1,
			Why: "has " + count(got, "entry") + " for " + count(want, what)}, nil)
	}
}

func checkPoints(faults *Faults, field string, points []orb.Point, degrees bool, label func(int) string) {
	for i, pt := range points {
		why := ""
		switch {
		case !finite(pt[0]) || !finite(pt[1]):
			why = "is not finite"
		case degrees && math.Abs(pt[1]) > 90:
			why = "has a latitude outside -90..90 (the longitude comes first)"
		case degrees && math.Abs(pt[0]) > 180:
			why = "has a longitude outside -180..180"
		default:
			continue
		}
		faults.Add(InputError{Field: field, Index: i, Value: pt, Why: why}, label)
	}
}

func (p *Problem) checkFeatures(faults *Faults, n int) {
	if p.Features == nil {
		return
	}
	checkLength(faults, "Features", len(p.Features), n, "unit")
	if len(p.Points) > 0 {
		faults.Add(InputError{Field: "Features", Index: -1, Why: "are given in place of Points: one of the two must be nil"}, nil)
	}
	for i, row := range p.Features {
		if d := len(p.Features[0]); len(row) != d || d == 0 {
			why := "has no coordinates"
			if d > 0 {
				why = fmt.Sprintf("has %s, Features[0] has %d", count(len(row), "coordinate"), d)
			}
			faults.Add(InputError{Field: "Features", Index: i, Value: len(row), Why: why}, upTo(n, p.Label))
			continue
		}
		for d, x := range row {
			if !finite(x) {
				faults.Add(InputError{Field: "Features", Index: i, Value: x, Why: fmt.Sprintf("is not finite, in coordinate %d", d)}, upTo(n, p.Label))
			}
		}
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// isTerritory reports whether t may be a territory; with k ≤ 0 their number is
// open or unknown.
func isTerritory(t, k int) bool { return t >= 0 && (t < k || k <= 0) }

func (p *Problem) checkFixed(faults *Faults, n, k int) {
	if p.Fixed == nil {
		return
	}
	checkLength(faults, "Fixed", len(p.Fixed), n, "unit")
	why := neitherNor(k)
	if k <= 0 {
		why = "is negative, but not -1 (unassigned)"
	}
	for i, t := range p.Fixed {
		if t != Unassigned && !isTerritory(t, k) {
			faults.Add(InputError{Field: "Fixed", Index: i, Value: t, Why: why}, upTo(n, p.Label))
		}
	}
}

func (p *Problem) checkSeeds(faults *Faults, n, k int) {
	if p.Seeds == nil {
		return
	}
	checkLength(faults, "Seeds", len(p.Seeds), k, "territory")
	seedOf := make(map[int]int, len(p.Seeds))
	for t, unit := range p.Seeds {
		why := ""
		first, twice := seedOf[unit]
		switch {
		case unit < 0 || unit >= n:
			why = "is no unit: there are " + grouped(n)
		case twice:
			why = fmt.Sprintf("is the seed of territory %d as well", first)
		case unit < len(p.Fixed) && p.Fixed[unit] != t && isTerritory(p.Fixed[unit], k):
			why = fmt.Sprintf("is a unit that Fixed gives to territory %d", p.Fixed[unit])
		}
		if why != "" {
			faults.Add(InputError{Field: "Seeds", Index: t, Value: unit, Why: why}, nil)
			continue
		}
		seedOf[unit] = t
	}
}

func (p *Problem) checkForbidden(faults *Faults, n, k int) {
	for i, pair := range p.Forbidden {
		unit, t := pair[0], pair[1]
		why := ""
		switch {
		case unit < 0 || unit >= n:
			why = "names no unit: there are " + grouped(n)
		case !isTerritory(t, k):
			why = "names no territory"
			if k > 0 {
				why += ": there are " + grouped(k)
			}
		case unit < len(p.Fixed) && p.Fixed[unit] == t:
			why = "forbids what Fixed demands"
		case t < len(p.Seeds) && p.Seeds[t] == unit:
			why = "forbids what Seeds demands"
		}
		if why != "" {
			faults.Add(InputError{Field: "Forbidden", Index: i, Value: pair, Why: why}, nil)
		}
	}
}

package allocate

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// torn reports the families that have to be served and cannot be together: with
// members that are fixed to different agents, or to one who may not serve
// another member, or without an agent who may serve all of them. The witness of
// each is as small as leaving out one unit after the other makes it.
func (c *contraction) torn() error {
	var errs []error
	var more []int
	for g := range c.units() {
		if _, ok := c.single(g); ok {
			continue
		}
		e := c.tear(c.members(g))
		if e == nil {
			continue
		}
		if len(errs) < partition.ListedFaults {
			errs = append(errs, e)
		} else {
			more = append(more, e.Units...)
		}
	}
	if len(more) > 0 {
		errs = append(errs, &partition.InfeasibleError{
			Why:  fmt.Sprintf("and %s that must share an agent and cannot", counted(len(more), "more unit")),
			Need: float64(len(more)), Units: more,
		})
	}
	return errors.Join(errs...)
}

// tear says why a family cannot be together; nil where it can.
func (c *contraction) tear(family []int32) *partition.InfeasibleError {
	m := c.base
	lock, must := -1, -1 // members
	for _, i := range family {
		if m.fixed(int(i)) >= 0 && lock < 0 {
			lock = int(i)
		}
		if m.mandatory(int(i)) && must < 0 {
			must = int(i)
		}
	}
	switch {
	case lock >= 0:
		j := m.fixed(lock)
		for _, h := range family {
			i := int(h)
			if f := m.fixed(i); f >= 0 && f != j {
				return &partition.InfeasibleError{
					Why: fmt.Sprintf("%s is fixed to %s and %s to %s, but they must share an agent",
						m.unit(lock), m.agent(j), m.unit(i), m.agent(f)),
					Need: 2, Have: 1, Units: ascending(lock, i), Territories: ascending(j, f),
				}
			}
			if math.IsInf(m.cost(i, j), 1) {
				return &partition.InfeasibleError{
					Why: fmt.Sprintf("%s is fixed to %s, who may not serve %s, which must be with it: %s",
						m.unit(lock), m.agent(j), m.unit(i), m.forbidden(i, j)),
					Need: 2, Have: 1, Units: ascending(lock, i), Territories: []int{j},
				}
			}
		}
		return nil
	case must < 0 || c.common(family):
		return nil
	}
	// One member against every agent is enough.
	var units []int32
	for j := range m.m {
		barred := func(i int32) bool { return math.IsInf(m.cost(int(i), j), 1) }
		if !slices.ContainsFunc(units, barred) {
			units = append(units, family[slices.IndexFunc(family, barred)])
		}
	}
	if !slices.Contains(units, int32(must)) {
		units = append(units, int32(must))
	}
	slices.Sort(units)
	for k := len(units) - 1; k >= 0; k-- {
		rest := slices.Delete(slices.Clone(units), k, k+1)
		if int(units[k]) != must && !c.common(rest) {
			units = rest
		}
	}
	e := &partition.InfeasibleError{Need: 1}
	for _, i := range units {
		e.Units = append(e.Units, int(i))
	}
	e.Why = fmt.Sprintf("%s must be served and share an agent, but nobody may serve all of them", m.those(e.Units))
	return e
}

// common reports whether an agent may serve all of the units.
func (c *contraction) common(units []int32) bool {
	for j := range c.base.m {
		all := true
		for _, i := range units {
			if math.IsInf(c.base.cost(int(i), j), 1) {
				all = false
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}

func ascending(a, b int) []int { return []int{min(a, b), max(a, b)} }

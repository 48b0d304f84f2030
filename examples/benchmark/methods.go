package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// method is a strategy under its name on the command line. It answers problems
// of who serves what, or of where territories should be.
type method struct {
	name, about string
	solver      func(o *options) allocate.Solver                // nil: it does not allocate
	method      func(o *options, of *instance) partition.Method // nil: it does not design
	goals       []goal                                          // of designs that it answers
}

// methods are the strategies that can be compared; the first that answers the
// problems of a family is its default. One of your own joins by one line.
func methods() []method {
	return []method{
		{"singlesource", "prices, rounding and improvement: everyone served by one agent", singleSource, nil, nil},
		{"transport", "the exact optimum where units may be split; one measure", func(*options) allocate.Solver { return allocate.Transport{} }, nil, nil},
		{"greedy", "the unit with the most to lose first, to its cheapest agent with room", func(*options) allocate.Solver { return allocate.Greedy{} }, nil, nil},
		{"nearest", "everyone to the cheapest agent, limits ignored", func(*options) allocate.Solver { return allocate.Nearest{} }, nil, nil},
		{"roundrobin", "one after the other, in turn", func(*options) allocate.Solver { return allocate.RoundRobin{} }, nil, nil},
		{"random", "anyone with room, by lot", func(o *options) allocate.Solver { return allocate.Random{Seed: o.seed} }, nil, nil},
		{"centers", "where k territories should be, around a unit or around their mean", nil, centers, []goal{medians, means, squaredMeans}},
		{"cut", "contiguous territories with few borders between them", nil, cut, []goal{cutEdges, borderLength}},
		{"compact", "contiguous territories close around a unit at their centre", nil, compact, []goal{inertia, compactness, affinity}},
	}
}

// What is asked of a strategy that may search until the time is up.
const (
	boundless = math.MaxInt
	exactly   = 1e-9 // gap
)

// work is the budget of a strategy; 0: its own choice.
func (o *options) work() int {
	if o.budget == 0 && o.patient {
		return boundless
	}
	return o.budget
}

func singleSource(o *options) allocate.Solver {
	s := allocate.SingleSource{Seed: o.seed, Budget: o.work()}
	if o.patient {
		s.Gap = exactly
	}
	return s
}

func centers(o *options, of *instance) partition.Method {
	c := allocate.Centers{Seed: o.seed, Objective: centerObjective(of.goal), Budget: o.work()}
	if o.patient {
		c.Gap = exactly
	}
	return c
}

// centerObjective is the goal in the words of allocate.
func centerObjective(g goal) allocate.CenterObjective {
	return map[goal]allocate.CenterObjective{medians: allocate.Medians, means: allocate.Means, squaredMeans: allocate.SquaredMeans}[g]
}

func cut(o *options, of *instance) partition.Method {
	c := district.Cut{Seed: o.seed, Budget: o.work()}
	if of.goal == borderLength {
		c.Objective = district.CutBorder
	}
	return c
}

func compact(o *options, of *instance) partition.Method {
	c := district.Compact{Seed: o.seed, Objective: district.Inertia, Budget: o.work()}
	if of.goal != inertia {
		c.Objective = district.Distance
	}
	if of.goal == affinity {
		c.Preference, c.Penalty = of.preference, priceOfViolation
	}
	return c
}

// answers reports whether the strategy can be asked about the instance.
func (m method) answers(in *instance) bool {
	return in.allocation != nil && m.solver != nil || in.design != nil && slices.Contains(m.goals, in.goal)
}

// choose is the strategy of the given name, or the default for the instance.
func choose(table []method, name string, in *instance) (method, error) {
	if name != "" {
		m, err := find(table, name, "method", func(m method) string { return m.name })
		if err == nil && !m.answers(in) {
			err = fmt.Errorf("method %s does not answer this family", name)
		}
		return m, err
	}
	for _, m := range table {
		if m.answers(in) {
			return m, nil
		}
	}
	return method{}, fmt.Errorf("no method answers this family")
}

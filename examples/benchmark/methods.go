package main

import "github.com/territory-go/territory/allocate"

// method is a strategy under its name on the command line.
type method struct {
	name, about string
	solver      func(o *options) allocate.Solver
}

// methods are the strategies that can be compared; the first is the default.
// One of your own joins by one line.
func methods() []method {
	return []method{
		{"singlesource", "prices, rounding and improvement: everyone served by one agent", func(o *options) allocate.Solver { return allocate.SingleSource{Seed: o.seed} }},
		{"transport", "the exact optimum where units may be split; one measure", func(*options) allocate.Solver { return allocate.Transport{} }},
		{"greedy", "the unit with the most to lose first, to its cheapest agent with room", func(*options) allocate.Solver { return allocate.Greedy{} }},
		{"nearest", "everyone to the cheapest agent, limits ignored", func(*options) allocate.Solver { return allocate.Nearest{} }},
		{"roundrobin", "one after the other, in turn", func(*options) allocate.Solver { return allocate.RoundRobin{} }},
		{"random", "anyone with room, by lot", func(o *options) allocate.Solver { return allocate.Random{Seed: o.seed} }},
	}
}

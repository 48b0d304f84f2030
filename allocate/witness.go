package allocate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/flow"
	"github.com/territory-go/territory/partition"
)

// effort is how many arcs may be looked at to make a witness smaller: about a
// second's worth.
const effort = 1 << 27

// demands is the load of measure r that the units of each group bring at
// least, those that must be served; and at most, all of them.
func (m *model) demands(e *eligibility, r int) (least, most []float64) {
	must, all := make([]sum, len(e.start)-1), make([]sum, len(e.start)-1)
	for i, g := range e.group {
		a, b := m.loadRange(e, r, i)
		all[g].add(b)
		if m.mandatory(i) {
			must[g].add(a)
		}
	}
	least, most = make([]float64, len(must)), make([]float64, len(all))
	for g := range must {
		least[g], most[g] = must[g].total(), all[g].total()
	}
	return least, most
}

// overflow finds units that must be served and bring more of measure r than
// all the agents that may serve any of them can take, such that no unit can be
// spared. The first result is nil where there are none.
func (m *model) overflow(ctx context.Context, e *eligibility, r int) (witness, err error) {
	if !bounded(m.upper[r]) {
		return nil, nil
	}
	demand, _ := m.demands(e, r)
	total := 0.0
	var left []int // the groups that cannot turn to an agent without a limit
	b := &flow.Bipartite{Start: []int{0}}
	for g, d := range demand {
		escape := d == 0
		for _, j := range e.agents(g) {
			escape = escape || math.IsInf(m.upper[r][j], 1)
		}
		if !escape {
			left = append(left, g)
			total += d
			b.Right = append(b.Right, e.agents(g)...)
			b.Start = append(b.Start, len(b.Right))
		}
	}
	w := wholeUpTo(total)
	for _, g := range left {
		b.Supply = append(b.Supply, w.down(demand[g]))
	}
	for _, upper := range m.upper[r] {
		b.Capacity = append(b.Capacity, w.up(upper+slackOf(total)))
	}
	cut, err := b.Overflow(ctx, effort)
	if err != nil || cut == nil {
		return nil, err
	}
	overfull := make([]bool, len(demand))
	for _, g := range cut {
		overfull[left[g]] = true
	}
	return m.explainOverflow(e, r, overfull), nil
}

// explainOverflow makes a witness of groups of units that bring too much.
func (m *model) explainOverflow(e *eligibility, r int, overfull []bool) error {
	taken := make([]bool, m.m)
	for g, is := range overfull {
		if is {
			for _, j := range e.agents(g) {
				taken[j] = true
			}
		}
	}
	var agents []int
	var room sum
	for j := range taken {
		if taken[j] {
			agents = append(agents, j)
			room.add(m.upper[r][j])
		}
	}
	have := room.total()

	// Besides the units of the cut, all others that have nobody but these
	// agents need their place as well: that is what the advice must count.
	captive := make([]bool, len(overfull))
	for g := range captive {
		captive[g] = true
		for _, j := range e.agents(g) {
			captive[g] = captive[g] && taken[j]
		}
	}
	load := func(i int) float64 { least, _ := m.loadRange(e, r, i); return least }
	var units []int
	var all sum
	captives := 0
	for i, g := range e.group {
		if !m.mandatory(i) || !(load(i) > 0) {
			continue
		}
		if overfull[g] {
			units = append(units, i)
		}
		if captive[g] {
			all.add(load(i))
			captives++
		}
	}
	units, need := heaviest(units, load, have)

	short := atLeast(all.total() - have)
	advice := fmt.Sprintf("raise what they can take by %s, or let another agent serve some of the units", short)
	if captives > len(units) {
		advice = fmt.Sprintf("raise what they can take by %s, which counts all %s that have nobody else, "+
			"or let another agent serve some", short, counted(captives, "unit"))
	}
	a, b := amounts(need, have)
	return &partition.InfeasibleError{
		Why: fmt.Sprintf("%s of %s is%s %s, but %s, can take %s%s\nMaybe %s",
			m.measure(r), m.those(units), m.extreme(r, "at least"), a, m.servers(e, units, agents), b, m.inWhole(r), advice),
		Measure: m.p.Measures[r].Name, Need: need, Have: have, Units: units, Territories: agents,
	}
}

// underflow finds agents whose lower limits ask for more of measure r than all
// the units that any of them may serve, such that no agent can be spared. The
// first result is nil where there are none.
func (m *model) underflow(ctx context.Context, e *eligibility, r int) (witness, err error) {
	if !positive(m.lower[r]) {
		return nil, nil
	}
	_, supply := m.demands(e, r)
	wanted, available := 0.0, 0.0
	row := make([]int, m.m) // per agent its left node, -1 without a lower limit
	var left []int
	for j, lower := range m.lower[r] {
		row[j] = -1
		if lower > 0 {
			row[j], left = len(left), append(left, j)
			wanted += lower
		}
	}
	for _, s := range supply {
		available += s
	}
	w := wholeUpTo(math.Max(wanted, available))
	b := &flow.Bipartite{Start: make([]int, len(left)+1)}
	for _, s := range supply {
		b.Capacity = append(b.Capacity, w.up(s))
	}
	for _, j := range left {
		b.Supply = append(b.Supply, w.down(math.Max(0, m.lower[r][j]-slackOf(wanted))))
	}
	// The arcs of the groups, turned around by counting.
	for _, j := range e.agent {
		if row[j] >= 0 {
			b.Start[row[j]+1]++
		}
	}
	for k := range left {
		b.Start[k+1] += b.Start[k]
	}
	b.Right = make([]int32, b.Start[len(left)])
	next := append([]int(nil), b.Start...)
	for g := range supply {
		for _, j := range e.agents(g) {
			if k := row[j]; k >= 0 {
				b.Right[next[k]] = int32(g)
				next[k]++
			}
		}
	}
	cut, err := b.Overflow(ctx, effort)
	if err != nil || cut == nil {
		return nil, err
	}
	for k, row := range cut {
		cut[k] = left[row]
	}
	return m.explainUnderflow(e, r, cut), nil
}

// explainUnderflow makes a witness of agents that ask for too much.
func (m *model) explainUnderflow(e *eligibility, r int, agents []int) error {
	asking := make([]bool, m.m)
	var want, load sum
	for _, j := range agents {
		asking[j] = true
		want.add(m.lower[r][j])
	}
	within := make([]bool, len(e.start)-1)
	for g := range within {
		for _, j := range e.agents(g) {
			within[g] = within[g] || asking[j]
		}
	}
	var units []int
	for i, g := range e.group {
		if _, most := m.loadRange(e, r, i); within[g] && most > 0 {
			units = append(units, i)
			load.add(most)
		}
	}
	need, have := want.total(), load.total()
	together := ""
	if len(agents) > 1 {
		together = " together"
	}
	a, b := amounts(need, have)
	source := "no unit brings any"
	if len(units) > 0 {
		source = fmt.Sprintf("that of %s is%s %s", m.those(units), m.extreme(r, "at most"), b)
	}
	return &partition.InfeasibleError{
		Why: fmt.Sprintf("%s must get %s %s%s%s, but of what they may serve %s\n"+
			"Maybe lower what they must get by %s, or let them serve more units",
			named(agents, m.agent), m.measure(r), a, together, m.inWhole(r), source, atLeast(need-have)),
		Measure: m.p.Measures[r].Name, Need: need, Have: have, Units: units, Territories: agents,
	}
}

// those names units with their number where they are many.
func (m *model) those(units []int) string {
	if len(units) < 4 {
		return named(units, m.unit)
	}
	return fmt.Sprintf("%s (%s)", counted(len(units), "unit"), named(units, m.unit))
}

// extreme is the word for a load that is no single number.
func (m *model) extreme(r int, word string) string {
	if m.load[r] == nil {
		return ""
	}
	return " " + word
}

// servers describes the agents that the units are confined to.
func (m *model) servers(e *eligibility, units, agents []int) string {
	whole := ""
	if slices.ContainsFunc(units, func(i int) bool { return e.barred[i] }) {
		whole = " and have room for whole ones"
	}
	who, them := "agents", "them"
	if len(agents) == 1 {
		who = "agent"
	}
	if len(units) == 1 {
		them = "it"
	}
	return fmt.Sprintf("the %s that may serve %s%s, %s", who, them, whole, named(agents, m.agent))
}

// whole turns amounts into whole numbers: a power of two is their common
// factor, so that the conversion rounds in one direction only and the same way
// everywhere.
type whole struct {
	shift int
	limit float64 // the largest amount that matters
}

// wholeUpTo makes sums up to limit fit into 61 bits.
func wholeUpTo(limit float64) whole {
	_, exp := math.Frexp(limit)
	return whole{shift: 60 - exp, limit: limit}
}

func (w whole) down(x float64) int64 { return int64(math.Floor(math.Ldexp(x, w.shift))) }

// up rounds up; no more than the limit counts.
func (w whole) up(x float64) int64 {
	return int64(math.Ceil(math.Ldexp(math.Min(x, w.limit), w.shift)))
}

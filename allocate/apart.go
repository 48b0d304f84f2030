package allocate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/flow"
	"github.com/territory-go/territory/partition"
)

// apartness says which units must not share an agent.
type apartness struct {
	lists [][]int32 // of a contracted model: at least two units each, ascending
	start []int32   // per unit, and one more: where its lists begin
	list  []int32
}

// newApartness lists for n units those that must be apart.
func newApartness(n int, lists [][]int32) *apartness {
	s := &apartness{lists: lists, start: make([]int32, n+1)}
	for _, list := range lists {
		for _, i := range list {
			s.start[i+1]++
		}
	}
	for i := range n {
		s.start[i+1] += s.start[i]
	}
	s.list = make([]int32, s.start[n])
	next := slices.Clone(s.start)
	for k, list := range lists {
		for _, i := range list {
			s.list[next[i]] = int32(k)
			next[i]++
		}
	}
	return s
}

// listsOf are the lists that name unit i.
func (s *apartness) listsOf(i int) []int32 {
	if s == nil {
		return nil
	}
	return s.list[s.start[i]:s.start[i+1]]
}

// clash is a unit that must not share an agent with unit i and is at j, or -1.
func (s *apartness) clash(of []int32, i, j int) int {
	for _, k := range s.listsOf(i) {
		for _, h := range s.lists[k] {
			if int(h) != i && int(of[h]) == j {
				return int(h)
			}
		}
	}
	return -1
}

// surplus is the number of units that share an agent below m and must not: of
// every list and agent, all but one.
func (s *apartness) surplus(of []int32, m int) int {
	if s == nil {
		return 0
	}
	count, last := 0, map[int32]int{} // agent → 1 + the last list that is there
	for k, list := range s.lists {
		for _, i := range list {
			switch j := of[i]; {
			case j < 0 || int(j) >= m:
			case last[j] == k+1:
				count++
			default:
				last[j] = k + 1
			}
		}
	}
	return count
}

// crowded reports whether two units of list k share an agent below m.
func (s *apartness) crowded(of []int32, k, m int) bool {
	there := map[int32]bool{}
	for _, i := range s.lists[k] {
		if j := of[i]; j >= 0 && int(j) < m {
			if there[j] {
				return true
			}
			there[j] = true
		}
	}
	return false
}

// parted completes a model, contracted by c unless that is nil, with who must be
// apart. Units of one family that must be apart can only stay unassigned.
func (m *model) parted(base *model, c *contraction) (*model, error) {
	var lists [][]int32
	never := map[int]bool{}
	var errs []error
	for k, list := range base.p.Apart {
		var units []int32
		first := map[int32]int{} // contracted unit → the unit of the list that it is there for
		for _, i := range list {
			g := int32(i)
			if c != nil {
				g = c.of[i]
			}
			if h, ok := first[g]; !ok {
				first[g] = i
				units = append(units, g)
			} else if never[int(g)] = true; m.mandatory(int(g)) {
				errs = append(errs, base.entangled(c.members(int(g)), k, min(h, i), max(h, i)))
			}
		}
		if len(units) > 1 {
			slices.Sort(units)
			lists = append(lists, units)
		}
	}
	if len(never) > 0 { // only families are, whose problem is not the caller's own
		allowed := m.p.Allowed
		m.p.Allowed = func(g, j int) bool { return !never[g] && (allowed == nil || allowed(g, j)) }
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(lists) == 0 {
		return m, nil
	}
	q := *m
	q.apart = newApartness(m.n, lists)
	for _, list := range lists {
		errs = append(errs, q.overcrowded(list, nil))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, q.inUnits(err)
	}
	return &q, nil
}

// loose is the model in which all may share an agent.
func (m *model) loose() *model {
	l := *m
	l.apart = nil
	return &l
}

// entangled is the error of two units that list k of Apart names although they
// must stay together, when they must be served.
func (m *model) entangled(family []int32, k, a, b int) error {
	e := &partition.InfeasibleError{Need: 2, Have: 1, Units: []int{a, b}}
	e.Why = fmt.Sprintf("%s and %s must share an agent (Together), and must not (Apart[%d])", m.unit(a), m.unit(b), k)
	if !m.mandatory(a) && !m.mandatory(b) {
		for _, i := range family {
			if m.mandatory(int(i)) {
				e.Units = append(e.Units, int(i))
				slices.Sort(e.Units)
				e.Why += fmt.Sprintf(", and %s, with which they must be, must be served", m.unit(int(i)))
				break
			}
		}
	}
	return e
}

// overcrowded finds units of a list of Apart that must be served and have fewer
// agents than they are, such that none of them can be spared; nil where every
// one can have an agent of its own. Where e is not nil, agents need room for the
// whole of a unit.
func (m *model) overcrowded(list []int32, e *eligibility) error {
	var units []int
	b := &flow.Bipartite{Start: []int{0}}
	scarce, barred := false, false
	for _, g := range list {
		if !m.mandatory(int(g)) {
			continue
		}
		if e != nil {
			b.Right = append(b.Right, e.agents(e.group[g])...)
			barred = barred || e.barred[g]
		}
		for j := 0; j < m.m && e == nil; j++ {
			if !math.IsInf(m.cost(int(g), j), 1) {
				b.Right = append(b.Right, int32(j))
			}
		}
		scarce = scarce || len(b.Right)-b.Start[len(b.Start)-1] < len(list)
		b.Start = append(b.Start, len(b.Right))
		units = append(units, int(g))
	}
	if !scarce {
		return nil
	}
	b.Supply, b.Capacity = slices.Repeat([]int64{1}, len(units)), slices.Repeat([]int64{1}, m.m)
	cut, _ := b.Overflow(context.Background(), effort)
	if cut == nil {
		return nil
	}
	found := &partition.InfeasibleError{Need: float64(len(cut))}
	taken := make([]bool, m.m)
	for _, k := range cut {
		found.Units = append(found.Units, units[k])
		for _, j := range b.Right[b.Start[k]:b.Start[k+1]] {
			taken[j] = true
		}
	}
	for j, is := range taken {
		if is {
			found.Territories = append(found.Territories, j)
		}
	}
	found.Have = float64(len(found.Territories))
	who := "nobody"
	if len(found.Territories) > 0 {
		who = "only " + named(found.Territories, m.agent)
	}
	room := ""
	if barred {
		room = " and has room for whole ones"
	}
	found.Why = fmt.Sprintf("%s must be served and must not share an agent, but %s may serve any of them%s", m.those(found.Units), who, room)
	return found
}

// newApartnessOf says which units of the problem, as it stands, must be apart;
// nil where everybody may share.
func newApartnessOf(m *model) *apartness {
	if !slices.ContainsFunc(m.p.Apart, plural) {
		return nil
	}
	lists := make([][]int32, len(m.p.Apart))
	for k, list := range m.p.Apart {
		for _, i := range list {
			lists[k] = append(lists[k], int32(i))
		}
	}
	return newApartness(m.n, lists)
}

// whatBinds is what a plan has to keep to, in a sentence.
func (m *model) whatBinds() string {
	if m.apart == nil {
		return "within the limits"
	}
	return "within the limits and Apart"
}

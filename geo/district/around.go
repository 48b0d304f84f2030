package district

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/territory-go/territory/partition"
)

// Work allowed for one unit, at first and again for those that took longer, and
// for all together.
const (
	aroundFirst = 2_000
	aroundAgain = 50_000
	aroundTotal = 300_000
)

// noSetAround finds a unit that no connected set of units within the limits of
// a territory contains: a city whose neighbours are all too large, or a
// peninsula behind one.
//
// For every unit the connected sets with it are tried one after the other,
// until one fits; then all units of that set are done with. A unit that takes
// too long is left aside.
func (m *model) noSetAround(ctx context.Context) error {
	if m.measures == 0 {
		return nil
	}
	s := &around{m: m, ctx: ctx, in: make([]int8, m.n), load: make([]float64, m.measures), seen: make([]int32, m.n)}
	done := make([]bool, m.n)
	for _, s.most = range [2]int{aroundFirst, aroundAgain} {
		for _, u := range m.byWeight() {
			if done[u] || s.total > aroundTotal {
				continue
			}
			found, complete := s.anywhere(u)
			switch {
			case found:
				for _, v := range s.set {
					done[v] = true
				}
			case complete:
				return s.none(u)
			}
		}
	}
	return nil
}

// around searches for a connected set that contains a unit and is within the
// limits of one territory.
type around struct {
	m     *model
	ctx   context.Context
	t     int32
	in    []int8    // 1: in the set, -1: out of it, 0: open
	set   []int32   // the set
	load  []float64 // of the set
	seen  []int32   // mark of reach
	mark  int32
	queue []int32
	most  int // nodes allowed for a search
	nodes int // of this search
	total int // of all
	stop  bool

	below, above float64 // nearest loads to the limits of the first measure on either side
}

// anywhere is search for all territories that may take unit u.
func (s *around) anywhere(u int32) (found, complete bool) {
	complete = true
	for t := range int32(s.m.k) {
		if !s.m.may(u, t) {
			continue
		}
		f, c := s.search(u, t)
		complete = complete && c
		if f || s.m.alike {
			return f, complete
		}
	}
	return false, complete
}

// search reports whether there is a set, which is then in s.set, and otherwise
// whether that is proved.
func (s *around) search(u, t int32) (found, complete bool) {
	m := s.m
	clear(s.in)
	s.t, s.nodes, s.stop = t, 0, false
	s.set = append(s.set[:0], u)
	s.in[u] = 1
	copy(s.load, m.values(u))
	s.below, s.above = math.Inf(-1), math.Inf(1)
	for v := range int32(m.n) {
		if !m.may(v, t) {
			s.in[v] = -1
		}
	}
	found = s.grow()
	s.total += s.nodes
	return found, !s.stop
}

// grow tries all sets that contain the set and nothing that is out.
func (s *around) grow() bool {
	s.nodes += 1 + len(s.set)/16 // looking around takes its time in large sets,
	if s.stop || s.nodes > s.most || s.nodes&1023 == 0 && s.ctx.Err() != nil {
		s.stop = true
		return false
	}
	m := s.m
	lower, upper := m.limits(s.t)
	fits := true
	for r, l := range s.load {
		if !within(l, upper[r]) {
			if r == 0 {
				s.above = math.Min(s.above, l)
			}
			return false
		}
		fits = fits && reaches(l, lower[r])
	}
	s.below = math.Max(s.below, s.load[0])
	if fits {
		return true
	}
	if !s.reach(lower) {
		return false
	}
	// An open neighbour of the set: the heaviest that fits, so that the end is near.
	next, most := int32(-1), -1.0
	for _, u := range s.set {
		for _, v := range m.neighbors(u) {
			if s.in[v] == 0 && m.values(v)[0] > most {
				next, most = v, m.values(v)[0]
			}
		}
	}
	if next < 0 {
		return false
	}
	values := m.values(next)
	s.in[next] = 1
	s.set = append(s.set, next)
	for r, v := range values {
		s.load[r] += v
	}
	if s.grow() {
		return true
	}
	s.set = s.set[:len(s.set)-1]
	for r := range values { // summed afresh: no rounding stays behind
		s.load[r] = 0
		for _, u := range s.set {
			s.load[r] += m.value[int(u)*m.measures+r]
		}
	}
	s.in[next] = -1
	found := s.grow()
	if !found {
		s.in[next] = 0
	}
	return found
}

// reach reports whether the set and all that can still join it reach the lower
// limits.
func (s *around) reach(lower []float64) bool {
	m := s.m
	s.mark++
	s.queue = append(s.queue[:0], s.set...)
	for _, u := range s.set {
		s.seen[u] = s.mark
	}
	for r := range m.measures {
		sum := 0.0
		for at := 0; at < len(s.queue); at++ {
			u := s.queue[at]
			if sum += m.value[int(u)*m.measures+r]; reaches(sum, lower[r]) {
				break
			}
			for _, v := range m.neighbors(u) {
				if s.in[v] == 0 && s.seen[v] != s.mark {
					s.seen[v] = s.mark
					s.queue = append(s.queue, v)
				}
			}
		}
		if !reaches(sum, lower[r]) {
			return false
		}
	}
	s.nodes += len(s.queue) / 16 // and so does looking ahead
	return true
}

// none is the error of a unit without a set.
func (s *around) none(u int32) error {
	m := s.m
	e := &partition.InfeasibleError{Measure: m.measureName(0), Units: []int{int(u)}}
	value := m.values(u)[0]
	if m.measures > 1 {
		e.Measure = ""
		names := make([]string, m.measures)
		for r := range names {
			names[r] = m.measureName(r)
		}
		e.Why = fmt.Sprintf("no connected set of units with %s is within the limits of a territory in all of %s", m.unitName(int(u)), strings.Join(names, ", "))
		return e
	}
	lower, upper := m.limits(s.t)
	e.Need, e.Have = lower[0], s.below
	if !m.alike {
		e.Why = fmt.Sprintf("no connected set of units with %s (%s of %s) is within the limits of a territory that may take it", m.unitName(int(u)), amount(value), e.Measure)
		return e
	}
	e.Why = fmt.Sprintf("no connected set of units with %s (%s of %s) is within the limits %s and %s of a territory",
		m.unitName(int(u)), amount(value), e.Measure, amount(lower[0]), amount(upper[0]))
	if !math.IsInf(s.above, 1) && s.below >= value {
		e.Why += fmt.Sprintf(": the nearest have %s and %s", amount(s.below), amount(s.above))
	}
	return e
}

package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// chainSearch looks for the cheapest follow-up moves of one move, best first.
type chainSearch struct {
	*chaining
	first  int32 // the unit that moves
	to     int32
	held   []Share
	depth  int
	start  float64 // what follows costs no less than this, less what is left to gain
	queue  queue[*chainNode]
	pushed int

	found, exact bool
	best         []chainMove
	cost         float64 // of best
	omitted      float64 // no less costs what the lists leave out
}

// chainNode is a move to be tried after others.
type chainNode struct {
	key          float64 // nothing that begins with it costs less
	number       int     // in order of appearance
	done         []chainMove
	cost, priced float64 // of done
	need         need
	list         *moveList
	at           int // position in list
}

// need is something that a move has to mend.
type need struct {
	kind    needKind
	measure int
	agent   int32
	unit    int32 // that has to leave, of two that must be apart
}

type needKind uint8

const (
	noNeed needKind = iota
	tooMuch
	tooLittle
	tooNear
	stuck
)

func (c *chaining) search(ctx context.Context, unit int, held []Share, to, depth int) *chainSearch {
	s := &chainSearch{chaining: c, first: c.group(unit), to: int32(to), held: held, depth: depth, exact: true, cost: math.Inf(1), omitted: math.Inf(1)}
	if to == partition.Unassigned {
		s.to = int32(c.c.m)
	}
	s.queue.less = func(a, b *chainNode) bool {
		return a.key < b.key || a.key == b.key && a.number < b.number
	}
	// The cost of all moves is their priced cost less what the loads move at the
	// prices, which is no more than the room up to the limits is worth.
	s.start = -c.worth
	for k := range c.c.r {
		if s.to < int32(c.c.m) {
			s.start += float64(c.c.loadOf(k, int(s.first), to) * c.price[k][to])
		}
		for _, h := range held {
			if h.Agent != partition.Unassigned {
				s.start -= float64(h.Fraction * float64(c.x.m.loadOf(k, h.Unit, h.Agent)*c.price[k][h.Agent]))
			}
		}
	}
	s.expand(nil, 0, 0)
	for steps := 0; len(s.queue.items) > 0; steps++ {
		n := s.queue.pop()
		if !s.cheaper(n.key) {
			break
		}
		if steps == chainSteps || steps&15 == 15 && ctx.Err() != nil {
			s.exact = false
			break
		}
		move := n.list.moves[n.at]
		done := append(n.done[:len(n.done):len(n.done)], move)
		s.push(n, n.at+1)
		s.expand(done, n.cost+move.extra, n.priced+move.priced)
	}
	s.exact = s.exact && !s.cheaper(s.omitted)
	return s
}

// cheaper reports whether something that costs no less than key may be cheaper
// than the best so far.
func (s *chainSearch) cheaper(key float64) bool {
	if !s.found {
		return !math.IsInf(key, 1)
	}
	return key < s.cost-float64(1e-12*math.Abs(s.cost))
}

// expand looks at what the moves leave to be done, whether a single move more
// does it, and queues the others that help.
func (s *chainSearch) expand(done []chainMove, cost, priced float64) {
	at := s.look(done)
	switch {
	case at.need.kind == noNeed:
		if cost < s.cost {
			s.found, s.best, s.cost = true, done, cost
		}
		return
	case at.need.kind == stuck || len(done) == s.depth:
		return
	}
	n := &chainNode{done: done, cost: cost, priced: priced, need: at.need}
	switch n.need.kind {
	case tooMuch:
		n.list = s.moveFrom(n.need.agent)
	case tooLittle:
		n.list = s.moveTo(n.need.agent)
	case tooNear:
		n.list = s.movesOf(n.need.unit)
	}
	for _, move := range n.list.moves {
		if !s.cheaper(s.key(n, move.priced, 0)) {
			break
		}
		if cost+move.extra < s.cost && s.helps(n, move) && s.fits(at, move) {
			all := append(done[:len(done):len(done)], move)
			if s.look(all).need.kind == noNeed {
				s.found, s.best, s.cost = true, all, cost+move.extra
			}
		}
	}
	if left := s.depth - len(done) - 1; left > 0 {
		s.push(n, 0)
		s.omitted = math.Min(s.omitted, s.key(n, n.list.rest, left))
	} else {
		s.omitted = math.Min(s.omitted, s.key(n, n.list.rest, 0))
	}
}

// key bounds the cost of all moves that begin with those of n and one of the
// priced cost, when so many may follow.
func (s *chainSearch) key(n *chainNode, priced float64, left int) float64 {
	return s.start + n.priced + priced - float64(float64(left)*s.reach)
}

// push queues the first move from a position on that helps.
func (s *chainSearch) push(n *chainNode, at int) {
	moves := n.list.moves
	for at < len(moves) && !s.helps(n, moves[at]) {
		at++
	}
	if at == len(moves) {
		return
	}
	next := *n
	next.at, next.number = at, s.pushed
	next.key = s.key(n, moves[at].priced, s.depth-len(n.done)-1)
	s.pushed++
	s.queue.push(&next)
}

// helps reports whether the move answers the need.
func (s *chainSearch) helps(n *chainNode, move chainMove) bool {
	if move.unit == s.first {
		return false
	}
	for _, d := range n.done {
		if d.unit == move.unit {
			return false
		}
	}
	return n.need.kind == tooNear || s.c.loadOf(n.need.measure, int(move.unit), int(n.need.agent)) > 0
}

// outlook is what moves lead to.
type outlook struct {
	need   need      // the first thing that is left to be done
	agents []int32   // those concerned
	bad    []int32   // those of them with too much or too little
	load   []float64 // of agents, [at·R + r]
}

// look adds up what the moves leave.
func (s *chainSearch) look(done []chainMove) outlook {
	m := s.c
	var o outlook
	touch := func(j int32) {
		if j >= 0 && int(j) < m.m && !slices.Contains(o.agents, j) {
			o.agents = append(o.agents, j)
		}
	}
	touch(s.to)
	for _, h := range s.held {
		touch(int32(h.Agent))
	}
	for _, d := range done {
		touch(d.from)
		touch(d.to)
	}
	for _, j := range o.agents {
		good := true
		for k := range m.r {
			load := s.x.loads[k][j]
			if j == s.to {
				load += m.loadOf(k, int(s.first), int(j))
			}
			for _, h := range s.held {
				if int32(h.Agent) == j {
					load -= float64(h.Fraction * s.x.m.loadOf(k, h.Unit, int(j)))
				}
			}
			for _, d := range done {
				if d.to == j {
					load += m.loadOf(k, int(d.unit), int(j))
				} else if d.from == j {
					load -= m.loadOf(k, int(d.unit), int(j))
				}
			}
			o.load = append(o.load, load)
			if kind := s.outside(k, j, load); kind != noNeed {
				good = false
				if o.need.kind == noNeed {
					o.need = need{kind: kind, measure: k, agent: j}
				}
			}
		}
		if !good {
			o.bad = append(o.bad, j)
		}
	}
	if m.apart == nil || o.need.kind != noNeed {
		return o
	}
	if o.need = s.near(s.first, s.to, done); o.need.kind != noNeed {
		return o
	}
	for _, d := range done {
		if o.need = s.near(d.unit, d.to, done); o.need.kind != noNeed {
			break
		}
	}
	return o
}

// outside says whether the load is too much or too little.
func (s *chainSearch) outside(k int, j int32, load float64) needKind {
	switch {
	case load > s.x.high(k, int(j))+partition.FeasibleViolation:
		return tooMuch
	case load < s.x.low(k, int(j))-partition.FeasibleViolation:
		return tooLittle
	}
	return noNeed
}

// fits reports whether the loads allow the move to be the last one.
func (s *chainSearch) fits(o outlook, move chainMove) bool {
	for _, j := range o.bad {
		if j != move.from && j != move.to {
			return false
		}
	}
	m := s.c
	for _, j := range [...]int32{move.from, move.to} {
		if int(j) == m.m {
			continue
		}
		at := slices.Index(o.agents, j)
		for k := range m.r {
			load := s.x.loads[k][j]
			if at >= 0 {
				load = o.load[at*m.r+k]
			}
			a := m.loadOf(k, int(move.unit), int(j))
			if j == move.from {
				a = -a
			}
			if s.outside(k, j, load+a) != noNeed {
				return false
			}
		}
	}
	return true
}

// near finds a unit that is where a moved one has come to and must be apart.
func (s *chainSearch) near(unit, at int32, done []chainMove) need {
	if int(at) >= s.c.m {
		return need{}
	}
	for _, k := range s.c.apart.listsOf(int(unit)) {
	next:
		for _, h := range s.c.apart.lists[k] {
			if h == unit {
				continue
			}
			if h == s.first {
				if s.to == at {
					return need{kind: stuck}
				}
				continue
			}
			for _, d := range done {
				if d.unit == h {
					if d.to == at {
						return need{kind: stuck}
					}
					continue next
				}
			}
			switch {
			case s.of[h] == at && s.c.fixed(int(h)) < 0:
				return need{kind: tooNear, agent: at, unit: h}
			case s.of[h] == at || s.of[h] == immovable && s.x.r.Plan.Of(int(s.members(int(h))[0])) == int(at):
				return need{kind: stuck}
			}
		}
	}
	return need{}
}

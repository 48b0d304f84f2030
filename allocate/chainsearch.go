package allocate

import (
	"context"
	"math"

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
}

// chainNode is a move to be tried after others.
type chainNode struct {
	key          float64 // nothing that begins with it costs less
	number       int     // in order of appearance
	done         []chainMove
	cost, priced float64 // of done
	need         need
	list         *moveList
	at           int // position in list; at its end: what was left out
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
	s := &chainSearch{chaining: c, first: c.group(unit), to: int32(to), held: held, depth: depth, exact: true, cost: math.Inf(1)}
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
		if n.key >= s.cost-float64(1e-12*math.Abs(s.cost)) {
			break
		}
		if steps == chainSteps || steps&63 == 63 && ctx.Err() != nil {
			s.exact = false
			break
		}
		if n.at == len(n.list.moves) {
			s.exact = false // something cheaper may be among what is not listed
			continue
		}
		move := n.list.moves[n.at]
		done := append(n.done[:len(n.done):len(n.done)], move)
		s.push(n, n.at+1)
		s.expand(done, n.cost+move.extra, n.priced+move.priced)
	}
	return s
}

// expand looks at what the moves leave to be done.
func (s *chainSearch) expand(done []chainMove, cost, priced float64) {
	n := s.need(done)
	switch {
	case n.kind == noNeed:
		if cost < s.cost {
			s.found, s.best, s.cost = true, done, cost
		}
		return
	case n.kind == stuck || len(done) == s.depth:
		return
	}
	node := &chainNode{done: done, cost: cost, priced: priced, need: n}
	switch n.kind {
	case tooMuch:
		node.list = s.moveFrom(n.agent)
	case tooLittle:
		node.list = s.moveTo(n.agent)
	case tooNear:
		node.list = s.movesOf(n.unit)
	}
	s.push(node, 0)
}

// push queues the first move from a position on that helps.
func (s *chainSearch) push(n *chainNode, at int) {
	moves := n.list.moves
	for at < len(moves) && !s.helps(n, moves[at]) {
		at++
	}
	next := *n
	next.at, next.number = at, s.pushed
	s.pushed++
	step := n.list.rest
	if at < len(moves) {
		step = moves[at].priced
	}
	left := float64(s.depth - len(n.done) - 1)
	if next.key = s.start + n.priced + step - float64(left*s.reach); !math.IsInf(next.key, 1) {
		s.queue.push(&next)
	}
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

// need finds something that the moves leave to be mended: an agent with too much
// or too little, or two units that must be apart.
func (s *chainSearch) need(done []chainMove) need {
	m := s.c
	var touched []int32
	touch := func(j int32) {
		for _, t := range touched {
			if t == j {
				return
			}
		}
		if j >= 0 && int(j) < m.m {
			touched = append(touched, j)
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
	for _, j := range touched {
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
			switch {
			case load > s.x.high(k, int(j))+partition.FeasibleViolation:
				return need{kind: tooMuch, measure: k, agent: j}
			case load < s.x.low(k, int(j))-partition.FeasibleViolation:
				return need{kind: tooLittle, measure: k, agent: j}
			}
		}
	}
	if m.apart == nil {
		return need{}
	}
	if n := s.near(s.first, s.to, done); n.kind != noNeed {
		return n
	}
	for _, d := range done {
		if n := s.near(d.unit, d.to, done); n.kind != noNeed {
			return n
		}
	}
	return need{}
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

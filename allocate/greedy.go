package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Greedy places one unit after the other, the one with the largest regret
// first, ties by unit: what its second best agent would cost more than its best,
// among those who may serve it, still have room and no unit from which it must be
// apart, and staying unassigned at its penalty among them. It goes to the best, ties to the lowest index. A unit
// for which nobody has room is put aside and placed at the end where it breaks
// the upper limits least.
//
// The regrets are always the current ones: agents notify the units that count on
// them when they get too full. O(n·m·r) at least once and again for a unit
// whenever one of its two best agents fills up; with [IndexedCosts] the agents
// are searched instead of walked, and nothing of size n × m is ever built.
//
// The rule is the one of Martello and Toth's heuristic for the generalised
// assignment problem (Knapsack Problems, 1990, chapter 7), with cost as the
// measure of desirability and without its final exchange.
type Greedy struct{}

// Allocate implements [Solver].
func (Greedy) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	m, err := begin(ctx, p)
	if err != nil {
		return nil, err
	}
	g := &greedy{
		filling: m.filling(),
		wish:    make([]wish, m.n),
		units:   queue[claim]{less: claim.before},
		fans:    make([]queue[fan], m.r*m.m),
	}
	for k := range g.fans {
		g.fans[k].less = fan.before
	}
	parallel.For(groups, func(k int) {
		s := m.seeker(g.filling)
		lo, hi := span(m.n, k)
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			if g.of[i] == partition.Unassigned {
				g.wish[i] = s.wish(i)
			}
		}
	})
	for i := range m.n {
		if g.of[i] == partition.Unassigned {
			g.units.items = append(g.units.items, claim{g.wish[i].regret(), int32(i), 0})
			g.watch(i)
		}
	}
	g.units.heapify()
	for k := range g.fans {
		g.fans[k].heapify()
	}
	g.seeker = m.seeker(g.filling)
	work, err := g.place(ctx)
	if err != nil {
		return nil, err
	}
	return m.result(g.of, nil, partition.Converged, work, 0), nil
}

type greedy struct {
	*filling
	seeker *seeker
	wish   []wish
	units  queue[claim]
	fans   []queue[fan] // per measure and agent, at r·m + j
}

// wish is what a unit wants at present.
type wish struct {
	best, second int32   // agents; Unassigned: nobody has room
	cost, next   float64 // what they cost; +Inf
	version      int32   // number of changes
}

func (w wish) regret() float64 {
	if w.best == partition.Unassigned {
		return 0
	}
	return w.next - w.cost
}

// claim is a unit's place in the queue; it is void when the wish has changed.
type claim struct {
	regret  float64
	unit    int32
	version int32
}

func (a claim) before(b claim) bool {
	if a.regret != b.regret {
		return a.regret > b.regret
	}
	return a.unit < b.unit
}

// fan is a unit that counts on an agent: it must know when the room falls below
// its load.
type fan struct {
	load    float64
	unit    int32
	version int32
}

func (a fan) before(b fan) bool {
	if a.load != b.load {
		return a.load > b.load
	}
	return a.unit < b.unit
}

// watch makes unit i a fan of its two best agents, leaving the queues unordered.
func (g *greedy) watch(i int) {
	g.eachFan(i, func(q *queue[fan], f fan) { q.items = append(q.items, f) })
}

func (g *greedy) eachFan(i int, add func(q *queue[fan], f fan)) {
	w := &g.wish[i]
	for _, agent := range [2]int32{w.best, w.second} {
		if j := int(agent); j >= 0 && j != g.m.dummy {
			for r := range g.m.r {
				add(&g.fans[r*g.m.m+j], fan{g.m.loadOf(r, i, j), int32(i), w.version})
			}
		}
	}
}

// place empties the queue. The work is the number of wishes that were formed.
func (g *greedy) place(ctx context.Context) (work int, err error) {
	work = g.m.n
	var aside []int
	for step := 0; len(g.units.items) > 0; step++ {
		if step%checkEvery == 0 && ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		c := g.units.pop()
		i := int(c.unit)
		w := g.wish[i]
		if c.version != w.version {
			continue
		}
		if w.best == partition.Unassigned {
			aside = append(aside, i)
			continue
		}
		j := int(w.best)
		g.put(i, j)
		if j != g.m.dummy {
			work += g.notify(j) + g.keepOff(i, j)
		}
	}
	for _, i := range aside {
		g.force(i)
	}
	return work, nil
}

// notify renews the wishes of the fans for whom agent j has no room any more.
func (g *greedy) notify(j int) (renewed int) {
	for r := range g.m.r {
		q := &g.fans[r*g.m.m+j]
		for len(q.items) > 0 && g.full(r, j, q.items[0].load) {
			f := q.pop()
			i := int(f.unit)
			if g.of[i] != partition.Unassigned || f.version != g.wish[i].version {
				continue
			}
			g.renew(i)
			renewed++
		}
	}
	return renewed
}

// renew finds out what unit i wants now.
func (g *greedy) renew(i int) {
	w := g.seeker.renew(i, g.wish[i])
	g.wish[i] = w
	g.eachFan(i, (*queue[fan]).push)
	g.units.push(claim{w.regret(), int32(i), w.version})
}

// keepOff renews the wishes for agent j of the units that must be apart from
// unit i, which is there now.
func (g *greedy) keepOff(i, j int) (renewed int) {
	for _, k := range g.m.apart.listsOf(i) {
		for _, h := range g.m.apart.lists[k] {
			if w := g.wish[h]; g.of[h] == partition.Unassigned && (int(w.best) == j || int(w.second) == j) {
				g.renew(int(h))
				renewed++
			}
		}
	}
	return renewed
}

// seeker finds the cheapest agents of a unit; one goroutine's own.
type seeker struct {
	m      *model
	index  Index
	fill   *filling // nil: limits do not matter
	unit   int
	except int // an agent that is not wanted, or Unassigned
	accept func(j int) bool
	load   []float64
	found  []Candidate

	agent int // the cheapest, the dummy, or Unassigned: there is none
	cost  float64
}

func (m *model) seeker(fill *filling) *seeker {
	s := &seeker{m: m, fill: fill, load: make([]float64, m.r)}
	zero := make([][]float64, m.r)
	for r := range zero {
		zero[r] = make([]float64, m.m)
	}
	s.index = m.index(zero)
	s.accept = func(j int) bool {
		return j != s.except && (m.p.Allowed == nil || m.p.Allowed(s.unit, j)) && (s.fill == nil || s.fill.fits(s.unit, j))
	}
	return s
}

// seek finds the cheapest agent of unit i that has room and is not except, ties
// to the lowest index, and sets agent and cost. i must not be fixed.
func (s *seeker) seek(i, except int) {
	m := s.m
	s.unit, s.except = i, except
	s.agent, s.cost = partition.Unassigned, math.Inf(1)
	if s.index == nil {
		for j := range m.m {
			if j == except || s.fill != nil && !s.fill.fits(i, j) {
				continue
			}
			if c := m.cost(i, j); c < s.cost {
				s.agent, s.cost = j, c
			}
		}
	} else {
		for r := range s.load {
			s.load[r] = m.value[r][i]
		}
		accept := s.accept
		if except == partition.Unassigned && s.fill == nil && m.p.Allowed == nil {
			accept = nil
		}
		if s.found = s.index.Find(s.found[:0], i, s.load, 0, accept); len(s.found) > 0 {
			s.agent, s.cost = s.found[0].Agent, s.found[0].Cost
		}
	}
	if m.dummy >= 0 && m.dummy != except && m.p.Penalty[i] < s.cost {
		s.agent, s.cost = m.dummy, m.p.Penalty[i]
	}
}

// wish finds the two best agents of unit i.
func (s *seeker) wish(i int) wish {
	s.seek(i, partition.Unassigned)
	return s.second(i, wish{best: int32(s.agent), cost: s.cost})
}

// renew is the wish of unit i after an agent of it has filled up. Room only ever
// shrinks, so the other one, if it still has some, is the best now.
func (s *seeker) renew(i int, w wish) wish {
	w.version++
	has := func(j int32) bool {
		return j != partition.Unassigned && (int(j) == s.m.dummy || s.fill.fits(i, int(j)))
	}
	if !has(w.best) {
		w.best, w.cost = w.second, w.next
	}
	if !has(w.best) {
		s.seek(i, partition.Unassigned)
		w.best, w.cost = int32(s.agent), s.cost
	}
	return s.second(i, w)
}

// second completes a wish whose best is known.
func (s *seeker) second(i int, w wish) wish {
	if w.best == partition.Unassigned {
		w.second, w.next = partition.Unassigned, math.Inf(1)
		return w
	}
	s.seek(i, int(w.best))
	w.second, w.next = int32(s.agent), s.cost
	return w
}

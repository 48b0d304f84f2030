package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// verdict is what is known about a set of demands.
type verdict uint8

const (
	open    verdict = iota // neither a plan nor a proof was found
	met                    // a plan meets them
	refuted                // no plan does
)

// The largest linear relaxation that a question is put to: beyond, the proof is
// left to the cuts of infeasible.
const (
	questionOptions = 200_000
	questionRows    = 300
	questionWork    = 30_000_000  // about nanoseconds; checked every 16 nodes
	easingWork      = 200_000_000 // for the least price of any change
	easingBudget    = 4_000       // of SingleSource, divided by the measures
)

// answer is what a question finds. of holds per unit an agent, Unassigned, or
// undecided where the demands do not care.
type answer struct {
	verdict verdict
	root    bool    // the linear relaxation alone decided
	of      []int32 // where met
	price   float64 // of the demands that the plan breaks
	bound   float64 // no plan breaks less
}

const undecided = -2

// asker asks for plans that meet some demands of a problem, whatever they cost,
// and may break others at a price. It is answered by branch and bound on the
// linear relaxation (see subproblem), with a row of its own for either side of
// every limit. An asker holds the memory of its questions and is not safe for
// concurrent use.
type asker struct {
	c        *catalogue
	ctx      context.Context
	nodes    int  // of a search
	patience int  // of a search, in about nanoseconds
	quick    bool // for large sets, overfull decides
	work     int  // done, in about nanoseconds
	sub      subproblem
	price    []float64
	guest    int32 // -1, or the only agent that a unit may be served by in spite of its demand

	head   []int32 // per unit: smallest of those it must share an agent with
	next   []int32 // per unit: the following one of these, or -1
	state  []uint8 // per unit
	marked []int32
	listed [][]int32 // per unit: the lists of Apart asked for that hold it
	blocks []int32   // heads of the blocks, ascending
	kept   []int32   // per unit of the subproblem: the head of its block
	agent  []int32   // per option
	rowOf  [2][]int32
	soft   []float64 // per row
	limit  []float64 // per row, and whether it is an upper one
	isUp   []bool
	sides  [][2]int // slots: measure, side
	cand   []option
	apart  map[[2]int32]int32

	everyone []int32 // all agents
	watched  []int32 // agents whose loads matter, ascending
	watches  []bool  // per agent
}

type option struct {
	agent int32
	cost  float64
}

func newAsker(ctx context.Context, c *catalogue, nodes int) *asker {
	a := &asker{c: c, ctx: ctx, nodes: nodes, patience: questionWork, price: make([]float64, len(c.clauses)), guest: -1}
	a.head, a.next = make([]int32, c.m.n), none(c.m.n)
	for i := range a.head {
		a.head[i] = int32(i)
	}
	a.state = make([]uint8, c.m.n)
	a.everyone = make([]int32, c.m.m)
	for j := range a.everyone {
		a.everyone[j] = int32(j)
	}
	a.listed = make([][]int32, c.m.n)
	for side := range a.rowOf {
		a.rowOf[side] = none(c.m.r * c.m.m)
	}
	return a
}

// hard asks for a plan that meets the demands.
func (a *asker) hard(ids []int32, whole bool, nodes int) answer {
	for _, id := range ids {
		a.price[id] = math.Inf(1)
	}
	ans := a.ask(ids, whole, nodes)
	for _, id := range ids {
		a.price[id] = 0
	}
	return ans
}

// ask answers for the prices of the demands listed; those of others are 0. Where
// there are too many for it, the answer stays open.
func (a *asker) ask(ids []int32, whole bool, nodes int) answer {
	defer a.reset()
	a.gather(ids)
	rows := a.addRows(ids)
	if rows > questionRows {
		return answer{}
	}
	of := make([]int32, a.c.m.n)
	for i := range of {
		of[i] = undecided
	}
	if stuck, large := a.addBlocks(of, rows); large {
		return answer{}
	} else if stuck {
		return answer{verdict: refuted, root: true, bound: math.Inf(1)}
	}
	s := &a.sub
	a.scale(whole)
	s.soft, s.elastic = math.Inf(1), false
	if slices.ContainsFunc(a.soft, func(price float64) bool { return !math.IsInf(price, 1) }) {
		s.soft, s.elastic = 1, true
		for k, price := range a.soft {
			s.scale[k] *= price
		}
	}
	s.ub, s.ubViol, s.strict = math.Inf(1), 0, true
	s.delta = 1e-9
	for _, c := range s.cost {
		s.delta = math.Max(s.delta, 1e-9*c)
	}
	s.steps = 0
	each := len(s.cost)/4 + rows*rows/2 + 64 // about what a step takes, in nanoseconds
	s.search(nodes, func() bool { return s.steps > a.patience/each || a.ctx.Err() != nil })
	ans := answer{root: s.nodes <= 1}
	a.work += s.steps*each + 4*len(s.cost)
	ans.bound = math.Min(s.open, s.ub-s.delta)
	if !s.stopped {
		ans.bound = s.ub - s.delta
	}
	ans.bound = math.Max(0, ans.bound)
	if !s.found {
		if !s.stopped {
			ans.verdict, ans.bound = refuted, math.Inf(1)
		}
		return ans
	}
	for u, o := range s.best {
		for i := a.kept[u]; i >= 0; i = a.next[i] {
			of[i] = a.agent[o]
		}
	}
	ans.of = of
	loads := a.c.m.loads(of)
	if a.broken(loads) > partition.FeasibleViolation {
		return ans // the windows were wider than what counts as feasible, all together
	}
	ans.verdict = met
	for _, id := range ids {
		if p := a.price[id]; !math.IsInf(p, 1) {
			ans.price += float64(p * a.c.breach(id, of, loads))
		}
	}
	return ans
}

// gather finds the units that the demands concern, in blocks that share an agent.
func (a *asker) gather(ids []int32) {
	c := a.c
	floors := false
	for _, id := range ids {
		switch x := c.clauses[id]; x.kind {
		case LockDemand, ServiceDemand:
			a.mark(x.unit)
		case FloorDemand:
			floors = true
		case TogetherDemand:
			list := c.m.p.Together[x.list]
			for _, i := range list[1:] {
				a.union(int32(list[0]), int32(i))
			}
		case ApartDemand:
			for _, i := range c.m.p.Apart[x.list] {
				a.listed[i] = append(a.listed[i], x.list)
			}
		}
	}
	if floors {
		for i := range c.m.n {
			a.mark(int32(i))
		}
	}
	a.blocks = a.blocks[:0]
	for _, i := range a.marked {
		if h := a.find(i); a.state[h]&2 == 0 {
			a.state[h] |= 2
			a.blocks = append(a.blocks, h)
		}
	}
	slices.Sort(a.blocks)
}

func (a *asker) mark(i int32) {
	if a.state[i]&1 == 0 {
		a.state[i] |= 1
		a.marked = append(a.marked, i)
	}
}

func (a *asker) find(i int32) int32 {
	for a.head[i] != i {
		i = a.head[i]
	}
	return i
}

// union makes two blocks one, whose head is the smallest unit.
func (a *asker) union(x, y int32) {
	x, y = a.find(x), a.find(y)
	if x == y {
		return
	}
	if y < x {
		x, y = y, x
	}
	a.head[y] = x
	last := x
	for a.next[last] >= 0 {
		last = a.next[last]
	}
	a.next[last] = y
}

// reset forgets a question.
func (a *asker) reset() {
	for i := range a.c.m.p.Together {
		for _, u := range a.c.m.p.Together[i] {
			a.head[u], a.next[u] = int32(u), -1
		}
	}
	for _, list := range a.c.m.p.Apart {
		for _, u := range list {
			a.listed[u] = a.listed[u][:0]
		}
	}
	for _, i := range a.marked {
		a.state[a.find(i)], a.state[i] = 0, 0
	}
	for _, h := range a.blocks {
		a.state[h] = 0
	}
	a.marked = a.marked[:0]
	for side := range a.rowOf {
		for k := range a.rowOf[side] {
			a.rowOf[side][k] = -1
		}
	}
}

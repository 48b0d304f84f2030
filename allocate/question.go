package allocate

import (
	"cmp"
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
	loads := a.c.loads(of)
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

// addRows makes a row of every limit that is asked for, and of every agent and
// list of units that must not share it; returns their number.
func (a *asker) addRows(ids []int32) int {
	c, m := a.c, a.c.m
	a.soft, a.limit, a.isUp, a.sides = a.soft[:0], a.limit[:0], a.isUp[:0], a.sides[:0]
	add := func(price, limit float64, up bool) int32 {
		a.soft, a.limit, a.isUp = append(a.soft, price), append(a.limit, limit), append(a.isUp, up)
		return int32(len(a.soft) - 1)
	}
	used := make([]bool, 2*m.r)
	for _, id := range ids {
		x := c.clauses[id]
		at := int(x.measure)*m.m + int(x.agent)
		switch x.kind {
		case CapacityDemand:
			a.rowOf[0][at] = add(a.price[id], m.upper[x.measure][x.agent], true)
			used[2*x.measure] = true
		case FloorDemand:
			a.rowOf[1][at] = add(a.price[id], m.lower[x.measure][x.agent], false)
			used[2*x.measure+1] = true
		}
	}
	for r := range m.r {
		for side := range 2 {
			if used[2*r+side] {
				a.sides = append(a.sides, [2]int{r, side})
			}
		}
	}
	a.apart = map[[2]int32]int32{}
	for _, id := range ids {
		if x := c.clauses[id]; x.kind == ApartDemand {
			for j := range m.m {
				a.apart[[2]int32{x.list, int32(j)}] = add(a.price[id], 1, true)
			}
		}
	}
	return len(a.soft)
}

// addBlocks fills the subproblem with the blocks that have a choice that
// matters, and decides about the others. stuck says that a block has nowhere to go.
func (a *asker) addBlocks(of []int32, rows int) (stuck, large bool) {
	m, s := a.c.m, &a.sub
	slots := len(a.sides)
	lists := 0
	for _, h := range a.blocks {
		count := 0
		for i := h; i >= 0; i = a.next[i] {
			count += len(a.listed[i])
		}
		lists = max(lists, count)
	}
	slots += lists
	a.watch(lists > 0)
	s.reset(rows, slots)
	a.kept, a.agent = a.kept[:0], a.agent[:0]
	for _, h := range a.blocks {
		a.options(h)
		if len(a.cand) == 0 {
			return true, false
		}
		if free := a.indifferent(h); free != undecided {
			for i := h; i >= 0; i = a.next[i] {
				of[i] = free
			}
			continue
		}
		for _, o := range a.cand {
			s.owner = append(s.owner, int32(len(a.kept)))
			s.cost = append(s.cost, o.cost)
			a.agent = append(a.agent, o.agent)
			for _, side := range a.sides {
				load, row := 0.0, int32(-1)
				if o.agent >= 0 {
					row = a.rowOf[side[1]][side[0]*m.m+int(o.agent)]
				}
				if row >= 0 {
					load = a.load(side[0], h, o.agent)
				}
				a.entry(load, row)
			}
			left := lists
			for i := h; i >= 0; i = a.next[i] {
				for _, list := range a.listed[i] {
					if o.agent >= 0 {
						a.entry(1, a.apart[[2]int32{list, o.agent}])
					} else {
						a.entry(0, -1)
					}
					left--
				}
			}
			for range left {
				a.entry(0, -1)
			}
		}
		a.kept = append(a.kept, h)
		s.first = append(s.first, int32(len(s.cost)))
		if len(s.cost) > questionOptions {
			return false, true
		}
	}
	s.units = len(a.kept)
	return false, false
}

// watch lists the agents whose loads a demand looks at; with lists of Apart, all.
func (a *asker) watch(all bool) {
	a.watched, a.watches = a.watched[:0], resize(a.watches, a.c.m.m)
	for j := range a.watches {
		a.watches[j] = all
		for _, side := range a.sides {
			a.watches[j] = a.watches[j] || a.rowOf[side[1]][side[0]*a.c.m.m+j] >= 0
		}
		if a.watches[j] {
			a.watched = append(a.watched, int32(j))
		}
	}
}

func (a *asker) entry(load float64, row int32) {
	if row < 0 {
		load, row = 0, int32(a.sub.rows)
	}
	a.sub.load, a.sub.row = append(a.sub.load, load), append(a.sub.row, row)
}

// load of the block on agent j.
func (a *asker) load(r int, h, j int32) float64 {
	total := 0.0
	for i := h; i >= 0; i = a.next[i] {
		total += a.c.m.loadOf(r, int(i), int(j))
	}
	return total
}

// options lists where the block of h can go, and what demands that breaks: all
// agents that no demand measures are one.
func (a *asker) options(h int32) {
	c := a.c
	a.cand = a.cand[:0]
	cost := 0.0
	for i := h; i >= 0; i = a.next[i] {
		cost += a.priceOf(c.service[i]) + a.priceOf(c.lock[i])
	}
	if !math.IsInf(cost, 1) {
		a.cand = append(a.cand, option{partition.Unassigned, cost})
	}
	elsewhere := -1
	for _, j := range a.watched {
		if cost := a.costOf(h, j); !math.IsInf(cost, 1) {
			a.cand = append(a.cand, option{j, cost})
		}
	}
	others := a.everyone // or, where the demands leave no choice, fewer
	if lock := c.lock[h]; math.IsInf(a.priceOf(lock), 1) {
		j := c.clauses[lock].agent
		others = a.everyone[j : j+1]
	} else if math.IsInf(a.priceOf(c.only[h]), 1) {
		others = c.agents(int(h))
	}
	for _, j := range others {
		if a.watches[j] {
			continue
		}
		cost := a.costOf(h, j)
		if elsewhere < 0 && !math.IsInf(cost, 1) {
			elsewhere = len(a.cand)
			a.cand = append(a.cand, option{j, cost})
		} else if elsewhere >= 0 && cost < a.cand[elsewhere].cost {
			a.cand[elsewhere] = option{j, cost}
		}
		if cost == 0 {
			break
		}
	}
}

// costOf is what it breaks to have the block of h served by agent j.
func (a *asker) costOf(h, j int32) float64 {
	c, cost := a.c, 0.0
	for i := h; i >= 0; i = a.next[i] {
		if id := c.lock[i]; id >= 0 && c.clauses[id].agent != j {
			cost += a.price[id]
		}
		if !c.may(int(i), int(j)) {
			barred := a.priceOf(c.only[i]) + a.priceOf(c.serves[j])
			if cost += barred; a.guest >= 0 && barred > 0 && a.guest != j {
				cost = math.Inf(1)
			}
		}
		if !c.m.uniform && !c.could(int(i), int(j)) {
			cost = math.Inf(1)
		}
		if math.IsInf(cost, 1) {
			break
		}
	}
	return cost
}

func (a *asker) priceOf(id int32) float64 {
	if id < 0 {
		return 0
	}
	return a.price[id]
}

// indifferent is a place of the block that breaks nothing and takes part in
// nothing, where it is not wanted anywhere either; else undecided.
func (a *asker) indifferent(h int32) int32 {
	free := int32(undecided)
	for _, o := range a.cand {
		if o.agent < 0 {
			if o.cost == 0 && free == undecided {
				free = o.agent
			}
			continue
		}
		if !a.watches[o.agent] {
			if o.cost == 0 {
				free = o.agent
			}
			continue
		}
		for _, side := range a.sides {
			if side[1] == 1 && a.rowOf[1][side[0]*a.c.m.m+int(o.agent)] >= 0 && a.load(side[0], h, o.agent) > 0 {
				return undecided
			}
		}
	}
	return free
}

// scale divides the loads by powers of two and sets the windows. Limits that
// must be met are as wide as what counts as feasible, and no wider than what
// whole loads can meet.
func (a *asker) scale(whole bool) {
	s := &a.sub
	amounts := make([][]float64, s.rows)
	for e, row := range s.row {
		if int(row) < s.rows && s.load[e] > 0 {
			amounts[row] = append(amounts[row], s.load[e])
		}
	}
	factor := make([]float64, s.rows+1)
	factor[s.rows] = 1
	for k := range s.rows {
		f := 1.0
		if len(amounts[k]) > 0 {
			_, exp := math.Frexp(slices.Max(amounts[k]))
			f = math.Ldexp(1, exp)
		}
		factor[k] = f
		limit, hard := a.limit[k], math.IsInf(a.soft[k], 1)
		lo, hi := math.Inf(-1), math.Inf(1)
		g, margin := 0.0, 0.0
		if hard && whole {
			exact := false
			if g, exact = grain(amounts[k]); !exact {
				margin = 1e-3 * g
			}
		}
		tol := 0.0
		if hard {
			tol = partition.FeasibleViolation
		}
		if a.isUp[k] {
			if hi = limit + tol; g > 0 {
				hi = math.Min(hi, float64(math.Floor(hi/g)*g)+margin)
			}
		} else if lo = limit - tol; g > 0 {
			lo = math.Max(lo, float64(math.Ceil(lo/g)*g)-margin)
		}
		s.lo[k], s.hi[k], s.scale[k], s.guess[k] = lo/f, hi/f, f, 0
		s.slack[k] = math.Min(1e-9*math.Max(1, math.Abs(limit)), 1e-7) / f
	}
	for e, row := range s.row {
		s.load[e] /= factor[row]
	}
}

// broken is by how much loads break the limits that must be met.
func (a *asker) broken(loads [][]float64) float64 {
	total := 0.0
	for side := range 2 {
		for at, row := range a.rowOf[side] {
			if row < 0 || !math.IsInf(a.soft[row], 1) {
				continue
			}
			load := loads[at/a.c.m.m][at%a.c.m.m]
			if side == 0 {
				total += math.Max(0, load-a.limit[row])
			} else {
				total += math.Max(0, a.limit[row]-load)
			}
		}
	}
	return total
}

// loads is what a plan gives to every agent, [r][m].
func (c *catalogue) loads(of []int32) [][]float64 {
	loads := make([][]float64, c.m.r)
	for r := range loads {
		totals := make([]sum, c.m.m)
		for i, j := range of {
			if j >= 0 {
				totals[j].add(c.m.loadOf(r, i, int(j)))
			}
		}
		loads[r] = make([]float64, c.m.m)
		for j, total := range totals {
			loads[r][j] = total.total()
		}
	}
	return loads
}

// breach is by how much a plan breaks a demand: by so much of the measure for a
// limit, else 1, or 0 where it does not.
func (c *catalogue) breach(id int32, of []int32, loads [][]float64) float64 {
	x := c.clauses[id]
	broken := false
	switch x.kind {
	case CapacityDemand:
		return math.Max(0, loads[x.measure][x.agent]-c.m.upper[x.measure][x.agent])
	case FloorDemand:
		return math.Max(0, c.m.lower[x.measure][x.agent]-loads[x.measure][x.agent])
	case LockDemand:
		broken = of[x.unit] != x.agent
	case ServiceDemand:
		broken = of[x.unit] == partition.Unassigned
	case EligibilityDemand:
		for i, j := range of {
			if (x.unit < 0 && j == x.agent || x.unit == int32(i)) && j >= 0 && !c.may(i, int(j)) {
				broken = true
			}
		}
	case TogetherDemand:
		list := c.m.p.Together[x.list]
		for _, i := range list[1:] {
			broken = broken || of[i] != of[list[0]]
		}
	case ApartDemand:
		list := c.m.p.Apart[x.list]
		for k, i := range list {
			for _, h := range list[:k] {
				broken = broken || of[i] >= 0 && of[i] == of[h]
			}
		}
	}
	if broken {
		return 1
	}
	return 0
}

// byImportance orders demands such that those explain best come first.
func (c *catalogue) byImportance(ids []int32) {
	heavy := func(x clause) float64 {
		if x.unit < 0 {
			return 0
		}
		h := 0.0
		for r := range c.m.r {
			if c.m.value[r] != nil {
				h = math.Max(h, c.m.value[r][x.unit])
			}
		}
		return h
	}
	slices.SortFunc(ids, func(p, q int32) int {
		x, y := c.clauses[p], c.clauses[q]
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(heavy(y), heavy(x)), cmp.Compare(p, q))
	})
}

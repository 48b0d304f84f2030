package allocate

import "math"

// arrangement is a plan that is being improved, with everything that a local
// change needs to know.
type arrangement struct {
	m      *model
	c      *candidates
	prices [][]float64

	of      []int32     // per unit: its agent, m.dummy for none
	pos     []int32     // per unit: the position of its agent among its candidates, or -1
	load    [][]float64 // [r][m]
	members [][]int32   // per agent: its units that have a choice
	slot    []int32     // per unit: its place in members
	waiting [][]int32   // per agent: units that were unassigned at some time and have it as a candidate
	best    []int32     // per unit: place of its cheapest candidate at the prices, if it has a choice
	lead    []float64   // per unit: by how much the next one is dearer

	tol float64 // largest excess that counts as rounding, for limits of size 1 and more
}

// arrange takes a plan over. A unit whose agent may not serve it is given to
// its cheapest candidate.
func arrange(m *model, c *candidates, prices [][]float64, of []int32) *arrangement {
	a := &arrangement{m: m, c: c, prices: prices, of: of}
	a.pos = make([]int32, m.n)
	a.slot = make([]int32, m.n)
	a.best, a.lead = make([]int32, m.n), make([]float64, m.n)
	a.members = make([][]int32, m.agents())
	a.load = make([][]float64, m.r)
	for r := range a.load {
		a.load[r] = make([]float64, m.m)
	}
	if m.dummy >= 0 {
		a.waiting = make([][]int32, m.m)
	}
	a.tol = 5e-7 / float64(max(1, m.m*m.r))
	count := make([]int32, m.agents())
	for i := range m.n {
		a.pos[i] = a.find(i, of[i])
		if a.pos[i] < 0 && (of[i] < 0 || int(of[i]) >= m.agents() || math.IsInf(m.cost(i, int(of[i])), 1)) {
			best, least := c.start[i], math.Inf(1)
			for e := c.start[i]; e < c.start[i+1]; e++ {
				if rc := a.priced(i, e); rc < least {
					best, least = e, rc
				}
			}
			of[i], a.pos[i] = c.agent[best], int32(best-c.start[i])
		}
		if c.start[i+1]-c.start[i] > 1 || a.pos[i] < 0 {
			count[of[i]]++
			a.rank(i)
		}
	}
	for j := range a.members {
		a.members[j] = make([]int32, 0, count[j]+8)
	}
	for i := range m.n {
		for r := range m.r {
			if j := int(of[i]); j != m.dummy {
				a.load[r][j] += a.loadNow(r, i)
			}
		}
		if c.start[i+1]-c.start[i] > 1 || a.pos[i] < 0 {
			a.join(int32(i))
		}
	}
	return a
}

// rank finds the cheapest candidate of unit i at the prices, and its lead.
func (a *arrangement) rank(i int) {
	least, next := math.Inf(1), math.Inf(1)
	for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
		rc := a.priced(i, e)
		if rc < least {
			least, next, a.best[i] = rc, least, int32(e-a.c.start[i])
		} else if rc < next {
			next = rc
		}
	}
	if a.pos[i] < 0 {
		next = math.Min(next, a.pricedNow(i))
		if next < least {
			least, next, a.best[i] = next, least, -1
		}
	}
	a.lead[i] = next - least
}

// find is the place of agent j among the candidates of unit i, or -1.
func (a *arrangement) find(i int, j int32) int32 {
	for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
		if a.c.agent[e] == j {
			return int32(e - a.c.start[i])
		}
	}
	return -1
}

// priced is the cost of the candidate at position e with its loads at the prices.
func (a *arrangement) priced(i, e int) float64 {
	j := int(a.c.agent[e])
	rc := a.c.cost[e]
	if j == a.m.dummy {
		return rc
	}
	for r := range a.m.r {
		rc += float64(a.m.loadAt(a.c, r, i, e) * a.prices[r][j])
	}
	return rc
}

// costNow and loadNow are those of unit i where it is.
func (a *arrangement) costNow(i int) float64 {
	if a.pos[i] >= 0 {
		return a.c.cost[a.c.start[i]+int(a.pos[i])]
	}
	return a.m.cost(i, int(a.of[i]))
}

func (a *arrangement) loadNow(r, i int) float64 {
	if a.pos[i] >= 0 {
		return a.m.loadAt(a.c, r, i, a.c.start[i]+int(a.pos[i]))
	}
	return a.m.loadOf(r, i, int(a.of[i]))
}

// pricedNow is the priced cost of unit i where it is.
func (a *arrangement) pricedNow(i int) float64 {
	if a.pos[i] >= 0 {
		return a.priced(i, a.c.start[i]+int(a.pos[i]))
	}
	j := int(a.of[i])
	rc := a.m.cost(i, j)
	for r := range a.m.r {
		if j != a.m.dummy {
			rc += float64(a.m.loadOf(r, i, j) * a.prices[r][j])
		}
	}
	return rc
}

func (a *arrangement) join(i int32) {
	j := a.of[i]
	a.slot[i] = int32(len(a.members[j]))
	a.members[j] = append(a.members[j], i)
	if int(j) == a.m.dummy {
		for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
			if k := int(a.c.agent[e]); k != a.m.dummy {
				a.waiting[k] = append(a.waiting[k], i)
			}
		}
	}
}

// move gives unit i to the candidate at place pos of its row.
func (a *arrangement) move(i, pos int32) {
	from := a.of[i]
	for r := range a.m.r {
		if int(from) != a.m.dummy {
			a.load[r][from] -= a.loadNow(r, int(i))
		}
	}
	list := a.members[from]
	last := list[len(list)-1]
	list[a.slot[i]] = last
	a.slot[last] = a.slot[i]
	a.members[from] = list[:len(list)-1]
	stranger := a.pos[i] < 0
	a.pos[i] = pos
	if stranger {
		a.rank(int(i))
	}
	a.of[i] = a.c.agent[a.c.start[i]+int(pos)]
	to := a.of[i]
	for r := range a.m.r {
		if int(to) != a.m.dummy {
			a.load[r][to] += a.loadNow(r, int(i))
		}
	}
	a.join(i)
}

// window returns the limits of a row and whether there are any.
func (a *arrangement) window(r int, j int32) (lo, hi float64, ok bool) {
	lo, hi = a.m.lower[r][j], a.m.upper[r][j]
	return lo, hi, !math.IsInf(lo, -1) || !math.IsInf(hi, 1)
}

// forgiven is how far outside a limit still counts as rounding.
func (a *arrangement) forgiven(lo, hi float64) float64 {
	size := 1.0
	if !math.IsInf(lo, 0) {
		size = math.Max(size, math.Abs(lo))
	}
	if !math.IsInf(hi, 0) {
		size = math.Max(size, math.Abs(hi))
	}
	return math.Min(1e-9*size, a.tol)
}

// outside is by how much agent j breaks its limits.
func (a *arrangement) outside(j int32) float64 {
	sum := 0.0
	if int(j) == a.m.dummy {
		return 0
	}
	for r := range a.m.r {
		lo, hi, ok := a.window(r, j)
		if !ok {
			continue
		}
		if out := math.Max(a.load[r][j]-hi, lo-a.load[r][j]); out > a.forgiven(lo, hi) {
			sum += out
		}
	}
	return sum
}

// slackCost is what the room that agent j leaves costs at the prices, and
// excess that plus the regrets of its units: the agent's part of the gap
// between the plan and the bound of the prices.
func (a *arrangement) slackCost(j int32) float64 {
	sum := 0.0
	for r := range a.m.r {
		lo, hi, ok := a.window(r, j)
		if !ok {
			continue
		}
		if v := a.prices[r][j]; v > 0 && !math.IsInf(hi, 1) {
			sum += float64(v * (hi - a.load[r][j]))
		} else if v < 0 && !math.IsInf(lo, -1) {
			sum += float64(v * (lo - a.load[r][j]))
		}
	}
	return sum
}

func (a *arrangement) excess(j int32) float64 {
	sum := 0.0
	if int(j) != a.m.dummy {
		sum = a.slackCost(j)
	}
	for _, i := range a.members[j] {
		sum += a.regret(i)
	}
	return sum
}

// wanted is the sum of the regrets of the unassigned units that could join agent j.
func (a *arrangement) wanted(j int32) float64 {
	if a.m.dummy < 0 {
		return 0
	}
	sum := 0.0
	for _, i := range a.waiting[j] {
		if int(a.of[i]) == a.m.dummy {
			sum += a.regret(i)
		}
	}
	return sum
}

// regret is by how much unit i is dearer at the prices than its best candidate.
func (a *arrangement) regret(i int32) float64 {
	if a.pos[i] == a.best[i] {
		return 0
	}
	return a.pricedNow(int(i)) - a.priced(int(i), a.c.start[i]+int(a.best[i]))
}

// attempt is one subset of agents being solved again, with the memory for it.
type attempt struct {
	sub   subproblem
	local []int32 // per agent: its place in the subset, or -1
	rows  []int32 // per agent of the subset and measure: its row, or -1
	base  []float64
	unit  []int32 // per unit of the subproblem
	place []int32 // per option: position among the unit's candidates, -1 for the agent it has
	agent []int32 // per option: place of its agent in the subset
	at    []int32 // per unit: option it has now
	rc    []float64
	least []float64
	sure  []choice // units that belong elsewhere in any better plan
}

// choice is a unit and a position among its candidates.
type choice struct{ unit, pos int32 }

// job is a subset of agents to be solved again.
type job struct {
	agents    []int32
	idle      []int32 // unassigned units it may take in
	potential float64 // no better plan of the subset saves more, violation apart
	nodes     int     // limit of search nodes
	soft      float64 // price of violation; +Inf: the windows are hard
	ceiling   float64 // highest price of violation to be tried

	moves  []choice // result
	work   int
	proved bool // nothing better exists for the subset
}

// load sets up the subproblem of a job: the units of its agents that have a
// choice among them. At the global prices the local gap is known at once, and
// what costs more than that gap is left out. It returns the gap.
func (t *attempt) load(a *arrangement, b *job, delta float64) float64 {
	m, s := a.m, &t.sub
	if t.local == nil {
		t.local = make([]int32, m.agents())
		for j := range t.local {
			t.local[j] = -1
		}
	}
	for k, j := range b.agents {
		t.local[j] = int32(k)
	}
	if m.dummy >= 0 {
		t.local[m.dummy] = int32(len(b.agents))
	}
	defer func() {
		for _, j := range b.agents {
			t.local[j] = -1
		}
		if m.dummy >= 0 {
			t.local[m.dummy] = -1
		}
	}()
	t.rows = resize(t.rows, (len(b.agents)+1)*m.r)
	rows := 0
	for k, j := range b.agents {
		for r := range m.r {
			t.rows[k*m.r+r] = -1
			if _, _, ok := a.window(r, j); ok {
				t.rows[k*m.r+r] = int32(rows)
				rows++
			}
		}
	}
	for r := range m.r {
		t.rows[len(b.agents)*m.r+r] = -1
	}
	s.reset(rows, m.r)
	s.soft = b.soft
	t.unit, t.place, t.agent, t.at = t.unit[:0], t.place[:0], t.agent[:0], t.at[:0]
	t.rc, t.least, t.sure = t.rc[:0], t.least[:0], t.sure[:0]
	t.base = resize(t.base, rows)
	gap, limit := 0.0, b.potential
	if math.IsInf(delta, -1) {
		limit = math.Inf(1)
	}
	for k, j := range b.agents {
		for r := range m.r {
			if row := t.rows[k*m.r+r]; row >= 0 {
				t.base[row] = a.load[r][j]
			}
		}
		if !math.IsInf(b.soft, 1) {
			gap += b.soft * a.outside(j)
			limit += b.soft * a.outside(j)
		}
		gap += a.slackCost(j)
	}
	for _, j := range b.agents {
		for _, i := range a.members[j] {
			if a.pos[i] != a.best[i] || a.lead[i] <= limit {
				gap += t.addUnit(a, i)
			}
		}
	}
	for _, i := range b.idle {
		if a.pos[i] != a.best[i] || a.lead[i] <= limit {
			gap += t.addUnit(a, i)
		}
	}
	s.ub, s.ubViol = 0, 0
	for _, j := range b.agents {
		s.ubViol += a.outside(j)
	}
	if s.ubViol > 0 {
		s.ub = b.soft * s.ubViol
	}
	if gap <= delta {
		return gap
	}
	t.compact(a, gap-delta)
	t.scale(a, b)
	return gap
}

// addUnit adds a unit with its candidates inside the subset and returns its
// regret, unless it has no choice there.
func (t *attempt) addUnit(a *arrangement, i int32) float64 {
	m, c, s := a.m, a.c, &t.sub
	from := len(t.place)
	cur := int32(-1)
	lo := c.start[i]
	for e := lo; e < c.start[i+1]; e++ {
		k := t.local[c.agent[e]]
		if k < 0 {
			continue
		}
		if c.agent[e] == a.of[i] {
			cur = int32(len(t.place))
		}
		t.place = append(t.place, int32(e-lo))
		t.agent = append(t.agent, k)
		t.rc = append(t.rc, a.priced(int(i), e))
	}
	if cur < 0 {
		cur = int32(len(t.place))
		t.place = append(t.place, -1)
		t.agent = append(t.agent, t.local[a.of[i]])
		t.rc = append(t.rc, a.pricedNow(int(i)))
	}
	if len(t.place)-from < 2 {
		t.place, t.agent, t.rc = t.place[:from], t.agent[:from], t.rc[:from]
		return 0
	}
	u := int32(len(t.unit))
	least := math.Inf(1)
	for q := from; q < len(t.place); q++ {
		least = math.Min(least, t.rc[q])
		if t.place[q] < 0 {
			s.cost = append(s.cost, a.costNow(int(i)))
		} else {
			s.cost = append(s.cost, c.cost[lo+int(t.place[q])])
		}
		s.owner = append(s.owner, u)
		for r := range m.r {
			var load float64
			if t.place[q] < 0 {
				load = a.loadNow(r, int(i))
			} else {
				load = m.loadAt(c, r, int(i), lo+int(t.place[q]))
			}
			s.load = append(s.load, load)
			s.row = append(s.row, t.rows[int(t.agent[q])*m.r+r])
		}
	}
	t.unit = append(t.unit, i)
	t.at = append(t.at, cur)
	t.least = append(t.least, least)
	s.first = append(s.first, int32(len(t.place)))
	for e := int(cur) * m.r; e < (int(cur)+1)*m.r; e++ {
		if row := s.row[e]; row >= 0 {
			t.base[row] -= s.load[e]
		}
	}
	return t.rc[cur] - least
}

// compact drops the options that cost more than the gap allows, and the units
// that have one left.
func (t *attempt) compact(a *arrangement, gap float64) {
	s, r := &t.sub, a.m.r
	units, opts, end := 0, 0, 0
	for u := range t.unit {
		b, e := end, int(s.first[u+1]) // first is overwritten on the way
		end = e
		s.ub += s.cost[t.at[u]]
		from := opts
		cur := int32(-1)
		for q := b; q < e; q++ {
			if t.rc[q]-t.least[u] > gap {
				continue
			}
			if int(t.at[u]) == q {
				cur = int32(opts)
			}
			t.place[opts], t.agent[opts] = t.place[q], t.agent[q]
			s.cost[opts], s.owner[opts] = s.cost[q], int32(units)
			copy(s.load[opts*r:(opts+1)*r], s.load[q*r:(q+1)*r])
			copy(s.row[opts*r:(opts+1)*r], s.row[q*r:(q+1)*r])
			opts++
		}
		if opts-from == 1 {
			s.constant += s.cost[from]
			for e := from * r; e < (from+1)*r; e++ {
				if row := s.row[e]; row >= 0 {
					t.base[row] += s.load[e]
				}
			}
			if cur < 0 {
				t.sure = append(t.sure, choice{t.unit[u], t.place[from]})
			}
			opts = from
			continue
		}
		t.unit[units], t.at[units] = t.unit[u], cur
		units++
		s.first[units] = int32(opts)
	}
	t.unit, t.at = t.unit[:units], t.at[:units]
	t.place, t.agent = t.place[:opts], t.agent[:opts]
	s.first, s.owner, s.cost = s.first[:units+1], s.owner[:opts], s.cost[:opts]
	s.load, s.row = s.load[:opts*r], s.row[:opts*r]
	s.units = units
}

// scale divides the loads by powers of two and sets the windows.
func (t *attempt) scale(a *arrangement, b *job) {
	s, r := &t.sub, a.m.r
	for q := range r {
		big := 0.0
		for e := q; e < len(s.load); e += r {
			big = math.Max(big, math.Abs(s.load[e]))
		}
		f := 1.0
		if big > 0 {
			_, exp := math.Frexp(big)
			f = math.Ldexp(1, exp)
		}
		for e := q; e < len(s.load); e += r {
			s.load[e] /= f
		}
		for k, j := range b.agents {
			row := t.rows[k*r+q]
			if row < 0 {
				continue
			}
			lo, hi, _ := a.window(q, j)
			s.slack[row] = a.forgiven(lo, hi) / f
			s.lo[row], s.hi[row] = (lo-t.base[row])/f, (hi-t.base[row])/f
			s.scale[row] = f
			s.guess[row] = a.prices[q][j] * f
		}
	}
	for e, row := range s.row {
		if row < 0 {
			s.row[e] = int32(s.rows)
		}
	}
}

// solve solves a job and stores the moves that make the plan better. A subset
// outside its limits is charged for that at a moderate price first, for which
// the relaxation is a good guide; at a higher one, and at last at any price,
// where that leads to no less violation.
func (t *attempt) solve(a *arrangement, b *job, delta float64, cancelled func() bool) {
	b.moves, b.proved, b.work = b.moves[:0], false, 0
	for {
		gap := t.load(a, b, delta)
		s := &t.sub
		if math.IsInf(b.soft, 1) && s.ubViol > 0 {
			t.load(a, b, math.Inf(-1))
			s.ub, s.ubViol, gap = math.Inf(1), 0, math.Inf(1)
		}
		b.work++
		b.proved = true
		if gap > delta {
			s.delta = delta
			s.search(b.nodes, cancelled)
			b.work += s.nodes
			b.proved = !s.stopped
			if s.found {
				b.moves = t.moves(b)
				b.proved = b.proved && s.ubViol == 0
				return
			}
		}
		if math.IsInf(b.soft, 1) {
			return
		}
		b.soft *= 100
		if b.soft > b.ceiling {
			b.soft = math.Inf(1)
		}
	}
}

// moves appends what the best completion changes to the moves of the job.
func (t *attempt) moves(b *job) []choice {
	moves := append(b.moves, t.sure...)
	for u, o := range t.sub.best {
		if o != t.at[u] {
			moves = append(moves, choice{t.unit[u], t.place[o]})
		}
	}
	return moves
}

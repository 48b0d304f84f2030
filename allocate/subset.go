package allocate

import "math"

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

	agents int  // number of them; also the place of the dummy
	stuck  bool // a unit has no option: it has to be apart from units that stay
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
	t.agents, t.stuck = len(b.agents), false
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
			charged := b.soft * a.outside(j)
			gap += float64(charged)
			limit += float64(charged)
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
		s.ub = float64(b.soft * s.ubViol)
	}
	if gap <= delta {
		return gap
	}
	if a.m.apart != nil {
		t.stuck = !t.block(a)
	}
	t.compact(a, gap-delta)
	if a.m.apart != nil {
		t.cliques(a)
	}
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
			if t.rc[q]-t.least[u] > gap || math.IsInf(t.rc[q], 1) {
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
		if opts == from {
			t.stuck = true // nothing better exists
		}
		if opts-from == 1 && len(a.m.apart.listsOf(int(t.unit[u]))) == 0 {
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
		if t.stuck {
			return
		}
		if gap > delta {
			s.delta = delta
			s.search(b.nodes, cancelled)
			b.work += s.nodes * (1 + len(s.cost)/1024)
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
		if !(0 < b.soft && b.soft <= b.ceiling) { // prices may be next to nothing
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

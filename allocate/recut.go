package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// recut is a re-cutting as one subproblem: a row for the limits of every agent's
// load, one for each limit of moving, and one for the value that leaves an agent
// at least. Its linear relaxation gives prices, its search plans.
type recut struct {
	x     *recutting
	c     *candidates
	most  []float64
	sub   subproblem
	unit  []int32 // per unit of the subproblem
	rowOf []int32 // [r·m + j] of loads, then [k] of limits of moving, then [k·m + j] of what leaves: its row, or -1
	scale []float64
}

// limits is the window of the row at a place of rowOf.
func (c *recut) limits(at int) (lo, hi float64) {
	m, kinds := c.x.inner, len(c.most)
	switch {
	case at < m.r*m.m:
		return m.lower[at/m.m][at%m.m], m.upper[at/m.m][at%m.m]
	case at < m.r*m.m+kinds:
		return math.Inf(-1), c.most[at-m.r*m.m]
	}
	at -= m.r*m.m + kinds
	return c.x.least[at/m.m][at%m.m], math.Inf(1)
}

// newRecut lists the rows that bind anything; those of what leaves only with cuts.
func newRecut(x *recutting, c *candidates, most []float64, cuts bool) *recut {
	m, kinds := x.inner, len(most)
	p := &recut{x: x, c: c, most: most, rowOf: make([]int32, m.r*m.m+kinds+kinds*m.m)}
	rows := int32(0)
	for at := range p.rowOf {
		p.rowOf[at] = -1
		lo, hi := p.limits(at)
		if cut := at >= m.r*m.m+kinds; (lo > 0 || !math.IsInf(hi, 1)) && (!cut || cuts) {
			p.rowOf[at] = rows
			rows++
		}
	}
	p.sub.reset(int(rows), m.r+2*kinds)
	p.sub.soft, p.sub.strict = math.Inf(1), true
	p.units()
	return p
}

// units adds the units that have a choice, and takes the loads of the others off
// the windows.
func (c *recut) units() {
	base := make([]float64, c.sub.rows)
	x, s := c.x, &c.sub
	m, kinds := x.inner, len(c.most)
	loads, at := make([]float64, s.r), make([]int32, s.r)
	for i := range m.n {
		lo, hi := c.c.start[i], c.c.start[i+1]
		for e := lo; e < hi; e++ {
			j := int(c.c.agent[e])
			for q := range at {
				loads[q], at[q] = 0, -1
			}
			if j != m.dummy {
				for r := range m.r {
					loads[r], at[r] = m.loadAt(c.c, r, i, e), c.rowOf[r*m.m+j]
				}
			}
			if o := x.Today[i]; o != partition.Unassigned && o != j {
				for k := range kinds {
					v := x.Moved[k].of(i)
					loads[m.r+k], at[m.r+k] = v, c.rowOf[m.r*m.m+k]
					loads[m.r+kinds+k], at[m.r+kinds+k] = v, c.rowOf[m.r*m.m+kinds+k*m.m+o]
				}
			}
			if hi-lo == 1 {
				s.constant += c.c.cost[e]
				for q, row := range at {
					if row >= 0 {
						base[row] += loads[q]
					}
				}
				continue
			}
			s.cost, s.owner = append(s.cost, c.c.cost[e]), append(s.owner, int32(len(c.unit)))
			for q, row := range at {
				if row < 0 {
					row = int32(s.rows)
				}
				s.load, s.row = append(s.load, loads[q]), append(s.row, row)
			}
		}
		if hi-lo > 1 {
			c.unit = append(c.unit, int32(i))
			s.first = append(s.first, int32(len(s.cost)))
		}
	}
	s.units = len(c.unit)
	c.windows(base)
}

// windows divides the loads of each kind by a power of two and sets the limits.
func (c *recut) windows(base []float64) {
	s, m, kinds := &c.sub, c.x.inner, len(c.most)
	factor := make([]float64, s.r)
	for q := range factor {
		big := 0.0
		for e := q; e < len(s.load); e += s.r {
			big = math.Max(big, s.load[e])
		}
		factor[q] = 1
		if big > 0 {
			_, exp := math.Frexp(big)
			factor[q] = math.Ldexp(1, exp)
		}
		for e := q; e < len(s.load); e += s.r {
			s.load[e] /= factor[q]
		}
	}
	c.scale = make([]float64, len(c.rowOf))
	tol := 5e-7 / float64(max(1, s.rows))
	for at, row := range c.rowOf {
		q := 0
		switch {
		case at < m.r*m.m:
			q = at / m.m
		case at < m.r*m.m+kinds:
			q = m.r + at - m.r*m.m
		default:
			q = m.r + kinds + (at-m.r*m.m-kinds)/m.m
		}
		c.scale[at] = factor[q]
		if row < 0 {
			continue
		}
		lo, hi := c.limits(at)
		f, size := factor[q], 1.0
		for _, limit := range [2]float64{lo, hi} {
			if !math.IsInf(limit, 0) {
				size = math.Max(size, math.Abs(limit))
			}
		}
		s.lo[row], s.hi[row] = (lo-base[row])/f, (hi-base[row])/f
		s.scale[row], s.slack[row] = f, math.Min(1e-9*size, tol)/f
		s.guess[row] = 0
	}
}

// lead makes the relaxation start from prices.
func (c *recut) lead(e *evidence) {
	m, kinds := c.x.inner, len(c.most)
	for at, row := range c.rowOf {
		if row < 0 {
			continue
		}
		price := 0.0
		switch {
		case at < m.r*m.m:
			price = e.prices[at/m.m][at%m.m]
		case e.move == nil:
		case at < m.r*m.m+kinds:
			price = slices.Max(e.move[at-m.r*m.m])
		default:
			k, j := (at-m.r*m.m-kinds)/m.m, (at-m.r*m.m-kinds)%m.m
			price = math.Min(0, e.move[k][j]-slices.Max(e.move[k]))
		}
		c.sub.guess[row] = price * c.scale[at]
	}
}

// prices are those of the relaxation.
func (c *recut) prices() (move, prices [][]float64) {
	m, kinds := c.x.inner, len(c.most)
	move, prices = split(make([]float64, kinds*m.m), kinds), split(make([]float64, m.r*m.m), m.r)
	price := func(at int) float64 {
		if row := c.rowOf[at]; row >= 0 {
			return c.sub.v[row] / c.scale[at]
		}
		return 0
	}
	for at := range m.r * m.m {
		prices[at/m.m][at%m.m] = price(at)
	}
	for k := range kinds {
		for j := range m.m {
			move[k][j] = math.Max(0, price(m.r*m.m+k)+price(m.r*m.m+kinds+k*m.m+j))
		}
	}
	return move, prices
}

// linear takes prices from the linear relaxation over the agents near each
// unit. ok is false where it is too large, or has no solution there.
func (x *recutting) linear(most []float64) (e evidence, ok bool) {
	const manyRows, manyNear = 250, 8
	_, by := x.bound(most)
	if by == nil || x.m.m*(x.m.r+len(most))+len(most) > manyRows {
		return e, false
	}
	p := newRecut(x, x.near(by.prices, manyNear), most, true)
	p.lead(by)
	s := &p.sub
	s.ub, s.delta = math.Inf(1), 0
	if a := x.best(most); a != nil && a.violation <= partition.FeasibleViolation {
		s.ub = a.objective
	}
	s.prepare()
	s.crash(s.guess)
	for u := range s.units {
		s.settle(int32(u))
	}
	g, solved := 0.0, false
	for range 20 {
		if g, solved = s.relax(s.ub); solved || math.IsInf(g, 1) {
			break
		}
	}
	if math.IsInf(g, 1) {
		return e, false
	}
	e.move, e.prices = p.prices()
	e.proof = proofMovePrices
	x.inner.clampPrices(e.prices)
	var err error
	e.value, err = x.priceBound(x.p, e.move, e.prices)
	return e, err == nil
}

// near lists today's agent of each unit and some of the others that are the
// cheapest at the prices; all of them where count is 0.
func (x *recutting) near(prices [][]float64, count int) *candidates {
	m := x.inner
	others := *m.p
	others.Allowed = func(i, j int) bool { return j != x.Today[i] && (m.p.Allowed == nil || m.p.Allowed(i, j)) }
	elsewhere := *m
	elsewhere.p = &others
	f := elsewhere.finder(prices)
	reach, size := x.reach(f, count), m.yardstick().size
	rows := make([][]Candidate, m.n)
	parallel.For(groups, func(g int) {
		var s scratch
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			var row []Candidate
			if m.fixed(i) < 0 {
				slack := math.Inf(1)
				if count > 0 {
					slack = reach * size[i]
				}
				row = f.near(&s, i, slack)
				if count > 0 {
					row = row[:min(len(row), count)]
				}
			}
			row = slices.Clone(row)
			for _, j := range [2]int{x.Today[i], m.fixed(i)} {
				if j >= 0 && !lists(row, j) {
					if c := m.cost(i, j); !math.IsInf(c, 1) {
						row = append(row, Candidate{Agent: j, Cost: c})
					}
				}
			}
			slices.SortFunc(row, func(a, b Candidate) int { return cmp.Compare(a.Agent, b.Agent) })
			rows[i] = row
		}
	})
	return m.listed(func(i int) []Candidate { return rows[i] })
}

// reach is how much dearer than the best the count-th agent of most units is, in
// cost per size, by a sample.
func (x *recutting) reach(f *finder, count int) float64 {
	const sample = 200
	m := x.inner
	if count == 0 || m.m <= count {
		return math.Inf(1)
	}
	size := m.yardstick().size
	var far []float64
	for k := range min(sample, m.n) {
		i := k * m.n / min(sample, m.n)
		if size[i] <= 0 {
			continue
		}
		var priced []float64
		for j := range m.m {
			if c := f.candidate(i, j); !math.IsInf(c.Priced, 1) {
				priced = append(priced, c.Priced)
			}
		}
		slices.Sort(priced)
		if len(priced) > 1 {
			far = append(far, (priced[min(count, len(priced))-1]-priced[0])/size[i])
		}
	}
	if len(far) == 0 {
		return math.Inf(1)
	}
	slices.Sort(far)
	return far[len(far)*3/4]
}

// small reports whether the problem can be searched to the end.
func (x *recutting) small() bool {
	return !x.grouped && float64(x.m.n)*float64(x.m.m) <= smallProblem && x.m.m*(x.m.r+len(x.Moved)) <= 250
}

// exact searches for the best plan within the limits of moving, to the end where
// that takes no more than so many nodes. What it proves, be it that there is no
// plan, goes to proved.
func (x *recutting) exact(ctx context.Context, most []float64) {
	const nodes = 100_000
	_, by := x.bound(most)
	p := newRecut(x, x.near(by.prices, 0), most, true)
	p.lead(by)
	s := &p.sub
	s.ub, s.ubViol, s.delta = math.Inf(1), 0, 1e-11*p.size()
	if a := x.best(most); a != nil && a.violation <= partition.FeasibleViolation {
		s.ub = a.objective
	}
	s.search(nodes, func() bool { return ctx.Err() != nil })
	if s.found {
		of := make([]int32, x.m.n)
		for i := range of {
			of[i] = p.c.agent[p.c.start[i]]
		}
		for u, o := range s.best {
			i := int(p.unit[u])
			of[i] = p.c.agent[p.c.start[i]+int(o-s.first[u])]
		}
		x.add(of)
	}
	x.proved = append(x.proved, searched{slices.Clone(most), math.Min(s.open, s.ub-s.delta)})
}

// size is what the costs of a plan add up to at most, without signs.
func (c *recut) size() float64 {
	size := 0.0
	for i := range c.x.m.n {
		big := 0.0
		for e := c.c.start[i]; e < c.c.start[i+1]; e++ {
			big = math.Max(big, math.Abs(c.c.cost[e]))
		}
		size += big
	}
	return size
}

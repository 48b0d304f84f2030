package allocate

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// candidates lists the agents of the rows that are within reach of the best one
// at the prices of the dual, in cost per size, and the single agents of the
// other units.
func (x *relaxation) candidates(reach float64) *candidates {
	m := x.m
	type place struct{ chunk, row int32 } // row -1-k: the k-th unit alone
	at := make([]place, m.n)
	for c := range x.rows.chunks {
		ch := &x.rows.chunks[c]
		for row, u := range ch.unit {
			at[u] = place{int32(c), int32(row)}
		}
		for k, u := range ch.alone {
			at[u] = place{int32(c), int32(-1 - k)}
		}
	}
	out := &candidates{start: make([]int, m.n+1), load: make([][]float64, m.r)}
	for i, p := range at {
		ch := &x.rows.chunks[p.chunk]
		n := 1
		if p.row >= 0 {
			n = x.dual.within(ch, int(p.row), reach)
		}
		out.start[i+1] = out.start[i] + n
	}
	entries := out.start[m.n]
	out.agent, out.cost = make([]int32, entries), make([]float64, entries)
	for r := range m.r {
		if m.value[r] == nil {
			out.load[r] = make([]float64, entries)
		}
	}
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			p, k := at[i], out.start[i]
			ch := &x.rows.chunks[p.chunk]
			if p.row < 0 {
				j := int(ch.owner[-1-p.row])
				out.agent[k], out.cost[k] = int32(j), m.cost(i, j)
			} else {
				limit := x.dual.limit(ch, int(p.row), reach)
				at := k
				for e := int(ch.start[p.row]); e < int(ch.start[p.row+1]); e++ {
					if x.dual.priced(ch, int(p.row), e) <= limit {
						out.agent[at], out.cost[at] = ch.agent[e], ch.cost[e]
						at++
					}
				}
			}
			for a := k + 1; a < out.start[i+1]; a++ { // ascending in agent
				for b := a; b > k && out.agent[b] < out.agent[b-1]; b-- {
					out.agent[b], out.agent[b-1] = out.agent[b-1], out.agent[b]
					out.cost[b], out.cost[b-1] = out.cost[b-1], out.cost[b]
				}
			}
			for r := range m.r {
				if out.load[r] != nil {
					for e := k; e < out.start[i+1]; e++ {
						out.load[r][e] = m.loadOf(r, i, int(out.agent[e]))
					}
				}
			}
		}
	})
	return x.widen(out)
}

// limit is the priced cost up to which the agents of a row are within reach.
func (d *dual) limit(ch *rowChunk, row int, reach float64) float64 {
	least := math.Inf(1)
	for e := int(ch.start[row]); e < int(ch.start[row+1]); e++ {
		least = math.Min(least, d.priced(ch, row, e))
	}
	return least + float64(reach*ch.size[row])
}

// within counts them.
func (d *dual) within(ch *rowChunk, row int, reach float64) int {
	limit, n := d.limit(ch, row, reach), 0
	for e := int(ch.start[row]); e < int(ch.start[row+1]); e++ {
		if d.priced(ch, row, e) <= limit {
			n++
		}
	}
	return n
}

// reach is how far the search for improvements looks, in cost per size. Where a
// flow has settled the loads, or lists are short anyway, that is as far as the
// rows go; else only so far that every agent has a good many units to exchange.
func (x *relaxation) reach() float64 {
	m, enough := x.m, 250*x.m.m*x.m.r
	if x.nw != nil {
		return math.Inf(1)
	}
	for reach := float64(2+2*m.r) * x.dual.eps; reach < x.dual.slack && reach < 1e3*x.dual.spacing; reach *= 2 {
		extra := 0
		for c := range x.rows.chunks {
			ch := &x.rows.chunks[c]
			for row := range ch.unit {
				extra += x.dual.within(ch, row, reach) - 1
			}
		}
		if extra >= enough {
			return reach
		}
	}
	return math.Inf(1)
}

// listed puts the candidates of each unit, ascending in agent, one after the other.
func (m *model) listed(row func(i int) []Candidate) *candidates {
	c := &candidates{start: make([]int, m.n+1), load: make([][]float64, m.r)}
	for i := range m.n {
		for _, a := range row(i) {
			c.agent, c.cost = append(c.agent, int32(a.Agent)), append(c.cost, a.Cost)
			for r := range m.r {
				if m.value[r] == nil {
					c.load[r] = append(c.load[r], m.loadOf(r, i, a.Agent))
				}
			}
		}
		c.start[i+1] = len(c.agent)
	}
	return c
}

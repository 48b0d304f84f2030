package district_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// verify checks a result from its problem alone: every territory has units and
// is connected, Fixed, Forbidden and Seeds are kept, and the violation is the
// one that the certificate states.
func verify(t *testing.T, p *partition.Problem, r *partition.Result) {
	t.Helper()
	require.NotNil(t, r)
	plan := r.Plan
	require.Equal(t, p.Len(), plan.Len())
	if p.K > 0 {
		require.Equal(t, p.K, plan.K())
	}
	for d := range plan.K() {
		require.Len(t, partition.Fragments(p.Contiguity, plan, d), 1, "territory %d: connected parts", d)
	}
	require.Zero(t, plan.Count(partition.Unassigned))
	for u, d := range p.Fixed {
		if d != partition.Unassigned {
			require.Equal(t, d, plan.Of(u), "unit %d is fixed", u)
		}
	}
	for d, u := range p.Seeds {
		require.Equal(t, d, plan.Of(u), "unit %d is a seed", u)
	}
	for _, pair := range p.Forbidden {
		require.NotEqual(t, pair[1], plan.Of(pair[0]), "unit %d is forbidden", pair[0])
	}
	outside := outside(p, plan)
	require.InDelta(t, outside, r.Certificate.Violation, 1e-6*(1+outside))
	if outside == 0 {
		require.Zero(t, r.Certificate.Violation)
	}
}

// outside is the total amount that a plan has outside the limits.
func outside(p *partition.Problem, plan partition.Assignment) float64 {
	total := 0.0
	for _, me := range p.Measures {
		lower, upper := me.Limits(plan.K())
		for d, load := range partition.Loads(plan, me.Value) {
			total += math.Max(0, load-upper[d]) + math.Max(0, lower[d]-load)
		}
	}
	return total
}

// cutOf is the number of edges between territories, and what their borders add
// up to.
func cutOf(p *partition.Problem, plan partition.Assignment) (edges int, border float64) {
	lengths, ok := p.Contiguity.(interface{ Border(a, b int) float64 })
	for u := range plan.Len() {
		for _, v := range p.Contiguity.Neighbors(u) {
			if u < v && plan.Of(u) != plan.Of(v) {
				edges++
				if ok {
					border += lengths.Border(u, v)
				}
			}
		}
	}
	return edges, border
}

// country is a map of rows × columns units: a grid without some of its edges,
// with some diagonals, so that it stays planar. Its borders have a length.
type country struct {
	partition.Adjacency
	border map[[2]int]float64
}

func (c *country) Border(a, b int) float64 { return c.border[[2]int{a, b}] }

// newCountry drops edges with the probability drop; it may fall to pieces.
func newCountry(rows, columns int, drop float64, seed uint64) *country {
	random := splitmix.Source(seed)
	c := &country{make(partition.Adjacency, rows*columns), map[[2]int]float64{}}
	join := func(r, s, r2, s2 int) {
		if r2 >= rows || s2 < 0 || s2 >= columns || random.Float() < drop {
			return
		}
		u, v := r*columns+s, r2*columns+s2
		c.border[[2]int{min(u, v), max(u, v)}] = float64(1 + random.Below(9))
	}
	for r := range rows {
		for s := range columns {
			join(r, s, r, s+1)
			join(r, s, r+1, s)
			if random.Float() < 0.3 {
				join(r, s, r+1, s+1)
			} else if random.Float() < 0.3 && s > 0 && c.border[[2]int{r*columns + s - 1, (r+1)*columns + s}] == 0 {
				join(r, s, r+1, s-1)
			}
		}
	}
	for u := range c.Adjacency {
		for v := range c.Adjacency {
			if _, ok := c.border[[2]int{min(u, v), max(u, v)}]; ok {
				c.Adjacency[u] = append(c.Adjacency[u], v)
			}
		}
	}
	return c
}

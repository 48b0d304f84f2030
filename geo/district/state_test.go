package district

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// After every move all that a state keeps is what counting afresh gives, and
// removable is what a search of the whole territory says.
func TestStateKeepsCount(t *testing.T) {
	for seed := range uint64(30) {
		random := splitmix.Source(seed)
		const n, k = 60, 4
		var pairs [][2]int
		var border []float64
		for range 2 * n { // any graph: nothing may depend on a drawing in the plane
			if u, v := random.Below(n), random.Below(n); u != v {
				pairs = append(pairs, [2]int{u, v})
				border = append(border, float64(random.Below(10)))
			}
		}
		graph, err := geo.NewContiguity(n, pairs, border)
		require.NoError(t, err)
		p := &partition.Problem{K: k, Contiguity: graph}
		for range 2 {
			me := partition.Measure{Tolerance: 0.5}
			for range n {
				me.Value = append(me.Value, float64(random.Below(100)))
			}
			p.Measures = append(p.Measures, me)
		}
		m, err := compile(p)
		require.NoError(t, err)
		of := make([]int32, n)
		for u := range of {
			of[u] = int32(random.Below(k))
		}
		s := newState(m, of, m.border)
		for range 100 {
			u, to := int32(random.Below(n)), int32(random.Below(k))
			grows := s.cutAfter(u, to)
			before := s.cut
			if s.of[u] != to {
				s.move(u, to)
				require.Equal(t, before+grows, s.cut)
			}
			plan, err := partition.NewPlan(k, s.of)
			require.NoError(t, err)
			for r, me := range p.Measures {
				for d, load := range partition.Loads(plan, me.Value) {
					require.Equal(t, load, s.load[d*len(p.Measures)+r])
				}
			}
			cut, onBorder := 0.0, map[int32]bool{}
			for pair, length := range graph.Edges() {
				if s.of[pair[0]] != s.of[pair[1]] {
					cut += length
					onBorder[int32(pair[0])], onBorder[int32(pair[1])] = true, true
				}
			}
			require.Equal(t, cut, s.cut)
			require.Len(t, s.boundary, len(onBorder))
			for _, v := range s.boundary {
				require.True(t, onBorder[v])
			}
			for d := range k {
				units := s.units(nil, int32(d))
				require.Len(t, units, plan.Count(d))
				require.Equal(t, plan.Count(d), int(s.size[d]))
			}
			for v := range int32(n) {
				d := int(s.of[v])
				if len(partition.Fragments(graph, plan, d)) != 1 {
					continue
				}
				without, err := plan.With(partition.Move{Unit: int(v), From: d, To: partition.Unassigned})
				require.NoError(t, err)
				require.Equal(t, len(partition.Fragments(graph, without, d)) == 1, s.removable(v), "unit %d of %v", v, plan)
			}
		}
	}
}

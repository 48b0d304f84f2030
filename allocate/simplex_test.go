package allocate

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
)

// The relaxation is the maximum of the Lagrangian: no prices do better, and no
// plan costs less.
func TestRelaxation(t *testing.T) {
	t.Parallel()
	r := splitmix.Source(41)
	solvedOnes, none := 0, 0
	for k := range 1500 {
		m, c, of := tiny(&r)
		want := enumerate(m, make([]int32, m.n), 0)
		a := arrange(m, c, zeroPrices(m), of)
		b := &job{soft: math.Inf(1), potential: math.Inf(1)}
		for j := range int32(m.m) {
			b.agents = append(b.agents, j)
		}
		if m.dummy >= 0 {
			b.idle = a.members[m.dummy]
		}
		at := &attempt{}
		at.load(a, b, math.Inf(-1))
		s := &at.sub
		s.prepare()
		guess := make([]float64, s.rows)
		for q := range guess {
			guess[q] = math.Floor(r.Float()*60) - 30
		}
		s.crash(guess)
		for u := range s.units {
			s.settle(int32(u))
		}
		rest := 0.0
		for i := range m.n {
			if c.start[i+1]-c.start[i] == 1 {
				rest += c.cost[c.start[i]]
			}
		}
		g, solved := s.relax(math.Inf(1))
		g += rest
		require.LessOrEqual(t, g, want+1e-7*(1+math.Abs(g)), "problem %d", k)
		if math.IsInf(g, 1) {
			none++
			continue
		}
		require.True(t, solved, "problem %d", k)
		solvedOnes++
		for range 30 {
			prices := zeroPrices(m)
			for q := range prices {
				for j := range prices[q] {
					prices[q][j] = (r.Float() - 0.5) * 40
				}
			}
			require.LessOrEqual(t, lagrange(m, prices), g+1e-7*(1+math.Abs(g)), "problem %d", k)
		}
	}
	require.Greater(t, solvedOnes, 500)
	require.Greater(t, none, 50)
}

// lagrange is the price bound, straight from its formula.
func lagrange(m *model, prices [][]float64) float64 {
	sum := 0.0
	for i := range m.n {
		least := math.Inf(1)
		for j := range m.agents() {
			cost := m.cost(i, j)
			for q := range prices {
				if j < m.m {
					cost += m.loadOf(q, i, j) * prices[q][j]
				}
			}
			least = math.Min(least, cost)
		}
		sum += least
	}
	for q := range prices {
		for j, v := range prices[q] {
			if v > 0 {
				sum -= v * m.upper[q][j]
			} else if v < 0 {
				sum -= v * m.lower[q][j]
			}
		}
	}
	return sum
}

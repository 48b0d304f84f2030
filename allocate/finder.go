package allocate

import (
	"math"
	"slices"
)

// finder lists the best agents of a unit at fixed prices. It is immutable and
// safe for concurrent use; each goroutine passes its own scratch.
type finder struct {
	m     *model
	price [][]float64 // [r][agents]; the dummy's price is 0
	index Index       // nil: scan
}

// scratch is the working memory of one goroutine.
type scratch struct {
	load []float64
	out  []Candidate
}

// finder prepares a search at the prices, [r][m] or longer.
func (m *model) finder(price [][]float64) *finder {
	return &finder{m: m, price: price, index: m.index(price)}
}

// near lists the agents of unit i, the dummy among them, whose priced cost is
// within slack of the smallest, ascending in (priced, agent). The slice is
// valid until the next call with the same scratch.
func (f *finder) near(s *scratch, i int, slack float64) []Candidate {
	m := f.m
	out := s.out[:0]
	if j := m.fixed(i); j >= 0 {
		out = append(out, f.candidate(i, j))
		s.out = out
		return out
	}
	if f.index != nil {
		s.load = s.load[:0]
		for r := range m.r {
			s.load = append(s.load, m.value[r][i])
		}
		var allowed func(int) bool
		if m.p.Allowed != nil {
			allowed = func(j int) bool { return m.p.Allowed(i, j) }
		}
		out = f.index.Find(out, i, s.load, slack, allowed)
	} else {
		for j := range m.m {
			if c := f.candidate(i, j); !math.IsInf(c.Cost, 1) {
				out = append(out, c)
			}
		}
	}
	if m.dummy >= 0 && !math.IsInf(m.p.Penalty[i], 1) {
		out = append(out, Candidate{Agent: m.dummy, Cost: m.p.Penalty[i], Priced: m.p.Penalty[i]})
	} else if f.index != nil {
		s.out = out
		return out
	}
	best := math.Inf(1)
	for _, c := range out {
		best = math.Min(best, c.Priced)
	}
	kept := out[:0]
	for _, c := range out {
		if c.Priced <= best+slack {
			kept = append(kept, c)
		}
	}
	slices.SortFunc(kept, candidateOrder)
	s.out = kept
	return kept
}

func (f *finder) candidate(i, j int) Candidate {
	c := Candidate{Agent: j, Cost: f.m.cost(i, j)}
	c.Priced = c.Cost
	for r := range f.m.r {
		c.Priced += float64(f.m.loadOf(r, i, j) * f.price[r][j])
	}
	return c
}

package allocate

import (
	"context"
	"math"
)

// scatter moves single units that share an agent and must not, until none does or
// no more steps are allowed: always to the agent where the fewest stand against
// it, then the cheapest at the prices, and not back for a while. That is tabu
// search as it is used to colour graphs, which lists of Apart that overlap are
// (Hertz and de Werra, Computing 39, 1987), with the costs as second thought.
type scatter struct {
	m    *model
	f    *finder
	of   []int32
	step int

	priced  map[int32][]float64 // per unit and agent, as far as they were asked for
	until   map[int64]int       // unit and agent: the step before which it may not return
	queue   []int32
	waiting map[int32]bool
	count   []int32 // per agent: units there from which the one at hand must be apart
	touched []int32
}

// scatter changes of in place and never makes more units share than before.
func (m *model) scatter(ctx context.Context, f *finder, of []int32) {
	s := &scatter{
		m: m, f: f, of: of,
		priced: map[int32][]float64{}, until: map[int64]int{}, waiting: map[int32]bool{},
		count: make([]int32, m.agents()),
	}
	units := 0
	for i := range m.n {
		if len(m.apart.listsOf(i)) > 0 {
			units++
			s.push(int32(i))
		}
	}
	var journal []choice // unit and the agent that it came from
	total, best, kept := 0, 0, 0
	for limit := 30 * units; len(s.queue) > 0 && s.step < limit; {
		if s.step%checkEvery == 0 && ctx.Err() != nil {
			break
		}
		i := s.queue[0]
		s.queue = s.queue[1:]
		s.waiting[i] = false
		from := of[i]
		s.look(i)
		if int(from) == m.dummy || s.count[from] == 0 || m.fixed(int(i)) >= 0 {
			continue
		}
		s.step++
		to := s.choose(i)
		if to < 0 {
			s.push(i)
			continue
		}
		total += int(s.count[to]) - int(s.count[from])
		s.until[int64(i)*int64(m.agents())+int64(from)] = s.step + 10 + int(s.count[to])
		of[i] = to
		journal = append(journal, choice{i, from})
		if s.count[to] > 0 {
			s.push(i)
			for _, k := range m.apart.listsOf(int(i)) {
				for _, h := range m.apart.lists[k] {
					if h != i && of[h] == to {
						s.push(h)
					}
				}
			}
		}
		if total < best {
			best, kept = total, len(journal)
		}
	}
	for k := len(journal) - 1; k >= kept; k-- {
		of[journal[k].unit] = journal[k].pos
	}
}

func (s *scatter) push(i int32) {
	if !s.waiting[i] {
		s.waiting[i] = true
		s.queue = append(s.queue, i)
	}
}

// look counts who stands against unit i at every agent.
func (s *scatter) look(i int32) {
	for _, j := range s.touched {
		s.count[j] = 0
	}
	s.touched = s.touched[:0]
	for _, k := range s.m.apart.listsOf(int(i)) {
		for _, h := range s.m.apart.lists[k] {
			if j := s.of[h]; h != i && int(j) != s.m.dummy {
				s.count[j]++
				s.touched = append(s.touched, j)
			}
		}
	}
}

// choose is the agent that unit i moves to, or -1.
func (s *scatter) choose(i int32) int32 {
	row := s.priced[i]
	if row == nil {
		row = s.f.row(int(i))
		s.priced[i] = row
	}
	best := int32(-1)
	for j, p := range row {
		barred := s.step < s.until[int64(i)*int64(len(row))+int64(j)] && s.count[j] > 0
		if int32(j) == s.of[i] || math.IsInf(p, 1) || barred {
			continue
		}
		if best < 0 || s.count[j] < s.count[best] || s.count[j] == s.count[best] && p < row[best] {
			best = int32(j)
		}
	}
	return best
}

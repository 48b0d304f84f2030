package allocate

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// spread places the units that must be apart from somebody anew, in place: one
// after the other, the one first that would lose most by waiting, each at the
// cheapest agent at the prices where nobody stands against it; and then moves
// single ones on to cheaper places as long as there are any. It is what [Greedy]
// does, without limits, which the prices stand for.
type spread struct {
	m     *model
	of    []int32 // per unit; Unassigned: not placed yet
	row   map[int32][]float64
	wish  map[int32]wish
	queue queue[claim]
	taken []bool // per agent, scratch
}

func (m *model) spread(f *finder, of []int32) {
	s := &spread{m: m, of: of, row: map[int32][]float64{}, wish: map[int32]wish{}, taken: make([]bool, m.agents())}
	s.queue.less = claim.before
	var units []int32
	for i := range m.n {
		if len(m.apart.listsOf(i)) == 0 || m.fixed(i) >= 0 {
			continue
		}
		units = append(units, int32(i))
		of[i] = partition.Unassigned
		s.row[int32(i)] = f.row(i)
	}
	for _, i := range units {
		s.hope(i)
	}
	for len(s.queue.items) > 0 {
		c := s.queue.pop()
		w := s.wish[c.unit]
		if c.version != w.version || s.of[c.unit] != partition.Unassigned {
			continue
		}
		if s.of[c.unit] = w.best; w.best == partition.Unassigned { // nobody: the cheapest, for scatter to deal with
			s.of[c.unit] = s.cheapest(c.unit)
			continue
		}
		for _, k := range m.apart.listsOf(int(c.unit)) {
			for _, h := range m.apart.lists[k] {
				if x, ok := s.wish[h]; ok && s.of[h] == partition.Unassigned && (x.best == w.best || x.second == w.best) {
					s.hope(h)
				}
			}
		}
	}
	for range 10 {
		moved := false
		for _, i := range units {
			if w := s.look(i); w.best >= 0 && w.cost < s.row[i][of[i]] {
				of[i], moved = w.best, true
			}
		}
		if !moved {
			return
		}
	}
}

// hope finds out what unit i wants now, and puts it into the queue.
func (s *spread) hope(i int32) {
	w := s.look(i)
	w.version = s.wish[i].version + 1
	s.wish[i] = w
	s.queue.push(claim{w.regret(), i, w.version})
}

// look finds the two cheapest agents where nobody stands against unit i.
func (s *spread) look(i int32) wish {
	clear(s.taken)
	for _, k := range s.m.apart.listsOf(int(i)) {
		for _, h := range s.m.apart.lists[k] {
			if j := s.of[h]; h != i && j >= 0 && int(j) != s.m.dummy {
				s.taken[j] = true
			}
		}
	}
	w := wish{best: partition.Unassigned, second: partition.Unassigned, cost: math.Inf(1), next: math.Inf(1)}
	for j, p := range s.row[i] {
		switch {
		case s.taken[j] || math.IsInf(p, 1):
		case p < w.cost:
			w.second, w.next = w.best, w.cost
			w.best, w.cost = int32(j), p
		case p < w.next:
			w.second, w.next = int32(j), p
		}
	}
	return w
}

func (s *spread) cheapest(i int32) int32 {
	best := int32(0)
	for j, p := range s.row[i] {
		if p < s.row[i][best] {
			best = int32(j)
		}
	}
	return best
}

// row are the priced costs of unit i with all agents, the dummy among them; +Inf
// where it may not be.
func (f *finder) row(i int) []float64 {
	row := make([]float64, f.m.agents())
	for j := range row {
		if row[j] = f.m.cost(i, j); j != f.m.dummy && !math.IsInf(row[j], 1) {
			row[j] = f.candidate(i, j).Priced
		}
	}
	return row
}

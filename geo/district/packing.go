package district

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// packing is a plan of connected territories above the floors, whose number grows.
type packing struct {
	m      *model // lower holds the floors
	bound  int    // of the number of territories
	random splitmix.Source

	of      []int32
	members [][]int32 // of each territory

	work, budget int64
	progress     func(partition.Progress)

	tree  *spanning
	load  []float64 // of what is below a unit and not yet cut off
	piece []int32
}

// pack makes a plan, and then more territories until the bound is met, half the
// budget is spent, or ctx ends.
func (s *packing) pack(ctx context.Context) {
	n := s.m.n
	s.of = make([]int32, n)
	s.tree, s.piece = newSpanning(s.m), make([]int32, n)
	s.load = make([]float64, n*s.m.measures)
	const tries = 6
	for c, part := range s.m.parts {
		most, _ := s.m.mostFloors(c)
		var best []int32
		count := 0
		for try := 0; try < tries && count < most && (try == 0 || ctx.Err() == nil); try++ {
			if got := s.prune(part, try%2 == 0); got > count {
				count = got
				best = best[:0]
				for _, u := range part {
					best = append(best, s.piece[u])
				}
			}
		}
		first := int32(len(s.members))
		s.members = append(s.members, make([][]int32, count)...)
		for i, u := range part {
			t := first + best[i]
			s.of[u] = t
			s.members[t] = append(s.members[t], u)
		}
	}
	told, look := s.work, s.work
	for len(s.members) < s.bound && s.work < s.budget/2 {
		if s.work >= look {
			look = s.work + 1<<13
			if ctx.Err() != nil {
				return
			}
		}
		s.work++
		s.redraw()
		if s.progress != nil && s.work-told > 1<<20 {
			told = s.work
			s.progress(partition.Progress{Phase: "packing", Objective: -float64(len(s.members)), Bound: -float64(s.bound), Work: int(min(s.work, math.MaxInt))})
		}
	}
}

// prune cuts a random spanning tree of the units, which are connected, into as
// many pieces above the floors as it yields; the piece of each unit is left in s.piece.
func (s *packing) prune(units []int32, deep bool) int {
	m := s.m
	s.tree.draw(units, deep, &s.random)
	s.work += int64(len(units))
	measures := m.measures
	for _, u := range s.tree.order {
		copy(s.load[int(u)*measures:], m.values(u))
		s.piece[u] = -1
	}
	count := int32(0)
	last := int32(-1) // a unit below which a piece was cut off
	for i := len(s.tree.order) - 1; i >= 0; i-- {
		u := s.tree.order[i]
		load := s.load[int(u)*measures:][:measures]
		enough := true
		for r, l := range load {
			enough = enough && l >= m.lower[r]
		}
		if enough {
			s.piece[u] = count
			count++
			last = u
			continue
		}
		if p := s.tree.parent[u]; p >= 0 {
			for r, l := range load {
				s.load[int(p)*measures+r] += l
			}
		}
	}
	if count == 0 {
		return 0
	}
	// The rest at the root goes to the piece next to it that was cut off last.
	rest := s.piece[last]
	for _, u := range s.tree.order {
		if s.piece[u] < 0 {
			if p := s.tree.parent[u]; p >= 0 {
				s.piece[u] = s.piece[p]
			} else {
				s.piece[u] = rest
			}
		}
	}
	return int(count)
}

// redraw draws two to four neighbouring territories anew. More of them are
// always welcome; as many are where they leave one with more to spare, and now
// and then where they do not.
func (s *packing) redraw() {
	chosen := s.neighbourhood(2 + s.random.Below(8)/5 + s.random.Below(8)/7)
	if len(chosen) < 2 {
		return
	}
	var units []int32
	before := 0.0
	for _, t := range chosen {
		units = append(units, s.members[t]...)
		before += s.spare(s.members[t])
	}
	count := s.prune(units, s.random.Below(2) == 0)
	if count < len(chosen) {
		return
	}
	pieces := make([][]int32, count)
	for _, u := range units {
		p := s.piece[u]
		pieces[p] = append(pieces[p], u)
	}
	if count == len(chosen) {
		after := 0.0
		for _, piece := range pieces {
			after += s.spare(piece)
		}
		if after < before && s.random.Below(16) > 0 {
			return
		}
	}
	for i, piece := range pieces {
		t := int32(len(s.members))
		if i < len(chosen) {
			t = chosen[i]
			s.members[t] = piece
		} else {
			s.members = append(s.members, piece)
		}
		for _, u := range piece {
			s.of[u] = t
		}
	}
}

// spare is the square of what a territory has above the floor that it fills
// least, in floors: it is large where much is in one place.
func (s *packing) spare(units []int32) float64 {
	over := 0.0
	for r := range s.m.measures {
		load := 0.0
		for _, u := range units {
			load += s.m.values(u)[r]
		}
		if o := load/s.m.lower[r] - 1; r == 0 || o < over {
			over = o
		}
	}
	return float64(over * over)
}

// neighbourhood draws so many territories that are connected to each other, or fewer.
func (s *packing) neighbourhood(size int) []int32 {
	u := int32(s.random.Below(s.m.n))
	chosen := []int32{s.of[u]}
	for tries := 0; len(chosen) < size && tries < 64; tries++ {
		s.work++
		t := chosen[s.random.Below(len(chosen))]
		u := s.members[t][s.random.Below(len(s.members[t]))]
		near := s.m.neighbors(u)
		if len(near) == 0 {
			return nil
		}
		other := s.of[near[s.random.Below(len(near))]]
		known := false
		for _, c := range chosen {
			known = known || c == other
		}
		if !known {
			chosen = append(chosen, other)
		}
	}
	return chosen
}

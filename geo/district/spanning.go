package district

import "github.com/territory-go/territory/internal/splitmix"

// spanning draws spanning trees of connected sets of units.
type spanning struct {
	m      *model
	order  []int32  // the units of the last tree, parents before their children
	parent []int32  // per unit; -1: the root
	in     []uint32 // marks of this value are of the units at hand
	found  []uint32
	stamp  uint32
	arcs   [][2]int32
}

func newSpanning(m *model) *spanning {
	return &spanning{m: m, parent: make([]int32, m.n), in: make([]uint32, m.n), found: make([]uint32, m.n)}
}

// draw draws a spanning tree of the units: deep, a walk that goes on from where it
// is as long as it can, or else one that goes on anywhere on its border.
func (s *spanning) draw(units []int32, deep bool, random *splitmix.Source) {
	if s.stamp++; s.stamp == 0 { // every 2^32 trees
		clear(s.in)
		clear(s.found)
		s.stamp = 1
	}
	for _, u := range units {
		s.in[u] = s.stamp
	}
	s.order = s.order[:0]
	root := units[random.Below(len(units))]
	s.arcs = append(s.arcs[:0], [2]int32{-1, root})
	for len(s.arcs) > 0 {
		at := len(s.arcs) - 1
		if !deep {
			at = random.Below(len(s.arcs))
		}
		arc := s.arcs[at]
		s.arcs[at] = s.arcs[len(s.arcs)-1]
		s.arcs = s.arcs[:len(s.arcs)-1]
		u := arc[1]
		if s.found[u] == s.stamp {
			continue
		}
		s.found[u] = s.stamp
		s.parent[u] = arc[0]
		s.order = append(s.order, u)
		from := len(s.arcs)
		for _, v := range s.m.neighbors(u) {
			if s.in[v] == s.stamp && s.found[v] != s.stamp {
				s.arcs = append(s.arcs, [2]int32{u, v})
			}
		}
		if deep {
			for i := len(s.arcs) - 1; i > from; i-- {
				j := from + random.Below(i-from+1)
				s.arcs[i], s.arcs[j] = s.arcs[j], s.arcs[i]
			}
		}
	}
}

// mark makes below tell which units of the tree hang from u, itself included.
func (s *spanning) mark(u int32) {
	if s.stamp++; s.stamp == 0 {
		clear(s.in)
		clear(s.found)
		s.stamp = 1
	}
	s.found[u] = s.stamp
	for _, v := range s.order[1:] {
		if s.found[s.parent[v]] == s.stamp {
			s.found[v] = s.stamp
		}
	}
}

func (s *spanning) below(u int32) bool { return s.found[u] == s.stamp }

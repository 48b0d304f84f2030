package overlay

import (
	"encoding/binary"
	"slices"
)

// states numbers the combinations of windings that occur; 0 is the outside,
// around which no ring winds.
type states struct {
	list  [][]term
	known map[string]int32
	terms []term // scratch
	key   []byte // scratch
}

func newStates() *states {
	return &states{list: [][]term{nil}, known: map[string]int32{"": 0}}
}

// add is the state s with the windings of delta added; both ascending.
func (s *states) add(state int32, delta []term) int32 {
	from := s.list[state]
	sum := s.terms[:0]
	for len(from) > 0 || len(delta) > 0 {
		switch {
		case len(delta) == 0 || len(from) > 0 && from[0].source < delta[0].source:
			sum, from = append(sum, from[0]), from[1:]
		case len(from) == 0 || delta[0].source < from[0].source:
			sum, delta = append(sum, delta[0]), delta[1:]
		default:
			if w := from[0].winding + delta[0].winding; w != 0 {
				sum = append(sum, term{from[0].source, w})
			}
			from, delta = from[1:], delta[1:]
		}
	}
	s.terms = sum
	key := s.key[:0]
	for _, t := range sum {
		key = binary.LittleEndian.AppendUint32(key, uint32(t.source))
		key = binary.LittleEndian.AppendUint32(key, uint32(t.winding))
	}
	s.key = key
	if id, ok := s.known[string(key)]; ok {
		return id
	}
	id := int32(len(s.list))
	s.known[string(key)] = id
	s.list = append(s.list, slices.Clone(sum))
	return id
}

// areasOf lists the areas that a place with the given windings lies in, ascending:
// those with a polygon of which the outer ring winds around it and no hole does.
func areasOf(windings []term, sources []source) []int32 {
	var in []int32
	for i := 0; i < len(windings); {
		first := sources[windings[i].source]
		inside := !first.hole // the outer ring is the first of its polygon
		for i++; i < len(windings) && sources[windings[i].source].polygon == first.polygon; i++ {
			inside = false // windings of a hole
		}
		if inside && (len(in) == 0 || in[len(in)-1] != first.area) {
			in = append(in, first.area)
		}
	}
	return in
}

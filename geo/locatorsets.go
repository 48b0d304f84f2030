package geo

import "slices"

// partSets keeps sets of parts that overlap. A set is written out, or it is an
// earlier one and an edge that was crossed since. Sets are written out once the
// crossings have touched as many parts as the set has, so that the memory is
// that of the crossings, however many areas lie on top of each other.
type partSets struct {
	sets []partSet
	list []int32
}

type partSet struct {
	edge  int32 // crossed since the set before; -1: written out
	from  int32 // where the set begins in list, or the set before
	size  int32
	least int32 // least part; -1 of the empty set
	cost  int32 // parts of the edges crossed since a set was written out
}

// collect appends parts to dst, of which set has those that occur an odd number
// of times.
func (s *partSets) collect(dst []int32, set int32, t *edgeTable) []int32 {
	for ; s.sets[set].edge >= 0; set = s.sets[set].from {
		dst = append(dst, t.parts(s.sets[set].edge)...)
	}
	return append(dst, s.list[s.sets[set].from:][:s.sets[set].size]...)
}

// odd keeps the parts that occur an odd number of times, each once, ascending.
func odd(parts []int32) []int32 {
	slices.Sort(parts)
	kept := parts[:0]
	for i := 0; i < len(parts); {
		first := i
		for i < len(parts) && parts[i] == parts[first] {
			i++
		}
		if (i-first)%2 == 1 {
			kept = append(kept, parts[first])
		}
	}
	return kept
}

// walker is the set of parts at a point that moves across the map.
type walker struct {
	parts   []int32 // ascending
	set     int32   // a set that was kept on the way; -1: none
	crossed []int32 // edges crossed since
	cost    int     // how many parts they have
}

func (w *walker) copyTo(to *walker) {
	to.parts = append(to.parts[:0], w.parts...)
	to.crossed = append(to.crossed[:0], w.crossed...)
	to.set, to.cost = w.set, w.cost
}

// cross takes the walker across an edge; room is scratch space.
func (w *walker) cross(edge int32, parts []int32, room *[]int32) {
	if len(parts) <= 4 {
		for _, p := range parts {
			if at, found := slices.BinarySearch(w.parts, p); found {
				w.parts = slices.Delete(w.parts, at, at+1)
			} else {
				w.parts = slices.Insert(w.parts, at, p)
			}
		}
	} else {
		merged := (*room)[:0]
		i := 0
		for _, p := range parts {
			for i < len(w.parts) && w.parts[i] < p {
				merged = append(merged, w.parts[i])
				i++
			}
			if i < len(w.parts) && w.parts[i] == p {
				i++
			} else {
				merged = append(merged, p)
			}
		}
		merged = append(merged, w.parts[i:]...)
		w.parts, *room = merged, w.parts
	}
	if len(w.parts) <= 1 {
		w.set, w.crossed, w.cost = -1, w.crossed[:0], 0 // cheap to write out anew
	} else if w.set >= 0 {
		w.crossed = append(w.crossed, edge)
		w.cost += len(parts)
	}
}

// keep makes the walker's set one of s and says which.
func (w *walker) keep(s *partSets, t *edgeTable) int32 {
	if w.set >= 0 && len(w.crossed) == 0 {
		return w.set
	}
	least := int32(-1)
	if len(w.parts) > 0 {
		least = w.parts[0]
	}
	if w.set >= 0 && int(s.sets[w.set].cost)+w.cost <= len(w.parts) {
		for _, e := range w.crossed {
			s.sets = append(s.sets, partSet{
				edge: e, from: w.set, size: int32(len(w.parts)), least: least,
				cost: s.sets[w.set].cost + int32(len(t.parts(e))),
			})
			w.set = int32(len(s.sets) - 1)
		}
	} else {
		s.sets = append(s.sets, partSet{edge: -1, from: int32(len(s.list)), size: int32(len(w.parts)), least: least})
		s.list = append(s.list, w.parts...)
		w.set = int32(len(s.sets) - 1)
	}
	w.crossed, w.cost = w.crossed[:0], 0
	return w.set
}

package cluster

import (
	"cmp"
	"slices"
)

// atom is a group of units that a cut does not divide: those of one name.
type atom struct {
	class   int32
	missing bool
	from    int // labels[from:to] of the search occur
	to      int
	size    int64
}

// of counts the units of an atom that have the label.
func (s *search) of(a *atom, label int32) int64 {
	if at, ok := slices.BinarySearch(s.labels[a.from:a.to], label); ok {
		return s.counts[a.from+at]
	}
	return 0
}

// runs groups the units of the part. next gives the atom of a key and the key
// that ends it; atom -1 is none: such units, and those with unknown values,
// cannot be listed.
func (s *search) runs(next func(key int64) (atom int32, end int64)) []atom {
	var atoms []atom
	s.labels, s.counts = s.labels[:0], s.counts[:0]
	counts := newTally(len(s.used))
	for rest := s.units; len(rest) > 0; {
		key := s.f.key[rest[0]]
		class, end := int32(-1), key+1
		if key >= 0 {
			class, end = next(key)
		}
		a := atom{class: class, missing: key == missingKey, from: len(s.labels)}
		m := 0
		for m < len(rest) && s.f.key[rest[m]] < end {
			if l := s.label[rest[m]]; l >= 0 {
				if counts.count[l] == 0 {
					s.labels = append(s.labels, l)
				}
				counts.add(l, 1)
			}
			m++
		}
		rest = rest[m:]
		a.to = len(s.labels)
		slices.Sort(s.labels[a.from:a.to])
		for _, l := range s.labels[a.from:a.to] {
			s.counts = append(s.counts, counts.count[l])
			a.size += counts.count[l]
			counts.count[l] = 0
		}
		if a.size > 0 && (class >= 0 || a.missing) {
			atoms = append(atoms, a)
		}
	}
	return atoms
}

// byLevels cuts codes at each level of their tree.
func (s *search) byLevels() {
	tree := s.f.tree
	deepest := 0
	for _, i := range s.units {
		if k := s.f.key[i]; k >= 0 {
			deepest = max(deepest, tree.Depth(int(k)))
		}
	}
	for level := 0; level <= min(deepest, 31); level++ {
		s.byNames(s.runs(func(key int64) (int32, int64) {
			node := int(key)
			if tree.Depth(node) < level {
				return -1, key + 1
			}
			for tree.Depth(node) > level {
				node = tree.Parent(node)
			}
			return int32(node), int64(tree.Below(node))
		}))
	}
}

// sides are the two of a cut by names, while it is being looked for.
type sides struct {
	on    []bool // per atom: on the side of those listed
	in    tally
	out   tally
	names int // listed
}

// flip moves an atom to the other side.
func (s *search) flip(x *sides, at int, a *atom) {
	sign := int64(1)
	if x.on[at] {
		sign = -1
	}
	x.on[at] = !x.on[at]
	for m := a.from; m < a.to; m++ {
		x.in.add(s.labels[m], sign*s.counts[m])
		x.out.add(s.labels[m], -sign*s.counts[m])
	}
	if !a.missing {
		x.names += int(sign)
	}
}

// fewNames is how many atoms are tried in all ways, and manyNames how many are
// tried at all.
const (
	fewNames  = 10
	manyNames = 1000
)

// frequent keeps the atoms with most units, the first of equal ones, in their order,
// and that of missing values.
func frequent(atoms []atom) []atom {
	if len(atoms) <= manyNames {
		return atoms
	}
	slices.SortStableFunc(atoms, func(a, b atom) int {
		if a.missing != b.missing {
			if a.missing {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.size, a.size)
	})
	atoms = atoms[:manyNames]
	slices.SortFunc(atoms, func(a, b atom) int { return a.from - b.from })
	return atoms
}

// byNames looks for the best set of atoms against all others.
func (s *search) byNames(atoms []atom) {
	if len(atoms) == 0 {
		return
	}
	atoms = frequent(atoms)
	x := sides{on: make([]bool, len(atoms)), in: newTally(len(s.used)), out: newTally(len(s.used))}
	listable := int64(0)
	for m := range atoms {
		listable += atoms[m].size
	}
	for l, c := range s.whole.count {
		x.out.add(int32(l), c)
	}
	fixed := s.whole.size - listable // units that no list can hold
	if len(atoms) <= fewNames {
		// In the order of a Gray code one atom changes sides at a time. With
		// nothing fixed on one side, the last atom may be.
		free := len(atoms)
		if fixed == 0 {
			free--
		}
		for code := 1; code < 1<<free; code++ {
			at := 0
			for code>>at&1 == 0 {
				at++
			}
			s.flip(&x, at, &atoms[at])
			s.names(atoms, &x, fixed == 0)
		}
		return
	}
	for at := range atoms {
		s.flip(&x, at, &atoms[at])
		s.names(atoms, &x, false)
		s.flip(&x, at, &atoms[at])
	}
	by := make([]int, len(atoms))
	for _, l := range s.frequentLabels() {
		for m := range by {
			by[m] = m
		}
		slices.SortStableFunc(by, func(a, b int) int {
			p, q := s.of(&atoms[a], l)*atoms[b].size, s.of(&atoms[b], l)*atoms[a].size
			switch {
			case p > q:
				return -1
			case p < q:
				return 1
			}
			return 0
		})
		for _, at := range by {
			s.flip(&x, at, &atoms[at])
			s.names(atoms, &x, fixed == 0)
		}
		for _, at := range by {
			s.flip(&x, at, &atoms[at])
		}
	}
}

// manyLabels is by the shares of how many labels names are put in order.
const manyLabels = 50

// frequentLabels are the labels of most units, the first of equal ones, ascending.
func (s *search) frequentLabels() []int32 {
	var labels []int32
	for l, c := range s.whole.count {
		if c > 0 {
			labels = append(labels, int32(l))
		}
	}
	if len(labels) > manyLabels {
		slices.SortStableFunc(labels, func(a, b int32) int { return cmp.Compare(s.whole.count[b], s.whole.count[a]) })
		labels = labels[:manyLabels]
		slices.Sort(labels)
	}
	return labels
}

// names judges a cut by names. With either set, the names on the other side may
// be the ones that are listed.
func (s *search) names(atoms []atom, x *sides, either bool) {
	score, ok := s.better(&x.in, &x.out)
	if !ok {
		return
	}
	names, turned, none := x.names, false, larger
	all := 0
	for m := range atoms {
		if !atoms[m].missing {
			all++
		} else if x.on[m] {
			none = first
		} else {
			none = second
		}
	}
	if either && all-names < names {
		names, turned = all-names, true
	}
	if names > s.Names {
		return
	}
	c := cut{score: score, feature: s.f, missing: none, apart: names == 0}
	if turned && none != larger {
		c.missing = first + second - none
	}
	for m := range atoms {
		if !atoms[m].missing && x.on[m] != turned {
			c.listed = append(c.listed, atoms[m].class)
		}
	}
	slices.Sort(c.listed)
	s.best = c
}

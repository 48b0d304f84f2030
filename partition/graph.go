package partition

import "slices"

// Graph is the neighbour relation of units. Neighbors is symmetric, ascending
// and free of self-loops; the slice must not be modified.
type Graph interface{ Neighbors(unit int) []int }

// Adjacency is a [Graph] as lists of neighbours, one list per unit.
type Adjacency [][]int

// Neighbors is the list of the unit; units beyond the last list have none.
func (a Adjacency) Neighbors(unit int) []int {
	if unit >= len(a) {
		return nil
	}
	return a[unit]
}

// Fragments lists the connected parts of territory t, or of the units that are
// [Unassigned], in the subgraph that these units induce: one slice if the
// territory is connected, none if it is empty. The units of each part ascend,
// and so do the first units of the parts.
//
// O(s·d·log s) for s units of at most d neighbours each, after O(n) to find the
// units unless a is a [*Plan].
func Fragments(g Graph, a Assignment, t int) [][]int {
	units := unitsOf(a, t)
	found := make([]bool, len(units))
	var parts [][]int
	for first, unit := range units {
		if found[first] {
			continue
		}
		found[first] = true
		part := []int{unit}
		for next := 0; next < len(part); next++ {
			for _, v := range g.Neighbors(part[next]) {
				if at, in := slices.BinarySearch(units, v); in && !found[at] {
					found[at] = true
					part = append(part, v)
				}
			}
		}
		slices.Sort(part)
		parts = append(parts, part)
	}
	return parts
}

// unitsOf lists the units of a territory, ascending.
func unitsOf(a Assignment, t int) []int {
	if p, ok := a.(*Plan); ok {
		units := make([]int, 0, p.Count(t))
		return slices.AppendSeq(units, p.Units(t))
	}
	var units []int
	for i := range a.Len() {
		if a.Of(i) == t {
			units = append(units, i)
		}
	}
	return units
}

// checkGraph adds the faults of a graph of n units.
func checkGraph(faults *Faults, field string, g Graph, n int, label func(int) string) {
	before := faults.Len()
	add := func(unit, neighbor int, why string) {
		faults.Add(InputError{Field: field, Index: unit, Value: neighbor, Why: why}, label)
	}
	for u := range n {
		last := -1
		for _, v := range g.Neighbors(u) {
			switch {
			case v < 0 || v >= n:
				add(u, v, "is a neighbour, but there are only "+count(n, "unit"))
			case v == u:
				add(u, v, "is the unit itself")
			case v == last:
				add(u, v, "is listed twice")
			case v < last:
				add(u, v, "comes after a greater neighbour")
			}
			last = v
		}
	}
	if faults.Len() > before {
		return // the search below needs ascending lists
	}
	for u := range n {
		for _, v := range g.Neighbors(u) {
			if _, mutual := slices.BinarySearch(g.Neighbors(v), u); !mutual {
				add(u, v, "is a neighbour, but not the other way round")
			}
		}
	}
}

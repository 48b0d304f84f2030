package overlay

import (
	"slices"
	"sort"
)

// arrange sorts edges by their lower ends and, around each of them, from the
// lowest to the highest: the order in which the sweep meets them.
func arrange(nodes []point, in edges) edges {
	order := make([]int32, len(in.list))
	for i := range order {
		order[i] = int32(i)
	}
	sorted := true
	for i := 0; i < len(order); {
		j := i + 1
		for j < len(order) && in.list[order[j]].a == in.list[order[i]].a {
			j++
		}
		if j-i > 1 {
			sorted = false
			slices.SortFunc(order[i:j], func(e, f int32) int { return above(nodes, in.list[e], in.list[f]) })
		}
		i = j
	}
	if sorted {
		return in
	}
	out := edges{
		list:  make([]edge, 0, len(in.list)),
		terms: make([]term, 0, len(in.terms)),
		first: make([]int32, 0, len(in.first)),
	}
	for _, i := range order {
		out.list = append(out.list, in.list[i])
		out.first = append(out.first, int32(len(out.terms)))
		out.terms = append(out.terms, in.of(int(i))...)
	}
	out.first = append(out.first, int32(len(out.terms)))
	return out
}

// above is +1 if e runs above f, for edges with one lower end.
func above(nodes []point, e, f edge) int {
	return -side(nodes[e.a], nodes[e.b], nodes[f.b])
}

// sweep moves a vertical line over edges that meet in common ends only, and
// returns for each the edge that lies right below its lower end, or starts there
// right below it; -1 if there is none. list is sorted as [arrange] does.
//
// O(n log n), and the number of edges that the line meets for every vertex that
// does not have as many edges on its left as on its right: a copy of 4 bytes
// each, which hardly counts.
func sweep(nodes []point, list []edge) []int32 {
	below := make([]int32, len(list))
	ends := make([]int32, len(list))
	for i, e := range list {
		ends[i] = e.b
	}
	slices.Sort(ends)
	var line []int32 // the edges that it meets, from the lowest to the highest
	var starting []int32
	for s, t := 0, 0; t < len(ends); {
		v := ends[t]
		if s < len(list) && list[s].a < v {
			v = list[s].a
		}
		at := sort.Search(len(line), func(i int) bool {
			e := list[line[i]]
			return side(nodes[e.a], nodes[e.b], nodes[v]) <= 0
		})
		ending := 0
		for ; t < len(ends) && ends[t] == v; t++ {
			ending++
		}
		under := int32(-1)
		if at > 0 {
			under = line[at-1]
		}
		starting = starting[:0]
		for ; s < len(list) && list[s].a == v; s++ {
			below[s], under = under, int32(s)
			starting = append(starting, int32(s))
		}
		line = slices.Replace(line, at, at+ending, starting...)
	}
	return below
}

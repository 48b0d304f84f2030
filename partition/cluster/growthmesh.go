package cluster

import (
	"context"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// mesh is a graph of units in flat arrays: the neighbours of unit u are
// adj[start[u]:start[u+1]], ascending.
type mesh struct {
	start []int
	adj   []int32
}

func (m *mesh) neighbors(u int32) []int32 { return m.adj[m.start[u]:m.start[u+1]] }

func newMesh(g partition.Graph, n int) *mesh {
	m := &mesh{start: make([]int, 1, n+1)}
	for u := range n {
		for _, v := range g.Neighbors(u) {
			m.adj = append(m.adj, int32(v))
		}
		m.start = append(m.start, len(m.adj))
	}
	return m
}

// components numbers the connected parts in the order of their first units.
func (m *mesh) components() (of []int32, count int) {
	of = slices.Repeat([]int32{-1}, len(m.start)-1)
	var queue []int32
	for first := range of {
		if of[first] >= 0 {
			continue
		}
		of[first] = int32(count)
		queue = append(queue[:0], int32(first))
		for at := 0; at < len(queue); at++ {
			for _, v := range m.neighbors(queue[at]) {
				if of[v] < 0 {
					of[v] = int32(count)
					queue = append(queue, v)
				}
			}
		}
		count++
	}
	return of, count
}

// meshOfNearest ties each unit to the nearest ones, units in one place to each
// other in a row, and then each part to the one nearest to it, until there is
// one; nil where the context ended.
func (g *terrain) meshOfNearest(ctx context.Context, ties int) *mesh {
	tree := nearest.NewTree(g.x, g.dim)
	near := make([]int32, g.n*ties)
	const block = 1024
	order := tree.Order()
	parallel.For((g.n+block-1)/block, func(b int) {
		if ctx.Err() != nil {
			return
		}
		var q nearest.Heap
		for _, i := range order[b*block : min((b+1)*block, g.n)] {
			q.Reset(min(ties, max(1, g.n-1)))
			if g.n > 1 {
				tree.Search(&q, g.coordinates(i), i, g.n)
			}
			row := near[int(i)*ties:][:ties]
			for at := range row {
				row[at] = -1
			}
			copy(row, q.Sorted())
		}
	})
	if ctx.Err() != nil {
		return nil
	}
	var edges [][2]int32
	for i := range int32(g.n) {
		for _, j := range near[int(i)*ties:][:ties] {
			if j >= 0 {
				edges = append(edges, [2]int32{i, j})
			}
		}
	}
	// The nearest of many units in one place are always the same few: without a row
	// these would be between all the others.
	byPlace := make([]int32, g.n)
	for i := range byPlace {
		byPlace[i] = int32(i)
	}
	slices.SortStableFunc(byPlace, func(a, b int32) int { return slices.Compare(g.coordinates(a), g.coordinates(b)) })
	for at := 1; at < g.n; at++ {
		if a, b := byPlace[at-1], byPlace[at]; slices.Equal(g.coordinates(a), g.coordinates(b)) {
			edges = append(edges, [2]int32{a, b})
		}
	}
	m := meshOf(g.n, edges)
	for {
		part, count := m.components()
		if count < 2 {
			return m
		}
		index := tree.Parts(part)
		shortest := slices.Repeat([]nearest.Pair{nearest.NoPair()}, count)
		for _, u := range order {
			tree.Foreign(&shortest[part[u]], u, index)
		}
		for _, pair := range shortest {
			edges = append(edges, [2]int32{pair.From, pair.To})
		}
		m = meshOf(g.n, edges)
	}
}

// meshOf is the graph of the edges, each in either direction and once.
func meshOf(n int, edges [][2]int32) *mesh {
	start := make([]int, n+2)
	for _, e := range edges {
		start[e[0]+2]++
		start[e[1]+2]++
	}
	for u := range n {
		start[u+2] += start[u+1]
	}
	adj := make([]int32, 2*len(edges))
	for _, e := range edges {
		for way := range 2 {
			u, v := e[way], e[1-way]
			adj[start[u+1]] = v
			start[u+1]++
		}
	}
	m := &mesh{start: make([]int, 1, n+1), adj: adj[:0]}
	for u := range n {
		list := adj[start[u]:start[u+1]]
		slices.Sort(list)
		m.adj = append(m.adj, slices.Compact(list)...)
		m.start = append(m.start, len(m.adj))
	}
	return m
}

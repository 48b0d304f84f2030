package overlay

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// tangles are segments of which few or many come close to each other, and that
// are hard to tell apart: from p to q, whatever is between them.
func tangles(r *rand.Rand, kind, n int, span int64) [][2]point {
	var all [][2]point
	jitter := func() int64 { return r.Int64N(span/20+2) - span/40 }
	for i := range int64(n) {
		step := span * i / int64(n)
		switch kind {
		case 0: // anything
			all = append(all, [2]point{random(r, span), random(r, span)})
		case 1: // a bundle, slanted
			all = append(all, [2]point{{-span, step - span/2}, {span, step}})
		case 2: // a bundle that crosses itself
			all = append(all, [2]point{{-span + jitter(), step - span/2 + jitter()}, {span + jitter(), step + jitter()}})
		case 3: // a star
			all = append(all, [2]point{{7, 3}, random(r, span)})
		case 4: // a fan, and what crosses it
			all = append(all, [2]point{{-span, 0}, {span, step}})
			if i%4 == 0 {
				all = append(all, [2]point{random(r, span), random(r, span)})
			}
		case 5: // all but one and the same
			all = append(all, [2]point{{-span, r.Int64N(3)}, {span, r.Int64N(5) - 2}})
		}
	}
	return all
}

// What cells, lanes and hubs find is what is found by comparing everything with
// everything.
func TestFindFindsAll(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for round := range 90 {
		kind := round % 6
		span := []int64{20, 1000, 1 << 52}[round/6%3]
		segments := tangles(r, kind, 20+r.IntN(100), span)
		var n noding
		for _, s := range segments {
			n.nodes = append(n.nodes, s[0], s[1])
		}
		slices.SortFunc(n.nodes, point.compare)
		n.nodes = slices.Compact(n.nodes)
		id := func(p point) int32 {
			i, _ := slices.BinarySearchFunc(n.nodes, p, point.compare)
			return int32(i)
		}
		for _, s := range segments {
			if a, b := id(s[0]), id(s[1]); a != b {
				n.list = append(n.list, edge{min(a, b), max(a, b)})
			}
		}
		slices.SortFunc(n.list, edge.compare)
		n.list = slices.Compact(n.list)
		n.find()

		var crossings []point
		for i, e := range n.list {
			for _, f := range n.list[:i] {
				if at, ok := everywhere.crossing(n.nodes[e.a], n.nodes[e.b], n.nodes[f.a], n.nodes[f.b]); ok {
					if _, vertex := slices.BinarySearchFunc(n.nodes, at, point.compare); !vertex {
						crossings = append(crossings, at)
					}
				}
			}
		}
		slices.SortFunc(crossings, point.compare)
		crossings = slices.Compact(crossings)
		var hits []string
		for _, at := range slices.Concat(n.nodes, crossings) {
			for i, e := range n.list {
				a, b := n.nodes[e.a], n.nodes[e.b]
				if how := passes(a, b, at); how != far && at != a && at != b {
					hits = append(hits, fmt.Sprint(hit{int32(i), how, at}))
				}
			}
		}
		slices.Sort(hits)
		var found []string
		for _, h := range n.hits {
			found = append(found, fmt.Sprint(h))
		}
		slices.Sort(found)
		slices.SortFunc(n.crossings, point.compare)
		require.True(t, slices.Equal(crossings, n.crossings), "kind %d, span %d: %d crossings, found %d", kind, span, len(crossings), len(n.crossings))
		require.True(t, slices.Equal(hits, found), "kind %d, span %d: %d hits, found %d", kind, span, len(hits), len(found))
	}
}

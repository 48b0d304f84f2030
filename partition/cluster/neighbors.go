package cluster

import (
	"math"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
)

// neighbors knows, of each centre, the other centres nearest to it.
type neighbors struct {
	k, room int
	list    []neighbor // room per centre, ascending
	half    []float64  // half the distance to the nearest one, rounded down
}

type neighbor struct {
	distance float64 // rounded down
	center   int32
}

// listed is the number of neighbours kept of each centre: so many points are
// settled by the first few that a longer list is not worth its upkeep.
const listed = 48

func (n *neighbors) init(k int) {
	n.k, n.room = k, min(k-1, listed)
	n.list, n.half = make([]neighbor, k*n.room), make([]float64, k)
	for t := range int32(k) {
		for u := range n.of(t) {
			n.of(t)[u].center = int32(u)
			if int32(u) >= t {
				n.of(t)[u].center++
			}
		}
	}
}

func (n *neighbors) of(t int32) []neighbor {
	return n.list[int(t)*n.room : (int(t)+1)*n.room]
}

// find finds them anew, beginning with the old ones, as these change little.
func (n *neighbors) find(center []float64, dim int) {
	const few = 16
	down := 1 - float64(float64(dim+8)*0x1p-52)
	parallel.For((n.k+few-1)/few, func(b int) {
		known := make([]bool, n.k)
		for t := int32(b * few); t < int32(min(n.k, (b+1)*few)); t++ {
			list, at := n.of(t), center[int(t)*dim:(int(t)+1)*dim]
			for e := range list {
				u := list[e]
				known[u.center] = true
				u.distance = math.Sqrt(nearest.Distance2(at, center[int(u.center)*dim:])) * down
				insert(list[:e+1], u)
			}
			if n.room < n.k-1 {
				known[t] = true
				for u := range int32(n.k) {
					if known[u] {
						continue
					}
					if d := math.Sqrt(nearest.Distance2(at, center[int(u)*dim:])) * down; d < list[n.room-1].distance {
						insert(list, neighbor{d, u})
					}
				}
				clear(known)
			}
			n.half[t] = math.Inf(1)
			if n.room > 0 {
				n.half[t] = list[0].distance / 2
			}
		}
	})
}

// insert puts u in its place among the others, which ascend, and overwrites the last.
func insert(list []neighbor, u neighbor) {
	e := len(list) - 1
	for ; e > 0 && u.before(list[e-1]); e-- {
		list[e] = list[e-1]
	}
	list[e] = u
}

func (u neighbor) before(v neighbor) bool {
	return u.distance < v.distance || u.distance == v.distance && u.center < v.center
}

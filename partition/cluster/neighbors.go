package cluster

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// neighbors knows, of each centre, some of the other centres nearest to it. Once
// found they are followed as all centres move: they remain the nearest ones up to a
// distance that shrinks by these moves, and are found anew only where too few are left.
type neighbors struct {
	k, dim int
	room   int
	list   []neighbor // room per centre, ascending
	valid  []int      // per centre, how many of the list are sure to be the nearest
	rest   []float64  // per centre, what all others are away at least; +Inf: there are none
	half   []float64  // per centre, half the distance to the nearest one, rounded down
	seen   []float64  // where the centres were the last time
	shift  []float64  // how far they have moved since, rounded up
}

type neighbor struct {
	distance float64 // rounded down
	center   int32
}

const (
	listed = 48 // neighbours kept of each centre: most points are settled by the first few
	enough = 20 // that must be valid, or else they are found anew
)

func (n *neighbors) init(k, dim int) {
	n.k, n.dim, n.room = k, dim, min(k-1, listed)
	n.list, n.valid = make([]neighbor, k*n.room), make([]int, k)
	n.rest, n.half = make([]float64, k), make([]float64, k)
	n.seen, n.shift = make([]float64, k*dim), make([]float64, k)
	for t := range int32(k) {
		list := n.list[int(t)*n.room : (int(t)+1)*n.room]
		for u := range list {
			list[u].center = int32(u)
			if int32(u) >= t {
				list[u].center++
			}
		}
		if n.rest[t] = math.Inf(1); n.room < k-1 {
			n.rest[t] = 0
		}
	}
}

// of lists the nearest neighbours of a centre; all others are rest[t] away at least.
func (n *neighbors) of(t int32) []neighbor {
	return n.list[int(t)*n.room : int(t)*n.room+n.valid[t]]
}

func (n *neighbors) copyOf(o *neighbors) {
	n.k, n.dim, n.room = o.k, o.dim, o.room
	n.list, n.valid = append(n.list[:0], o.list...), append(n.valid[:0], o.valid...)
	n.rest, n.half = append(n.rest[:0], o.rest...), append(n.half[:0], o.half...)
	n.seen, n.shift = append(n.seen[:0], o.seen...), append(n.shift[:0], o.shift...)
}

// find takes notice of where the centres are now.
func (n *neighbors) find(center []float64) {
	up := 1 + float64(float64(n.dim+8)*0x1p-52)
	// Two that have jumped are looked at by themselves, so that lists stand a swap.
	var jumped [2]int32
	var far [3]float64 // the longest moves
	for t := range int32(n.k) {
		m := math.Sqrt(square(n.at(center, t), n.at(n.seen, t))) * up
		n.shift[t] = m
		switch {
		case m > far[0]:
			far, jumped = [3]float64{m, far[0], far[1]}, [2]int32{t, jumped[0]}
		case m > far[1]:
			far, jumped[1] = [3]float64{far[0], m, far[1]}, t
		case m > far[2]:
			far[2] = m
		}
	}
	copy(n.seen, center)
	const few = 16
	parallel.For((n.k+few-1)/few, func(b int) {
		for t := int32(b * few); t < int32(min(n.k, (b+1)*few)); t++ {
			n.follow(t, jumped, far[2], 2-up)
		}
	})
}

func (n *neighbors) at(center []float64, t int32) []float64 {
	return center[int(t)*n.dim : (int(t)+1)*n.dim]
}

// follow brings the list of a centre up to date; no centre but those that jumped has moved
// farther than most, and down rounds distances down.
func (n *neighbors) follow(t int32, jumped [2]int32, most, down float64) {
	list, at := n.list[int(t)*n.room:(int(t)+1)*n.room], n.at(n.seen, t)
	kept := [2]bool{jumped[0] == t, jumped[1] == t || jumped[1] == jumped[0]}
	for e := range list {
		u := list[e]
		u.distance = math.Sqrt(square(at, n.at(n.seen, u.center))) * down
		insert(list[:e+1], u)
		for c, j := range jumped {
			kept[c] = kept[c] || u.center == j
		}
	}
	if n.rest[t] < math.Inf(1) {
		rest := max(0, (n.rest[t]-n.shift[t]-most)*down)
		for c, j := range jumped {
			if kept[c] {
				continue
			}
			last := &list[n.room-1]
			u := neighbor{math.Sqrt(square(at, n.at(n.seen, j))) * down, j}
			if u.before(*last) {
				rest = min(rest, last.distance)
				insert(list, u)
			} else {
				rest = min(rest, u.distance)
			}
		}
		if n.rest[t] = rest; list[enough-1].distance > rest {
			n.again(t, down)
		}
	}
	n.valid[t] = n.room
	for n.valid[t] > 0 && list[n.valid[t]-1].distance > n.rest[t] {
		n.valid[t]--
	}
	n.half[t] = n.rest[t] / 2
	if n.valid[t] > 0 {
		n.half[t] = list[0].distance / 2
	}
}

// again finds the neighbours of a centre among all, beginning with those it had.
func (n *neighbors) again(t int32, down float64) {
	list, at := n.list[int(t)*n.room:(int(t)+1)*n.room], n.at(n.seen, t)
	known := make([]bool, n.k)
	known[t] = true
	for _, u := range list {
		known[u.center] = true
	}
	rest := math.Inf(1)
	for u := range int32(n.k) {
		if known[u] {
			continue
		}
		v := neighbor{math.Sqrt(square(at, n.at(n.seen, u))) * down, u}
		if last := list[n.room-1]; v.before(last) {
			rest = min(rest, last.distance)
			insert(list, v)
		} else {
			rest = min(rest, v.distance)
		}
	}
	n.rest[t] = rest
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

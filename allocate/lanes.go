package allocate

import "math"

// arc holds all shifts between two agents that may be possible, the shortest on top.
type arc struct{ heap []shift }

// lane is what a search reads of an arc: its head and its shortest shift. Unless
// it is sure, that shift may have become impossible, and the true one is longer.
type lane struct {
	shift
	head, arc int32
	sure      bool
}

// shift is a possible move of a row from the agent of one entry to that of another.
type shift struct {
	length   float64
	row      int32
	from, to int32 // entries
}

func (a shift) less(b shift) bool {
	return a.length < b.length || a.length == b.length && a.to < b.to
}

// step is how a search reached a node: by a shift, or over the hub.
type step struct {
	from int32
	shift
}

// offer puts the shifts of a row away from entry e into the heaps of its arcs.
func (nw *network) offer(row, e int, ordered bool) {
	from := nw.agent[e]
	for to := nw.start[row]; to < nw.start[row+1]; to++ {
		if to == e {
			continue
		}
		s := shift{length: (nw.cost[to] - nw.cost[e]) / nw.load[row], row: int32(row), from: int32(e), to: int32(to)}
		l := nw.lane(from, nw.agent[to])
		if s.less(l.shift) {
			l.shift = s
		}
		a := &nw.arcs[l.arc]
		a.heap = append(a.heap, s)
		if ordered {
			siftUp(a.heap, len(a.heap)-1)
		}
	}
}

func (nw *network) lane(from, to int32) *lane {
	out := nw.out[from]
	for k := range out {
		if out[k].head == to {
			return &out[k]
		}
	}
	nw.out[from] = append(out, lane{shift: shift{length: math.Inf(1)}, head: to, arc: int32(len(nw.arcs))})
	nw.arcs = append(nw.arcs, arc{})
	return &nw.out[from][len(out)]
}

// top is the shortest shift of the arc that is still possible, of infinite
// length if there is none.
func (nw *network) top(a *arc) shift {
	for len(a.heap) > 0 {
		s := a.heap[0]
		if nw.flow[s.from] > 0 && !nw.fixed[s.row] {
			return s
		}
		last := len(a.heap) - 1
		a.heap[0] = a.heap[last]
		a.heap = a.heap[:last]
		siftDown(a.heap, 0)
	}
	return shift{length: math.Inf(1)}
}

func siftDown(h []shift, k int) {
	for {
		c := 2*k + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].less(h[c]) {
			c++
		}
		if !h[c].less(h[k]) {
			return
		}
		h[k], h[c] = h[c], h[k]
		k = c
	}
}

func siftUp(h []shift, k int) {
	for k > 0 {
		p := (k - 1) / 2
		if !h[k].less(h[p]) {
			return
		}
		h[k], h[p] = h[p], h[k]
		k = p
	}
}

// doubt notes that shifts away from the agent may have become impossible.
func (nw *network) doubt(agent int32) {
	out := nw.out[agent]
	for k := range out {
		out[k].sure = false
	}
}

type nodeItem struct {
	dist float64
	node int32
}

// nodeHeap is a binary heap by (dist, node).
type nodeHeap []nodeItem

func (a nodeItem) less(b nodeItem) bool {
	return a.dist < b.dist || a.dist == b.dist && a.node < b.node
}

func (h *nodeHeap) push(x nodeItem) {
	q := append(*h, x)
	for k := len(q) - 1; k > 0; {
		p := (k - 1) / 2
		if !q[k].less(q[p]) {
			break
		}
		q[k], q[p] = q[p], q[k]
		k = p
	}
	*h = q
}

func (h *nodeHeap) pop() nodeItem {
	q := *h
	x := q[0]
	last := len(q) - 1
	q[0] = q[last]
	q = q[:last]
	for k := 0; ; {
		c := 2*k + 1
		if c >= last {
			break
		}
		if c+1 < last && q[c+1].less(q[c]) {
			c++
		}
		if !q[c].less(q[k]) {
			break
		}
		q[k], q[c] = q[c], q[k]
		k = c
	}
	*h = q
	return x
}

// Package boxes finds the rectangles that meet, among many: a packed tree of
// bounding boxes in the order of a Hilbert curve.
package boxes

import "math"

// Box is a rectangle with its sides, which belong to it.
type Box struct{ MinX, MinY, MaxX, MaxY float64 }

// Meets reports whether two boxes have a point in common.
func (b *Box) Meets(c *Box) bool {
	return b.MinX <= c.MaxX && c.MinX <= b.MaxX && b.MinY <= c.MaxY && c.MinY <= b.MaxY
}

// under reports whether a part of the box lies straight below (x, y), or there.
func (b *Box) under(x, y float64) bool { return b.MinX <= x && x <= b.MaxX && b.MinY <= y }

func (b *Box) add(c *Box) {
	b.MinX, b.MinY = min(b.MinX, c.MinX), min(b.MinY, c.MinY)
	b.MaxX, b.MaxY = max(b.MaxX, c.MaxX), max(b.MaxY, c.MaxY)
}

// fan is the number of children of a node.
const fan = 8

// Tree is a packed R-tree (Kamel and Faloutsos 1993) over boxes 0..n-1,
// immutable and safe for concurrent use. It takes about 43 bytes a box.
type Tree struct {
	item  []int32 // the boxes in the order of the leaves
	boxes []Box   // of the items, then of the nodes, level by level
	level []int   // where each level begins in boxes, the items being level 0; one more for the end
}

// New makes the tree of boxes that have finite sides. O(n).
func New(boxes []Box) *Tree {
	n := len(boxes)
	t := &Tree{item: hilbertOrder(boxes), level: []int{0, n}}
	t.boxes = make([]Box, n, n+n/(fan-1)+2)
	for at, i := range t.item {
		t.boxes[at] = boxes[i]
	}
	for count := n; count > 1; {
		from := t.level[len(t.level)-2]
		for at := 0; at < count; at += fan {
			node := t.boxes[from+at]
			for c := at + 1; c < min(at+fan, count); c++ {
				node.add(&t.boxes[from+c])
			}
			t.boxes = append(t.boxes, node)
		}
		count = (count + fan - 1) / fan
		t.level = append(t.level, len(t.boxes))
	}
	return t
}

// Search calls visit for every box that meets q, in an order that only depends
// on the boxes, until visit returns false.
func (t *Tree) Search(q Box, visit func(i int) bool) {
	if len(t.item) > 0 {
		t.search(&q, len(t.level)-2, 0, visit)
	}
}

func (t *Tree) search(q *Box, level, at int, visit func(int) bool) bool {
	if !q.Meets(&t.boxes[t.level[level]+at]) {
		return true
	}
	if level == 0 {
		return visit(int(t.item[at]))
	}
	below := t.level[level] - t.level[level-1]
	for c := at * fan; c < min(at*fan+fan, below); c++ {
		if !t.search(q, level-1, c, visit) {
			return false
		}
	}
	return true
}

// Below calls visit for boxes that hold x between their sides and reach below y
// or to it, the higher ones first as far as their nodes tell; visit returns the
// height up to which boxes are of no more interest, and those whose top lies lower
// may be left out.
func (t *Tree) Below(x, y float64, visit func(i int) (floor float64)) {
	top := len(t.level) - 2
	if len(t.item) > 0 && t.boxes[t.level[top]].under(x, y) {
		t.below(x, y, math.Inf(-1), top, 0, visit)
	}
}

func (t *Tree) below(x, y, floor float64, level, at int, visit func(int) float64) float64 {
	if level == 0 {
		return visit(int(t.item[at]))
	}
	first := t.level[level-1]
	size := t.level[level] - first
	// The children that matter, the highest first.
	var order [fan]int
	n := 0
	for c := at * fan; c < min(at*fan+fan, size); c++ {
		b := &t.boxes[first+c]
		if !(b.under(x, y) && b.MaxY >= floor) {
			continue
		}
		k := n
		for ; k > 0 && t.boxes[first+order[k-1]].MaxY < b.MaxY; k-- {
			order[k] = order[k-1]
		}
		order[k] = c
		n++
	}
	for _, c := range order[:n] {
		if t.boxes[first+c].MaxY >= floor {
			floor = t.below(x, y, floor, level-1, c, visit)
		}
	}
	return floor
}

// Pairs calls visit once for every two different boxes that meet, the lower
// index first, in an order that only depends on the boxes.
func (t *Tree) Pairs(visit func(i, j int)) {
	if len(t.item) > 1 {
		t.pairs(len(t.level)-2, 0, 0, visit)
	}
}

// pairs joins two nodes of one level, or a node with itself.
func (t *Tree) pairs(level, a, b int, visit func(i, j int)) {
	first := t.level[level-1]
	below := t.level[level] - first
	for c := a * fan; c < min(a*fan+fan, below); c++ {
		box := &t.boxes[first+c]
		d := b * fan
		if a == b {
			d = c + 1
			if level > 1 {
				t.pairs(level-1, c, c, visit)
			}
		}
		for ; d < min(b*fan+fan, below); d++ {
			if !box.Meets(&t.boxes[first+d]) {
				continue
			}
			if level > 1 {
				t.pairs(level-1, c, d, visit)
				continue
			}
			i, j := int(t.item[c]), int(t.item[d])
			visit(min(i, j), max(i, j))
		}
	}
}

// hilbertOrder sorts the boxes by the place of their centres on a Hilbert curve.
func hilbertOrder(boxes []Box) []int32 {
	n := len(boxes)
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	if n <= fan {
		return order
	}
	all := boxes[0]
	for i := range boxes {
		all.add(&boxes[i])
	}
	key := make([]uint32, n)
	for i := range boxes {
		b := &boxes[i]
		key[i] = hilbert(grid(b.MinX, b.MaxX, all.MinX, all.MaxX), grid(b.MinY, b.MaxY, all.MinY, all.MaxY))
	}
	// Four passes of counting sort, each of which keeps the order of the one before.
	other := make([]int32, n)
	for shift := 0; shift < 32; shift += 8 {
		var start [257]int
		for _, i := range order {
			start[key[i]>>shift&255+1]++
		}
		for d := range 256 {
			start[d+1] += start[d]
		}
		for _, i := range order {
			d := key[i] >> shift & 255
			other[start[d]] = i
			start[d]++
		}
		order, other = other, order
	}
	return order
}

// grid is the place of the middle of lo..hi among 2^16 steps from low to high.
// Halves are taken before sums, which then cannot overflow.
func grid(lo, hi, low, high float64) uint32 {
	from := float64(low / 2)
	span := float64(high/2) - from
	if !(span > 0) {
		return 0
	}
	at := ((float64(lo/2) - from) + (float64(hi/2) - from)) / 2 / span
	return uint32(math.Min(at*65536, 65535))
}

// hilbert is the place of a cell of the 2^16 × 2^16 grid on the Hilbert curve.
func hilbert(x, y uint32) uint32 {
	place := uint32(0)
	for s := uint32(1 << 15); s > 0; s >>= 1 {
		rx, ry := min(x&s, 1), min(y&s, 1)
		place = place<<2 | (3*rx ^ ry)
		if ry == 0 {
			if rx == 1 {
				x, y = ^x, ^y
			}
			x, y = y, x
		}
	}
	return place
}

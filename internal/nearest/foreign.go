package nearest

import "math"

// Pair is two points and the square of their distance.
type Pair struct {
	Distance2 float64
	From, To  int32
}

// NoPair is farther apart than any.
func NoPair() Pair { return Pair{Distance2: math.Inf(1), From: -1, To: -1} }

// less orders pairs by distance and points, whichever of the two comes first.
func (p Pair) less(q Pair) bool {
	if p.Distance2 != q.Distance2 {
		return p.Distance2 < q.Distance2
	}
	a, b := min(p.From, p.To), min(q.From, q.To)
	return a < b || a == b && max(p.From, p.To) < max(q.From, q.To)
}

// Parts says to which part each point belongs, and each node of a tree whose
// points are all of one part.
type Parts struct {
	of    []int32
	node  []int32 // -1: several
	other []int32 // of a leaf of several parts, the first point that is not of the part of the first one
}

// Parts divides the points of the tree: of is ≥ 0, one per point.
func (t *Tree) Parts(of []int32) Parts {
	p := Parts{of: of, node: make([]int32, len(t.nodes)), other: make([]int32, len(t.nodes))}
	for at := len(t.nodes) - 1; at >= 0; at-- { // children come later
		n := &t.nodes[at]
		if n.axis >= 0 {
			p.node[at] = p.node[n.left]
			if p.node[n.left+1] != p.node[at] {
				p.node[at] = -1
			}
			continue
		}
		p.node[at] = -1
		for k, i := range t.order[n.lo:n.hi] {
			if k == 0 {
				p.node[at] = of[i]
			} else if of[i] != p.node[at] {
				p.node[at], p.other[at] = -1, i
				break
			}
		}
	}
	return p
}

// Foreign makes best the nearest pair of the point and one of another part, if
// that is nearer than best.
func (t *Tree) Foreign(best *Pair, point int32, parts Parts) {
	t.foreign(best, 0, point, parts)
}

func (t *Tree) foreign(best *Pair, at, point int32, parts Parts) {
	own := parts.of[point]
	if parts.node[at] == own {
		return
	}
	x := t.x[int(point)*t.dim:][:t.dim]
	n := &t.nodes[at]
	if n.axis < 0 {
		points := t.order[n.lo:n.hi]
		if n.together() {
			// The first one of another part, as they ascend.
			points = points[:1]
			if parts.of[points[0]] == own {
				points = parts.other[at : at+1]
			}
		}
		for _, i := range points {
			if parts.of[i] == own {
				continue
			}
			if p := (Pair{Distance2(x, t.x[int(i)*t.dim:][:t.dim]), point, i}); p.less(*best) {
				*best = p
			}
		}
		return
	}
	gap := x[n.axis] - n.split
	first, second := n.left, n.left+1
	if gap >= 0 {
		first, second = second, first
	}
	t.foreign(best, first, point, parts)
	if float64(gap*gap) <= best.Distance2 {
		t.foreign(best, second, point, parts)
	}
}

package geo

import "github.com/territory-go/territory/partition"

// Detachable reports whether a territory stays in one piece where it gives the
// unit away: whether the neighbours of the unit that are of its own territory
// remain connected to each other within it. A unit that is alone, or at the end
// of its territory, is detachable, and so is one that is [partition.Unassigned]
// by the same test on what is unassigned. If a territory is in several pieces
// already, only the piece of the unit counts.
//
// The answer is exact. The ring around the unit is looked at first, which
// decides almost always on the graph of a map and costs O(d·D) for d neighbours that
// have at most D each; what it leaves open is decided by searches from the neighbours that go on in
// turn until they have met, or one of them has nothing left: O(the smaller side)
// where the territory would break.
//
// a needs as many units as g; Detachable panics, as indexing a slice would, at a
// unit that there is not.
func Detachable(g partition.Graph, a partition.Assignment, unit int) bool {
	own := a.Of(unit)
	var r ring
	for _, v := range g.Neighbors(unit) {
		if a.Of(v) == own {
			r.set = append(r.set, len(r.units))
			r.units = append(r.units, v)
		}
	}
	r.pieces = len(r.units)
	for i, u := range r.units {
		near := g.Neighbors(u)
		for j, v := range r.units {
			for len(near) > 0 && near[0] < v { // both lists ascend
				near = near[1:]
			}
			if len(near) > 0 && near[0] == v {
				r.merge(i, j)
			}
		}
	}
	return r.pieces < 2 || r.meet(g, a, unit)
}

// ring is the units around one, and which of them are known to be connected.
type ring struct {
	units  []int
	set    []int // per unit the first one, by position, that it is connected to
	pieces int
}

func (r *ring) merge(i, j int) {
	a, b := min(r.set[i], r.set[j]), max(r.set[i], r.set[j])
	if a == b {
		return
	}
	r.pieces--
	for k, s := range r.set {
		if s == b {
			r.set[k] = a
		}
	}
}

// meet grows a search from every unit of the ring in turn, one step at a time,
// until all have met, or a piece has come to its end.
func (r *ring) meet(g partition.Graph, a partition.Assignment, unit int) bool {
	own := a.Of(unit)
	found := map[int]int{unit: -1} // by which search
	queues := make([][]int, len(r.units))
	for i, u := range r.units {
		found[u] = i
		queues[i] = []int{u}
	}
	for r.pieces > 1 {
		alive := make([]bool, len(r.units)) // by the first unit of the piece
		for i, queue := range queues {
			if len(queue) == 0 {
				continue
			}
			queues[i] = queue[1:]
			for _, v := range g.Neighbors(queue[0]) {
				if a.Of(v) != own {
					continue
				}
				if j, seen := found[v]; !seen {
					found[v] = i
					queues[i] = append(queues[i], v)
				} else if j >= 0 {
					r.merge(i, j)
				}
			}
		}
		for i, queue := range queues {
			if len(queue) > 0 {
				alive[r.set[i]] = true
			}
		}
		for i, s := range r.set {
			if s == i && !alive[i] && r.pieces > 1 {
				return false
			}
		}
	}
	return true
}

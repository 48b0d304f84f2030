package geo

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// nesting finds holes outside of their outer ring or within another hole, and
// parts within other parts. Rings that cross something are left out: they are
// neither inside nor outside.
func (k *checker) nesting() {
	shell := make([]int, len(k.rings)) // of the ring's part
	for r := range k.rings {
		shell[r] = r
		if ring := &k.rings[r]; ring.ring > 0 {
			shell[r] = shell[r-1]
			if s := shell[r]; k.inside(r, s) < 0 {
				k.add(HoleOutside, ring.part, ring.ring, k.points[ring.walk[0]], "lies outside of its outer ring")
				ring.bad = true
			}
		}
	}
	around := make([]boxes.Box, len(k.rings))
	for r := range k.rings {
		around[r] = k.rings[r].box
	}
	var pairs [][2]int
	boxes.New(around).Pairs(func(r, s int) {
		holes := k.rings[r].ring > 0 && k.rings[s].ring > 0 && shell[r] == shell[s]
		if holes || k.rings[r].ring == 0 && k.rings[s].ring == 0 {
			pairs = append(pairs, [2]int{r, s}, [2]int{s, r})
		}
	})
	slices.SortFunc(pairs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	for _, pair := range pairs {
		r, s := pair[0], pair[1]
		if k.inside(r, s) <= 0 {
			continue
		}
		ring, other := &k.rings[r], &k.rings[s]
		if ring.ring > 0 {
			k.add(HoleNested, ring.part, ring.ring, k.points[ring.walk[0]], "lies within hole %d", other.ring)
			continue
		}
		nested := true
		for h := s + 1; h < len(k.rings) && shell[h] == s; h++ {
			nested = nested && k.inside(r, h) <= 0
		}
		if nested {
			k.add(PartNested, ring.part, ring.ring, k.points[ring.walk[0]], "lies within part %d", other.part)
		}
	}
}

// inside is +1 if ring r lies inside of ring s, -1 if it lies outside; they may
// touch in points. It is 0 if one of them crosses something.
func (k *checker) inside(r, s int) int {
	inner, outer := &k.rings[r], &k.rings[s]
	if inner.bad || outer.bad {
		return 0
	}
	if !inner.box.Meets(&outer.box) {
		return -1
	}
	for _, v := range inner.walk {
		if side := k.side(k.points[v], outer.walk); side != 0 {
			return side
		}
	}
	// All vertices lie on the other ring: the edge from one of them goes inside or
	// outside, for it does not run along the other ring.
	for i, v := range inner.walk {
		for j := range outer.walk {
			a, b := outer.walk[j], outer.next(j)
			before, after := a, b
			switch {
			case v == b:
				continue // comes up as the beginning of the next edge
			case v == a:
				before, after = k.neighbors(stretch{int32(s), int32(j)}, true)
			case !on(k.points, a, b, v):
				continue
			}
			to := inner.next(i)
			if to == before || to == after {
				continue
			}
			// With the interior on the left, it lies clockwise of the way back.
			if between(k.points, v, before, to, after) == (outer.turn > 0) {
				return 1
			}
			return -1
		}
	}
	return 0
}

// side is +1 if p lies inside of a ring, 0 on it, -1 outside; even-odd.
func (k *checker) side(p orb.Point, walk []int32) int {
	in := false
	a := k.points[walk[len(walk)-1]]
	for _, v := range walk {
		b := k.points[v]
		if min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1]) {
			turn := robust.Orient(a, b, p)
			if turn == 0 && within(a, b, p) {
				return 0
			}
			if (a[1] > p[1]) != (b[1] > p[1]) && (turn > 0) == (b[1] > a[1]) {
				in = !in
			}
		}
		a = b
	}
	if in {
		return 1
	}
	return -1
}

// interiors finds the parts whose rings touch each other so that the interior
// falls apart: that is where rings and the points in which they touch form a
// cycle. Rings that cross something are left out.
func (k *checker) interiors() {
	// Every ring and every point is a set of its own; each touch joins two.
	root := map[[2]int32][2]int32{}
	var find func(x [2]int32) [2]int32
	find = func(x [2]int32) [2]int32 {
		up, known := root[x]
		if !known || up == x {
			return x
		}
		up = find(up)
		root[x] = up
		return up
	}
	split := make(map[int]orb.Point)
	var parts []int
	for _, touch := range k.touches {
		ring, v := &k.rings[touch[0]], touch[1]
		if ring.bad {
			continue
		}
		// Parts may touch each other as they like, so a point is one for each part.
		r, p := find([2]int32{-1, touch[0]}), find([2]int32{int32(ring.part), v})
		if r != p {
			root[r] = p
			continue
		}
		if _, known := split[ring.part]; !known {
			split[ring.part] = k.points[v]
			parts = append(parts, ring.part)
		}
	}
	slices.Sort(parts)
	for _, part := range parts {
		k.add(InteriorSplit, part, -1, split[part], "is cut in two by rings that touch, at %v among other points", split[part])
	}
}

package geo

import (
	"math/bits"
	"slices"
)

// index makes the table of edges and of the areas along them from the walks,
// the vertices of each ring in order, its interior on the left.
func (c *Coverage) index(walks [][]int32) {
	total := 0
	for _, walk := range walks {
		total += len(walk)
	}
	slots := make([]int32, 1<<bits.Len(uint(total+total/2+4))) // open addressing; edge+1, 0 is free
	mask := uint64(len(slots) - 1)
	c.ends = make([][2]int32, 0, total/2+4)
	c.halves = make([]int32, 0, total)
	c.first = make([]int32, 0, len(walks)+1)
	count := make([]int32, 1, total/2+5)
	for _, walk := range walks {
		c.first = append(c.first, int32(len(c.halves)))
		for i, a := range walk {
			b := walk[0]
			if i+1 < len(walk) {
				b = walk[i+1]
			}
			key := [2]int32{min(a, b), max(a, b)}
			h := (uint64(key[0])<<32 | uint64(key[1])) * 0x9e3779b97f4a7c15
			slot := (h ^ h>>32) * 0xc2b2ae3d27d4eb4f >> 20 & mask
			for slots[slot] != 0 && c.ends[slots[slot]-1] != key {
				slot = (slot + 1) & mask
			}
			if slots[slot] == 0 {
				c.ends = append(c.ends, key)
				count = append(count, 0)
				slots[slot] = int32(len(c.ends))
			}
			half := (slots[slot] - 1) << 1
			if a > b {
				half++
			}
			count[half>>1+1]++
			c.halves = append(c.halves, half)
		}
	}
	c.first = append(c.first, int32(len(c.halves)))

	for e := range c.ends {
		count[e+1] += count[e]
	}
	c.of = count
	c.uses = make([]int32, total)
	free := slices.Clone(count)
	for r := range walks {
		for _, half := range c.halves[c.first[r]:c.first[r+1]] {
			c.uses[free[half>>1]] = c.rings[r].area<<1 | half&1
			free[half>>1]++
		}
	}
	for e := range c.ends {
		if uses := c.along(int32(e)); len(uses) > 1 {
			slices.Sort(uses)
		}
	}
}

// along lists the areas along an edge, as in uses.
func (c *Coverage) along(edge int32) []int32 {
	return c.uses[c.of[edge]:c.of[edge+1]]
}

// matched reports whether an edge has one area on either side, as between two
// neighbours of a clean coverage.
func (c *Coverage) matched(edge int32) bool {
	uses := c.along(edge)
	return len(uses) == 2 && (uses[0]^uses[1])&1 == 1
}

package allocate

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/parallel"
)

// localOrder is a permutation of the units in which neighbours in the list are
// neighbours on the map: the order along a Hilbert curve through their bounding
// square (of longitude and latitude on the sphere), equal cells by index.
// Every s-th unit of it is a sample that is spread as the units are, and a walk
// along it finds the tree in the cache. O(n).
func (t *Travel) localOrder() []int32 { return hilbertOrder(t.Units) }

// localOrder is computed once; the result must not be modified.
func (p *preparedTravel) localOrder() []int32 {
	p.orderOnce.Do(func() { p.order = hilbertOrder(p.t.Units) })
	return p.order
}

// hilbertBits is the order of the curve: 2^15 cells a side.
const hilbertBits = 15

func hilbertOrder(points []orb.Point) []int32 {
	const side = 1 << hilbertBits
	order := make([]int32, len(points))
	if len(points) == 0 {
		return order
	}
	lo, hi := points[0], points[0]
	for _, p := range points {
		lo[0], hi[0] = min(lo[0], p[0]), max(hi[0], p[0])
		lo[1], hi[1] = min(lo[1], p[1]), max(hi[1], p[1])
	}
	scale := side / max(hi[0]-lo[0], hi[1]-lo[1])
	if math.IsInf(scale, 0) || math.IsNaN(scale) {
		scale = 0 // all in one cell
	}
	cell := func(v, lo float64) uint32 {
		v = (v - lo) * scale
		if !(v > 0) {
			return 0
		}
		return uint32(min(v, side-1))
	}
	keyed := make([]uint64, len(points))
	steps := hilbertSteps()
	parallel.For(groups, func(g int) {
		from, to := span(len(points), g)
		for i := from; i < to; i++ {
			x, y := cell(points[i][0], lo[0]), cell(points[i][1], lo[1])
			keyed[i] = uint64(hilbertKey(&steps, x, y))<<32 | uint64(i)
		}
	})
	for i, k := range sortKeyed(keyed) {
		order[i] = int32(uint32(k))
	}
	return order
}

// hilbertSteps is the curve as an automaton over pairs of bits, from the
// highest. In state flip·2+swap the pair x·2+y leads to the entry
// [state·4 + pair] = nextState·4 + digit.
func hilbertSteps() (steps [16]uint8) {
	for state := range uint8(4) {
		flip, swap := state>>1, state&1
		for pair := range uint8(4) {
			x, y := pair>>1^flip, pair&1^flip
			if swap == 1 {
				x, y = y, x
			}
			next := state
			if y == 0 { // the curve turns in the two lower quadrants
				next ^= 1
				if x == 1 {
					next ^= 2
				}
			}
			steps[state*4+pair] = next*4 + (3*x ^ y)
		}
	}
	return steps
}

// hilbertKey is the position of a cell on the curve.
func hilbertKey(steps *[16]uint8, x, y uint32) uint32 {
	var key, state uint32
	for b := hilbertBits - 1; b >= 0; b-- {
		pair := (x>>b&1)<<1 | y>>b&1
		step := uint32(steps[(state<<2|pair)&15])
		key = key<<2 | step&3
		state = step >> 2
	}
	return key
}

// sortKeyed sorts by the upper halves, whose values are below
// 2^(2·hilbertBits), and keeps the order of equal ones: a radix sort with three
// digits. It may return its argument or another slice.
func sortKeyed(a []uint64) []uint64 {
	const (
		passes = 3
		digit  = (2*hilbertBits + passes - 1) / passes
		size   = 1 << digit
	)
	var count [passes][size]int32
	for _, v := range a {
		for p := range passes {
			count[p][v>>(32+p*digit)&(size-1)]++
		}
	}
	b := make([]uint64, len(a))
	for p := range passes {
		c := &count[p]
		sum := int32(0)
		for d, k := range c {
			c[d] = sum
			sum += k
		}
		for _, v := range a {
			d := v >> (32 + p*digit) & (size - 1)
			b[c[d]] = v
			c[d]++
		}
		a, b = b, a
	}
	return a
}

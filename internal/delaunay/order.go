package delaunay

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/splitmix"
)

// distinct lists the points to insert, in that order, one for every place, and
// fills Same with the others.
func (m *Mesh) distinct(points []orb.Point) []int32 {
	keys := keys(points)
	order := bykey(keys)
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && keys[order[hi]] == keys[order[lo]] {
			hi++
		}
		if hi > lo+1 {
			slices.SortFunc(order[lo:hi], func(i, j int32) int { return lexical(points, i, j) })
		}
		lo = hi
	}
	kept := order[:0]
	for _, v := range order {
		if k := len(kept); k > 0 && points[kept[k-1]] == points[v] {
			m.Same = append(m.Same, [2]int32{kept[k-1], v})
			continue
		}
		kept = append(kept, v)
	}
	return kept
}

// lexical orders points from left to right and upwards, equal ones by number.
func lexical(points []orb.Point, i, j int32) int {
	a, b := points[i], points[j]
	return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(i, j))
}

// line sorts points that lie on one line along it.
func line(points []orb.Point, order []int32) []int32 {
	slices.SortFunc(order, func(i, j int32) int { return lexical(points, i, j) })
	return order
}

// levels is the number of rounds; each but the first is some eight times as
// large as all before it.
const levels = 8

// keys are per point its round, in the upper four bits, and where it lies on a
// Hilbert curve of 2^30 × 2^30 cells. They depend on the set of places alone.
func keys(points []orb.Point) []uint64 {
	if len(points) == 0 {
		return nil
	}
	low, high := points[0], points[0]
	for _, p := range points {
		for d := range p {
			low[d], high[d] = min(low[d], p[d]), max(high[d], p[d])
		}
	}
	// Halves, as the whole might overflow.
	half := max(float64(high[0]/2)-float64(low[0]/2), float64(high[1]/2)-float64(low[1]/2))
	scale := 0.0
	if half > 0 {
		scale = math.Min((1<<29)*(1-0x1p-30)/half, math.MaxFloat64)
	}
	keys := make([]uint64, len(points))
	for i, p := range points {
		x := uint32(float64(2 * float64((float64(p[0]/2)-float64(low[0]/2))*scale)))
		y := uint32(float64(2 * float64((float64(p[1]/2)-float64(low[1]/2))*scale)))
		var s splitmix.Source
		s.Mix(math.Float64bits(p[0] + 0)) // -0 and 0 are one place
		s.Mix(math.Float64bits(p[1] + 0))
		round := max(0, levels-1-bits.TrailingZeros64(s.Uint64()|1<<60)/3)
		keys[i] = uint64(round)<<60 | hilbert(x, y)
	}
	return keys
}

// hilbert is the position of a cell along the curve of 2^30 × 2^30 cells.
func hilbert(x, y uint32) uint64 {
	key := uint64(0)
	for bit := 29; bit >= 0; bit-- {
		right, up := x>>bit&1, y>>bit&1
		key = key<<2 | uint64(right*3^up)
		if up == 0 {
			if right == 1 {
				x, y = ^x, ^y
			}
			x, y = y, x
		}
	}
	return key
}

// bykey lists the indices of keys in ascending order, those of equal ones too.
func bykey(keys []uint64) []int32 {
	const digits = 11
	type entry struct {
		key uint64
		i   int32
	}
	from, to := make([]entry, len(keys)), make([]entry, len(keys))
	for i, k := range keys {
		from[i] = entry{k, int32(i)}
	}
	for shift := 0; shift < 64; shift += digits {
		var start [1 << digits]int32
		for _, e := range from {
			start[e.key>>shift&(1<<digits-1)]++
		}
		sum := int32(0)
		for d, count := range start {
			start[d] = sum
			sum += count
		}
		for _, e := range from {
			d := e.key >> shift & (1<<digits - 1)
			to[start[d]] = e
			start[d]++
		}
		from, to = to, from
	}
	order := make([]int32, len(keys))
	for i, e := range from {
		order[i] = e.i
	}
	return order
}

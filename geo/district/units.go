package district

import "math/bits"

// units is a set of up to 128 units.
type units struct{ low, high uint64 }

func unit(u int32) units {
	if u < 64 {
		return units{low: 1 << u}
	}
	return units{high: 1 << (u - 64)}
}

// firstUnits are the units below n.
func firstUnits(n int) units {
	if n <= 64 {
		return units{low: 1<<n - 1}
	}
	return units{^uint64(0), 1<<(n-64) - 1}
}

func (a units) and(b units) units     { return units{a.low & b.low, a.high & b.high} }
func (a units) or(b units) units      { return units{a.low | b.low, a.high | b.high} }
func (a units) without(b units) units { return units{a.low &^ b.low, a.high &^ b.high} }
func (a units) none() bool            { return a.low|a.high == 0 }
func (a units) meets(b units) bool    { return a.low&b.low|a.high&b.high != 0 }
func (a units) count() int            { return bits.OnesCount64(a.low) + bits.OnesCount64(a.high) }

func (a units) has(u int32) bool {
	if u < 64 {
		return a.low>>u&1 == 1
	}
	return a.high>>(u-64)&1 == 1
}

// first is the lowest unit of a set that is not empty.
func (a units) first() int32 {
	if a.low != 0 {
		return int32(bits.TrailingZeros64(a.low))
	}
	return int32(64 + bits.TrailingZeros64(a.high))
}

// rest is the set without its lowest unit.
func (a units) rest() units {
	if a.low != 0 {
		return units{a.low & (a.low - 1), a.high}
	}
	return units{0, a.high & (a.high - 1)}
}

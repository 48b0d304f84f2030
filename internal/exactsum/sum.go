// Package exactsum adds float64 numbers without any error, so that a sum depends
// neither on the order of its terms nor on how they were grouped, and a term can
// be taken out again. The result is rounded once, when it is asked for.
//
// The idea is that of R. M. Neal, Fast exact summation using small and large
// superaccumulators (2015): a sum is one long fixed-point number, whose limbs
// have room for many carries before these must be passed on. Unlike his, an
// accumulator here is as long as its terms need and no longer, because schemes
// keep one for each of many thousand cells.
package exactsum

import (
	"math"
	"math/bits"
)

const (
	limbBits = 32
	lowBits  = 1<<limbBits - 1
	patience = 1 << 29 // terms before carries must be passed on
	usual    = 5       // limbs that the sums of Make have room for at first
)

// Sum is the exact sum of the numbers added so far. The zero value is the empty
// sum, 0. A Sum must not be copied by assignment while both copies are in use:
// [Sum.Clone] does.
type Sum struct {
	limb    []int64 // the sum is that of limb[i]·2^(32·(first+i)-1074)
	first   int32
	pending int32 // |limb[i]| ≤ (pending+1)·2^32
}

// Make makes n empty sums in two pieces of memory.
func Make(n int) []Sum {
	sums := make([]Sum, n)
	limbs := make([]int64, n*usual)
	for i := range sums {
		sums[i].limb = limbs[i*usual : i*usual : (i+1)*usual]
	}
	return sums
}

// Clone is a sum of its own with the same value.
func (s *Sum) Clone() Sum {
	c := *s
	c.limb = append([]int64(nil), s.limb...)
	return c
}

// Reset makes the sum empty, and keeps its memory.
func (s *Sum) Reset() { s.limb, s.first, s.pending = s.limb[:0], 0, 0 }

// Add adds x, which must be finite; Add(-x) takes it out again.
func (s *Sum) Add(x float64) {
	b := math.Float64bits(x)
	mantissa, shift := b&(1<<52-1), int(b>>52&0x7ff)
	if shift > 0 {
		mantissa |= 1 << 52
		shift--
	}
	if mantissa == 0 {
		return
	}
	at := shift / limbBits
	high, low := bits.Mul64(mantissa, 1<<(shift%limbBits))
	s.cover(at, at+3)
	if s.pending++; s.pending > patience {
		s.carry()
		s.cover(at, at+3)
		s.pending++
	}
	l := s.limb[at-int(s.first):]
	_ = l[2]
	if int64(b) < 0 {
		l[0] -= int64(low & lowBits)
		l[1] -= int64(low >> limbBits)
		l[2] -= int64(high)
	} else {
		l[0] += int64(low & lowBits)
		l[1] += int64(low >> limbBits)
		l[2] += int64(high)
	}
}

// AddSum adds all that t holds; t does not change, and must not be s.
func (s *Sum) AddSum(t *Sum) {
	if len(t.limb) == 0 {
		return
	}
	if s.pending > patience-t.pending-1 {
		s.carry()
	}
	s.cover(int(t.first), int(t.first)+len(t.limb))
	s.pending += t.pending + 1
	l := s.limb[t.first-s.first:]
	for i, v := range t.limb {
		l[i] += v
	}
}

// cover makes room for the limbs from..to-1.
func (s *Sum) cover(from, to int) {
	if len(s.limb) == 0 {
		s.first = int32(from)
	}
	more := int(s.first) - from
	if need := to - int(s.first); need > len(s.limb) {
		for len(s.limb) < need {
			s.limb = append(s.limb, 0)
		}
	}
	if more > 0 {
		s.limb = append(make([]int64, more, more+len(s.limb)), s.limb...)
		s.first = int32(from)
	}
}

// carry passes on what exceeds a limb.
func (s *Sum) carry() {
	s.limb = carried(s.limb)
	s.pending = 0
}

// carried brings all limbs but the last into 0..2^32-1, and the last into
// -2^31..2^31-1.
func carried(limb []int64) []int64 {
	over := int64(0)
	for i := range limb {
		v := limb[i] + over
		over = v >> limbBits
		limb[i] = v & lowBits
	}
	for len(limb) > 0 {
		if top := limb[len(limb)-1]; over == 0 && top < 1<<(limbBits-1) {
			break
		} else if over == -1 && top >= 1<<(limbBits-1) {
			limb[len(limb)-1] = top - 1<<limbBits
			break
		}
		limb = append(limb, over&lowBits)
		over >>= limbBits
	}
	return limb
}

// Float64 is the float64 nearest to the sum, ties to even; ±Inf beyond the
// largest one. The sum of nothing, and every sum that is zero, is +0.
func (s *Sum) Float64() float64 {
	var room [16]int64 // more than most sums need
	const below = 2    // so that there are 53 bits below any
	limb := append(append(room[:0], 0, 0), s.limb...)
	limb = append(limb[:below], carried(limb[below:])...)
	sign := uint64(0)
	if len(limb) > below && limb[len(limb)-1] < 0 {
		sign = 1 << 63
		for i := range limb {
			limb[i] = -limb[i]
		}
		limb = append(limb[:below], carried(limb[below:])...)
	}
	top := len(limb) - 1
	for top >= below && limb[top] == 0 {
		top--
	}
	if top < below {
		return 0
	}
	lead := top*limbBits + bits.Len64(uint64(limb[top])) - 1
	exponent := lead + (int(s.first)-below)*limbBits - 1074
	if exponent > 1023 {
		return math.Float64frombits(sign | 2047<<52)
	}
	low := lead - 52
	i, shift := low/limbBits, low%limbBits
	mantissa := uint64(limb[i])>>shift | uint64(limb[i+1])<<(limbBits-shift)
	if i+2 <= top {
		mantissa |= uint64(limb[i+2]) << (2*limbBits - shift)
	}
	mantissa &= 1<<53 - 1
	if exponent < -1022 { // below the smallest normal number nothing is lost
		return math.Float64frombits(sign | mantissa>>(-1022-exponent))
	}
	half := low - 1
	if uint64(limb[half/limbBits])>>(half%limbBits)&1 == 1 {
		sticky := uint64(limb[half/limbBits]) & (1<<(half%limbBits) - 1)
		for k := range half / limbBits {
			sticky |= uint64(limb[k])
		}
		if sticky != 0 || mantissa&1 == 1 {
			mantissa++ // up to 2^53, which the addition below carries into the exponent
		}
	}
	return math.Float64frombits(sign | (uint64(exponent+1022)<<52 + mantissa))
}

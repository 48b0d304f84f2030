// Package splitmix draws the random numbers of the solvers: the same ones on
// every platform, from the seed alone, whatever version of Go compiles them.
package splitmix

import "math/bits"

// Source is the generator SplitMix64 (Steele, Lea, Flood, Fast Splittable
// Pseudorandom Number Generators, OOPSLA 2014, with the constants of
// S. Vigna's version, public domain). Its value is its seed; every seed is
// good. It is no secret to anybody who has seen a number of it.
type Source uint64

// Uint64 is uniform over all values.
func (s *Source) Uint64() uint64 {
	*s += 0x9E3779B97F4A7C15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// Float is uniform in [0, 1), with 53 bits.
func (s *Source) Float() float64 { return float64(float64(s.Uint64()>>11) * 0x1p-53) }

// Below is uniform in 0..n-1, to one part in 2^32, for n of 1..2^31-1.
func (s *Source) Below(n int) int { return int(s.Uint64() >> 32 * uint64(n) >> 32) }

// Mix makes the state depend on x, so that a Source is a hash of a sequence of
// numbers.
func (s *Source) Mix(x uint64) {
	*s ^= Source(x + 1)
	*s = Source(s.Uint64())
}

// Fork is a Source of its own for every x, so that what is drawn for one x does
// not depend on how much was drawn for another.
func Fork(seed, x uint64) Source {
	s := Source(seed ^ bits.RotateLeft64(x*0xD1342543DE82EF95, 29))
	s.Uint64()
	return Source(s.Uint64())
}

package centroid

import "math/bits"

// random is the generator of Sebastiano Vigna's SplitMix64 (public domain).
type random uint64

func (s *random) next() uint64 {
	*s += 0x9E3779B97F4A7C15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below is uniform in 0..n-1, to one part in 2^32.
func (s *random) below(n int) int {
	return int(uint64(uint32(s.next()>>32)) * uint64(n) >> 32)
}

// float is uniform in [0, 1).
func (s *random) float() float64 { return float64(float64(s.next()>>11) * 0x1p-53) }

// fork is a generator of its own for every x.
func fork(seed, x uint64) random {
	s := random(seed ^ bits.RotateLeft64(x*0xD1342543DE82EF95, 29))
	s.next()
	return random(s.next())
}

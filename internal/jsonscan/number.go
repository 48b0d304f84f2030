package jsonscan

import "strconv"

// tens are the powers of ten that a float64 holds exactly.
var tens = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// Number reads a number and returns the float64 nearest to it. One that no
// float64 is near to, such as 1e999, is an error.
//
// Digits that make a whole number m ≤ 2^53, and a power of ten that is exact as
// well, take one multiplication or division, whose result is the nearest there
// is because only it rounds (Clinger's fast path); the rest is left to strconv.
func (s *Scanner) Number() float64 {
	s.Peek()
	if s.err != nil {
		return 0
	}
	data, from := s.data, s.pos
	i := from
	negative := false
	if i < len(data) && data[i] == '-' {
		negative = true
		i++
	}
	first := i
	var m uint64
	for i < len(data) && data[i]-'0' <= 9 {
		m = 10*m + uint64(data[i]-'0')
		i++
	}
	digits := i - first
	if digits == 0 || digits > 1 && data[first] == '0' {
		s.notANumber(from, i)
		return 0
	}
	exponent := 0
	if i < len(data) && data[i] == '.' {
		i++
		point := i
		for i < len(data) && data[i]-'0' <= 9 {
			m = 10*m + uint64(data[i]-'0')
			i++
		}
		if i == point {
			s.notANumber(from, i)
			return 0
		}
		digits += i - point
		exponent = point - i
	}
	if i < len(data) && data[i]|' ' == 'e' {
		i++
		down := false
		if i < len(data) && (data[i] == '-' || data[i] == '+') {
			down = data[i] == '-'
			i++
		}
		power, start := 0, i
		for i < len(data) && data[i]-'0' <= 9 {
			power = min(10*power+int(data[i]-'0'), 1e6)
			i++
		}
		if i == start {
			s.notANumber(from, i)
			return 0
		}
		if down {
			power = -power
		}
		exponent += power
	}
	s.pos = i
	// 19 digits cannot have overflowed m.
	if digits <= 19 && m <= 1<<53 && exponent >= -22 && exponent <= 22 {
		x := float64(m)
		if exponent < 0 {
			x /= tens[-exponent]
		} else {
			x *= tens[exponent]
		}
		if negative {
			x = -x
		}
		return x
	}
	x, err := strconv.ParseFloat(string(data[from:i]), 64)
	if err != nil {
		s.Fail(from, "%.40s: is beyond the largest float64", data[from:i])
		return 0
	}
	return x
}

func (s *Scanner) notANumber(from, at int) {
	if at > from {
		s.Fail(from, "a number that is not well-formed")
		return
	}
	s.Fail(from, "%s where a number should be", s.Found())
}

// Pair reads an array of numbers, of which it keeps the first two, and says how
// many there were.
func (s *Scanner) Pair() (pair [2]float64, n int) {
	for s.Open('['); s.More(']'); n++ {
		if x := s.Number(); n < 2 {
			pair[n] = x
		}
	}
	return pair, n
}

package allocate

import "math"

// sum adds floating-point numbers with Neumaier's compensation: the rounding of
// every addition is caught and added at the end. The error of the total is at
// most
//
//	u·|Σx| + (k·u)²·Σ|x|,   u = 2⁻⁵³, k terms,
//
// so that it hardly depends on the order. The zero value is an empty sum. Terms
// must be finite.
//
// Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
// Summen", ZAMM 54 (1974).
type sum struct{ head, tail float64 }

func (s *sum) add(x float64) {
	t := s.head + x
	if math.Abs(s.head) >= math.Abs(x) {
		s.tail += (s.head - t) + x
	} else {
		s.tail += (x - t) + s.head
	}
	s.head = t
}

// merge adds what another sum has collected.
func (s *sum) merge(o sum) {
	s.add(o.head)
	s.add(o.tail)
}

func (s sum) total() float64 { return s.head + s.tail }

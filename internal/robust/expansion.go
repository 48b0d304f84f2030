package robust

// expansion is an exact sum: terms of increasing magnitude that do not
// overlap, so that the last one has the sign of the whole.
type expansion struct {
	terms [16]float64
	n     int
}

// add adds x without rounding (Shewchuk's Grow-Expansion, zeros left out).
func (e *expansion) add(x float64) {
	kept := 0
	for _, t := range e.terms[:e.n] {
		sum, err := twoSum(x, t)
		if err != 0 {
			e.terms[kept] = err
			kept++
		}
		x = sum
	}
	if x != 0 || kept == 0 {
		e.terms[kept] = x
		kept++
	}
	e.n = kept
}

// addProduct adds x·y without rounding.
func (e *expansion) addProduct(x, y float64) {
	p, err := twoProduct(x, y)
	e.add(err)
	e.add(p)
}

func (e *expansion) sign() int {
	last := e.terms[e.n-1]
	switch {
	case last > 0:
		return 1
	case last < 0:
		return -1
	}
	return 0
}

// twoSum is a + b as its rounded value and what rounding lost (Knuth).
func twoSum(a, b float64) (sum, err float64) {
	sum = a + b
	bv := sum - a
	av := sum - bv
	return sum, (a - av) + (b - bv)
}

// twoProduct is a·b as its rounded value and what rounding lost (Dekker). It
// makes do without a fused multiply-add, which not every processor has.
func twoProduct(a, b float64) (product, err float64) {
	product = float64(a * b)
	ahi, alo := split(a)
	bhi, blo := split(b)
	err = product - float64(ahi*bhi)
	err -= float64(alo * bhi)
	err -= float64(ahi * blo)
	return product, float64(alo*blo) - err
}

// split cuts a number into two of half its digits (Veltkamp).
func split(a float64) (hi, lo float64) {
	c := float64((1<<27 + 1) * a)
	hi = c - (c - a)
	return hi, a - hi
}

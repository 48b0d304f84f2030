package allocate

// groups is the number of partial sums into which work is cut. It is fixed, so
// that the order of every summation is.
const groups = 32

// span is the half-open range of group g when n items are cut into groups.
func span(n, g int) (lo, hi int) { return n * g / groups, n * (g + 1) / groups }

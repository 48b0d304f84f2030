package detmath

// Exponentials fills x with quantiles of the exponential distribution of mean 1:
// -ln u for u in the middle of equal parts of 0..1, the largest first. One of
// them drawn at random is by how many temperatures simulated annealing may
// make things worse.
func Exponentials(x []float64) {
	for k := range x {
		x[k] = -Log((float64(k) + 0.5) / float64(len(x)))
	}
}

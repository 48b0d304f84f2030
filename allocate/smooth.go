package allocate

// smoothMin is the smoothed minimum of q at temperature t > 0,
//
//	min_{x ≥ 0, Σx = 1} Σ q_e·x_e + t/2·Σ x_e²,
//
// with its minimiser written to x; both have the same length ≥ 1. The minimiser
// is the projection of -q/t onto the simplex: only entries within t of the
// smallest can be positive, and no exponential is needed, so the bits are the
// same everywhere. scratch must have room for len(q) numbers. O(L + S log S).
func smoothMin(q, x, scratch []float64, t float64) (value float64, support int) {
	lo := q[0]
	for _, v := range q[1:] {
		if v < lo {
			lo = v
		}
	}
	near := scratch[:0]
	for _, v := range q {
		if d := v - lo; d < t {
			k := len(near)
			near = append(near, d)
			for k > 0 && near[k-1] > d {
				near[k] = near[k-1]
				k--
			}
			near[k] = d
		}
	}
	// The threshold: the largest k with near[k-1] < (t + sum of the first k)/k.
	sum, level := 0.0, t
	for k, d := range near {
		if d >= level {
			break
		}
		sum += d
		level = (t + sum) / float64(k+1)
	}
	sum, squares := 0.0, 0.0
	for e, v := range q {
		d := v - lo
		if d >= level {
			x[e] = 0
			continue
		}
		support++
		y := (level - d) / t
		x[e] = y
		sum += float64(y * d)
		squares += float64(y * y)
	}
	return lo + sum + float64(0.5*t*squares), support
}

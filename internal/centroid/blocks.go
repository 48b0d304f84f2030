package centroid

// block is the number of points that are dealt with together: fixed, so that
// the order of every summation is.
const block = 1024

func blocks(n int) int { return (n + block - 1) / block }

package centroid

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls f for every index 0..n-1 on up to GOMAXPROCS goroutines that
// end before it returns; f(i) writes only to what belongs to i.
func parallel(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}

// block is the number of points that are dealt with together: fixed, so that
// the order of every summation is.
const block = 1024

func blocks(n int) int { return (n + block - 1) / block }

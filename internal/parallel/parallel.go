// Package parallel spreads loops over the processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls f for every index 0..n-1, on up to GOMAXPROCS goroutines that
// end before it returns. Callers make their results independent of the
// schedule: f(i) writes only to what belongs to i, and sums over indices are
// taken afterwards, in order.
func For(n int, f func(i int)) {
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

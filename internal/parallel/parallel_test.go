package parallel_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/parallel"
)

func TestForCallsEveryIndexOnce(t *testing.T) {
	for _, procs := range []int{1, 2, 8} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		for _, n := range []int{0, 1, 2, 7, 1000} {
			calls := make([]int, n) // without a lock: the race detector sees an index that two have
			parallel.For(n, func(i int) { calls[i]++ })
			for i, count := range calls {
				require.Equal(t, 1, count, "index %d of %d on %d processors", i, n, procs)
			}
		}
	}
}

// An index that waits for a later one ends only if there is a goroutine per processor.
func TestForUsesTheProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var met atomic.Int32
	together := make(chan struct{})
	parallel.For(2, func(int) {
		if met.Add(1) == 2 {
			close(together)
		}
		<-together
	})
	require.EqualValues(t, 2, met.Load())
}

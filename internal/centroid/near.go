package centroid

import (
	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
)

// neighbors lists for each point the nearest others, count of them where there
// are so many.
func neighbors(x []float64, dim, count int) [][]int32 {
	n := len(x) / dim
	count = min(count, n-1)
	near := make([][]int32, n)
	if count <= 0 {
		return near
	}
	t := nearest.NewTree(x, dim)
	all := make([]int32, n*count)
	parallel.For(blocks(n), func(b int) {
		var q nearest.Heap
		for i := b * block; i < min(n, (b+1)*block); i++ {
			q.Reset(count)
			t.Search(&q, x[i*dim:(i+1)*dim], int32(i), 64+count)
			near[i] = append(all[i*count:i*count:(i+1)*count], q.Sorted()...)
		}
	})
	return near
}

package cluster

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// spanning is the minimum spanning tree: of equally short edges that of the unit
// that comes first.
func spanning(ctx context.Context, d Distances) ([]step, error) {
	n := d.Len()
	const block = 2048
	type reach struct {
		unit, from int32
		distance   float64
	}
	outside := make([]reach, 0, n) // the units that are not in the tree, in no order
	for i := 1; i < n; i++ {
		outside = append(outside, reach{int32(i), 0, math.Inf(1)})
	}
	var steps []step
	nearest := make([]int, n/block+1)
	bad := make([]partition.Faults, n/block+1)
	for last := int32(0); len(outside) > 0; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		blocks := (len(outside) + block - 1) / block
		parallel.For(blocks, func(b int) {
			best := b * block
			for k := best; k < min(len(outside), (b+1)*block); k++ {
				r := &outside[k]
				x := d.Between(int(max(r.unit, last)), int(min(r.unit, last)))
				if !(x >= 0 && x <= math.MaxFloat64) {
					bad[b].Add(badDistance(max(r.unit, last), min(r.unit, last), x), nil)
				}
				if x < r.distance {
					r.from, r.distance = last, x
				}
				if k == best || r.distance < outside[best].distance || r.distance == outside[best].distance && r.unit < outside[best].unit {
					best = k
				}
			}
			nearest[b] = best
		})
		best := nearest[0]
		for b := range blocks {
			if err := bad[b].Err(); err != nil {
				return nil, err
			}
			if r, s := outside[nearest[b]], outside[best]; r.distance < s.distance || r.distance == s.distance && r.unit < s.unit {
				best = nearest[b]
			}
		}
		r := outside[best]
		steps = append(steps, step{r.from, r.unit, r.distance})
		last = r.unit
		outside[best] = outside[len(outside)-1]
		outside = outside[:len(outside)-1]
	}
	return steps, nil
}

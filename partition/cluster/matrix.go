package cluster

import (
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// matrix holds the distances of all pairs of some units, n² of 4 bytes. They are
// divided by scale, a power of two, where they would not fit otherwise.
type matrix struct {
	n     int
	x     []float32
	scale float64
}

func (m *matrix) row(i int32) []float32 { return m.x[int(i)*m.n : (int(i)+1)*m.n] }

// tile is the side of the squares in which a matrix is filled in: two of them
// stay in the fastest memory.
const tile = 64

// newMatrix asks for the distance of each pair of the units once, or twice where
// it needs another scale, the later unit first. It gives up, with an unusable
// matrix, as soon as stopped says so. Faults are distances that are negative or
// not finite.
func newMatrix(d Distances, units []int32, stopped func() bool) (*matrix, error) {
	n := len(units)
	m := &matrix{n: n, x: make([]float32, n*n), scale: 1}
	side := (n + tile - 1) / tile
	largest := make([]float64, side)
	bad := make([][]partition.InputError, side) // the first of each block
	more := make([]int, side)
	fill := func() {
		parallel.For(side, func(b int) {
			b = side - 1 - b // the long rows first, so that all processors end together
			for a := 0; a <= b && !stopped(); a++ {
				for i := b * tile; i < min(n, (b+1)*tile); i++ {
					for j := a * tile; j < min(i, (a+1)*tile); j++ {
						x := d.Between(int(units[i]), int(units[j]))
						if !(x >= 0 && x <= math.MaxFloat64) {
							if len(bad[b]) < partition.ListedFaults {
								bad[b] = append(bad[b], badDistance(units[i], units[j], x))
							} else {
								more[b]++
							}
							continue
						}
						largest[b] = max(largest[b], x)
						m.x[i*n+j] = float32(x / m.scale)
						m.x[j*n+i] = m.x[i*n+j]
					}
				}
			}
		})
	}
	fill()
	var faults partition.Faults
	others := 0
	for b := range bad {
		listed := min(len(bad[b]), partition.ListedFaults-faults.Len())
		for _, e := range bad[b][:listed] {
			faults.Add(e, nil)
		}
		others += len(bad[b]) - listed + more[b]
	}
	if others > 0 {
		faults.Add(partition.InputError{Field: "Distances", Index: -1, More: others, Why: fmt.Sprintf("and %d faults more", others)}, nil)
	}
	if err := faults.Err(); err != nil || stopped() {
		return nil, err
	}
	high := 0.0
	for _, x := range largest {
		high = max(high, x)
	}
	if high > 0x1p100 || 0 < high && high < 0x1p-100 {
		_, e := math.Frexp(high)
		m.scale = math.Ldexp(1, e-1)
		fill()
	}
	return m, nil
}

func badDistance(i, j int32, x float64) partition.InputError {
	return partition.InputError{Field: "Distances", Index: int(i), Value: x, Why: fmt.Sprintf("is the distance to unit %d; it must be finite and at least 0", j)}
}

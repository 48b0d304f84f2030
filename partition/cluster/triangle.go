package cluster

import (
	"context"
	"fmt"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// triangle holds the distances of all pairs of units, each once: 4·n² bytes.
type triangle struct{ row [][]float64 }

// newTriangle asks for the distance of each pair once, the later unit first.
// Faults are distances that are not within 0..most.
func newTriangle(ctx context.Context, d Distances, most float64) (*triangle, error) {
	n := d.Len()
	t := &triangle{row: make([][]float64, n)}
	bad := make([]partition.Faults, n)
	parallel.For(n, func(i int) {
		i = n - 1 - i // the long rows first, so that all processors end together
		if ctx.Err() != nil {
			return
		}
		t.row[i] = make([]float64, i)
		for j := range t.row[i] {
			x := d.Between(i, j)
			if !(x >= 0 && x <= most) {
				e := badDistance(int32(i), int32(j), x)
				if x > most {
					e.Why += fmt.Sprintf(", and at most %g", most)
				}
				bad[i].Add(e, nil)
			}
			t.row[i][j] = x
		}
	})
	for i := range bad {
		if err := bad[i].Err(); err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return t, nil
}

// square puts 2·w_i·w_j/(w_i + w_j)·d² in the place of each distance d: twice what
// merging the two adds to the sum of squares.
func (t *triangle) square(weight []float64) {
	parallel.For(len(t.row), func(i int) {
		for j, x := range t.row[i] {
			t.row[i][j] = 2 * weight[i] * weight[j] / (weight[i] + weight[j]) * x * x
		}
	})
}

// at is the distance of two different clusters.
func (t *triangle) at(i, j int32) float64 { return t.row[max(i, j)][min(i, j)] }

func (t *triangle) set(i, j int32, x float64) { t.row[max(i, j)][min(i, j)] = x }

package allocate_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Capacitated p-median problems of the literature with proved optima, 50 and
// 100 units: no bound is above the optimum, no plan below it or far above.
func TestMediansLiterature(t *testing.T) {
	folder, best := published(t, "cpmp")
	read := 0
	for _, row := range best {
		name := row["instance"]
		f, err := os.Open(filepath.Join(folder, "osman_christofides", name+".txt"))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		defer f.Close()
		known, err := strconv.ParseFloat(row["best_known"], 64)
		require.NoError(t, err)
		var n, k int
		_, err = fmt.Fscan(f, &n, &k)
		require.NoError(t, err)
		points, room, demand := make([]orb.Point, n), make([]float64, n), make([]float64, n)
		for i := range n {
			_, err = fmt.Fscan(f, &points[i][0], &points[i][1], &room[i], &demand[i])
			require.NoError(t, err)
		}
		down := func(a, b orb.Point) float64 { return math.Floor(planar(a, b)) }
		r, err := allocate.Centers{Budget: 1_000_000}.Partition(context.Background(), &partition.Problem{
			K: k, Points: points, Distance: down, CenterCapacity: room, Measures: []partition.Measure{{Value: demand}},
		})
		require.NoError(t, err)
		cost, load := 0.0, make([]float64, n)
		for i := range n {
			c := r.Centers[r.Plan.Of(i)]
			cost += down(points[i], points[c])
			load[c] += demand[i]
		}
		for c := range load {
			require.LessOrEqual(t, load[c], room[c], name)
		}
		require.Equal(t, cost, r.Certificate.Objective, name)
		require.GreaterOrEqual(t, cost, known, name)
		require.Less(t, cost, 1.02*known, name)
		require.LessOrEqual(t, r.Certificate.Bound, known, name)
		t.Logf("%s: %v, optimum %v, bound %v, %v", name, cost, known, r.Certificate.Bound, r.Stop)
		read++
	}
	require.NotZero(t, read, "%s holds no instance", folder)
}

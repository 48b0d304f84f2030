package cluster_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition/cluster"
)

// truth is the cluster that each point was drawn from, from 1: the lines after a
// row of dashes.
func truth(t testing.TB, name string) []int {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var of []int
	head := true
	for s := bufio.NewScanner(z); s.Scan(); {
		if head {
			head = len(s.Text()) == 0 || s.Text()[0] != '-'
			continue
		}
		l, err := strconv.Atoi(s.Text())
		require.NoError(t, err, name)
		of = append(of, l)
	}
	return of
}

// The medoids cost no more than the best ones of the clusters that the points were
// drawn from.
func TestKMedoidsLiterature(t *testing.T) {
	read := 0
	for _, p := range balanced(t) {
		d := euclid(t, p.problem.Features)
		if d.Len() > 10_000 {
			continue
		}
		members := make([][]int, p.problem.K)
		for i, l := range truth(t, filepath.Join(os.Getenv("TERRITORY_INSTANCES"), "balanced_kmeans", p.name+"-gt.pa.gz")) {
			members[l-1] = append(members[l-1], i)
		}
		known := 0.0
		for _, units := range members {
			least := math.Inf(1)
			for _, c := range units {
				sum := 0.0
				for _, i := range units {
					sum += d.Between(c, i)
				}
				least = min(least, sum)
			}
			known += least
		}
		got, err := cluster.KMedoids{}.Cluster(context.Background(), d, p.problem.K)
		require.NoError(t, err)
		t.Logf("%s: %d units, %d medoids: %.6g, of the clusters drawn %.6g", p.name, d.Len(), p.problem.K, got.Loss, known)
		require.LessOrEqual(t, got.Loss, known*(1+1e-9), p.name)
		read++
	}
	require.NotZero(t, read)
	t.Logf("%d sets read", read)
}

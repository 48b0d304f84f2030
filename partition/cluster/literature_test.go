package cluster_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// points reads the published sets of the folder that TERRITORY_INSTANCES names, and per set
// the best known sum of squares of clusters of limited size, which clusters without limits
// should not exceed.
func points(tb testing.TB) (names []string, sets []*partition.Problem, best []float64) {
	tb.Helper()
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		tb.Skip("TERRITORY_INSTANCES is not set: the published sets are not shipped with the module")
	}
	folder = filepath.Join(folder, "balanced_kmeans")
	table, err := os.Open(filepath.Join(folder, "best_known.csv"))
	require.NoError(tb, err)
	defer table.Close()
	records, err := csv.NewReader(table).ReadAll()
	require.NoError(tb, err)
	for _, record := range records[1:] {
		row := map[string]string{}
		for c, name := range records[0] {
			row[name] = record[c]
		}
		p := &partition.Problem{}
		p.K, err = strconv.Atoi(row["k"])
		require.NoError(tb, err)
		value, err := strconv.ParseFloat(row["best_known"], 64)
		require.NoError(tb, err)
		file, err := os.Open(filepath.Join(folder, row["instance"]+".txt.gz"))
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(tb, err)
		unzip, err := gzip.NewReader(file)
		require.NoError(tb, err)
		for lines := bufio.NewScanner(unzip); lines.Scan(); {
			var at []float64
			for _, word := range strings.Fields(lines.Text()) {
				x, err := strconv.ParseFloat(word, 64)
				require.NoError(tb, err)
				at = append(at, x)
			}
			p.Features = append(p.Features, at)
		}
		require.NoError(tb, file.Close())
		names, sets, best = append(names, row["instance"]), append(sets, p), append(best, value)
	}
	require.NotEmpty(tb, sets)
	return names, sets, best
}

// The mean of ten seeds is at most that of scikit-learn 1.2.1, KMeans(n_clusters=k,
// n_init=1 or 10, random_state=0..9) in its other defaults.
func TestKMeansLiterature(t *testing.T) {
	others := map[string][2]float64{ // n_init 1, 10
		"a1":        {13458834744.26, 12146281668.75},
		"a3":        {33449835634.32, 30353420103.12},
		"s1":        {1.035050268664e13, 8917615616867},
		"s3":        {1.78787972279e13, 1.706131933973e13},
		"unbalance": {214492062847.7, 214492062847.7},
		"iris":      {78.94295362606, 78.94084142615},
		"birch1":    {1.000027010604e14, 9.741843311536e13},
	}
	names, sets, best := points(t)
	for e, p := range sets {
		for column, starts := range []int{1, 10} {
			if starts*p.Len() > 100_000 {
				continue // long, and one start is better than ten of the other
			}
			mean := 0.0
			for seed := range uint64(10) {
				found, err := cluster.KMeans{Starts: starts, Seed: seed}.Cluster(context.Background(), p)
				require.NoError(t, err)
				mean += found.Squares / 10
			}
			other := others[names[e]][column]
			t.Logf("%s, %d starts: %.12g, another %.12g", names[e], starts, mean, other)
			require.LessOrEqual(t, mean, best[e]*(1+1e-9), names[e])
			if other > 0 {
				require.LessOrEqual(t, mean, other*(1+1e-12), names[e])
			}
		}
	}
	t.Logf("%d sets read", len(sets))
}

// BenchmarkKMeansLiterature reports by how much one start is above the best known plan
// of limited sizes; below it is negative.
func BenchmarkKMeansLiterature(b *testing.B) {
	names, sets, best := points(b)
	for e, p := range sets {
		b.Run("instance="+names[e]+"/n="+strconv.Itoa(p.Len()), func(b *testing.B) {
			total, runs := 0.0, 0
			for b.Loop() {
				found, err := cluster.KMeans{Seed: uint64(runs)}.Cluster(context.Background(), p)
				require.NoError(b, err)
				total += found.Squares
				runs++
			}
			b.ReportMetric(100*(total/float64(runs)/best[e]-1), "gap%")
		})
	}
}

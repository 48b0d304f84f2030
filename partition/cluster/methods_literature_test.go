package cluster_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// published is a problem of the literature, with the sum of squares that is
// known to be reached; 0: none is.
type published struct {
	name    string
	problem *partition.Problem
	known   float64
}

// instances is the folder of a family of published instances and the rows of its
// list of known values.
func instances(t testing.TB, family string) (string, []map[string]string) {
	t.Helper()
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the published instances are not shipped with the module")
	}
	folder = filepath.Join(folder, family)
	f, err := os.Open(filepath.Join(folder, "best_known.csv"))
	require.NoError(t, err)
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var rows []map[string]string
	for _, line := range all[1:] {
		row := map[string]string{}
		for c, name := range all[0] {
			row[name] = line[c]
		}
		rows = append(rows, row)
	}
	return folder, rows
}

// numbersOf reads a compressed text, line by line.
func numbersOf(t testing.TB, name string) [][]float64 {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	var rows [][]float64
	for s := bufio.NewScanner(z); s.Scan(); {
		var row []float64
		for _, field := range strings.Fields(s.Text()) {
			x, err := strconv.ParseFloat(field, 64)
			require.NoError(t, err, name)
			row = append(row, x)
		}
		rows = append(rows, row)
	}
	return rows
}

// balanced are points to be divided into clusters of given sizes.
func balanced(t testing.TB) []published {
	folder, rows := instances(t, "balanced_kmeans")
	var all []published
	for _, row := range rows {
		name := filepath.Join(folder, row["instance"]+".txt.gz")
		if _, err := os.Stat(name); os.IsNotExist(err) {
			continue
		}
		number := func(column string) float64 {
			x, err := strconv.ParseFloat(row[column], 64)
			require.NoError(t, err)
			return x
		}
		p := &partition.Problem{K: int(number("k"))}
		for _, x := range numbersOf(t, name) {
			if len(x) > 0 {
				p.Features = append(p.Features, x)
			}
		}
		me := partition.Measure{Name: "size", Value: make([]float64, len(p.Features)), Lower: make([]float64, p.K), Upper: make([]float64, p.K)}
		for i := range me.Value {
			me.Value[i] = 1
		}
		for k := range p.K {
			me.Lower[k], me.Upper[k] = number("min_size"), number("max_size")
		}
		p.Measures = []partition.Measure{me}
		all = append(all, published{row["instance"], p, number("best_known")})
	}
	require.NotEmpty(t, all)
	return all
}

// designs are maps of commercial territory design, of 500 and more units with
// three activities; their plans are known for another objective.
func designs(t testing.TB) []published {
	folder, _ := instances(t, "territory")
	names, err := filepath.Glob(filepath.Join(folder, "planar", "*.dat.gz"))
	require.NoError(t, err)
	var all []published
	for _, name := range names {
		rows := numbersOf(t, name)
		n := int(rows[0][0])
		p := &partition.Problem{}
		activities := make([]partition.Measure, 3)
		for _, x := range rows[1 : 1+n] {
			p.Features = append(p.Features, x[1:3])
			for r := range activities {
				activities[r].Value = append(activities[r].Value, x[3+r])
			}
		}
		edges := int(rows[1+n][0])
		g := make(partition.Adjacency, n)
		for _, e := range rows[2+n : 2+n+edges] {
			u, v := int(e[0]), int(e[1])
			g[u], g[v] = append(g[u], v), append(g[v], u)
		}
		p.Contiguity = sortedLists(g)
		last := rows[2+n+edges]
		p.K = int(last[0])
		for r := range activities {
			activities[r].Name, activities[r].Tolerance = fmt.Sprintf("activity %d", r), 0.05
		}
		p.Measures = activities
		all = append(all, published{strings.TrimSuffix(filepath.Base(name), ".dat.gz"), p, 0})
	}
	require.NotEmpty(t, all)
	return all
}

// Sizes are kept, and the sum of squares is mostly not above that of the clusters
// that the points were drawn around; maps with three activities fall into connected
// territories, mostly within 5 % of equal shares.
func TestMethodsLiterature(t *testing.T) {
	read, low := 0, 0
	for _, in := range balanced(t) {
		if in.problem.Len() > 10_000 {
			continue
		}
		read++
		for _, m := range []partition.Method{cluster.Bisection{Budget: 500_000}, cluster.Growth{}} {
			r, err := m.Partition(context.Background(), in.problem)
			require.NoError(t, err)
			c := r.Certificate
			t.Logf("%s: %T %.6g, %+.1f %% from the known plan", in.name, m, c.Objective, 100*(c.Objective/in.known-1))
			require.True(t, c.Feasible(), in.name)
			if _, grown := m.(cluster.Growth); grown && c.Objective <= in.known {
				low++
			}
		}
	}
	require.Greater(t, 2*low, read)

	maps, within := designs(t), 0
	for _, in := range maps {
		r, err := cluster.Growth{}.Partition(context.Background(), in.problem)
		require.NoError(t, err)
		requireConnected(t, in.problem, r.Plan)
		if r.Certificate.Feasible() {
			within++
		}
	}
	require.Greater(t, 2*within, len(maps))
	t.Logf("%d instances read; %d of %d maps within limits", read+len(maps), within, len(maps))
}

// What each method spends and reaches on published instances.
func BenchmarkMethodsLiterature(b *testing.B) {
	squaredMeans := allocate.Centers{Objective: allocate.SquaredMeans}
	for _, family := range []struct {
		name    string
		list    []published
		methods map[string]partition.Method
	}{
		{"balanced_kmeans", balanced(b), map[string]partition.Method{"bisection": cluster.Bisection{}, "growth": cluster.Growth{}, "squared-means": squaredMeans}},
		{"territory", designs(b), map[string]partition.Method{"growth": cluster.Growth{}, "compact": district.Compact{Budget: 4_000_000}}},
	} {
		for _, in := range family.list {
			for name, m := range family.methods {
				b.Run(fmt.Sprintf("family=%s/instance=%s/n=%d/method=%s", family.name, in.name, in.problem.Len(), name), func(b *testing.B) {
					for b.Loop() {
						r, err := m.Partition(context.Background(), in.problem)
						require.NoError(b, err)
						squares, err := district.SumOfSquares(in.problem, r.Plan)
						require.NoError(b, err)
						b.ReportMetric(squares, "squares")
						b.ReportMetric(r.Certificate.Violation, "violation")
						if in.known > 0 {
							b.ReportMetric(100*(squares/in.known-1), "known%")
						}
					}
				})
			}
		}
	}
}

func sortedLists(g partition.Adjacency) partition.Adjacency {
	for u := range g {
		slices.Sort(g[u])
		g[u] = slices.Compact(g[u])
	}
	return g
}

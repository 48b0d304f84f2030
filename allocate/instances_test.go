package allocate_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// published is the folder of a family of published instances, and their best known
// values: a row per instance, by the columns of its best_known.csv. They are not
// shipped; without TERRITORY_INSTANCES, which names the parent folder, the test is
// skipped. The gate finds the tests that read them by their name.
func published(t *testing.T, family string) (folder string, best []map[string]string) {
	t.Helper()
	require.Regexp(t, "^Test[A-Za-z]*Literature$", t.Name())
	folder = os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the published instances are not shipped with the module")
	}
	folder = filepath.Join(folder, family)
	table, err := os.Open(filepath.Join(folder, "best_known.csv"))
	require.NoError(t, err)
	defer table.Close()
	records, err := csv.NewReader(table).ReadAll()
	require.NoError(t, err)
	for _, rec := range records[1:] {
		row := map[string]string{}
		for k, name := range records[0] {
			row[name] = rec[k]
		}
		best = append(best, row)
	}
	return folder, best
}

// Generalised assignment problems of the literature, up to 200 units: no bound
// is above the best known plan, no plan below a proved optimum, and with little
// work both are near: the small ones are solved to the end.
func TestLiterature(t *testing.T) {
	folder, best := published(t, "gap")
	read := 0
	for _, row := range best {
		name := filepath.Join(folder, filepath.FromSlash(row["instance"]))
		p, err := readGAP(name)
		if os.IsNotExist(err) {
			p, err = readGAP(name + ".gz")
		}
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		n, m := p.Cost.Dims()
		if n > 200 {
			continue
		}
		read++
		t.Run(row["instance"], func(t *testing.T) {
			known, err := strconv.ParseFloat(row["best_known"], 64)
			require.NoError(t, err)
			var s allocate.SingleSource
			if n > 60 {
				s.Budget = 40_000 // a fraction of the default
			}
			r, err := s.Allocate(context.Background(), p)
			require.NoError(t, err)
			require.NoError(t, allocate.Verify(p, r))
			c := r.Certificate
			require.True(t, c.Feasible(), "violation %v", c.Violation)
			require.LessOrEqual(t, c.Bound, known+1e-6)
			if row["optimal_proved"] == "yes" {
				require.GreaterOrEqual(t, c.Objective, known-1e-6)
			}
			require.LessOrEqual(t, c.Objective, 1.03*known)
			require.LessOrEqual(t, c.Gap(), 0.03)
			if n <= 60 {
				require.Equal(t, partition.ProvedOptimal, r.Stop)
			}
			if r.Stop == partition.ProvedOptimal {
				require.LessOrEqual(t, c.Objective, known+1e-6)
			}
			t.Logf("%d × %d: %v, best known %v, bound %.2f, %s", n, m, c.Objective, known, c.Bound, r.Stop)
		})
	}
	t.Logf("%d instances", read)
	require.NotZero(t, read, "%s holds no instance", folder)
}

// readGAP reads "m n", the costs and the loads by agent, and the capacities.
func readGAP(name string) (*allocate.Problem, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = bufio.NewReader(f)
	if filepath.Ext(name) == ".gz" {
		if in, err = gzip.NewReader(in); err != nil {
			return nil, err
		}
		in = bufio.NewReader(in)
	}
	var m, n int
	if _, err := fmt.Fscan(in, &m, &n); err != nil {
		return nil, err
	}
	values := make([]float64, 2*m*n+m)
	for k := range values {
		if _, err := fmt.Fscan(in, &values[k]); err != nil {
			return nil, fmt.Errorf("%s: number %d: %w", name, k, err)
		}
	}
	cost, load, capacity := values[:m*n], values[m*n:2*m*n], values[2*m*n:]
	return &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return cost[j*n+i] }),
		Measures: []partition.Measure{{Name: "load", Upper: capacity}},
		Load:     []allocate.Costs{allocate.CostFunc(n, m, func(i, j int) float64 { return load[j*n+i] })},
	}, nil
}

package district_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// table reads a CSV file of the instances, packed or not, without its header.
func table(t *testing.T, path ...string) [][]string {
	t.Helper()
	name := filepath.Join(append([]string{instances(t)}, path...)...)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = os.Open(name + ".gz")
	}
	require.NoError(t, err)
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(f.Name(), ".gz") {
		r, err = gzip.NewReader(f)
		require.NoError(t, err)
	}
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 1, name)
	return rows[1:]
}

// instances is the folder of published instances; the test is skipped without one.
func instances(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set")
	}
	return folder
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return x
}

func whole(t *testing.T, s string) int { return int(number(t, s)) }

// usMap is a map of "county/AL" or the like, its measure without limits.
func usMap(t *testing.T, state string) *partition.Problem {
	me := partition.Measure{Name: "population"}
	for _, row := range table(t, "districting", state+"_nodes.csv") {
		me.Value = append(me.Value, number(t, row[3]))
	}
	var pairs [][2]int
	for _, row := range table(t, "districting", state+"_edges.csv") {
		pairs = append(pairs, [2]int{whole(t, row[0]), whole(t, row[1])})
	}
	g, err := geo.NewContiguity(len(me.Value), pairs, nil)
	require.NoError(t, err)
	return &partition.Problem{Contiguity: g, Measures: []partition.Measure{me}}
}

func limited(t *testing.T, p *partition.Problem, k, lower, upper string) {
	p.K = whole(t, k)
	for range p.K {
		p.Measures[0].Lower = append(p.Measures[0].Lower, number(t, lower))
		p.Measures[0].Upper = append(p.Measures[0].Upper, number(t, upper))
	}
}

// The published optima of counties are reached, and proved where that takes less
// than a second; of tracts only a short search is made.
func TestCutLiterature(t *testing.T) {
	read := 0
	for _, row := range table(t, "districting", "best_known.csv") {
		name := strings.Split(row[0], "/")
		if name[0] != "mincut" || name[3] != "contig-yes" {
			continue
		}
		p := usMap(t, name[1]+"/"+name[2])
		limited(t, p, row[8], row[9], row[10])
		want, slack, budget := number(t, row[1]), 0.0, 3_000_000
		switch {
		case p.Len() > 128:
			slack = 0.05 * want
			budget = 1_000_000
		case row[12] == "yes" && p.Len() <= 60:
			budget = 20_000_000
		case p.K > 6:
			slack = 0.1 * want // plans within such limits are rare
		}
		r, err := district.Cut{Seed: 1, Budget: budget}.Partition(t.Context(), p)
		require.NoError(t, err, row[0])
		verify(t, p, r)
		require.Zero(t, r.Certificate.Violation, row[0])
		require.LessOrEqual(t, r.Certificate.Objective, want+slack, row[0])
		if row[12] == "yes" {
			require.GreaterOrEqual(t, r.Certificate.Objective, want, row[0])
			require.LessOrEqual(t, r.Certificate.Bound, want, row[0])
		}
		if budget == 20_000_000 {
			require.Equal(t, partition.ProvedOptimal, r.Stop, row[0])
		}
		read++
	}
	require.NotZero(t, read)
	t.Logf("%d published plans read", read)
}

// States that were proved infeasible are named so, with a reason.
func TestInfeasibleLiterature(t *testing.T) {
	read := 0
	for _, row := range table(t, "districting", "infeasible.csv") {
		p := usMap(t, row[0])
		limited(t, p, row[3], row[4], row[5])
		_, err := district.Cut{}.Partition(t.Context(), p)
		var e *partition.InfeasibleError
		require.ErrorAs(t, err, &e, row[0])
		require.NotEmpty(t, e.Units, row[0])
		t.Log(row[0], e.Why)
		read++
	}
	require.NotZero(t, read)
}

// The optima of a map whose connected plans have all been listed are reached
// and proved.
func TestEnumeratedLiterature(t *testing.T) {
	f, err := os.Open(filepath.Join(instances(t), "redist", "fl25.geojson.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	feature := strings.Split(string(text), `"pop":`)[1:]
	me := partition.Measure{Name: "pop"}
	for _, s := range feature {
		me.Value = append(me.Value, number(t, strings.TrimSpace(s[:strings.IndexAny(s, ",}")])))
	}
	require.Len(t, me.Value, 25)
	var pairs [][2]int
	for _, row := range table(t, "redist", "fl25_edges.csv") {
		pairs = append(pairs, [2]int{whole(t, row[0]), whole(t, row[1])})
	}
	g, err := geo.NewContiguity(25, pairs, nil)
	require.NoError(t, err)
	read := 0
	for _, row := range table(t, "redist", "best_known.csv") {
		if !strings.Contains(row[0], "mincut") {
			continue
		}
		me.Tolerance = number(t, row[8])
		p := &partition.Problem{K: whole(t, row[7]), Contiguity: g, Measures: []partition.Measure{me}}
		r, err := district.Cut{}.Partition(t.Context(), p)
		require.NoError(t, err)
		verify(t, p, r)
		require.Equal(t, number(t, row[1]), r.Certificate.Objective, row[0])
		require.Equal(t, number(t, row[1]), r.Certificate.Bound, row[0])
		require.Equal(t, partition.ProvedOptimal, r.Stop)
		read++
	}
	require.NotZero(t, read)
	t.Logf("%d optima read", read)
}

package district_test

import (
	"bufio"
	"compress/gzip"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/partition"
)

// Plans of counties that were proved optimal (for slightly other distances) are
// reached, and no bound is above them.
func TestCompactCountiesLiterature(t *testing.T) {
	read := 0
	for _, row := range table(t, "districting", "best_known.csv") {
		name := strings.Split(row[0], "/")
		if name[0] != "hess" || name[3] != "contig-yes" {
			continue
		}
		state := name[1] + "/" + name[2]
		p := usMap(t, state)
		limited(t, p, row[8], row[9], row[10])
		for _, node := range table(t, "districting", state+"_nodes.csv") {
			p.Points = append(p.Points, orb.Point{number(t, node[5]), number(t, node[4])})
			p.Weight = append(p.Weight, number(t, node[3])/1e6)
		}
		p.Distance = func(a, b orb.Point) float64 { return geo.Geodesic{}.Distance(a, b) / 1000 }
		c := district.Compact{Seed: 1, Budget: 2_000_000}
		r, err := c.Partition(t.Context(), p)
		require.NoError(t, err, row[0])
		verify(t, p, r)
		require.Zero(t, r.Certificate.Violation, row[0])
		want := number(t, row[1])
		require.InEpsilon(t, costOf(c, p, r.Plan), r.Certificate.Objective, 1e-9)
		slack := 1.005
		if p.K > 6 {
			slack = 1.05 // plans within such limits are rare, the budget is small
		}
		require.LessOrEqual(t, r.Certificate.Objective, slack*want, row[0])
		require.LessOrEqual(t, r.Certificate.Bound, want, row[0])
		read++
	}
	require.NotZero(t, read)
	t.Logf("%d published plans read", read)
}

// readTerritories reads an instance of commercial territory design.
func readTerritories(t *testing.T, name string) *partition.Problem {
	t.Helper()
	file := filepath.Join(instances(t), "territory", filepath.FromSlash(name)+".dat")
	f, err := os.Open(file)
	if os.IsNotExist(err) {
		f, err = os.Open(file + ".gz")
	}
	require.NoError(t, err)
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(f.Name(), ".gz") {
		r, err = gzip.NewReader(f)
		require.NoError(t, err)
	}
	words := bufio.NewScanner(r)
	words.Buffer(nil, 1<<24)
	next := func() []string {
		for words.Scan() {
			if w := strings.Fields(words.Text()); len(w) > 0 {
				return w
			}
		}
		require.Fail(t, "the file ends early", name)
		return nil
	}
	n := whole(t, next()[0])
	p := &partition.Problem{Distance: func(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }}
	p.Measures = make([]partition.Measure, 3)
	for range n {
		w := next()
		p.Points = append(p.Points, orb.Point{number(t, w[1]), number(t, w[2])})
		for m := range p.Measures {
			p.Measures[m].Value = append(p.Measures[m].Value, number(t, w[3+m]))
		}
	}
	var pairs [][2]int
	for range whole(t, next()[0]) {
		w := next()
		pairs = append(pairs, [2]int{whole(t, w[0]), whole(t, w[1])})
	}
	p.Contiguity, err = geo.NewContiguity(n, pairs, nil)
	require.NoError(t, err)
	w := next()
	p.K = whole(t, w[0])
	for m := range p.Measures {
		p.Measures[m].Tolerance = number(t, w[len(w)-1])
	}
	return p
}

// Plans of commercial territories are no longer than the published ones, with
// little work, and within the limits.
func TestCompactTerritoriesLiterature(t *testing.T) {
	read, ratios := map[string]int{}, 0.0
	for at, row := range table(t, "territory", "best_known.csv") {
		folder, _, _ := strings.Cut(row[0], "/")
		name, territories, _ := strings.Cut(row[0], " p=")
		if folder != "small" && folder != "planar" || at%20 != 0 {
			continue
		}
		p := readTerritories(t, name)
		if territories != "" {
			p.K = whole(t, territories)
		}
		c := district.Compact{Objective: district.Distance, Budget: 400_000}
		r, err := c.Partition(t.Context(), p)
		require.NoError(t, err)
		verify(t, p, r)
		require.Zero(t, r.Certificate.Violation, row[0])
		require.InEpsilon(t, costOf(c, p, r.Plan), r.Certificate.Objective, 1e-9)
		want := number(t, row[1])
		require.LessOrEqual(t, r.Certificate.Bound, want, row[0])
		require.LessOrEqual(t, r.Certificate.Objective, 1.02*want, row[0])
		read[folder]++
		ratios += r.Certificate.Objective / want
	}
	total := read["small"] + read["planar"]
	require.NotZero(t, total)
	require.Less(t, ratios/float64(total), 1.0)
	t.Logf("%v published plans read, mean ratio %.4f", read, ratios/float64(total))
}

package geo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// The Census lists the neighbours of every county. In thirty states its list is
// that of the corners which counties share in the published shapes.
func TestCountyContiguityLiterature(t *testing.T) {
	areas, at, fips := usCounties(t)
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(t, err)
	rook, queen := c.Contiguity(geo.Rook, geo.Plane{}), c.Contiguity(geo.Queen, geo.Plane{})

	type pair [2]string
	census, golden := map[pair]bool{}, map[geo.Contact]map[pair]bool{geo.Rook: {}, geo.Queen: {}}
	for _, row := range rows(t, "geo", "golden", "county-adjacency.csv.gz") {
		p := pair{row[0], row[1]}
		census[p] = row[2] == "1"
		golden[geo.Rook][p] = row[3] == "1"
		golden[geo.Queen][p] = row[4] == "1"
	}
	count := map[string]int{}
	for contact, graph := range map[geo.Contact]*geo.Contiguity{geo.Rook: rook, geo.Queen: queen} {
		found := map[pair]bool{}
		for p, border := range graph.Edges() {
			a, b := fips[p[0]], fips[p[1]]
			if a > b {
				a, b = b, a
			}
			found[pair{a, b}] = true
			require.Equal(t, rook.Border(p[0], p[1]), border)
			if contact == geo.Rook {
				require.Positive(t, border)
			}
			require.True(t, golden[contact][pair{a, b}], "%v: %s and %s are no neighbours", contact, a, b)
			if contact == geo.Queen && a[:2] == b[:2] {
				count[a[:2]]++
			}
		}
		for p, neighbors := range golden[contact] {
			if neighbors {
				require.True(t, found[p], "%v: %v are neighbours", contact, p)
			}
		}
	}

	var states []struct {
		State                 string
		Counties, Queen, Rook int
	}
	readJSON(t, &states, "geo", "golden", "states-queen-equals-census.json")
	checked := 0
	for _, s := range states {
		require.Equal(t, s.Queen, count[s.State], s.State)
		for p, neighbors := range census {
			if p[0][:2] == s.State && p[1][:2] == s.State {
				a, known := at[p[0]]
				b, both := at[p[1]]
				if !known || !both {
					continue
				}
				_, listed := find(queen.Neighbors(a), b)
				require.Equal(t, neighbors, listed, p)
				checked++
			}
		}
	}
	require.Len(t, states, 30)
	t.Logf("%d counties, %d rook and %d queen pairs of all; %d states with %d pairs equal the Census", c.Len(), edges(rook), edges(queen), len(states), checked)
}

func find(list []int, x int) (int, bool) {
	for i, v := range list {
		if v == x {
			return i, true
		}
	}
	return 0, false
}

func edges(g *geo.Contiguity) int {
	n := 0
	for range g.Edges() {
		n++
	}
	return n
}

func BenchmarkCoverageLiterature(b *testing.B) {
	areas, _, _ := usCounties(b)
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(b, err)
	b.Run("method=build/n=3231", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = geo.NewCoverage(areas, 0)
		}
	})
	b.Run("method=snap/n=3231", func(b *testing.B) {
		for b.Loop() {
			_, _ = geo.NewCoverage(areas, 1e-5)
		}
	})
	for _, contact := range []geo.Contact{geo.Rook, geo.Queen} {
		b.Run("method="+contact.String()+"/n=3231", func(b *testing.B) {
			for b.Loop() {
				c.Contiguity(contact, nil)
			}
		})
	}
	b.Run("method=findings/n=3231", func(b *testing.B) {
		for b.Loop() {
			c.Findings(nil)
		}
	})
	b.Run("method=slivers/n=3231", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Slivers(1e-3, nil)
		}
	})
}

func BenchmarkDissolveLiterature(b *testing.B) {
	areas, _, fips := usCounties(b)
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(b, err)
	of := make([]int, c.Len())
	for i, id := range fips {
		of[i] = partition.Unassigned
		if id[:2] < "60" && id[:2] != "02" && id[:2] != "15" {
			of[i] = (int(id[0]-'0')*10 + int(id[1]-'0')) / 2
		}
	}
	plan, err := partition.NewPlan(30, of)
	require.NoError(b, err)
	b.Run("method=dissolve/n=3231/k=30", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Dissolve(plan)
		}
	})
	b.Run("method=perimeters/n=3231/k=30", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Perimeters(plan, nil)
		}
	})
}

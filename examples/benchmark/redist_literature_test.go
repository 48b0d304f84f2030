package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The counties of Iowa and of the lower 48 states, read from their shapes, in
// contiguous districts with as few cut edges as is known to be possible, or
// fewer, after a second or two of work.
func TestCountiesLiterature(t *testing.T) {
	instances := os.Getenv("TERRITORY_INSTANCES")
	if instances == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the counties with their populations are not shipped with the module")
	}
	for _, c := range []struct {
		file string
		n    int
		o    options
		most float64 // cut edges
	}{
		{"iowa-counties.geojson.gz", 99, options{k: 4, tolerance: 0.01, budget: 3_000_000}, 31},
		{"us-lower48-counties.geojson.gz", 3107, options{k: 30, tolerance: 0.05, budget: 8_000_000}, 700},
	} {
		in, err := readRedist(filepath.Join(instances, "geo", "embed", c.file), &c.o)
		require.NoError(t, err)
		require.Equal(t, c.n, in.n, c.file)
		r, err := cut(&c.o, in).Partition(t.Context(), in.design)
		require.NoError(t, err)
		require.NoError(t, recheckDesign(in, r))
		require.Zero(t, r.Certificate.Violation, c.file)
		require.LessOrEqual(t, r.Certificate.Objective, c.most, c.file)
		t.Logf("%s: %d cut edges", c.file, int(r.Certificate.Objective))
	}
}

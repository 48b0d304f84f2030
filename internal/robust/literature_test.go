package robust_test

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/robust"
)

// The hard cases of the package robust-predicates: 1,000 of each kind, with the
// sign of the determinant.
func TestHardCasesLiterature(t *testing.T) {
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set")
	}
	f, err := os.Open(filepath.Join(folder, "geo", "conformance", "robust-predicates.tar.gz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	read := map[string]int{}
	for files := tar.NewReader(z); ; {
		h, err := files.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		name := path.Base(h.Name)
		if path.Ext(name) != ".txt" {
			continue
		}
		for lines := bufio.NewScanner(files); lines.Scan(); {
			var v []float64
			for _, field := range strings.Fields(lines.Text()) {
				x, err := strconv.ParseFloat(field, 64)
				require.NoError(t, err)
				v = append(v, x)
			}
			if len(v) == 0 {
				continue
			}
			var points []orb.Point // between the number of the case and the sign
			for i := 1; i+2 < len(v); i += 2 {
				points = append(points, orb.Point{v[i], v[i+1]})
			}
			want := int(v[len(v)-1])
			switch name {
			case "orient2d.txt":
				require.Len(t, points, 3)
				require.Equal(t, want, robust.Orient(points[0], points[1], points[2]), "%s", lines.Text())
			case "incircle.txt":
				require.Len(t, points, 4)
				require.Equal(t, want, robust.InCircle(points[0], points[1], points[2], points[3]), "%s", lines.Text())
			}
			read[name]++
		}
	}
	require.Equal(t, map[string]int{"orient2d.txt": 1000, "incircle.txt": 1000}, read)
	t.Logf("read %v", read)
}

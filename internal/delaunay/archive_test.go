package delaunay_test

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"os"
	"path"
	"testing"

	"github.com/stretchr/testify/require"
)

// archive reads the JSON files of a tar.gz.
func archive(t *testing.T, name string) map[string][]byte {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		if path.Ext(h.Name) == ".json" {
			files[path.Base(h.Name)], err = io.ReadAll(r)
			require.NoError(t, err)
		}
	}
}

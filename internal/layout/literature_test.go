package layout_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// instances is the variable that names the folder of the published instances.
// In two parts, for this package reads none.
const instances = "TERRITORY_" + "INSTANCES"

// The gate runs the tests that read published instances by their name, and
// only these where the instances are at hand.
func TestPublishedInstancesAreReadByTheLiterature(t *testing.T) {
	readers := 0
	for _, p := range packages(t) {
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			tests, elsewhere := literature(files, f)
			readers += tests
			for _, at := range elsewhere {
				t.Errorf("%s: %s is for functions called Test…Literature", at, instances)
			}
		}
	}
	require.NotZero(t, readers)
}

func TestLiteratureItself(t *testing.T) {
	for _, c := range []struct {
		source           string
		tests, elsewhere int
	}{
		{`func TestMediansLiterature(t *testing.T) { os.Getenv("X") }`, 1, 0},
		{`func TestLiterature(t *testing.T) { t.Run("a", func(t *testing.T) { os.Getenv("X"); t.Skip("X is not set") }) }`, 1, 0},
		{`func TestMedians(t *testing.T) { os.Getenv("X") }`, 0, 1},
		{`func folderOfLiterature() string { return os.Getenv("X") }`, 0, 1},
		{`func (s suite) TestLiterature() { os.Getenv(` + "`X`" + `) }`, 0, 1},
		{`const folder = "X"`, 0, 1},
		{`var folder = os.Getenv("X"); func TestLiterature(t *testing.T) { os.Getenv("X") }`, 1, 1},
		{`func TestMedians(t *testing.T) {}`, 0, 0},
	} {
		files := token.NewFileSet()
		source := "package p; " + strings.ReplaceAll(c.source, "X", instances)
		f, err := parser.ParseFile(files, "p_test.go", source, parser.SkipObjectResolution)
		require.NoError(t, err)
		tests, elsewhere := literature(files, f)
		require.Equal(t, c.tests, tests, c.source)
		require.Len(t, elsewhere, c.elsewhere, c.source)
	}
}

// literature counts the functions called Test…Literature that name the
// variable, and lists where else it is named.
func literature(files *token.FileSet, f *ast.File) (tests int, elsewhere []token.Position) {
	for _, d := range f.Decls {
		var at []token.Position
		ast.Inspect(d, func(n ast.Node) bool {
			if s, ok := n.(*ast.BasicLit); ok && strings.Contains(s.Value, instances) {
				at = append(at, files.Position(s.Pos()))
			}
			return true
		})
		fn, ok := d.(*ast.FuncDecl)
		switch {
		case len(at) == 0:
		case ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") && strings.HasSuffix(fn.Name.Name, "Literature"):
			tests++
		default:
			elsewhere = append(elsewhere, at...)
		}
	}
	return tests, elsewhere
}

package layout_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/territory-go/territory"

// pkg is what go list says about a package.
type pkg struct {
	ImportPath, Dir                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

// name is the path below the module, "" for its root.
func (p pkg) name() string { return below(p.ImportPath) }

func below(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", module+"/...")
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
	require.NotEmpty(t, all)
	return all
}

// mayImport is the direction of imports: for each top-level package, the other
// top-level packages that it and its sub-packages may use. A sub-package may
// use its parent as well; internal kernels are open to all.
func mayImport() map[string][]string {
	return map[string][]string{
		"":          {},
		"partition": {},
		"geo":       {"partition"},
		"allocate":  {"partition"},
		"balance":   {"partition"},
		"rules":     {"partition", "geo"},
		"internal":  {},
		"examples":  {}, // programs wire everything
	}
}

// allowed reports whether library code of package from may import package to,
// both named below the module.
func allowed(from, to string) bool {
	fromTop, fromRest, fromSub := strings.Cut(from, "/")
	toTop, toRest, toSub := strings.Cut(to, "/")
	// One function for every change of owner, whoever makes it.
	if to == "rules/ledger" && (from == "allocate/pool" || from == "balance/credit") {
		return true
	}
	switch {
	case from == "":
		return false // the tour imports nothing
	case fromTop == "examples":
		return toTop != "examples" || strings.HasPrefix(to, from+"/") // but each other
	case toTop == "internal":
		return !testsOnly(to) || testsOnly(from)
	case fromTop == toTop:
		// A sub-package may use its parent; a parent never its children.
		return fromSub && (!toSub || strings.HasPrefix(fromRest, toRest+"/"))
	}
	return slices.Contains(mayImport()[fromTop], toTop) && !toSub
}

// testsOnly names packages that only tests may import.
func testsOnly(name string) bool {
	return name == "internal/exact" || name == "internal/layout" || name == "internal/golden" || name == "internal/jts"
}

// conformance packages are written for tests, in the manner of testing/fstest.
func conformance(name string) bool { return strings.HasSuffix(name, "test") }

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		top, _, _ := strings.Cut(p.name(), "/")
		require.Contains(t, mayImport(), top, "%s: no such top-level package in the layout", p.ImportPath)
		for _, to := range p.Imports {
			if ours(to) && !(conformance(p.name()) && testsOnly(below(to))) {
				require.True(t, allowed(p.name(), below(to)), "%s must not import %s", p.ImportPath, to)
			}
		}
		for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
			if ours(to) && top != "examples" {
				require.False(t, strings.HasPrefix(below(to), "examples"), "the tests of %s must not import %s", p.ImportPath, to)
			}
		}
	}
}

func TestTheArrowsThemselves(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"allocate", "partition", true},
		{"partition", "allocate", false},
		{"allocate", "balance", false},
		{"geo", "rules", false},
		{"rules", "geo", true},
		{"rules", "geo/shape", false},
		{"allocate/route", "allocate", true},
		{"allocate", "allocate/route", false},
		{"allocate/route", "allocate/pool", false},
		{"allocate/pool", "rules/ledger", true},
		{"allocate/pool", "rules", false},
		{"allocate/route", "rules/ledger", false},
		{"balance", "internal/detmath", true},
		{"balance", "internal/exact", false},
		{"internal/flow", "partition", false},
		{"examples/quickstart", "balance/target", true},
		{"examples/quickstart", "examples/crm", false},
		{"allocate", "examples/quickstart", false},
		{"", "partition", false},
	} {
		require.Equal(t, c.ok, allowed(c.from, c.to), "%s → %s", c.from, c.to)
	}
}

// The third-party packages of library code, and which of them only programs
// and tests may use.
func TestThirdParty(t *testing.T) {
	for _, p := range packages(t) {
		example := strings.HasPrefix(p.name(), "examples")
		for _, to := range p.Imports {
			first, _, _ := strings.Cut(to, "/")
			if ours(to) || !strings.Contains(first, ".") {
				continue // ours, or the standard library
			}
			switch {
			case strings.HasPrefix(to, "github.com/paulmach/orb/geojson"):
				require.True(t, example, "%s imports %s, which links a MongoDB driver", p.ImportPath, to)
			case strings.HasPrefix(to, "github.com/paulmach/orb"), strings.HasPrefix(to, "gonum.org/v1/gonum/"):
			case strings.HasPrefix(to, "github.com/stretchr/testify"):
				require.Fail(t, "testify is for tests", "%s imports %s", p.ImportPath, to)
			default:
				require.Fail(t, "a new dependency needs a line here and a reason", "%s imports %s", p.ImportPath, to)
			}
		}
		for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
			require.False(t, !example && strings.HasPrefix(to, "github.com/paulmach/orb/geojson"), "the tests of %s import %s", p.ImportPath, to)
		}
	}
}

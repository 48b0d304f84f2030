package layout_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// file reads a file of the module, named from its root.
func file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(b)
}

func TestReadmeProgramIsTheOneThatIsTested(t *testing.T) {
	_, rest, found := strings.Cut(file(t, "README.md"), "```go\n")
	require.True(t, found, "README.md has a block of Go")
	block, _, found := strings.Cut(rest, "```\n")
	require.True(t, found)
	require.Equal(t, file(t, "examples/accounts/main.go"), block)
}

func TestReadmeCommands(t *testing.T) {
	readme := file(t, "README.md")
	for _, command := range []string{"go run ./examples/quickstart", "go test ./..."} {
		require.Regexp(t, "(?m)^"+regexp.QuoteMeta(command)+"$", readme)
	}
}

// What the README, the tour and the index of programs speak of is there, and
// what is there is spoken of.
func TestNothingIsMissingFromTheTour(t *testing.T) {
	readme, tour, index := file(t, "README.md"), file(t, "doc.go"), file(t, "examples/README.md")
	exists := map[string]bool{}
	for _, p := range packages(t) {
		name := p.name()
		exists[name] = true
		top, rest, _ := strings.Cut(name, "/")
		switch {
		case top == "" || top == "internal":
		case top == "examples":
			if !strings.Contains(rest, "/") {
				require.True(t, strings.Contains(index, "]("+rest+")"), "examples/README.md leaves out %s", name)
			}
		default:
			require.True(t, strings.Contains(readme, "]("+name+")"), "README.md leaves out %s", name)
			require.True(t, strings.Contains(tour, "["+p.ImportPath+"]"), "doc.go leaves out %s", name)
		}
	}
	for _, m := range regexp.MustCompile(`\[`+regexp.QuoteMeta(module)+`/([a-z/]+)[\].]`).FindAllStringSubmatch(tour, -1) {
		require.True(t, exists[m[1]], "doc.go links to %s", m[1])
	}
	for _, m := range regexp.MustCompile(`\]\(([^):#]+)\)`).FindAllStringSubmatch(readme, -1) {
		_, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(m[1])))
		require.NoError(t, err, "README.md links to %s", m[1])
	}
	for _, m := range regexp.MustCompile(`\]\(([^):#]+)\)`).FindAllStringSubmatch(index, -1) {
		_, err := os.Stat(filepath.Join("..", "..", "examples", filepath.FromSlash(m[1])))
		require.NoError(t, err, "examples/README.md links to %s", m[1])
	}
}

package layout_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bannedImports are packages that library code has no business with.
func bannedImports() map[string]string {
	return map[string]string{
		"os":             "the caller passes readers and writers",
		"os/exec":        "a library starts nothing",
		"os/signal":      "signals belong to the program",
		"log":            "a library does not log",
		"log/slog":       "a library does not log",
		"flag":           "flags belong to the program",
		"net":            "no network",
		"net/http":       "no network",
		"syscall":        "no system calls",
		"unsafe":         "memory safety is worth more than speed",
		"math/rand":      "not stable across versions; use a seed and math/rand/v2",
		"crypto/rand":    "not reproducible",
		"testing":        "linked into every program; checks return errors instead",
		"io/ioutil":      "deprecated",
		"expvar":         "global state",
		"path/filepath":  "no files",
		"text/tabwriter": "reports belong to the program",
	}
}

// bannedNames are names of permitted packages that are not permitted, by import path.
func bannedNames() map[string]map[string]string {
	platform := "its last bit depends on the platform; internal/detmath and internal/sphere do not"
	clock := "time comes in as an argument"
	global := "the global generator is not reproducible; use a seed"
	print := "a library does not print"
	process := "settings of the process belong to the program"
	names := map[string]map[string]string{
		"math": {}, "time": {}, "math/rand/v2": {},
		"runtime/debug": {"SetGCPercent": process, "SetMaxStack": process, "SetMaxThreads": process, "SetMemoryLimit": process, "FreeOSMemory": process, "PrintStack": print},
		"fmt":           {"Print": print, "Printf": print, "Println": print},
	}
	for _, f := range strings.Fields("Acos Acosh Asin Asinh Atan Atan2 Atanh Cbrt Cos Cosh Erf Erfc Erfcinv Erfinv Exp Exp2 Expm1 Gamma Hypot J0 J1 Jn Lgamma Log Log10 Log1p Log2 Pow Sin Sincos Sinh Tan Tanh Y0 Y1 Yn") {
		names["math"][f] = platform
	}
	for _, f := range strings.Fields("Now Since Until After AfterFunc Tick NewTicker NewTimer Sleep") {
		names["time"][f] = clock
	}
	for _, f := range strings.Fields("ExpFloat64 Float32 Float64 Int Int32 Int32N Int64 Int64N IntN N NormFloat64 Perm Shuffle Uint32 Uint32N Uint64 Uint64N UintN") {
		names["math/rand/v2"][f] = global
	}
	return names
}

func TestLibraryCodeIsPure(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasPrefix(p.name(), "examples") || testsOnly(p.name()) {
			continue
		}
		files := token.NewFileSet()
		var parsed []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			parsed = append(parsed, f)
		}
		for _, fault := range impurities(files, parsed) {
			t.Error(fault)
		}
	}
}

// impurities lists what the files of one package do that library code must not.
func impurities(files *token.FileSet, parsed []*ast.File) (faults []string) {
	fault := func(at token.Pos, format string, args ...any) {
		pos := files.Position(at)
		faults = append(faults, fmt.Sprintf("%s:%d: %s", filepath.Base(pos.Filename), pos.Line, fmt.Sprintf(format, args...)))
	}
	changed := assigned(parsed)
	for _, f := range parsed {
		paths := map[string]string{} // local name to import path
		for _, spec := range f.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if why, banned := bannedImports()[path]; banned {
				fault(spec.Pos(), "imports %s: %s", path, why)
			}
			name := path[strings.LastIndex(path, "/")+1:]
			if path == "math/rand/v2" {
				name = "rand"
			}
			if spec.Name != nil {
				name = spec.Name.Name
			}
			paths[name] = path
		}
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					fault(d.Pos(), "has an init function: work at import time")
				}
			case *ast.GenDecl:
				if d.Tok == token.VAR {
					for _, spec := range d.Specs {
						variable(spec.(*ast.ValueSpec), paths, changed, fault)
					}
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok {
					if why, banned := bannedNames()[paths[x.Name]][n.Sel.Name]; banned {
						fault(n.Pos(), "uses %s.%s: %s", paths[x.Name], n.Sel.Name, why)
					}
				}
			case *ast.CallExpr:
				if x, ok := n.Fun.(*ast.Ident); ok && (x.Name == "print" || x.Name == "println") {
					fault(n.Pos(), "calls %s", x.Name)
				}
			}
			return true
		})
	}
	return faults
}

// variable judges a package-level variable. Proofs that a type satisfies an
// interface, error sentinels, and unexported tables that nothing writes to are
// constants in all but name; the rest is state.
func variable(spec *ast.ValueSpec, paths map[string]string, changed map[string]bool, fault func(token.Pos, string, ...any)) {
	for i, name := range spec.Names {
		if name.Name == "_" {
			continue
		}
		if changed[name.Name] {
			fault(name.Pos(), "package-level variable %s is written to", name.Name)
			continue
		}
		if i >= len(spec.Values) {
			fault(name.Pos(), "package-level variable %s has no value of its own", name.Name)
			continue
		}
		switch v := spec.Values[i].(type) {
		case *ast.CompositeLit:
			if name.IsExported() {
				fault(name.Pos(), "package-level variable %s can be changed by anyone", name.Name)
			}
			if _, isMap := v.Type.(*ast.MapType); isMap {
				fault(name.Pos(), "package-level map %s: write a switch", name.Name)
			}
		case *ast.CallExpr:
			if sel, ok := v.Fun.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && paths[x.Name] == "errors" && sel.Sel.Name == "New" {
					continue
				}
			}
			fault(name.Pos(), "package-level variable %s is computed at import time", name.Name)
		default:
			fault(name.Pos(), "package-level variable %s", name.Name)
		}
	}
}

// assigned lists the names that the files assign to, increment or take the
// address of, whole or in part. It goes by name alone: a local variable that
// shadows a table counts against it, which costs a better name and no more.
func assigned(parsed []*ast.File) map[string]bool {
	names := map[string]bool{}
	add := func(e ast.Expr) {
		for {
			switch x := e.(type) {
			case *ast.Ident:
				names[x.Name] = true
				return
			case *ast.IndexExpr:
				e = x.X
			case *ast.SelectorExpr:
				e = x.X
			case *ast.StarExpr:
				e = x.X
			case *ast.ParenExpr:
				e = x.X
			default:
				return
			}
		}
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, e := range n.Lhs {
						add(e)
					}
				}
			case *ast.IncDecStmt:
				add(n.X)
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					add(n.X)
				}
			}
			return true
		})
	}
	return names
}

// The check finds what it is there to find.
func TestImpurities(t *testing.T) {
	const source = `package p

import (
	"errors"
	"fmt"
	"math"
	"math/rand"
	r2 "math/rand/v2"
	"time"
)

var ErrFine = errors.New("fine")
var _ fmt.Stringer = time.Month(1)
var table = [...]int{1, 2, 3}
var primes = [...]int{2, 3, 5}
var cache map[string]int
var Exported = []int{1}
var lookup = map[string]int{"a": 1}
var computed = math.Sqrt(2)

func init() { table[0]++ }

func f(rng *r2.Rand) float64 {
	fmt.Println(time.Now(), rand.Int(), r2.IntN(3), rng.IntN(3), primes)
	println()
	return math.Exp(1) + math.Sqrt(2)
}
`
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, "p.go", source, parser.SkipObjectResolution)
	require.NoError(t, err)
	got := impurities(files, []*ast.File{f})
	slices.Sort(got)
	var lines []string
	for _, fault := range got {
		line, what, _ := strings.Cut(strings.TrimPrefix(fault, "p.go:"), ": ")
		what, _, _ = strings.Cut(what, ":")
		lines = append(lines, line+" "+what)
	}
	require.ElementsMatch(t, []string{
		"7 imports math/rand",
		"14 package-level variable table is written to",
		"16 package-level variable cache has no value of its own",
		"17 package-level variable Exported can be changed by anyone",
		"18 package-level map lookup",
		"19 package-level variable computed is computed at import time",
		"21 has an init function",
		"24 uses fmt.Println",
		"24 uses time.Now",
		"24 uses math/rand/v2.IntN",
		"25 calls println",
		"26 uses math.Exp",
	}, lines)
}

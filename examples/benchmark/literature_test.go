package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two generalised assignment problems, one of which an earlier run has solved.
func TestStudy(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "gap", "set"), 0o777))
	save(t, folder, "gap/best_known.csv", "instance,best_known,sense\nset/x1,10,min\nset/x2,20,min\nset/missing,5,min\n")
	// Each of two agents has room for one of two items: 2 + 9 or 5 + 4.
	save(t, folder, "gap/set/x1", "2 2\n2 5\n4 9\n1 1\n1 1\n1 1\n")
	save(t, folder, "gap/set/x2.gz", "2 2\n2 5\n4 9\n1 1\n1 1\n1 1\n")
	save(t, folder, "gap/set/unlisted", "2 2\n2 5\n4 9\n1 1\n1 1\n1 1\n")
	earlier := save(t, folder, "rows.csv", header+"\ngap,x2,singlesource,50,7,1,19,18,5.26316,0,12.345,77.7,interrupted\n")

	stdout, stderr, status := program(t, "-literature", folder, earlier)
	require.Equal(t, 0, status, stderr)
	rows, table, ok := strings.Cut(stdout, "\n\n")
	require.True(t, ok)
	require.Equal(t, 2, len(strings.Split(rows, "\n")), "the header and the one that is not known yet: %s", rows)
	require.Contains(t, rows, "gap,x1,singlesource,2,2,1,9,")
	lines := strings.Split(strings.TrimSpace(table), "\n")
	require.Len(t, lines, 3)
	require.Regexp(t, `^\| gap \| x \| 2–50 \| 2–7 \| 2 \| −7.500 % \(−5.000 %\) \| 2.632 % \(5.263 %\) \| 6.2 \| 78 \|$`, lines[2])
}

func TestStudyWithoutInstances(t *testing.T) {
	_, stderr, status := program(t, "-literature", t.TempDir())
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "holds no published instances")
}

func TestClass(t *testing.T) {
	for name, want := range map[string]string{"d201600": "d", "gap11-4": "gap", "lin318_005": "lin318", "SJC3a": "SJC", "iris": "iris", "2x": "2x"} {
		require.Equal(t, want, class(name))
	}
}

func TestThousandths(t *testing.T) {
	require.Equal(t, "0.000 %", thousandths(-0.0001))
	require.Equal(t, "-0.001 %", thousandths(-0.0009))
}

func TestSizes(t *testing.T) {
	require.Equal(t, size(100), size(200))
	require.NotEqual(t, size(200), size(400))
}

// What has no plan does not disappear from the means in silence.
func TestUnsolvedAreCounted(t *testing.T) {
	list := []published{{family: "gap", file: "x1", known: 10}, {family: "gap", file: "x2", known: 10}, {family: "gap", file: "x3", known: 10}}
	row := func(cost, violation string) map[string]string {
		return map[string]string{"n": "5", "k": "2", "cost": cost, "violation": violation, "gap_pct": "-", "seconds": "1", "peak_mb": "3"}
	}
	text := table(list, map[string]map[string]string{"gap/x1": row("11", "0"), "gap/x2": row("9", "2"), "gap/x3": row("-", "-")})
	require.Contains(t, text, "| 3 | 10.000 %, 2 without a plan | – |")
}

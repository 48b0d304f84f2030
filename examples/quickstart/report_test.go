package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
}

// The plan of eight customers is proved optimal: the whole report is stable.
func TestReportOfOwnData(t *testing.T) {
	report, _, _ := results(t, own...)
	golden(t, "own.golden", report)
}

// Of the cities the part that no solver touches is stable: size, and everybody to the nearest.
func TestReportOfTheCities(t *testing.T) {
	report, geojson, page := results(t)
	head, _, _ := strings.Cut(report, "\n\n")
	figures := regexp.MustCompile(`(?m)^(travel, person-km|mean distance|worst deviation|largest / smallest load|Gini coefficient) +(\S+ ?[GM%k:]?\S*)`).FindAllStringSubmatch(report, -1)
	var stable strings.Builder
	stable.WriteString(head + "\n")
	for _, f := range figures {
		stable.WriteString(f[1] + " before: " + strings.TrimSpace(f[2]) + "\n")
	}
	golden(t, "cities.golden", stable.String())

	gap := regexp.MustCompile(`at most (\d+\.\d+) % could still be saved`).FindStringSubmatch(strings.Join(strings.Fields(report), " "))
	require.NotNil(t, gap, report)
	require.Less(t, gap[1], "0.50")
	for _, line := range strings.Split(report, "\n") {
		if d := regexp.MustCompile(` M +[+−]?(\d+\.\d) % +\d+ +\d+ km$`).FindStringSubmatch(line); d != nil {
			require.LessOrEqual(t, d[1], "2.0", line)
		}
	}
	require.Equal(t, 10, len(regexp.MustCompile(`(?m)^ ?\d+\. `).FindAllString(report, -1)))
	require.Contains(t, report, "GeoNames")
	require.Less(t, len(page), 1<<20)
	require.Less(t, len(geojson), 1<<20)

	// Nothing is fetched, and nothing but this file is named.
	for _, outside := range []string{"http:", "https:", "src=", "url(", "@import", "fetch(", "XMLHttpRequest", "import("} {
		require.NotContains(t, page, outside)
	}
	again, geojson2, page2 := results(t)
	require.Equal(t, report, again)
	require.Equal(t, geojson, geojson2)
	require.Equal(t, page, page2)
}

func TestTooManyPeople(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	err := run(context.Background(), []string{"-people", "30", "-out", out}, &bytes.Buffer{})
	require.ErrorIs(t, err, partition.ErrInfeasible)
	require.Equal(t, "no plan is possible: Shanghai alone is heavier than the upper limit: 22.32 M people against 21.92 M, "+
		"with 30 sales people and a tolerance of ±2 %.\nMaybe fewer people: the largest number of people that works is 29.",
		strings.ReplaceAll(err.Error(), glue, " "))
	require.NoDirExists(t, out)
}

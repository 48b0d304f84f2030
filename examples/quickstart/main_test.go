package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// results runs the program and returns report, map file and page.
func results(t *testing.T, args ...string) (report, geojson, page string) {
	t.Helper()
	out := t.TempDir()
	var b bytes.Buffer
	require.NoError(t, run(context.Background(), append(args, "-out", out), &b))
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		return string(data)
	}
	report, _, _ = strings.Cut(b.String(), "\nMap:") // the rest names the folder
	return report, read("plan.geojson"), read("territories.html")
}

var own = []string{"-customers", "testdata/customers.csv", "-reps", "testdata/reps.csv", "-tolerance", "0.1"}

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
	figures := regexp.MustCompile(`(?m)^(travel, person-km|mean distance|worst deviation|largest : smallest load|Gini coefficient) +(\S+ ?[GM%k:]?\S*)`).FindAllStringSubmatch(report, -1)
	var stable strings.Builder
	stable.WriteString(head + "\n")
	for _, f := range figures {
		stable.WriteString(f[1] + " before: " + strings.TrimSpace(f[2]) + "\n")
	}
	golden(t, "cities.golden", stable.String())

	gap := regexp.MustCompile(`at most (\d+\.\d+) % could still be saved`).FindStringSubmatch(report)
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

func TestOwnDataTooHeavy(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return path
	}
	c := write("c.csv", header+"1,Giant,9,50,60\n2,b,9,51,20\n3,c,9,52,20\n")
	r := write("r.csv", "id,name,lon,lat\nA,Anna,9,50\nB,Bea,9,51\n")
	err := run(context.Background(), []string{"-customers", c, "-reps", r, "-out", dir}, &bytes.Buffer{})
	require.ErrorIs(t, err, partition.ErrInfeasible)
	require.ErrorContains(t, err, "Giant alone is heavier than the upper limit: workload 60 against 51")
	require.ErrorContains(t, err, "from ±20\u00a0% on")
	require.NoError(t, run(context.Background(), []string{"-customers", c, "-reps", r, "-tolerance", "0.2", "-out", dir}, &bytes.Buffer{}))
}

func TestBadFilesAreRefusedWhole(t *testing.T) {
	dir := t.TempDir()
	c := filepath.Join(dir, "c.csv")
	require.NoError(t, os.WriteFile(c, []byte(header+"1,a,9,50,5\n2,b,x,50,5\n"), 0o644))
	err := run(context.Background(), []string{"-customers", c, "-reps", filepath.Join(dir, "none.csv"), "-out", filepath.Join(dir, "out")}, &bytes.Buffer{})
	require.ErrorContains(t, err, "none.csv")
	require.ErrorContains(t, err, `line 3, column 3 (lon) = "x"`)
	require.ErrorContains(t, err, "2 fault(s) in the input: nothing was planned")
	require.NoDirExists(t, filepath.Join(dir, "out"))
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-people", "0"}, "between 1 and"},
		{[]string{"-people", "many"}, "invalid value"},
		{[]string{"-tolerance", "0"}, "-tolerance 0: must be above 0"},
		{[]string{"-tolerance", "NaN"}, "must be above 0"},
		{[]string{"-customers", "c.csv"}, "belong together"},
		{[]string{"-customers", "c.csv", "-reps", "r.csv", "-people", "3"}, "-reps file"},
		{[]string{"cities"}, `unexpected argument "cities"`},
		{[]string{"-color"}, "not defined"},
	} {
		require.ErrorContains(t, run(context.Background(), c.args, &bytes.Buffer{}), c.want, c.args)
	}
	var help bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-h"}, &help))
	for _, f := range []string{"-people", "-tolerance", "-out", "-seed", "-customers", "-reps"} {
		require.Contains(t, help.String(), f)
	}
}

func TestGeoJSON(t *testing.T) {
	_, geojson, _ := results(t, own...)
	var file struct {
		Type     string
		Features []struct {
			Type     string
			Geometry struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	require.NoError(t, json.Unmarshal([]byte(geojson), &file))
	require.Equal(t, "FeatureCollection", file.Type)
	d, err := load(own[1], own[3])
	require.NoError(t, err)
	require.Len(t, file.Features, len(d.Reps)+len(d.Customers))
	loads := map[any]float64{}
	for i, f := range file.Features {
		require.Equal(t, "Feature", f.Type)
		require.Equal(t, "Point", f.Geometry.Type)
		at := orb.Point{f.Geometry.Coordinates[0], f.Geometry.Coordinates[1]}
		if i < len(d.Reps) {
			require.Equal(t, "home", f.Properties["kind"])
			require.Equal(t, d.Reps[i].Home, at)
			require.Equal(t, d.Reps[i].ID, f.Properties["id"])
			continue
		}
		c := d.Customers[i-len(d.Reps)]
		require.Equal(t, "customer", f.Properties["kind"])
		require.Equal(t, c.At, at)
		require.Equal(t, c.ID, f.Properties["id"])
		require.Equal(t, c.Name, f.Properties["name"])
		require.Regexp(t, `^#[0-9a-f]{6}$`, f.Properties["marker-color"])
		loads[f.Properties["owner"]] += c.Work
	}
	for i, r := range d.Reps {
		require.Equal(t, loads[r.ID], file.Features[i].Properties["load"], "the loads are those of the owners")
	}
	require.Nil(t, file.Features[len(d.Reps)+6].Properties["before"], "C7 had no owner")
	require.Equal(t, "A", file.Features[len(d.Reps)].Properties["before"])
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

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

package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// save writes a file, gzipped where its name ends in .gz.
func save(t *testing.T, folder, name, text string) string {
	t.Helper()
	path, data := filepath.Join(folder, name), []byte(text)
	if strings.HasSuffix(name, ".gz") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write(data)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		data = b.Bytes()
	}
	require.NoError(t, os.WriteFile(path, data, 0o666))
	return path
}

func TestReadGAP(t *testing.T) {
	// Two agents and three items; line ends of every kind.
	text := "2 3\r 1 2 3\n4 5 6\r\n7 8 9\n10 11 12 \n13\n14"
	for _, name := range []string{"tiny", "tiny.gz"} {
		in, err := readGAP(save(t, t.TempDir(), name, text), &options{})
		require.NoError(t, err)
		require.Equal(t, "tiny", in.name)
		require.Equal(t, []int{3, 2}, []int{in.n, in.k})
		require.Equal(t, 3.0, in.allocation.Cost.At(2, 0))
		require.Equal(t, 4.0, in.allocation.Cost.At(0, 1))
		require.Equal(t, 8.0, in.allocation.Load[0].At(1, 0))
		require.Equal(t, 12.0, in.allocation.Load[0].At(2, 1))
		require.Equal(t, []float64{13, 14}, in.allocation.Measures[0].Upper)
	}
}

const fourPoints = "4 2\n0 0 10 4\n3 4.5 20 5\n0 1 30 6\n9 9 40 7\n"

func TestReadPMedian(t *testing.T) {
	folder := t.TempDir()
	in, err := readPMedian(save(t, folder, "x.dat", fourPoints), &options{})
	require.NoError(t, err)
	p := in.design
	require.Equal(t, []any{"x", 4, 2, medians}, []any{in.name, in.n, in.k, in.goal})
	require.Equal(t, []float64{3, 4.5}, p.Features[1])
	require.Equal(t, []float64{10, 20, 30, 40}, p.CenterCapacity)
	require.Equal(t, []float64{4, 5, 6, 7}, p.Measures[0].Value)
	require.Equal(t, 2, p.K)

	in, err = readPMedian(save(t, folder, "cpmp99.txt", fourPoints), &options{k: 3})
	require.NoError(t, err)
	require.Equal(t, 3, in.design.K)
	require.Equal(t, 5.0, in.design.Distance(orb.Point{0, 0}, orb.Point{3, 4.5}), "√29.25, rounded down")

	save(t, folder, "spain.grd.gz", "0 1 2 3\n4 0 5 6\n7 8 0 9\n10 11 12 0\n")
	in, err = readPMedian(save(t, folder, "spain4.txt", fourPoints), &options{})
	require.NoError(t, err)
	require.Equal(t, 6.0, in.design.Between(1, 3))
	require.Equal(t, 11.0, in.design.Between(3, 1))

	in, err = readPMedian(filepath.Join(folder, "spain4.txt"), &options{distance: "euclid"})
	require.NoError(t, err)
	require.Nil(t, in.design.Between)
}

func TestReadCentroids(t *testing.T) {
	folder := t.TempDir()
	in, err := readCentroids(save(t, folder, "x.dat.gz", "2 1\n0 0 10 4\n3 4 10 5\n"), &options{k: 2})
	require.NoError(t, err)
	require.Equal(t, []float64{10, 10}, in.design.Measures[0].Upper)
	require.Equal(t, means, in.goal)
	_, err = readCentroids(save(t, folder, "y.dat", fourPoints), &options{})
	require.ErrorContains(t, err, "point 1 has capacity 20, point 0 has 10")
}

func TestReadKMeans(t *testing.T) {
	folder := t.TempDir()
	path := save(t, folder, "x.txt.gz", "1 2 3\n4 5 6\n\n7 8 9\n")
	_, err := readKMeans(path, &options{})
	require.ErrorContains(t, err, "the number of clusters is neither given by -k nor by a partition")
	save(t, folder, "x-gt.pa.gz", "VQ PARTITIONING 2.0\n2\n3\n-------\n1\n1\n2\n")
	in, err := readKMeans(path, &options{min: 1, max: 2})
	require.NoError(t, err)
	require.Equal(t, []any{"x", 3, 2, squaredMeans}, []any{in.name, in.n, in.k, in.goal})
	require.Equal(t, [][]float64{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, in.design.Features)
	lower, upper := in.design.Measures[0].Limits(2)
	require.Equal(t, []float64{1, 1}, lower)
	require.Equal(t, []float64{2, 2}, upper)
}

func TestFaultyFiles(t *testing.T) {
	folder := t.TempDir()
	for name, c := range map[string]struct {
		read func(string, *options) (*instance, error)
		text string
		o    options
		want string
	}{
		"no number":        {readGAP, "2 3\n1 x", options{}, `line 2: "x" is not a finite number`},
		"infinite":         {readGAP, "2 3\n1 Inf", options{}, `line 2: "Inf" is not a finite number`},
		"no agents":        {readGAP, "\n0 3", options{}, "line 2: 0 is not a number of agents"},
		"half an item":     {readGAP, "2\n2.5", options{}, "line 2: 2.5 is not a number of items"},
		"too short":        {readGAP, "1 1 5 5", options{}, "has 2 numbers after the first 2, want 3"},
		"empty":            {readPMedian, "", options{}, "ends before the number of points"},
		"only one number":  {readPMedian, "4", options{}, "ends before the number of centres"},
		"too long":         {readPMedian, fourPoints + "1", options{}, "has 17 numbers after the first 2, want 16"},
		"unknown distance": {readPMedian, fourPoints, options{distance: "taxi"}, `-distance is "taxi", must be euclid, floor or matrix=FILE`},
		"no matrix":        {readPMedian, fourPoints, options{distance: "matrix=nowhere"}, "nowhere"},
	} {
		_, err := c.read(save(t, folder, "f", c.text), &c.o)
		require.ErrorContains(t, err, c.want, name)
	}
	_, err := readGAP(save(t, folder, "f.gz", "")+".gz", &options{})
	require.Error(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "g.gz"), []byte("2 3 4 5 6 7 8"), 0o666))
	_, err = readGAP(filepath.Join(folder, "g.gz"), &options{})
	require.ErrorContains(t, err, "g.gz: gzip")
}

// Units 0 and 2 are a unit of length apart, 1 and 3 are by themselves.
func TestRecheckDesignCatchesALie(t *testing.T) {
	in, err := readPMedian(save(t, t.TempDir(), "x", "4 3\n0 0 10 4\n3 4 20 5\n0 1 30 6\n9 9 40 7\n"), &options{})
	require.NoError(t, err)
	good := func() *partition.Result {
		plan, err := partition.NewPlan(3, []int{0, 1, 0, 2})
		require.NoError(t, err)
		return &partition.Result{Plan: plan, Centers: []int{2, 1, 3}, Certificate: partition.Certificate{Objective: 1, Bound: 1}}
	}
	require.NoError(t, recheckDesign(in, good()))
	for name, lie := range map[string]func(r *partition.Result){
		"cheaper":        func(r *partition.Result) { r.Certificate.Objective, r.Certificate.Bound = 0.9, 0.9 },
		"bound":          func(r *partition.Result) { r.Certificate.Bound = 1.1 },
		"small centre":   func(r *partition.Result) { r.Centers[0] = 0; in.design.CenterCapacity[0] = 9 },
		"strange centre": func(r *partition.Result) { r.Centers[1] = 0 },
		"no centres":     func(r *partition.Result) { r.Centers = nil },
		"other plan":     func(r *partition.Result) { r.Plan, _ = partition.NewPlan(3, []int{0, 1, 1, 2}) },
		"nobody's":       func(r *partition.Result) { r.Plan, _ = partition.NewPlan(3, []int{-1, 1, 0, 2}) },
		"no plan":        func(r *partition.Result) { r.Plan = nil },
	} {
		r := good()
		lie(r)
		require.Error(t, recheckDesign(in, r), name)
	}

	// The mean of (0,0) and (0,1) is half a unit from both.
	for goal, cost := range map[goal]float64{means: 1, squaredMeans: 0.5} {
		in := *in
		in.goal, in.design = goal, &partition.Problem{K: 3, Features: in.design.Features, Measures: in.design.Measures}
		r := good()
		r.Centers, r.Certificate = nil, partition.Certificate{Objective: cost}
		require.NoError(t, recheckDesign(&in, r))
		r.Certificate.Objective *= 1.01
		require.Error(t, recheckDesign(&in, r))
	}
}

func TestMethodOfAnotherFamily(t *testing.T) {
	path := save(t, t.TempDir(), "x", fourPoints)
	_, stderr, status := program(t, "-family", "cpmp", "-method", "greedy", path)
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "method greedy does not answer this family")
}

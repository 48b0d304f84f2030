package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// program runs the command line and returns what it printed.
func program(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return out.String(), err.String(), status
}

// files writes a transport instance: customers at x and reps at x, on a line.
func files(t *testing.T, customers, reps string) string {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "tiny")
	require.NoError(t, os.WriteFile(prefix+"_customers.csv", []byte("id,x_km,y_km,workload\n"+customers), 0o666))
	require.NoError(t, os.WriteFile(prefix+"_reps.csv", []byte("id,x_km,y_km,cap_lo,cap_hi\n"+reps), 0o666))
	return prefix
}

// Three customers and two reps. Distances in metres are 1, 3 (from 2.8284…,
// rounded) and 2; workloads 2, 10, 3.
const (
	tinyCustomers = "0,0.001,0,2\n1,0.002,0.002,10\n2,5,0.002,3\n"
	tinyReps      = "0,0,0,0,12\n1,5,0,0,12\n"
)

func TestRow(t *testing.T) {
	prefix := files(t, tinyCustomers, tinyReps)
	out := t.TempDir()
	stdout, stderr, status := program(t, "-method", "nearest", "-seed", "7", "-out", out, prefix)
	require.Equal(t, 0, status, stderr)
	records, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.Equal(t, header, strings.Join(records[0], ","))
	row := records[1]
	require.Equal(t, []string{"transport", "tiny", "nearest", "3", "2", "7", "0.038"}, row[:7]) // 2·1 + 10·3 + 3·2 metres
	require.Equal(t, "0", row[9], "violation")
	seconds, err := strconv.ParseFloat(row[10], 64)
	require.NoError(t, err)
	require.GreaterOrEqual(t, seconds, 0.0)
	peak, err := strconv.ParseFloat(row[11], 64)
	require.NoError(t, err)
	require.Greater(t, peak, 0.5)

	assigned, err := os.ReadFile(filepath.Join(out, "tiny.nearest.assign"))
	require.NoError(t, err)
	require.Equal(t, "0\n0\n1\n", string(assigned))
}

func TestToleranceOverridesTheFile(t *testing.T) {
	// Equal shares of 15 are 7.5; ±10 % rounded outwards is 6..9, so that the
	// loads 12 and 3 break the limits by 3 each.
	stdout, _, status := program(t, "-method", "nearest", "-tolerance", "0.1", files(t, tinyCustomers, tinyReps))
	require.Equal(t, 0, status)
	require.Contains(t, stdout, ",0.038,")
	require.Equal(t, "6", strings.Split(strings.Split(stdout, "\n")[1], ",")[9])
}

func TestOneBadFileDoesNotStopTheOthers(t *testing.T) {
	bad := files(t, "0,zero,0,2\n", tinyReps)
	good := files(t, tinyCustomers, tinyReps)
	stdout, stderr, status := program(t, "-method", "nearest", bad, good, "missing")
	require.Equal(t, 1, status)
	require.Equal(t, 2, strings.Count(stdout, "\n"), "the header and one row")
	require.Contains(t, stderr, `line 2, column 2 (x_km): "zero"`)
	require.Contains(t, stderr, "missing_customers.csv")
	require.Contains(t, stderr, "2 of 3 files failed")
}

func TestBadArguments(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"no file":       {nil, 2, "no FILE"},
		"family":        {[]string{"-family", "x", "f"}, 1, `no family "x"; there are transport`},
		"method":        {[]string{"-method", "x", "f"}, 1, `no method "x"; there are `},
		"measures":      {[]string{"-measures", "4", "f"}, 2, "-measures is 4"},
		"tolerance":     {[]string{"-tolerance", "NaN", "f"}, 2, "-tolerance is NaN"},
		"limit":         {[]string{"-limit", "-1s", "f"}, 2, "-limit is -1s"},
		"flag":          {[]string{"-nonsense", "f"}, 2, "nonsense"},
		"generate":      {[]string{"-generate", "10", "f"}, 1, "two numbers"},
		"generate none": {[]string{"-generate", "0,10", "f"}, 1, "two numbers"},
		"generate two":  {[]string{"-generate", "10,2", "f", "g"}, 2, "one FILE"},
		"help":          {[]string{"-help"}, 0, "families:"},
	} {
		_, stderr, status := program(t, c.args...)
		require.Equal(t, c.status, status, name)
		require.Contains(t, stderr, c.want, name)
	}
}

func TestRecheckCatchesALie(t *testing.T) {
	in, err := readTransport(files(t, tinyCustomers, tinyReps), &options{measures: 1})
	require.NoError(t, err)
	good := func() *allocate.Result {
		r, err := allocate.SolverFunc(solver("nearest")).Allocate(context.Background(), in.allocation)
		require.NoError(t, err)
		return r
	}
	require.NoError(t, recheck(in.allocation, good()))
	for name, lie := range map[string]func(r *allocate.Result){
		"cheaper":       func(r *allocate.Result) { r.Certificate.Objective-- },
		"within limits": func(r *allocate.Result) { r.Certificate.Violation++ },
		"bound":         func(r *allocate.Result) { r.Certificate.Bound = r.Certificate.Objective + 1 },
		"other plan":    func(r *allocate.Result) { r.Plan, _ = partition.NewPlan(2, []int{1, 1, 1}) },
		"short plan":    func(r *allocate.Result) { r.Plan, _ = partition.NewPlan(2, []int{0}) },
		"no plan":       func(r *allocate.Result) { r.Plan = nil },
		"unserved unit": func(r *allocate.Result) { r.Plan, _ = partition.NewPlan(2, []int{-1, 0, 1}) },
		"half a unit":   func(r *allocate.Result) { r.Splits = []allocate.Share{{Unit: 0, Agent: 0, Fraction: 0.5}} },
	} {
		r := good()
		lie(r)
		require.Error(t, recheck(in.allocation, r), name)
	}
	// A split unit counts by its shares: half of customer 0 goes 5 km, less a metre.
	r := good()
	r.Splits = []allocate.Share{{Unit: 0, Agent: 0, Fraction: 0.5}, {Unit: 0, Agent: 1, Fraction: 0.5}}
	r.Certificate.Objective += 4999 - 1
	require.NoError(t, recheck(in.allocation, r))
}

func solver(name string) func(context.Context, *allocate.Problem) (*allocate.Result, error) {
	m, err := find(methods(), name, "method", func(m method) string { return m.name })
	if err != nil {
		panic(err)
	}
	return m.solver(&options{}).Allocate
}

// What has no plan is a row as well: it is an answer, not a failure.
func TestRowsWithoutPlan(t *testing.T) {
	prefix := files(t, tinyCustomers, tinyReps)
	o, err := parse([]string{"-limit", "1ms", "-out", t.TempDir(), prefix}, os.Stderr)
	require.NoError(t, err)
	for stop, solve := range map[string]allocate.SolverFunc{
		"interrupted": func(ctx context.Context, _ *allocate.Problem) (*allocate.Result, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		},
		"infeasible": func(context.Context, *allocate.Problem) (*allocate.Result, error) {
			return nil, &partition.InfeasibleError{Why: "too much"}
		},
		"unsupported": func(context.Context, *allocate.Problem) (*allocate.Result, error) {
			return nil, errors.ErrUnsupported
		},
	} {
		f := families()[0]
		var stdout, stderr bytes.Buffer
		none := method{name: "none", solver: func(*options) allocate.Solver { return solve }}
		require.NoError(t, o.solve(prefix, f, []method{none}, &stdout, &stderr), stop)
		row := strings.Split(strings.TrimSpace(stdout.String()), ",")
		require.Len(t, row, strings.Count(header, ",")+1)
		require.Equal(t, []string{"3", "2", "1", "-", "-", "-", "-"}, row[3:10], stop)
		require.Equal(t, stop, row[12])
	}
	entries, err := os.ReadDir(o.out)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestNumberRoundTrips(t *testing.T) {
	for _, x := range []float64{0, 1, 88272713.84, 0.1, 1e-9, 12345678.000000001, math.Pi * 1e12} {
		y, err := strconv.ParseFloat(number(x), 64)
		require.NoError(t, err)
		require.Equal(t, x, y)
		require.NotContains(t, number(x), "e")
	}
}

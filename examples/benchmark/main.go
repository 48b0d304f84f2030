// Command benchmark runs a strategy of the library on benchmark instances and
// prints one line of CSV per file as it finishes:
//
//	family,instance,method,n,k,seed,cost,bound,gap_pct,violation,seconds,peak_mb,stop
//
// cost, bound and violation are in the units of the family; gap_pct is the gap
// to the bound that the strategy proved itself, in per cent of the cost;
// seconds are wall-clock time with reading; peak_mb is the peak resident memory
// in MiB; stop says why the search ended. What is not known is a dash. A file
// without a feasible plan prints stop=infeasible and does not fail the run.
// Cost and violation are recomputed from the plan before they are printed.
//
// With -generate it writes an instance instead, from nothing but its arguments:
//
//	go run ./examples/benchmark -generate 10000,100 -seed 1 10k_100
//	go run ./examples/benchmark -family transport 10k_100
//
// A strategy of your own joins by one line in methods.go.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"

	"github.com/territory-go/territory/partition"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options are the flags.
type options struct {
	family, method  string
	seed            uint64
	limit           time.Duration
	budget          int
	out, cpuprofile string
	tolerance       float64
	measures        int
	k, min, max     int
	lower, upper    float64
	objective       string
	distance        string
	verify          bool
	generate        string
	literature      string
	unit            bool
	files           []string

	name    string // of the instance in its row, where it is not that of the file
	patient bool   // set for a family that is searched for as long as limit allows
}

const header = "family,instance,method,n,k,seed,cost,bound,gap_pct,violation,seconds,peak_mb,stop"

// run is the program; it returns the exit status.
func run(args []string, stdout, stderr io.Writer) (status int) {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "benchmark:", err)
		return 2
	}
	if err := o.run(stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "benchmark:", err)
		return 1
	}
	return 0
}

func parse(args []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("benchmark", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.family, "family", families()[0].name, "kind of the files; see below")
	flags.StringVar(&o.method, "method", "", "strategy; see below; none: the first that answers the family")
	flags.Uint64Var(&o.seed, "seed", 1, "of the strategy, or of the generator")
	flags.DurationVar(&o.limit, "limit", 0, "wall-clock time per file, with reading: 20s; 0: none")
	flags.IntVar(&o.budget, "budget", 0, "work allowed, in the strategy's own unit; 0: its own choice, or all that -limit has time for")
	flags.StringVar(&o.out, "out", "", "folder for `DIR`/INSTANCE.METHOD.assign: one agent per unit and line, counted from 0")
	flags.Float64Var(&o.tolerance, "tolerance", 0, "allowed deviation from equal shares, 0.01 is ±1 %; "+
		"0: what the file says, ±3 % for further measures, ±1 % for -generate, ±0.5 % for populations")
	flags.IntVar(&o.measures, "measures", 1, "transport: number of measures with limits: "+
		"1 workload, 2 and revenue (a further column), 3 and the number of customers")
	flags.IntVar(&o.k, "k", 0, "design: number of territories; 0: what the file says")
	flags.Float64Var(&o.lower, "lower", 0, "districting, redist: least population of a district; 0: by -tolerance")
	flags.Float64Var(&o.upper, "upper", 0, "districting, redist: greatest population of a district; 0: by -tolerance")
	flags.StringVar(&o.objective, "objective", "", "districting, redist: cut, border or hess; territory: compact or affinity; "+
		"none: cut; affinity where the file has preferences, else compact")
	flags.IntVar(&o.min, "min", 0, "balanced_kmeans: least number of points in a cluster; 0: no limit")
	flags.IntVar(&o.max, "max", 0, "balanced_kmeans: greatest number of points in a cluster; 0: no limit")
	flags.StringVar(&o.distance, "distance", "", "cpmp: euclid, floor, or matrix=FILE; "+
		"none: floor for files named cpmp…, the matrix spain.grd.gz beside the file for spain…, else euclid")
	flags.StringVar(&o.generate, "generate", "", "write an instance of `N,K` customers and reps to FILE and end; "+
		"with -measures 2 or more also their revenue")
	flags.BoolVar(&o.unit, "unit", false, "with -generate: all workloads are 1")
	flags.BoolVar(&o.verify, "verify", false, "recompute the bound of each result as well (not part of the seconds)")
	flags.StringVar(&o.literature, "literature", "", "run on every published instance of `FOLDER` and print a table beside the best values known; "+
		"FILEs are rows of earlier runs")
	flags.StringVar(&o.cpuprofile, "cpuprofile", "", "write a CPU profile to `FILE`")
	flags.Usage = func() {
		fmt.Fprintf(stderr, `usage: benchmark [flags] FILE…
       benchmark -generate N,K [-seed S] [-tolerance T] [-unit] [-measures M] FILE
       benchmark -literature FOLDER [ROWS.csv…]

Prints %s

families:
`, header)
		for _, f := range families() {
			fmt.Fprintf(stderr, "  %-16s %s\n", f.name, f.about)
		}
		for _, kind := range []struct {
			of  string
			has func(m method) bool
		}{
			{"allocation: transport, gap", func(m method) bool { return m.solver != nil }},
			{"design: cpmp, cccp, balanced_kmeans, territory, districting, redist", func(m method) bool { return m.method != nil }},
		} {
			fmt.Fprintf(stderr, "\nmethods of %s\n", kind.of)
			for _, m := range methods() {
				if kind.has(m) {
					fmt.Fprintf(stderr, "  %-14s %s\n", m.name, m.about)
				}
			}
		}
		fmt.Fprintln(stderr, "\nflags:")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	o.files = flags.Args()
	switch {
	case len(o.files) == 0 && o.literature == "":
		return nil, errors.New("no FILE; -help tells more")
	case o.measures < 1 || o.measures > measuresMost:
		return nil, fmt.Errorf("-measures is %d, must be 1 to %d", o.measures, measuresMost)
	case !(o.tolerance >= 0 && o.tolerance < 1):
		return nil, fmt.Errorf("-tolerance is %v, must be from 0 to 1", o.tolerance)
	case o.budget < 0:
		return nil, fmt.Errorf("-budget is %d, may not be negative", o.budget)
	case o.k < 0 || o.min < 0 || o.max < 0:
		return nil, fmt.Errorf("-k is %d, -min %d, -max %d; none may be negative", o.k, o.min, o.max)
	case !(o.lower >= 0 && o.upper >= 0):
		return nil, fmt.Errorf("-lower is %v, -upper %v; neither may be negative", o.lower, o.upper)
	case o.limit < 0:
		return nil, fmt.Errorf("-limit is %v", o.limit)
	case o.generate != "" && len(o.files) != 1:
		return nil, errors.New("-generate writes one FILE")
	}
	return o, nil
}

func (o *options) run(stdout, stderr io.Writer) (err error) {
	if o.generate != "" {
		return o.write()
	}
	if o.literature != "" {
		return o.study(stdout, stderr)
	}
	f, err := find(families(), o.family, "family", func(f family) string { return f.name })
	if err != nil {
		return err
	}
	if o.method != "" {
		if _, err := find(methods(), o.method, "method", func(m method) string { return m.name }); err != nil {
			return err
		}
	}
	o.patient = f.patient && o.limit > 0
	if o.out != "" {
		if err := os.MkdirAll(o.out, 0o777); err != nil {
			return err
		}
	}
	if o.cpuprofile != "" {
		profile, err := os.Create(o.cpuprofile)
		if err != nil {
			return err
		}
		defer profile.Close()
		if err := pprof.StartCPUProfile(profile); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Fprintln(stdout, header)
	failed := 0
	for i, file := range o.files {
		if i > 0 {
			debug.FreeOSMemory() // so that the peak of one file is not that of another
		}
		resetPeak()
		if err := o.solve(file, f, methods(), stdout, stderr); err != nil {
			fmt.Fprintf(stderr, "benchmark: %s: %v\n", file, err)
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files failed", failed, len(o.files))
	}
	return nil
}

// solve runs the method, one of the table, on one file and prints the row.
func (o *options) solve(file string, f family, table []method, stdout, stderr io.Writer) error {
	begin := time.Now()
	ctx, cancel := context.Background(), context.CancelFunc(func() {})
	if o.limit > 0 {
		ctx, cancel = context.WithDeadline(ctx, begin.Add(o.limit))
	}
	defer cancel()
	in, err := f.read(file, o)
	if err != nil {
		return err
	}
	m, err := choose(table, o.method, in)
	if err != nil {
		return err
	}
	a, err := in.answer(ctx, o, m)
	seconds, peak := time.Since(begin).Seconds(), peakBytes()

	cost, bound, gap, violation, stop := "-", "-", "-", "-", ""
	switch {
	case err == nil:
		if err := a.recheck(); err != nil {
			return err
		}
		c := a.result.Certificate
		cost, violation, stop = number(c.Objective/in.scale), number(c.Violation), a.result.Stop.String()
		if !math.IsInf(c.Bound, -1) {
			bound = number(c.Bound / in.scale)
		}
		if g := c.Gap(); !math.IsInf(g, 1) {
			gap = strconv.FormatFloat(100*g, 'f', 5, 64)
		}
	case errors.Is(err, partition.ErrInfeasible):
		stop = "infeasible"
		fmt.Fprintf(stderr, "benchmark: %s: %v\n", file, err)
	case errors.Is(err, errors.ErrUnsupported):
		stop = "unsupported"
		fmt.Fprintf(stderr, "benchmark: %s: %v\n", file, err)
	case ctx.Err() != nil:
		stop = partition.Interrupted.String()
	default:
		return err
	}
	megabytes := "-"
	if peak >= 0 {
		megabytes = strconv.FormatFloat(float64(peak)/(1<<20), 'f', 1, 64)
	}
	fmt.Fprintln(stdout, strings.Join([]string{f.name, cmp.Or(o.name, in.name), m.name, strconv.Itoa(in.n), strconv.Itoa(in.k),
		strconv.FormatUint(o.seed, 10), cost, bound, gap, violation, strconv.FormatFloat(seconds, 'f', 3, 64), megabytes, stop}, ","))
	if a == nil {
		return nil
	}
	if o.out != "" {
		if err := writeAssignment(filepath.Join(o.out, in.name+"."+m.name+".assign"), a.result); err != nil {
			return err
		}
	}
	if o.verify {
		return a.verify()
	}
	return nil
}

// number writes a float64 so that reading it gives the same float64.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// writeAssignment writes a line for each unit: its agent or territory, or the
// unit at the centre of it where territories have such.
func writeAssignment(path string, r *partition.Result) error {
	var b []byte
	for i := range r.Plan.Len() {
		at := r.Plan.Of(i)
		if r.Centers != nil && at != partition.Unassigned {
			at = r.Centers[at]
		}
		b = append(strconv.AppendInt(b, int64(at), 10), '\n')
	}
	return os.WriteFile(path, b, 0o666)
}

// write generates an instance.
func (o *options) write() error {
	a, b, ok := strings.Cut(o.generate, ",")
	n, errN := strconv.Atoi(a)
	k, errK := strconv.Atoi(b)
	if !ok || errN != nil || errK != nil || n < 1 || k < 1 {
		return fmt.Errorf("-generate is %q, must be two numbers ≥ 1: 10000,100", o.generate)
	}
	w := workload{customers: n, reps: k, seed: o.seed, tolerance: o.tolerance, unit: o.unit, revenue: o.measures > 1}
	if w.tolerance == 0 {
		w.tolerance = 0.01
	}
	return w.write(o.files[0])
}

// find is the entry of a table with the given name.
func find[T any](table []T, name, what string, nameOf func(T) string) (T, error) {
	var known []string
	for _, entry := range table {
		if nameOf(entry) == name {
			return entry, nil
		}
		known = append(known, nameOf(entry))
	}
	var none T
	return none, fmt.Errorf("there is no %s %q; there are %s", what, name, strings.Join(known, ", "))
}

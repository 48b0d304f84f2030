// Command districts divides the 254 counties of Texas into contiguous sales
// territories of equal weight, in several ways that mean different things by
// compact, and compares them.
//
//	go run ./examples/districts
//
// reads the shapes of the counties, sums the people of the places inside each, finds
// out who borders whom, and asks each method for 6 territories whose people differ
// by 2 % from an equal share at most. It prints the comparison and the territories
// of one plan, and writes districts.html, a map of all plans in one file that needs
// no network, and districts.geojson, the outlines of the printed plan.
//
//	go run ./examples/districts -k 12 -tolerance 0.05 -show hess
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "districts:", err)
		os.Exit(1)
	}
}

// run is the program: it prints the report to stdout and writes the two files.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("districts", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var keys []string
	for _, m := range methods {
		keys = append(keys, m.Key)
	}
	var (
		k         = flags.Int("k", 6, "number of territories")
		tolerance = flags.Float64("tolerance", 0.02, "allowed relative deviation of the people of a territory from an equal share: 0.02 is ±2 %")
		show      = flags.String("show", methods[0].Key, "plan to print and to open the map with: "+strings.Join(keys, ", "))
		seed      = flags.Uint64("seed", 1, "seed of everything that is drawn")
		budget    = flags.Int("budget", 10_000_000, "work allowed to each method, in steps of its own; 0: what it thinks right")
		out       = flags.String("out", "out", "`folder` for districts.html and districts.geojson")
	)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stdout, "usage: go run ./examples/districts [flags]")
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return nil
		}
		return err
	}
	shown := -1
	for i, key := range keys {
		if key == *show {
			shown = i
		}
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *k < 1:
		return fmt.Errorf("-k %d: must be at least 1", *k)
	case !(*tolerance > 0 && *tolerance < 1):
		return fmt.Errorf("-tolerance %g: must be above 0 and below 1", *tolerance)
	case shown < 0:
		return fmt.Errorf("-show %s: must be one of %s", *show, strings.Join(keys, ", "))
	}

	s, err := texas()
	if err != nil {
		return err
	}
	o, err := s.compare(ctx, request{K: *k, Tolerance: *tolerance, Seed: *seed, Budget: *budget}, shown)
	if err != nil {
		return err
	}
	// Both files are made before the first is written: a failure leaves no half answer.
	var page, outlines bytes.Buffer
	if err := o.writePage(&page); err != nil {
		return err
	}
	if err := o.writeOutlines(&outlines); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	files := []struct {
		path string
		data []byte
	}{
		{filepath.Join(*out, "districts.html"), page.Bytes()},
		{filepath.Join(*out, "districts.geojson"), outlines.Bytes()},
	}
	for _, f := range files {
		if err := os.WriteFile(f.path, f.data, 0o644); err != nil {
			return err
		}
	}
	if err := o.writeReport(stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "\nMap:      %s (open it in any browser)\nOutlines: %s\n", files[0].path, files[1].path)
	return err
}

// Command quickstart divides customers among sales people so that everybody
// has the same load and travels little, proves how good the answer is, and
// draws it.
//
//	go run ./examples/quickstart
//
// plans for the 1,189 cities of China with 50,000 people and more as
// customers, population as workload, and 24 sales people who live in the 24
// largest. It prints a report and writes plan.geojson and territories.html, a
// map in one file that needs no network.
//
// With your own data,
//
//	go run ./examples/quickstart -customers customers.csv -reps reps.csv
//
// the files are CSV in UTF-8 (a byte order mark is fine), separated by commas,
// with a header line. Columns are found by name, in any order, upper or lower case:
//
//	customers   id, name, lon, lat, workload[, owner]
//	reps        id, name, lon, lat[, capacity share]
//
// lon and lat are degrees; workload is any quantity ≥ 0 that adds up: hours,
// visits, revenue; owner is the id of today's sales person or empty; capacity
// share is the part of the work relative to the others, 1 by default: 0.5 for
// half time. A row that is not right is reported by file, line and column, all
// of them at once, and then nothing is planned: no row is ever left out.
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run is the program: it prints the report to stdout and writes the two files.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var (
		people    = flags.Int("people", 24, "number of sales people, living in as many largest cities")
		tolerance = flags.Float64("tolerance", 0.02, "allowed relative deviation of each load from its target: 0.02 is ±2 %")
		out       = flags.String("out", "out", "`folder` for plan.geojson and territories.html")
		seed      = flags.Uint64("seed", 0, "seed of the search: the same seed gives the same plan")
		customers = flags.String("customers", "", "CSV `file` of your customers: id,name,lon,lat,workload[,owner]; needs -reps")
		reps      = flags.String("reps", "", "CSV `file` of your sales people: id,name,lon,lat[,capacity share]; needs -customers")
	)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stdout, "usage: go run ./examples/quickstart [flags]")
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return nil
		}
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if !(*tolerance > 0 && *tolerance < 1) {
		return fmt.Errorf("-tolerance %g: must be above 0 and below 1", *tolerance)
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })

	var d *dataset
	var err error
	switch {
	case given["customers"] != given["reps"]:
		return errors.New("-customers and -reps belong together")
	case given["customers"] && given["people"]:
		return errors.New("-people is the number of rows of the -reps file")
	case given["customers"]:
		d, err = load(*customers, *reps)
	default:
		d, err = embedded(*people)
	}
	if err != nil {
		return err
	}
	o, err := d.plan(ctx, *tolerance, *seed)
	if err != nil {
		return err
	}

	// Both files are made before the first is written: a failure leaves no half answer.
	var geojson, page bytes.Buffer
	if err := o.writeGeoJSON(&geojson); err != nil {
		return err
	}
	if err := o.writePage(&page); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	files := []struct {
		path string
		data []byte
	}{
		{filepath.Join(*out, "plan.geojson"), geojson.Bytes()},
		{filepath.Join(*out, "territories.html"), page.Bytes()},
	}
	for _, f := range files {
		if err := os.WriteFile(f.path, f.data, 0o644); err != nil {
			return err
		}
	}
	if err := o.writeReport(stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "\nMap:  %s (open it in any browser, no network needed)\nData: %s\n", files[1].path, files[0].path)
	return err
}

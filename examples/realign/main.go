// Command realign cuts today's territories anew when one sales person leaves and
// another one joins: for every number of customers that change hands the best
// plan, how good it is proved to be, and who hands over whom to whom.
//
//	go run ./examples/realign
//
// plans for the 686 cities of Germany with 20,000 people and more. Today twelve
// sales people, who live in the twelve largest, share them evenly. The one in Stuttgart
// leaves, and one in Leipzig joins. It prints the choices and the hand-over
// list of one of them, and writes frontier.svg, a picture of all, and handover.csv.
//
//	go run ./examples/realign -most 200
//
// is the best plan in which no more than 200 customers change hands. With
//
//	go run ./examples/benchmark -generate 10000,50 -seed 1 10k_50
//	go run ./examples/realign -workload 10k_50
//
// it takes the customers, sales people and limits of the two files that the
// benchmark has generated; today every customer is with whoever lives nearest.
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
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "realign:", err)
		os.Exit(1)
	}
}

// run is the program: it prints the report to stdout and writes the two files.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("realign", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var (
		people    = flags.Int("people", 12, "number of today's sales people, living in as many largest cities")
		leaver    = flags.String("leaver", "Stuttgart", "`city` whose sales person leaves")
		hire      = flags.String("hire", "Leipzig", "`city` where one joins")
		tolerance = flags.Float64("tolerance", 0.1, "allowed relative deviation of each load from an equal share: 0.1 is ±10 %")
		most      = flags.Int("most", 0, "hand over at most so many customers; 0: where the next ones are worth much less than those before")
		points    = flags.Int("points", 24, "number of choices")
		out       = flags.String("out", "out", "`folder` for frontier.svg and handover.csv")
		workload  = flags.String("workload", "", "take `PREFIX`_customers.csv and PREFIX_reps.csv, as the benchmark generates them")
	)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stdout, "usage: go run ./examples/realign [flags]")
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return nil
		}
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case !(*tolerance > 0 && *tolerance < 1):
		return fmt.Errorf("-tolerance %g: must be above 0 and below 1", *tolerance)
	case *most < 0:
		return fmt.Errorf("-most %d: must not be negative", *most)
	case *points < 2:
		return fmt.Errorf("-points %d: must be at least 2", *points)
	}

	var s *staff
	var err error
	if *workload != "" {
		s, err = generated(*workload)
	} else {
		s, err = embedded(ctx, *people, *leaver, *hire, *tolerance)
	}
	if err != nil {
		return err
	}
	start := time.Now()
	o, err := s.realign(ctx, *points, *most)
	if err != nil {
		return err
	}
	took := time.Since(start)

	// Both files are made before the first is written: a failure leaves no half answer.
	var picture, list bytes.Buffer
	if err := o.writePicture(&picture); err != nil {
		return err
	}
	if err := o.writeList(&list); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	files := []struct {
		path string
		data []byte
	}{
		{filepath.Join(*out, "frontier.svg"), picture.Bytes()},
		{filepath.Join(*out, "handover.csv"), list.Bytes()},
	}
	for _, f := range files {
		if err := os.WriteFile(f.path, f.data, 0o644); err != nil {
			return err
		}
	}
	if err := o.writeReport(stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "\nSeconds for the choices: %.1f\nPicture:   %s (open it in any browser)\nHand-over: %s\n",
		took.Seconds(), files[0].path, files[1].path)
	return err
}

// Command segments divides a book of customers in four ways, compares them,
// adopts one, and sees what becomes of it in the next quarter:
//
//	go run ./examples/segments
//
// The book is invented: 20,000 customers in China's cities, who buy from a maker
// of sensors and controls ([market] says how). It prints what a manager wants to
// know before deciding, and writes segments.html, the same in pictures, in one
// file that needs no network.
//
// The schemes are the files in the folder schemes. With
//
//	go run ./examples/segments -scheme mine.json
//
// one of your own is compared with them.
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
		fmt.Fprintln(os.Stderr, "segments:", err)
		os.Exit(1)
	}
}

// run is the program: it prints the report to stdout and writes the page.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("segments", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var (
		customers = flags.Int("customers", 20_000, "number of customers to invent")
		seed      = flags.Uint64("seed", 1, "seed of what is invented: the same seed gives the same book")
		scheme    = flags.String("scheme", "", "JSON `file` of a scheme of your own, to be compared with ours")
		out       = flags.String("out", "out", "`folder` for segments.html")
	)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stdout, "usage: go run ./examples/segments [flags]")
			flags.SetOutput(stdout)
			flags.PrintDefaults()
			return nil
		}
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *customers < 1000 || *customers > 1_000_000:
		return fmt.Errorf("-customers %d: must be between 1,000 and 1,000,000", *customers)
	}

	m, err := newMarket(*customers, *seed)
	if err != nil {
		return err
	}
	s, err := m.tell(ctx, *scheme)
	if err != nil {
		return err
	}
	// The page is made before anything is printed: a failure leaves no half answer.
	var page bytes.Buffer
	if err := s.writePage(&page); err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	path := filepath.Join(*out, "segments.html")
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
		return err
	}
	if err := s.writeReport(stdout); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "\nPage: %s (open it in any browser, no network needed)\n", path)
	return err
}

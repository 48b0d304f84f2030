package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A study runs the library on the published instances of a folder, and sets
// what it finds beside the best values known:
//
//	go run ./examples/benchmark -literature FOLDER [ROWS.csv …]
//
// FOLDER holds a folder per family with its best_known.csv. The rows are printed
// as they are found, in CSV; those that ROWS.csv already holds, of an earlier
// run, are not found again. The table at the end is in Markdown.

// published is a file of the literature and how it is run.
type published struct {
	family, file string
	name, class  string  // where several results are known of a file; "": those of the file
	known        float64 // the best value known; NaN: none
	limit        time.Duration
	k, min, max  int

	lower, upper, tolerance float64
	objective               string

	// of, where it is not nil, completes f by a row of the family's table, which
	// names its file itself; false: the row is not one of ours.
	of func(f *published, row map[string]string) bool
}

// key names the instance in rows.
func (f published) key() string { return f.family + "/" + cmp.Or(f.name, instanceName(f.file)) }

// studied are the families of the literature: where their files are, and for
// how long they are searched.
func studied() []published {
	return []published{
		{family: "gap", file: "gap/*/*", limit: 20 * time.Second},
		{family: "cpmp", file: "cpmp/osman_christofides/*", limit: 10 * time.Second},
		{family: "cpmp", file: "cpmp/lorena/SJC*", limit: 10 * time.Second},
		{family: "cpmp", file: "cpmp/*/*", limit: time.Minute},
		{family: "cccp", file: "cccp/instances/*", limit: time.Minute},
		{family: "balanced_kmeans", file: "balanced_kmeans/*.txt*"},
		{family: "territory", limit: 30 * time.Second, of: (*published).ofTerritory},
		{family: "districting", limit: 10 * time.Second, of: (*published).ofDistricting},
		{family: "redist", limit: 10 * time.Second, of: (*published).ofRedist},
	}
}

// publishedIn lists the files of the folder with what is known of them.
func publishedIn(folder string) ([]published, error) {
	known, err := bestKnown(folder)
	if err != nil {
		return nil, err
	}
	var list []published
	seen := map[string]bool{}
	for _, s := range studied() {
		if s.of != nil {
			rows, err := s.rows(folder)
			if err != nil {
				return nil, err
			}
			list = append(list, rows...)
			continue
		}
		files, err := filepath.Glob(filepath.Join(folder, filepath.FromSlash(s.file)))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			f := s
			f.file = file
			k, ok := known[f.key()]
			if !ok || seen[f.key()] {
				continue
			}
			seen[f.key()] = true
			f.known, f.k, f.min, f.max = k.known, k.k, k.min, k.max
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: holds no published instances", folder)
	}
	return list, nil
}

// bestKnown reads the tables of all families. A column k or p says with how
// many territories a value was found, where the file says something else.
func bestKnown(folder string) (map[string]published, error) {
	known := map[string]published{}
	for _, s := range studied() {
		if s.of != nil {
			continue
		}
		path := filepath.Join(folder, s.family, "best_known.csv")
		rows, err := readRows(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		for _, row := range rows {
			f := published{family: s.family, file: filepath.Base(row["instance"]), known: math.NaN()}
			if v, err := strconv.ParseFloat(row["best_known"], 64); err == nil {
				f.known = v
			}
			f.k, _ = strconv.Atoi(cmp.Or(row["k"], row["p"]))
			f.min, _ = strconv.Atoi(row["min_size"])
			f.max, _ = strconv.Atoi(row["max_size"])
			known[f.key()] = f
		}
	}
	return known, nil
}

// readRows reads a CSV file with a header.
func readRows(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseRows(path, f)
}

func parseRows(name string, from io.Reader) ([]map[string]string, error) {
	records, err := csv.NewReader(from).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var rows []map[string]string
	for _, record := range records[min(1, len(records)):] {
		row := map[string]string{}
		for c, value := range record {
			row[records[0][c]] = value
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// study runs every published instance and prints the table.
func (o *options) study(stdout, stderr io.Writer) error {
	list, err := publishedIn(o.literature)
	if err != nil {
		return err
	}
	found := map[string]map[string]string{}
	keep := func(rows []map[string]string) {
		for _, row := range rows {
			found[row["family"]+"/"+row["instance"]] = row
		}
	}
	for _, file := range o.files {
		rows, err := readRows(file)
		if err != nil {
			return err
		}
		keep(rows)
	}
	fmt.Fprintln(stdout, header)
	failed := 0
	for _, p := range list {
		if _, ok := found[p.key()]; ok {
			continue
		}
		row, err := o.runPublished(p, stderr)
		if err != nil {
			fmt.Fprintf(stderr, "benchmark: %s: %v\n", p.file, err)
			failed++
			continue
		}
		stdout.Write(row)
		rows, err := parseRows(p.file, io.MultiReader(strings.NewReader(header+"\n"), bytes.NewReader(row)))
		if err != nil {
			return err
		}
		keep(rows)
	}
	fmt.Fprintf(stdout, "\n%s", table(list, found))
	if failed > 0 {
		return fmt.Errorf("%d of %d files failed", failed, len(list))
	}
	return nil
}

// runPublished is the row of one instance.
func (o *options) runPublished(p published, stderr io.Writer) ([]byte, error) {
	f, err := find(families(), p.family, "family", func(f family) string { return f.name })
	if err != nil {
		return nil, err
	}
	run := *o
	run.limit, run.k, run.min, run.max = p.limit, p.k, p.min, p.max
	run.lower, run.upper, run.tolerance, run.objective = p.lower, p.upper, p.tolerance, p.objective
	run.name = p.name
	run.patient = f.patient
	debug.FreeOSMemory()
	resetPeak()
	var row bytes.Buffer
	if err := run.solve(p.file, f, methods(), &row, stderr); err != nil {
		return nil, err
	}
	return row.Bytes(), nil
}

// line is a row of the table: the instances of one kind and about one size.
type line struct {
	family, class      string
	size               int
	n, k               []float64
	toKnown, gap       []float64
	seconds, megabytes []float64
	unsolved           int // without a plan within the limits
}

// table sets the rows beside the best known values.
func table(list []published, found map[string]map[string]string) string {
	var lines []*line
	at := map[string]*line{}
	for _, p := range list {
		row, ok := found[p.key()]
		if !ok {
			continue
		}
		n := value(row["n"])
		l := &line{family: p.family, class: cmp.Or(p.class, class(instanceName(p.file))), size: size(n)}
		key := fmt.Sprintf("%s/%s/%d", l.family, l.class, l.size)
		if at[key] == nil {
			at[key] = l
			lines = append(lines, l)
		}
		at[key].add(row, p.known)
	}
	order := studied()
	slices.SortStableFunc(lines, func(a, b *line) int {
		family := func(l *line) int {
			return slices.IndexFunc(order, func(s published) bool { return s.family == l.family })
		}
		return cmp.Or(cmp.Compare(family(a), family(b)), cmp.Compare(a.class, b.class), cmp.Compare(a.size, b.size))
	})
	var b strings.Builder
	b.WriteString("| family | class | n | m | instances | to best known: mean (worst) | own gap: mean (worst) | seconds | peak MB |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|\n")
	for _, l := range lines {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %d | %s | %s | %s | %.0f |\n", l.family, l.class, span(l.n), span(l.k),
			len(l.n), percent(l.toKnown, l.unsolved), percent(l.gap, 0), duration(mean(l.seconds)), slices.Max(l.megabytes))
	}
	return b.String()
}

func (l *line) add(row map[string]string, known float64) {
	l.n, l.k = append(l.n, value(row["n"])), append(l.k, value(row["k"]))
	l.seconds, l.megabytes = append(l.seconds, value(row["seconds"])), append(l.megabytes, value(row["peak_mb"]))
	cost, violation := value(row["cost"]), value(row["violation"])
	if math.IsNaN(cost) || violation > 1e-6 {
		l.unsolved++
	} else if !math.IsNaN(known) {
		l.toKnown = append(l.toKnown, 100*(cost-known)/known)
	}
	if gap := value(row["gap_pct"]); !math.IsNaN(gap) {
		l.gap = append(l.gap, gap)
	}
}

// value is a number of a row, NaN where it is a dash.
func value(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// class is the kind of an instance: its name up to an underscore, or else up to
// the first digit.
func class(name string) string {
	if before, _, ok := strings.Cut(name, "_"); ok {
		return before
	}
	if at := strings.IndexFunc(name, unicode.IsDigit); at > 0 {
		return name[:at]
	}
	return name
}

// size puts instances of about the same number of units together.
func size(n float64) int {
	s := 0
	for _, limit := range []float64{100, 400, 1000, 10_000} {
		if n >= limit {
			s++
		}
	}
	return s
}

func span(x []float64) string {
	lo, hi := slices.Min(x), slices.Max(x)
	if lo == hi {
		return number(lo)
	}
	return number(lo) + "–" + number(hi)
}

func mean(x []float64) float64 {
	total := 0.0
	for _, v := range x {
		total += v
	}
	return total / float64(len(x))
}

// percent is the mean of x and, in parentheses, the worst.
func percent(x []float64, unsolved int) string {
	s := "–"
	if len(x) > 0 {
		s = thousandths(mean(x))
		if len(x) > 1 {
			s += " (" + thousandths(slices.Max(x)) + ")"
		}
	}
	if unsolved > 0 {
		s += fmt.Sprintf(", %d without a plan", unsolved)
	}
	return strings.ReplaceAll(s, "-", "−")
}

// thousandths is a percentage without a zero that is negative.
func thousandths(x float64) string {
	return strings.Replace(fmt.Sprintf("%.3f %%", x), "-0.000", "0.000", 1)
}

// duration is a number of seconds, to two digits.
func duration(seconds float64) string {
	if seconds < 9.95 {
		return strconv.FormatFloat(seconds, 'g', 2, 64)
	}
	return strconv.FormatFloat(seconds, 'f', 0, 64)
}

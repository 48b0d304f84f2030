package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// column is one column that a table may have. The first name is the
// documented one; all of them are matched without regard to case.
type column struct {
	names    []string
	optional bool
}

// fault is one thing that is wrong with a file. Column counts from 1; 0 means
// the line as a whole, and Line 0 the file as a whole.
type fault struct {
	File         string
	Line, Column int
	Name         string // of the column
	Value        string
	Why          string
}

func (f *fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ", line %d", f.Line)
	}
	if f.Column > 0 {
		fmt.Fprintf(&b, ", column %d (%s) = %q", f.Column, f.Name, f.Value)
	}
	return b.String() + ": " + f.Why
}

// table reads a CSV file record by record and gathers its faults.
type table struct {
	file   string
	csv    *csv.Reader
	header []string // as written
	at     map[string]int
	unused []string // columns that nobody asked for
	rows   int      // records after the header, good and bad
	faults []error
}

// openTable reads the header. The columns of spec are found by name, in any order.
func openTable(r io.Reader, file string, spec []column) *table {
	t := &table{file: file, at: map[string]int{}}
	in := bufio.NewReader(r)
	if start, _ := in.Peek(3); string(start) == "\ufeff" {
		_, _ = in.Discard(3)
	} else if len(start) >= 2 && (string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff") {
		t.add(&fault{Why: "is UTF-16, not UTF-8: save it as “CSV UTF-8”"})
		return t
	}
	t.csv = csv.NewReader(in)
	t.csv.FieldsPerRecord = -1 // counted here, so that every bad row is named
	header, err := t.csv.Read()
	if err != nil {
		if errors.Is(err, io.EOF) {
			t.add(&fault{Why: "is empty: not even a header"})
		} else {
			t.add(t.syntax(err))
		}
		return t
	}
	t.header = header
	wanted := map[string]string{}
	for _, c := range spec {
		for _, name := range c.names {
			wanted[name] = c.names[0]
		}
	}
	line, _ := t.csv.FieldPos(0)
	for i, h := range header {
		name, ok := wanted[strings.ToLower(strings.TrimSpace(h))]
		if !ok {
			t.unused = append(t.unused, h)
			continue
		}
		if first, twice := t.at[name]; twice {
			t.add(&fault{Line: line, Column: i + 1, Name: h, Value: h, Why: fmt.Sprintf("column %d is %s already", first+1, name)})
			continue
		}
		t.at[name] = i
	}
	for _, c := range spec {
		if _, ok := t.at[c.names[0]]; !ok && !c.optional {
			why := fmt.Sprintf("has no column %q; its header is: %s", c.names[0], printable(strings.Join(header, ", ")))
			if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
				why += " (columns must be separated by commas)"
			}
			t.add(&fault{Line: line, Why: why})
		}
	}
	return t
}

// each calls row for every record that has the right number of fields.
// Records that have not become faults; nothing is read if the header is bad.
func (t *table) each(row func(*record)) {
	if len(t.faults) > 0 {
		return
	}
	for {
		fields, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		t.rows++
		if err != nil {
			t.add(t.syntax(err))
			continue
		}
		rec := &record{table: t, fields: fields}
		rec.line, _ = t.csv.FieldPos(0)
		switch {
		case !slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" }):
			t.add(&fault{Line: rec.line, Why: "the row is empty: delete it"})
		case len(fields) != len(t.header):
			t.add(&fault{Line: rec.line, Why: fmt.Sprintf("has %d fields where the header has %d", len(fields), len(t.header))})
		default:
			row(rec)
		}
	}
	if t.rows == 0 {
		t.add(&fault{Why: "has a header but no rows"})
	}
}

func (t *table) add(f *fault) {
	f.File = t.file
	t.faults = append(t.faults, f)
}

// syntax makes a fault of an error of package csv, or of the file itself.
func (t *table) syntax(err error) *fault {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return &fault{Why: err.Error()}
	}
	where := fmt.Sprintf("at byte %d", p.Column)
	if p.Line != p.StartLine { // a quote that is not closed takes in what follows
		where += fmt.Sprintf(" of line %d, to which the quotes of this row reach", p.Line)
	}
	return &fault{Line: p.StartLine, Why: fmt.Sprintf("%s: %v", where, p.Err)}
}

// record is one row. Its getters note what is wrong with a field and go on, so
// that a row with three faults is reported with three.
type record struct {
	table  *table
	fields []string
	line   int
	bad    bool
}

// has reports whether the row says anything in the column.
func (r *record) has(name string) bool {
	i, ok := r.table.at[name]
	return ok && strings.TrimSpace(r.fields[i]) != ""
}

// fail notes a fault of the field.
func (r *record) fail(name, why string, args ...any) {
	r.bad = true
	i := r.table.at[name]
	line, _ := r.table.csv.FieldPos(i)
	r.table.add(&fault{
		Line: line, Column: i + 1, Name: printable(strings.TrimSpace(r.table.header[i])),
		Value: r.fields[i], Why: fmt.Sprintf(why, args...),
	})
}

// text is the field without the blanks around it.
func (r *record) text(name string) string {
	i, ok := r.table.at[name]
	if !ok {
		return ""
	}
	s := strings.TrimSpace(r.fields[i])
	switch {
	case !utf8.ValidString(s):
		r.fail(name, "is not UTF-8: save the file as “CSV UTF-8”")
	case strings.ContainsFunc(s, unicode.IsControl):
		r.fail(name, "contains a control character or a line break")
	}
	return s
}

// number is the field as a finite number from low to high.
func (r *record) number(name string, low, high float64) float64 {
	s := strings.TrimSpace(r.fields[r.table.at[name]])
	x, err := strconv.ParseFloat(s, 64)
	switch {
	case s == "":
		r.fail(name, "is missing")
	case strings.ContainsFunc(s, func(c rune) bool { return !strings.ContainsRune("0123456789+-.eE", c) }):
		if strings.Contains(s, ",") {
			r.fail(name, "is not a plain number: the decimal mark is a point, and thousands are not separated")
		} else {
			r.fail(name, "is not a number")
		}
	case errors.Is(err, strconv.ErrRange):
		r.fail(name, "is too large")
	case err != nil:
		r.fail(name, "is not a number")
	case x < low && math.IsInf(high, 1):
		r.fail(name, "must not be less than %g", low)
	case x < low || x > high:
		r.fail(name, "is not between %g and %g", low, high)
	}
	return x
}

// printable makes text of unknown origin safe to print in a message.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, s)
}

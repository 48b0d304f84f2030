package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
)

// A table is read in parallel, byte by byte and without an allocation per row:
// a million rows must not cost more than solving a small problem.

// column says how to read one column of a table.
type column struct {
	name     string
	kind     kind
	rows     func(n int)            // is told the number of rows before the first value; may be nil
	set      func(row int, v int64) // takes the values, from several goroutines; may be nil
	optional bool                   // the last column may be missing; it is then neither told nor set
}

// kind is the syntax of a column.
type kind uint8

const (
	serial kind = iota // 0, 1, 2, …: the number of the row
	whole              // a whole number ≥ 0
	milli              // a decimal number with at most three decimals, as thousandths
)

// mostDigits keeps thousandths within the whole numbers that a float64 holds.
const mostDigits = 12

// cellError names one cell, or one row (column 0), that cannot be read.
type cellError struct {
	file         string
	line, column int // from 1
	name         string
	text, why    string
}

func (e *cellError) Error() string {
	if e.column == 0 {
		return fmt.Sprintf("%s: line %d: %s", e.file, e.line, e.why)
	}
	return fmt.Sprintf("%s: line %d, column %d (%s): %q is not %s", e.file, e.line, e.column, e.name, e.text, e.why)
}

// listedFaults is how many bad cells of a table are listed; one more line says
// that there are others.
const listedFaults = 20

// readTable reads a CSV file whose first line names exactly the given columns.
// It reports bad rows by line and column, the first of them in order.
func readTable(path string, columns []column) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return parseTable(path, data, columns)
}

func parseTable(file string, data []byte, columns []column) error {
	header, body, _ := bytes.Cut(data, []byte("\n"))
	header = bytes.TrimSuffix(bytes.TrimPrefix(header, []byte("\ufeff")), []byte("\r"))
	if last := len(columns) - 1; last >= 0 && columns[last].optional && string(header) == names(columns[:last]) {
		columns = columns[:last]
	}
	if want := names(columns); string(header) != want {
		return fmt.Errorf("%s: line 1: the header is %.100q, want %q", file, header, want)
	}
	body = bytes.TrimRight(body, "\r\n")

	chunks := split(body, 4*runtime.GOMAXPROCS(0))
	first := make([]int, len(chunks)+1) // row that each chunk begins with
	each(len(chunks), func(c int) { first[c+1] = bytes.Count(chunks[c], []byte("\n")) })
	for c := range chunks {
		first[c+1] += first[c]
	}
	rows := first[len(chunks)]
	if len(body) > 0 {
		rows++ // the last row has lost its end of line
	}
	for _, c := range columns {
		if c.rows != nil {
			c.rows(rows)
		}
	}

	faults := make([][]error, len(chunks))
	each(len(chunks), func(c int) {
		row := first[c]
		for rest := chunks[c]; len(rest) > 0; row++ {
			var fault *cellError
			if rest, fault = parseRow(rest, row, columns); fault != nil {
				fault.file, fault.line = file, row+2
				if faults[c] = append(faults[c], fault); len(faults[c]) > listedFaults {
					return
				}
			}
		}
	})
	var all []error
	for _, f := range faults {
		all = append(all, f...)
	}
	if len(all) > listedFaults {
		all = append(all[:listedFaults], fmt.Errorf("%s: and more", file))
	}
	return errors.Join(all...)
}

// names is the header of the columns.
func names(columns []column) string {
	var all []string
	for _, c := range columns {
		all = append(all, c.name)
	}
	return strings.Join(all, ",")
}

// split cuts the rows into about n pieces, each ending with the end of a line,
// but for the last one.
func split(body []byte, n int) (chunks [][]byte) {
	size := max(len(body)/n+1, 1<<16)
	for len(body) > 0 {
		end := len(body)
		if size < end {
			if at := bytes.IndexByte(body[size:], '\n'); at >= 0 {
				end = size + at + 1
			}
		}
		chunks = append(chunks, body[:end])
		body = body[end:]
	}
	return chunks
}

// each runs f(0) … f(n-1) in parallel.
func each(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// parseRow reads one row and returns what follows it.
func parseRow(b []byte, row int, columns []column) (rest []byte, fault *cellError) {
	at := 0
	for c := range columns {
		col := &columns[c]
		v, digits, decimals := int64(0), 0, 3
		negative := col.kind == milli && at < len(b) && b[at] == '-'
		if negative {
			at++
		}
		for ; at < len(b) && b[at]-'0' < 10; at++ {
			v = 10*v + int64(b[at]-'0')
			digits++
		}
		if col.kind == milli {
			decimals = 0
			if at < len(b) && b[at] == '.' {
				for at++; at < len(b) && b[at]-'0' < 10; at++ {
					v = 10*v + int64(b[at]-'0')
					decimals++
				}
			}
			digits += decimals
			for d := decimals; d < 3; d++ {
				v *= 10
			}
			if negative {
				v = -v
			}
		}
		last := c == len(columns)-1
		switch {
		case digits == 0 || digits > mostDigits || decimals > 3,
			col.kind == serial && v != int64(row),
			ended(b, at) != last,
			!last && b[at] != ',':
			return badRow(b, row, c, columns)
		}
		if col.set != nil {
			col.set(row, v)
		}
		at++ // the comma or the end of the line
	}
	if at < len(b) && b[at-1] == '\r' {
		at++
	}
	return b[min(at, len(b)):], nil
}

// ended reports whether a line ends at b[at:].
func ended(b []byte, at int) bool {
	return at == len(b) || b[at] == '\n' || b[at] == '\r' && (at+1 == len(b) || b[at+1] == '\n')
}

// badRow says what is wrong with the row at the start of b, whose column c could
// not be read, and returns what follows it.
func badRow(b []byte, row, c int, columns []column) (rest []byte, fault *cellError) {
	line, rest, _ := bytes.Cut(b, []byte("\n"))
	cells := strings.Split(strings.TrimSuffix(string(line), "\r"), ",")
	if len(cells) != len(columns) {
		return rest, &cellError{why: fmt.Sprintf("has %d of %d columns", len(cells), len(columns))}
	}
	why := "a whole number ≥ 0"
	switch columns[c].kind {
	case serial:
		why = fmt.Sprintf("%d, the number of the row counted from 0", row)
	case milli:
		why = "a decimal number with at most three decimals"
	}
	if strings.Trim(cells[c], "-.0123456789") == "" && len(cells[c]) > mostDigits {
		why += fmt.Sprintf(" of at most %d digits", mostDigits)
	}
	return rest, &cellError{column: c + 1, name: columns[c].name, text: cells[c], why: why}
}

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// numbers are the numbers of a file of plain text, separated by white space.
type numbers struct {
	file  string
	value []float64
	line  []int32 // per value, counted from 1
}

// readNumbers reads a file of numbers, gzipped where its name ends in .gz. It
// takes every kind of line end.
func readNumbers(file string) (*numbers, error) {
	data, err := readAll(file)
	if err != nil {
		return nil, err
	}
	x := &numbers{file: file}
	for line, rest := int32(1), data; len(rest) > 0; line++ {
		var text []byte
		end := bytes.IndexAny(rest, "\r\n")
		if end < 0 {
			end = len(rest)
		}
		text = rest[:end]
		if bytes.HasPrefix(rest[end:], []byte("\r\n")) {
			end++
		}
		rest = rest[min(end+1, len(rest)):]
		for word := range bytes.FieldsSeq(text) {
			v, err := strconv.ParseFloat(string(word), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("%s: line %d: %.40q is not a finite number", file, line, word)
			}
			x.value, x.line = append(x.value, v), append(x.line, line)
		}
	}
	return x, nil
}

// readAll reads a file, and unpacks it where its name ends in .gz.
func readAll(file string) ([]byte, error) {
	if !strings.HasSuffix(file, ".gz") {
		return os.ReadFile(file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return data, nil
}

// count is number k as a count of what.
func (x *numbers) count(k int, what string) (int, error) {
	if k >= len(x.value) {
		return 0, fmt.Errorf("%s: ends before the number of %s", x.file, what)
	}
	v := x.value[k]
	if v != math.Trunc(v) || v < 1 || v > math.MaxInt32 {
		return 0, fmt.Errorf("%s: line %d: %v is not a number of %s", x.file, x.line[k], v, what)
	}
	return int(v), nil
}

// rest is what follows the first k numbers, of which there must be want.
func (x *numbers) rest(k, want int, what string) ([]float64, error) {
	if got := len(x.value) - k; got != want {
		return nil, fmt.Errorf("%s: has %d numbers after the first %d, want %d: %s", x.file, got, k, want, what)
	}
	return x.value[k:], nil
}

// instanceName is the file's name without folder and endings.
func instanceName(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), ".gz")
	for _, ending := range []string{".txt", ".dat"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cells reads a table of an id, a decimal and a whole number.
func cells(data string) (decimals, wholes []int64, err error) {
	err = parseTable("t.csv", []byte(data), []column{
		{name: "id", kind: serial},
		{name: "x", kind: milli,
			rows: func(n int) { decimals = make([]int64, n) },
			set:  func(row int, v int64) { decimals[row] = v }},
		{name: "n", kind: whole,
			rows: func(n int) { wholes = make([]int64, n) },
			set:  func(row int, v int64) { wholes[row] = v }},
	})
	return decimals, wholes, err
}

func TestParseTable(t *testing.T) {
	for name, c := range map[string]struct {
		data     string
		decimals []int64
		wholes   []int64
	}{
		"plain":             {"id,x,n\n0,1.234,5\n1,0.001,0\n", []int64{1234, 1}, []int64{5, 0}},
		"no last newline":   {"id,x,n\n0,1.2,5", []int64{1200}, []int64{5}},
		"carriage returns":  {"id,x,n\r\n0,1.2,5\r\n1,3,6\r\n", []int64{1200, 3000}, []int64{5, 6}},
		"byte order mark":   {"\ufeffid,x,n\n0,7,5\n", []int64{7000}, []int64{5}},
		"blank end":         {"id,x,n\n0,7,5\n\n\r\n", []int64{7000}, []int64{5}},
		"negative":          {"id,x,n\n0,-0.05,5\n1,-12,6\n", []int64{-50, -12000}, []int64{5, 6}},
		"bare points":       {"id,x,n\n0,.5,5\n1,5.,6\n", []int64{500, 5000}, []int64{5, 6}},
		"most digits":       {"id,x,n\n0,999999999.999,999999999999\n", []int64{999999999999}, []int64{999999999999}},
		"no rows":           {"id,x,n\n", []int64{}, []int64{}},
		"no rows, no break": {"id,x,n", []int64{}, []int64{}},
	} {
		t.Run(name, func(t *testing.T) {
			decimals, wholes, err := cells(c.data)
			require.NoError(t, err)
			require.Equal(t, c.decimals, decimals)
			require.Equal(t, c.wholes, wholes)
		})
	}
}

func TestParseTableNamesBadCells(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"header":              {"id,x\n0,1\n", `t.csv: line 1: the header is "id,x", want "id,x,n"`},
		"empty":               {"", `t.csv: line 1: the header is "", want "id,x,n"`},
		"word":                {"id,x,n\n0,1,1\n1,abc,1\n", `t.csv: line 3, column 2 (x): "abc" is not a decimal number with at most three decimals`},
		"empty cell":          {"id,x,n\n0,,1\n", `t.csv: line 2, column 2 (x): "" is not a decimal number with at most three decimals`},
		"lone sign":           {"id,x,n\n0,-,1\n", `t.csv: line 2, column 2 (x): "-" is not a decimal number with at most three decimals`},
		"lone point":          {"id,x,n\n0,.,1\n", `t.csv: line 2, column 2 (x): "." is not a decimal number with at most three decimals`},
		"finer than a metre":  {"id,x,n\n0,1.2345,1\n", `t.csv: line 2, column 2 (x): "1.2345" is not a decimal number with at most three decimals`},
		"exponent":            {"id,x,n\n0,1e3,1\n", `t.csv: line 2, column 2 (x): "1e3" is not a decimal number with at most three decimals`},
		"space":               {"id,x,n\n0, 1,1\n", `t.csv: line 2, column 2 (x): " 1" is not a decimal number with at most three decimals`},
		"negative whole":      {"id,x,n\n0,1,-1\n", `t.csv: line 2, column 3 (n): "-1" is not a whole number ≥ 0`},
		"fraction":            {"id,x,n\n0,1,1.5\n", `t.csv: line 2, column 3 (n): "1.5" is not a whole number ≥ 0`},
		"beyond float64":      {"id,x,n\n0,1,9999999999999\n", `t.csv: line 2, column 3 (n): "9999999999999" is not a whole number ≥ 0 of at most 12 digits`},
		"wrong serial number": {"id,x,n\n0,1,1\n2,1,1\n", `t.csv: line 3, column 1 (id): "2" is not 1, the number of the row counted from 0`},
		"too few columns":     {"id,x,n\n0,1\n", `t.csv: line 2: has 2 of 3 columns`},
		"too many columns":    {"id,x,n\n0,1,1,1\n", `t.csv: line 2: has 4 of 3 columns`},
		"blank line":          {"id,x,n\n\n0,1,1\n", "t.csv: line 2: has 1 of 3 columns\n" + `t.csv: line 3, column 1 (id): "0" is not 1, the number of the row counted from 0`},
		"quotes":              {"id,x,n\n0,\"1\",1\n", `t.csv: line 2, column 2 (x): "\"1\"" is not a decimal number with at most three decimals`},
		"two faults":          {"id,x,n\n0,a,1\n1,1,1\n2,1,b\n", `t.csv: line 2, column 2 (x): "a" is not a decimal number with at most three decimals` + "\n" + `t.csv: line 4, column 3 (n): "b" is not a whole number ≥ 0`},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := cells(c.data)
			require.EqualError(t, err, c.want)
		})
	}
}

// Large enough for several chunks: rows are counted across them, and faults
// are told in the order of the lines.
func TestParseTableInChunks(t *testing.T) {
	const rows = 50_000
	var good, bad strings.Builder
	good.WriteString("id,x,n\n")
	bad.WriteString("id,x,n\n")
	for i := range rows {
		fmt.Fprintf(&good, "%d,%d.25,%d\n", i, i, 2*i)
		if i%1000 == 999 {
			fmt.Fprintf(&bad, "%d,?,0\n", i)
		} else {
			fmt.Fprintf(&bad, "%d,0,0\n", i)
		}
	}
	decimals, wholes, err := cells(good.String())
	require.NoError(t, err)
	require.Len(t, decimals, rows)
	for i := range rows {
		require.Equal(t, int64(1000*i+250), decimals[i])
		require.Equal(t, int64(2*i), wholes[i])
	}
	_, _, err = cells(bad.String())
	lines := strings.Split(err.Error(), "\n")
	require.Len(t, lines, listedFaults+1)
	for i, line := range lines[:listedFaults] {
		require.Contains(t, line, fmt.Sprintf("line %d, column 2", 1000*(i+1)+1))
	}
	require.Equal(t, "t.csv: and more", lines[listedFaults])
}

func TestReadTableWithoutFile(t *testing.T) {
	require.Error(t, readTable(t.TempDir()+"/none.csv", nil))
}

// The fast reader accepts what encoding/csv and strconv accept, gives the same
// numbers, and names a line of the file whenever it does not.
func FuzzParseTable(f *testing.F) {
	f.Add("0,1.234,5\n1,-0.5,7\n")
	f.Add("0,1,2\r\n1,,3")
	f.Add("0,99999999999999999999,1\n\n")
	f.Fuzz(func(t *testing.T, body string) {
		decimals, wholes, err := cells("id,x,n\n" + body)
		if err != nil {
			var cell *cellError
			require.True(t, errors.As(err, &cell))
			require.LessOrEqual(t, cell.line, 2+strings.Count(body, "\n"))
			return
		}
		r := csv.NewReader(strings.NewReader(strings.TrimRight(body, "\r\n")))
		records, err := r.ReadAll()
		require.NoError(t, err)
		require.Len(t, decimals, len(records))
		for i, record := range records {
			require.Equal(t, strconv.Itoa(i), strings.TrimLeft(record[0], "0")+zeroIf(i == 0))
			x, err := strconv.ParseFloat(record[1], 64)
			require.NoError(t, err)
			require.Equal(t, math.Round(x*1000), float64(decimals[i]))
			n, err := strconv.ParseInt(record[2], 10, 64)
			require.NoError(t, err)
			require.Equal(t, n, wholes[i])
		}
	})
}

func zeroIf(yes bool) string {
	if yes {
		return "0"
	}
	return ""
}

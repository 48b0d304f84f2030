package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// results runs the program and returns report, picture and hand-over list.
func results(t *testing.T, args ...string) (report, picture string, list [][]string) {
	t.Helper()
	out := t.TempDir()
	var b bytes.Buffer
	require.NoError(t, run(context.Background(), append(args, "-out", out), &b))
	data, err := os.ReadFile(filepath.Join(out, "frontier.svg"))
	require.NoError(t, err)
	file, err := os.Open(filepath.Join(out, "handover.csv"))
	require.NoError(t, err)
	defer file.Close()
	list, err = csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	return b.String(), string(data), list
}

// requireHandover makes the moves of the list on today's plan, and checks who
// has what afterwards.
func requireHandover(t *testing.T, s *staff, list [][]string) {
	t.Helper()
	require.Equal(t, []string{"customer", "name", "visits", "from", "to", "saves_visits_km", "why"}, list[0])
	index := map[string]int{}
	for j, r := range s.Reps {
		index[r.Name] = j
	}
	owner := map[string]int{}
	for i, c := range s.Customers {
		owner[c.ID] = s.Today[i]
	}
	for _, move := range list[1:] {
		require.Equal(t, s.Reps[owner[move[0]]].Name, move[3], "%v", move)
		to, ok := index[move[4]]
		require.True(t, ok, "%v", move)
		require.NotEqual(t, move[3], move[4])
		owner[move[0]] = to
	}
	visits := make([]float64, len(s.Reps))
	for _, c := range s.Customers {
		visits[owner[c.ID]] += c.Visits
	}
	lower, upper := s.Problem.Measures[0].Limits(len(s.Reps))
	for j := range visits {
		require.GreaterOrEqual(t, visits[j], lower[j], s.Reps[j].Name)
		require.LessOrEqual(t, visits[j], upper[j], s.Reps[j].Name)
	}
	if s.Leaver >= 0 {
		require.Zero(t, visits[s.Leaver], "who leaves keeps nobody")
		require.NotZero(t, visits[s.Hire])
	}
}

func TestLeaverAndHire(t *testing.T) {
	s, err := embedded(context.Background(), 12, "Stuttgart", "Leipzig", 0.1)
	require.NoError(t, err)
	report, picture, list := results(t, "-points", "8")
	requireHandover(t, s, list)
	require.Contains(t, report, "Stuttgart leaves, Leipzig joins. Everybody is to have 344 to 420 visits.")
	require.Contains(t, report, fmt.Sprintf("Hand-over: %d customers\n", len(list)-1))
	require.Regexp(t, `In no plan fewer than (\d+) move, the \d+ of Stuttgart among them`, report)
	require.Contains(t, report, "<- chosen")
	require.Contains(t, report, "GeoNames")

	// The choices: more moves, less cost.
	rows := regexp.MustCompile(`(?m)^ +(\d+) +\d+ +(\d+) +([\d.]+) %`).FindAllStringSubmatch(report, -1)
	require.Len(t, rows, 8)
	for k := range rows {
		gap, err := strconv.ParseFloat(rows[k][3], 64)
		require.NoError(t, err)
		require.Less(t, gap, 2.0)
		if k > 0 {
			require.Less(t, number(t, rows[k-1][1]), number(t, rows[k][1]))
			require.Greater(t, number(t, rows[k-1][2]), number(t, rows[k][2]))
		}
	}

	// The picture is well-formed, has a dot per choice and one for that which was chosen.
	dots := 0
	for in := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := in.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
			dots++
		}
	}
	require.Equal(t, 9, dots)
	require.NotContains(t, picture, "NaN")
	require.NotContains(t, picture, "Inf")
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	require.NoError(t, err)
	return n
}

func TestMost(t *testing.T) {
	s, err := embedded(context.Background(), 12, "Stuttgart", "Leipzig", 0.1)
	require.NoError(t, err)
	report, _, list := results(t, "-points", "3", "-most", "90")
	requireHandover(t, s, list)
	require.LessOrEqual(t, len(list)-1, 90)
	require.NotContains(t, report, "<- chosen")

	err = run(context.Background(), []string{"-points", "2", "-most", "9", "-out", t.TempDir()}, io.Discard)
	require.ErrorContains(t, err, "customers must leave")
	require.ErrorContains(t, err, "against a limit of 9")
}

func TestWorkload(t *testing.T) {
	prefix := filepath.Join(t.TempDir(), "w")
	customers, reps := "id,x_km,y_km,workload\n", "id,x_km,y_km,cap_lo,cap_hi\n0,0.000,0.000,30,60\n1,10.000,0.000,30,60\n"
	for i := range 60 {
		customers += fmt.Sprintf("%d,%d.5,%d.25,%d\n", i, i%7, i%11, 1+i%2)
	}
	require.NoError(t, os.WriteFile(prefix+"_customers.csv", []byte(customers), 0o644))
	require.NoError(t, os.WriteFile(prefix+"_reps.csv", []byte(reps), 0o644))
	s, err := generated(prefix)
	require.NoError(t, err)
	report, _, list := results(t, "-workload", prefix)
	requireHandover(t, s, list)
	require.Contains(t, report, "60 customers, 90 visits")

	require.NoError(t, os.WriteFile(prefix+"_reps.csv", []byte("id,x_km,y_km,cap_lo,cap_hi\n0,0,west,30,60\n"), 0o644))
	err = run(context.Background(), []string{"-workload", prefix}, io.Discard)
	require.ErrorContains(t, err, `w_reps.csv, line 2, column y_km = "west": is not a number`)
	require.NoError(t, os.WriteFile(prefix+"_customers.csv", []byte("id,x,y\n"), 0o644))
	err = run(context.Background(), []string{"-workload", prefix}, io.Discard)
	require.ErrorContains(t, err, `w_customers.csv: column 2 is not "x_km"`)
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-people", "1"}, "between 2 and"},
		{[]string{"-tolerance", "0"}, "-tolerance 0: must be above 0"},
		{[]string{"-most", "-1"}, "must not be negative"},
		{[]string{"-points", "1"}, "must be at least 2"},
		{[]string{"-leaver", "Atlantis"}, `-leaver "Atlantis": nobody lives there`},
		{[]string{"-hire", "Atlantis"}, `-hire "Atlantis": is no city of the list`},
		{[]string{"-workload", "nowhere"}, "nowhere_customers.csv"},
		{[]string{"now"}, `unexpected argument "now"`},
		{[]string{"-color"}, "not defined"},
	} {
		require.ErrorContains(t, run(context.Background(), c.args, io.Discard), c.want, c.args)
	}
	var help bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-h"}, &help))
	require.Contains(t, help.String(), "-leaver")
}

func TestAxes(t *testing.T) {
	for _, c := range []struct {
		least, most float64
		ticks       []float64
	}{
		{0, 211, []float64{0, 50, 100, 150, 200, 250}},
		{0, 1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{340, 410, []float64{340, 350, 360, 370, 380, 390, 400, 410}},
		{5, 5, []float64{5, 5.2, 5.4, 5.6, 5.8, 6}},
	} {
		a, ticks := newAxis(c.least, c.most, 100, 900, 7)
		require.InDeltaSlice(t, c.ticks, ticks, 1e-9)
		require.InDelta(t, 100, a.pixel(ticks[0]), 1e-9)
		require.InDelta(t, 900, a.pixel(ticks[len(ticks)-1]), 1e-9)
	}
	require.Equal(t, "-1,234,567", grouped(-1234567.2))
	require.Equal(t, "999", grouped(999))
}

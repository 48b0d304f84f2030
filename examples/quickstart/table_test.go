package main

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

const header = "id,name,lon,lat,workload\n"

// messages are the faults of a file of customers.
func messages(data string) []string {
	var d dataset
	return texts(d.readCustomers(strings.NewReader(data), "c.csv", true).faults)
}

func texts(faults []error) (s []string) {
	for _, f := range faults {
		s = append(s, f.Error())
	}
	return s
}

func TestFaultsNameLineColumnValueAndReason(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		want []string
	}{
		"latitude": {header + "1,a,9,91,5\n", []string{
			`c.csv, line 2, column 4 (lat) = "91": is not between -90 and 90`}},
		"all faults of a row, and of all rows": {header + "1,a,x,,5\n2,b,9,50,5\n3,c,200,50,-1\n", []string{
			`c.csv, line 2, column 3 (lon) = "x": is not a number`,
			`c.csv, line 2, column 4 (lat) = "": is missing`,
			`c.csv, line 4, column 3 (lon) = "200": is not between -180 and 180`,
			`c.csv, line 4, column 5 (workload) = "-1": is not between 0 and 1e+15`}},
		"not finite": {header + "1,a,NaN,50,5\n2,b,9,50,Inf\n3,c,9,50,1e999\n", []string{
			`c.csv, line 2, column 3 (lon) = "NaN": is not a number`,
			`c.csv, line 3, column 5 (workload) = "Inf": is not a number`,
			`c.csv, line 4, column 5 (workload) = "1e999": is too large`}},
		"decimal comma": {header + "1,a,\"9,5\",50,5\n", []string{
			`c.csv, line 2, column 3 (lon) = "9,5": is not a plain number: the decimal mark is a point, and thousands are not separated`}},
		"the same id twice": {header + "1,a,9,50,5\n2,b,9,50,5\n1,c,9,50,5\n", []string{
			`c.csv, line 4, column 1 (id) = "1": is the id of line 2 already`}},
		"no id": {header + ",a,9,50,5\n", []string{
			`c.csv, line 2, column 1 (id) = "": is missing`}},
		"lines inside quotes are counted": {header + "1,\"a\nb\",9,50,5\n2,b,9,50,x\n", []string{
			`c.csv, line 2, column 2 (name) = "a\nb": contains a control character or a line break`,
			`c.csv, line 4, column 5 (workload) = "x": is not a number`}},
		"too few fields": {header + "1,a,9,50\n2,b,9,50,5\n", []string{
			`c.csv, line 2: has 4 fields where the header has 5`}},
		"too many fields": {header + "1,a,9,50,5,6\n", []string{
			`c.csv, line 2: has 6 fields where the header has 5`}},
		"empty row": {header + "1,a,9,50,5\n,,,,\n", []string{
			`c.csv, line 3: the row is empty: delete it`}},
		"a quote that opens in a field": {header + "1,a\"b,9,50,5\n2,b,9,50,x\n", []string{
			`c.csv, line 2: at byte 4: bare " in non-quoted-field`,
			`c.csv, line 3, column 5 (workload) = "x": is not a number`}},
		"a quote that never closes": {header + "1,\"a,9,50,5\n2,b,9,50,5\n", []string{
			`c.csv, line 2: at byte 12 of line 3, to which the quotes of this row reach: extraneous or missing " in quoted-field`}},
		"another encoding": {header + "1,\xc9\xcf\xba\xa3,9,50,5\n", []string{
			`c.csv, line 2, column 2 (name) = "\xc9Ϻ\xa3": is not UTF-8: save the file as “CSV UTF-8”`}},
		"UTF-16": {"\xff\xfei\x00d\x00", []string{
			`c.csv: is UTF-16, not UTF-8: save it as “CSV UTF-8”`}},
		"empty file":  {"", []string{`c.csv: is empty: not even a header`}},
		"header only": {header, []string{`c.csv: has a header but no rows`}},
		"no column": {"id,name,lon,lat\n1,a,9,50\n", []string{
			`c.csv, line 1: has no column "workload"; its header is: id, name, lon, lat`}},
		"semicolons": {"id;name\n", []string{
			`c.csv, line 1: has no column "id"; its header is: id;name (columns must be separated by commas)`,
			`c.csv, line 1: has no column "name"; its header is: id;name (columns must be separated by commas)`,
			`c.csv, line 1: has no column "lon"; its header is: id;name (columns must be separated by commas)`,
			`c.csv, line 1: has no column "lat"; its header is: id;name (columns must be separated by commas)`,
			`c.csv, line 1: has no column "workload"; its header is: id;name (columns must be separated by commas)`}},
		"a column twice": {"id,name,lon,lat,workload,LON\n1,a,9,50,5,9\n", []string{
			`c.csv, line 1, column 6 (LON) = "LON": column 3 is lon already`}},
		"an owner that is nobody": {"id,name,lon,lat,workload,owner\n1,a,9,50,5,Zoe\n", []string{
			`c.csv, line 2, column 6 (owner) = "Zoe": is no id of a sales person`}},
		"no work at all": {header + "1,a,9,50,0\n", []string{`c.csv: the workloads add up to nothing`}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, messages(c.data)) })
	}
}

func TestHeadersMatchByName(t *testing.T) {
	var d dataset
	r := d.readReps(strings.NewReader("\ufeffLATITUDE, Capacity_Share ,phone,Id,NAME,lng\r\n50.5,0.5,0123, r1 ,\"Zoë, A.\",9.25\r\n"), "r.csv")
	require.Empty(t, r.faults)
	require.Equal(t, []rep{{ID: "r1", Name: "Zoë, A.", Home: [2]float64{9.25, 50.5}, Share: 0.5}}, d.Reps)
	require.Equal(t, []string{`r.csv: column "phone" is not used`}, d.Notes)

	var bad dataset
	r = bad.readReps(strings.NewReader("id,name,lon,lat,share\na,A,9,50,0\nb,B,9,50,-2\n"), "r.csv")
	require.Equal(t, []string{
		`r.csv, line 2, column 5 (share) = "0": must be positive`,
		`r.csv, line 3, column 5 (share) = "-2": must not be less than 0`,
	}, texts(r.faults))
}

func TestOwnersAreIndices(t *testing.T) {
	d := dataset{Reps: []rep{{ID: "A"}, {ID: "B"}}}
	require.Empty(t, d.readCustomers(strings.NewReader("id,name,lon,lat,workload,owner\n1,,9,50,5,B\n2,b,9,50,5,\n3,c,9,50,5,A\n"), "c.csv", true).faults)
	require.Equal(t, []int{1, partition.Unassigned, 0}, d.Today)
	require.Equal(t, "1", d.Customers[0].Name, "without a name, the id")
}

func TestEmbeddedCities(t *testing.T) {
	d, err := embedded(24)
	require.NoError(t, err)
	require.Len(t, d.Customers, 1189)
	total := 0.0
	ids := map[string]bool{}
	for i, c := range d.Customers {
		require.GreaterOrEqual(t, c.Work, 50_000.0, c.Name)
		require.False(t, ids[c.ID], c.ID)
		ids[c.ID] = true
		total += c.Work
		if i > 0 {
			require.GreaterOrEqual(t, d.Customers[i-1].Work, c.Work, "the largest come first")
		}
	}
	require.Equal(t, 644_712_264.0, total)
	require.Equal(t, "Shanghai", d.Reps[0].Name)
	require.Equal(t, "Taiyuan", d.Reps[23].Name)
	_, err = embedded(1190)
	require.ErrorContains(t, err, "1189")
}

// FuzzCSV holds the reader to its promise: no panic, and every row is either a
// customer or named in a fault.
func FuzzCSV(f *testing.F) {
	f.Add(header + "1,a,9,50,5\n2,b,x,50,5\n")
	f.Add("\ufeffID,Name,Lon,Lat,Workload,owner\r\n1,\"a\r\nb\",9,50,5,A\r\n")
	f.Add(header + "1,a\"b,9,50,5\n\n2,\"b,9,50,5\n3,c,9,50,1e400\n")
	f.Add("lat,lat,id\n,,\n")
	f.Fuzz(func(t *testing.T, data string) {
		d := dataset{Reps: []rep{{ID: "A"}}}
		r := d.readCustomers(strings.NewReader(data), "c.csv", true)
		lines := map[int]bool{}
		for _, err := range r.faults {
			var fault *fault
			require.ErrorAs(t, err, &fault)
			require.Equal(t, "c.csv", fault.File)
			require.NotEmpty(t, fault.Why)
			lines[fault.Line] = true
		}
		delete(lines, 0)
		if r.rows > 0 {
			require.GreaterOrEqual(t, len(lines), r.rows-len(d.Customers), "each bad row has a line of its own")
		}
		if len(r.faults) > 0 {
			return
		}
		require.NotZero(t, r.rows)
		require.Len(t, d.Customers, r.rows)
		reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(data, "\ufeff")))
		reader.FieldsPerRecord = -1
		rows := -1 // the header
		for {
			if _, err := reader.Read(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			rows++
		}
		require.Equal(t, rows, r.rows)
	})
}

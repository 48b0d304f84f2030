package main

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Of contiguous territories, several results are known of one file: for several
// numbers of territories, tolerances and objectives.

// rows lists what the family's table has, as far as its files are there.
func (f published) rows(folder string) ([]published, error) {
	table, err := readRows(filepath.Join(folder, f.family, "best_known.csv"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var list []published
	for _, row := range table {
		p := f
		p.name = row["instance"]
		p.known = value(row["best_known"])
		if math.IsNaN(p.known) || !p.of(&p, row) {
			continue
		}
		p.file = filepath.Join(folder, f.family, filepath.FromSlash(p.file))
		if !exists(p.file) {
			p.file += ".gz"
		}
		if exists(p.file) {
			list = append(list, p)
		}
	}
	return list, nil
}

// ofTerritory: "small/2DU100-05-1 p=6". Plans that were not contiguous are not
// compared with ours.
func (f *published) ofTerritory(row map[string]string) bool {
	name, _, _ := strings.Cut(f.name, " ")
	f.file, f.class = name+".dat", filepath.Dir(name)
	f.k, _ = strconv.Atoi(row["p"])
	f.tolerance = value(row["tolerance"])
	return row["contiguous_territories"] == row["p"]+"/"+row["p"]
}

// ofDistricting: "mincut/county/AL/contig-yes".
func (f *published) ofDistricting(row map[string]string) bool {
	part := strings.Split(f.name, "/")
	if len(part) != 4 || row["contiguity"] != "yes" {
		return false
	}
	f.file, f.class = filepath.Join(part[1], part[2]+nodesEnding), part[0]+"/"+part[1]
	f.objective = map[string]string{"mincut": "cut", "hess": "hess"}[part[0]]
	f.k, _ = strconv.Atoi(row["k"])
	f.lower, f.upper = value(row["L"]), value(row["U"])
	return f.objective != ""
}

// ofRedist: "fl25/mincut/tol=0.05".
func (f *published) ofRedist(row map[string]string) bool {
	part := strings.Split(f.name, "/")
	if len(part) != 3 {
		return false
	}
	f.file, f.class = part[0]+".geojson", part[0]+"/"+part[1]
	f.objective = map[string]string{"mincut": "cut", "hess": "hess"}[part[1]]
	f.k, _ = strconv.Atoi(row["k"])
	f.tolerance = value(row["tolerance"])
	return f.objective != ""
}

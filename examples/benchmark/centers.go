package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// sites are the points of a problem that chooses centres: n and p, then a line
// x y capacity demand for each point.
type sites struct {
	name             string
	p                int
	place            [][]float64
	capacity, demand []float64
}

func readSites(file string, o *options) (*sites, error) {
	x, err := readNumbers(file)
	if err != nil {
		return nil, err
	}
	n, err := x.count(0, "points")
	if err != nil {
		return nil, err
	}
	s := &sites{name: instanceName(file), p: o.k}
	if p, err := x.count(1, "centres"); s.p == 0 {
		if err != nil {
			return nil, err
		}
		s.p = p
	}
	values, err := x.rest(2, 4*n, fmt.Sprintf("x, y, capacity and demand of %d points", n))
	if err != nil {
		return nil, err
	}
	for i := range n {
		row := values[4*i : 4*i+4]
		s.place = append(s.place, row[:2:2])
		s.capacity, s.demand = append(s.capacity, row[2]), append(s.demand, row[3])
	}
	return s, nil
}

// readPMedian reads a capacitated p-median problem.
func readPMedian(file string, o *options) (*instance, error) {
	s, err := readSites(file, o)
	if err != nil {
		return nil, err
	}
	p := &partition.Problem{
		K:              s.p,
		Measures:       []partition.Measure{{Name: "demand", Value: s.demand}},
		CenterCapacity: s.capacity,
	}
	distance := o.distance
	if distance == "" {
		switch {
		case strings.HasPrefix(s.name, "cpmp"):
			distance = "floor"
		case strings.HasPrefix(s.name, "spain"):
			distance = "matrix=" + filepath.Join(filepath.Dir(file), "spain.grd.gz")
		}
	}
	if err := setDistance(p, distance, s.place); err != nil {
		return nil, err
	}
	return &instance{name: s.name, n: len(s.place), k: s.p, scale: 1, design: p, goal: medians}, nil
}

// setDistance says how far apart the units of p are.
func setDistance(p *partition.Problem, distance string, place [][]float64) error {
	file, matrix := strings.CutPrefix(distance, "matrix=")
	switch {
	case distance == "" || distance == "euclid":
		p.Features = place
	case distance == "floor":
		for _, x := range place {
			p.Points = append(p.Points, orb.Point{x[0], x[1]})
		}
		p.Distance = func(a, b orb.Point) float64 { return math.Floor(math.Sqrt(squaredDistance(a[:], b[:]))) }
	case matrix:
		x, err := readNumbers(file)
		if err != nil {
			return err
		}
		n := len(place)
		d, err := x.rest(0, n*n, fmt.Sprintf("the distances of %d points, row by row", n))
		if err != nil {
			return err
		}
		p.Between = func(from, to int) float64 { return d[from*n+to] }
	default:
		return fmt.Errorf("-distance is %q, must be euclid, floor or matrix=FILE", distance)
	}
	return nil
}

// readCentroids reads a capacitated centred clustering problem.
func readCentroids(file string, o *options) (*instance, error) {
	s, err := readSites(file, o)
	if err != nil {
		return nil, err
	}
	for i, c := range s.capacity {
		if c != s.capacity[0] {
			return nil, fmt.Errorf("%s: point %d has capacity %v, point 0 has %v; clusters around a mean need one for all", file, i, c, s.capacity[0])
		}
	}
	upper := make([]float64, s.p)
	for t := range upper {
		upper[t] = s.capacity[0]
	}
	return &instance{
		name: s.name, n: len(s.place), k: s.p, scale: 1, goal: means,
		design: &partition.Problem{
			K: s.p, Features: s.place,
			Measures: []partition.Measure{{Name: "demand", Value: s.demand, Upper: upper}},
		},
	}, nil
}

// readKMeans reads points, one per line with any number of coordinates. The
// number of clusters is that of -k, or of the partition beside the file
// (NAME-gt.pa, its first number). -min and -max limit the size of each cluster.
func readKMeans(file string, o *options) (*instance, error) {
	x, err := readNumbers(file)
	if err != nil {
		return nil, err
	}
	var place [][]float64
	for at := 0; at < len(x.value); {
		end := at + 1
		for end < len(x.value) && x.line[end] == x.line[at] {
			end++
		}
		place = append(place, x.value[at:end:end])
		at = end
	}
	k := o.k
	if k == 0 {
		if k, err = clustersBeside(file); err != nil {
			return nil, fmt.Errorf("%s: the number of clusters is neither given by -k nor by a partition: %w", file, err)
		}
	}
	size := partition.Measure{Name: "size", Value: make([]float64, len(place))}
	for i := range size.Value {
		size.Value[i] = 1
	}
	for t := 0; t < k && o.min > 0; t++ {
		size.Lower = append(size.Lower, float64(o.min))
	}
	for t := 0; t < k && o.max > 0; t++ {
		size.Upper = append(size.Upper, float64(o.max))
	}
	return &instance{
		name: instanceName(file), n: len(place), k: k, scale: 1, goal: squaredMeans,
		design: &partition.Problem{K: k, Features: place, Measures: []partition.Measure{size}},
	}, nil
}

// clustersBeside is the number of clusters that the partition of a data set has.
func clustersBeside(file string) (int, error) {
	base, packed := strings.CutSuffix(file, ".gz")
	beside := strings.TrimSuffix(base, ".txt") + "-gt.pa"
	if packed {
		beside += ".gz"
	}
	data, err := readAll(beside)
	if err != nil {
		return 0, err
	}
	for word := range strings.FieldsSeq(string(data)) {
		if k, err := strconv.Atoi(word); err == nil && k > 0 {
			return k, nil
		}
	}
	return 0, fmt.Errorf("%s: holds no number", beside)
}

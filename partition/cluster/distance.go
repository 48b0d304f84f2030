package cluster

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// Distances say how far apart n units are. Between is symmetric, 0 of a unit and
// itself, finite and ≥ 0; nothing else is asked of it, so that a triangle may have a
// side longer than the two others. It is called from several goroutines at
// once, and must give the same answer to the same question.
//
// [Gower.Distances] compares attributes of any kind, [Euclidean] rows of numbers,
// and [DistancesOf] takes what else there is: kilometres on the road, hours between
// two visits, 1 minus a correlation.
type Distances interface {
	Len() int                 // number of units
	Between(i, j int) float64 // 0 ≤ i, j < Len
}

// DistancesOf makes Distances of a function of n units. What the function gives
// is checked by who uses it; a nil one gives NaN.
func DistancesOf(n int, between func(i, j int) float64) Distances {
	if between == nil {
		between = func(int, int) float64 { return math.NaN() }
	}
	return distanceFunc{n, between}
}

type distanceFunc struct {
	n       int
	between func(i, j int) float64
}

func (d distanceFunc) Len() int                 { return d.n }
func (d distanceFunc) Between(i, j int) float64 { return d.between(i, j) }

// Euclidean is √(Σ_c (row_i,c - row_j,c)²). The numbers count as they are, so
// columns should be brought to a common scale first. The rows are copied.
//
// All faults are reported, as [*partition.InputError]s of "rows": a row of another
// length than the first, a number that is not finite or beyond ±1e140, whose
// squares could not be added up.
func Euclidean(rows [][]float64) (Distances, error) {
	var faults partition.Faults
	e := &euclidean{n: len(rows)}
	if e.n > 0 {
		e.dim = len(rows[0])
	}
	e.x = make([]float64, 0, e.n*e.dim)
	for i, row := range rows {
		if len(row) != e.dim {
			faults.Add(partition.InputError{Field: "rows", Index: i, Value: len(row), Why: "is not the number of columns that the first row has"}, nil)
			continue
		}
		for _, x := range row {
			if !(math.Abs(x) <= 1e140) {
				faults.Add(partition.InputError{Field: "rows", Index: i, Value: x, Why: "is not a finite number within ±1e140"}, nil)
			}
		}
		e.x = append(e.x, row...)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return e, nil
}

type euclidean struct {
	n, dim int
	x      []float64
}

func (e *euclidean) Len() int { return e.n }

func (e *euclidean) Between(i, j int) float64 {
	a, b := e.x[i*e.dim:(i+1)*e.dim], e.x[j*e.dim:(j+1)*e.dim]
	sum := 0.0
	for c, x := range a {
		y := x - b[c]
		sum += float64(y * y)
	}
	return math.Sqrt(sum)
}

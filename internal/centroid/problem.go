// Package centroid divides points among clusters whose centre is their mean:
// the kernel of capacitated centred clustering and of k-means with limits.
package centroid

import "slices"

// Problem asks for a cluster of each of n points,
//
//	minimise    Σ_t Σ_{i ∈ t} Weight_i · cost(|X_i - mean_t|)
//	subject to  Lower_rt ≤ Σ_{i ∈ t} Value_ri ≤ Upper_rt,  no cluster empty,
//
// where mean_t is the weighted mean of the points of t and cost is the distance
// or its square. A Problem is read-only to the search.
type Problem struct {
	K, Dim int
	X      []float64 // n × Dim, row by row
	Weight []float64 // per point, ≥ 0

	// Squared says that the cost is the square of the distance.
	Squared bool

	// Sphere says that the points are on the unit sphere (Dim 3), the mean is the
	// point of the sphere nearest to the mean in space, and the cost is the length
	// of the arc or the square of the chord.
	Sphere bool

	Value, Lower, Upper [][]float64 // per measure; per point, cluster, cluster

	Locked  []bool                          // nil, or per point: it must stay where it is
	Allowed func(point, cluster int32) bool // nil: all; of points that are not locked
}

// Len is the number of points.
func (p *Problem) Len() int { return len(p.Weight) }

func (p *Problem) at(i int32) []float64 { return p.X[int(i)*p.Dim : (int(i)+1)*p.Dim] }

// locked reports whether the point must stay where it is.
func (p *Problem) locked(i int32) bool { return p.Locked != nil && p.Locked[i] }

// part is the problem of some clusters and the points that are in them now.
type part struct {
	*Problem
	points   []int32 // of the whole, ascending
	clusters []int32
}

// restrict makes a problem of its own of the clusters; of is where each point is.
func (p *Problem) restrict(clusters []int32, members [][]int32) part {
	var points []int32
	for _, t := range clusters {
		points = append(points, members[t]...)
	}
	slices.Sort(points) // all points of a problem keep their numbers
	n := len(points)
	q := &Problem{
		K: len(clusters), Dim: p.Dim, Squared: p.Squared, Sphere: p.Sphere,
		X: make([]float64, 0, n*p.Dim), Weight: make([]float64, n),
		Value: make([][]float64, len(p.Value)), Lower: make([][]float64, len(p.Value)), Upper: make([][]float64, len(p.Value)),
	}
	for a, i := range points {
		q.X = append(q.X, p.at(i)...)
		q.Weight[a] = p.Weight[i]
	}
	for r := range p.Value {
		q.Value[r], q.Lower[r], q.Upper[r] = make([]float64, n), make([]float64, q.K), make([]float64, q.K)
		for a, i := range points {
			q.Value[r][a] = p.Value[r][i]
		}
		for b, t := range clusters {
			q.Lower[r][b], q.Upper[r][b] = p.Lower[r][t], p.Upper[r][t]
		}
	}
	if p.Locked != nil {
		q.Locked = make([]bool, n)
		for a, i := range points {
			q.Locked[a] = p.Locked[i]
		}
	}
	if p.Allowed != nil {
		q.Allowed = func(point, cluster int32) bool { return p.Allowed(points[point], clusters[cluster]) }
	}
	return part{Problem: q, points: points, clusters: clusters}
}

// whole is the problem as a part of itself.
func (p *Problem) whole() part {
	w := part{Problem: p, points: make([]int32, p.Len()), clusters: make([]int32, p.K)}
	for i := range w.points {
		w.points[i] = int32(i)
	}
	for t := range w.clusters {
		w.clusters[t] = int32(t)
	}
	return w
}

// outside is by how much a load misses its limits; rounding is forgiven.
func outside(load, lower, upper float64) float64 {
	if load-upper > rounding {
		return load - upper
	}
	if lower-load > rounding {
		return lower - load
	}
	return 0
}

// rounding is a violation too small to be one, below what partition.Certificate forgives.
const rounding = 2e-7

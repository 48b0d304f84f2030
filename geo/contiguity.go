package geo

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Contiguity is a graph of units: which of them are neighbours, and how long
// the border is that they share. It is a [partition.Graph], immutable and safe
// for concurrent use. The zero value has no units.
//
// Graphs of areas come from [Coverage.Contiguity], graphs of points from
// [Delaunay] and its kin; [NewContiguity] takes a table of neighbours of your
// own. A graph of n units and m pairs takes about 8n + 32m bytes.
type Contiguity struct {
	first     []int32   // where the neighbours of each unit begin; length n+1
	neighbors []int     // ascending within each unit
	border    []float64 // of each of them; nil: all 0
}

var _ partition.Graph = (*Contiguity)(nil)

// NewContiguity makes the graph of n units in which the two units of every pair
// are neighbours. border, where it is not nil, is per pair the length of what
// they share, finite and ≥ 0; pairs that occur several times, in either order,
// add theirs up.
//
// All faults are reported, as *partition.InputError values of the fields "n",
// "pairs" and "border": units outside 0..n-1, a unit paired with itself,
// lengths that are no lengths. O(n + m·log d) for m pairs and at most d
// neighbours of a unit.
func NewContiguity(n int, pairs [][2]int, border []float64) (*Contiguity, error) {
	var faults partition.Faults
	if n < 0 {
		faults.Add(partition.InputError{Field: "n", Index: -1, Value: n, Why: "is negative"}, nil)
	}
	if len(pairs) > math.MaxInt32/2 || n >= math.MaxInt32 {
		faults.Add(partition.InputError{Field: "pairs", Index: -1, Why: "are more than 2^30"}, nil)
	}
	checkPairs(&faults, n, pairs)
	if border != nil && len(border) != len(pairs) {
		faults.Add(partition.InputError{Field: "border", Index: -1, Value: len(border), Why: "has another length than pairs"}, nil)
	}
	for i, b := range border {
		if !(b >= 0) || math.IsInf(b, 1) {
			faults.Add(partition.InputError{Field: "border", Index: i, Value: b, Why: "is no length: finite and at least 0"}, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return newContiguity(n, pairs, border), nil
}

func checkPairs(faults *partition.Faults, n int, pairs [][2]int) {
	for i, p := range pairs {
		why := ""
		switch {
		case p[0] < 0 || p[0] >= n || p[1] < 0 || p[1] >= n:
			why = "names a unit that there is not"
		case p[0] == p[1]:
			why = "pairs a unit with itself"
		default:
			continue
		}
		faults.Add(partition.InputError{Field: "pairs", Index: i, Value: p, Why: why}, nil)
	}
}

// newContiguity is NewContiguity without its checks.
func newContiguity(n int, pairs [][2]int, border []float64) *Contiguity {
	g := &Contiguity{first: make([]int32, n+1)}
	for _, p := range pairs {
		g.first[p[0]+1]++
		g.first[p[1]+1]++
	}
	for u := range n {
		g.first[u+1] += g.first[u]
	}
	type end struct {
		unit   int
		length float64
	}
	ends := make([]end, 2*len(pairs))
	free := slices.Clone(g.first[:n])
	for i, p := range pairs {
		length := 0.0
		if border != nil {
			length = border[i]
		}
		ends[free[p[0]]] = end{p[1], length}
		free[p[0]]++
		ends[free[p[1]]] = end{p[0], length}
		free[p[1]]++
	}
	g.neighbors = make([]int, 0, len(ends))
	if border != nil {
		g.border = make([]float64, 0, len(ends))
	}
	for u := range n {
		row := ends[g.first[u]:g.first[u+1]]
		slices.SortStableFunc(row, func(a, b end) int { return cmp.Compare(a.unit, b.unit) })
		g.first[u] = int32(len(g.neighbors))
		for i, e := range row {
			again := i > 0 && row[i-1].unit == e.unit
			switch {
			case again && border != nil:
				g.border[len(g.border)-1] += e.length
			case !again:
				g.neighbors = append(g.neighbors, e.unit)
				if border != nil {
					g.border = append(g.border, e.length)
				}
			}
		}
	}
	g.first[n] = int32(len(g.neighbors))
	return g
}

// Len is the number of units.
func (g *Contiguity) Len() int { return max(0, len(g.first)-1) }

// Neighbors lists the neighbours of a unit, ascending; the slice must not be
// modified. Units that there are not have none.
func (g *Contiguity) Neighbors(unit int) []int {
	if unit < 0 || unit >= g.Len() {
		return nil
	}
	first, last := g.first[unit], g.first[unit+1]
	return g.neighbors[first:last:last]
}

// Border is the length of the border that two units share, in the unit of the
// metric that measured it; 0 unless they are neighbours. O(log d) for d
// neighbours.
func (g *Contiguity) Border(a, b int) float64 {
	at, found := slices.BinarySearch(g.Neighbors(a), b)
	if !found || g.border == nil {
		return 0
	}
	return g.border[int(g.first[a])+at]
}

// Edges yields every pair of neighbours once, the lower unit first, in
// ascending order, with the length of their border.
func (g *Contiguity) Edges() iter.Seq2[[2]int, float64] {
	return func(yield func([2]int, float64) bool) {
		for u := range g.Len() {
			for i, v := range g.Neighbors(u) {
				if v < u {
					continue
				}
				length := 0.0
				if g.border != nil {
					length = g.border[int(g.first[u])+i]
				}
				if !yield([2]int{u, v}, length) {
					return
				}
			}
		}
	}
}

// Join is the graph with further pairs as neighbours: ferries, bridges, whatever
// makes a territory on both sides workable. The border of such a pair is 0,
// and that of neighbours stays as it is. g itself does not change.
//
// Errors are those of [NewContiguity].
func (g *Contiguity) Join(pairs ...[2]int) (*Contiguity, error) {
	var faults partition.Faults
	checkPairs(&faults, g.Len(), pairs)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	all := make([][2]int, 0, len(g.neighbors)/2+len(pairs))
	var border []float64
	for pair, length := range g.Edges() {
		all = append(all, pair)
		if g.border != nil {
			border = append(border, length)
		}
	}
	all = append(all, pairs...)
	if g.border != nil {
		border = append(border, make([]float64, len(pairs))...)
	}
	return newContiguity(g.Len(), all, border), nil
}

// Components lists the connected parts of the graph: the units of each ascend,
// and so do the first units of the parts. A unit without neighbours, an
// island, is a part of its own. O(n + m).
func (g *Contiguity) Components() [][]int {
	n := g.Len()
	seen := make([]bool, n)
	var parts [][]int
	for u := range n {
		if seen[u] {
			continue
		}
		seen[u] = true
		part := []int{u}
		for next := 0; next < len(part); next++ {
			for _, v := range g.Neighbors(part[next]) {
				if !seen[v] {
					seen[v] = true
					part = append(part, v)
				}
			}
		}
		slices.Sort(part)
		parts = append(parts, part)
	}
	return parts
}

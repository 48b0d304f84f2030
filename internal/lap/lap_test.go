package lap_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/lap"
)

// matrix is a dense problem.
type matrix [][]float64

func (m matrix) row(i int) []float64 { return m[i] }

func (m matrix) arcs(i int) []lap.Arc {
	var arcs []lap.Arc
	for j, c := range m[i] {
		if !math.IsInf(c, 1) {
			arcs = append(arcs, lap.Arc{Cost: c, Column: int32(j)})
		}
	}
	return arcs
}

func random(rng *rand.Rand, rows, columns int, cost func() float64) matrix {
	m := make(matrix, rows)
	for i := range m {
		m[i] = make([]float64, columns)
		for j := range m[i] {
			m[i][j] = cost()
		}
	}
	return m
}

// cheapest tries all assignments; +Inf: there is none.
func cheapest(m matrix, taken []bool, i int) float64 {
	if i == len(m) {
		return 0
	}
	best := math.Inf(1)
	for j, c := range m[i] {
		if !taken[j] && !math.IsInf(c, 1) {
			taken[j] = true
			best = min(best, c+cheapest(m, taken, i+1))
			taken[j] = false
		}
	}
	return best
}

// hungarian is the textbook algorithm that inserts row after row, for finite costs.
func hungarian(m matrix) float64 {
	rows, columns := len(m), len(m[0])
	u, v := make([]float64, rows+1), make([]float64, columns+1)
	owner, way := make([]int, columns+1), make([]int, columns+1)
	for i := 1; i <= rows; i++ {
		owner[0] = i
		at, least, used := 0, make([]float64, columns+1), make([]bool, columns+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for owner[at] != 0 {
			used[at] = true
			next, delta := 0, math.Inf(1)
			for j := 1; j <= columns; j++ {
				if used[j] {
					continue
				}
				if c := m[owner[at]-1][j-1] - u[owner[at]] - v[j]; c < least[j] {
					least[j], way[j] = c, at
				}
				if least[j] < delta {
					delta, next = least[j], j
				}
			}
			for j := range least {
				if used[j] {
					u[owner[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			owner[at] = owner[way[at]]
			at = way[at]
		}
	}
	total := 0.0
	for j := 1; j <= columns; j++ {
		if owner[j] != 0 {
			total += m[owner[j]-1][j-1]
		}
	}
	return total
}

// check proves a solution by its prices and returns its cost.
func check(t *testing.T, m matrix, s *lap.Solution) float64 {
	t.Helper()
	total, size := 0.0, 0.0
	taken := make([]bool, len(s.V))
	for i, j := range s.Column {
		require.False(t, taken[j], "column %d is taken twice", j)
		taken[j] = true
		total += m[i][j]
	}
	require.False(t, math.IsInf(total, 0))
	for _, x := range slices.Concat(s.U, s.V) {
		size = max(size, math.Abs(x))
	}
	for i, row := range m {
		for j, c := range row {
			require.LessOrEqual(t, s.U[i], c-s.V[j], "pair %d %d", i, j)
		}
		j := s.Column[i]
		require.InDelta(t, row[j], s.U[i]+s.V[j], 1e-12*size, "row %d", i)
	}
	for j, v := range s.V {
		if len(m) < len(s.V) {
			require.LessOrEqual(t, v, 0.0)
			require.False(t, !taken[j] && v != 0, "column %d is left over at the price %v", j, v)
		}
	}
	return total
}

// checkShortage proves that there is no solution.
func checkShortage(t *testing.T, m matrix, s *lap.Shortage) {
	t.Helper()
	require.True(t, slices.IsSorted(s.Rows) && slices.IsSorted(s.Columns))
	reach := func(rows []int) []int {
		var columns []int
		for j := range m[0] {
			if slices.ContainsFunc(rows, func(i int) bool { return !math.IsInf(m[i][j], 1) }) {
				columns = append(columns, j)
			}
		}
		return columns
	}
	require.ElementsMatch(t, reach(s.Rows), s.Columns)
	require.Len(t, s.Rows, len(s.Columns)+1)
	for at := range s.Rows {
		rest := slices.Delete(slices.Clone(s.Rows), at, at+1)
		require.GreaterOrEqual(t, len(reach(rest)), len(rest), "row %d can be left out", s.Rows[at])
	}
}

// solve solves m both ways and checks that they agree.
func solve(t *testing.T, m matrix, columns int) (float64, bool) {
	t.Helper()
	dense, short, err := lap.Dense(context.Background(), len(m), columns, m.row)
	require.NoError(t, err)
	sparse, short2, err := lap.Sparse(context.Background(), len(m), columns, m.arcs)
	require.NoError(t, err)
	if dense == nil {
		require.Nil(t, sparse)
		checkShortage(t, m, short)
		checkShortage(t, m, short2)
		return 0, false
	}
	require.Nil(t, short)
	require.NotNil(t, sparse)
	cost := check(t, m, dense)
	require.InDelta(t, cost, check(t, m, sparse), 1e-9*max(1, math.Abs(cost)))
	return cost, true
}

// distributions of costs that have broken assignment codes: ties, prices that
// drift, holes, magnitudes that swallow each other.
var distributions = map[string]func(rng *rand.Rand) float64{
	"uniform":   func(rng *rand.Rand) float64 { return rng.Float64() },
	"signed":    func(rng *rand.Rand) float64 { return rng.NormFloat64() },
	"ties":      func(rng *rand.Rand) float64 { return float64(rng.IntN(3)) },
	"constant":  func(rng *rand.Rand) float64 { return 7 },
	"tiny":      func(rng *rand.Rand) float64 { return 1e-300 * rng.Float64() },
	"huge":      func(rng *rand.Rand) float64 { return 1e289 * rng.Float64() },
	"mixed":     func(rng *rand.Rand) float64 { return math.Ldexp(rng.Float64(), rng.IntN(60)) },
	"forbidden": func(rng *rand.Rand) float64 { return orInf(rng, 0.5, rng.Float64()) },
	"sparse":    func(rng *rand.Rand) float64 { return orInf(rng, 0.75, float64(rng.IntN(5))) },
}

func orInf(rng *rand.Rand, p, x float64) float64 {
	if rng.Float64() < p {
		return math.Inf(1)
	}
	return x
}

func TestBruteForce(t *testing.T) {
	for name, cost := range distributions {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			for range 300 {
				columns := 1 + rng.IntN(6)
				rows := rng.IntN(columns + 1)
				m := random(rng, rows, columns, func() float64 { return cost(rng) })
				want := cheapest(m, make([]bool, columns), 0)
				got, ok := solve(t, m, columns)
				require.Equal(t, !math.IsInf(want, 1), ok)
				if ok {
					require.InDelta(t, want, got, 1e-12*math.Abs(want))
				}
			}
		})
	}
}

func TestAgainstHungarian(t *testing.T) {
	for name, cost := range distributions {
		if name == "forbidden" || name == "sparse" {
			continue
		}
		for _, size := range [][2]int{{300, 300}, {100, 130}, {60, 300}, {119, 120}} {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size[0], size[1]), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(3, 4))
				m := random(rng, size[0], size[1], func() float64 { return cost(rng) })
				got, ok := solve(t, m, size[1])
				require.True(t, ok)
				want := hungarian(m)
				require.InDelta(t, want, got, 1e-12*math.Abs(want))
			})
		}
	}
}

// Costs with structure make the search go beyond the lists.
func TestStructured(t *testing.T) {
	const n = 150
	rng := rand.New(rand.NewPCG(5, 6))
	x := random(rng, 2*n, 2, rng.Float64)
	for name, cost := range map[string]func(i, j int) float64{
		"plane":      func(i, j int) float64 { return math.Hypot(x[i][0]-x[n+j][0], x[i][1]-x[n+j][1]) },
		"product":    func(i, j int) float64 { return float64((i + 1) * (j + 1)) },
		"difference": func(i, j int) float64 { return math.Abs(float64(i - j)) },
		"ranks":      func(i, j int) float64 { return float64((i*j + j*j) % 101) },
		"band": func(i, j int) float64 {
			if j < i-1 || j > i+1 {
				return math.Inf(1)
			}
			return x[i][0] * x[j][1]
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := make(matrix, n)
			for i := range m {
				m[i] = make([]float64, n)
				for j := range m[i] {
					m[i][j] = cost(i, j)
				}
			}
			got, ok := solve(t, m, n)
			require.True(t, ok)
			if name != "band" {
				want := hungarian(m)
				require.InDelta(t, want, got, 1e-12*math.Abs(want))
			}
		})
	}
}

// Blocks without enough columns, hidden in an otherwise rich problem.
func TestShortage(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		n := 30 + rng.IntN(60)
		m := random(rng, n, n+rng.IntN(3), rng.Float64)
		poor := 1 + rng.IntN(n/2)
		columns := rng.Perm(len(m[0]))[:poor-1]
		for _, i := range rng.Perm(n)[:poor] {
			for j := range m[i] {
				if !slices.Contains(columns, j) {
					m[i][j] = math.Inf(1)
				}
			}
		}
		_, ok := solve(t, m, len(m[0]))
		require.False(t, ok)
	}
}

func TestInterrupted(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	m := random(rng, 200, 200, rng.Float64)
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(context.DeadlineExceeded)
	s, short, err := lap.Dense(ctx, 200, 200, m.row)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Nil(t, s)
	require.Nil(t, short)
}

func FuzzDense(f *testing.F) {
	f.Add(uint64(1), uint8(4), uint8(5), uint8(2))
	f.Add(uint64(2), uint8(40), uint8(0), uint8(30))
	f.Fuzz(func(t *testing.T, seed uint64, rows, more, kinds uint8) {
		rng := rand.New(rand.NewPCG(seed, 0))
		columns := int(rows)%60 + 1 + int(more)%10
		m := random(rng, int(rows)%60+1, columns, func() float64 {
			return orInf(rng, float64(kinds%8)/10, float64(rng.IntN(int(kinds)+1)))
		})
		solve(t, m, columns)
	})
}

func BenchmarkDense(b *testing.B) {
	for _, n := range []int{500, 2000} {
		for _, more := range []int{0, 1, n / 10} {
			b.Run(fmt.Sprintf("n=%d/columns=%d", n, n+more), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 1))
				m := random(rng, n, n+more, rng.Float64)
				for b.Loop() {
					if _, _, err := lap.Dense(context.Background(), n, n+more, m.row); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

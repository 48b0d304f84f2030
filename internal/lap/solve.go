package lap

import (
	"context"
	"math"
)

// Solution is an assignment of every row to a column of its own, and the prices
// that prove it: with U_i + V_j ≤ cost_ij for every pair, no assignment costs
// less than Σ U + Σ V.
//
// Where there are more columns than rows, V_j ≤ 0 throughout and V_j = 0 for the
// columns that are left over.
type Solution struct {
	Column []int32   // per row
	U      []float64 // per row: the smallest cost_ij - V_j, as computed
	V      []float64 // per column
}

// Shortage is why there is no assignment: the columns are all that the rows can
// have, and one fewer than these (Hall's condition). No row can be left out: any
// part of them has enough columns. Both ascend.
type Shortage struct{ Rows, Columns []int }

// Dense solves the problem whose costs are row(i)[j], finite below 1e290 or +Inf where the
// pair is forbidden; NaN and -Inf are not allowed. There are at least as many
// columns as rows. row must return the same numbers every time, and the slice
// is not used beyond the next call. Exactly one of the results is not nil; the
// error is the cause of ctx's end.
//
// The method is that of Jonker and Volgenant, "A Shortest Augmenting Path
// Algorithm for Dense and Sparse Linear Assignment Problems", Computing 38
// (1987): reduction of the columns, augmenting row reduction, shortest
// augmenting paths. Every row keeps a list of its cheapest columns and a floor
// below which no other column of the row can fall. Prices of columns only ever fall, so that
// the floor remains true, and a row is looked at as a whole only where the
// search gets that far. On costs without structure that is a few passes over
// the matrix; the worst case is O(rows²·columns·log columns).
//
// The prices are rounded, the slacks of a solution with them: the sum of the
// prices meets the total cost to some 1e-15·rows of the largest price.
func Dense(ctx context.Context, rows, columns int, row func(i int) []float64) (*Solution, *Shortage, error) {
	s := newSolver(rows, columns)
	s.row = row
	if rows == columns {
		if err := s.reduceColumns(ctx); err != nil {
			return nil, nil, err
		}
	}
	for i := range rows {
		if i&63 == 0 && ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		s.refresh(i)
	}
	return s.solve(ctx)
}

// Arc is a pair of a sparse problem that may be assigned.
type Arc struct {
	Cost   float64
	Column int32
}

// Sparse solves the problem in which row i may have only the columns of
// arcs(i), each at most once, at finite costs. There are at least as many
// columns as rows. It is otherwise like [Dense], with memory for the arcs.
func Sparse(ctx context.Context, rows, columns int, arcs func(i int) []Arc) (*Solution, *Shortage, error) {
	s := newSolver(rows, columns)
	for i := range rows {
		s.lists[i] = list{arcs: arcs(i), floor: math.Inf(1)}
	}
	return s.solve(ctx)
}

type solver struct {
	rows, columns int
	row           func(i int) []float64 // nil: the lists hold everything
	lists         []list
	free          []int32   // rows without a column
	v             []float64 // per column its price
	columnOf      []int32   // per row, or none
	rowOf         []int32   // per column, or none
	near          []near    // scratch of refresh
	tree          tree
}

// list holds the cheapest columns of a row.
type list struct {
	arcs  []Arc
	floor float64 // no other column of the row has a cost minus price below it
}

const none = -1

func newSolver(rows, columns int) *solver {
	s := &solver{
		rows: rows, columns: columns,
		lists:    make([]list, rows),
		v:        make([]float64, columns),
		columnOf: make([]int32, rows),
		rowOf:    make([]int32, columns),
	}
	for i := range s.columnOf {
		s.columnOf[i] = none
	}
	for j := range s.rowOf {
		s.rowOf[j] = none
	}
	return s
}

func (s *solver) solve(ctx context.Context) (*Solution, *Shortage, error) {
	for i, j := range s.columnOf {
		if j == none {
			s.free = append(s.free, int32(i))
		}
	}
	// Two rounds leave few rows; what a third one would gain costs more than it saves.
	for range 2 {
		if err := s.reduceRows(ctx); err != nil {
			return nil, nil, err
		}
	}
	s.tree.init(s.columns)
	for _, i := range s.free {
		if err := context.Cause(ctx); err != nil {
			return nil, nil, err
		}
		end, err := s.search(ctx, i)
		if err != nil {
			return nil, nil, err
		}
		if end == none {
			return nil, s.shortage(i), nil
		}
		s.augment(i, end)
	}
	u := make([]float64, s.rows)
	for i := range u {
		u[i], _, _, _ = s.twoBest(i)
	}
	return &Solution{Column: s.columnOf, U: u, V: s.v}, nil, nil
}

// assign gives column j to row i.
func (s *solver) assign(i, j int32) { s.columnOf[i], s.rowOf[j] = j, i }

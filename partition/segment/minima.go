package segment

// minima finds for each right part, the row, the left part, the column, with
// the least joined sum of squares. The matrix is totally monotone: the best
// column moves right from row to row. The algorithm is that of Aggarwal, Klawe,
// Moran, Shor and Wilber (1987), called SMAWK: columns that are best in no row of
// a sample are dropped until there are no more columns than rows; every second
// row is solved in the same way; the rows between then look only between the
// answers of their neighbours. O(rows + columns).
type minima struct {
	left   []left
	right  []right
	best   []int32
	column []int32 // the columns kept at each level, one level after the other
}

// find gives the best column of each row; of equal ones it gives the first that
// it meets. The slice is valid until the next call. It needs a column.
func (m *minima) find(l []left, r []right) []int32 {
	m.left, m.right = l, r
	m.best = grown(m.best, len(r))
	m.column = grown(m.column, len(l)+2*len(r))
	for c := range l {
		m.column[c] = int32(c)
	}
	m.solve(1, m.column[:len(l)], m.column[len(l):])
	return m.best
}

// solve answers every step-th row, step-1 being the first. The columns are kept
// in free, if they are too many.
func (m *minima) solve(step int, columns, free []int32) {
	rows := len(m.right) / step
	if rows == 0 {
		return
	}
	if len(columns) > rows {
		columns = m.reduce(step, rows, columns, free)
		free = free[rows:]
	}
	m.solve(2*step, columns, free)
	at := 0
	for row := step - 1; row < len(m.right); row += 2 * step {
		last := columns[len(columns)-1]
		if row+step < len(m.right) {
			last = m.best[row+step]
		}
		r := &m.right[row]
		best, least := columns[at], joined(&m.left[columns[at]], r)
		for columns[at] != last {
			at++
			if v := joined(&m.left[columns[at]], r); v < least {
				best, least = columns[at], v
			}
		}
		m.best[row] = best
	}
}

// reduce keeps at most as many columns as rows, among them the best of each row.
// The column at place k of those kept is no worse than the later ones in row k.
func (m *minima) reduce(step, rows int, columns, kept []int32) []int32 {
	n := 0
	for _, c := range columns {
		l := &m.left[c]
		for n > 0 {
			r := &m.right[n*step-1]
			if joined(&m.left[kept[n-1]], r) <= joined(l, r) {
				break
			}
			n--
		}
		if n < rows {
			kept[n] = c
			n++
		}
	}
	return kept[:n]
}

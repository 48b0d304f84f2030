// Package lap solves linear assignment problems: rows to columns, one to one,
// at the least total cost, with dual prices or the proof that it cannot be done.
package lap

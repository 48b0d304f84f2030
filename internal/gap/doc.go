// Package gap holds the numeric kernels of the generalised assignment problem:
// give every unit to one agent at least cost, where what a unit takes of an
// agent's room depends on both.
package gap

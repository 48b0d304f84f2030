// Package overlay cuts the plane along the borders of areas and says of every
// piece in which areas it lies. It never fails: whatever the shapes are, the
// pieces fit together, and what is put together from them are valid polygons.
//
// # How
//
// Positions are rounded to a grid of 2^53 steps from zero to the power of two
// above the largest coordinate, for each axis of its own; each of its points is
// a float64. On this grid all is integer arithmetic without rounding, in 128
// bits. The edges are snap-rounded (Hobby, Practical segment intersection with
// finite precision output, Computational Geometry 13, 1999): a grid point is hot
// if it is an end of an edge, or the one nearest to a crossing of two; every
// edge is led through the centres of all hot pixels that it passes. The pieces
// then meet in their ends only, edges may fall together but never change sides,
// and no point of an edge moves by more than half a step in either direction.
//
// Rings stay closed when they are led through grid points. The number of times
// that each ring winds around the two sides of each piece is therefore always
// consistent; one sweep from left to right counts it. Nothing has to be repaired
// and no case is special: rings may cross themselves and each other, overlap,
// or fall together to a line.
//
// A vertex of the input that has no strangers within a few steps goes back from
// the grid to where it came from, so that results hold the very coordinates that
// went in. See [Arrangement].
//
// # Complexity
//
// About O((n + k) log n) for n edges and k crossings, where the map is like a
// map: edges lie apart, or apart along some direction, as soon as one looks
// closely enough; so do bundles of long edges and stars around a vertex. What
// does not come apart is compared edge by edge.
package overlay

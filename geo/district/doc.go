// Package district draws connected territories on a map of units that are
// neighbours or not: counties, tracts, postcode areas, or customers tied to
// those nearby.
//
// A [partition.Problem] with a Contiguity (what [geo.Coverage] reads off
// polygons, or a graph of points) says what is wanted: K territories, measures
// with their limits, units that are fixed, forbidden or seeds. Every strategy is
// a struct whose zero value works and a [partition.Method]; they differ in what
// they minimise:
//
//   - [Cut]: the edges between territories, or the length of the borders
//     between them.
//   - [Compact]: the moment of inertia, the distances to a unit at the centre, or
//     the travel from the homes of those who serve.
//   - [Ward]: the sum of squares within territories, so that what is alike is
//     together; nothing is balanced.
//   - [MaxP]: the same, among plans of as many territories as a floor allows.
//
// [Range] finds the number of territories with any of them.
//
// What holds for all of them: every territory has at least one unit and is
// connected in the graph; that is never traded for anything else. Limits of
// measures are kept if a plan that keeps them was found; if not, the plan of
// least violation is returned and its [partition.Certificate] says how much. A
// problem that provably has no plan is answered by a
// [*partition.InfeasibleError] with the units that are the reason and a
// sentence that says why.
package district

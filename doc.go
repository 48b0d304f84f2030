// Package territory is the tour of a library that divides customers into
// territories, allocates them to people, and proves what it did. This package
// holds no code; import the ones below.
//
// Units (customers, accounts, counties) are indices 0..n-1, territories and
// agents are indices 0..k-1, and a plan assigns the ones to the others. Your
// structs stay yours: a column is read out of them, indices lead back.
//
//   - [github.com/territory-go/territory/partition] is the hub: what a plan is
//     and how it changes, measures with their targets and limits, problems,
//     results, certificates, and the errors that name every fault of an input.
//     [github.com/territory-go/territory/partition/segment] divides units by what
//     they are, into tiers, classes and the cells of schemes;
//     [github.com/territory-go/territory/partition/cluster] finds those that are
//     alike, and says in what; and
//     [github.com/territory-go/territory/partition/partitiontest] checks a method
//     of your own.
//   - [github.com/territory-go/territory/allocate] decides who serves what at
//     the least cost within everyone's limits. Every answer carries a lower
//     bound that holds for any prices whatsoever, and so its gap; where no plan
//     can exist, a witness says why. It also chooses where territories should
//     be, cuts them anew while little changes hands, and prices every promise.
//     [github.com/territory-go/territory/allocate/allocatetest] checks a solver
//     of your own.
//   - [github.com/territory-go/territory/balance] measures how evenly work and
//     value are spread.
//   - [github.com/territory-go/territory/geo] is the map: polygons with their
//     shared borders and their faults, who is where, who is next to whom, outlines
//     and shapes, measured on the ellipsoid.
//     [github.com/territory-go/territory/geo/district] draws connected, balanced
//     territories on it, [github.com/territory-go/territory/geo/geojson] and
//     [github.com/territory-go/territory/geo/topojson] read and write it.
//
// The usual way through: read columns out of your structs
// ([github.com/territory-go/territory/partition.Column]), state an
// [github.com/territory-go/territory/allocate.Problem], give it to a solver,
// verify the result if you trust nobody
// ([github.com/territory-go/territory/allocate.Verify]), and report it
// ([github.com/territory-go/territory/balance.Evaluate]).
//
// What holds everywhere: the library does no I/O, reads no clock and keeps no
// state; arguments are not modified; the same input, options and version give
// the same answer on every platform and any number of processors, unless the
// context ended the search; an error means that there is no plan, and the
// certificate says how good a plan is.
package territory

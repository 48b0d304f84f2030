// Package segment divides units by what they are: into tiers of value, into
// classes of industry, region and life cycle, and into the cells of schemes that
// combine them. It says what a scheme does before it is adopted, and keeps
// customers from moving back and forth once it is.
//
// Units are described by a [partition.Table]: named columns, read out of the
// caller's own structs.
//
// # Dimensions
//
// A [Dimension] gives each unit one of its classes; what is missing or unknown is
// a class too. There are [Category], [Bands] of a number, [LifeCycle], the levels
// of a [Hierarchy], the [Area] that a place is in, [Tiers], [RFM],
// [CoreGrowthPotential], [Assigned] for any plan, and [Cells] for a scheme. A kind of
// your own takes two methods.
//
// # Tiers
//
// A [Cutter] says where tiers end: [FixedCuts], [Quantiles], [CumulativeShare] (ABC),
// [NaturalBreaks] (exact), [Deviations]. Units of equal value are never in
// different tiers. Fit fixes the thresholds, so that next quarter is measured
// by those of this one.
//
// # Schemes
//
// A [Scheme] combines dimensions: a [Grid], a [List] of conditions of which the first
// that holds wins, or a [Decision] tree. What is too small to be anybody's work
// falls back as the scheme says, within one tree that does not depend on how
// large a cell must be. A scheme is data: [ParseScheme] reads it, [SchemeSchema]
// describes it. Apply gives a [Segmentation], which explains each unit and takes
// up changes without starting anew.
//
// # Before it is adopted
//
// [Tabulate] crosses dimensions and adds up measures, [CoverageOf] finds who is in
// no proper class, in several, or alone, [Compare] sets schemes, clusterings and
// today's territories side by side, and [Replay] takes a dimension through the
// periods of the past.
//
// # Once it is
//
// A [Ladder] gives tiers with memory: bands around the cuts and a minimum dwell
// keep noise from moving anybody twice. [Steady] does so as a dimension. [Adopted]
// keeps the cells that people work in, whatever has become sparse since. A [Policy]
// says for each class who moves now, at the next review, or never. [DriftOf] reports
// who moved from where to where, and how much that is.
package segment

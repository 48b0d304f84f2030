// Package geo is the map: polygons and points, who borders whom, what lies
// where, and the outlines of territories.
//
// Areas are orb.MultiPolygon values and carry the indices of the units that
// they are. Topology is that of straight edges in the coordinates, whatever
// these are; lengths, distances and surfaces come from a [Metric], in metres on
// the earth or in the coordinates' own unit on a [Plane].
//
// # Reading a map
//
// [github.com/territory-go/territory/geo/geojson] and
// [github.com/territory-go/territory/geo/topojson] read features, and [Areas]
// takes their polygons. [NewCoverage] reads these into one table of shared
// vertices and edges, whatever state they are in; [Coverage.Findings] says what is
// wrong with them, [Coverage.Slivers] where borders were drawn twice, and
// [Check] looks at one area alone. Shapes that cross the antimeridian are divided
// by [CutAntimeridian].
//
// # Who borders whom
//
// [Coverage.Contiguity] is the graph of neighbours with the lengths of their
// borders; [Delaunay], [Gabriel] and [NearestNeighbors] make one of points, and
// [NewContiguity] takes a table of your own. Islands are joined to the mainland
// by [Contiguity.Join] or [Contiguity.Tie]. Such a graph is the Contiguity of a
// partition.Problem, for which
// [github.com/territory-go/territory/geo/district] draws connected, balanced territories.
//
// # What lies where
//
// A [Locator] gives every point its one area, and the nearest area and border;
// [Position] asks one area only. Where prices of an allocation decide,
// [PowerDiagram] draws the territories of point customers for squared distances and
// [Catchments] for distances, and [Owner] tells whose a new one is.
//
// # Territories
//
// [Coverage.Dissolve] makes the outlines of a plan, [Coverage.Perimeters] their
// lengths without the outlines, and [Coverage.Enclaves] finds territories within
// others. [Area], [Perimeter], [Centroid], [LabelPoint] and [ShapeOf] measure
// them; [Detachable] says whether a territory stays in one piece without a unit.
// Areas that need not match are combined by [Union], [Intersection],
// [Difference] and [SymmetricDifference].
//
// Nothing here panics on what a file can hold: what is no number or out of
// range is an error, a finding, or NaN, as each function says.
package geo

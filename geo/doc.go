// Package geo is the map: polygons and points, who borders whom, what lies
// where, and the outlines of territories.
//
// Areas are orb.MultiPolygon values and carry the indices of the units that
// they are. Topology is that of straight edges in the coordinates, whatever
// these are; lengths, distances and surfaces come from a [Metric], in metres on
// the earth or in the coordinates' own unit on a [Plane].
package geo

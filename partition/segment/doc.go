// Package segment divides units by what they are: into tiers of value, into
// classes of industry, region and life cycle, and into the cells of schemes that
// combine them. It says what a scheme does before it is adopted, and keeps
// customers from moving back and forth once it is.
//
// Units are described by a [partition.Table]. A [Dimension] gives each unit one
// of its classes.
package segment
